"""What to measure of `_csv`: reading and writing tables of many shapes."""

import csv
import io
import random
import tempfile
from collections import deque

SIZES = [16, 1024, 65536, 1048576]
PAGE = 16384


def cases():
    """Yields dicts with name, sizes (characters of the table) and setup(module, size) -> callable."""

    def case(name, prepare, sizes=SIZES):
        return {"name": name, "sizes": sizes, "setup": prepare}

    for shape in SHAPES:
        yield case(f"reader, {shape.__name__}", lambda m, n, shape=shape: reading(m, lines(shape, n)))
        yield case(f"writer, {shape.__name__}", lambda m, n, shape=shape: writing(m, rows(shape, n)))
    for name, options in OPTIONS.items():
        yield case(f"reader, {name}", lambda m, n, o=options: reading(m, lines(mixed, n, o), **kwargs(m, o)))
        yield case(f"writer, {name}", lambda m, n, o=options: writing(m, rows(mixed, n), **kwargs(m, o)))
    for shape in mixed, short_fields:
        yield case(f"reader, {shape.__name__}, list", lambda m, n, shape=shape: keeping(m, lines(shape, n)), [1024, 65536])
    yield case("reader, mixed, variables", lambda m, n: seven_variables(m, lines(mixed, n)), [1024, 65536])
    yield case("reader, blank lines", lambda m, n: reading(m, ["\r\n"] * n), [1000])
    yield case("reader, numbers, QUOTE_NONNUMERIC",
               lambda m, n: reading(m, lines(numbers, n), quoting=m.QUOTE_NONNUMERIC))
    yield case("reader, a file", lambda m, n: reading_file(m, text(mixed, n)))
    for shape in mixed, words, short_fields:
        yield case(f"reader, an open file, {shape.__name__}",
                   lambda m, n, shape=shape: reading_open_file(m, text(shape, n)), [10 * 1048576])
    yield case("writer, a file", lambda m, n: writing(m, rows(mixed, n), file=io.StringIO(newline="")))
    yield case("writer, an iterator", lambda m, n: writing_iterators(m, rows(mixed, n)))
    yield case("writerow, one by one", lambda m, n: writing_one_by_one(m, rows(mixed, n)))
    yield case("reader of one line", lambda m, n: lambda: next(m.reader(["a,b,c\r\n"])), [7])
    yield case("reader of one line, an option",
               lambda m, n: lambda: next(m.reader(["a;b;c\r\n"], delimiter=";")), [7])
    yield case("writer of one row", lambda m, n: lambda: m.writer(Nowhere).writerow(["a", 1, None]), [7])
    yield case("writerow of one field", lambda m, n: one_row(m, ["a"]), [1])
    yield case("writerow of three fields", lambda m, n: one_row(m, ["a", 1, None]), [5])
    yield case("Dialect", lambda m, n: lambda: m.Dialect(delimiter=";", strict=True), [1])
    yield case("Dialect of a class", lambda m, n: lambda: m.Dialect(Excel), [1])
    yield case("field_size_limit", lambda m, n: m.field_size_limit, [1])


class Excel:
    delimiter = ","
    quotechar = '"'
    doublequote = True
    skipinitialspace = False
    lineterminator = "\r\n"
    quoting = 0


def tiny(rng):
    return [rng.choice("abc")]


def short_fields(rng):
    return [random_word(rng, 2) for _ in range(20)]


def words(rng):
    return [random_word(rng, 8) for _ in range(10)]


def long_fields(rng):
    return [random_word(rng, 300) for _ in range(5)]


def quoted(rng):
    return [f"{random_word(rng, 8)}, {random_word(rng, 8)}" for _ in range(6)]


def doubled_quotes(rng):
    return [f'{random_word(rng, 8)} "{random_word(rng, 8)}"' for _ in range(6)]


def embedded_newlines(rng):
    return [f"{random_word(rng, 8)}\n{random_word(rng, 8)}" for _ in range(6)]


def numbers(rng):
    return [rng.randrange(1000), rng.randrange(10**9), rng.random(), -rng.random() * 1e6, 0.5, 1]


def latin1(rng):
    return [random_word(rng, 8) + "\xe9" for _ in range(10)]


def ucs2(rng):
    return [random_word(rng, 4) + "\u4e2d\u6587" for _ in range(10)]


def ucs4(rng):
    return [random_word(rng, 4) + "\U0001f40d" for _ in range(10)]


def empty_fields(rng):
    return [rng.choice(["", "", "", "x"]) for _ in range(20)]


def mixed(rng):
    return [rng.randrange(10**6), random_word(rng, 10), None, rng.random(), quoted(rng)[0], "2024-01-31", True]


SHAPES = [tiny, short_fields, words, long_fields, quoted, doubled_quotes, embedded_newlines, numbers, latin1, ucs2,
          ucs4, empty_fields, mixed]

OPTIONS = {
    "mixed, QUOTE_ALL": {"quoting": "QUOTE_ALL"},
    "mixed, escapes": {"quoting": "QUOTE_NONE", "escapechar": "\\"},
    "mixed, semicolons and an escape character": {"delimiter": ";", "escapechar": "\\"},
    "mixed, spaces skipped": {"skipinitialspace": True},
}


def random_word(rng, length):
    length = max(1, round(length * rng.uniform(0.5, 1.5)))
    return "".join(rng.choices("abcdefghijklmnopqrstuvwxyz ", k=length))


def rows(shape, size):
    """So many rows that they are about `size` characters; large tables repeat a page, which takes long to make."""
    if size > PAGE:
        return rows(shape, PAGE) * (size // PAGE)
    rng = random.Random(size)
    table = []
    while size > 0:
        row = shape(rng)
        size -= sum(len(str(field)) + 1 for field in row)
        table.append(row)
    return table


def lines(shape, size, options=None):
    file = File()
    csv.writer(file, **kwargs(csv, options or {})).writerows(rows(shape, size))
    return [line for record in file.lines for line in record.splitlines(keepends=True)]


def text(shape, size):
    """The same lines in one string, of which pages are repeated, too."""
    if size > PAGE:
        return text(shape, PAGE) * (size // PAGE)
    return "".join(lines(shape, size))


def kwargs(module, options):
    return {k: getattr(module, v) if k == "quoting" else v for k, v in options.items()}


class File:
    def __init__(self):
        self.lines = []
        self.write = self.lines.append


class Nowhere:
    write = len


def reading(module, lines, **options):
    return lambda: deque(module.reader(lines, **options), 0)


def keeping(module, lines):
    return lambda: list(module.reader(lines))


def seven_variables(module, lines):
    def read():
        for a, b, c, d, e, f, g in module.reader(lines):  # noqa: B007
            pass

    return read


def reading_file(module, text):
    return lambda: deque(module.reader(io.StringIO(text, newline="")), 0)


def reading_open_file(module, text):
    file = tempfile.TemporaryFile("w+", newline="", encoding="utf-8")
    file.write(text)

    def read():
        file.seek(0)
        deque(module.reader(file), 0)

    return read


def writing(module, rows, file=Nowhere, **options):
    writer = module.writer(file, **options)
    return lambda: writer.writerows(rows)


def writing_iterators(module, rows):
    writer = module.writer(Nowhere)
    return lambda: writer.writerows(map(iter, rows))


def writing_one_by_one(module, rows):
    writerow = module.writer(Nowhere).writerow
    return lambda: deque(map(writerow, rows), 0)


def one_row(module, row):
    writerow = module.writer(Nowhere).writerow
    return lambda: writerow(row)
