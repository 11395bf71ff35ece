"""Makes the data files of this folder from the interpreters whose databases they describe.

    python3.11 collect.py dump >14.json          # each version of Python, once
    …
    python3 collect.py merge 14.json 15.json …   # oldest first; writes the files

What is collected is what an interpreter's own `unicodedata` answers, code point by code point, which in turn was generated
from the Unicode Character Database (https://www.unicode.org/ucd/). So the files say what has to be reproduced, and
nothing else. README.md describes their format.
"""

import ctypes
import itertools
import json
import sys
import unicodedata
from pathlib import Path

FOLDER = Path(__file__).parent
CODE_POINTS = range(0x110000)
PRIVATE_USE = range(0xF0000, 0xF1000)
DERIVED = ("CJK UNIFIED IDEOGRAPH", "TANGUT IDEOGRAPH")
OLD = unicodedata.ucd_3_2_0


def dump():
    """What the running interpreter's database holds."""
    return {
        "version": unicodedata.unidata_version,
        "characters": list(map(character, CODE_POINTS)),
        "old": [character(code, OLD) if OLD.category(chr(code)) != "Cn" else None for code in CODE_POINTS],
        "numbers": [[code, *pair] for code in CODE_POINTS if (pair := old_numbers(chr(code)))],
        "names": {code: name for code in CODE_POINTS if not derived(name := unicodedata.name(chr(code), ""))},
        "derived": {prefix: [code for code in CODE_POINTS if is_derived(prefix, code)] for prefix in DERIVED},
        "decompositions": {code: text for code in CODE_POINTS if (text := decomposition(code))},
        "special": special_names(),
    }


def character(code, database=unicodedata):
    text = chr(code)
    return [database.category(text), database.combining(text), database.bidirectional(text),
            database.mirrored(text), database.east_asian_width(text)]


def old_numbers(text):
    """The decimal and numeric value that 3.2.0 has for an assigned character, where either is another one now."""
    if OLD.category(text) == "Cn":
        return None
    old = OLD.decimal(text, None), OLD.numeric(text, None)
    return old if old != (unicodedata.decimal(text, None), unicodedata.numeric(text, None)) else None


def derived(name):
    return name == "" or name.startswith(("CJK UNIFIED IDEOGRAPH-", "HANGUL SYLLABLE "))


def is_derived(prefix, code):
    try:
        return ord(unicodedata.lookup(f"{prefix}-{code:04X}")) == code
    except KeyError:
        return False


def decomposition(code):
    """The mapping, marked with `!` where composition does not lead back."""
    text = unicodedata.decomposition(chr(code))
    if not text or 0xAC00 <= code < 0xD7A4:
        return ""
    pair = text.split(" ")
    if pair[0].startswith("<") or len(pair) == 1:
        return text
    composed = unicodedata.normalize("NFC", "".join(chr(int(part, 16)) for part in pair))
    return text if composed == chr(code) else f"! {text}"


def special_names():
    """Aliases and named sequences in the order in which the capsule of the C module numbers them."""
    capsule = ctypes.py_object(unicodedata._ucnhash_CAPI)
    get_pointer = ctypes.pythonapi.PyCapsule_GetPointer
    get_pointer.restype = ctypes.POINTER(ctypes.c_void_p)
    functions = get_pointer(capsule, b"unicodedata._ucnhash_CAPI")
    prototype = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_uint32, ctypes.c_char_p, ctypes.c_int, ctypes.c_int)
    getname = prototype(functions[0])
    buffer = ctypes.create_string_buffer(257)
    return {code: [buffer.value.decode(), unicodedata.lookup(buffer.value.decode())]
            for code in PRIVATE_USE if getname(code, buffer, 257, 1)}


def merge(dumps):
    """Writes the files from the dumps of all versions."""
    versions = [dump["version"] for dump in dumps]
    write("characters.txt", characters(dumps, versions))
    write("characters-3.2.0.txt", old_characters(dumps))
    write("numbers-3.2.0.txt", old_numbers_changed(dumps[-1]))
    write("names.txt", names(dumps, versions))
    write("derived-names.txt", derived_names(dumps, versions))
    write("decompositions.txt", decompositions(dumps, versions))
    write("special-names.txt", specials(dumps, versions))


def characters(dumps, versions):
    """For each range, the properties and the versions in which it has them."""
    for first, last, history in runs(zip(*(dump["characters"] for dump in dumps), strict=True)):
        for properties, group in itertools.groupby(zip(history, versions, strict=True), key=lambda pair: pair[0]):
            group = [version for _, version in group]
            if properties != ["Cn", 0, "", 0, "N"]:
                yield f"{span(first, last)}; {fields(properties)}; {span_of_versions(group, versions)}"


def old_characters(dumps):
    """As `characters`, for what 3.2.0 had assigned."""
    assert all(dump["old"] == dumps[0]["old"] for dump in dumps)
    for first, last, properties in runs(dumps[0]["old"]):
        if properties is not None:
            yield f"{span(first, last)}; {fields(properties)}"


def old_numbers_changed(newest):
    """The newest interpreter's: older ones answer wrongly (gh-84424)."""
    for code, *numbers in newest["numbers"]:
        decimal, numeric = ("-" if number is None else number for number in numbers)
        yield f"{code:04X}; {decimal}; {numeric}"


def names(dumps, versions):
    """Names line by line, under a line for each run of code points. Where each name ends in its own code point, that line
    has what is before it, and none follow.
    """
    entries = sorted(first_seen(dumps, versions, "names").items())
    runs = itertools.groupby(enumerate(entries), key=lambda place: run_of_names(*place))
    for (_, since, prefix), run in runs:
        codes, lines = zip(*((code, name) for _, (code, (name, _)) in run), strict=True)
        yield f"@{span(codes[0], codes[-1])} {since} {prefix}".rstrip()
        yield from () if prefix else lines


def run_of_names(index, entry):
    """What names of one run have in common."""
    code, (name, since) = entry
    prefix, dash, suffix = name.rpartition("-")
    return code - index, since, prefix + dash if suffix == f"{code:04X}" else ""


def derived_names(dumps, versions):
    for dump, prefix in itertools.product(dumps, DERIVED):
        members = set(dump["derived"][prefix])
        for first, last, member in runs(code in members for code in CODE_POINTS):
            if member:
                yield f"{span(first, last)}; {prefix}-; {dump['version']}"


def decompositions(dumps, versions):
    for code, (text, since) in sorted(first_seen(dumps, versions, "decompositions").items()):
        yield f"{code:04X}; {text}; {since}"


def specials(dumps, versions):
    """Aliases and sequences, in the order in which every version numbers those that it has."""
    lists = [list(dump["special"].values()) for dump in dumps]
    assert all(part == [entry for entry in lists[-1] if entry in part] for part in lists)
    for name, text in lists[-1]:
        since = next(version for part, version in zip(lists, versions, strict=True) if [name, text] in part)
        codes = " ".join(f"{ord(unit):04X}" for unit in text)
        yield f"{name}; {codes}; {since}"


def first_seen(dumps, versions, key):
    """The values by code point, each with the version that has it first. None of them ever changes."""
    seen = {}
    for dump, version in zip(dumps, versions, strict=True):
        for code, value in dump[key].items():
            old, _ = seen.setdefault(int(code), (value, version))
            assert old == value, (code, old, value)
    return seen


def runs(values):
    """Ranges of code points with equal values."""
    code = 0
    for value, group in itertools.groupby(values):
        first, code = code, code + sum(1 for _ in group)
        yield first, code - 1, value


def span(first, last):
    return f"{first:04X}" if first == last else f"{first:04X}..{last:04X}"


def span_of_versions(group, versions):
    return f"{group[0]}..{group[-1]}" if group != versions else "all"


def fields(properties):
    return " ".join(str(value) or "-" for value in properties)


def write(name, lines):
    with (FOLDER / name).open("w", encoding="ascii", newline="\n") as file:
        file.writelines(f"{line}\n" for line in lines)


if __name__ == "__main__":
    command, *files = sys.argv[1:]
    if command == "dump":
        json.dump(dump(), sys.stdout)
    else:
        merge([json.loads(Path(file).read_text()) for file in files])
