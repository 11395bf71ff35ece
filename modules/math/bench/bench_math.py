"""What to measure of `math`: every function of floats, small and large ints, and sums of 10 to 1,000,000 items."""

import random
from math import ldexp

SIZES = [10, 100, 10_000, 1_000_000]


def cases():
    """Yields dicts with name, sizes (items) and setup(module, size) -> callable."""

    def case(name, args, label=None, sizes=(1,)):
        return {"name": label or name, "sizes": list(sizes), "setup": lambda m, n: call(getattr(m, name), *args)}

    for name in ("acos asin asinh atan atanh cbrt ceil cos cosh degrees erf erfc exp exp2 expm1 fabs floor frexp gamma isfinite isinf "
                 "isnan lgamma log log10 log1p log2 modf radians sin sinh sqrt tan tanh trunc ulp").split():
        yield case(name, (0.7,))
    yield case("acosh", (1.7,))
    for name in ("atan2", "copysign", "dist2", "fmod", "hypot", "isclose", "log", "nextafter", "pow", "remainder"):
        if name == "dist2":
            yield case("dist", ((1.5, 2.5), (3.5, 4.25)), "dist, 2 dimensions")
        else:
            yield case(name, (1.5, 2.25), f"{name}, two arguments")
    yield case("ldexp", (0.7, 3))
    yield case("floor", (7,), "floor(int)")
    yield case("sqrt", (2,), "sqrt(int)")
    yield case("log", (10**400,), "log(large int)")
    yield case("dist", ((1.5, 2.5, 3.5), (3.5, 4.25, 1.0)), "dist, 3 dimensions")
    yield case("hypot", (1.5, 2.5, 3.5), "hypot, 3 dimensions")
    yield case("hypot", tuple(random.Random(1).random() for _ in range(100)), "hypot, 100 dimensions")
    yield case("gcd", (48, 180), "gcd, small")
    yield case("gcd", (2**61 - 3**30, 2**59 + 3**20), "gcd, 60 bits")
    yield case("gcd", (3**100 * 7, 5**80 * 7), "gcd, large")
    yield case("gcd", (48, 180, 36, 24), "gcd, four")
    yield case("gcd", tuple(range(10**6, 10**6 + 700, 7)), "gcd, a hundred")
    yield case("lcm", (48, 180), "lcm, small")
    yield case("lcm", (3**100, 5**80), "lcm, large")
    for n in (99, 2**40 + 1, 2**100 + 1, 10**1000):
        yield case("isqrt", (n,), f"isqrt, {n.bit_length()} bits")
    for n in (5, 20, 21, 100, 1000, 10000):
        yield case("factorial", (n,), f"factorial({n})")
    for n, k in ((5, 2), (50, 20), (100, 50), (1000, 3), (1000, 500)):
        yield case("comb", (n, k), f"comb({n}, {k})")
        yield case("perm", (n, k), f"perm({n}, {k})")
    for name in ("fsum", "prod"):
        yield {"name": f"{name}, floats", "sizes": SIZES, "setup": lambda m, n, name=name: call(getattr(m, name), floats(n))}
    yield {"name": "fsum, floats of both signs", "sizes": SIZES,
           "setup": lambda m, n: call(m.fsum, [x - 0.5 for x in floats(n)])}
    yield {"name": "fsum, of all magnitudes", "sizes": SIZES,
           "setup": lambda m, n: call(m.fsum, [ldexp(x, i * 37 % 2000 - 1000) for i, x in enumerate(floats(n))])}
    yield {"name": "fsum, ints", "sizes": SIZES, "setup": lambda m, n: call(m.fsum, list(range(n)))}
    yield {"name": "fsum, tuple", "sizes": SIZES, "setup": lambda m, n: call(m.fsum, tuple(floats(n)))}
    yield {"name": "fsum, generator", "sizes": SIZES[:3], "setup": generator}
    yield {"name": "fsum, with an infinity at the end", "sizes": SIZES[:3],
           "setup": lambda m, n: call(m.fsum, floats(n) + [float("inf")])}
    yield {"name": "prod, ints", "sizes": SIZES[:3], "setup": lambda m, n: call(m.prod, [1, -1] * (n // 2))}
    yield {"name": "prod, ints that grow", "sizes": [10, 100, 1000], "setup": lambda m, n: call(m.prod, range(1, n))}
    yield {"name": "prod, complex", "sizes": [10, 100], "setup": lambda m, n: call(m.prod, complexes(n))}
    yield {"name": "dist", "sizes": SIZES[:3], "setup": lambda m, n: call(m.dist, floats(n), floats(n))}
    yield {"name": "sumprod, floats", "sizes": SIZES, "setup": lambda m, n: pairs(m, floats(n), floats(n))}
    yield {"name": "sumprod, ints", "sizes": SIZES, "setup": lambda m, n: pairs(m, list(range(n)), list(range(n)))}
    yield {"name": "sumprod, floats and ints", "sizes": SIZES[:3], "setup": lambda m, n: pairs(m, floats(n), list(range(n)))}
    yield {"name": "sumprod, complex", "sizes": SIZES[:3], "setup": lambda m, n: pairs(m, complexes(n), complexes(n))}


def call(function, *args):
    if len(args) == 1:
        (arg,) = args
        return lambda: function(arg)
    if len(args) == 2:
        one, other = args
        return lambda: function(one, other)
    return lambda: function(*args)


def pairs(module, p, q):
    """Before Python 3.12 there is no sumprod: then something that costs the same with both modules."""
    return call(getattr(module, "sumprod", max), p, q)


def generator(module, size):
    items = floats(size)
    return lambda: module.fsum(x for x in items)


def floats(size):
    draw = random.Random(size).random
    return [1 + draw() / size for _ in range(size)]


def complexes(size):
    return [complex(x, 0.1) for x in floats(size)]
