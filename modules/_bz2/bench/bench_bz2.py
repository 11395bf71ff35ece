"""Benchmark cases for _bz2: each gives the same work to whichever module it is handed."""

import functools
import random

SIZES = [16, 1024, 65536, 1048576]


@functools.cache
def text(size):
    """Log-like text."""
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


@functools.cache
def prose(size):
    """Text without structure: words that are as frequent as in a language, each line another one."""
    rng = random.Random(2)
    letters = "etaoinshrdlcumwfgypbvk"
    words = ["".join(rng.choices(letters, range(22, 0, -1), k=rng.randrange(1, 11))) for _ in range(4000)]
    weights = [1 / (rank + 1) for rank in range(len(words))]
    return " ".join(rng.choices(words, weights, k=size // 3 + 10)).encode()[:size]


@functools.cache
def noise(size):
    return random.Random(3).randbytes(size)


@functools.cache
def repeats(size):
    """A page of text again and again."""
    return (prose(5000) * (size // 5000 + 1))[:size]


def cases():
    """Yield the cases: a name, the input sizes, and what makes the function to time."""
    for make in (text, prose, noise, repeats):
        yield case(f"compress, {make.__name__}", make, compress(9))
        yield case(f"decompress, {make.__name__}", make, decompress)
    yield case("compress, level 1", text, compress(1))
    yield case("compress in pieces", text, compress_in_pieces)
    yield case("decompress in pieces", text, decompress_in_pieces)


def case(name, make_data, make):
    return {"name": name, "sizes": SIZES, "setup": lambda module, size: make(module, make_data(size))}


def compress(level):
    def make(bz2, data):
        def run():
            compressor = bz2.BZ2Compressor(level)
            return compressor.compress(data) + compressor.flush()
        return run
    return make


def packed(bz2, data):
    return compress(9)(bz2, data)()


def decompress(bz2, data):
    stream = packed(bz2, data)
    return lambda: bz2.BZ2Decompressor().decompress(stream)


PIECE = 4096


def compress_in_pieces(bz2, data):
    pieces = [data[i:i + PIECE] for i in range(0, len(data), PIECE)]

    def run():
        compressor = bz2.BZ2Compressor()
        parts = [compressor.compress(piece) for piece in pieces]
        return b"".join(parts) + compressor.flush()
    return run


def decompress_in_pieces(bz2, data):
    """As `BZ2File` reads: what comes out is limited, too."""
    stream = packed(bz2, data)

    def run():
        decompressor = bz2.BZ2Decompressor()
        start, parts = 0, []
        while not decompressor.eof:
            piece = b""
            if decompressor.needs_input:
                piece = stream[start:start + PIECE]
                start += PIECE
            parts.append(decompressor.decompress(piece, 2 * PIECE))
        return b"".join(parts)
    return run
