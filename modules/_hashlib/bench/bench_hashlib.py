"""Benchmark cases for _hashlib: each gives the same work to whichever module it is handed."""

SIZES = [64, 1024, 65536, 1048576]
NAMES = ("md5", "sha1", "sha256", "sha512", "sha3_256", "blake2b")


def cases():
    """Yield the cases: a name, the input sizes, and what makes the function to time."""
    for name in NAMES:
        yield case(f"new, {name}", SIZES, lambda module, data, name=name: lambda: module.new(name, data).digest())
    yield case("openssl_sha256", [*SIZES, 10_000_000], lambda module, data: lambda: module.openssl_sha256(data).hexdigest())
    yield case("update", SIZES, update)
    yield case("hmac_digest", SIZES, lambda module, data: lambda: module.hmac_digest(b"key", data, "sha256"))
    yield case("hmac_new", SIZES, lambda module, data: lambda: module.hmac_new(b"key", data, "sha256").digest())
    for name in ("sha1", "sha256", "sha512"):
        yield case(f"pbkdf2_hmac, {name}, rounds", [1000], pbkdf2(name))
    yield case("scrypt, n", [1024], lambda module, data: lambda: module.scrypt(b"x", salt=b"y", n=len(data), r=8, p=1))
    yield case("compare_digest", [32, 1024], compare)


def case(name, sizes, make):
    return {"name": name, "sizes": sizes, "setup": lambda module, size: make(module, bytes(size))}


def update(module, data):
    obj = module.new("sha256")
    return lambda: obj.update(data)


def pbkdf2(name):
    return lambda module, data: lambda: module.pbkdf2_hmac(name, b"password", b"salt", len(data))


def compare(module, data):
    same = bytes(bytearray(data))
    return lambda: module.compare_digest(data, same)
