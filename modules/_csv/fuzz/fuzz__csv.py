"""Random use of _csv: reading and writing in random dialects."""

from fuzzing import call, ints, mostly, session, texts, wrong
from hypothesis import strategies as st

CHARACTERS = 'ab1,;"\'\\\n\r\t .-\0é\u2028\U0001f600'
CHARACTER = mostly(st.sampled_from([repr(c) for c in ",;\"'\\|\t ab\né\r\U0001f600"]), st.sampled_from(["None", "''", "'ab'", "1"]))
FLAG = st.sampled_from(["True", "False"])


LOOPS = ["[row[:] for row in x]", "[row[-1:] for row in x]", "[(row[0], *rest) for row in x if row for *rest, _ in [row]]", "[(row[:], row.clear(), row.append(row))[0] for row in x]",
         "[(row, row[:]) if x.line_num % 3 else repr(row) for row in x]"]


def has_no_address(text):
    """Whether the value's text says no address: a dialect might escape some digits of that."""
    return text not in ("object()", "iter([])", "memoryview(b'xyz')[::2]")


def dialect():
    options = {
        "delimiter": CHARACTER, "quotechar": CHARACTER, "escapechar": mostly(st.just("None"), CHARACTER, 1), "doublequote": FLAG,
        "skipinitialspace": FLAG, "strict": FLAG, "quoting": ints(-1, 6), "lineterminator": texts("\r\nx", 3),
    }

    @st.composite
    def one(draw):
        names = draw(st.lists(st.sampled_from(sorted(options)), unique=True, max_size=4))
        return "".join(f", {name}={draw(options[name])}" for name in names)
    return one()


def programs():
    lines = st.lists(texts(CHARACTERS, 20), max_size=9).map(lambda items: f"[{', '.join(items)}]")
    value = st.one_of(texts(CHARACTERS, 12), texts(CHARACTERS, 12), st.sampled_from(["1", "1.5", "None", "True", "2**70", "''", "b'x'", "float('nan')"]), wrong().filter(has_no_address))
    row = mostly(st.lists(value, max_size=5).map(lambda items: f"[{', '.join(items)}]"), st.sampled_from(["()", "'abc'", "1", "None", "{1: 2}", "iter([1, 'a'])"]))
    reader = session(st.builds("m.reader({}{})".format, lines, dialect()), st.just("next(x)"), st.just("list(x)"), st.sampled_from(LOOPS), looks=("x.line_num",), most=4)
    writer = session(st.builds("m.writer(out := Out(){})".format, dialect()), row.map("x.writerow({})".format),
                     st.lists(row, max_size=3).map(lambda rows: f"x.writerows([{', '.join(rows)}])"), looks=("out.parts",), most=4)
    options = session(st.builds("m.Dialect(None{})".format, dialect()), st.just("[getattr(x, n) for n in dir(x) if n[0] != '_']"), most=1)
    limit = session(call("m.field_size_limit", st.just("131072")), call("m.field_size_limit", ints(0, 50)).map("({}, m.field_size_limit(131072))".format), most=2)
    return st.one_of(reader, reader, writer, writer, options, limit)


class Out:
    """A file that keeps what is written to it."""

    def __init__(self):
        self.parts = []

    def write(self, text):
        self.parts.append(text)
        return len(text)


NAMES = {"Out": Out}
