"""Benchmark cases for _functools: each gives the same work to whichever module it is handed."""

from collections import namedtuple

CacheInfo = namedtuple("CacheInfo", ["hits", "misses", "maxsize", "currsize"])


def cases():
    """Yield the cases: a name, the sizes, and what makes the function to time."""
    yield from partials()
    yield from caches()
    yield from reductions()
    yield case("cmp_to_key, sort", sort, [10, 1000])
    yield case("cmp_to_key(f)", lambda module, _: lambda: module.cmp_to_key(subtract))


def case(name, setup, sizes=(0,)):
    return {"name": name, "sizes": list(sizes), "setup": setup}


def anything(*args, **kwargs):
    return None


def one(x):
    return x


def two(x, y):
    return x


def four(a, b, c, d):
    return a


def named(x, y=0, z=0):
    return x


def subtract(x, y):
    return x - y


def partials():
    """Calls with up to 4 bound arguments, and with keywords."""
    yield case("partial(f, 1)", lambda module, _: lambda: module.partial(one, 1))
    yield case("partial(f, y=1)", lambda module, _: lambda: module.partial(named, y=1))
    yield case("partial(partial(f, 1), 2)", nested)
    yield case("p() with 1 bound", lambda module, _: module.partial(one, 1))
    yield case("p() with 2 bound", lambda module, _: module.partial(two, 1, 2))
    yield case("p() with 4 bound", lambda module, _: module.partial(four, 1, 2, 3, 4))
    yield case("p(x) with 0 bound", applied(one, (), "p(1)"))
    yield case("p(x) with 1 bound", applied(two, (1,), "p(1)"))
    yield case("p(x, y) with 2 bound", applied(four, (1, 2), "p(1, 2)"))
    yield case("p(x, y=1)", applied(named, (), "p(1, y=1)"))
    yield case("p(y=1) with 1 bound", applied(named, (1,), "p(y=1)"))
    yield case("p(x) with y=1 bound", applied(named, (), "p(1)", y=1))
    yield case("p(x, z=1) with y=1 bound", applied(named, (), "p(1, z=1)", y=1))
    yield case("p(x, y=2) with y=1 bound", applied(named, (), "p(1, y=2)", y=1))
    yield case("p(x) of a built-in", applied(max, (1,), "p(2)"))
    yield case("p(x) of a class", applied(Class, (1,), "p(2)"))
    yield case("p(*args)", applied(anything, (1,), "p(*(1, 2, 3))"))
    yield case("p(**kwargs)", applied(anything, (1,), "p(**{'a': 1})"))


class Class:
    def __init__(self, x, y):
        pass


def applied(function, args, code, **kwargs):
    """A partial object, called as the code says."""
    def setup(module, _):
        return eval(f"lambda: {code}", {"p": module.partial(function, *args, **kwargs)})
    return setup


def nested(module, _):
    inner = module.partial(two, 1)
    return lambda: module.partial(inner, 2)


def caches():
    """Hits and misses of caches with and without bound."""
    for name, maxsize in (("bounded", 128), ("unbounded", None)):
        yield case(f"{name}: f()", hit(maxsize, anything, "f()"))
        yield case(f"{name}: f(int)", hit(maxsize, one, "f(1)"))
        yield case(f"{name}: f(large int)", hit(maxsize, one, "f(int('12345'))"))
        yield case(f"{name}: f(str)", hit(maxsize, one, "f('text')"))
        yield case(f"{name}: f(float)", hit(maxsize, one, "f(1.5)"))
        yield case(f"{name}: f(int, str)", hit(maxsize, two, "f(1, 'text')"))
        yield case(f"{name}: f(int, int, int)", hit(maxsize, anything, "f(1, 2, 3)"))
        yield case(f"{name}: f(tuple)", hit(maxsize, anything, "f((1, 2))"))
        yield case(f"{name}: f(x, y=1)", hit(maxsize, named, "f(1, y=1)"))
        yield case(f"{name}: f(x=1, y=1)", hit(maxsize, named, "f(x=1, y=1)"))
        yield case(f"{name}: f(*args)", hit(maxsize, anything, "f(*(1, 2))"))
        yield case(f"{name}: typed f(int)", hit(maxsize, one, "f(1)", typed=True))
        yield case(f"{name}: misses", misses(maxsize))
        yield case(f"{name}: 100 hits", many_hits(maxsize))
        yield case(f"{name}: method", method(maxsize))
        yield case(f"{name}: cache_info", lambda module, _, maxsize=maxsize: cached(module, one, maxsize).cache_info)
    yield case("bounded: evictions", evictions)
    yield case("uncached: f(int)", hit(0, one, "f(1)"))
    yield case("fib(20)", fib)


def cached(module, function, maxsize, typed=False):
    return module._lru_cache_wrapper(function, maxsize, typed, CacheInfo)


def hit(maxsize, function, code, typed=False):
    def setup(module, _):
        return eval(f"lambda: {code}", {"f": cached(module, function, maxsize, typed)})
    return setup


def misses(maxsize):
    def setup(module, _):
        f = cached(module, one, maxsize)
        def run():
            f.cache_clear()
            for number in range(100):
                f(number)
        return run
    return setup


def many_hits(maxsize):
    def setup(module, _):
        f = cached(module, one, maxsize)
        def run():
            for number in range(100):
                f(number)
        return run
    return setup


def method(maxsize):
    def setup(module, _):
        holder = type("Holder", (), {"f": cached(module, two, maxsize)})()
        return lambda: holder.f(1)
    return setup


def evictions(module, _):
    f = cached(module, one, 64)
    def run():
        for number in range(1000, 1100):
            f(number)
    return run


def fib(module, _):
    def function(n):
        return n if n < 2 else f(n - 1) + f(n - 2)
    f = cached(module, function, None)
    def run():
        f.cache_clear()
        f(20)
    return run


def reductions():
    """A sum by reduce()."""
    for size in (10, 1000, 100_000, 1_000_000):
        yield case("reduce, Python function", reduction(lambda x, y: y), [size])
        yield case("reduce, built-in", reduction(max), [size])


def reduction(function):
    def setup(module, size):
        items = list(range(size))
        return lambda: module.reduce(function, items)
    return setup


def sort(module, size):
    items = [number * 7919 % 1009 for number in range(size)]
    return lambda: sorted(items, key=module.cmp_to_key(subtract))
