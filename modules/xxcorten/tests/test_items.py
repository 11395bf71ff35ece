"""Items of a type chosen at run time, and the other things that a class like `array` needs."""

import gc
import struct
import sys
import unittest

import xxcorten
from corten.testing import in_threads
from xxcorten import Samples


def samples(code, *values):
    new = Samples(code)
    new.extend(struct.pack(f"{len(values)}{code}", *values))
    return new


def bits(code, value):
    return int.from_bytes(struct.pack(code, value), sys.byteorder)


class Items(unittest.TestCase):
    def test_every_change_is_that_of_a_list(self):
        for code in "hd":
            items, model = Samples(code), []
            for step in range(200):
                at = step * 7 % (len(model) + 1)
                items.insert(at, bits(code, step))
                model.insert(at, step)
                items.push(bits(code, -step))
                model.append(-step)
                if step % 5 == 0:
                    stop = min(len(model), at + step % 11)
                    new = range(step % 13)
                    items.splice(at, stop, struct.pack(f"{len(new)}{code}", *new))
                    model[at:stop] = new
                if step % 50 == 49:
                    items.remove(3, len(model) - 3)
                    del model[3:-3]
                self.assertTrue(items.set(0, bits(code, 77)))
                model[0] = 77
                self.assertEqual(items.values(), model)
                self.assertEqual(items.values(2, 5), model[2:5])
                address, length, capacity = items.place()
                self.assertEqual(length, len(model))
                self.assertGreaterEqual(capacity, length)
                self.assertEqual(address % 8, 0)
            self.assertFalse(items.set(len(model), 1))
            items.repeat(3)
            self.assertEqual(items.values(), model * 3)
            items.repeat(0)
            self.assertEqual(items.place(), (0, 0, 0))

    def test_single_items_in_one_step(self):
        for code in "hd":
            items = samples(code, 1, 2, 3)
            self.assertEqual([items.get(index) for index in (0, 2, -1, -3)], [1, 3, 3, 1])
            self.assertEqual([items.get(index) for index in (3, -4, sys.maxsize, -sys.maxsize - 1)], [None] * 4)
            self.assertTrue(items.set(-1, bits(code, 7)))
            self.assertFalse(items.set(-4, bits(code, 8)))
            self.assertEqual(items.to_list(), [1, 2, 7])
            self.assertTrue(all(type(item) is (int if code == "h" else float) for item in items.to_list()))
            self.assertEqual([items.pop(0), items.pop(), items.pop(1), items.pop(-1), items.pop()], [1, 7, None, 2, None])
            self.assertEqual(items.to_list(), [])
            items.extend_from(samples(code, *range(5)))
            self.assertTrue(items.keep_first())
            self.assertFalse(items.keep_first())
            self.assertEqual(items.to_list(), [0])

    def test_lent_items_are_not_removed(self):
        for code in "hd":
            items = samples(code, 1, 2)
            with memoryview(items) as view:
                self.assertRaisesRegex(BufferError, "the samples are lent", items.pop)
                self.assertRaisesRegex(BufferError, "the samples are lent", items.keep_first)
                self.assertIsNone(items.pop(2))
                self.assertEqual((view.tolist(), items.get(-1), items.to_list()), ([1, 2], 2, [1, 2]))
                self.assertTrue(items.set(-1, bits(code, 9)))
                self.assertEqual(view.tolist(), [1, 9])
            self.assertEqual((items.pop(), items.to_list()), (9, [1]))
            with memoryview(items):
                self.assertFalse(items.keep_first())

    def test_characters_and_what_is_none(self):
        items, text = Samples("w"), "a\xe9\u20ac\ud800\U0001f600"
        for character in text:
            items.push(ord(character))
        self.assertEqual((items.to_list(), items.to_text()), (list(text), text))
        self.assertEqual((items.get(0), items.get(-1), items.pop(1)), ("a", "\U0001f600", "\xe9"))
        for none in (0x110000, 0xFFFFFFFF):
            items.push(none)
            for ask in (items.to_list, items.pop, lambda: items.get(-1)):
                self.assertRaisesRegex(ValueError, "not in range", ask)
            self.assertEqual(items.to_text(), none)
            self.assertEqual(len(items.values()), 5)
            items.remove(4, 5)
        self.assertEqual(items.to_list(), list("a\u20ac\ud800\U0001f600"))

    def test_texts_of_every_width(self):
        for last in "a\x7f\x80\xff\u0100\uffff\U00010000\U0010ffff":
            for length in (0, 1, 2, 15, 16, 17, 40):
                items, text = Samples("w"), "a" * (length - 1) + last * (length > 0)
                for character in text:
                    items.push(ord(character))
                self.assertEqual(items.to_text(), text)
                self.assertEqual(sys.getsizeof(items.to_text()), sys.getsizeof("".join(list(text))))
        # None of these alone has all the bits.
        items = Samples("w")
        items.push(0x100000), items.push(0xFFFFF)
        self.assertEqual(items.to_text(), "\U00100000\U000fffff")
        self.assertRaises(SystemError, samples("h", 1).to_text)

    def test_swapping_bytes(self):
        for code in "hdw":
            for length in (0, 1, 2, 63, 64, 65, 300):
                items, data = Samples(code), bytes(step * 7 % 251 for step in range(length * (8 if code == "d" else 2)))
                if code == "w":
                    data += data
                items.extend(data)
                with memoryview(items) as view:
                    size = view.itemsize
                    items.swap_bytes()
                    expected = b"".join(data[at:at + size][::-1] for at in range(0, len(data), size))
                    self.assertEqual(bytes(view), expected)

    def test_two_of_them(self):
        left, right = samples("h", 1, 2, 3), samples("h", 4, 5)
        self.assertFalse(left.same(right))
        left.extend_from(right)
        left.extend_from(left)
        self.assertEqual(left.values(), [1, 2, 3, 4, 5] * 2)
        left.overwrite(right)
        left.overwrite(left)
        self.assertEqual(left.values()[:3], [4, 5, 3])
        self.assertTrue(left.same(left))

    def test_lent_items_stay(self):
        for code in "hd":
            items = samples(code, 1, 2, 3)
            with memoryview(items) as view:
                self.assertEqual((view.format, view.itemsize), (code, struct.calcsize(code)))
                self.assertEqual((view.shape, view.strides), ((3,), (view.itemsize,)))
                self.assertEqual(view.tolist(), [1, 2, 3])
                view[1] = 5
                items.set(2, bits(code, 7))
                items.overwrite(samples(code, 9))
                self.assertEqual(view.tolist(), [9, 5, 7])
                self.assertTrue(items.same(samples(code, 9, 5, 7)))
                for change in (
                    lambda: items.push(0),
                    lambda: items.insert(0, 0),
                    lambda: items.splice(0, 1, b""),
                    lambda: items.remove(0, 0),
                    lambda: items.extend(b""),
                    lambda: items.extend(view),
                    lambda: items.extend_from(items),
                ):
                    self.assertRaisesRegex(BufferError, "the samples are lent", change)
            items.extend_from(items)
            self.assertEqual(len(items.values()), 6)
        with memoryview(Samples("d")) as view:
            self.assertEqual(view.tolist(), [])

    def test_what_is_no_range_or_no_whole_item_is_refused(self):
        items = samples("h", 1, 2)
        for change in (
            lambda: items.insert(3, 0),
            lambda: items.remove(1, 3),
            lambda: items.remove(2, 1),
            lambda: items.splice(0, 1, b"abc"),
            lambda: items.extend(b"a"),
        ):
            self.assertRaises(SystemError, change)
        self.assertEqual(items.values(), [1, 2])
        self.assertRaises(MemoryError, items.repeat, 1 << 61)
        self.assertRaises(MemoryError, items.repeat, (1 << 64) - 1)
        self.assertEqual(items.values(), [1, 2])

    def test_slices_and_subclasses(self):
        class Sub(Samples):
            def __new__(cls, *args):
                raise AssertionError

        items = samples("d", *range(10))
        for part in (slice(None), slice(2, 8, 3), slice(None, None, -1), slice(8, -11, -4), slice(5, 2)):
            for cls in (Samples, Sub):
                gathered = items.gather(cls, part)
                self.assertIs(type(gathered), cls)
                self.assertEqual(gathered.values(), list(range(10))[part])
        self.assertRaisesRegex(TypeError, "int is not a subtype of xxcorten.Samples", items.gather, int, slice(0))
        self.assertRaisesRegex(ValueError, "slice step cannot be zero", items.gather, Sub, slice(0, 1, 0))

        size, name = items.class_facts()
        self.assertEqual((size, name), (Samples.__basicsize__, "Samples"))

    def test_threads_at_one_vector(self):
        items, other = Samples("h"), samples("h", 3)

        def work(seed):
            for step in range(300):
                items.push(1)
                items.extend_from(other)
                other.overwrite(items)
                items.same(other)
                if (step + seed) % 3 == 0:
                    with memoryview(items) as view:
                        sum(view.tolist())
                        try:
                            items.push(1)
                        except BufferError:
                            pass
                items.set(-1, 3)
                try:
                    self.assertIn(items.pop(), (None, 1, 3))
                except BufferError:
                    pass
                if (step + seed) % 7 == 0:
                    try:
                        items.repeat(0)
                    except BufferError:
                        pass

        def survive(seed):
            for _ in range(3):
                try:
                    work(seed)
                except BufferError:
                    pass

        in_threads(4, survive)
        self.assertTrue(set(items.values()) <= {1, 3})


class Kin(unittest.TestCase):
    def test_lists_are_complete_or_not_there(self):
        self.assertEqual(xxcorten.list_with(3, lambda n: n * n), [0, 1, 4])
        self.assertEqual(xxcorten.list_with(0, None), [])
        self.assertTrue(gc.is_tracked(xxcorten.list_with(1, str)))
        found = []

        def look(index):
            found.extend(o for o in gc.get_objects() if type(o) is list and len(o) == 12345)
            raise KeyError

        self.assertRaises(KeyError, xxcorten.list_with, 12345, look)
        self.assertEqual(found, [])
        self.assertRaises(MemoryError, xxcorten.list_with, 1 << 62, str)

    def test_numbers_of_lists(self):
        class Int(int):
            pass

        others = [True, Int(3), 2**63, "a", None]
        items = [1.5, 7, -2**63, 2**63 - 1, *others]
        found = xxcorten.numbers_of_list(items, len(items) + 1)
        self.assertEqual(found, [*items, None])
        self.assertTrue(all(a is b for a, b in zip(found[4:-1], others, strict=True)))

    def test_indices(self):
        class Index:
            def __index__(self):
                return -3

        self.assertEqual(xxcorten.indices(Index(), Index()), (-3, -3))
        self.assertEqual(xxcorten.indices(5, 1 << 80), (5, sys.maxsize))
        self.assertEqual(xxcorten.indices(5, -1 << 80), (5, -sys.maxsize - 1))
        self.assertRaisesRegex(IndexError, "cannot fit 'int' into an index", xxcorten.indices, 1 << 80, 0)
        self.assertRaisesRegex(TypeError, "slice indices must be integers", xxcorten.indices, 0, None)

    def test_characters(self):
        for character in ("a", "\xe9", "\u20ac", "\ud800", "\U0001f600"):
            self.assertEqual(xxcorten.code_point(character), (ord(character), character))
            self.assertEqual(xxcorten.from_code(ord(character)), character)
        self.assertRaises(ValueError, xxcorten.from_code, 0x110000)
        self.assertRaises(ValueError, xxcorten.from_code, 0xFFFFFFFF)
        expected = r"code_point\(\) argument must be a unicode character, not str"
        if sys.version_info >= (3, 14):
            expected = r"code_point\(\): argument must be a unicode character, not a string of length 2"
        self.assertRaisesRegex(TypeError, expected, xxcorten.code_point, "ab")
        self.assertRaisesRegex(TypeError, "must be a unicode character, not int", xxcorten.code_point, 1)

    def test_decoding(self):
        for bits in (16, 32):
            for text in ("", "abc", "\U0001f600"):
                self.assertEqual(xxcorten.decode(text.encode(f"utf-{bits}-be"), bits, True), text)
                self.assertEqual(xxcorten.decode(text.encode(f"utf-{bits}-le"), bits, False), text)
                self.assertEqual(xxcorten.decode(text.encode(f"utf-{bits}"), bits), text)
        self.assertRaises(UnicodeDecodeError, xxcorten.decode, b"\0\0\xd8\0", 32, True)

    def test_auditing(self):
        events = []
        sys.addaudithook(lambda event, args: events.append(args) if event == "xxcorten.audited" else None)
        xxcorten.audited(1, "x")
        self.assertEqual(events, [(1, "x")])

        def object_to(event, args):
            if event == "xxcorten.audited" and args[0] == "no":
                raise KeyError

        sys.addaudithook(object_to)
        self.assertRaises(KeyError, xxcorten.audited, "no", None)


if __name__ == "__main__":
    unittest.main()
