"""Random use of _json: scanning good and damaged documents, writing objects of many kinds."""

from fuzzing import call, calls, mostly, sizes, texts
from hypothesis import strategies as st

TOKENS = ["{", "}", "[", "]", ",", ":", " ", "\n", '"a"', '"\\n"', '"\\u00e9"', '"\\ud83d\\ude00"', '"\\ud800"', '"é"', '"\U0001f600"',
          "0", "-0", "12", "-1.5", "1e5", "1E400", "12345678901234567890", "0.1e-7", "true", "false", "null", "NaN", "Infinity",
          "-Infinity", "01", "1.", "-", '"', "\\", "tru", '"a": 1', "{}", "[]", '"\\x"', '"\x01"', "\ufeff"]
DECODER = "json.decoder.JSONDecoder"


def documents():
    good = st.recursive(st.sampled_from(['"a"', "1", "-2.5", "true", "null", '"é\\n"', "1e3"]),
                        lambda inner: st.one_of(st.lists(inner, max_size=4).map(lambda items: f"[{', '.join(items)}]"),
                                                st.lists(inner, max_size=4).map(lambda items: "{" + ", ".join(
                                                    f'"k{i % 3}": {item}' for i, item in enumerate(items)) + "}")),
                        max_leaves=12)
    bad = st.lists(st.sampled_from(TOKENS), max_size=12).map("".join)
    return st.one_of(good, bad, st.builds(lambda text, at: text[:at], good, st.integers(0, 40))).map(repr)


def objects():
    leaf = st.sampled_from(["None", "True", "False", "0", "-7", "2**70", "1.5", "1e400", "float('nan')", "'a'", "'é\\n'", "'\\ud800'",
                            "Subclass(3)", "SubText('x')", "object()", "b'x'", "1e-7", "-0.0", "{}", "[]"])
    key = st.sampled_from(["'a'", "'é'", "1", "1.5", "True", "None", "(1,)", "b'x'", "Subclass(3)", "float('inf')"])
    return st.recursive(leaf, lambda inner: st.one_of(
        st.lists(inner, max_size=4).map(lambda items: f"[{', '.join(items)}]"),
        st.lists(inner, max_size=3).map(lambda items: f"({', '.join(items)},)" if items else "()"),
        st.lists(st.tuples(key, inner), max_size=4).map(lambda items: "{" + ", ".join(f"{k}: {v}" for k, v in items) + "}"),
    ), max_leaves=12)


FLAG = st.sampled_from(["True", "False"])


def programs():
    quoted = mostly(texts(), texts('a"\\/\n\x7fé\u2028\U0001f600'))
    scan = st.builds("m.make_scanner(Context(strict={})).__call__({}, {})".format, FLAG, documents(), mostly(st.just("0"), sizes()))
    encode = st.builds("''.join(m.make_encoder({}, default, {}, {}, ': ', ', ', {}, {}, {})({}, 0))".format,
                       st.sampled_from(["{}", "None"]), st.sampled_from(["m.encode_basestring", "m.encode_basestring_ascii", "repr"]),
                       st.just("None"), FLAG, FLAG, FLAG, objects())
    string = documents().map(lambda text: text[0] + '"' + text[1:-1] + '"' + text[-1])
    return calls(
        call("m.encode_basestring_ascii", quoted),
        call("m.encode_basestring", quoted),
        call("m.scanstring", string, mostly(st.just("1"), sizes()), optional=(FLAG,)),
        scan, scan, encode, encode,
    )


class Context:
    """What the scanner asks a decoder for."""

    memo: dict = {}
    object_hook = object_pairs_hook = None
    parse_float, parse_int = float, int
    parse_constant = str.lower

    def __init__(self, strict: bool) -> None:
        self.strict = strict


def default(value):
    """What the encoder asks for objects that it doesn't know."""
    return repr(type(value))


NAMES = {"Context": Context, "default": default}
