"""What goes wrong around the modules does no more harm than with C: memory that runs out, signals, forks, the end of the
interpreter, sub-interpreters that come and go.

Where something ends badly, C's modules must, too, in the same place: then it is the interpreter's. CORTEN_FAULTS=long tries
more of each. The programs are in `faults`.
"""

import functools
import os
import re
import signal
import subprocess
import sys
import unittest
from collections import defaultdict
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from corten.__main__ import read_manifest, status
from corten._overlay import find_stock_spec

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "build"))

import stress  # noqa: E402

LONG = os.environ.get("CORTEN_FAULTS") == "long"
SECONDS = 600 if LONG else 120
"""How long a program may take."""

RUST, C = "", "off"
PATHS = stress.paths()
MODULES = sorted(row["module"] for row in status(read_manifest()) if row["implementation"] == "rust")
WORKLOADS = sorted({PATHS[name] for name in MODULES})

DEATHS = "SIG", "hangs"
"""How an end begins that is no exception."""

Ends = dict[str, set[str]]
"""For each of some calls how it ended: names of exceptions, or that the process died."""


def run(program: str, *arguments: str, corten: str = RUST, seconds: int = SECONDS) -> tuple[str, str]:
    """What a program prints, and how it ends: "" if well."""
    variables = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "CORTEN"))}
    variables |= {"CORTEN": corten, "PYTHONHASHSEED": "0"}  # the same allocations each time
    command = [sys.executable, str(HERE / "faults" / program), *arguments]
    try:
        done = subprocess.run(command, env=variables, stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, errors="replace", timeout=seconds)  # fmt: skip
    except subprocess.TimeoutExpired as expired:
        return (expired.stdout or b"").decode(errors="replace"), "hangs"
    if "internal error in Corten" in done.stderr:
        return done.stdout, done.stderr
    if done.returncode < 0:
        return done.stdout, signal.Signals(-done.returncode).name
    return done.stdout, done.stderr[-2000:] if done.returncode else ""


def each(check, items: Iterable[str]) -> Iterable[tuple[str, object]]:
    """The items with what `check` says of them, which is asked for two at a time."""
    items = list(items)
    with ThreadPoolExecutor(2) as pool:
        yield from zip(items, pool.map(check, items), strict=True)


class Memory(unittest.TestCase):
    @unittest.skipUnless(sys.platform == "linux", "the limit has no effect elsewhere")
    def test_limited(self) -> None:
        steps = "320" if LONG else "32"
        for path, (_, end) in each(lambda path: run("limits.py", path, steps), WORKLOADS):
            with self.subTest(path):
                if is_bad(end):
                    self.assertEqual(last_line(end), last_line(run("limits.py", path, steps, corten=C)[1]))

    def test_failing_allocations(self) -> None:
        for name, ends in each(lambda name: failing(name, RUST), MODULES):
            for call, found in ends.items():
                with self.subTest(module=name, call=call):
                    known = ends_in_c(name, call)
                    self.assertTrue(found <= known or "dies" in known, (found, known))


class Processes(unittest.TestCase):
    def well(self, program: str, *arguments: str) -> str:
        """Runs a program that must end well; gives what it prints."""
        printed, end = run(program, *arguments)
        self.assertEqual(end, "", printed)
        return printed

    def test_signals(self) -> None:
        self.well("signals.py")

    def test_shutdown(self) -> None:
        for _ in range(20 if LONG else 1):
            for way in "globals", "cycles", "threads", "atexit", "del":
                with self.subTest(way):
                    self.assertEqual(self.well("shutdown.py", way, *WORKLOADS), "end\n")

    @unittest.skipUnless(hasattr(os, "fork"), "no fork")
    def test_forks(self) -> None:
        self.well("forks.py", "300" if LONG else "6", *WORKLOADS)

    @unittest.skipUnless(sys.platform == "linux", "how much memory is used can't be told elsewhere")
    def test_interpreters_leave_nothing(self) -> None:
        """Python itself leaves something of each: as much as with C, and what measuring makes of it."""
        count = 10_000 if LONG else 100
        modules = [name for name in MODULES if find_stock_spec(name)]
        rust, c = (int(run("interpreters.py", str(count), *modules, corten=corten)[0]) for corten in (RUST, C))
        self.assertLess(rust, c * 1.1 + (1 << 20) / count)


def is_bad(end: str) -> bool:
    """Whether a program ended otherwise than well or by an exception that a lack of memory may have: there are several, and the
    parser has none at all."""
    return end.startswith(DEATHS) or "without setting an exception" in end or "internal error" in end


def last_line(text: str) -> str:
    return (text.strip().splitlines() or [""])[-1]


def ends_in_c(name: str, call: str) -> set[str]:
    """How a call ends in C. Making types is the interpreter's work, which goes wrong the same way in all modules."""
    if call == IMPORT:
        return set().union(*(failing(name, C, only_import=True)[call] for name in MODULES))
    return failing(name, C)[call]


IMPORT = "import"
"""What a module's import is called among the calls."""


@functools.cache
def failing(name: str, corten: str, only_import: bool = False) -> Ends:
    """How the calls of a module end in which allocations fail, but for success and MemoryError."""
    files = [] if only_import else map(str, Path(PATHS[name]).parent.parent.glob("bench/bench_*.py"))
    arguments = ["1000" if LONG else "4", *files]
    ends: Ends = defaultdict(set)
    call, before, place, end = IMPORT, "", "0 0 0", "SIGSEGV"
    while end.startswith(DEATHS) and place != before:
        before = place
        printed, end = let_fail(name, place, corten, arguments)
        for line in printed.splitlines():
            kind, _, rest = line.partition(" ")
            if kind == "=":
                call = rest
            elif kind == "!":
                ends[call].add(rest)
            elif re.fullmatch(r"\d+ [01] \d+", line):
                place = line
        if not end.startswith(DEATHS):
            ends[call] |= {last_line(end)} - {""}
        elif corten == C or is_own_death(name, place, arguments):
            ends[call].add("dies")
        if end == "hangs":
            place = f"{int(place.split()[0]) + 1} 0 0"
    return ends


def is_own_death(name: str, place: str, arguments: list[str]) -> bool:
    """Whether a call that ended the process ends it by itself, and doesn't with C. It is chance what comes of a call that breaks
    the interpreter: with C, that need not have shown where it was tried among the others."""
    return dies_alone(name, place, RUST, arguments) and not dies_alone(name, place, C, arguments)


def dies_alone(name: str, place: str, corten: str, arguments: list[str]) -> bool:
    """Whether the process dies in a call that is the first one: else an earlier one had broken the interpreter."""
    call = place.split()[0]
    printed, end = let_fail(name, f"{call} 0 0", corten, arguments)
    places = re.findall(r"^(\d+) [01] \d+$", printed, re.MULTILINE)
    return end.startswith(DEATHS) and places[-1:] in ([], [call])


def let_fail(name: str, after: str, corten: str, arguments: list[str]) -> tuple[str, str]:
    """What `nomemory.py` prints, and how it ends; it takes less than a second, but where Python itself hangs."""
    return run("nomemory.py", name, after, *arguments, corten=corten, seconds=SECONDS // 10)


if __name__ == "__main__":
    unittest.main()
