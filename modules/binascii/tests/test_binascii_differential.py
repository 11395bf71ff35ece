"""Compares the Rust `binascii` with the C one of the same interpreter: results and exceptions."""

import array
import ctypes
import inspect
import itertools
import random
import sys
import types
import unittest
import warnings

from corten.testing import c_module, meanwhile, rust_module

C = c_module("binascii")
RUST = rust_module("binascii")

FUNCTIONS = sorted(
    name for name, value in vars(C).items() if isinstance(value, types.BuiltinFunctionType)
)
DECODERS = [name for name in FUNCTIONS if name.startswith("a2b_")] + ["unhexlify"]
SIZES = [*range(70), 75, 76, 77, 100, 127, 128, 129, 255, 256, 257, 1000, 4095, 4096, 5000]


def outcome(function, *args, **kwargs):
    """What a call does, in a form that can be compared."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            result = function(*args, **kwargs)
            did = "returns", type(result), result
        except Exception as error:
            context = type(error.__context__), type(error.__cause__)
            did = "raises", type(error).__qualname__, type(error).__mro__[1:], error.args, context
    return did, [(warning.category, str(warning.message)) for warning in caught]


class TestCase(unittest.TestCase):
    def same(self, name, *args, **kwargs):
        """The function does the same in both modules."""
        expected = outcome(getattr(C, name), *args, **kwargs)
        actual = outcome(getattr(RUST, name), *args, **kwargs)
        if actual != expected:
            self.fail(f"{name}(*{args!r:.2000}, **{kwargs!r}):\n{actual!r:.500}\nC: {expected!r:.500}")
        return expected

    def same_made(self, name, make, **kwargs):
        """As same, with arguments made anew for each call."""
        expected = outcome(getattr(C, name), *make(C), **kwargs)
        self.assertEqual(outcome(getattr(RUST, name), *make(RUST), **kwargs), expected, name)


def data_of(rng, size):
    """Random bytes, of one of the kinds that make encoders behave differently."""
    kind = rng.randrange(5)
    if kind == 0:
        return rng.randbytes(size)
    if kind == 1:
        return bytes(rng.choices(b"abcdefgh XYZ.,=_\t", k=size))
    if kind == 2:
        return bytes(rng.choices(b"\r\n\r\n. \t=_ab\0\x7f\xe9", k=size))
    if kind == 3:
        return bytes(size)
    words = b"The quick brown fox. \r\n" if rng.random() < 0.5 else b"Pack my box with \n"
    return (words * (size // len(words) + 1))[:size]


def mutated(rng, text, strays):
    """text with up to four places replaced, removed or inserted."""
    text = bytearray(text)
    for _ in range(rng.randrange(5)):
        at = rng.randrange(len(text) + 1)
        piece = bytes(rng.choices(strays, k=rng.randrange(1, 4)))
        text[at : at + rng.choice((0, 0, 1, 2))] = piece if rng.random() < 0.8 else b""
    return bytes(text)


class SurfaceTest(TestCase):
    def test_names_types_and_signatures(self):
        def public(module):
            return {name for name in vars(module) if not name.startswith("__")}

        self.assertEqual(public(RUST), public(C))
        for name in public(C):
            ours, theirs = getattr(RUST, name), getattr(C, name)
            self.assertIs(type(ours), type(theirs), name)
            if name in FUNCTIONS:
                self.assertEqual(ours.__text_signature__, theirs.__text_signature__, name)
                self.assertEqual(ours.__module__, theirs.__module__)
                self.assertEqual(ours.__qualname__, theirs.__qualname__)
                self.assertTrue(ours.__doc__)
                if "unrepresentable" not in theirs.__text_signature__:
                    self.assertEqual(inspect.signature(ours), inspect.signature(theirs))
            elif isinstance(theirs, bytes):
                self.assertEqual(ours, theirs, name)

    def test_exceptions(self):
        for name in "Error", "Incomplete":
            ours, theirs = getattr(RUST, name), getattr(C, name)
            self.assertEqual(ours.__mro__[1:], theirs.__mro__[1:])
            self.assertEqual(ours.__module__, theirs.__module__)
            self.assertEqual(ours.__qualname__, theirs.__qualname__)
            self.assertEqual(ours.__doc__, theirs.__doc__)


class EncodingTest(TestCase):
    def setUp(self):
        self.rng = random.Random(f"{self.id()} 1")

    def test_base64(self):
        for size in SIZES:
            data = data_of(self.rng, size)
            self.same("b2a_base64", data)
            for newline in False, True:
                self.same("b2a_base64", data, newline=newline)

    def test_hex(self):
        for size in SIZES:
            data = data_of(self.rng, size)
            for name in "hexlify", "b2a_hex":
                self.same(name, data)
                self.same(name, data, b":")
                for count in *range(-20, 21), size, -size, size + 1, 2**31 - 1, -(2**31):
                    if size < 300 or count % 5 == 0:
                        self.same(name, data, "-", count)

    def test_uu(self):
        for size in range(50):
            for backtick in False, True:
                data = data_of(self.rng, size)
                self.same("b2a_uu", data)
                self.same("b2a_uu", data, backtick=backtick)

    def test_quoted_printable(self):
        flags = list(itertools.product((False, True), repeat=3))
        for size in SIZES:
            for _ in range(8):
                data = data_of(self.rng, size)
                self.same("b2a_qp", data)
                for quotetabs, istext, header in flags:
                    self.same("b2a_qp", data, quotetabs, istext, header)

    def test_quoted_printable_of_all_short_data(self):
        for length in range(5):
            for data in itertools.product(b"a. \t\r\n=", repeat=length):
                data = bytes(data)
                self.same("b2a_qp", data)
                self.same("b2a_qp", data, istext=False, header=True)
                self.same("b2a_qp", data, quotetabs=True)

    def test_quoted_printable_at_the_end_of_lines(self):
        for length in range(68, 80):
            for tail in itertools.product(b"a. \n\r=", repeat=4):
                data = b"x" * length + bytes(tail)
                self.same("b2a_qp", data)
                self.same("b2a_qp", data, header=True)

    def test_checksums(self):
        for size in *SIZES, 65535, 65536, 65537, 200_001:
            data = data_of(self.rng, size)
            for start in 0, 1, 0xFFFF, 0x12345678, 2**32 - 1, 2**32, -1, -(2**40) - 5, 2**200 + 7:
                self.same("crc32", data, start)
                self.same("crc_hqx", data, start)
            self.same("crc32", data)
            self.same("crc32", bytearray(data), 9)

    @unittest.skipUnless(hasattr(C, "b2a_base85"), "since 3.15")
    def test_layouts(self):
        flags = False, True
        for size, wrapcol in itertools.product(SIZES, (0, 1, 2, 3, 4, 5, 8, 10, 76, 2**63)):
            data = data_of(self.rng, size)
            for padded, newline in itertools.product(flags, flags):
                self.same("b2a_base64", data, padded=padded, wrapcol=wrapcol, newline=newline)
            for alphabet in C.URLSAFE_BASE64_ALPHABET, C.BINHEX_ALPHABET:
                self.same("b2a_base64", data, alphabet=alphabet, wrapcol=wrapcol)
            for padded in flags:
                self.same("b2a_base32", data, padded=padded, wrapcol=wrapcol)
                self.same("b2a_base85", data, pad=padded, wrapcol=wrapcol)
            for foldspaces, pad, adobe in itertools.product(flags, repeat=3):
                self.same(
                    "b2a_ascii85", data, foldspaces=foldspaces, wrapcol=wrapcol, pad=pad, adobe=adobe
                )


class DecodingTest(TestCase):
    def setUp(self):
        self.rng = random.Random(f"{self.id()} 1")

    def texts(self, encode, strays, rounds=12):
        """Encoded data and damaged copies of it."""
        for size in SIZES:
            for _ in range(rounds):
                text = encode(data_of(self.rng, size))
                yield text
                yield mutated(self.rng, text, strays)

    def base64(self, data):
        text = C.b2a_base64(data)
        width = self.rng.choice((0, 4, 57, 64, 76, 77))
        if width:
            end = self.rng.choice((b"\n", b"\r\n", b" "))
            text = end.join(text[at : at + width] for at in range(0, len(text), width))
        return text

    def test_base64(self):
        for text in self.texts(self.base64, b"=\n\r A*\xff\0-"):
            self.same("a2b_base64", text)
            for strict_mode in False, True:
                self.same("a2b_base64", text, strict_mode=strict_mode)

    def test_base64_of_all_short_texts(self):
        for length in range(8):
            for text in itertools.product(b"Ah=*", repeat=length):
                text = bytes(text)
                self.same("a2b_base64", text)
                self.same("a2b_base64", text, strict_mode=True)

    def test_base64_with_every_character_everywhere(self):
        text = C.b2a_base64(self.rng.randbytes(70), newline=False)
        for at, character in itertools.product(range(len(text)), range(256)):
            damaged = text[:at] + bytes([character]) + text[at + 1 :]
            self.same("a2b_base64", damaged)
            self.same("a2b_base64", damaged, strict_mode=True)

    @unittest.skipUnless(hasattr(C, "a2b_base85"), "since 3.15")
    def test_lenient_decoders(self):
        flags = False, True
        ignored = b"", b"=", b"\n", b"=\n *"
        for text in self.texts(C.b2a_base64, b"=\n* A", rounds=2):
            for padded, canonical, ignorechars in itertools.product(flags, flags, ignored):
                options = dict(padded=padded, canonical=canonical, ignorechars=ignorechars)
                self.same("a2b_base64", text, **options)
                self.same("a2b_base64", text, strict_mode=False, **options)
        for text in self.texts(C.b2a_base32, b"=\n* A", rounds=2):
            for padded, canonical, ignorechars in itertools.product(flags, flags, ignored):
                options = dict(padded=padded, canonical=canonical, ignorechars=ignorechars)
                self.same("a2b_base32", text, **options)
        for text in self.texts(C.b2a_base85, b"~\n 0", rounds=4):
            for canonical, ignorechars in itertools.product(flags, ignored):
                self.same("a2b_base85", text, canonical=canonical, ignorechars=ignorechars)
        for text in self.texts(C.b2a_ascii85, b"zy!u~<>\n v", rounds=4):
            for foldspaces, adobe, canonical in itertools.product(flags, repeat=3):
                self.same(
                    "a2b_ascii85",
                    b"<~" + text + b"~>" if adobe else text,
                    foldspaces=foldspaces,
                    adobe=adobe,
                    canonical=canonical,
                    ignorechars=b"\n",
                )

    def test_hex(self):
        for text in self.texts(C.hexlify, b"0aFg \n\xff@G`"):
            for name in "a2b_hex", "unhexlify":
                self.same(name, text)
                self.same(name, text.upper())
                self.same(name, text[1:])

    @unittest.skipUnless(hasattr(C, "a2b_base85"), "since 3.15")
    def test_hex_with_strays(self):
        for text in self.texts(lambda data: C.hexlify(data, " "), b"0aFg \n", rounds=3):
            for ignorechars in b"", b" ", b" \n":
                self.same("unhexlify", text, ignorechars=ignorechars)

    def test_uu(self):
        for size in range(46):
            for _ in range(60):
                line = C.b2a_uu(data_of(self.rng, size), backtick=self.rng.random() < 0.5)
                self.same("a2b_uu", line)
                self.same("a2b_uu", line.rstrip())
                self.same("a2b_uu", mutated(self.rng, line, b" `!M\r\n\x1f\x61\xff\0"))
        for length in range(256):
            self.same("a2b_uu", bytes([length]))
            self.same("a2b_uu", bytes([length]) + b"AAAA")
        for data in b"", "", bytearray():
            self.same("a2b_uu", data)

    def test_quoted_printable(self):
        for text in self.texts(C.b2a_qp, b"==\n\r_ 3Df\t", rounds=6):
            for header in False, True:
                self.same("a2b_qp", text, header)
        for length in range(6):
            for text in itertools.product(b"=4F_\n\r", repeat=length):
                self.same("a2b_qp", bytes(text))
                self.same("a2b_qp", bytes(text), header=True)

    def test_text(self):
        for name in DECODERS:
            for text in "", "6162", "YWJj", "YWI=", "#86)C", "=41_", "é", "a€", "\U0001f600", "\udc80":
                self.same(name, text)
                self.same(name, type("S", (str,), {})(text))


class Raising:
    def __init__(self, error):
        self.error = error

    def __index__(self):
        raise self.error

    __bool__ = __len__ = __buffer__ = __int__ = __index__


class Index:
    def __init__(self, value):
        self.value = value

    def __index__(self):
        return self.value


ODD = [
    None,
    0,
    1,
    -1,
    3.5,
    2**31,
    -(2**31) - 1,
    2**63,
    2**70,
    "a",
    "é",
    "\u20ac",
    "::",
    "",
    b"x",
    b"xy",
    b"",
    [],
    {},
    object,
    Ellipsis,
    Index(2),
    Index("no"),
    Raising(KeyError("k")),
    Raising(ValueError("v")),
    bytearray(b"="),
    memoryview(b"a"),
    memoryview(b"abcdef")[::2],
    memoryview(b"abcd").cast("I"),
    array.array("H", [1, 2, 3]),
    (ctypes.c_int * 2)(1, 2),
    type("Bytes", (bytes,), {})(b"6162"),
    type("Long", (int,), {})(7),
    type("Liar", (str,), {"__len__": lambda self: 1})("abc"),
    type("Liar", (str,), {"__len__": lambda self: 1})(""),
    type("Liar", (bytes,), {"__len__": lambda self: 1})(b""),
    type("X" * 150, (), {})(),
]


class ArgumentTest(TestCase):
    def test_counts_and_keywords(self):
        keywords = "data", "newline", "sep", "bytes_per_sep", "header", "crc", "strict_mode", "x"
        for name in FUNCTIONS:
            for count in range(7):
                self.same(name, *[b"6162"] * count)
            for keyword in keywords:
                self.same(name, **{keyword: 1})
                self.same(name, b"6162", **{keyword: 1})
                self.same(name, b"6162", 1, **{keyword: 1})
            self.same(name, **{"data": b"6162", "x": 1, "y": 2})

    def test_odd_objects(self):
        for name in FUNCTIONS:
            for value in ODD:
                self.same(name, value)
                for other in ODD:
                    self.same(name, b"6162", value, other)
                    self.same(name, value, other)
                self.same(name, b"6162", b"", b"", value)

    def test_odd_keywords(self):
        keywords = set()
        for name in FUNCTIONS:
            signature = getattr(C, name).__text_signature__
            keywords = [part.strip().split("=")[0] for part in signature.strip("()").split(",")[1:]]
            for keyword in keywords:
                if not keyword.isidentifier():
                    continue
                for value in ODD:
                    self.same(name, b"6162", **{keyword: value})

    def test_buffers_of_every_kind(self):
        data = b"61626364"
        mapped = memoryview(data)
        for name in FUNCTIONS:
            rest = (5,) if name == "crc_hqx" else ()
            for make in (
                bytearray,
                memoryview,
                lambda data: array.array("B", data),
                lambda data: memoryview(bytearray(data)).toreadonly(),
                lambda data: memoryview(data).cast("H"),
                lambda data: memoryview(data).cast("B", (2, 4)),
                lambda data: memoryview(data)[2:6],
                lambda data: memoryview(data)[::-1],
                lambda data: memoryview(data)[:0],
                lambda data: (ctypes.c_char * 8).from_buffer_copy(data),
            ):
                if name == "a2b_uu" and len(make(data)) == 0:
                    continue  # C reads beyond the view in old versions
                self.same(name, make(data), *rest)
        self.assertEqual(mapped, data)

    def test_released_view(self):
        view = memoryview(b"6162")
        view.release()
        for name in FUNCTIONS:
            self.same(name, view, 1)
            self.same(name, view)

    def test_sizes_that_no_memory_holds(self):
        # Views that claim a huge length; nobody may touch their content.
        for size in 2**60, 2**61, 2**62, 2**63 - 1:
            view = (ctypes.c_char * size).from_address(ctypes.addressof(ctypes.c_char()))
            for name in "b2a_base64", "b2a_hex", "hexlify", "a2b_hex", "a2b_base64", "b2a_uu":
                if (name, size) == ("a2b_base64", 2**60) or (name, size) == ("a2b_hex", 2**60):
                    continue
                self.same(name, view)
            self.same("hexlify", view, ":", 1)
            self.same("hexlify", view, ":", 3)


class HostileTest(TestCase):
    def test_arguments_that_change_the_data(self):
        def make(module):
            data = bytearray(b"61626364" * 100)

            class Evil:
                def __bool__(self):
                    try:
                        data.clear()
                    except BufferError:
                        data[:] = b"\r\n" * (len(data) // 2)
                    return True

                def __index__(self):
                    self.__bool__()
                    return 1

                def __len__(self):
                    self.__bool__()
                    return 1

            return data, Evil()

        for name in "hexlify", "b2a_hex", "b2a_qp", "a2b_qp", "crc32", "crc_hqx":
            self.same_made(name, make)

        def last(module):
            data, evil = make(module)
            return data, ":", evil

        self.same_made("hexlify", last)
        for name, keyword in (
            ("b2a_base64", "newline"),
            ("a2b_base64", "strict_mode"),
            ("b2a_uu", "backtick"),
        ):
            ours, theirs = make(RUST), make(C)
            self.assertEqual(
                outcome(getattr(RUST, name), ours[0], **{keyword: ours[1]}),
                outcome(getattr(C, name), theirs[0], **{keyword: theirs[1]}),
            )
            self.assertEqual(ours[0], theirs[0])

    def test_buffers_are_released(self):
        for name in FUNCTIONS:
            for arguments in (), (5,), (b":", 2), (3.5,), ("é", 1), ({}, {}, {}, {}):
                data = bytearray(b"=\xff" * 33)
                outcome(getattr(RUST, name), data, *arguments)
                data.clear()

    @unittest.skipUnless(sys.version_info >= (3, 12), "__buffer__ since 3.12")
    def test_exporters_written_in_python(self):
        for name in FUNCTIONS:

            def make(module):
                data = bytearray(b"61626364")

                class Exporter:
                    def __buffer__(self, flags):
                        view = memoryview(data)
                        data[:2] = b"41"
                        return view

                    def __release_buffer__(self, view):
                        view.release()
                        data.clear()

                return (Exporter(), 1) if name in ("crc32", "crc_hqx") else (Exporter(),)

            self.same_made(name, make)
            for error in ValueError("v"), MemoryError(), BufferError("b"):

                class Failing:
                    def __buffer__(self, flags):
                        raise error

                self.same(name, Failing())

    def test_several_threads_on_one_object(self):
        data = bytearray(random.Random(1).randbytes(300_000))
        text = C.b2a_base64(bytes(data))

        def work():
            RUST.crc32(data)
            RUST.b2a_qp(data)
            RUST.hexlify(data, ":")
            self.assertEqual(RUST.a2b_base64(text), C.a2b_base64(text))

        with meanwhile(work, work, work, work):
            for _ in range(200):
                data[random.randrange(len(data))] = 61


if __name__ == "__main__":
    unittest.main()
