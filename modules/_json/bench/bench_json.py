"""Benchmark cases for `_json`: json.loads and json.dumps as programs call them."""

import json
import random

from corten.testing import layer

SIZES = [16, 1024, 65536, 400000]
LARGE = [*SIZES, 10_000_000]


def cases():
    """Yield the cases; each setup takes (module, size in characters) and returns a callable. orjson is the package."""
    documents = [mixed, integers, floats, short_strings, long_strings, escapes, non_ascii, nested]
    for document in documents:
        sizes = LARGE if document is mixed else SIZES
        yield case(f"loads {document.__name__}", loads, document, sizes)
        yield case(f"dumps {document.__name__}", dumps, document, sizes)
    yield case("loads indented", loads, mixed, indent=2)
    yield case("dumps indented", dumps, mixed, indent=2)
    yield case("dumps sort_keys", dumps, mixed, sort_keys=True)
    yield case("dumps ensure_ascii=False", dumps, non_ascii, ensure_ascii=False)
    for name, setup in (("loads", loads), ("dumps", dumps)):
        yield case(f"{name} of 200 bits", setup, large_integers, sizes=SIZES[1:3])
    yield case("loads {x, y}", loads, tiny, sizes=[21])
    yield case("dumps {x, y}", dumps, tiny, sizes=[21])
    yield case("loads non-ASCII text", loads, non_ascii, ensure_ascii=False)
    yield case("encode_basestring_ascii", encode_basestring_ascii, plain)
    yield case("encode_basestring", encode_basestring, plain)
    yield case("scanstring", scanstring, plain)


def case(name, setup, document, sizes=SIZES, **options):
    # orjson gives up at 254 levels, and at 64 bits.
    package = ORJSON.get(setup) if document not in (nested, large_integers) else None
    return {
        "name": name,
        "sizes": sizes,
        "setup": lambda module, size: setup(module, document(size), **options),
        "package": package and ("orjson", lambda orjson, size: package(orjson, document(size), **options)),
    }


def loads(module, value, **options):
    layered = layer("json", module)
    text = json.dumps(value, **options)
    return lambda: layered.loads(text)


def dumps(module, value, **options):
    layered = layer("json", module)
    if options:
        return lambda: layered.dumps(value, **options)
    return lambda: layered.dumps(value)


def tiny(size):
    return {"x": 1, "y": "abc"}


def orjson_loads(orjson, value, **options):
    text = json.dumps(value, **options)
    return lambda: orjson.loads(text)


def orjson_dumps(orjson, value, **options):
    """It writes UTF-8, whatever is asked for."""
    flags = {"indent": orjson.OPT_INDENT_2, "sort_keys": orjson.OPT_SORT_KEYS}
    option = sum(flag for name, flag in flags.items() if name in options)
    return lambda: orjson.dumps(value, option=option)


ORJSON = {loads: orjson_loads, dumps: orjson_dumps}


def encode_basestring_ascii(module, text):
    return lambda: module.encode_basestring_ascii(text)


def encode_basestring(module, text):
    return lambda: module.encode_basestring(text)


def scanstring(module, text):
    literal = f'"{text}"'
    return lambda: module.scanstring(literal, 1)


def fill(size, make, width):
    """A list of values, of about width characters each, with size characters in all."""
    rng = random.Random(1)
    return [make(rng, i) for i in range(max(1, size // width))]


def mixed(size):
    if size < 100:
        return {"id": 7, "ok": True}
    return fill(size, record, 282)


def record(rng, i):
    word = rng.choice(WORDS)
    return {
        "id": i,
        "name": f"{word} {rng.choice(WORDS)}",
        "active": rng.random() < 0.5,
        "score": rng.random() * 100,
        "ratio": round(rng.random(), 3),
        "tags": [rng.choice(WORDS) for _ in range(rng.randrange(5))],
        "parent": None if i % 3 else i // 2,
        "position": {"x": rng.uniform(-180, 180), "y": rng.uniform(-90, 90)},
        "text": f"{word}, \"{rng.choice(WORDS)}\"\n{rng.choice(WORDS)} caf\u00e9",
        "counts": [rng.randrange(10**rng.randrange(1, 10)) for _ in range(5)],
    }


WORDS = "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron".split()


def integers(size):
    return fill(size, lambda rng, i: rng.randrange(-(10**6), 10**6), 9)


def large_integers(size):
    rng = random.Random(9)
    return [rng.getrandbits(200) for _ in range(size // 60)]


def floats(size):
    return fill(size, lambda rng, i: rng.gauss(0, 1000), 20)


def short_strings(size):
    return fill(size, lambda rng, i: rng.choice(WORDS), 8)


def long_strings(size):
    return fill(size, lambda rng, i: "x" * min(size, 5000), min(size, 5000))


def escapes(size):
    return fill(size, lambda rng, i: '"quoted"\n\tback\\slash', 30)


def non_ascii(size):
    return fill(size, lambda rng, i: "gr\u00fc\u00dfe \u4f60\u597d \U0001f600", 44)


def nested(size):
    value = []
    for _ in range(min(size // 20, 300)):
        value = [{"a": value}]
    return [value] * max(1, size // 3000)


def plain(size):
    return ("the quick brown fox " * (size // 20 + 1))[:size]
