"""The Rust _heapq beside the C one of the same interpreter: same heaps, same comparisons, same errors."""

import copy
import gc
import random
import sys
import unittest

from corten.testing import c_module, in_threads, outcome, rust_module

C = c_module("_heapq")
RUST = rust_module("_heapq")

PUSHING = ["heappush", "heapreplace", "heappushpop"]
PLAIN = ["heapify", "heappop"]
if sys.version_info >= (3, 14):
    PUSHING += ["heappush_max", "heapreplace_max", "heappushpop_max"]
    PLAIN += ["heapify_max", "heappop_max"]
else:
    PUSHING += ["_heapreplace_max"]
    PLAIN += ["_heapify_max", "_heappop_max"]
NAMES = PUSHING + PLAIN


def heapify_of(name):
    """The function that makes heaps in the direction of `name`."""
    if "max" not in name:
        return "heapify"
    return "heapify_max" if sys.version_info >= (3, 14) else "_heapify_max"


class Recorded:
    """Writes down each comparison, and then does what `plan` says."""

    def __init__(self, value, log, plan=None):
        self.value = value
        self.log = log
        self.plan = plan

    def __lt__(self, other):
        self.log.append((self.value, getattr(other, "value", other)))
        if self.plan is not None:
            answer = self.plan(len(self.log))
            if answer is not None:
                return answer
        return self.value < other.value

    def __repr__(self):
        return f"<{self.value}>"


class Other:
    """Is asked only when the first one does not know."""

    def __init__(self, value, log):
        self.value, self.log = value, log

    def __lt__(self, other):
        self.log.append(("lt", self.value))
        return NotImplemented

    def __gt__(self, other):
        self.log.append(("gt", self.value))
        return self.value > other.value

    def __repr__(self):
        return f"<{self.value}>"


class Differential(unittest.TestCase):
    def check(self, function):
        """Call `function` with each module: both outcomes must be the same."""
        expected = outcome(function, C)
        actual = outcome(function, RUST)
        self.assertEqual(actual, expected)
        return actual

    def steps(self, items, more):
        """Every function on a heap of `items`, with the heap as it is after each call."""
        def function(module):
            seen = []
            for name in NAMES:
                heap = list(items)
                getattr(module, heapify_of(name))(heap)
                seen.append(repr(heap))
                for item in more:
                    arguments = (heap, item) if name in PUSHING else (heap,)
                    seen.append((name, repr(outcome(getattr(module, name), *arguments)), repr(heap)))
            return seen
        return self.check(function)


class Heaps(Differential):
    def test_kinds(self):
        rng = random.Random(1)
        nan = float("nan")
        kinds = {
            "ints": lambda: rng.randrange(100),
            "large ints": lambda: rng.randrange(-(2**70), 2**70),
            "ints around digits": lambda: rng.choice((1, -1)) * (2 ** rng.choice((29, 30, 31, 59, 60, 61)) + rng.randrange(-2, 3)),
            "floats": lambda: rng.choice((rng.random(), 0.0, -0.0, float("inf"), -float("inf"))),
            "nan": lambda: rng.choice((rng.random(), nan, float("nan"))),
            "strings": lambda: "".join(rng.choices("ab\xe9\u0100\U00010000", k=rng.randrange(4))),
            "bytes": lambda: rng.randbytes(2),
            "bools": lambda: rng.random() < 0.5,
            "mixed numbers": lambda: rng.choice((rng.randrange(10), rng.random() * 10, True, 2**80)),
            "tuples": lambda: tuple(rng.choices((1, 2, 2.0, 3.5), k=rng.randrange(4))),
            "pairs": lambda: (rng.randrange(3), rng.choice("abc")),
            "nested": lambda: (rng.randrange(2), ((rng.randrange(2),), (rng.randrange(2), (rng.randrange(9),)))),
            "tuples with nan": lambda: (rng.choice((nan, float("nan"), 1.0)), rng.randrange(3)),
            "lists": lambda: rng.choices(range(3), k=2),
            "wrong": lambda: rng.choice((1, "a", None, 2.5)),
            "wrong in tuples": lambda: (1, rng.choice((1, "a", None))),
            "complex": lambda: complex(rng.random()),
        }
        for make in kinds.values():
            for size in (0, 1, 2, 3, 4, 5, 8, 15, 16, 17, 100):
                items = [make() for _ in range(size)]
                self.check(lambda module: outcome(module.heapify, items.copy()))
                self.steps_or_error(items, [make() for _ in range(5)])

    def steps_or_error(self, items, more):
        try:
            sorted(items)
        except TypeError:
            self.failing(items)
        else:
            self.steps(items, more)

    def failing(self, items):
        for name in NAMES:
            def function(module):
                heap = items.copy()
                arguments = (heap, items[0] if items else 1) if name in PUSHING else (heap,)
                return outcome(getattr(module, name), *arguments), heap
            self.check(function)

    def test_large_heaps(self):
        rng = random.Random(2)
        for size in (2499, 2500, 2501, 2502, 4095, 4096, 5000, 9999):
            items = [rng.randrange(size) for _ in range(size)]
            for name in ("heapify", heapify_of("max")):
                def function(module):
                    heap = items.copy()
                    getattr(module, name)(heap)
                    return heap
                self.check(function)

    def test_subclasses_of_list(self):
        class List(list):
            def __len__(self):
                raise AssertionError

            __getitem__ = __setitem__ = append = pop = insert = __iter__ = __len__

        def function(module):
            heap = List([5, 3, 8, 1, 9, 2])
            module.heapify(heap)
            module.heappush(heap, 0)
            return [module.heappop(heap) for _ in range(7)]
        self.check(function)

    def test_arguments(self):
        for name in NAMES:
            for arguments in ((), ([],), ([], 1), ([], 1, 2), ((), 1), ((),), (None,), ({}, 1), ("x",), ([1], 2), ([1],)):
                self.check(lambda module: outcome(getattr(module, name), *copy.deepcopy(arguments)))
            self.check(lambda module: outcome(getattr(module, name), heap=[]))

    def test_references(self):
        for name in NAMES:
            def function(module):
                items = [object(), object()]
                heap = [Recorded(number, []) for number in range(20)]
                before = [sys.getrefcount(item) for item in heap]
                all_items = heap.copy()
                getattr(module, heapify_of(name))(heap)
                for _ in range(30):
                    arguments = (heap, Recorded(5, [])) if name in PUSHING else (heap,)
                    outcome(getattr(module, name), *arguments)
                del items, heap, arguments
                return [sys.getrefcount(item) - count for item, count in zip(all_items, before, strict=True)]
            self.check(function)


class Comparisons(Differential):
    def logged(self, name, values, item, plan=None, make=Recorded):
        """The comparisons of a call, its outcome, and the heap after it."""
        def function(module):
            log = []
            heap = []
            planned = plan and (lambda count: plan(heap, count))
            build = (lambda value: Recorded(value, log, planned)) if make is Recorded else (lambda value: make(value, log))
            heap.extend(map(build, values))
            arguments = (heap, build(item)) if name in PUSHING else (heap,)
            result = repr(outcome(getattr(module, name), *arguments))
            return log, result, repr(heap)
        return self.check(function)

    def test_order_and_number(self):
        rng = random.Random(3)
        for name in NAMES:
            for size in (0, 1, 2, 3, 4, 7, 8, 33, 200):
                values = [rng.randrange(size + 1) for _ in range(size)]
                self.logged(name, values, rng.randrange(size + 1))
                self.logged(name, sorted(values), 0)
                self.logged(name, sorted(values, reverse=True), size)
                self.logged(name, values, 1, make=Other)
        for size in (2500, 2501, 5001):
            self.logged("heapify", [rng.randrange(size) for _ in range(size)], 0)
            self.logged(heapify_of("max"), [rng.randrange(size) for _ in range(size)], 0)

    def test_answers_that_make_no_sense(self):
        class Truth:
            def __init__(self, value):
                self.value = value

            def __bool__(self):
                if self.value is None:
                    raise ArithmeticError("no answer")
                return self.value

        rng = random.Random(4)
        for name in NAMES:
            for answers in ([True], [False], [True, False], [1, 0], [Truth(True), Truth(False)], [Truth(None)], ["", "x"]):
                choice = [rng.choice(answers) for _ in range(200)]
                self.logged(name, range(40), 20, lambda heap, count: choice[count % 200])

    def test_lists_that_change(self):
        def append(heap):
            heap.append(Recorded(99, []))

        changes = [list.clear, append, lambda heap: heap and heap.pop(), lambda heap: heap.__delitem__(slice(0, 3)),
                   lambda heap: heap.extend([Recorded(7, [])] * 50), lambda heap: heap.reverse(),
                   lambda heap: heap.__setitem__(slice(None), [Recorded(1, [])] * len(heap)),
                   lambda heap: (heap.clear(), append(heap)),
                   lambda heap: (heap.clear(), heap.extend([Recorded(1, []) for _ in range(9)])),
                   lambda heap: heap.__init__(), lambda heap: gc.collect()]
        for name in NAMES:
            for size in (1, 2, 3, 9, 10, 30):
                for change in changes:
                    for moment in (1, 2, 3, 5):
                        for answer in (True, False, None):
                            def plan(heap, count):
                                if count == moment:
                                    change(heap)
                                return answer
                            self.logged(name, range(size), 4, plan)

    def test_errors(self):
        for name in NAMES:
            for moment in range(1, 12):
                def plan(heap, count):
                    if count == moment:
                        raise ArithmeticError(count)
                self.logged(name, range(20, 0, -1), 4, plan)

    def test_a_heap_that_comes_back(self):
        for name in NAMES:
            for other in NAMES:
                def function(module):
                    depth = 0

                    def plan(count):
                        nonlocal depth
                        if depth == 0:
                            depth = 1
                            arguments = (heap, Recorded(3, log)) if other in PUSHING else (heap,)
                            inner.append(repr(outcome(getattr(module, other), *arguments)))
                            depth = 0
                    log, inner = [], []
                    heap = [Recorded(value, log, plan) for value in (5, 3, 8, 1, 9, 2, 7)]
                    arguments = (heap, Recorded(4, log, plan)) if name in PUSHING else (heap,)
                    result = repr(outcome(getattr(module, name), *arguments))
                    return result, repr(heap), log, inner
                self.check(function)

    def test_items_that_change_the_list_when_they_die(self):
        class Dying(Recorded):
            def __del__(self):
                heap.append(Recorded(50, []))

        for name in NAMES:
            def function(module):
                nonlocal heap

                def plan(count):
                    heap[:] = [Recorded(value, []) for value in range(len(heap))]
                heap = [Dying(value, [], plan) for value in range(20)]
                arguments = (heap, Recorded(4, [])) if name in PUSHING else (heap,)
                result = outcome(getattr(module, name), *arguments)
                values = repr(heap)
                for item in heap:
                    if type(item) is Dying:
                        item.__class__ = Recorded
                return result[0], values
            heap = []
            self.check(function)


class Threads(unittest.TestCase):
    def test_one_heap(self):
        heap = []
        pushed, popped = [], []

        def run(seed):
            rng = random.Random(seed)
            mine, taken = [], []
            for _ in range(2000):
                number = rng.randrange(10**9)
                mine.append(number)
                RUST.heappush(heap, number)
                if rng.random() < 0.5:
                    taken.append(RUST.heappop(heap))
            pushed.extend(mine)
            popped.extend(taken)

        in_threads(6, run)
        rest = [RUST.heappop(heap) for _ in range(len(heap))]
        self.assertEqual(rest, sorted(rest))
        self.assertEqual(sorted(popped + rest), sorted(pushed))


if __name__ == "__main__":
    unittest.main()
