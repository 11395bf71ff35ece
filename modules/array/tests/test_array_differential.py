"""The Rust array beside the C one of the same interpreter: same items, same errors, same memory."""

import copy
import gc
import itertools
import pickle
import random
import sys
import unittest
import warnings
import weakref
from contextlib import contextmanager

from corten.testing import c_module, in_threads, rust_module

C = c_module("array")
RUST = rust_module("array")



@contextmanager
def imported(module):
    """Let `module` be what `import array` gives."""
    saved, sys.modules["array"] = sys.modules.get("array"), module
    try:
        yield
    finally:
        sys.modules["array"] = saved


# A module looks its function for unpickling up once.
for module in (C, RUST):
    with imported(module):
        module.array("i").__reduce_ex__(4)

CODES = C.typecodes
INTEGERS = "bBhHiIlLqQ"
TEXT = "".join(code for code in CODES if code in "uw")

warnings.filterwarnings("ignore", "The 'u' type code", DeprecationWarning)


def plain(value):
    """`value` with arrays of either module, and exceptions, in a form that compares."""
    if isinstance(value, (C.array, RUST.array)):
        return type(value).__name__, value.typecode, value.itemsize, value.tobytes()
    if isinstance(value, (tuple, list)):
        return type(value), [plain(item) for item in value]
    if isinstance(value, type) and value in (C.array, RUST.array):
        return "array"
    if isinstance(value, float):
        return repr(value)
    if callable(value):
        return getattr(value, "__name__", value)
    return value


def outcome(function, *args):
    try:
        return "returned", plain(function(*args))
    except Exception as error:
        # Early releases of 3.13 forget one code here.
        return "raised", type(error).__qualname__, str(error).replace("u, h", "u, w, h")


class Differential(unittest.TestCase):
    def check(self, function):
        """Call `function` with each module: both outcomes must be the same."""
        expected = outcome(function, C)
        self.assertEqual(outcome(function, RUST), expected)
        return expected


class Index:
    def __init__(self, value):
        self.value = value

    def __index__(self):
        return self.value


class Float:
    def __float__(self):
        return 2.5


class FloatError:
    def __float__(self):
        raise ArithmeticError("no")

    __index__ = __float__


class Equal:
    """Equal to some things."""

    def __init__(self, *others):
        self.others = others

    def __eq__(self, other):
        return other in self.others


class IntSub(int):
    def __eq__(self, other):
        return True

    __hash__ = int.__hash__


class List(list):
    def __getitem__(self, index):
        return 7


VALUES = [
    *(sign * (1 << bits) + more for bits in (0, 7, 8, 15, 16, 30, 31, 32, 53, 60, 63, 64, 70) for sign in (1, -1)
      for more in (-1, 0, 1)),
    True, False, 0.0, -0.0, 1.5, 1e300, -1e-300, float("inf"), float("-inf"), float("nan"), 10**400, 2.0**63, 2.0**64,
    2.0**24 + 1, 0.1,
    "", "a", "\xe9", "\u20ac", "\ud800", "\U0001f600", "ab", b"a", None, [], (), {}, 1j, object, Index(5), Index(-1),
    Index(1 << 70), Index("x"), Float(), FloatError(), IntSub(3),
]


def samples(code):
    """Lists of items for an array of `code`."""
    rng = random.Random(code)
    if code in TEXT:
        alphabet = "ab\0\xe9\u20ac\ud800\U0001f600"
        return [rng.choices(alphabet, k=size) for size in (0, 1, 2, 5, 40, 300)]
    if code in "fd":
        alphabet = [0.0, -0.0, 1.5, -2.25, 3.0, 77.0, float("inf"), float("nan")]
    else:
        bits = 8 * C.array(code).itemsize
        alphabet = [0, 1, 2, 3, 77, (1 << bits - 1) - 1]
        alphabet += [(1 << bits) - 1] if code.isupper() else [-1, -(1 << bits - 1)]
    return [rng.choices(alphabet, k=size) for size in (0, 1, 2, 5, 40, 300)]


class Items(Differential):
    def test_every_value_in_every_place(self):
        for code, value in itertools.product(CODES, VALUES):
            with self.subTest(code=code, value=value):
                for items in samples(code)[:4]:
                    self.check(lambda m: m.array(code, [value]))
                    self.check(lambda m: m.array(code, (value, value)))
                    self.check(lambda m: m.array(code, iter([value])))
                    self.check(lambda m: m.array(code, value))
                    for change in (
                        lambda a: a.append(value),
                        lambda a: a.insert(1, value),
                        lambda a: a.extend([value]),
                        lambda a: a.fromlist([value]),
                        lambda a: a.__setitem__(0, value),
                        lambda a: a.__setitem__(-1, value),
                        lambda a: a.remove(value),
                    ):
                        self.check(lambda m: changed(m.array(code, items), change))
                    self.check(lambda m: m.array(code, items).count(value))
                    self.check(lambda m: m.array(code, items).index(value))
                    self.check(lambda m: value in m.array(code, items))

    def test_plain_numbers_and_others_mixed(self):
        rng = random.Random(30)
        for code in CODES:
            fitting = [value for value in VALUES if outcome(C.array, code, [value])[0] == "returned"]
            for pool in (fitting, fitting * 9 + VALUES):
                for _ in range(100):
                    values = rng.choices(pool, k=rng.randrange(12))
                    self.check(lambda m: m.array(code, values))
                    self.check(lambda m: m.array(code, tuple(values)))
                    self.check(lambda m: changed(m.array(code), lambda a: a.fromlist(values)))

    def test_every_key(self):
        keys = [*range(-7, 8), 1 << 80, -1 << 80, True, Index(1), Index(1 << 90), None, "a", 1.0, (), Index("x"),
                sys.maxsize, -sys.maxsize - 1]
        bounds = [None, 0, 1, 3, 7, 100, -1, -3, -100, 1 << 80, -1 << 80]
        keys += [slice(*key) for key in itertools.product(bounds, bounds, [None, 1, 2, 3, -1, -2, 1 << 80, 0, "x"])]
        for code in "bhid" + TEXT:
            items = samples(code)[3]
            for key in keys:
                self.check(lambda m: m.array(code, items)[key])
                self.check(lambda m: changed(m.array(code, items), lambda a: a.__delitem__(key)))
        for key in keys:
            for count in range(7):
                new = list(range(40, 40 + count))
                self.check(lambda m: changed(m.array("h", range(5)), lambda a: a.__setitem__(key, m.array("h", new))))
            self.check(lambda m: changed(m.array("h", range(5)), lambda a: a.__setitem__(key, a)))
            for value in ([1], "a", None, 3):
                self.check(lambda m: changed(m.array("h", range(5)), lambda a: a.__setitem__(key, value)))
            self.check(lambda m: changed(m.array("h", range(5)), lambda a: a.__setitem__(key, m.array("i", [1]))))

    def test_searching_finds_what_comparing_finds(self):
        for code in CODES:
            for items in samples(code):
                for needle in [*set(items), *VALUES, Equal(*items[:1]), Equal(77)]:
                    for start, stop in ((0, sys.maxsize), (1, 3), (-3, -1), (-1000, 1000), (5, 2), (1 << 80, 0)):
                        self.check(lambda m: m.array(code, items).index(needle, start, stop))
                    self.check(lambda m: m.array(code, items).count(needle))
                    self.check(lambda m: needle in m.array(code, items))

    def test_comparing(self):
        arrays = [(code, items) for code in CODES for items in samples(code)[:5]]
        arrays += [(code, items[:-1] + items[:1]) for code, items in arrays if items]
        arrays += [(code, items[:1] * 3) for code, items in arrays if len(items) == 1]
        for (left, items), (right, others) in itertools.product(arrays, arrays):
            for op in ("__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__"):
                self.check(lambda m: getattr(m.array(left, items), op)(m.array(right, others)))
        for other in (None, [], (), "", 3):
            self.check(lambda m: m.array("i") == other)
            self.check(lambda m: m.array("i") < other)

    def test_long_arrays(self):
        rng = random.Random(3)
        for code in "bhiqfd":
            for size in (31, 32, 33, 255, 256, 1000):
                items = [rng.randrange(100) for _ in range(size)]
                for at in (0, size // 2, size - 1):
                    other = items.copy()
                    other[at] += 1
                    for op in ("__eq__", "__lt__", "__ge__"):
                        self.check(lambda m: getattr(m.array(code, items), op)(m.array(code, other)))
                    found = items.copy()
                    found[at] = 101
                    self.check(lambda m: m.array(code, found).index(101))
                    self.check(lambda m: m.array(code, found).count(found[0]))
                self.check(lambda m: m.array(code, [1] * size).count(1))

    def test_characters_that_are_none(self):
        for code in TEXT:
            for data in (b"\xff\xff\xff\x7f", b"\xff\xff\xff\xff", b"a\0\0\0\0\0\x11\0", b"\0\xd8\0\0",
                         b"\xff\xfe\0\0a\0\0\0", b"\0\0\xfe\xffa\0\0\0", b"b\0\0\0\xff\xff\xff\xffa\0\0\0"):
                for use in (repr, list, lambda a: a.tounicode(), lambda a: a[0], lambda a: a[-1], lambda a: "a" in a,
                            lambda a: a.count("a"), lambda a: a.index("b"), lambda a: a.remove("b"), lambda a: a.pop(),
                            lambda a: a == a[:], lambda a: a < a[:-1], lambda a: a.tolist(), lambda a: 3 in a):
                    self.check(lambda m: use(m.array(code, data)))
                self.check(lambda m: m.array(code, data) < m.array(code, b"b\0\0\0"))
                self.check(lambda m: m.array(code, data) == m.array("i", [1] * (len(data) // 4)))


def changed(array, change):
    """What `change` gave, and what the array is afterwards."""
    try:
        result = change(array)
    except Exception as error:
        return type(error).__qualname__, str(error), array
    return result, array, sys.getsizeof(array)


class Whole(Differential):
    def test_methods_on_whole_arrays(self):
        uses = [
            lambda a: (a.byteswap(), a)[1], lambda a: (a.reverse(), a)[1], lambda a: a.tobytes(), lambda a: a.tolist(),
            lambda a: a + a, lambda a: a * 3, lambda a: 3 * a, lambda a: a * 0, lambda a: a * -1, lambda a: a * Index(2),
            lambda a: a.__copy__(), lambda a: a.__deepcopy__({}), copy.copy, copy.deepcopy, lambda a: repr(a),
            lambda a: str(a), lambda a: len(a), lambda a: bool(a), list, lambda a: list(reversed(a)),
            lambda a: a.buffer_info()[1], lambda a: a.__reduce_ex__(2), lambda a: a.__reduce_ex__(3),
            lambda a: a.__reduce_ex__("x"), lambda a: a.__reduce_ex__(1 << 80), hash, lambda a: a.typecode,
            lambda a: memoryview(a).tolist(), lambda a: memoryview(a).format, lambda a: bytes(a), lambda a: bytearray(a),
            lambda a: a.fromunicode("ab"), lambda a: a.fromunicode(3),
            lambda a: a.tounicode(), lambda a: a + [1], lambda a: a + a[:0], lambda a: a.__iadd__([]),
            lambda a: a.__imul__("x"), lambda a: a * (1 << 62), lambda a: a * (1 << 80), lambda a: a.frombytes(b"abc"),
            lambda a: a.frombytes(bytearray(16)), lambda a: a.frombytes(a), lambda a: a.frombytes("a"),
            lambda a: a.frombytes(memoryview(bytes(32))[::2]), lambda a: a.frombytes(memoryview(bytes(32)).cast("i")),
            lambda a: a.frombytes(b""), lambda a: setattr(a, "typecode", "b"), lambda a: setattr(a, "x", 1),
            lambda a: sys.getsizeof(a), lambda a: a.extend(a), lambda a: a.extend(3), lambda a: a.extend("ab"),
            lambda a: a.extend(a[:0]), lambda a: a.fromlist(()), lambda a: a.pop(5), lambda a: a.pop(-3), lambda a: a.pop(),
            lambda a: a.pop("x"), lambda a: a.pop(1 << 80), lambda a: a.insert("x", 1), lambda a: a.clear(),
            lambda a: a.__class_getitem__(int), lambda a: iter(a).__reduce__(), lambda a: iter(a).__setstate__("x"),
        ]
        for code in CODES:
            for items in samples(code)[:5]:
                for number, use in enumerate(uses):
                    with self.subTest(code=code, items=items, number=number):
                        self.check(lambda m: changed(m.array(code, items), use))

    def test_in_place(self):
        for code in CODES:
            for items in samples(code)[:5]:
                for count in (-1, 0, 1, 2, 5, 1 << 62, 1 << 80):
                    def repeat(array):
                        array *= count
                    self.check(lambda m: changed(m.array(code, items), repeat))
                for other in CODES:
                    def concat(array, module):
                        array += module.array(other, samples(other)[2])
                    self.check(lambda m: changed(m.array(code, items), lambda a: concat(a, m)))
                    self.check(lambda m: changed(m.array(code, items), lambda a: a.extend(m.array(other, samples(other)[3]))))
                    self.check(lambda m: m.array(code, items) + m.array(other, samples(other)[1]))

    def test_constructor(self):
        arguments = [
            (), (1,), ("ii",), ("",), (None,), ("x",), ("\0",), ("\U0001f600",), ("x", "abc"), ("x", 3), ("x", []),
            ("i", [], 3), ("i", "abc"), ("i", b"abcd"), ("i", b"abc"), ("i", bytearray(8)), ("b", memoryview(b"ab")),
            ("i", None), ("i", 3), ("i", {1: 2}), ("i", {1}), ("d", range(3)), ("h", List([1, 2])), ("u", "a\u20ac"),
            ("u", ["a"]), ("u", ""), ("u", b"a\0\0\0"), ("w", "a\U0001f600"), ("w", b"abc"), ("w", [1]), ("i", Index(1)),
        ]
        for args in arguments:
            self.check(lambda m: m.array(*args))
            self.check(lambda m: sys.getsizeof(m.array(*args)))
        for code, other in itertools.product(CODES, CODES):
            for items in samples(other)[:3]:
                self.check(lambda m: m.array(code, m.array(other, items)))
                self.check(lambda m: sys.getsizeof(m.array(code, m.array(other, items))))
        self.check(lambda m: m.array("i", x=1))
        self.check(lambda m: m.array("i", **{}))
        self.check(lambda m: m.array(typecode="i"))

    def test_memory_grows_as_in_c(self):
        rng = random.Random(1)
        steps = [(rng.randrange(6), rng.randrange(60)) for _ in range(400)]

        def sizes(module):
            array, found = module.array("i"), []
            for kind, count in steps:
                if kind == 0:
                    array.append(count)
                elif kind == 1:
                    array.extend(module.array("i", range(count)))
                elif kind == 2:
                    array.frombytes(bytes(4 * count))
                elif kind == 3:
                    del array[count:2 * count]
                elif kind == 4:
                    array[count:] = module.array("i", range(count // 2))
                elif array:
                    array.pop(count % len(array))
                found.append((len(array), sys.getsizeof(array)))
            return found
        self.check(sizes)

    def test_no_text(self):
        for code in TEXT:
            array = RUST.array(code)
            array.fromunicode("")
            with memoryview(array):
                array.fromunicode("")
            self.assertEqual(array.tounicode(), "")

    def test_typecodes_and_abc(self):
        import collections.abc
        self.assertEqual(RUST.typecodes, C.typecodes)
        self.assertTrue(issubclass(RUST.array, collections.abc.MutableSequence))
        self.assertIs(RUST.ArrayType, RUST.array)
        self.assertEqual(RUST.array.__flags__, C.array.__flags__)
        self.assertEqual(RUST.array.__basicsize__, C.array.__basicsize__)
        match RUST.array("i", [1, 2]):
            case [1, second]:
                self.assertEqual(second, 2)
            case _:
                self.fail("an array is a sequence")

    def test_files(self):
        class File:
            def __init__(self, data=b""):
                self.data, self.written = data, []

            def read(self, size):
                return self.data if isinstance(self.data, bytearray) else self.data[:size]

            def write(self, data):
                self.written.append(bytes(data))

        for code in CODES:
            for data, count in ((bytes(64), 3), (bytes(7), 1), (bytes(8), 5), (b"", 0), (b"", 1), (bytearray(8), 1),
                                (bytes(8), -1), (bytes(8), 1 << 62), (bytes(8), 1 << 80), (bytes(8), "x")):
                self.check(lambda m: changed(m.array(code), lambda a: a.fromfile(File(data), count)))

            def written(module):
                file = File()
                module.array(code, bytes(200_000 - 200_000 % 8)).tofile(file)
                return file.written
            self.check(written)
        self.check(lambda m: m.array("i").fromfile(3, 1))
        self.check(lambda m: m.array("i", [1]).tofile(3))
        self.check(lambda m: m.array("i").tofile(3))


class Iterating(Differential):
    def test_numbers_that_somebody_has(self):
        """Their objects are used again by the iterator, but not while anybody has them."""
        rng = random.Random(1)
        tables = {
            code: [rng.choice([1, -1] if code in "ilqh" else [1]) * (rng.randrange(2**bits) >> rng.randrange(bits)) for _ in range(600)]
            for code, bits in zip("hHiIlLqQ", (15, 16, 31, 32, 63, 64, 63, 64), strict=True)
        } | {code: [float(rng.randrange(-(2**20), 2**20)) for _ in range(600)] for code in "fd"} | {"u": "aé€" * 100, "b": range(-128, 128)}

        def kept(module, code, every):
            array = module.array(code, tables[code])
            seen, held, numbers = [], [], {}
            previous = None
            for index, number in enumerate(array):
                if index % every == 0:
                    held.append(number)
                numbers.setdefault(number, []).append((index, previous))
                previous = number
                seen.append(repr(number))
            iterator = iter(array)
            held += [sum(array) if code != "u" else 0, list(array), list(zip(array, array, strict=True)), list(zip(iterator, iterator, strict=True))]
            held += [max(array), sorted(array), [next(iter(array)) for _ in range(3)]]
            return seen, held, numbers

        for code, every in itertools.product(tables, (1, 2, 3, 50, 10**6)):
            self.check(lambda m: kept(m, code, every))  # noqa: B023


class Subclasses(Differential):
    def test_attributes_weak_references_and_pickles(self):
        def use(module):
            global Sub

            class Sub(module.array):
                def __init__(self, code, items=(), *, note=None):
                    self.note = note

            Sub.__qualname__ = "Sub"
            array = Sub("i", [1, 2, 3], note="x")
            array.more = [array.note]
            reference = weakref.ref(array)
            with imported(module):
                pickles = [pickle.dumps(array, protocol) for protocol in range(pickle.HIGHEST_PROTOCOL + 1)]
                loaded = [pickle.loads(data) for data in pickles]
                iterators = [pickle.loads(pickle.dumps(advanced(array, n), protocol))
                             for n in range(5) for protocol in range(pickle.HIGHEST_PROTOCOL + 1)]
            found = [(type(a) is Sub, a, a.note, a.more) for a in loaded]
            rest = [list(i) for i in iterators]
            same = reference() is array
            parts = array[:2], array + array, array * 2, copy.copy(array), repr(array), array.__reduce_ex__(4)
            parts = [type(part).__name__ if isinstance(part, module.array) else part for part in parts]
            del array, loaded
            gc.collect()
            return found, rest, same, reference() is None, parts
        self.check(use)

    def test_cycles_are_collected(self):
        class Sub(RUST.array):
            pass

        array = Sub("i")
        array.itself = array
        reference = weakref.ref(array)
        del array
        gc.collect()
        self.assertIsNone(reference())


def advanced(iterable, count):
    iterator = iter(iterable)
    for _ in range(count):
        next(iterator, None)
    return iterator


class Reconstructor(Differential):
    def test_every_format(self):
        data = [b"", bytes(8), bytes(range(16)), bytes(range(240, 256)), b"abc", "text", bytearray(8),
                b"\0\0\0a\0\0\0b", b"a\0\0\0b\0\0\0", b"\0a\0b", b"\xd8\x3d\xde\0" * 2]
        for code in [*CODES, "x", "ii", 3]:
            for number in [*range(-2, 24), 1 << 40, "x", 1.0]:
                for items in data:
                    self.check(lambda m: m._array_reconstructor(m.array, code, number, items))
        for cls in (int, 3, None, "x"):
            self.check(lambda m: m._array_reconstructor(cls, "i", 0, b""))


class Buffers(Differential):
    def test_views(self):
        for code in CODES:
            for items in samples(code)[:4]:
                def facts(module):
                    view = memoryview(module.array(code, items))
                    return view.format, view.itemsize, view.shape, view.strides, view.readonly, view.nbytes, bytes(view)
                self.check(facts)

    def test_lent_arrays_keep_their_size(self):
        def append(a):
            a.append(a[0])

        def concat(a):
            a += a

        def repeat(a):
            a *= 2

        uses = [
            append, concat, repeat, lambda a: a.insert(0, a[0]), lambda a: a.pop(), lambda a: a.remove(a[0]),
            lambda a: a.remove("nothing"), lambda a: a.extend(a), lambda a: a.extend(a[:0]), lambda a: a.extend([]),
            lambda a: a.extend([a[0]]), lambda a: a.fromlist([]), lambda a: a.fromlist([a[0]]), lambda a: a.fromlist(["x", {}]),
            lambda a: a.frombytes(b""), lambda a: a.frombytes(bytes(16)), lambda a: a.frombytes(bytearray(16)),
            lambda a: a.__delitem__(0), lambda a: a.__delitem__(slice(0, 0)), lambda a: a.__delitem__(slice(0, 2)),
            lambda a: a.__setitem__(slice(0, 1), a[:1]), lambda a: a.__setitem__(slice(0, 1), a), lambda a: a.clear(),
            lambda a: a.__setitem__(slice(None), a), lambda a: a.__setitem__(slice(None, None, 2), a[::2]),
            lambda a: a.__setitem__(slice(None, None, -1), a), lambda a: a.__setitem__(slice(0, 0), a[:0]),
            lambda a: a.reverse(), lambda a: a.byteswap(), lambda a: a.__setitem__(0, a[-1]), lambda a: a.__imul__(1),
            lambda a: a.fromunicode("a"), lambda a: a.__imul__(0),
        ]
        for code in CODES:
            for items in samples(code)[:4]:
                for use in uses:
                    def lent(module):
                        array = module.array(code, items)
                        with memoryview(array) as view:
                            result = changed(array, use)
                            return result, bytes(view), changed(array, use)
                    self.check(lent)


class Hostile(unittest.TestCase):
    """Callbacks that change the array in the middle: C crashes in some; here nothing may."""

    def arrays(self):
        for code in "bBhHiIlLqQfd":
            yield RUST.array(code, range(100))

    def changes(self, array):
        yield lambda: array.__delitem__(slice(None))
        yield lambda: array.__delitem__(slice(1, None))
        yield lambda: array.extend(array)
        yield lambda: array.__setitem__(slice(None), RUST.array(array.typecode, [1]))
        yield lambda: memoryview(array)
        yield lambda: array.frombytes(bytes(80_000))

    def survive(self, use):
        try:
            use()
        except (IndexError, ValueError, TypeError, BufferError, RuntimeError, OverflowError, EOFError):
            pass

    def test_conversions_that_change_the_array(self):
        for template in self.arrays():
            for number in range(6):
                for use in (
                    lambda a, v: a.append(v), lambda a, v: a.insert(50, v), lambda a, v: a.__setitem__(50, v),
                    lambda a, v: a.__setitem__(v, 1), lambda a, v: a.__getitem__(v), lambda a, v: a.__delitem__(v),
                    lambda a, v: a[slice(v, None, 2)], lambda a, v: a.__setitem__(slice(v, None), a[:5]),
                    lambda a, v: a.__delitem__(slice(None, None, v)), lambda a, v: a.extend([v, v]),
                    lambda a, v: a.extend(iter([v, v])), lambda a, v: a.fromlist([v, v]), lambda a, v: a.pop(v),
                    lambda a, v: a.index(3, v), lambda a, v: a.index(3, 0, v), lambda a, v: a * v,
                    lambda a, v: a.__imul__(v), lambda a, v: a.__reduce_ex__(v), lambda a, v: RUST.array(a.typecode, [v, v]),
                ):
                    array = template[:]
                    change = list(self.changes(array))[number]
                    held = []

                    class Value:
                        def __index__(self):
                            held.append(change())
                            return 3

                        def __float__(self):
                            held.append(change())
                            return 3.0

                    self.survive(lambda: use(array, Value()))
                    self.assertEqual(len(array.tobytes()), len(array) * array.itemsize)

    def test_comparisons_that_change_the_array(self):
        for template in self.arrays():
            for number in range(6):
                for use in (lambda a, v: a.index(v), lambda a, v: a.count(v), lambda a, v: v in a, lambda a, v: a.remove(v)):
                    for at in (0, 3, 60):
                        for answer in (True, False):
                            array = template[:]
                            change = list(self.changes(array))[number]
                            steps, held = [], []

                            class Value:
                                def __eq__(self, other):
                                    steps.append(other)
                                    if len(steps) == at + 1:
                                        held.append(change())
                                        return answer
                                    if len(steps) > 300:
                                        raise ValueError
                                    return False

                            self.survive(lambda: use(array, Value()))
                            self.assertEqual(len(array.tolist()), len(array))

    def test_lists_that_change(self):
        for code in "id":
            for items in (list(range(50)), tuple(range(50)), List(range(50))):
                class Value:
                    def __index__(self):
                        if isinstance(items, list):
                            items.clear()
                        return 1

                    def __float__(self):
                        return float(self.__index__())

                if isinstance(items, list):
                    items[10] = Value()
                self.survive(lambda: RUST.array(code, items))
                self.survive(lambda: RUST.array(code).fromlist(items))
                self.survive(lambda: RUST.array(code).extend(items))

    def test_iterators_that_outlive_the_items(self):
        array = RUST.array("i", range(10))
        iterator = iter(array)
        self.assertEqual([next(iterator) for _ in range(5)], [0, 1, 2, 3, 4])
        del array[:]
        self.assertEqual(list(iterator), [])
        array.extend(range(10))
        self.assertEqual(list(iterator), [])
        array = RUST.array("i", [1])
        self.survive(lambda: array.extend(grow(array)))
        array = RUST.array("i", range(3))
        for item in array:
            if len(array) < 1000:
                array.append(item)
        self.assertEqual(len(array), 1000)

    def test_files_that_change_the_array(self):
        for template in (RUST.array("B", bytes(300_000)), RUST.array("d", bytes(300_000))):
            for number in range(6):
                array = template[:]
                change = list(self.changes(array))[number]
                held = []

                class File:
                    calls = 0

                    def write(self, data):
                        self.calls += 1
                        held.append(data)
                        if self.calls == 2:
                            held.append(change())
                        if self.calls > 50:
                            raise ValueError

                    def read(self, size):
                        held.append(change())
                        return bytes(size)

                self.survive(lambda: array.tofile(File()))
                self.survive(lambda: array.fromfile(File(), 3))
                self.assertEqual(len(array.tobytes()), len(array) * array.itemsize)

    def test_classes_that_are_swapped(self):
        class Sub(RUST.array):
            pass

        class Meta(type):
            def mro(cls):
                return (cls, object)

        class Other(Sub, metaclass=Meta):
            pass

        for use in (lambda a, v: a * v, lambda a, v: a.__getitem__(slice(v)), lambda a, v: a.append(v),
                    lambda a, v: a.__setitem__(slice(v), a), lambda a, v: a.__imul__(v), lambda a, v: a.insert(v, v)):
            array = Sub("b", b"xyz")

            class Value:
                def __index__(self):
                    array.__class__ = Other
                    return 2

            self.survive(lambda: use(array, Value()))
            for again in (len, repr, list, iter, lambda a: a + a, lambda a: a == a, lambda a: a[:1]):
                self.survive(lambda: again(array))


def grow(array):
    for count in range(100):
        array.extend(array[:50])
        yield count


class Memory(unittest.TestCase):
    def test_sizes_that_no_memory_has(self):
        array = RUST.array("d", [1.0, 2.0])
        for use in (
            lambda: array * (1 << 60), lambda: array.__imul__(1 << 60), lambda: array.__imul__(sys.maxsize),
            lambda: RUST.array("b", b"ab") * sys.maxsize, lambda: array.fromfile(None, sys.maxsize),
        ):
            self.assertRaises(MemoryError, use)
        self.assertEqual(array.tolist(), [1.0, 2.0])

    def test_allocations_that_fail(self):
        try:
            import _testcapi
        except ImportError:
            self.skipTest("this Python has no _testcapi")
        uses = [
            lambda: RUST.array("i", [1, 2, 3]), lambda: RUST.array("i").append(1), lambda: RUST.array("i", [1])[:],
            lambda: RUST.array("i", b"abcd") + RUST.array("i", [2]), lambda: RUST.array("d", [1.5] * 40).tolist(),
            lambda: repr(RUST.array("i", [1])), lambda: list(RUST.array("q", [1 << 40])), lambda: RUST.array("i", (1, 2)) * 5,
            lambda: RUST.array("i", [1]).__reduce_ex__(4), lambda: RUST.array("i", [1]).frombytes(bytes(400)),
        ]
        for use in uses:
            for start in range(30):
                _testcapi.set_nomemory(start, start + 1)
                try:
                    use()
                except (MemoryError, SystemError):
                    pass
                finally:
                    _testcapi.remove_mem_hooks()


class Threads(unittest.TestCase):
    def test_threads_at_one_array(self):
        array, other = RUST.array("i", range(100)), RUST.array("i", range(7))

        def work(seed):
            rng = random.Random(seed)
            uses = [
                lambda: array.append(1), lambda: array.pop(), lambda: array.extend(other), lambda: array[3], lambda: array[::2],
                lambda: array.__setitem__(5, 2), lambda: array.__setitem__(slice(3, 9), other), lambda: array == other,
                lambda: array.count(1), lambda: array.index(1), lambda: list(array), lambda: array.tolist(),
                lambda: array.tobytes(), lambda: bytes(memoryview(array)), lambda: array.reverse(), lambda: array.byteswap(),
                lambda: array.byteswap(), lambda: array.__delitem__(slice(200, None)), lambda: array.remove(1),
                lambda: other.__setitem__(slice(2), array[:2]), lambda: array.insert(4, 4), lambda: array + other,
                lambda: array.frombytes(bytes(8)), lambda: repr(array), lambda: array < other, lambda: array.__imul__(1),
            ]
            for _ in range(400):
                try:
                    rng.choice(uses)()
                except (IndexError, ValueError, BufferError):
                    pass

        in_threads(4, work)
        self.assertEqual(len(array.tobytes()), 4 * len(array))

    def test_the_last_item_is_always_there(self):
        for code, item in (("i", 1), ("d", 1.5)):
            array = RUST.array(code, [item] * 3)

            def use(_, array=array, item=item):
                for _ in range(500):
                    array.append(item)
                    array[-1] = item
                    self.assertEqual(array[-1], item)
                    array.append(item)
                    array.pop()
                    array.remove(item)
                    array.append(item)
                    del array[-1]

            in_threads(4, use)
            self.assertEqual(array.tolist(), [item] * 3)


class Audit(unittest.TestCase):
    def test_events_and_warnings(self):
        events = []
        sys.addaudithook(lambda event, args: events.append(args) if event == "array.__new__" else None)
        for module in (C, RUST):
            module.array("i", [1])
            module.array("d")
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                module.array("u", "a")
            events.append([(w.category, str(w.message)) for w in caught])
        half = len(events) // 2
        self.assertEqual(events[:half], events[half:])


if __name__ == "__main__":
    unittest.main()
