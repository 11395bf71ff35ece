"""Random characters and texts, in the current and the old database."""

from fuzzing import call, calls, mostly, texts, wrong
from hypothesis import strategies as st

PROPERTIES = ["decimal", "digit", "numeric", "category", "bidirectional", "combining", "mirrored", "east_asian_width", "decomposition", "name"]
MARKS = "a\u0300\u0301\u0323\u0345\u1100\u1161\u11a8\uac00\u0958\ufb01\u212b\ufdfa\U0001d15e\U0001d165\u3099\u304b"
NAMES_PARTS = ["LATIN", "SMALL", "LETTER", "CAPITAL", "A", "WITH", "ACUTE", "HANGUL SYLLABLE GA", "CJK UNIFIED IDEOGRAPH-4E00", "DIGIT ONE", "GREEK", "BELL", "-", " ", "EMOJI", "FLAG"]


def programs():
    character = mostly(st.characters().map(repr), st.one_of(st.sampled_from(["''", "'ab'", "'\\ud800'"]), wrong()))
    text = st.one_of(texts(most=8), texts(MARKS, 12), st.builds("{} * {}".format, texts(MARKS, 3), st.integers(0, 60)))
    form = mostly(st.sampled_from(["'NFC'", "'NFD'", "'NFKC'", "'NFKD'"]), st.sampled_from(["'NF'", "''", "None"]), 15)
    database = st.sampled_from(["m", "m", "m.ucd_3_2_0"])
    name = st.lists(st.sampled_from(NAMES_PARTS), max_size=5).map(" ".join).map(repr)
    return calls(
        st.builds("{}.{}({})".format, database, st.sampled_from(PROPERTIES), character),
        st.builds("{}.{}({}, None)".format, database, st.sampled_from(["decimal", "digit", "numeric", "name"]), character),
        st.builds("{}.normalize({}, {})".format, database, form, text),
        st.builds("{}.is_normalized({}, {})".format, database, form, text),
        call("m.lookup", name),
        st.characters().map(lambda c: f"m.lookup(m.name({c!r}))"),
    )
