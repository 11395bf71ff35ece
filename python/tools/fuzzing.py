"""The words in which fuzz files are written: strategies for programs of a few lines that both implementations run.

A fuzz file, `modules/<name>/fuzz/fuzz_*.py`, has a function `programs()`, which gives a strategy for programs. A program
is a tuple of lines; a line is the name that keeps the result (or None) and an expression, in which `m` is the module. The step
that a line belongs to is its own expression, or, for one that only shows an object's state, what was done to it before.
Strategies for values give expressions, too, so that each program can be printed as a script.
"""

import os
import sys
from collections.abc import Callable
from typing import NamedTuple

from hypothesis import strategies as st


class Line(NamedTuple):
    name: str | None
    expression: str
    step: str


Program = tuple[Line, ...]
Text = st.SearchStrategy[str]


# Values

def ints(low: int | None = None, high: int | None = None) -> Text:
    return st.integers(low, high).map(repr)


def sizes() -> Text:
    """Lengths and counts: small ones, and those at the limits of the C types."""
    limits = [2**15, 2**16, 2**31 - 1, 2**31, 2**32, 2**62, 2**63 - 1, 2**63, 2**64, 10**30]
    extreme = st.sampled_from(limits + [-1 - limit for limit in limits]).map(repr)
    return mostly(ints(-3, 40), extreme)


def floats() -> Text:
    return st.floats().map(lambda value: f"float.fromhex('{value.hex()}')" if value == value else "float('nan')")


def texts(alphabet: str | None = None, most: int = 40) -> Text:
    characters = st.characters() if alphabet is None else st.sampled_from(alphabet)
    surrogates = st.sampled_from(["\ud800", "\udfff", "a\udc80b"])
    text = st.text(characters, max_size=most)
    return (text if alphabet is not None else st.one_of(text, text, text, surrogates)).map(repr)


def data(alphabet: bytes | None = None, most: int = 60) -> Text:
    """`bytes`, also long and repetitive ones."""
    if alphabet is not None:
        return st.lists(st.sampled_from(alphabet), max_size=most).map(lambda items: repr(bytes(items)))
    short = st.binary(max_size=most).map(repr)
    long = st.tuples(st.binary(min_size=1, max_size=12), st.integers(1, 3000)).map(lambda p: f"{p[0]!r} * {p[1]}")
    return st.one_of(short, short, long)


def buffers(content: Text | None = None) -> Text:
    """Objects with the buffer protocol, contiguous and not."""
    wrap = st.sampled_from(["{}", "{}", "{}", "bytearray({})", "memoryview({})", "memoryview(bytearray({}))",
                            "memoryview({})[1:]", "memoryview({})[::-1]", "memoryview({} + bytes(3))[::2]"])
    return st.builds(lambda form, value: form.format(f"({value})"), wrap, data() if content is None else content)


def damaged(streams: list[bytes]) -> Text:
    """One of `streams`, mostly with bytes changed, left out, doubled, or added."""
    @st.composite
    def one(draw) -> str:
        stream = bytearray(draw(st.sampled_from(streams)))
        for _ in range(draw(st.integers(0, 3))):
            at = draw(st.integers(0, len(stream)))
            kind, byte = draw(st.integers(0, 4)), draw(st.integers(0, 255))
            if kind == 0 and at < len(stream):
                stream[at] ^= 1 << byte % 8
            elif kind == 1 and at < len(stream):
                stream[at] = byte
            elif kind == 2:
                del stream[at:at + byte % 9]
            elif kind == 3:
                stream[at:at] = stream[max(at - byte % 9, 0):at]
            else:
                del stream[at:]
        return repr(bytes(stream))
    return one()


def wrong() -> Text:
    """Values of other types than anybody expects, and objects that misbehave."""
    return st.sampled_from([
        "None", "True", "0", "-1", "1.5", "float('nan')", "1j", "''", "'a'", "'\\ud800'", "b''", "b'a'", "[]", "(1, 2)", "{}",
        "object()", "int", "len", "...", "range(3)", "iter([])", "bytearray(b'x')", "memoryview(b'xyz')[::2]", "2**70",
        "Index(3)", "Index(2**70)", "Index(None)", "Float(1.5)", "Raising()", "Subclass(3)", "SubText('x')", "SubBytes(b'x')",
        "Sequence(3)", "Sequence(2**62)", "Equal(True)", "Equal(Raising())",
    ])


def mostly(usual: Text, rare: Text, odds: int = 9) -> Text:
    """`usual`, and once in `odds` + 1 times `rare`."""
    choices = st.sampled_from((usual,) * odds + (rare,))

    @st.composite
    def one(draw) -> str:
        return draw(draw(choices))
    return one()


def value(usual: Text) -> Text:
    """An argument that is mostly of the right type."""
    return mostly(usual, wrong(), 12)


# Expressions and programs

def call(function: str, *arguments: Text, optional: tuple[Text, ...] = (), **keywords: Text) -> Text:
    """`function(…)`: the arguments, some of the optional ones, some of the keywords."""
    positional = [value(argument) for argument in (*arguments, *optional)]
    named = [(name, value(argument)) for name, argument in keywords.items()]
    counts = st.integers(len(arguments), len(positional))
    choices = st.integers(0, 2 ** len(named) - 1)

    @st.composite
    def one(draw) -> str:
        count = draw(counts) if optional else len(arguments)
        chosen = draw(choices) if named else 0
        given = [draw(argument) for argument in positional[:count]]
        given += [f"{name}={draw(argument)}" for bit, (name, argument) in enumerate(named) if chosen >> bit & 1]
        return f"{function}({', '.join(given)})"
    return one()


def calls(*expressions: Text) -> st.SearchStrategy[Program]:
    """Programs of calls that have nothing to do with each other: functions without a state."""
    line = st.one_of(*expressions).map(lambda expression: Line(None, expression, expression))
    return st.lists(line, min_size=1, max_size=30).map(tuple)


def session(make: Text, *steps: Text, looks: tuple[str, ...] = (), most: int = 8) -> st.SearchStrategy[Program]:
    """Programs that make an object, `x`, and take steps with it; after each, `looks` show the object's state."""
    def lines(name: str | None, step: str) -> Program:
        return (Line(name, step, step), *(Line(None, look, step) for look in looks))

    def program(make: str, steps: list[str]) -> Program:
        return (*lines("x", make), *(line for step in steps for line in lines(None, step)))
    return st.builds(program, make, st.lists(st.one_of(*steps), max_size=most))


def callback(kind: str, result: Text, action: Text) -> Text:
    """An object whose special method does something first: `Index(3, lambda: x.clear())`."""
    return st.builds(lambda result, action: f"{kind}({result}, lambda: {action})", result, action)


# What the expressions can use

class _Acting:
    """Gives `result` when asked, after an `action`."""

    def __init__(self, result: object, action: Callable[[], object] = int) -> None:
        self.result, self.action = result, action

    def act(self) -> object:
        self.action()
        return self.result

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.result!r})"


class Index(_Acting):
    def __index__(self):
        return self.act()


class Float(_Acting):
    def __float__(self):
        return self.act()


class Bool(_Acting):
    def __bool__(self):
        return self.act()


class Text_(_Acting):
    def __str__(self):
        return self.act()


class Equal(_Acting):
    __hash__ = None

    def __eq__(self, other):
        return self.act()


class Less(_Acting):
    def __lt__(self, other):
        return self.act()


class Iterable(_Acting):
    """Gives the items of `result`, with the action between them."""

    def __iter__(self):
        for item in self.result:
            self.action()
            yield item


class Sequence:
    """Says that it is as long as one likes."""

    def __init__(self, length: int) -> None:
        self.length = length

    def __len__(self):
        return self.length

    def __getitem__(self, index):
        if index > 5:
            raise IndexError(index)
        return index


class Raising:
    """Raises whatever is asked of it."""

    def _raise(self, *args):
        raise LookupError("raised by a test object")

    __index__ = __float__ = __bool__ = __str__ = __iter__ = __len__ = __eq__ = __lt__ = __getitem__ = __call__ = _raise
    __hash__ = object.__hash__

    def __repr__(self) -> str:
        return "Raising()"


class Subclass(int):
    pass


class SubText(str):
    pass


class SubBytes(bytes):
    pass


def names() -> dict[str, object]:
    """What a program's expressions see, besides the module."""
    return {name: thing for name, thing in globals().items() if isinstance(thing, type) and thing.__module__ == __name__} | {
        "sys": sys, "os": os}
