"""The Rust _bisect beside the C one of the same interpreter: same places, same calls back, same errors."""

import random
import sys
import unittest
from collections import UserList, deque

from corten.testing import c_module, in_threads, outcome, rust_module

C = c_module("_bisect")
RUST = rust_module("_bisect")

SEARCHES = ["bisect_left", "bisect_right"]
INSERTIONS = ["insort_left", "insort_right"]
NAMES = SEARCHES + INSERTIONS


class Recorded:
    """Writes down what it is asked, and then does what `plan` says."""

    def __init__(self, value, log, plan=None):
        self.value, self.log, self.plan = value, log, plan

    def __lt__(self, other):
        self.log.append(("lt", self.value, getattr(other, "value", other)))
        if self.plan is not None:
            return self.plan(self, other)
        return self.value < other.value

    def __gt__(self, other):
        self.log.append(("gt", self.value, getattr(other, "value", other)))
        return self.value > other.value

    def __repr__(self):
        return f"<{self.value}>"


class Twin(Recorded):
    pass


class Sequence:
    """Has as many items as it says, each of which writes down that it was looked at."""

    def __init__(self, items, log, length=None):
        self.items, self.log, self.length = items, log, length

    def __len__(self):
        self.log.append("len")
        return len(self.items) if self.length is None else self.length

    def __getitem__(self, index):
        self.log.append(("item", index))
        return self.items[index]

    def insert(self, index, item):
        self.log.append(("insert", index, item))
        self.items.insert(index, item)


class Differential(unittest.TestCase):
    def check(self, function):
        """Call `function` with each module: both outcomes must be the same."""
        expected = outcome(function, C)
        actual = outcome(function, RUST)
        self.assertEqual(actual, expected)
        return actual

    def call(self, name, make, *arguments, **keywords):
        """The outcome of a call on what `make` gives, and the sequence after it."""
        def function(module):
            sequence = make()
            return repr(outcome(getattr(module, name), sequence, *arguments, **keywords)), repr(sequence)
        return self.check(function)

    def each(self, make, *arguments, **keywords):
        for name in NAMES:
            self.call(name, make, *arguments, **keywords)


class Places(Differential):
    def test_kinds(self):
        rng = random.Random(1)
        kinds = {
            int: lambda: rng.choice((1, -1)) * rng.getrandbits(rng.choice((1, 5, 29, 31, 61, 200))),
            float: lambda: rng.choice((rng.random(), 0.0, -0.0, float("inf"))),
            "nan": lambda: rng.choice((rng.random(), float("nan"))),
            "nan in tuples": lambda: (rng.choice((1.0, float("nan"))), rng.random()),
            str: lambda: "".join(rng.choices("ab\xe9\u0100\U00010000", k=rng.randrange(4))),
            bytes: lambda: rng.randbytes(2),
            tuple: lambda: tuple(rng.choices((1, 2, 2.5), k=rng.randrange(4))),
            frozenset: lambda: frozenset(rng.choices(range(4), k=2)),
        }
        for make in kinds.values():
            for size in (0, 1, 2, 3, 10, 100):
                items = sorted(make() for _ in range(size))
                for sequence in (items, tuple(items), deque(items), UserList(items)):
                    for item in [make() for _ in range(5)] + list(sequence)[:5]:
                        self.each(sequence.copy if hasattr(sequence, "copy") else lambda: sequence, item)

    def test_ranges(self):
        for low in (0, 1, 5, 10, 11, 100, -1, -2, 2**63 - 1, 2**63, -(2**63), True, 1.0, "1", None):
            for high in (0, 1, 5, 10, 11, 100, -1, -2, -3, 2**63 - 1, 2**63, -(2**70), None, True, 1.0, "1", []):
                self.each(lambda: [1, 2, 2, 2, 3, 4, 5, 6, 7, 8], 2, low, high)
                self.each(lambda: [1, 2, 2, 2, 3, 4, 5, 6, 7, 8], 2, lo=low, hi=high)

    def test_kinds_of_sequences(self):
        class List(list):
            def __getitem__(self, index):
                return -super().__getitem__(index)

        class Plain(list):
            pass

        for make in (lambda: List([3, 2, 1]), lambda: Plain([1, 2, 3]), lambda: range(5), lambda: "abc", lambda: b"abc",
                     lambda: bytearray(b"abc"), dict, lambda: {0: 1}, set, lambda: None, lambda: 5, object,
                     lambda: memoryview(b"abc"), lambda: iter([1])):
            for item in (2, "b", -2):
                for arguments in ((), (0, 0), (0, 1), (0, 3), (2, 1)):
                    for name in SEARCHES:
                        def function(module):
                            return outcome(getattr(module, name), make(), item, *arguments)
                        self.check(function)
                    for name in INSERTIONS:
                        def function(module):
                            sequence = make()
                            seen = outcome(getattr(module, name), sequence, item, *arguments)
                            return seen, list(sequence) if hasattr(sequence, "__len__") else None
                        self.check(function)

    def test_arguments(self):
        for name in NAMES:
            for arguments, keywords in (
                ((), {}), (([],), {}), (([1], 1, 0, 1, None), {}), (([1],), {"x": 1}), ((), {"a": [1], "x": 1}),
                (([1], 1), {"key": None}), (([1], 1), {"key": 5}), (([], 1), {"key": 5}), (([1], 1), {"foo": 1}),
                (([1], 1), {"x": 1}), (([1], 1, 0, None), {"key": abs}),
            ):
                def function(module):
                    copied = [list(a) if isinstance(a, list) else a for a in arguments]
                    named = {k: list(v) if isinstance(v, list) else v for k, v in keywords.items()}
                    return outcome(getattr(module, name), *copied, **named), copied, named
                self.check(function)


class Calls(Differential):
    def logged(self, name, values, item, make=Recorded, plan=None, items=Recorded, **keywords):
        def function(module):
            log = []
            sequence = Sequence([items(value, log, plan) for value in values], log)
            result = outcome(getattr(module, name), sequence, make(item, log, plan), **keywords)
            return repr(result), repr(log), repr(sequence.items)
        return self.check(function)

    def test_order_and_number(self):
        for name in NAMES:
            for size in (0, 1, 2, 3, 10, 100):
                for item in (0, size // 2, size):
                    self.logged(name, range(size), item)
                    self.logged(name, range(size), item, make=Twin)
                    self.logged(name, range(size), item, items=Twin)
                    self.logged(name, range(size), item, plan=lambda left, right: NotImplemented)
                    self.logged(name, range(size), item, key=lambda item: item)

    def test_answers_that_make_no_sense(self):
        class Truth:
            def __bool__(self):
                raise ArithmeticError("no answer")

        for name in NAMES:
            for answer in (True, False, 1, 0, "", "x", None, [], Truth(), NotImplemented):
                self.logged(name, range(20), 5, plan=lambda left, right: answer)
            answers = [NotImplemented, True, 1, NotImplemented, False]
            def plan(left, right):
                return answers[len(left.log) % 5]
            self.logged(name, range(50), 5, plan=plan)

    def test_errors(self):
        def plan(left, right):
            if len(left.log) > 4:
                raise ArithmeticError("enough")
            return False

        for name in NAMES:
            self.logged(name, range(50), 5, plan=plan)
            self.each(lambda: [1, "a", None], 1)
            self.each(lambda: [1, 2, 3], "a")

    def test_sequences_that_lie(self):
        class Raising:
            def __len__(self):
                raise ArithmeticError("len")

            def __getitem__(self, index):
                raise ArithmeticError("item")

        for name in NAMES:
            for length in (0, 1, 5, 100, 2**31, sys.maxsize, -1, sys.maxsize + 1, "x"):
                def function(module):
                    log = []
                    result = outcome(getattr(module, name), Sequence([1, 2, 3], log, length), 2)
                    return result, log
                self.check(function)
            for arguments in ((), (0, 0), (0, 1)):
                self.check(lambda module: outcome(getattr(module, name), Raising(), 1, *arguments))

    def test_key(self):
        for name in NAMES:
            def function(module):
                log = []

                def key(item):
                    log.append(item)
                    return -item
                items = [9, 7, 5, 5, 3]
                result = outcome(getattr(module, name), items, 5 if name in INSERTIONS else -5, key=key)
                return result, log, items
            self.check(function)
            self.each(lambda: [1, 2, 3], 2, key=lambda item: 1 / 0)
            self.each(lambda: [1, 2, 3], 2, key=str)

    def test_lists_that_change(self):
        for name in NAMES:
            for change in (list.clear, list.pop, lambda items: items.append(1), lambda items: items.extend([1] * 1000),
                           lambda items: items.reverse(), lambda items: items.__init__()):
                for how in ("key", "compare"):
                    def function(module):
                        items = []

                        def plan(*_):
                            change(items)
                            return False
                        log = []
                        items.extend(Recorded(value, log, plan if how == "compare" else None) for value in range(20))
                        keywords = {"key": lambda item: (plan(), item)[1]} if how == "key" else {}
                        result = outcome(getattr(module, name), items, Recorded(7, log), **keywords)
                        return result, repr(items), len(log)
                    self.check(function)

    def test_classes_that_change(self):
        """Where C goes on with what it has read from the class before."""
        class Changing:
            def __init__(self, value):
                self.value = value

            def __lt__(self, other):
                self.__class__ = other.__class__ = Changed
                return True

        class Changed:
            def __init__(self, value):
                self.value = value

            def __lt__(self, other):
                return self.value < other.value

        for name in NAMES:
            def function(module):
                items = [Changing(value) for value in range(10)]
                result = getattr(module, name)(items, Changing(5))
                return result, [item.value for item in items]
            self.check(function)

    def test_recursion(self):
        def function(module):
            class Deep:
                def __lt__(self, other):
                    return module.bisect_right([Deep()], self) == 0
            return outcome(module.bisect_right, [Deep()], Deep())[:2]
        self.assertEqual(self.check(function)[1], ("raised", "RecursionError"))

    def test_references(self):
        for name in NAMES:
            def function(module):
                log = []
                items = [Recorded(value, log) for value in range(10)]
                kept = items.copy()
                before = [sys.getrefcount(item) for item in kept]
                item = Recorded(4, log)
                for _ in range(10):
                    getattr(module, name)(items, item)
                    outcome(getattr(module, name), items, None)
                items.clear()
                items.extend(kept)
                return [sys.getrefcount(item) - count for item, count in zip(kept, before, strict=True)], sys.getrefcount(item)
            self.check(function)


class Threads(unittest.TestCase):
    def test_one_list(self):
        items = []

        def run(seed):
            rng = random.Random(seed)
            for _ in range(2000):
                number = rng.randrange(10**6)
                index = RUST.bisect_left(items, number)
                assert 0 <= index <= len(items)
                RUST.insort_left(items, number)

        in_threads(6, run)
        self.assertEqual(len(items), 6 * 2000)


if __name__ == "__main__":
    unittest.main()
