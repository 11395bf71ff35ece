"""Benchmark cases for _bisect: each gives the same work to whichever module it is handed."""

import random

SIZES = [1, 16, 1000, 100_000]


class Item:
    """Something that compares by code of its own."""

    def __init__(self, value):
        self.value = value

    def __lt__(self, other):
        return self.value < other.value


KINDS = {
    "int": lambda number: number,
    "int, large": lambda number: number << 40,
    "float": float,
    "str": lambda number: f"item {number:08}",
    "bytes": lambda number: b"item %08d" % number,
    "(int, int)": lambda number: (number // 4, number),
    "(float, str)": lambda number: (number / 3, str(number)),
    "object": Item,
}


def cases():
    """Yield the cases: a name, the sizes, and what makes the function to time."""
    for kind, make in KINDS.items():
        for name in ("bisect_left", "bisect_right"):
            yield {"name": f"{name}, {kind}", "sizes": SIZES, "setup": bisect(name, make, list)}
    yield {"name": "bisect_left, int and float", "sizes": SIZES, "setup": bisect("bisect_left", int, list, float)}
    yield {"name": "bisect_left, tuple", "sizes": SIZES, "setup": bisect("bisect_left", int, tuple)}
    yield {"name": "bisect_left, range", "sizes": SIZES, "setup": in_a_range}
    yield {"name": "bisect_left, key", "sizes": SIZES[:3], "setup": with_a_key}
    for kind in ("int", "float", "str", "object"):
        yield {"name": f"insort, {kind}", "sizes": SIZES[1:3], "setup": insort(KINDS[kind])}


def bisect(name, make, container, make_wanted=None):
    def case(module, size):
        function = getattr(module, name)
        items = container(make(number) for number in range(0, 2 * size, 2))
        rng = random.Random(size)
        wanted = [(make_wanted or make)(rng.randrange(2 * size)) for _ in range(20)]

        def run():
            for item in wanted:
                function(items, item)
        return run
    return case


def in_a_range(module, size):
    function, items = module.bisect_left, range(size)
    return lambda: function(items, size // 3)


def with_a_key(module, size):
    function, items = module.bisect_left, [-number for number in range(size)]
    return lambda: function(items, size // 3, key=abs)


def insort(make):
    def case(module, size):
        function = module.insort_left
        rng = random.Random(size)
        wanted = [make(rng.randrange(size)) for _ in range(size)]

        def run():
            items = []
            for item in wanted:
                function(items, item)
        return run
    return case
