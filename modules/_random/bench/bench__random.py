"""Benchmark cases for _random: each gives the same work to whichever module it is handed."""


def cases():
    """Yield the cases: a name, the sizes, and what makes the function to time."""
    yield case("random", lambda generator, _: generator.random)
    for bits in (5, 32, 53, 64, 128):
        yield case(f"getrandbits({bits})", getrandbits(bits))
    yield case("getrandbits, bytes", lambda generator, size: lambda: generator.getrandbits(8 * size),
               sizes=[1024, 65536])
    yield case("seed(int)", lambda generator, _: lambda: generator.seed(12345))
    yield case("seed(large)", lambda generator, _: lambda: generator.seed(3**2000))
    yield case("seed()", lambda generator, _: generator.seed)
    yield case("getstate", lambda generator, _: generator.getstate)
    yield case("setstate", setstate)
    yield {"name": "Random(int)", "sizes": [0], "setup": lambda module, _: lambda: module.Random(12345)}


def case(name, make, sizes=(0,)):
    return {"name": name, "sizes": list(sizes), "setup": lambda module, size: make(module.Random(1), size)}


def getrandbits(bits):
    def make(generator, _):
        draw = generator.getrandbits
        return lambda: draw(bits)
    return make


def setstate(generator, _):
    state = generator.getstate()
    return lambda: generator.setstate(state)
