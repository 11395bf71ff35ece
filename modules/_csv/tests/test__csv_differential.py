"""The Rust _csv beside the C one of the same interpreter: same records, same lines, same errors."""

import copy
import ctypes
import gc
import io
import itertools
import pickle
import random
import resource
import sys
import sysconfig
import threading
import unittest
import weakref
from contextlib import contextmanager

from corten.testing import c_module, in_threads, layer, rust_module

C = c_module("_csv")
RUST = rust_module("_csv")

PY = sys.version_info[:2]

ATTRIBUTES = [
    "delimiter",
    "doublequote",
    "escapechar",
    "lineterminator",
    "quotechar",
    "quoting",
    "skipinitialspace",
    "strict",
]


def outcome(function, *args, **kwargs):
    """What a call gave: its result, or the exception's type name and text."""
    try:
        return "returned", function(*args, **kwargs)
    except Exception as error:
        return "raised", type(error).__module__, type(error).__qualname__, str(error)


class File:
    """Something to write to, which remembers what was written."""

    def __init__(self):
        self.lines = []

    def write(self, line):
        self.lines.append(line)
        return len(self.lines)


def read(module, lines, calls=8, **options):
    """What the reader gives, call by call, and how it counts lines."""
    reader = module.reader(lines, **options)
    results = []
    for _ in range(calls):
        result = outcome(next, reader, None)
        types = [type(field) for field in result[1]] if isinstance(result[1], list) else None
        results.append((result, types, reader.line_num))
    return results


def write(module, rows, **options):
    """What the writer makes of each row."""
    file = File()
    writer = module.writer(file, **options)
    return [outcome(writer.writerow, row) for row in rows], file.lines


def attributes(dialect):
    return dialect and [getattr(dialect, name) for name in ATTRIBUTES]


class Differential(unittest.TestCase):
    def check(self, function, *args, **kwargs):
        """Call `function` with each module: both outcomes must be the same."""
        expected = outcome(function, C, *args, **kwargs)
        actual = outcome(function, RUST, *args, **kwargs)
        self.assertEqual(actual, expected, (args, kwargs))
        return actual


QUOTINGS = range(6 if PY >= (3, 12) else 4)
CHARACTERS = ",;\t |\"'\\!aX0.-e\n\r\0\xe9\u20ac\ud800\U0001f600"


def random_options(rng):
    """Options for a dialect, mostly good ones."""
    options = {"quoting": rng.choice(QUOTINGS)}
    for name, usual in ("delimiter", ","), ("quotechar", '"'), ("escapechar", "\\"):
        chance = rng.random()
        if chance < 0.3:
            options[name] = rng.choice(CHARACTERS)
        elif chance < 0.6:
            options[name] = usual
        elif chance < 0.65:
            options[name] = None
    for name in "doublequote", "skipinitialspace", "strict":
        if rng.random() < 0.4:
            options[name] = rng.random() < 0.5
    if rng.random() < 0.3:
        options["lineterminator"] = "".join(rng.choices(CHARACTERS, k=rng.randrange(8)))
    return options


def random_text(rng, options, longest=80):
    """Text in one of the widths, with many special characters."""
    plain = rng.choice(["ab", "12.", "a\xe9", "\u20acb", "\U0001f600c", " ab"])
    special = '\n\r," ' + "".join(value for value in options.values() if isinstance(value, str))
    characters = plain * rng.choice([1, 3, 20]) + special
    return "".join(rng.choices(characters, k=rng.choice([0, 1, 2, 5, 9, 17, longest])))


class Reading(Differential):
    def test_any_text_in_any_dialect(self):
        rng = random.Random(1)
        for _ in range(15_000):
            options = random_options(rng)
            lines = [random_text(rng, options) for _ in range(rng.randrange(5))]
            if rng.random() < 0.5:
                lines = "".join(lines).splitlines(keepends=True)
            self.check(read, lines, **options)

    def test_what_was_written(self):
        rng = random.Random(2)
        for _ in range(5_000):
            options = random_options(rng)
            rows = [[random_text(rng, options) for _ in range(rng.randrange(1, 6))] for _ in range(3)]
            if outcome(C.Dialect, **options)[0] == "returned":
                self.check(read, write(C, rows, **options)[1], **options)

    def test_long_runs(self):
        rng = random.Random(3)
        for _ in range(500):
            fields = [rng.choice("ab\xe9\u20ac\U0001f600") * rng.randrange(200) for _ in range(20)]
            quoted = ['"' + field.replace("a", '""', rng.randrange(9)) + '"' for field in fields]
            mixed = [rng.choice(pair) for pair in zip(fields, quoted, strict=True)]
            self.check(read, [",".join(mixed) + "\r\n", '"' + "\n".join(fields), '"'])

    def test_field_limit(self):
        rng = random.Random(4)
        self.addCleanup(self.check, lambda m: m.field_size_limit(131072))
        for _ in range(3_000):
            limit = rng.choice([-(2**40), -1, 0, 1, 2, 5, 40])
            self.check(lambda m: m.field_size_limit(limit))  # noqa: B023
            options = random_options(rng)
            self.check(read, [random_text(rng, options) for _ in range(3)], **options)

    def test_field_limit_that_changes(self):
        def lines(module):
            for number, line in enumerate(['"abc', 'def"', "abcdef", "abc", "x"]):
                module.field_size_limit([3, 7, 5, 2, 1][number])
                yield line

        self.addCleanup(self.check, lambda m: m.field_size_limit(131072))
        self.check(lambda m: read(m, lines(m)))

    def test_numbers(self):
        rng = random.Random(5)
        texts = ["1", "-0", "+1", "1.", ".5", ".", "", "e5", "1e5", "1E-5", "1e", "1e999", "-1e-999"]
        texts += [" 1 ", "1_0", "_1", "inf", "-nan", "Infinity", "0x1", "\u0661", "1\0", "\ud800"]
        texts += ["9" * 400, "0." + "3" * 400, "1.7976931348623159e308", "4.9e-324", "2.5e-324"]
        texts += [repr(rng.uniform(-1e9, 1e9)) for _ in range(200)]
        texts += ["".join(rng.choices("01.e+-_ ", k=rng.randrange(9))) for _ in range(2_000)]
        for text in texts:
            lines = [text, f"x,{text}", f'"{text}",{text}']
            for quoting in QUOTINGS:
                # As text, since there are NaNs.
                self.check(lambda m: repr(read(m, lines, quoting=quoting)))  # noqa: B023

    def test_short_fields_that_come_again(self):
        rng = random.Random(6)
        for characters in "abAB01 .", CHARACTERS, "a\0\x01", "ab\xe9", "ab\u20ac":
            fields = ["".join(rng.choices(characters, k=rng.randrange(1, 5))) for _ in range(300)]
            file = File()
            C.writer(file).writerows(rng.choices(fields, k=rng.randrange(12)) for _ in range(400))
            for quoting in QUOTINGS:
                self.check(read, file.lines, len(file.lines) + 1, quoting=quoting)

    def test_records_that_somebody_has(self):
        """Lists and strings are used again, but not while anybody has them."""
        rng = random.Random(7)

        def kept(module, lines, keep):
            seen, records, fields = [], [], {}
            for number, record in enumerate(module.reader(lines)):
                seen.append(repr(record))
                if keep(number):
                    records.append(record)
                if record and keep(number + 1):
                    fields.setdefault(record[-1], []).append(record[0])
                    record[number % len(record)] = f"{number} of the caller's"
                if keep(number + 2):
                    [record.clear, record.sort, lambda: record.extend("abc" * number), record.pop][number % 4 if record else 2]()  # noqa: B023
            return seen, records, fields

        for shape in range(0, 3), range(3, 12), range(120, 140):
            for characters in "ab", "abcdefgh \"", "ab\xe9":
                rows = [["".join(rng.choices(characters, k=rng.choice([0, 1, 2, 3, 7, 8, 23, 24, 39, 40, 60]) + rng.randrange(2)))
                         for _ in range(rng.choice(shape))] for _ in range(80)]
                file = File()
                C.writer(file).writerows(rows)
                for every in 1, 2, 3, 10, 1000:
                    self.check(kept, file.lines, lambda number: number % every == 0)  # noqa: B023
                self.check(kept, file.lines, lambda number: number < 20)
                self.check(kept, file.lines, lambda number: number > 20)

    def test_strings_of_which_the_interpreter_knows_more(self):
        """A hash, that they are interned, before 3.12 a wide form: nothing of that stays when they are used again."""
        wide = ctypes.pythonapi.PyUnicode_AsUnicode if PY < (3, 12) else None
        if wide:
            wide.argtypes, wide.restype = [ctypes.py_object], ctypes.c_wchar_p
        looks = {
            "hash": lambda text, copy: self.assertEqual(hash(text), hash(copy)),
            "intern": lambda text, copy: self.assertIs(sys.intern(text), sys.intern(copy)),
            "name": lambda text, copy: setattr(File, text, None) or self.assertIsNone(getattr(File, copy)) or delattr(File, copy),
            "wide": lambda text, _: wide and self.assertEqual(wide(text), text),
        }
        for look, every in itertools.product(looks.values(), (1, 2, 5)):
            for number, fields in enumerate(RUST.reader(f"a {number},{number} b" for number in range(200))):
                for text in fields:
                    if number % every == 0:
                        look(text, "".join([text[:1], text[1:]]))

    def test_what_callers_put_into_records(self):
        class Item:
            def __init__(self, act):
                self.act = act

            def __del__(self):
                self.act()

        reader = RUST.reader(f"{number},b" for number in range(60))
        seen = []

        def read_on():
            seen.append(next(reader, None))
            gc.collect()

        for record in reader:
            seen.append(list(record))
            record += [Item(read_on)] * 2 if len(seen) % 4 == 0 else [Item(gc.collect), "c"]
        record = reader = None
        gc.collect()
        seen = sorted((record for record in seen if record), key=lambda record: int(record[0]))
        self.assertEqual(seen, [[str(number), "b"] for number in range(60)])

    def test_lists_that_are_found_while_they_are_emptied(self):
        """There is no reference to them, but whoever asks the collector finds them."""
        class Item:
            def __del__(self):
                if reading:
                    lists = [item for item in gc.get_objects() if type(item) is list and item[:1] == ["a first field"]]
                    found.extend(lists)
                    finds.append(len(lists))
                    for item in lists:
                        item += ["x"] * 5

        reader, reading, found, finds = RUST.reader(["a first field,b,c"] * 1000), False, [], []
        for _ in range(990):
            reading = True
            fields = next(reader)
            reading = False
            self.assertEqual(fields[-3:], ["a first field", "b", "c"])
            record = fields
            record.append(Item())
            del fields
            if len(found) > 5:
                found.clear()
        if not sysconfig.get_config_var("Py_GIL_DISABLED"):
            self.assertGreater(sum(finds), 10)

    def test_records_that_are_let_go(self):
        class Item:
            pass

        for count, line in itertools.product((1, 2, 3, 40), ("a,bc\r\n", "a" * 5000, "")):
            reader, items = RUST.reader([line] * count), []
            for record in reader:
                item = Item()
                record.append(item)
                items.append(weakref.ref(item))
                alive = sum(item() is not None for item in items)
                self.assertLessEqual(alive, 1 if len(line) > 4096 else 2, (count, line))
            del item, record
            self.assertEqual([item() for item in items], [None] * count)

        reader, items = RUST.reader(["a"] * 40), []
        for record in itertools.islice(reader, 20):
            record += [Item(), reader]
            items.append(weakref.ref(record[1]))
        del record, reader
        gc.collect()
        self.assertEqual([item() for item in items], [None] * 20)

    def test_lines_that_are_none(self):
        class LongName:
            pass

        LongName.__name__ = "x" * 300
        for line in b"a,b", None, 5, ["a"], LongName(), Text("a,b"), bytearray():
            self.check(read, ["x", line, "y,z"])

    def test_iterables(self):
        for lines in "a,b", {"a": 1}, range(3), 5, None, Bad(), Bad, Broken():
            self.check(read, lines)
        self.check(lambda m: read(m, iter(["a", "b"])))
        self.check(lambda m: read(m, io.StringIO("a,b\r\nc")))

    def test_going_on_after_an_error(self):
        self.check(read, ["a\rb", "c", '"open', None, 'more"', "x"])
        self.check(read, ['"a"b', "c"], strict=True)

    def test_attributes(self):
        def attributes_of(module):
            reader = module.reader(iter(["a", "b"]))
            before = reader.line_num
            next(reader)
            return before, reader.line_num, iter(reader) is reader, type(reader.dialect).__name__

        self.check(attributes_of)


class Writing(Differential):
    def test_any_rows_in_any_dialect(self):
        rng = random.Random(6)
        for _ in range(15_000):
            options = random_options(rng)
            rows = [[self.field(rng, options) for _ in range(rng.randrange(6))] for _ in range(4)]
            self.check(write, rows, **options)

    def field(self, rng, options):
        if rng.random() < 0.7:
            return random_text(rng, options)
        numbers = [True, 0, -1, 10**18, -(2**63), 2**64, 1.5, -0.0, 1e16, 1e-5, float("inf"), float("nan"), 1j]
        others = [None, b"x,", [1, '"'], object, Text("a,b"), NumericText("5"), Number(7), Plain(""), Plain('"')]
        return rng.choice(numbers + others)

    def test_numbers_are_written_as_str_has_them(self):
        rng = random.Random(7)
        for _ in range(300):
            row = [rng.randrange(-(2**70), 2**70) >> rng.randrange(80) for _ in range(20)]
            row += [rng.uniform(-1, 1) * 10.0 ** rng.randrange(-320, 309) for _ in range(20)]
            self.assertEqual(write(RUST, [row])[1], [",".join(map(str, row)) + "\r\n"])

    def test_rows_of_all_kinds(self):
        rows = [[], (), [1], ("a", None), "abc", "", {"x": 1}, range(3), b"ab", SubList([1, 2]), SubTuple("ab")]
        rows += [5, None, object(), Bad(), Bad, Broken(), [Bad()]]
        self.check(write, rows)
        self.check(lambda m: write(m, [iter("ab"), (c for c in "xy")]))

    def test_writerows(self):
        def rows(module, rows):
            file = File()
            return outcome(module.writer(file).writerows, rows), file.lines

        for some in [[1, 2], "ab", ()], [[1, 2], 5, [3]], 5, Broken(), [[1], [Bad()], [2]]:
            self.check(rows, some)

    def test_what_write_does(self):
        class Refusing:
            def write(self, line):
                raise KeyError(line)

        class Raising:
            @property
            def write(self):
                raise ZeroDivisionError("write")

        for file in io.StringIO(), Refusing(), Raising(), None, object(), Bad(), 5:
            self.check(lambda m: m.writer(file).writerow([1]))  # noqa: B023
        for write in None, 5, "x":
            self.check(lambda m: m.writer(type("F", (), {"write": write})()))  # noqa: B023


class Text(str):
    def __str__(self):
        raise AssertionError


class NumericText(str):
    def __float__(self):
        raise AssertionError


class Number(int):
    def __str__(self):
        return "num,ber"


class Plain:
    def __init__(self, text):
        self.text = text

    def __str__(self):
        return self.text


class SubList(list):
    def __iter__(self):
        return iter("list")


class SubTuple(tuple):
    def __iter__(self):
        return iter("tuple")


class Bad:
    def __str__(self):
        raise ZeroDivisionError("str")

    def __iter__(self):
        raise TypeError("iter")

    def __getattr__(self, name):
        raise ZeroDivisionError(name)


class Broken:
    def __iter__(self):
        yield "1"
        raise ZeroDivisionError("iterator")


class Dialects(Differential):
    VALUES = [None, "", "a", "ab", ",", '"', "\n", "\r", " ", "\0", "\xe9", "\ud800", "\U0001f600"]
    VALUES += [0, 1, 3, 4, 5, 6, -1, 2**31, 2**70, True, 1.0, b",", [], Text(";"), Number(1), Bad(), object]

    def check_dialect(self, **options):
        self.check(lambda m: attributes(m.Dialect(**options)))

    def test_attributes_one_by_one(self):
        for name, value in itertools.product(ATTRIBUTES, self.VALUES):
            for more in {}, {"skipinitialspace": True}, {"lineterminator": ",a "}, {"quoting": 3}:
                self.check_dialect(**{**more, name: value})

    def test_attributes_two_by_two(self):
        for one, other in itertools.combinations(ATTRIBUTES, 2):
            for value, other_value in itertools.product(self.VALUES, repeat=2):
                self.check_dialect(**{one: value, other: other_value})

    def test_any_dialect(self):
        rng = random.Random(8)
        for _ in range(5_000):
            options = random_options(rng)
            self.check_dialect(**options)
            self.check_dialect(dialect=type("D", (), options), strict=1)

    def test_arguments(self):
        calls = [
            lambda f: f(),
            lambda f: f(1, 2, 3, 4, 5, 6, 7, 8, 9, 10),
            lambda f: f("none"),
            lambda f: f([]),
            lambda f: f(None),
            lambda f: f(None, None),
            lambda f: f([], None),
            lambda f: f([], "none"),
            lambda f: f([], [], []),
            lambda f: f([], dialect="none"),
            lambda f: f([], None, dialect=None),
            lambda f: f([], delimeter=","),
            lambda f: f([], **{"\xe9": 1}),
            lambda f: f(dialect=None),
            lambda f: f(None, ",", delimiter=";"),
            lambda f: f(io.StringIO(), "excel", 3),
            lambda f: f(io.StringIO(), quotechar=1),
            lambda f: f("name", None, quoting=9),
        ]
        for call, name in itertools.product(calls, ["Dialect", "reader", "writer", "register_dialect"]):
            self.check(lambda m: type(call(getattr(m, name))).__name__)  # noqa: B023
        self.check(lambda m: m._dialects.clear())

    def test_registry(self):
        for name in "a", "\xe9", "", 5, None, [], Text("a"), Bad():
            for function in "register_dialect", "get_dialect", "unregister_dialect":
                self.check(lambda m: attributes(getattr(m, function)(name)))  # noqa: B023
                self.check(lambda m: m.list_dialects())
        self.check(lambda m: m.register_dialect("x", delimiter=";"))
        self.check(lambda m: attributes(m.get_dialect("x")))
        self.check(lambda m: attributes(m.Dialect("x", strict=True)))
        self.check(lambda m: m.Dialect("x") is m.get_dialect("x") is m._dialects["x"])
        self.check(lambda m: m.reader([], "x").dialect is m.get_dialect("x"))
        self.check(lambda m: list(m.reader(["a;b"], "x")))
        self.check(lambda m: m._dialects.update(x=5))
        self.check(lambda m: attributes(m.Dialect("x")))
        self.check(lambda m: m._dialects.clear())
        self.check(lambda m: m.unregister_dialect([]))
        self.check(lambda m: m.get_dialect(name="x"))

    def test_subclasses(self):
        def subclasses(m):
            calls = []

            class Sub(m.Dialect):
                def __init__(self, *args, **kwargs):
                    calls.append((len(args), kwargs))

                quoting = property(lambda self: 1)

            sub = Sub(delimiter=";")
            reader = m.reader(["a"], sub)
            plain = m.Dialect(sub, strict=True)
            return reader.dialect is sub, Sub(sub) is sub, calls, attributes(plain), type(plain).__name__

        self.check(subclasses)
        for name in "Reader", "Writer":
            self.check(lambda m: type("Sub", (getattr(m, name),), {})())  # noqa: B023
            self.check(lambda m: object.__new__(getattr(m, name)))  # noqa: B023

    MAKERS = [lambda m: m.Dialect(), lambda m: m.reader([]), lambda m: m.writer(io.StringIO())]

    def test_nothing_can_be_pickled_or_copied(self):
        for make in *self.MAKERS, lambda m: type("Sub" * 50, (m.Dialect,), {})():
            for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
                self.check(lambda m: make(m).__reduce_ex__(protocol) and 0)  # noqa: B023
                self.check(lambda m: pickle.dumps(make(m), protocol) and 0)  # noqa: B023
            self.check(lambda m: copy.copy(make(m)) and 0)  # noqa: B023
            self.check(lambda m: copy.deepcopy(make(m)) and 0)  # noqa: B023
            self.check(lambda m: make(m).__reduce__(1))  # noqa: B023

    def test_what_is_not_to_be_written(self):
        for make in self.MAKERS:
            for name in [*ATTRIBUTES, "dialect", "line_num", "other"]:
                self.check(lambda m: setattr(make(m), name, 1))  # noqa: B023
                self.check(lambda m: delattr(make(m), name))  # noqa: B023
            self.check(lambda m: setattr(type(make(m)), "x", 1))  # noqa: B023
            self.check(lambda m: type(make(m)).__flags__)  # noqa: B023

    def test_field_size_limit(self):
        for limit in 0, 1, -5, True, None, 1.5, "x", 2**62, Number(3), 131072, 2**63, -(2**63) - 1, 2**70:
            self.check(lambda m: m.field_size_limit(limit))  # noqa: B023
            self.check(lambda m: m.field_size_limit())
        self.check(lambda m: m.field_size_limit(1, 2))
        self.check(lambda m: m.field_size_limit(limit=1))
        self.check(lambda m: m.field_size_limit(new_limit=131072))


class Reentrancy(unittest.TestCase):
    """Callbacks that come back: a record, a line or an exception, and no harm."""

    def test_lines_that_read_from_their_reader(self):
        class Iterator:
            def __init__(self, first, nested):
                self.first, self.nested, self.count, self.results = first, nested, 0, []

            def __iter__(self):
                return self

            def __next__(self):
                self.count += 1
                if self.count > 6:
                    raise StopIteration
                if self.count <= self.nested:
                    self.results.append(outcome(next, self.reader, None))
                return self.first if self.count % 2 else 'b"'

        for first, nested in itertools.product(["a,b", '"open', "", '"a""', "x\n"], range(4)):
            iterator = Iterator(first, nested)
            iterator.reader = RUST.reader(iterator)
            results = [outcome(next, iterator.reader, None) for _ in range(8)]
            for result in iterator.results + results:
                if result[0] == "raised":
                    self.assertEqual(result[2:], ("Error", "iterator has already advanced the reader"))
                else:
                    self.assertIn(type(result[1]), (list, type(None)))

    def test_end_of_input_within_quotes(self):
        class Iterator:
            count = 0

            def __iter__(self):
                return self

            def __next__(self):
                self.count += 1
                if self.count == 1:
                    inner.append(next(reader))
                elif self.count == 2:
                    return '"open'
                raise StopIteration

        inner = []
        reader = RUST.reader(Iterator())
        self.assertRaises(StopIteration, next, reader)
        self.assertEqual(inner, [["open"]])

    def test_record_that_is_overtaken(self):
        class Iterator:
            lines = iter(['"a', "x", "y", 'b"'])

            def __iter__(self):
                return self

            def __next__(self):
                line = next(self.lines)
                return next(reader)[0] if line == "x" else line

        reader = RUST.reader(Iterator())
        self.assertEqual(outcome(next, reader)[3], "iterator has already advanced the reader")

    def test_files_that_write_to_their_writer(self):
        class Nested(File):
            def write(self, line):
                super().write(line)
                if len(self.lines) < 4:
                    writer.writerow([len(self.lines), "n"])
                    if len(self.lines) == 4:
                        writer.writerows(["x", "y"])

        file = Nested()
        writer = RUST.writer(file)
        writer.writerow(["a", "b"])
        self.assertEqual(file.lines, [f"{row}\r\n" for row in ("a,b", "1,n", "2,n", "3,n", "x", "y")])

    def test_fields_that_write_to_their_writer(self):
        class Field:
            def __init__(self, depth):
                self.depth = depth

            def __str__(self):
                if self.depth:
                    writer.writerow(["before", Field(self.depth - 1), "behind" * 1000])
                return f"field {self.depth}"

        file = File()
        writer = RUST.writer(file)
        writer.writerow(["x", Field(2), "y"])
        self.assertEqual([line[:14] for line in file.lines[:2]], ["before,field 0", "before,field 1"])
        self.assertEqual(file.lines[2:], ["x,field 2,y\r\n"])

    def test_rows_that_change_while_they_are_written(self):
        class Field:
            def __init__(self, change, row):
                self.change, self.row = change, row

            def __str__(self):
                self.change(self.row)
                return "changed"

        def write_changing(module, change):
            row = ["first"]
            row += [Field(change, row), "second", "third"]
            return write(module, [row, row])

        def grow(row):
            if len(row) < 40:
                row.append("new")

        def replace(row):
            row[:] = ["other"] * 3

        for change in list.clear, list.pop, list.reverse, grow, replace:
            self.assertEqual(write_changing(RUST, change), write_changing(C, change), change)

    def test_dialects_that_change_the_registry(self):
        class Attributes:
            @property
            def delimiter(self):
                RUST._dialects.clear()
                gc.collect()
                return ";"

        RUST.register_dialect("gone", delimiter="|")
        RUST.register_dialect("new", Attributes())
        self.assertEqual(RUST.list_dialects(), ["new"])
        RUST.unregister_dialect("new")

    def test_cycles_are_collected(self):
        class Iterator:
            def __iter__(self):
                return self

        Iterator.__next__ = next

        class Output(File):
            pass

        iterator, output = Iterator(), Output()
        iterator.reader = RUST.reader(iterator)
        output.writer = RUST.writer(output)
        references = [weakref.ref(iterator), weakref.ref(output)]
        del iterator, output
        gc.collect()
        self.assertEqual([reference() for reference in references], [None, None])


class Threads(unittest.TestCase):
    def run_all(self, *works):
        def work(number):
            for _ in range(200):
                works[number // 3]()

        in_threads(3 * len(works), work)

    def test_one_reader(self):
        reader = RUST.reader(iter(["a,b\r\n", '"x\n', 'y",z\n'] * 20_000))
        records = []
        self.run_all(lambda: records.extend(next(reader) for _ in range(20)))
        self.assertEqual(len(records), 3 * 200 * 20)
        for record in records:
            self.assertIn(record, (["a", "b"], ["x\ny", "z"]))

    def test_records_that_are_dropped(self):
        """No thread gets at what another one still has."""
        reader = RUST.reader(map("ab{0},cd{0}".format, itertools.count()))

        def read():
            for first, second in itertools.islice(reader, 50):
                self.assertEqual((first[:2], second[:2], first[2:]), ("ab", "cd", second[2:]))

        self.run_all(read)

    def test_one_writer(self):
        file = File()
        writer = RUST.writer(file)
        self.run_all(lambda: writer.writerow(["a,b", 1]), lambda: writer.writerows([["x" * 100], "yz"]))
        self.assertEqual(set(file.lines), {'"a,b",1\r\n', "x" * 100 + "\r\n", "y,z\r\n"})

    def test_registry(self):
        def use():
            name = f"name {threading.get_ident()}"
            RUST.register_dialect(name, delimiter=";")
            RUST.field_size_limit(131072)
            self.assertEqual(RUST.get_dialect(name).delimiter, ";")
            RUST.list_dialects()
            RUST.unregister_dialect(name)

        self.run_all(use)


class Memory(unittest.TestCase):
    @contextmanager
    def limited(self, extra):
        with open("/proc/self/statm") as statm:
            used = int(statm.read().split()[0]) * resource.getpagesize()
        old = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (used + extra, old[1]))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_AS, old)

    @unittest.skipUnless(sys.platform == "linux", "needs RLIMIT_AS and /proc")
    def test_running_out(self):
        RUST.field_size_limit(sys.maxsize)
        self.addCleanup(RUST.field_size_limit, 131072)
        huge = "x" * (40 << 20)
        doubled = '"' + '""' * (40 << 20) + '"'
        many = "," * (20 << 20)
        wide = ["a" * (40 << 20), "\u20ac"]
        writer = RUST.writer(File())
        with self.limited(30 << 20):
            for line in huge, doubled, many:
                with self.assertRaises(MemoryError):
                    next(RUST.reader([line]))
            for row in [huge, huge], wide:
                with self.assertRaises(MemoryError):
                    writer.writerow(row)
        self.assertEqual(list(RUST.reader(["a"])), [["a"]])


class Package(unittest.TestCase):
    def test_csv(self):
        rng = random.Random(9)
        values = ["x", 'a"b', "1,2", None, 5, 2.5, "\xe9\n"]
        rows = [{name: rng.choice(values) for name in "abc"} for _ in range(200)]
        results = []
        for module in C, RUST:
            csv = layer("csv", module)
            file = io.StringIO(newline="")
            for dialect in "excel", "excel-tab", "unix":
                writer = csv.DictWriter(file, "abc", dialect=dialect)
                writer.writeheader()
                writer.writerows(rows)
            text = file.getvalue()
            sniffed = csv.Sniffer().sniff(text[:200])
            results.append((text, list(csv.DictReader(io.StringIO(text))), sniffed.delimiter))
        self.assertEqual(results[1], results[0])


if __name__ == "__main__":
    unittest.main()
