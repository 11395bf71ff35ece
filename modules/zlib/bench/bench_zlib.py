"""Benchmark cases for zlib: each gives the same work to whichever module it is handed."""

import random

SIZES = [16, 1024, 65536, 1048576]


def text(size):
    """Log-like text: what gzip files and HTTP bodies are made of."""
    rng = random.Random(1)
    words = [b"GET", b"POST", b"/static/app.js", b"/api/v1/items", b"HTTP/1.1", b"200", b"404",
             b"user-agent", b"Mozilla/5.0", b"accept", b"text/html", b"request", b"failed:"]
    lines = []
    length = 0
    while length < size:
        chosen = [rng.choice(words) for _ in range(rng.randrange(4, 12))]
        line = b"%s %d %s\n" % (b" ".join(chosen), rng.randrange(10**6), b"%08x" % rng.getrandbits(32))
        lines.append(line)
        length += len(line)
    return b"".join(lines)[:size]


def cases():
    """Yield the cases: a name, the input sizes, and what makes the function to time."""
    yield case("crc32", lambda zlib, data: lambda: zlib.crc32(data))
    yield case("adler32", lambda zlib, data: lambda: zlib.adler32(data))
    for level in (0, 1, 6, 9):
        yield case(f"compress, level {level}", compress(level))
    yield case("compress, gzip", lambda zlib, data: lambda: zlib.compress(data, wbits=31))
    yield case("decompress", decompress(15))
    yield case("decompress, gzip", decompress(31))
    yield case("decompress, stored", decompress(15, level=0))
    yield case("compressobj", compressobj)
    yield case("decompressobj", decompressobj)
    yield case("compressobj in pieces", compressobj_in_pieces)
    yield case("decompressobj in pieces", decompressobj_in_pieces)


def case(name, make):
    return {"name": name, "sizes": SIZES, "setup": lambda module, size: make(module, text(size))}


def compress(level):
    return lambda zlib, data: lambda: zlib.compress(data, level)


def decompress(wbits, level=6):
    def make(zlib, data):
        packed = zlib.compress(data, level, wbits)
        return lambda: zlib.decompress(packed, wbits)
    return make


def compressobj(zlib, data):
    def run():
        packer = zlib.compressobj()
        return packer.compress(data) + packer.flush()
    return run


def decompressobj(zlib, data):
    packed = zlib.compress(data)

    def run():
        unpacker = zlib.decompressobj()
        return unpacker.decompress(packed) + unpacker.flush()
    return run


PIECE = 4096


def compressobj_in_pieces(zlib, data):
    pieces = [data[i:i + PIECE] for i in range(0, len(data), PIECE)]

    def run():
        packer = zlib.compressobj()
        packed = [packer.compress(piece) for piece in pieces]
        return b"".join(packed) + packer.flush()
    return run


def decompressobj_in_pieces(zlib, data):
    packed = zlib.compress(data)
    pieces = [packed[i:i + PIECE] for i in range(0, len(packed), PIECE)]

    def run():
        unpacker = zlib.decompressobj()
        unpacked = [unpacker.decompress(piece) for piece in pieces]
        return b"".join(unpacked) + unpacker.flush()
    return run
