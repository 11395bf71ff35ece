"""Drives comparisons, and lists and other sequences by index, through a real interpreter."""

import itertools
import operator
import random
import sys
import unittest

import xxcorten

OPERATORS = {
    "<": operator.lt, "<=": operator.le, "==": operator.eq, "!=": operator.ne, ">": operator.gt, ">=": operator.ge,
}
NAN = float("nan")


def numbers():
    for bits in (0, 1, 14, 15, 16, 29, 30, 31, 32, 59, 60, 61, 63, 64, 89, 90, 91, 200):
        for number in (2**bits - 1, 2**bits, 2**bits + 1):
            yield from (number, -number)


class Sub(int):
    def __lt__(self, other):
        return "less"


class Mute:
    def __lt__(self, other):
        return NotImplemented

    def __gt__(self, other):
        return True


class Failing:
    def __lt__(self, other):
        raise ArithmeticError

    __eq__ = __lt__


class Rows(unittest.TestCase):
    def test_texts_in_a_row(self):
        self.assertEqual(xxcorten.in_a_row(), ("", 0))
        self.assertEqual(xxcorten.in_a_row(1, "\u20ac", Sub(2)), ("1;'\u20ac';2;", 2))
        with self.assertRaises(ZeroDivisionError):
            xxcorten.in_a_row(1, type("Failing", (), {"__repr__": lambda self: 1 // 0})())


class Comparisons(unittest.TestCase):
    def check(self, left, right):
        for text, function in OPERATORS.items():
            truth, own = xxcorten.compare(left, text, right)
            if left is right and text in ("==", "!="):
                self.assertIs(truth, text == "==")
            else:
                self.assertIs(truth, bool(function(left, right)), (left, text, right))
            name = f"__{function.__name__}__"
            self.assertEqual(own, getattr(type(left), name)(left, right))
            items = [left, right]
            self.assertIs(xxcorten.compare_items(items, 0, text, 1), truth)

    def pairs(self, values):
        for left, right in itertools.product(values, repeat=2):
            self.check(left, right)

    def test_ints_and_floats(self):
        ints = [number for bits in (0, 1, 30, 31, 52, 53, 54, 63, 64) for number in (2**bits - 1, -(2**bits), 2**bits + 1)]
        floats = [0.0, -0.0, 0.5, NAN, float("inf"), -float("inf"), *map(float, ints)]
        for left, right in itertools.product(ints, floats):
            self.check(left, right)
            self.check(right, left)
        for left, right in (((1, "a"), (1.0, "b")), ((2**53 + 1,), (2.0**53,)), ((True,), (1.0,))):
            self.check(left, right)

    def test_ints(self):
        self.pairs(list(numbers()))
        rng = random.Random(1)
        many = [rng.getrandbits(rng.randrange(1, 130)) * rng.choice((1, -1)) for _ in range(2000)]
        for left, right in itertools.pairwise(many):
            self.check(left, right)
            self.check(left, int(str(left)))

    def test_floats(self):
        self.pairs([0.0, -0.0, 1.5, -1.5, 1e300, -1e300, 5e-324, float("inf"), float("-inf"), NAN, float("nan")])

    def test_strings(self):
        self.pairs(["", "a", "b", "ab", "a\0", "\xe9", "\xff", "a\xe9", "\u0100", "\ud800", "\udfff", "\uffff",
                    "\U00010000", "\U0010ffff", "a\U0010ffff", "a\uffff"])

    def test_tuples(self):
        self.pairs([(), (1,), (1, 2), (1, 2, 3), (2,), (NAN,), (NAN, 1), (1.5, "b"), (3, (2, 3)), (3, (2, 4)),
                    (4, ((((2,),),),)), (4, ((((3,),),),))])
        self.pairs([("a", 1), ("a", 2), ("\u0100",), ("b", None)])
        for left, right in [((NAN, 1), (NAN, 2)), ((NAN,), (float("nan"),)), ((1, ((((2,),),),)), (1, ((((3,),),),))),
                            ((1, Sub(2)), (1, Sub(3))), ((1, 2.0), (1.0, 2)), ((True, 2), (1, 3)), ((1, None), (1, None))]:
            for text in ("==", "!="):
                self.assertIs(xxcorten.compare(left, text, right)[0], OPERATORS[text](left, right))
        self.check(((NAN, 1)), ((NAN, 2)))

    def test_deep_tuples(self):
        left, right = (1,), (2,)
        for _ in range(200_000):
            left, right = (left,), (right,)
        with self.assertRaises(RecursionError):
            xxcorten.compare(left, "<", right)

    def test_others(self):
        self.pairs([1, 1.0, 2, True, False, 2.5])
        self.pairs([b"", b"a", b"b", b"ab", b"\0", b"\xff", b"a" * 100])
        self.assertEqual(xxcorten.compare(Sub(1), "<", Sub(2)), (True, "less"))
        self.assertEqual(xxcorten.compare(Mute(), "<", Mute()), (True, NotImplemented))
        for left in (Failing(), (Failing(),), (1, Failing())):
            right = type(left)() if isinstance(left, Failing) else (*left[:-1], Failing())
            with self.assertRaises(ArithmeticError):
                xxcorten.compare(left, "<", right)
        with self.assertRaises(TypeError):
            xxcorten.compare(1, "<", "")

    def test_each_is_asked_once(self):
        asked = []

        class Asked:
            def __lt__(self, other):
                asked.append(("<", self, other))
                return NotImplemented

            def __gt__(self, other):
                asked.append((">", self, other))
                return NotImplemented

        left, right = Asked(), Asked()
        with self.assertRaises(TypeError) as caught:
            xxcorten.compare_items([left, right], 0, "<", 1)
        self.assertEqual(str(caught.exception), "'<' not supported between instances of 'Asked' and 'Asked'")
        self.assertEqual(asked, [("<", left, right), (">", right, left)])

    def test_a_comparison_that_empties_the_list(self):
        class Emptying:
            def __lt__(self, other):
                items.clear()
                return True

        items = [Emptying(), Emptying()]
        self.assertIs(xxcorten.compare_items(items, 0, "<", 1), True)
        self.assertEqual(items, [])
        self.assertIsNone(xxcorten.compare_items(items, 0, "<", 0))


class Lists(unittest.TestCase):
    def test_swap_and_replace(self):
        items = [object() for _ in range(5)]
        expected = items.copy()
        counts = [sys.getrefcount(item) for item in expected]
        xxcorten.swap(items, 0, 4)
        xxcorten.swap(items, 2, 2)
        xxcorten.swap(items, 1, 5)
        xxcorten.swap(items, 2**62, 1)
        expected[0], expected[4] = expected[4], expected[0]
        self.assertEqual(items, expected)
        self.assertEqual([sys.getrefcount(item) for item in expected], counts)
        self.assertIs(xxcorten.replace(items, 1, "new"), expected[1])
        self.assertEqual(items[1], "new")
        self.assertIsNone(xxcorten.replace(items, 5, "lost"))
        self.assertIsNone(xxcorten.replace([], 0, "lost"))
        xxcorten.swap([], 0, 0)

    def test_pop(self):
        for length in (0, 1, 2, 3, 10, 1000):
            items = [object() for _ in range(length)]
            expected = items.copy()
            while expected:
                self.assertIs(xxcorten.pop(items), expected.pop())
                self.assertEqual(items, expected)
            self.assertIsNone(xxcorten.pop(items))
            items.append(1)
            self.assertEqual(items, [1])
        items = list(range(100_000))
        size = sys.getsizeof(items)
        while len(items) > 10:
            xxcorten.pop(items)
        self.assertLess(sys.getsizeof(items), size / 100)

    def test_insert(self):
        items = []
        for index, item in ((0, "a"), (0, "b"), (1, "c"), (2**63, "d")):
            xxcorten.insert(items, index, item)
        self.assertEqual(items, ["b", "c", "a", "d"])


class Sequences(unittest.TestCase):
    def test_items(self):
        self.assertEqual(xxcorten.sequence_item("abc", 1), (True, "b"))
        self.assertEqual(xxcorten.sequence_item(range(5), 4), (True, 4))
        with self.assertRaises(IndexError):
            xxcorten.sequence_item((1,), 2**64 - 1)
        with self.assertRaisesRegex(TypeError, "dict is not a sequence"):
            xxcorten.sequence_item({}, 0)
        with self.assertRaisesRegex(TypeError, "'int' object does not support indexing"):
            xxcorten.sequence_item(1, 0)


if __name__ == "__main__":
    unittest.main()
