"""The Rust _struct beside the C one of the same interpreter: same bytes, same values, same errors."""

import array
import copy
import gc
import itertools
import math
import pickle
import random
import subprocess
import sys
import textwrap
import unittest
import warnings
import weakref

from corten.testing import c_module, in_threads, library, rust_module

C = c_module("_struct")
RUST = rust_module("_struct")

PY = sys.version_info
# Releases from these on check the format before they take it, and say so when a Struct has none.
KNOWS_UNINITIALISED = PY >= (3, 14, 5) or (3, 13, 13) <= PY < (3, 14)

INTEGERS = "bBhHiIlLqQ"
NATIVE = "nNP"
FLOATS = "efd" + ("FD" if PY >= (3, 14) else "")
OTHERS = "?csp"
ORDERS = ("", "@", "=", "<", ">", "!")


def outcome(function, *args, **kwargs):
    """What a call gave: its result, or the exception's type name and text."""
    try:
        return "returned", repr(function(*args, **kwargs))
    except Exception as error:
        return "raised", type(error).__module__ + "." + type(error).__qualname__, str(error)


PROLOGUE = f"""
import sys
from importlib.machinery import ExtensionFileLoader
from importlib.util import module_from_spec, spec_from_file_location
spec = spec_from_file_location("_struct", {library()!r}, loader=ExtensionFileLoader("_struct", {library()!r}))
sys.modules["_struct"] = module = module_from_spec(spec)
spec.loader.exec_module(module)
"""


def python(code, *flags):
    """Run `code` in a process of its own, with the Rust module."""
    return subprocess.run(
        [sys.executable, *flags, "-c", PROLOGUE + textwrap.dedent(code)], capture_output=True, text=True, timeout=120
    )


class Differential(unittest.TestCase):
    def check(self, function, context=None):
        """Call `function` with each module: both outcomes must be the same."""
        expected = outcome(function, C)
        actual = outcome(function, RUST)
        self.assertEqual(actual, expected, context)
        return actual


class Index:
    def __init__(self, value):
        self.value = value

    def __index__(self):
        return self.value


class Failing:
    def __init__(self, error):
        self.error = error

    def fail(self, *_):
        raise self.error

    __index__ = __float__ = __complex__ = __bool__ = __hash__ = fail


class Int(int):
    """An int whose methods are not to be asked."""

    def __index__(self):
        raise AssertionError

    __int__ = __index__


class Formats(Differential):
    def test_every_letter(self):
        for order in ORDERS:
            for letter in map(chr, range(1, 256)):
                for count in ("", "0", "1", "3", "007"):
                    format = order + count + letter
                    self.check(lambda m: (m.calcsize(format), m.Struct(format).size), format)

    def test_random_formats(self):
        source = random.Random(1)
        letters = INTEGERS + NATIVE + FLOATS + OTHERS + "x  \t\n\v\f\r"
        for _ in range(2000):
            format = source.choice(ORDERS) + "".join(
                f"{source.choice(('', '0', '2', '11'))}{source.choice(letters)}" for _ in range(source.randrange(12))
            )
            self.check(lambda m: (m.calcsize(format), m.Struct(format).format), format)

    def test_garbage(self):
        source = random.Random(2)
        for _ in range(3000):
            format = "".join(source.choices("@=<>!0123456789xbhiqdsp ?nP\0z", k=source.randrange(8)))
            self.check(lambda m: m.calcsize(format), format)
            self.check(lambda m: m.calcsize(format.encode()), format)
            self.check(lambda m: m.Struct(format.encode()).size, format)

    def test_huge_counts(self):
        most = sys.maxsize
        for count in (most, most + 1, most // 2, most // 8, most // 8 + 1, 10 * most, 2**64, 2**64 + 1, 10**40):
            for letter in "xspbhiqd?c":
                for format in (f"{count}{letter}", f">{count}{letter}b", f"b{count}{letter}", f"{count}{letter}0q"):
                    self.check(lambda m: m.calcsize(format), format)
                    self.check(lambda m: m.Struct(format).size, format)

    def test_huge_structs(self):
        for format in (f"{sys.maxsize}x", f"{sys.maxsize // 2}x", f"{sys.maxsize}i"):
            # C has an OverflowError for the largest ones.
            self.assertRaises((MemoryError, RUST.error), RUST.pack, format)
            self.check(lambda m: m.pack_into(format, bytearray(9), 0), format)
            self.check(lambda m: m.unpack(format, b"abc"), format)
            self.check(lambda m: m.unpack_from(format, b"abc", -1), format)
            self.check(lambda m: m.unpack_from(format, b"abc", 2), format)
            self.check(lambda m: m.iter_unpack(format, b"abc"), format)
            self.check(lambda m: list(m.iter_unpack(format, b"")), format)

    def test_types_of_formats(self):
        class Text(str):
            pass

        class Bytes(bytes):
            pass

        for format in (Text("<i"), Bytes(b"<i"), "é", "i\udc80", "\U00012345", "", b"", 1, None, 1.5, (), Text("z")):
            self.check(lambda m: m.calcsize(format), format)
            self.check(lambda m: m.Struct(format), format)
            self.check(lambda m: m.Struct(format).format, format)
        for format in ([], {}, bytearray(b"i"), memoryview(b"i"), array.array("b")):
            self.check(lambda m: m.calcsize(format))
            self.check(lambda m: m.Struct(format))

    def test_bytes_that_are_not_ascii(self):
        for format in (b"\xff", b"i\x80", b"\xff\0"):
            self.check(lambda m: m.calcsize(format))
            self.check(lambda m: m.pack(format, 1))
            self.check(lambda m: m.Struct(format))

    def test_text_with_methods_of_its_own(self):
        class Text(str):
            def __hash__(self):
                raise ArithmeticError("hash")

        self.check(lambda m: m.calcsize(Text("i")))
        self.check(lambda m: m.Struct(Text("i")).size)

        class Equal(str):
            def __eq__(self, other):
                module._clearcache()
                return str.__eq__(self, other)

            __hash__ = str.__hash__

        # C crashes before 3.13.
        for module in (C, RUST) if PY >= (3, 13) else (RUST,):
            module.calcsize("<hh")
            self.assertEqual(module.calcsize(Equal("<hh")), 4)
            self.assertEqual(module.calcsize(Equal("<hh")), 4)

    def test_many_formats(self):
        for module in (C, RUST):
            for number in range(500):
                self.assertEqual(module.calcsize(f"{number}x"), number)
                self.assertEqual(module.calcsize(f"{number // 2}x".encode()), number // 2)
            module._clearcache()
            self.assertEqual(module.calcsize("7x"), 7)

    def test_no_comparison_of_text_and_bytes(self):
        run = python("[module.calcsize(format) for format in (b'!d', '!d', b'!d')]", "-bb")
        self.assertEqual((run.returncode, run.stderr), (0, ""))


class Integers(Differential):
    def test_around_the_limits(self):
        limits = {s * 2**e + d for e in (0, 7, 8, 15, 16, 29, 30, 31, 32, 59, 60, 63, 64, 65, 200)
                  for d in (-2, -1, 0, 1, 2) for s in (1, -1)}
        for order, letter in itertools.product(ORDERS, INTEGERS + NATIVE):
            for number in limits:
                for value in (number, Int(number), Index(number)):
                    self.check(lambda m: m.pack(order + letter, value), (order, letter, type(value), number))

    def test_random(self):
        source = random.Random(3)
        for order, letter in itertools.product(ORDERS, INTEGERS + NATIVE):
            format = f"{order}5{letter}"
            for _ in range(30):
                size = outcome(C.calcsize, format)[1]
                data = source.randbytes(int(size) if size.isdigit() else 3)
                self.check(lambda m: m.unpack(format, data), (format, data))
                self.check(lambda m: m.pack(format, *m.unpack(format, data)), (format, data))

    def test_other_types(self):
        for letter in INTEGERS + NATIVE:
            for value in (1.0, "1", b"1", None, True, 1j, [], Failing(ZeroDivisionError("z")),
                          Failing(OverflowError("o")), Failing(KeyboardInterrupt), Index("x")):
                if isinstance(value, Failing) and value.error is KeyboardInterrupt:
                    continue
                for order in ORDERS:
                    self.check(lambda m: m.pack(order + letter, value), (order, letter, value))

    def test_index_of_a_subclass_warns(self):
        value = Index(True)
        for module in (C, RUST):
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                self.assertEqual(module.pack("<h", value), b"\1\0")
            self.assertEqual([warning.category for warning in caught], [DeprecationWarning])


class Floats(Differential):
    def values(self):
        source = random.Random(4)
        for exponent in (-1074, -1022, -150, -149, -127, -126, -26, -25, -24, -15, -14, -1, 0, 9, 10, 15, 16, 127, 128, 1023):
            for mantissa in (1.0, 1.5, 1 + 2**-10, 1 + 2**-11, 1 + 3 * 2**-11, 1 + 2**-23, 1 + 2**-24, 2 - 2**-52,
                             2 - 2**-11, 2 - 2**-24, 2 - 2**-25, 1 + 2**-11 + 2**-50):
                yield math.ldexp(mantissa, exponent)
                yield -math.ldexp(mantissa, exponent)
        for _ in range(2000):
            yield C.unpack("<d", source.randbytes(8))[0]
            yield math.ldexp(source.random(), source.randrange(-30, 18))
        yield from (0.0, -0.0, math.inf, -math.inf, 65519.99, 65520.0, 3.4028235677973366e38)

    def test_numbers(self):
        for value in self.values():
            for format in ("<e", ">e", "@e", "<f", ">f", "@f", "<d", ">d", "@d"):
                self.check(lambda m: m.pack(format, value), (format, value))

    def test_nans(self):
        source = random.Random(5)
        for _ in range(2000):
            payload = source.choice((source.getrandbits(52), 1 << source.randrange(52), 0x8000000000000)) or 1
            bits = source.getrandbits(1) << 63 | 0x7FF << 52 | payload
            value = C.unpack("<d", bits.to_bytes(8, "little"))[0]
            for format in ("<e", ">e", "@e", "<f", ">f", "@f", "<d", ">d", "@d"):
                self.check(lambda m: m.pack(format, value), (format, hex(bits)))

    def test_all_halves(self):
        data = b"".join(half.to_bytes(2, "little") for half in range(1 << 16))
        for format in ("<65536e", ">65536e"):
            values = [module.unpack(format, data) for module in (C, RUST)]
            self.assertEqual(*(C.pack("<65536d", *numbers) for numbers in values))

    def test_random_bytes(self):
        source = random.Random(6)
        for _ in range(3000):
            data = source.randbytes(8)
            if source.random() < 0.3:  # no number
                data = bytes([source.getrandbits(8) | 0x80, 0x7F | source.getrandbits(8) & 0x80]) * 4
                data = data[::-1] if source.random() < 0.5 else data
            for format in ("<2f", ">2f", "@2f", "<d", ">d", "@d"):
                values = [module.unpack(format, data) for module in (C, RUST)]
                self.assertEqual(*(C.pack(f"<{len(v)}d", *v) for v in values), (format, data))

    def test_other_types(self):
        class Real:
            def __init__(self, value):
                self.value = value

            def __float__(self):
                return self.value

        class Float(float):
            def __float__(self):
                raise AssertionError

        values = (1, True, 10**6, 10**40, -10**40, 10**400, "1", None, 1j, Real(1.5), Real(-1.0), Real(1e300), Real("x"),
                  Real(1), Float(2.5), Index(7), Index(10**40), Index(10**400), Failing(ZeroDivisionError("z")),
                  Failing(OverflowError("o")), Int(3), Int(10**40))
        for order, letter, value in itertools.product(ORDERS, "efd", values):
            self.check(lambda m: m.pack(order + letter, value), (order, letter, value))


@unittest.skipIf(PY < (3, 14), "no complex numbers")
class Complex(Differential):
    def test_pack(self):
        class Number:
            def __init__(self, value):
                self.value = value

            def __complex__(self):
                return self.value

        parts = (0.0, -0.0, 1.5, -1.0, 1e300, -1e300, math.inf, math.nan, 1e-46)
        values = [complex(a, b) for a, b in itertools.product(parts, parts)]
        values += [1, 1.5, 10**40, 10**400, "1", None, Number(-1 + 2j), Number(1), Index(2),
                   Failing(ZeroDivisionError("z")), Failing(OverflowError("o"))]
        for order, letter, value in itertools.product(ORDERS, "FD", values):
            self.check(lambda m: m.pack(order + letter, value), (order, letter, value))

    def test_unpack(self):
        source = random.Random(7)
        for _ in range(500):
            data = source.randbytes(32)
            if source.random() < 0.5:
                data = bytes([source.getrandbits(8), 0x7F, 0x80 | source.getrandbits(6), 1]) * 8
            for format in ("<4F", ">4F", "@4F", "<2D", ">2D", "@2D"):
                values = [module.unpack(format, data) for module in (C, RUST)]
                flat = [[part for value in v for part in (value.real, value.imag)] for v in values]
                self.assertEqual(*(C.pack(f"<{len(v)}d", *v) for v in flat), (format, data))


class OtherKinds(Differential):
    def test_bytes(self):
        class Array(bytearray):
            def __buffer__(self, flags):
                return memoryview(b"other")

        values = (b"", b"a", b"abc", b"x" * 300, bytearray(b"abc"), bytearray(), Array(b"own"), type("B", (bytes,), {})(b"ab"),
                  "abc", None, 1, memoryview(b"abc"), array.array("b", b"abc"))
        for letter, count in itertools.product("sp", ("", "1", "2", "3", "5", "255", "256", "257", "400")):
            for value in values:
                for format in (count + letter, f">h{count}{letter}h"):
                    args = (value,) if len(format) == len(count + letter) else (-1, value, -1)
                    self.check(lambda m: m.pack(format, *args), (format, value))

    def test_no_bytes(self):
        for value in (b"", b"abc", bytearray(b"abc"), "abc"):
            self.check(lambda m: m.pack("h0sh", 1, value, 2), value)
            self.check(lambda m: m.pack("h0p", 1, "abc"))
        if PY >= (3, 13):  # C has a SystemError before
            self.check(lambda m: m.unpack("h0s0ph", b"abcd"))
        self.assertEqual(RUST.unpack("h0s0ph", bytes(4)), (0, b"", b"", 0))
        # C sets the byte behind, of somebody else.
        target = bytearray(b"abcdef")
        RUST.pack_into("2s0p", target, 1, b"xy", b"z")
        self.assertEqual(target, b"axydef")

    def test_unpack_pascal(self):
        for count, first in itertools.product((1, 2, 3, 200, 256, 300), (0, 1, 2, 3, 199, 255)):
            data = bytes([first]) + b"abcdef" * 60
            self.check(lambda m: m.unpack(f"{count}p", data[:count]), (count, first))

    def test_chars(self):
        for value in (b"a", b"", b"ab", "a", bytearray(b"a"), 97, None, type("B", (bytes,), {})(b"z")):
            self.check(lambda m: m.pack("c", value), value)
        self.check(lambda m: m.unpack("3c", b"abc"))

    def test_truth(self):
        for value in (True, False, 0, 1, "", "x", [], None, 2.5, Failing(ZeroDivisionError("z")),
                      Failing(OverflowError("o"))):
            for order in ORDERS:
                self.check(lambda m: m.pack(order + "?", value), (order, value))
        self.check(lambda m: m.unpack("256?", bytes(range(256))))
        self.check(lambda m: m.unpack(">256?", bytes(range(256))))

    def test_single_bytes_are_shared(self):
        for module in (C, RUST):
            self.assertIs(module.pack("B", 200), module.pack("c", b"\xc8"))
            self.assertIs(module.pack(""), b"")


class Calls(Differential):
    def test_counts(self):
        for format in ("", "i", "3i", "0i", "2x", "3s", "i2sx"):
            for count in range(6):
                values = (b"x",) * count
                self.check(lambda m: m.pack(format, *values), (format, count))
                self.check(lambda m: m.Struct(format).pack(*values), (format, count))
                self.check(lambda m: m.pack_into(format, *values), (format, count))
                self.check(lambda m: m.pack_into(format, bytearray(20), 0, *values), (format, count))
                self.check(lambda m: m.Struct(format).pack_into(*values), (format, count))
                self.check(lambda m: m.unpack(format, *values), (format, count))
                self.check(lambda m: m.Struct(format).unpack(*values), (format, count))

    def test_bad_calls(self):
        calls = ("m.pack()", "m.pack(format='i')", "m.pack('i', v=1)", "m.pack_into()", "m.unpack()", "m.unpack('i')",
                 "m.unpack('i', b'', 1)", "m.unpack('i', buffer=b'')", "m.unpack_from()", "m.unpack_from('i')",
                 "m.unpack_from('i', b'abcd', 0, 0)", "m.unpack_from(format='i', buffer=b'abcd')",
                 "m.unpack_from('i', buffer=b'abcd', offset=0)", "m.unpack_from('i', b'abcd', offset=None)",
                 "m.unpack_from('i', b'abcd', 1.0)", "m.unpack_from('z', 1, 1.0)", "m.unpack_from('i', 1, 1.0)",
                 "m.unpack_from('i', offset=1)", "m.unpack_from('i', b'abcd', of=1)", "m.iter_unpack('i')",
                 "m.iter_unpack('z', 1)", "m.iter_unpack('i', 1)", "m.iter_unpack('0i', 1)", "m.iter_unpack('i', b'abc')",
                 "m.calcsize()", "m.calcsize('i', 1)", "m._clearcache(1)", "m.Struct()", "m.Struct('i', 'i')",
                 "m.Struct(form='i')", "m.Struct(format='i').size", "m.Struct('i').pack(v=1)", "m.Struct('i').unpack()",
                 "m.Struct('i').unpack(buffer=b'')", "m.Struct('i').unpack_from()", "m.Struct('i').unpack_from(1, 1.0)",
                 "m.Struct('i').unpack_from(buffer=b'abcdefgh', offset=4)", "m.Struct('i').unpack_from(b'', 2**63)",
                 "m.unpack_from('i', b'', -2**63 - 1)", "m.Struct('i').iter_unpack()", "m.Struct('i').format(1)",
                 "setattr(m.Struct('i'), 'size', 1)", "setattr(m.Struct('i'), 'x', 1)", "setattr(m.Struct, 'x', 1)",
                 "delattr(m.Struct('i'), 'format')", "m.Struct.pack('i')", "m.Struct.pack(m, 1)",
                 "m.unpack('z', 1)", "m.pack('z', Failing)")
        for call in calls:
            self.check(lambda m: eval(call, {"m": m}), call)

    def test_offsets(self):
        for size, offset in itertools.product((0, 1, 4, 9), (0, 1, 4, 5, 6, 9, 10, 2**62, 2**63 - 1)):
            for at in (offset, -offset, Index(offset), -(2**63), 2**63, -(2**63) - 1):
                for format in ("i", "", "3s", "x"):
                    buffer = bytearray(range(size))
                    self.check(lambda m: m.unpack_from(format, buffer, at), (size, at, format))
                    self.check(lambda m: m.Struct(format).unpack_from(bytes(buffer), at), (size, at, format))
                    values = () if format in ("", "x") else (b"ab",) if format == "3s" else (7,)

                    def pack_into(m):
                        target = bytearray(range(size))
                        result = outcome(m.pack_into, format, target, at, *values)
                        return result, target

                    self.check(pack_into, (size, at, format))

    def test_targets(self):
        for target in (b"abcd", memoryview(b"abcd"), None, 1, "abcd", memoryview(bytearray(8))[::2], [],
                       array.array("i", [1, 2]), memoryview(bytearray(8)).cast("H"), bytearray(3)):
            self.check(lambda m: m.pack_into("i", target, 0, 1), type(target))
            self.check(lambda m: m.pack_into("i", target, "x", 1), type(target))
        for offset in (None, 1.0, "x", Failing(ZeroDivisionError("z")), 10**30, Index(10**30)):
            self.check(lambda m: m.pack_into("i", bytearray(8), offset, 1), offset)

    def test_sources(self):
        for source in (bytearray(b"abcd"), memoryview(b"abcd"), memoryview(b"abcdefgh")[::2], "abcd", None, [],
                       array.array("i", [1]), memoryview(bytearray(4)).cast("H"), type("B", (bytes,), {})(b"abcd")):
            for name in ("unpack", "unpack_from", "iter_unpack"):
                self.check(lambda m: list(getattr(m, name)("i", source)), (name, type(source)))
                self.check(lambda m: list(getattr(m.Struct("i"), name)(source)), (name, type(source)))

    def test_failing_leaves_what_was_packed(self):
        def run(m):
            target = bytearray(b"\xff" * 12)
            result = outcome(m.pack_into, "<hh2xhhx", target, 1, 1, 2, "x", 4)
            return result, target

        self.check(run)

    def test_large(self):
        source = random.Random(8)
        for size in (1, 63, 64, 65, 511, 512, 513, 5000):
            data = source.randbytes(size)
            for kind in (bytes, bytearray, memoryview):
                self.check(lambda m: m.unpack(f"{size}B", kind(data)), (size, kind))
                self.check(lambda m: m.unpack_from(f"<{size // 2}h", kind(data), size % 2), (size, kind))
            self.check(lambda m: m.pack(f"{size}B", *data), size)
            self.check(lambda m: m.pack(f"{size}s", data), size)
            self.check(lambda m: m.pack(f"x{size - 1}p", data), size)


class Objects(Differential):
    def test_attributes(self):
        for format in ("", "i", "<3h2x", b">q", "0s", "10s3x4p"):
            self.check(lambda m: (m.Struct(format).format, m.Struct(format).size, m.Struct(format).__sizeof__()))
            self.check(lambda m: sys.getsizeof(m.Struct(format)))
        if PY >= (3, 13):
            self.check(lambda m: m.Struct("<'i"[:1] + "i"))

    def test_subclasses(self):
        def run(m):
            class Sub(m.Struct):
                def __init__(self, extra):
                    self.extra = extra
                    super().__init__("<hh")

            class Slots(m.Struct):
                __slots__ = ("a", "b")

            sub, slots = Sub("x"), Slots("i")
            sizes = sub.__sizeof__() - m.Struct("<hh").__sizeof__(), slots.__sizeof__() - m.Struct("i").__sizeof__()
            return sub.pack(1, 2), sub.size, sub.extra, slots.size, sizes, repr(slots)[:5]

        self.check(run)

    def test_without_init(self):
        for module in (C, RUST):
            class Sub(module.Struct):
                def __init__(self):
                    pass

            self.assertEqual(Sub().size, -1)
            self.assertEqual(module.Struct.__new__(module.Struct, 1, x=2).size, -1)
        self.check(lambda m: m.Struct.__new__(int))
        self.check(lambda m: m.Struct.__new__())
        empty = RUST.Struct.__new__(RUST.Struct)
        for call in (lambda: empty.pack(), lambda: empty.unpack(b""), lambda: empty.unpack_from(b""), lambda: empty.format,
                     lambda: empty.iter_unpack(b""), lambda: empty.pack_into(bytearray(1), 0), empty.__sizeof__):
            with self.assertRaisesRegex(RuntimeError, "^Struct object is not initialized$"):
                call()

    @unittest.skipUnless(KNOWS_UNINITIALISED, "C does not notice")
    def test_without_init_as_in_c(self):
        names = ("pack", "unpack", "unpack_from", "iter_unpack", "pack_into", "format", "size", "__sizeof__", "__repr__")
        for name, args in itertools.product(names, ((), (b"",), (bytearray(1), 0), (1.0,))):
            def call(m):
                value = getattr(m.Struct.__new__(m.Struct), name)
                return value(*args) if callable(value) else value

            self.check(call, (name, args))

    def test_init_again(self):
        def run(m):
            struct = m.Struct("<h")
            struct.__init__("<hh")
            results = [struct.size, struct.format, struct.pack(1, 2)]
            results += [outcome(struct.__init__, format) for format in ("z", 1, "\0", "é")]
            return results, struct.size, struct.pack(3, 4), struct.unpack(b"abcd")

        self.check(run)
        struct = RUST.Struct("<h")
        self.assertRaises(RUST.error, struct.__init__, "z")
        self.assertEqual(struct.format, "<h")

    def test_weak_references(self):
        for module in (C, RUST):
            struct = module.Struct("i")
            reference = weakref.ref(struct)
            self.assertIs(reference(), struct)
            del struct
            self.assertIsNone(reference())

    def test_copies(self):
        for function in (copy.copy, copy.deepcopy, pickle.dumps):
            self.check(lambda m: function(m.Struct("i")) and 1, function)
            self.check(lambda m: function(m.iter_unpack("i", b"abcd")) and 1, function)

    @unittest.skipIf(PY < (3, 12), "another text")
    def test_iterators_are_not_made(self):
        self.check(lambda m: type(m.iter_unpack("i", b""))())

    def test_error_class(self):
        self.assertEqual(repr(RUST.error), repr(C.error))
        self.assertTrue(issubclass(RUST.error, Exception))

    def test_iterators(self):
        for format, data in (("<h", b"abcdef"), ("3s", b"abcdef"), ("x", b"abc"), ("<hx", b""), ("2p", b"\1a\0b")):
            def run(m):
                iterator = m.iter_unpack(format, data)
                seen = [iterator.__length_hint__()]
                for value in iterator:
                    seen += [value, iterator.__length_hint__()]
                return seen, list(iterator), iter(iterator) is iterator

            self.check(run, format)

    def test_tuples_of_iterators(self):
        """They may be used again, but not while anybody has them."""
        data = bytes(range(256)) * 4
        for format in ("<HHI", ">d", "16s", "3xB", "?4c"):
            data = data[:len(data) // C.calcsize(format) * C.calcsize(format)]

            def kept(module, every, hashed=hash, format=format, data=data):
                tuples = []
                for number, values in enumerate(module.iter_unpack(format, data)):
                    hashed(values)
                    if number % every == 0:
                        tuples.append(values)
                return tuples, list(map(hash, tuples)), {values: None for values in module.iter_unpack(format, data)}

            for every in (1, 2, 3, 7, 1000):
                self.check(lambda m: kept(m, every), every)
                self.check(lambda m: kept(m, every, lambda values: gc.collect() if values[0] == 3 else None), every)

    def test_values_that_somebody_has(self):
        """Their objects may be used again, but not while anybody has them."""
        rng = random.Random(1)
        wide = [rng.randrange(-(2**63), 2**63) >> rng.randrange(64) for _ in range(3000)]
        unsigned = [rng.randrange(2**64) >> rng.randrange(64) for _ in range(3000)]
        floats = [rng.uniform(-1e9, 1e9) for _ in range(3000)]
        tables = {"<3q": wide, "<q": wide, ">3Q": unsigned, "<3d": floats, ">2f": floats[:2000], "<qQd": [
            values[i] for i, values in enumerate([wide, unsigned, floats] * 300)], "<h?e": [-300, True, 0.5] * 40,
            "<bB4s": [-128, 200, b"abcd"] * 40, "<8s": [rng.randbytes(8) for _ in range(600)], "@nP": [number >> 1 for number in unsigned[:2000]]}

        def kept(module, format, data, every):
            layout, seen, held = module.Struct(format), [], {}
            size = layout.size
            by_call = (layout.unpack(data[at:at + size]) for at in range(0, len(data), size))
            from_offset = (module.unpack_from(format, data, at) for at in range(0, len(data), size))
            for rows in layout.iter_unpack(data), by_call, from_offset:
                for number, row in enumerate(rows):
                    first, *rest = row
                    if number % every == 0:
                        held.setdefault(first, []).append((number, rest[-1:], row if number % 5 == 0 else None))
                    seen.append(repr(row))
                    last = row if number % 7 == 0 else first
                seen.append(last)
            return seen, held

        for format, values in tables.items():
            layout = C.Struct(format)
            count = len(layout.unpack(bytes(layout.size)))
            data = b"".join(layout.pack(*values[at:at + count]) for at in range(0, len(values) - count + 1, count))
            for every in (1, 2, 3, 10, 10**6):
                self.check(lambda m: kept(m, format, data, every), (format, every))

    def test_calls_that_overlap(self):
        """Each call has its own values, however many are at it with one format."""
        def sums(module, depth):
            first, second = module.unpack("<qd", module.pack("<qd", 10**12 + depth, depth + 0.5))
            below = sums(module, depth - 1) if depth else []
            return [(first, second), *below]

        self.check(lambda m: [sums(m, depth) for depth in range(20)])
        unpack = RUST.Struct("<qd").unpack
        rows = [(10**12 + i, i + 0.5) for i in range(1000)]
        packed = [C.pack("<qd", *row) for row in rows]

        def work(_):
            for _ in range(20):
                self.assertEqual([unpack(data) for data in packed], rows)
                for row, data in zip(rows, packed, strict=True):
                    integer, real = unpack(data)
                    self.assertEqual((integer, real), row)

        in_threads(4, work)

    def test_iterators_let_go_of_their_tuples(self):
        for count in (1, 2, 3, 10):
            iterator = RUST.iter_unpack("8s", bytes(80))
            value, nobodys = [next(iterator)[0] for _ in range(count)][0], bytearray()
            del iterator
            self.assertEqual(sys.getrefcount(value), sys.getrefcount(nobodys), count)

    def test_iterators_see_what_becomes_of_the_buffer(self):
        def run(m):
            buffer = bytearray(b"abcdef")
            iterator = m.iter_unpack("2s", buffer)
            values = [next(iterator)]
            buffer[2:4] = b"xy"
            values.append(next(iterator))
            values.append(outcome(buffer.clear))
            values += list(iterator)
            buffer.clear()
            return values, list(iterator)

        self.check(run)

    def test_iterators_in_cycles(self):
        class Buffer(bytearray):
            pass

        for module in (C, RUST):
            buffer = Buffer(b"abcd")
            buffer.iterator = module.iter_unpack("i", buffer)
            gone = weakref.ref(buffer)
            del buffer
            gc.collect()
            if module is RUST:
                self.assertIsNone(gone())


class Reentrancy(unittest.TestCase):
    """Callbacks that change what is being worked on."""

    def callbacks(self, action):
        def run(result):
            def method(self, *_):
                action()
                return result
            return method

        kind = {"__index__": run(7), "__float__": run(1.5), "__bool__": run(True), "__complex__": run(2j)}
        return type("Callback", (), kind)()

    def formats(self):
        yield from ("<ibh", "<dbh", "?bh", "@ebh", ">qbh")
        if PY >= (3, 14):
            yield from ("<Dbh", ">Fbh")

    def test_resizing_the_target(self):
        for format in self.formats():
            target = bytearray(40)
            view = memoryview(target)
            for buffer, change in (
                (target, lambda: target.clear()),
                (target, lambda: target.extend(bytes(1 << 20))),
                (view, lambda: target.clear()),
                (view, lambda: view.release()),
            ):
                value = self.callbacks(change)
                # An error of `__float__` or `__complex__` is not passed on.
                self.assertRaises((BufferError, RUST.error), RUST.pack_into, format, buffer, 3, value, 1, 2)
                self.assertEqual(len(target), 40)

    def test_target_that_is_deleted(self):
        def drop():
            holder.clear()
            gc.collect()

        for format in self.formats():
            holder = [bytearray(40)]
            RUST.pack_into(format, holder[0], 3, self.callbacks(drop), 1, 2)
            self.assertEqual(holder, [])

    def test_other_format(self):
        for format in self.formats():
            for other in ("<100i", "0x", ">1000000q"):
                struct = RUST.Struct(format)
                value = self.callbacks(lambda: struct.__init__(other))
                self.assertEqual(struct.pack(value, 1, 2)[-3:], RUST.Struct(format).pack(1, 1, 2)[-3:])
                self.assertEqual(struct.format, other)
                struct.__init__(format)
                target = bytearray(60)
                struct.pack_into(target, 5, self.callbacks(lambda: struct.__init__(other)), 1, 2)
                self.assertEqual(struct.format, other)

    def test_emptied_cache(self):
        def empty():
            RUST._clearcache()
            for number in range(300):
                RUST.calcsize(f"{number}s")

        for format in self.formats():
            self.assertEqual(len(RUST.pack(format, self.callbacks(empty), 1, 2)), RUST.calcsize(format))

    def test_writing_to_the_target(self):
        def write():
            target[:] = b"\xee" * 40

        for module in (C, RUST):
            target = bytearray(40)
            module.pack_into("<hbih", target, 1, 1, 2, self.callbacks(write), 3)
            self.assertEqual(target, b"\xee" * 4 + b"\7\0\0\0\3\0" + b"\xee" * 30)

    def test_packing_a_bytearray_into_itself(self):
        for module in (C, RUST):
            target = bytearray(b"abcdefgh")
            module.pack_into("2s4s", target, 1, target, target)
            self.assertEqual(len(target), 8)

    def test_tuples_found_by_the_collector(self):
        for values in RUST.iter_unpack("<h", bytes(range(100))):
            # Who digs for a tuple has it, and sees it as it is.
            found = [one for one in gc.get_referrers(values[0]) if type(one) is tuple and one == values]
            self.assertTrue(all(one[0] == values[0] for one in found))

    def test_iterating_while_iterating(self):
        iterator = RUST.iter_unpack("<h", bytes(200))

        class Next:
            def __del__(self):
                list(iterator)

        for _ in range(20):
            cycle = [Next()]
            cycle.append(cycle)
        del cycle
        threshold = gc.get_threshold()
        gc.set_threshold(1)
        try:
            self.assertLessEqual(len(list(iterator)), 100)
        finally:
            gc.set_threshold(*threshold)

    @unittest.skipIf(PY < (3, 12), "no buffers in Python")
    def test_exporters_that_misbehave(self):
        class Exporter:
            def __init__(self, memory):
                self.memory = memory

            def __buffer__(self, flags):
                return memoryview(self.memory)

            def __release_buffer__(self, view):
                list(iterator)
                raise ArithmeticError

        iterator = RUST.iter_unpack("<h", Exporter(bytearray(b"abcd")))
        hook, sys.unraisablehook = sys.unraisablehook, lambda _: None
        try:
            self.assertEqual(list(iterator), [(25185,), (25699,)])
        finally:
            sys.unraisablehook = hook
        for result in (None, 1, b"", memoryview(b"abc")[::2]):
            exporter = type("Exporter", (), {"__buffer__": lambda self, flags: result})()
            for module in (C, RUST):
                self.assertRaises((TypeError, BufferError, module.error), module.unpack, "<h", exporter)

    def test_errors_of_callbacks(self):
        class Interrupt:
            def __index__(self):
                raise KeyboardInterrupt

        self.assertRaises(KeyboardInterrupt, RUST.pack, "i", Interrupt())


class Threads(unittest.TestCase):
    def run_in_threads(self, *functions):
        """Each in two threads."""
        def repeat(number):
            for _ in range(300):
                functions[number // 2]()

        in_threads(2 * len(functions), repeat)

    def test_one_struct(self):
        struct, target = RUST.Struct("<ii"), bytearray(8)
        self.run_in_threads(
            lambda: struct.__init__("<ii"),
            lambda: struct.pack_into(target, 0, 1, 2),
            lambda: struct.unpack(target),
            lambda: struct.pack(3, 4),
            RUST._clearcache,
            lambda: RUST.unpack("<ii", target),
        )

    def test_one_iterator(self):
        seen = []
        iterator = RUST.iter_unpack("<h", bytes(2000))
        self.run_in_threads(lambda: seen.extend(itertools.islice(iterator, 3)), iterator.__length_hint__)
        seen.extend(iterator)
        self.assertEqual(len(seen), 1000)


class Elsewhere(unittest.TestCase):
    """In processes of their own."""

    def test_shutdown(self):
        code = """
            import _struct, sys
            class C:
                def __init__(self):
                    self.pack, self.struct, self.iterate = _struct.pack, _struct.Struct("<h"), _struct.iter_unpack
                    self.iterator = _struct.iter_unpack("i", bytes(400))
                def __del__(self):
                    self.pack("I", 42), self.struct.pack(1), self.struct.unpack(b"ab"), list(self.iterator)
                    list(self.iterate("h", b"abcd"))
                    try:
                        self.pack("I", -42)
                    except Exception:
                        pass
            sys.kept = C()
            cycle = [C()]
            cycle.append(cycle)
            """
        run = python(code)
        self.assertEqual((run.returncode, run.stderr), (0, ""))

    @unittest.skipUnless(sys.platform == "linux", "needs a limit for memory")
    def test_without_memory(self):
        code = """
            import _struct, resource
            resource.setrlimit(resource.RLIMIT_AS, (300 << 20, 300 << 20))
            data = bytes(40 << 20)
            for call in (lambda: _struct.pack("1000000000x"), lambda: _struct.pack("400000000s", b""),
                         lambda: _struct.unpack("%dc" % len(data), data), lambda: _struct.unpack("%ds" % len(data), bytearray(data)),
                         lambda: _struct.Struct("0s" * (20 << 20)), lambda: _struct.calcsize("hb" * (20 << 20))):
                for _ in range(2):
                    try:
                        call()
                    except MemoryError:
                        pass
            print(_struct.pack("h", 1))
            """
        run = python(code)
        self.assertEqual((run.returncode, run.stderr), (0, ""))

    def test_sub_interpreters(self):
        code = f"""
            try:
                import _interpreters as interpreters
            except ImportError:
                import _xxsubinterpreters as interpreters
            prologue = {PROLOGUE!r}
            work = prologue + "import _struct; assert _struct.unpack('>h', _struct.pack('>h', -2)) == (-2,)"
            for _ in range(3):
                interpreter = interpreters.create()
                (getattr(interpreters, "exec", None) or interpreters.run_string)(interpreter, work)
                interpreters.destroy(interpreter)
            """
        run = python(code)
        self.assertEqual((run.returncode, run.stderr), (0, ""))


if __name__ == "__main__":
    unittest.main()
