"""Objects that are used again when nobody else has them, and never otherwise."""

import gc
import sys
import sysconfig
import unittest
import weakref

from xxcorten import Recycler

HAS_GIL = not sysconfig.get_config_var("Py_GIL_DISABLED")
TEXTS = [f"text {number:x}" * (number % 3 + 1) for number in range(5000, 5200)]
INTS = [sign * (number << bits) for bits in (0, 1, 28, 29, 30, 31, 52) for sign in (1, -1) for number in (257, 300, 1023)]


class Recycling(unittest.TestCase):
    def assertTakesTurns(self, give, values, turns=2):
        """Of what is dropped at once, or a turn later, hardly anything is made anew."""
        places = []
        for value in values:
            given = give(value)
            places.append(id(given))
            self.assertEqual(given, value)
        if HAS_GIL:
            self.assertLessEqual(len(set(places)), turns)

    def assertIsKept(self, give, values):
        """What somebody has stays as it is."""
        for every in 1, 2, 3, 7, 50:
            kept = []
            for number, value in enumerate(values):
                given = give(value)
                if number % every == 0:
                    kept.append((value, given))
            for value, given in kept:
                self.assertEqual(given, value)

    def test_numbers(self):
        recycler = Recycler(0)
        for give, values in (
            (recycler.int, INTS[:6] * 20), (recycler.int, [-(2**62), 2**62, -(2**63), 2**61] * 20),
            (recycler.unsigned, [2**64 - 1, 2**63, 2**62, 2**60] * 20), (recycler.real, [1.5, -0.0, 1e300] * 20),
        ):
            recycler.let_go()
            self.assertTakesTurns(give, values)
        for give, values in (recycler.int, INTS), (recycler.unsigned, list(map(abs, INTS))), (recycler.real, list(map(float, INTS))):
            self.assertIsKept(give, values * 5)
            self.assertIsKept(give, [*range(300)])
        self.assertIsKept(recycler.int, [*range(-300, 0)])
        for number in (-5, 0, 256):
            self.assertIs(recycler.int(number), number)

    def test_numbers_of_several_lengths(self):
        recycler = Recycler(0)
        for _ in range(3):
            for value in INTS:
                self.assertEqual(recycler.int(value), value)
                self.assertEqual(str(recycler.int(-value)), str(-value))

    def test_strings(self):
        recycler = Recycler(10)
        self.assertTakesTurns(recycler.text, ["one of ten", "or another"] * 20, 10)
        self.assertIsKept(recycler.text, TEXTS * 3)
        self.assertIsKept(recycler.text, ["", "a", "ab", "x" * 39, "x" * 40, "x" * 400] * 10)
        self.assertEqual({recycler.text(text): number for number, text in enumerate(TEXTS)}, {text: number for number, text in enumerate(TEXTS)})
        self.assertIs(recycler.text("a"), chr(97))
        self.assertRaises(ValueError, recycler.text, "é")
        for wanted in 0, 257, sys.maxsize:
            self.assertIsKept(Recycler(wanted).text, TEXTS)

    def test_interned_strings(self):
        recycler = Recycler(3)
        for text in TEXTS:
            self.assertIs(sys.intern(recycler.text(text)), sys.intern("".join([text[:1], text[1:]])))

    def test_tuples(self):
        recycler = Recycler(0)
        for number in range(1000):
            values = (number << 20, number / 3, b"%04d" % number, str(number))
            given = recycler.tuple(*values)
            self.assertEqual(given, values)
            self.assertEqual(hash(given), hash(values))
        held = [recycler.tuple(number, 0.5, b"", None) for number in range(500)]
        self.assertEqual(held, [(number, 0.5, b"", None) for number in range(500)])
        pieces = [recycler.tuple(number << 40, number / 7, b"%08d" % number, number)[:3] for number in range(500)]
        self.assertEqual(pieces, [(number << 40, number / 7, b"%08d" % number) for number in range(500)])

    def test_tuples_that_lack_an_item(self):
        recycler = Recycler(0)
        self.assertFalse(recycler.go_on())
        recycler.tuple(1, 0.5, b"", None)
        if HAS_GIL:
            self.assertRaisesRegex(SystemError, "more items than there is room for", recycler.go_on)
        self.assertEqual(recycler.tuple(2, 0.5, b"", None), (2, 0.5, b"", None))

    def test_lists(self):
        recycler = Recycler(0)
        for count in (0, 1, 5, 3, 100, 2, 0, 8) * 20:
            given = recycler.list(count, count)
            self.assertEqual(given, [count] * count)
            given.extend("more")
        held = [recycler.list(number, 3) for number in range(500)]
        self.assertEqual(held, [[number] * 3 for number in range(500)])

    def test_items_that_come_back(self):
        """What an owner has put into a list goes when the list is used again, and may do anything."""
        class Item:
            def __del__(self):
                seen.append(recycler.list("nested", 2))
                if len(seen) % 3 == 0:
                    recycler.let_go()

        recycler, seen = Recycler(0), []
        for number in range(200):
            given = recycler.list(number, 4)
            self.assertEqual(given, [number] * 4)
            given[number % 4] = Item()
            given.append(Item())
        self.assertGreater(len(seen), 300)
        self.assertEqual([items for items in seen if items != ["nested"] * 2], [])

    def test_what_is_let_go(self):
        class Item:
            pass

        for wanted in True, False:
            recycler = Recycler(0, wanted)
            item = Item()
            gone = weakref.ref(item)
            recycler.list(item, 3), recycler.tuple(1, 1.0, b"", item)
            del item
            self.assertEqual(gone() is None, not (wanted and HAS_GIL))
            recycler.let_go()
            self.assertIsNone(gone())

    def test_cycles(self):
        class Item:
            pass

        recycler, item = Recycler(0), Item()
        item.recycler = recycler
        recycler.list(item, 3)
        gone = weakref.ref(item)
        del recycler, item
        gc.collect()
        self.assertIsNone(gone())


if __name__ == "__main__":
    unittest.main()
