"""Runs random programs on the C module and on Rust's; prints each difference as a JSON object in a line.

Each program is written to the journal before it runs: if the interpreter crashes, that is the script to blame.
"""

import argparse
import faulthandler
import json
import re
import resource
import sys
import time
import warnings
from collections.abc import Callable
from functools import lru_cache
from importlib.util import module_from_spec, spec_from_file_location
from types import CodeType, ModuleType

from corten.testing import c_module, rust_module
from fuzzing import Line, Program, names
from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis.errors import Flaky

# Programs in a round: what Hypothesis remembers of them makes it slower.
ROUND = 300
# Memory for both modules and all data: what asks for more gets MemoryError.
MEMORY = 4 << 30
HANG_SECONDS = 120

Outcome = tuple


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("module")
    parser.add_argument("file")
    parser.add_argument("--journal", required=True, help="file that holds the program at work")
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--calls", type=int, default=0, help="end after so many calls, too")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    sys.setrecursionlimit(5000)
    with open(options.journal, "wb", buffering=0) as journal:
        fuzzer = Fuzzer(options.module, load(options.file), journal)
        fuzzer.run(options.seed, options.seconds, options.calls or sys.maxsize)
    return 0


def load(path: str) -> ModuleType:
    spec = spec_from_file_location("programs", path)
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Difference(Exception):
    """Both implementations ran a program, and one line did not give the same."""


class Fuzzer:
    def __init__(self, name: str, file: ModuleType, journal) -> None:
        self.name = name
        self.programs = file.programs()
        self.excused: Callable[[Line, Outcome, Outcome], bool] = getattr(file, "excused", lambda *_: False)
        self.names = names() | getattr(file, "NAMES", {})
        self.modules = (c_module(name), rust_module(name))
        self.journal = journal
        self.calls = 0
        self.known: set[tuple] = set()
        self.failure: dict = {}
        self.warned: list[tuple[str, str]] = []
        warnings.simplefilter("always")
        warnings.showwarning = lambda message, category, *_: self.warned.append((category.__name__, str(message)))

    def run(self, start: int, seconds: float, calls: int) -> None:
        end = time.monotonic() + seconds
        number = start
        while time.monotonic() < end and self.calls < calls:
            faulthandler.dump_traceback_later(HANG_SECONDS, exit=True)
            self.round(number, end)
            number += 1
            report(event="progress", calls=self.calls, seed=number)
        faulthandler.cancel_dump_traceback_later()
        report(event="end", calls=self.calls, seed=number)

    def round(self, number: int, end: float) -> None:
        @seed(number)
        @settings(max_examples=ROUND, deadline=None, database=None, verbosity=Verbosity.quiet, report_multiple_bugs=False,
                  phases=[Phase.generate, Phase.shrink], suppress_health_check=list(HealthCheck))
        @given(self.programs)
        def check(program: Program) -> None:
            # A difference that was found is shrunk to its end.
            if self.failure or time.monotonic() < end:
                self.compare(program)

        self.failure = {}
        try:
            check()
        except (Difference, Flaky):
            self.known.add(self.failure.pop("signature"))
            report(event="difference", module=self.name, seed=number, **self.failure)

    def compare(self, program: Program) -> None:
        self.journal.seek(0)
        self.journal.write(script(self.name, program).encode("utf-8", "backslashreplace"))
        self.journal.truncate()
        spaces = [self.names | {"m": module} for module in self.modules]
        for number, line in enumerate(program):
            c, rust = (self.outcome(space, line) for space in spaces)
            self.calls += 1
            if c != rust:
                if not self.excused(line, c, rust):
                    self.blame(program[:number + 1], c, rust)
                return
            if c[0] == "raised" and line.name is not None:
                return

    def outcome(self, space: dict, line: Line) -> Outcome:
        self.warned = []
        try:
            result = eval(compiled(line.expression), space)
        except Exception as error:
            return ("raised", *exception(error), self.warned)
        if line.name is not None:
            space[line.name] = result
        return ("gave", describe(result), self.warned)

    def blame(self, program: Program, c: Outcome, rust: Outcome) -> None:
        callees = [expression.partition("(")[0] for expression in (program[-1].step, program[-1].expression)]
        signature = (*callees, c[:2] if c[0] == "raised" else c[0], rust[:2] if rust[0] == "raised" else rust[0])
        if signature in self.known:
            return
        self.failure = {"script": script(self.name, program), "c": str(c), "rust": str(rust), "signature": signature}
        raise Difference


@lru_cache(4096)
def compiled(expression: str) -> CodeType:
    return compile(expression, "<program>", "eval")


def script(module: str, program: Program) -> str:
    """The program as Python code, with the Rust module as `m`."""
    lines = (f"{line.name} = {line.expression}" if line.name else line.expression for line in program)
    return "\n".join([f"m = rust_module({module!r})", *lines, ""])


def exception(error: BaseException) -> tuple:
    chained = [type(other).__qualname__ if other else None for other in (error.__cause__, error.__context__)]
    return type(error).__qualname__, mask(str(error)), describe(error.args), chained


def mask(text: str) -> str:
    """Without addresses."""
    return re.sub(r"0x[0-9a-f]+", "0x…", text)


HUGE = 1 << 16
"""Ints of more bits are not written out."""

PLAIN = (str, bytes, bool, complex, type(None))


def describe(value: object, depth: int = 0) -> str:
    """What can be seen of a value: equal texts for equal values of the same type."""
    kind = type(value)
    if kind is int:
        return hex(value) if value.bit_length() < HUGE else f"int of {value.bit_length()} bits, {hash(value)}"
    if kind in PLAIN:
        return mask(repr(value))
    if kind is float:
        return value.hex()
    if depth > 6:
        return "…"
    if kind in (tuple, list):
        return f"{kind.__name__}[{', '.join(describe(item, depth + 1) for item in value)}]"
    if kind in (dict, set, frozenset):
        items = value.items() if kind is dict else sorted(value, key=repr)
        return f"{kind.__name__}[{', '.join(describe(item, depth + 1) for item in items)}]"
    if kind in (bytearray, memoryview):
        return f"{kind.__name__}[{bytes(value)!r}]"
    if isinstance(value, BaseException):
        return str(exception(value))
    if isinstance(value, type):
        return f"<class {value.__qualname__}>"
    return mask(f"<{kind.__module__}.{kind.__qualname__}>")


def report(**event: object) -> None:
    print(json.dumps(event), flush=True)


if __name__ == "__main__":
    sys.exit(main())
