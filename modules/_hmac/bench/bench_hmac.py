"""Benchmark cases for _hmac: each gives the same work to whichever module it is handed."""

SIZES = [64, 1024, 65536, 1048576]


def cases():
    """Yield the cases: a name, the input sizes, and what makes the function to time."""
    for name in ("md5", "sha1", "sha256", "sha512", "sha3_256"):
        yield case(f"compute_{name}", lambda module, data, name=name: one_shot(module, data, name))
    yield case("compute_digest", lambda module, data: lambda: module.compute_digest(b"key", data, "sha256"))
    yield case("new", lambda module, data: lambda: module.new(b"key", data, "sha256").digest())
    yield case("update", update)


def case(name, make):
    return {"name": name, "sizes": SIZES, "setup": lambda module, size: make(module, bytes(size))}


def one_shot(module, data, name):
    compute = getattr(module, f"compute_{name}")
    return lambda: compute(b"key", data)


def update(module, data):
    obj = module.new(b"key", digestmod="sha256")
    return lambda: obj.update(data)
