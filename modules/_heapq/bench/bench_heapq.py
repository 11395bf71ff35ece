"""Benchmark cases for _heapq: each gives the same work to whichever module it is handed."""

import functools
import random

SIZES = [1, 16, 1000, 100_000]
# Calls are measured in batches, as each one changes the heap.
BATCH = 100


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
    "(int, int)": lambda number: (number // 4, number),
    "(float, str)": lambda number: (number / 3, str(number)),
    "object": Item,
}


def cases():
    """Yield the cases: a name, the sizes, and what makes the function to time."""
    for kind, make in KINDS.items():
        sizes = SIZES if kind != "object" else SIZES[:3]
        for name, setup in OPERATIONS.items():
            yield {"name": f"{name}, {kind}", "sizes": sizes, "setup": prepared(setup, make)}
    for kind in ("int", "float"):
        yield {"name": f"heapify, {kind}", "sizes": [1_000_000], "setup": prepared(heapify, KINDS[kind])}
    yield {"name": "heapify, sorted ints", "sizes": [1000], "setup": heapify_sorted}


def prepared(setup, make):
    def case(module, size):
        made = [make(number) for number in numbers(size + BATCH)]
        return setup(module, made[:size], made[size:])
    return case


@functools.cache
def numbers(count):
    return random.Random(count).choices(range(1_000_000), k=count)


def heapify(module, items, _):
    return lambda: module.heapify(items.copy())


def heapify_sorted(module, size):
    items = list(range(size))
    return lambda: module.heapify(items)


def heappush(module, items, more):
    heappush = module.heappush
    module.heapify(items)
    size = len(items)

    def run():
        for item in more:
            heappush(items, item)
        del items[size:]
    return run


def heappop(module, items, more):
    heappop, heappush = module.heappop, module.heappush
    module.heapify(items)

    def run():
        for item in more:
            heappush(items, item)
        for _ in more:
            heappop(items)
    return run


def heapreplace(module, items, more):
    heapreplace = module.heapreplace
    module.heapify(items)

    def run():
        for item in more:
            heapreplace(items, item)
    return run


def heappushpop(module, items, more):
    heappushpop = module.heappushpop
    module.heapify(items)

    def run():
        for item in more:
            heappushpop(items, item)
    return run


OPERATIONS = {
    "heapify": heapify,
    "heappush": heappush,
    "heappush and heappop": heappop,
    "heapreplace": heapreplace,
    "heappushpop": heappushpop,
}
