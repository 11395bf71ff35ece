"""Benchmark cases for zlib: each gives the same work to whichever module it is handed."""

import functools
import random
import zlib as stock

SIZES = [16, 1024, 65536, 1048576]
LARGE = [*SIZES, 10_000_000]
ISAL, ZLIB_NG = "isal.isal_zlib", "zlib_ng.zlib_ng"


@functools.cache
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
    """Yield the cases: a name, the input sizes, what makes the function to time, and the best package for it."""
    yield case("crc32", lambda zlib, data: lambda: zlib.crc32(data), ISAL, LARGE)
    yield case("adler32", lambda zlib, data: lambda: zlib.adler32(data), ISAL, LARGE)
    for level in (0, 1, 6, 9):
        yield case(f"compress, level {level}", compress(level), ZLIB_NG, LARGE if level in (1, 6) else SIZES)
    yield case("compress, gzip", lambda zlib, data: lambda: zlib.compress(data, wbits=31), ZLIB_NG)
    yield case("decompress", decompress(15), ISAL, LARGE)
    yield case("decompress, gzip", decompress(31), ISAL)
    yield case("decompress, stored", decompress(15, level=0), ISAL)
    yield case("compressobj", compressobj, ZLIB_NG)
    yield case("decompressobj", decompressobj, ISAL)
    yield case("compressobj in pieces", compressobj_in_pieces, ZLIB_NG)
    yield case("decompressobj in pieces", decompressobj_in_pieces, ISAL)


def case(name, make, package, sizes=SIZES):
    def setup(module, size):
        return make(module, text(size))
    return {"name": name, "sizes": sizes, "setup": setup, "package": (package, setup)}


def compress(level):
    return lambda zlib, data: lambda: zlib.compress(data, level)


def decompress(wbits, level=6):
    def make(zlib, data):
        packed = stock.compress(data, level, wbits)
        return lambda: zlib.decompress(packed, wbits)
    return make


def compressobj(zlib, data):
    def run():
        packer = zlib.compressobj()
        return packer.compress(data) + packer.flush()
    return run


def decompressobj(zlib, data):
    packed = stock.compress(data)

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
    packed = stock.compress(data)
    pieces = [packed[i:i + PIECE] for i in range(0, len(packed), PIECE)]

    def run():
        unpacker = zlib.decompressobj()
        unpacked = [unpacker.decompress(piece) for piece in pieces]
        return b"".join(unpacked) + unpacker.flush()
    return run
