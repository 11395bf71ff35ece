"""Benchmark cases for _operator: each gives the same work to whichever module it is handed."""


def cases():
    """Yield the cases: a name, the sizes, and what makes the function to time."""
    for name in ("add", "sub", "mul", "floordiv", "truediv", "mod", "and_", "lshift", "eq", "lt", "is_", "iadd", "pow"):
        yield case(f"{name}(int, int)", called(name, 12345, 7))
    for name in ("truth", "not_", "neg", "abs", "invert", "index"):
        yield case(f"{name}(int)", called(name, 12345))
    yield case("concat(str, str)", called("concat", "a", "b"))
    yield case("getitem(list, int)", called("getitem", [1, 2, 3], 1))
    yield case("getitem(dict, str)", called("getitem", {"a": 1}, "a"))
    yield case("contains(list, int)", called("contains", [1, 2, 3], 3))
    yield case("contains(dict, str)", called("contains", {"a": 1}, "a"))
    yield case("countOf(list, int)", called("countOf", [1, 2, 3] * 20, 3))
    yield case("length_hint(list)", called("length_hint", [1, 2, 3]))
    yield case("call(f, x)", called("call", lambda x: x, 1))
    yield from getters()
    for size in (16, 64, 1024, 65536, 1 << 20):
        yield case("_compare_digest(bytes)", digests(lambda size: b"x" * size), [size])
        yield case("_compare_digest(str)", digests(lambda size: "x" * size), [size])
    yield case("_compare_digest(bytearray)", digests(lambda size: bytearray(size)), [1024])


def case(name, setup, sizes=(0,)):
    return {"name": name, "sizes": list(sizes), "setup": setup}


def called(name, *args):
    arguments = ", ".join(f"a{number}" for number in range(len(args)))

    def setup(module, _):
        values = {f"a{number}": value for number, value in enumerate(args)}
        return eval(f"lambda: f({arguments})", {"f": getattr(module, name), **values})
    return setup


class Thing:
    def __init__(self):
        self.x = self
        self.y = 1

    def method(self, *args, **kwargs):
        return None

    def one(self, x=0):
        return x


def getters():
    thing = Thing()
    row, items, table = (1, 2, 3, 4), [1, 2, 3, 4], {1: 2, "a": 3}
    yield case("itemgetter(1)(tuple)", made("itemgetter", 1, on=row))
    yield case("itemgetter(1)(list)", made("itemgetter", 1, on=items))
    yield case("itemgetter(-1)(tuple)", made("itemgetter", -1, on=row))
    yield case("itemgetter('a')(dict)", made("itemgetter", "a", on=table))
    yield case("itemgetter(0, 2)(tuple)", made("itemgetter", 0, 2, on=row))
    yield case("itemgetter(0, 1, 2)(list)", made("itemgetter", 0, 1, 2, on=items))
    yield case("attrgetter('y')", made("attrgetter", "y", on=thing))
    yield case("attrgetter('x.x.y')", made("attrgetter", "x.x.y", on=thing))
    yield case("attrgetter('x', 'y')", made("attrgetter", "x", "y", on=thing))
    yield case("methodcaller('one')", made("methodcaller", "one", on=thing))
    yield case("methodcaller('one', 1)", made("methodcaller", "one", 1, on=thing))
    yield case("methodcaller('one', x=1)", made("methodcaller", "one", x=1, on=thing))
    yield case("methodcaller('upper')(str)", made("methodcaller", "upper", on="text"))
    yield case("make itemgetter(1)", lambda module, _: lambda: module.itemgetter(1))
    yield case("make attrgetter('y')", lambda module, _: lambda: module.attrgetter("y"))
    yield case("make methodcaller('y', 1)", lambda module, _: lambda: module.methodcaller("y", 1))
    yield case("sort by itemgetter(1)", sort, [1000])


def made(name, *args, on, **kwargs):
    return lambda module, _: eval("lambda: f(x)", {"f": getattr(module, name)(*args, **kwargs), "x": on})


def sort(module, size):
    rows = [(number, number * 7919 % 1009) for number in range(size)]
    return lambda: sorted(rows, key=module.itemgetter(1))


def digests(make):
    def setup(module, size):
        a, b = make(size), make(size)
        return lambda: module._compare_digest(a, b)
    return setup
