"""Benchmark cases for _zstd: each gives the same work to whichever module it is handed."""

import functools
import random

SIZES = [16, 1024, 65536, 1048576]
LARGE = [*SIZES, 10_000_000]
CONTINUE, FLUSH_FRAME = 0, 2


@functools.cache
def text(size):
    """Log-like text: what compressed files and HTTP bodies are made of."""
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
    for level in (-5, 1, 3, 9):
        yield case(f"compress, level {level}", compress(level), LARGE if level == 3 else SIZES, package_compress(level))
    yield case("compress, level 19", compress(19), SIZES[:3], package_compress(19))
    yield case("decompress", decompress, LARGE, package_decompress)
    yield case("compress in pieces", compress_in_pieces)
    yield case("decompress in pieces", decompress_in_pieces)
    yield case("compress, dictionary", compress_with_dictionary, SIZES[:2])
    yield case("decompress, dictionary", decompress_with_dictionary, SIZES[:2])
    yield case("train_dict", train_dict, SIZES[2:])


def case(name, make, sizes=SIZES, package=None):
    def setup(make):
        return lambda module, size: make(module, text(size))
    return {"name": name, "sizes": sizes, "setup": setup(make), "package": package and ("zstandard", setup(package))}


def compress(level):
    def make(zstd, data):
        return lambda: zstd.ZstdCompressor(level).compress(data, FLUSH_FRAME)
    return make


def decompress(zstd, data):
    packed = zstd.ZstdCompressor(3).compress(data, FLUSH_FRAME)
    return lambda: zstd.ZstdDecompressor().decompress(packed)


def package_compress(level):
    def make(zstandard, data):
        return lambda: zstandard.ZstdCompressor(level=level).compress(data)
    return make


def package_decompress(zstandard, data):
    packed = zstandard.ZstdCompressor(level=3).compress(data)
    return lambda: zstandard.ZstdDecompressor().decompress(packed)


PIECE = 4096


def compress_in_pieces(zstd, data):
    pieces = [data[i:i + PIECE] for i in range(0, len(data), PIECE)]

    def run():
        compressor = zstd.ZstdCompressor()
        packed = [compressor.compress(piece) for piece in pieces]
        return b"".join(packed) + compressor.flush()
    return run


def decompress_in_pieces(zstd, data):
    packed = zstd.ZstdCompressor(3).compress(data, FLUSH_FRAME)
    pieces = [packed[i:i + PIECE] for i in range(0, len(packed), PIECE)]

    def run():
        decompressor = zstd.ZstdDecompressor()
        return b"".join([decompressor.decompress(piece) for piece in pieces])
    return run


def dictionary(zstd):
    return zstd.ZstdDict(text(30_000)[20_000:], is_raw=True)


def compress_with_dictionary(zstd, data):
    digested = dictionary(zstd).as_digested_dict
    return lambda: zstd.ZstdCompressor(zstd_dict=digested).compress(data, FLUSH_FRAME)


def decompress_with_dictionary(zstd, data):
    content = dictionary(zstd)
    packed = zstd.ZstdCompressor(zstd_dict=content).compress(data, FLUSH_FRAME)
    return lambda: zstd.ZstdDecompressor(zstd_dict=content).decompress(packed)


def train_dict(zstd, data):
    sizes = (256,) * (len(data) // 256)
    return lambda: zstd.train_dict(data, sizes, 8192)
