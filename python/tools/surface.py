"""Compares what a module in Rust shows to Python with what the C module shows, in one interpreter.

Prints a JSON object: whether there is a C module, how many facts were compared, and each difference with its path, what
differs and both values.
"""

import inspect
import json
import re
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

from corten.testing import c_module, rust_module

MISSING = "(missing)"

# What every module has of its own: where it was loaded from, and its docstring in own words.
MODULE_OWN = {"__spec__", "__loader__", "__file__", "__cached__", "__doc__", "__builtins__", "__package__"}
# What a type has for reasons of memory layout or wording only.
TYPE_OWN = {"__doc__", "__dict__", "__weakref__"}
# Py_TPFLAGS_* that the interpreter sets for itself: HAVE_FINALIZE (bit 0, without meaning), STATIC_BUILTIN,
# INLINE_VALUES, READY, READYING, VALID_VERSION_TAG.
BOOKKEEPING = 1 << 0 | 1 << 1 | 1 << 2 | 1 << 12 | 1 << 13 | 1 << 19

Fact = tuple[str, str, str]


def main() -> int:
    name = sys.argv[1]
    module = rust_module(name)
    try:
        stock = c_module(name)
    except ModuleNotFoundError:  # built without the C library
        print(json.dumps({"module": name, "has_c": False, "compared": 0, "differences": []}))
        return 0
    rust, c = dict(facts(module)), dict(facts(stock))
    differences = [
        {"path": path, "what": what, "rust": rust.get((path, what), MISSING), "c": c.get((path, what), MISSING)}
        for path, what in sorted(rust.keys() | c.keys())
        if rust.get((path, what)) != c.get((path, what))
    ]
    compared = len(rust.keys() | c.keys())
    print(json.dumps({"module": name, "has_c": True, "compared": compared, "differences": differences}))
    return 0


def facts(module: ModuleType) -> Iterator[tuple[tuple[str, str], str]]:
    """Everything that is compared: ((path, what), value)."""
    path = module.__name__
    yield (path, "type"), type_name(type(module))
    for name, value in sorted(vars(module).items()):
        if name not in MODULE_OWN:
            for where, what, text in describe(f"{path}.{name}", value, module):
                yield (where, what), text


def describe(path: str, value: Any, module: ModuleType) -> Iterator[Fact]:
    yield path, "type", type_name(type(value))
    if isinstance(value, type):
        yield from describe_type(path, value)
    elif callable(value):
        yield from describe_callable(path, value, module)
    else:
        text = repr(sorted(value) if isinstance(value, frozenset) else value)
        yield path, "value", re.sub(" at 0x[0-9a-f]+>$", ">", text)


def describe_callable(path: str, function: Any, module: ModuleType) -> Iterator[Fact]:
    for attribute in ("__name__", "__qualname__", "__module__", "__text_signature__"):
        yield path, attribute, repr(getattr(function, attribute, MISSING))
    bound_to = getattr(function, "__self__", MISSING)
    yield path, "__self__", "the module" if bound_to is module else type_name(type(bound_to))
    yield path, "signature", signature(function)
    yield path, "has a docstring", repr(bool(function.__doc__))


def describe_type(path: str, cls: type) -> Iterator[Fact]:
    for attribute in ("__name__", "__qualname__", "__module__", "__text_signature__"):
        yield path, attribute, repr(getattr(cls, attribute, MISSING))
    yield path, "__mro__", " ".join(type_name(base) for base in cls.__mro__)
    yield path, "flags", f"{cls.__flags__ & ~BOOKKEEPING:#x}"
    yield path, "signature", signature(cls)
    yield path, "instances have a __dict__", repr(cls.__dictoffset__ != 0)
    yield path, "weak references", repr(cls.__weakrefoffset__ != 0)
    yield path, "has a docstring", repr(bool(cls.__doc__))
    for name, member in sorted(vars(cls).items()):
        if name not in TYPE_OWN:
            yield from describe_member(f"{path}.{name}", member)


def describe_member(path: str, member: Any) -> Iterator[Fact]:
    yield path, "type", type_name(type(member))
    if inspect.isroutine(member) or inspect.isdatadescriptor(member):
        for attribute in ("__name__", "__qualname__", "__text_signature__"):
            yield path, attribute, repr(getattr(member, attribute, MISSING))
        if inspect.isroutine(member):
            yield path, "signature", signature(member)
    else:
        yield path, "value", repr(member)


def signature(value: Any) -> str:
    try:
        return str(inspect.signature(value))
    except (ValueError, TypeError) as error:
        return type(error).__name__


def type_name(cls: type) -> str:
    return f"{cls.__module__}.{cls.__qualname__}"


if __name__ == "__main__":
    sys.exit(main())
