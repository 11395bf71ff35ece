"""aiohttp: its parsers in C over asyncio. A server and a client on loopback: compressed bodies, JSON, a websocket.

Bodies and messages are compressed by the interpreter's zlib.
"""

import asyncio
import json
import zlib

from aiohttp import ClientPayloadError, ClientSession, WSMsgType, web

DOCUMENT = {"rows": [{"id": i, "name": f"größe {i}", "price": i / 4} for i in range(2000)]}
ENCODINGS = ["gzip", "deflate"]


async def main() -> None:
    runner = web.AppRunner(application())
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        async with ClientSession(f"http://127.0.0.1:{runner.addresses[0][1]}") as session:
            sizes = [await exchange(session, encoding) for encoding in ENCODINGS]
            await refuse(session)
            messages = await talk(session)
    finally:
        await runner.cleanup()
    print(f"JSON there and back, {sizes[0]} bytes of gzip, {sizes[1]} of deflate; {messages} compressed messages")


def application() -> web.Application:
    app = web.Application(client_max_size=10**8)
    app.add_routes([web.post("/double", double), web.get("/broken", broken), web.get("/socket", echo)])
    return app


async def double(request: web.Request) -> web.Response:
    """Answers with the rows twice, compressed as the request was."""
    document = await request.json()
    response = web.json_response({"rows": document["rows"] * 2})
    response.enable_compression(web.ContentCoding(request.headers["Content-Encoding"]))
    return response


async def broken(request: web.Request) -> web.Response:
    return web.Response(body=b"\x78\x9c no stream", headers={"Content-Encoding": "deflate"})


async def echo(request: web.Request) -> web.WebSocketResponse:
    socket = web.WebSocketResponse(compress=True)
    await socket.prepare(request)
    async for message in socket:
        await socket.send_str(message.data[::-1])
    return socket


async def exchange(session: ClientSession, encoding: str) -> int:
    headers = {"Accept-Encoding": encoding}
    async with session.post("/double", json=DOCUMENT, compress=encoding, headers=headers) as response:
        assert response.status == 200 and response.headers["Content-Encoding"] == encoding
        size = int(response.headers["Content-Length"])
        text = await response.text()
        assert json.loads(text) == {"rows": DOCUMENT["rows"] * 2}
        assert size < len(text) / 4
        return size


async def refuse(session: ClientSession) -> None:
    """A body that is no zlib stream."""
    async with session.get("/broken") as response:
        try:
            await response.read()
        except ClientPayloadError:
            return
    raise AssertionError("a broken stream passed")


async def talk(session: ClientSession) -> int:
    messages = [f"{i} " + "größe " * i for i in range(100)]
    async with session.ws_connect("/socket", compress=zlib.MAX_WBITS) as socket:
        assert socket.compress, "the server did not agree on compression"
        for message in messages:
            await socket.send_str(message)
            answer = await socket.receive()
            assert answer.type is WSMsgType.TEXT and answer.data == message[::-1]
    return len(messages)


asyncio.run(main())
