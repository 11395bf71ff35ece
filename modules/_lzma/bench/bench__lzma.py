"""Benchmark cases for _lzma: each gives the same work to whichever module it is handed."""

import functools
import random
from itertools import cycle

SIZES = [16, 1024, 65536, 1048576]


@functools.cache
def text(size):
    """Text with the repetitions of source code and logs."""
    rng = random.Random(1)
    words = [b"return", b"self.", b"import", b"def ", b"    ", b"value", b"(", b")", b" = ", b"if ",
             b"else:", b"None", b"dictionary", b"[index]", b"for ", b" in range", b"\n", b"# what it does"]
    parts = []
    length = 0
    while length < size:
        line = b"".join(rng.choice(words) for _ in range(rng.randrange(3, 12)))
        line += b"%d\n" % rng.randrange(10**4)
        parts.append(line)
        length += len(line)
    return b"".join(parts)[:size]


def cases():
    """Yield the cases: a name, the input sizes, and what makes the function to time."""
    for preset in (0, 3, 6):
        yield case(f"compress, preset {preset}", compress(preset=preset))
    yield case("compress, .lzma", compress(format=2, preset=1))
    yield case("compress, x86 filter", compress(filters=[{"id": 4}, {"id": 33, "preset": 1}]))
    yield case("compress in pieces", compress_in_pieces)
    for preset in (0, 6):
        yield case(f"decompress, preset {preset}", decompress(preset=preset))
    for name, check in (("no check", 0), ("CRC-32", 1), ("SHA-256", 10)):
        yield case(f"decompress, {name}", decompress(preset=1, check=check))
    yield case("decompress, .lzma", decompress(format=2, preset=1))
    yield case("decompress, x86 filter", decompress(filters=[{"id": 4}, {"id": 33, "preset": 1}]))
    yield case("decompress in pieces", decompress_in_pieces)
    for name, data in (("zeros", bytes), ("nearly all zeros", sparse)):
        yield case(f"compress, {name}", compress(preset=3), data, SIZES[2:])
        yield case(f"decompress, {name}", decompress(data, preset=3), data, SIZES[2:])


def case(name, make, data=text, sizes=SIZES):
    return {"name": name, "sizes": sizes, "setup": lambda module, size: make(module, data(size))}


def sparse(size):
    """Zeros, and a few other bytes."""
    rng = random.Random(2)
    return bytes(byte if rng.random() < 0.02 else 0 for byte in rng.randbytes(size))


def packed(module, data, **options):
    compressor = module.LZMACompressor(**options)
    return compressor.compress(data) + compressor.flush()


def compress(**options):
    return lambda module, data: lambda: packed(module, data, **options)


def streams(module, data, size, **options):
    """Streams of different data in turn: a processor learns the branches of a short one that comes again and again."""
    count = max(1, min(64, 65536 // size))
    data = data(count * size)
    return cycle([packed(module, data[i * size:(i + 1) * size], **options) for i in range(count)])


def decompress(kind=text, **options):
    def make(module, data):
        inputs = streams(module, kind, len(data), **options)
        return lambda: module.LZMADecompressor().decompress(next(inputs))
    return make


PIECE = 4096


def compress_in_pieces(module, data):
    pieces = [data[i:i + PIECE] for i in range(0, len(data), PIECE)]

    def run():
        compressor = module.LZMACompressor(preset=0)
        return b"".join(compressor.compress(piece) for piece in pieces) + compressor.flush()
    return run


def decompress_in_pieces(module, data):
    inputs = streams(module, text, len(data), preset=1)

    def run():
        decompressor = module.LZMADecompressor()
        stream = next(inputs)
        pieces = (stream[i:i + PIECE] for i in range(0, len(stream), PIECE))
        return b"".join(decompressor.decompress(piece, PIECE) for piece in pieces)
    return run
