"""The Rust unicodedata beside the C one of the same interpreter: same data for every code point, same errors."""

import ctypes
import itertools
import random
import unittest
from functools import partial

from corten.testing import c_module, in_threads, outcome, rust_module

C = c_module("unicodedata")
RUST = rust_module("unicodedata")

CODE_POINTS = range(0x110000)
FORMS = ("NFC", "NFD", "NFKC", "NFKD")
ONE_CHARACTER = ("category", "bidirectional", "combining", "mirrored", "east_asian_width", "decomposition")
WITH_DEFAULT = ("decimal", "digit", "numeric", "name")

# Where CPython keeps the names of aliases and sequences.
PRIVATE_USE = range(0xF0000, 0xF1000)


def databases():
    """The databases of both modules: name, C's, Rust's."""
    yield "current", C, RUST
    yield "3.2.0", C.ucd_3_2_0, RUST.ucd_3_2_0


class Differential(unittest.TestCase):
    def same(self, name, *args, **kwargs):
        """Call the function of both modules and both old databases: same outcomes."""
        for version, c, rust in databases():
            expected = outcome(getattr(c, name), *args, **kwargs)
            actual = outcome(getattr(rust, name), *args, **kwargs)
            self.assertEqual(actual, expected, (version, name, *map(ascii, args)))
            self.assertIs(type(actual[1]), type(expected[1]))


class EveryCodePoint(unittest.TestCase):
    """All of Unicode, each function, both databases."""

    BLOCK = 4096

    def check(self, function, *args):
        for version, c, rust in databases():
            self.compare(f"{function} in {version}", *(
                lambda text, database=database: getattr(database, function)(text, *args) for database in (c, rust)))

    def compare(self, what, of_c, of_rust):
        for start in range(0, len(CODE_POINTS), self.BLOCK):
            block = list(map(chr, CODE_POINTS[start:start + self.BLOCK]))
            expected, actual = list(map(of_c, block)), list(map(of_rust, block))
            if actual != expected:
                self.fail((what, next(row for row in zip(map(ascii, block), actual, expected, strict=True) if row[1] != row[2])))

    def test_properties(self):
        for function in ONE_CHARACTER:
            with self.subTest(function):
                self.check(function)

    def test_values_with_a_default(self):
        for function in WITH_DEFAULT:
            with self.subTest(function):
                self.check(function, None)

    def test_normalization(self):
        for (version, c, rust), form in itertools.product(databases(), FORMS):
            for function in ("normalize", "is_normalized"):
                self.compare(f"{function} {form} in {version}", *(
                    partial(getattr(database, function), form) for database in (c, rust)))


class Names(Differential):
    def test_every_name_is_found(self):
        for code in CODE_POINTS:
            if name := C.name(chr(code), None):
                for text in (name, name.lower(), name.title()):
                    for _, c, rust in databases():
                        if (actual := outcome(rust.lookup, text)) != (expected := outcome(c.lookup, text)):
                            self.fail((text, actual, expected))

    def test_aliases_and_sequences(self):
        """Those that the capsule of the C module lists, and no others."""
        of_c, of_rust = capsule(C), capsule(RUST)
        special = [code for code in PRIVATE_USE if of_c.name(code, True)]
        self.assertGreater(len(special), 900)
        for code in PRIVATE_USE:
            name = of_c.name(code, True)
            self.assertEqual(of_rust.name(code, True), name)
            self.assertIsNone(of_rust.name(code, False))
            if name:
                self.same("lookup", name.decode())
                self.same("lookup", name)
                for sequences in (False, True):
                    self.assertEqual(of_rust.code(name, sequences), of_c.code(name, sequences))

    def test_names_made_by_rule(self):
        prefixes = ("CJK UNIFIED IDEOGRAPH-", "TANGUT IDEOGRAPH-", "CJK COMPATIBILITY IDEOGRAPH-", "NUSHU CHARACTER-",
                    "EGYPTIAN HIEROGLYPH-", "KHITAN SMALL SCRIPT CHARACTER-", "HANGUL SYLLABLE ")
        rests = ("", "4E00", "4e00", "04E00", "004E00", "0004E00", "3400", "33FF", "20000", "2FFFF", "17000", "187F7",
                 "F900", "110000", "10FFFF", "FFFFFF", "FFFFFFF", " 4E00", "+4E00", "4E00 ", "4E0G", "13460", "143FA",
                 "18B00", "GA", "ga", "G", "GAG", "GAGG", "GAGGG", "HAN", "A", "AA", "GGWAELH", "GAX", "YI", "SSYI", "\0",
                 "GA\0", "18D00", "18D08", "2A6E0", "9FFF", "1B170")
        for prefix, rest in itertools.product(prefixes, rests):
            for name in (prefix + rest, (prefix + rest).lower(), prefix.lower() + rest, prefix + rest.lower()):
                self.same("lookup", name)

    def test_texts_that_are_no_names(self):
        for name in ("", " ", "-", "SPAC", "SPACES", "SPACE ", " SPACE", "SPA CE", "\0", "SPACE\0", "\0SPACE", "é", "ſPACE",
                     "x\udc80", "\ud800", "K" * 300, "K" * 256, "K" * 257, "é" * 128, "é" * 129, "LATIN SMALL LETTER a",
                     "BELL", "ALERT", "nul", "NULL", "<control>", "control", "U+0041", "\U0001F600", "SPACE-", "A" * 10**6):
            self.same("lookup", name)
        for name in (b"", b"SPACE", b"SPACE\0", b"\xff", b"\xed\xa0\x80", b"\xc3\xa9", b"abc\xe2\x82", b"x" * 256, b"x" * 257):
            self.same("lookup", name)

    def test_names_with_a_mistake(self):
        rng = random.Random(1)
        names = [name for code in rng.sample(CODE_POINTS, 50_000) if (name := C.name(chr(code), None))]
        for name in names[:5000]:
            place = rng.randrange(len(name))
            for wrong in (name[:place], name[:place] + name[place + 1:], name[:place] + rng.choice("AE- 1\0") + name[place + 1:],
                          name[:place] + " " + name[place:], name + rng.choice(names)):
                self.same("lookup", wrong)

    def test_the_old_names(self):
        for name in ("NULL", "KEYCAP DIGIT ONE", "GRINNING FACE", "latin small letter a"):
            self.same("lookup", name)


class Capsule:
    """The functions of a module's capsule."""

    def __init__(self, pointer):
        getname = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_uint32, ctypes.c_char_p, ctypes.c_int, ctypes.c_int)
        getcode = ctypes.CFUNCTYPE(
            ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.POINTER(ctypes.c_uint32), ctypes.c_int)
        self.getname, self.getcode = getname(pointer[0]), getcode(pointer[1])

    def name(self, code, special, size=256):
        buffer = ctypes.create_string_buffer(b"\xff" * size, max(size, 1))
        return buffer.value if self.getname(code, buffer, size, special) else None

    def code(self, name, sequences):
        code = ctypes.c_uint32(7)
        return code.value if self.getcode(name, len(name), code, sequences) else None


def capsule(module):
    get_pointer = ctypes.pythonapi.PyCapsule_GetPointer
    get_pointer.restype = ctypes.POINTER(ctypes.c_void_p)
    return Capsule(get_pointer(ctypes.py_object(module._ucnhash_CAPI), b"unicodedata._ucnhash_CAPI"))


class Capsules(unittest.TestCase):
    def test_names(self):
        of_c, of_rust = capsule(C), capsule(RUST)
        rng = random.Random(2)
        for code in (*rng.sample(CODE_POINTS, 20_000), 0x10FFFF, 0x110000, 0x7FFFFFFF, 0xFFFFFFFF):
            for special in (False, True):
                self.assertEqual(of_rust.name(code, special), of_c.name(code, special), hex(code))

    def test_short_buffers(self):
        of_c, of_rust = capsule(C), capsule(RUST)
        for size in (0, 1, 5, 7, 100):
            self.assertEqual(of_rust.name(0x20, False, size), of_c.name(0x20, False, size), size)
        self.assertEqual(of_rust.name(0x20, False, 6), b"SPACE")

    def test_codes(self):
        of_c, of_rust = capsule(C), capsule(RUST)
        for name in (b"", b"SPACE", b"space", b"nul", b"KEYCAP DIGIT ONE", b"\xff\xfe", b"x" * 10**6, b"HANGUL SYLLABLE GA"):
            for sequences in (False, True):
                self.assertEqual(of_rust.code(name, sequences), of_c.code(name, sequences), name[:50])

    def test_it_outlives_the_module(self):
        functions = capsule(rust_module("unicodedata"))
        self.assertEqual(functions.name(0x41, False), b"LATIN CAPITAL LETTER A")


def interesting_characters():
    """Code points by what normalization does with them."""
    marks = [chr(code) for code in CODE_POINTS if C.combining(chr(code))]
    mapped = [chr(code) for code in CODE_POINTS if C.decomposition(chr(code)) and not 0xAC00 <= code < 0xD7A4]
    back = [chr(code) for code in CODE_POINTS if any(C.normalize("NFC", first + chr(code)) != first + chr(code)
            for first in "aআ") and not C.combining(chr(code))]
    jamo = list(map(chr, (0x1100, 0x1112, 0x1113, 0x1160, 0x1161, 0x1175, 0x1176, 0x11A7, 0x11A8, 0x11C2, 0x11C3)))
    syllables = list(map(chr, (0xAC00, 0xAC01, 0xAC1C, 0xD788, 0xD7A3)))
    firsts = [C.normalize("NFD", text)[0] for text in mapped]
    seconds = [C.normalize("NFD", text)[1:2] for text in mapped]
    plain = list("aZ é中\ud800\udfff\U0001F600\uffff\U0010ffff\0\u0378")
    return [marks, mapped, back or marks, jamo, syllables, firsts, seconds, plain]


class Normalization(Differential):
    def texts(self):
        rng = random.Random(3)
        kinds = interesting_characters()
        for _ in range(15_000):
            yield "".join(rng.choice(rng.choice(kinds)) for _ in range(rng.choice((1, 2, 3, 4, 6, 10, 40))))

    def test_random_texts(self):
        for text in self.texts():
            for version, c, rust in databases():
                for form in FORMS:
                    expected = c.normalize(form, text)
                    actual = rust.normalize(form, text)
                    self.assertEqual(actual, expected, (version, form, ascii(text)))
                    self.assertEqual(rust.is_normalized(form, text), c.is_normalized(form, text), (version, form, ascii(text)))
                    self.assertTrue(rust.is_normalized(form, expected), (version, form, ascii(text)))

    def test_every_pair_with_marks(self):
        """All starters that compose, each with all marks that do, one more mark between and behind."""
        firsts = sorted({C.normalize("NFC", C.normalize("NFD", chr(code))[0]) for code in CODE_POINTS
                         if C.decomposition(chr(code))[:1].isalnum()})
        seconds = sorted({C.normalize("NFD", chr(code))[-1] for code in CODE_POINTS
                          if C.decomposition(chr(code))[:1].isalnum()})
        for first, second in itertools.product(firsts, seconds):
            for text in (first + second, first + "\u0316" + second, first + "\u0334\u0301" + second + "x"):
                if RUST.normalize("NFC", text) != C.normalize("NFC", text):
                    self.fail(ascii(text))
                if RUST.is_normalized("NFC", text) != C.is_normalized("NFC", text):
                    self.fail(ascii(text))

    def test_long_runs_of_marks(self):
        rng = random.Random(4)
        marks = interesting_characters()[0]
        for length in (20, 23, 24, 25, 26, 100, 1000):
            text = "a" + "".join(rng.choices(marks, k=length)) + "b" + "".join(rng.choices(marks, k=length))
            for form in FORMS:
                self.same("normalize", form, text)
                self.same("is_normalized", form, text)

    def test_very_long_runs_take_linear_time(self):
        text = "a" + "\u0301\u0316" * 500_000
        self.assertEqual(RUST.normalize("NFD", text), "a" + "\u0316" * 500_000 + "\u0301" * 500_000)
        self.assertEqual(RUST.normalize("NFC", text), "\u00e1" + "\u0316" * 500_000 + "\u0301" * 499_999)
        self.assertFalse(RUST.is_normalized("NFC", text))
        # Composes back, yet never has a starter before it.
        text = "\u1161" * 500_000
        self.assertEqual(RUST.normalize("NFC", text), text)

    def test_growth(self):
        for character in "\ufdfa\ufdfb\u3300\u1f82\U0001d160\u0344\uac01":
            for count in (1, 2, 3, 10, 1000):
                for form in FORMS:
                    self.same("normalize", form, character * count)
                    self.same("normalize", form, character * count + "\u0301")

    def test_widths(self):
        """Results of other widths than the text: narrower, wider than 16 bits."""
        for text in ("ﬁ", "ª", "½", "Å", "\u212b", "\u212a", "\ufa6c", "\ufacf" * 100 + "é", "\U0002f800", "\U0001d400",
                     "\U0001f150x", "é\ufa6c", "\u0958", "\U0001109a", "\U00011099\U000110ba", "\xb5" * 20):
            for form in FORMS:
                self.same("normalize", form, text)
                self.same("is_normalized", form, text)

    def test_what_is_normalized_comes_back(self):
        for text in ("", "ascii", "caf\xe9", "中文", "\U0001F600"):
            self.assertIs(RUST.normalize("NFC", text), text)

    def test_subclasses(self):
        class Text(str):
            pass

        for text in map(Text, ("", "ascii", "caf\xe9", "cafe\u0301", "中文", "\U0001F600", "\u0995\u09be", "\ufb01")):
            for form in FORMS:
                self.same("normalize", Text(form), text)
                self.same("is_normalized", Text(form), text)

    def test_forms(self):
        for form in ("", "nfc", "NFC ", "NF", "NFCC", "NFKC\0", "é", "\ud800", "NFC\u0301", "\U0001F600"):
            for text in ("", "a", "é"):
                self.same("normalize", form, text)
                self.same("is_normalized", form, text)


class Calls(Differential):
    def test_wrong_arguments(self):
        values = (None, 1, 1.5, b"a", b"", "", "ab", "a", [], object, "\U0001F600" * 2, bytearray(b"SPACE"),
                  memoryview(b"SPACE"), memoryview(b"xSPACE")[::2], "\ud800")
        for function in (*ONE_CHARACTER, *WITH_DEFAULT, "lookup", "normalize", "is_normalized"):
            self.same(function)
            for value in values:
                self.same(function, value)
                self.same(function, value, value)
                self.same(function, value, value, value)
            self.same(function, "a", chr="a")
            self.same(function, chr="a")

    def test_defaults(self):
        default = object()
        for function in WITH_DEFAULT:
            for text in "a5²½\u4e00\u0378\U0001F600\0":
                self.same(function, text)
                self.same(function, text, None)
                self.same(function, text, default)

    def test_subclasses_of_str(self):
        class Text(str):
            def __len__(self):
                return 1

        for function in (*ONE_CHARACTER, *WITH_DEFAULT):
            for text in ("5", "", "55"):
                self.same(function, Text(text))

    def test_the_class(self):
        for make in (lambda module: module.UCD(), lambda module: module.UCD.__new__(module.UCD),
                     lambda module: type("Sub", (module.UCD,), {}), lambda module: setattr(module.UCD, "x", 1),
                     lambda module: setattr(module.ucd_3_2_0, "unidata_version", "1"),
                     lambda module: setattr(module.ucd_3_2_0, "x", 1), lambda module: module.ucd_3_2_0.unidata_version,
                     lambda module: module.unidata_version, lambda module: module.UCD.category("x", "a"),
                     lambda module: type(module.ucd_3_2_0).__name__):
            self.assertEqual(outcome(make, RUST), outcome(make, C))

    def test_repeated_strings_are_shared(self):
        self.assertIs(RUST.category("a"), RUST.category("b"))


class Threads(unittest.TestCase):
    def test_all_at_once(self):
        text = "".join(chr(code) for code in range(0xA0, 0x3100))
        expected = [C.normalize(form, text) for form in FORMS]

        def run(_):
            for _ in range(20):
                self.assertEqual([RUST.normalize(form, text) for form in FORMS], expected)
                self.assertEqual(RUST.lookup("SPACE"), " ")

        in_threads(8, run)


if __name__ == "__main__":
    unittest.main()
