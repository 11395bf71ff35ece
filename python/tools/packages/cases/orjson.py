"""orjson: JSON in Rust, through the C API. The same texts and values as the standard library's json."""

import json
import math
import sysconfig
import unicodedata
from pathlib import Path

import orjson


def main() -> None:
    documents = [small(), numbers(), characters(), sources(), deep()]
    size = sum(map(agree, documents))
    refused = sum(map(both_refuse, BAD))
    print(f"{len(documents)} documents, {size} bytes: the same text and values; {refused} bad ones refused alike")


def small() -> object:
    return {"id": 17, "name": "Zoë", "tags": ["a", "b", ""], "price": 12.5, "stock": None, "on": [True, {}]}


def numbers() -> object:
    floats = [math.ldexp(i * 0.7, i % 40 - 20) for i in range(-5000, 5000)]
    floats = [number for number in floats if "e" not in repr(number)]  # orjson writes exponents its own way
    return {"floats": floats, "integers": [3**i for i in range(40)] + [-(3**i) for i in range(40)]}


def characters() -> object:
    return {chr(code): unicodedata.name(chr(code), "") for code in range(0x1F700) if not 0xD800 <= code < 0xE000}


def sources() -> object:
    root = Path(sysconfig.get_path("stdlib"))
    return {path.name: path.read_text("utf-8") for path in sorted(root.glob("*.py"))}


def deep() -> object:
    value: object = []
    for level in range(200):
        value = [value, level] if level % 2 else {"level": level, "value": value}
    return value


def agree(document: object) -> int:
    """Each reads what the other writes, and they write the same text."""
    compact = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    packed = orjson.dumps(document)
    assert compact == packed
    indented = orjson.dumps(document, option=orjson.OPT_INDENT_2)
    assert indented.decode() == json.dumps(document, ensure_ascii=False, indent=2)
    assert json.loads(packed) == orjson.loads(json.dumps(document)) == document
    return len(packed)


BAD = ['{"a": 1,}', "[1, 2", '"\t"', '{"a" 1}', "[1,,2]", "nul", "", '"\\x"', "01", "[1] 2"]


def both_refuse(text: str) -> bool:
    for loads in (json.loads, orjson.loads):
        try:
            loads(text)
        except json.JSONDecodeError as error:
            assert error.doc == text and 0 <= error.pos <= len(text)
        else:
            raise AssertionError(f"{loads.__module__} takes {text!r}")
    return True


main()
