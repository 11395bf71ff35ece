"""Benchmark cases for _blake2: each gives the same work to whichever module it is handed."""

SIZES = [0, 64, 1024, 65536, 1048576]
PIECE = 100


def cases():
    """Yield the cases: a name, the input sizes, and what makes the function to time."""
    for name in ("blake2b", "blake2s"):
        yield case(f"{name}, digest", name, digest, sizes=[*SIZES, 10_000_000])
        yield case(f"{name}, key and size, hexdigest", name, keyed, sizes=[64, 1024])
        yield case(f"{name}, copy and digest", name, copied, sizes=[64])
        yield case(f"{name} in pieces", name, in_pieces, sizes=[1024, 65536])


def case(label, name, make, sizes=SIZES):
    return {"name": label, "sizes": sizes, "setup": lambda module, size: make(getattr(module, name), data_of(size))}


def data_of(size):
    return (bytes(range(256)) * (size // 256 + 1))[:size]


def digest(function, data):
    return lambda: function(data).digest()


def keyed(function, data):
    return lambda: function(data, digest_size=20, key=b"secret").hexdigest()


def copied(function, data):
    hash = function(data)
    return lambda: hash.copy().digest()


def in_pieces(function, data):
    pieces = [data[i:i + PIECE] for i in range(0, len(data), PIECE)]

    def run():
        hash = function()
        for piece in pieces:
            hash.update(piece)
        return hash.digest()
    return run
