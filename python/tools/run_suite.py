"""Runs CPython's own regression tests in the Python that runs this script, and writes what became of each test.

Two such results can be compared test by test, if they say that they are of equally equipped Pythons. A result can be
made from a run of `python -m test` that is over, too: `--from LOG XML` reads its output and its `--junit-xml` file.
"""

import argparse
import json
import os
import platform
import re
import shlex
import signal
import subprocess
import sys
import sysconfig
import tempfile
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from itertools import count, pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree


def main() -> int:
    options = arguments()
    if options.describe:
        print(json.dumps(equipment()))
        return 0
    if options.source:
        files = read_run(*map(Path, options.source))
    else:
        files = run(options)
    write(options, files)
    return 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="test files, such as test_json [default: all]")
    kind = parser.add_mutually_exclusive_group(required=True)
    kind.add_argument("--json", type=Path, metavar="FILE", help="file for the result")
    kind.add_argument("--describe", action="store_true", help="print what the results depend on, and run nothing")
    parser.add_argument("--resources", default="all,-network,-gui", help="resources to allow [%(default)s]")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="worker processes [%(default)s]")
    parser.add_argument("--timeout", type=int, default=1200, help="seconds for a file [%(default)s]")
    parser.add_argument("--huntrleaks", metavar="W:R", help="look for leaks: warm-up runs, runs that count")
    parser.add_argument("--details", action="store_true", help="put what failed tests wrote into the result, too")
    parser.add_argument(
        "--update", action="store_true", help="replace these test files' results in the result there is"
    )
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="leave regrtest's output and XML there")
    parser.add_argument(
        "--from", dest="source", nargs=2, metavar=("LOG", "XML"), help="a run that is over, of this Python"
    )
    return parser.parse_args()


# What a result says


@dataclass
class File:
    """What became of one test file."""

    name: str
    # As regrtest says it: passed, failed, env changed, skipped, …
    state: str
    # Why it was skipped, or how it crashed.
    why: str = ""
    # How many of its tests passed.
    passed: int = 0
    # The outcomes of the others, by id.
    tests: dict[str, str] = field(default_factory=dict)
    # What the failed ones wrote; that of the file itself is under its name.
    details: dict[str, str] = field(default_factory=dict)

    def entry(self, details: bool) -> dict[str, Any]:
        optional = {"why": self.why, "tests": self.tests, "details": self.details if details else {}}
        given = {key: value for key, value in optional.items() if value}
        return {"state": self.state, "passed": self.passed} | given


def equipment() -> dict[str, Any]:
    """What the tests of a version of Python depend on."""
    return {
        "version": platform.python_version(),
        "free_threaded": bool(sysconfig.get_config_var("Py_GIL_DISABLED")),
        "debug": hasattr(sys, "gettotalrefcount"),
        "platform": " ".join(filter(None, [sysconfig.get_platform(), *platform.libc_ver()])),
        "missing": missing_modules(),
    }


def missing_modules() -> list[str]:
    """The extension modules that this platform has in principle, and this Python has not."""
    states = re.compile("MODULE_(.+)_STATE")
    named = {states.fullmatch(key): value for key, value in sysconfig.get_config_vars().items()}
    names = {match[1].lower() for match, value in named.items() if match and value != "n/a"}
    return sorted(name for name in names or sys.stdlib_module_names if find_spec(name) is None)


def write(options: argparse.Namespace, files: dict[str, File]) -> None:
    """Writes the result with a line for each file, so that two can be told apart by `diff`."""
    command = shlex.join([Path(sys.executable).name, *regrtest(options, options.names, Path("junit.xml"))])
    result = equipment() | {"resources": options.resources, "command": command, "repeated": [], "files": {}}
    if options.update:
        result |= json.loads(options.json.read_text("utf-8"))
        result["repeated"] = sorted({*result["repeated"], *files})
    entries = result.pop("files") | {name: file.entry(options.details) for name, file in files.items()}
    lines = [f" {json.dumps(key)}: {json.dumps(value)},\n" for key, value in result.items()]
    rows = [f"  {json.dumps(name)}: {json.dumps(entries[name])}" for name in sorted(entries)]
    text = "{\n" + "".join(lines) + ' "files": {\n' + ",\n".join(rows) + "\n }\n}\n"
    options.json.write_text(text, "utf-8")


# Running


def run(options: argparse.Namespace) -> dict[str, File]:
    """Runs the files, and goes on with the others if regrtest gives up at one."""
    present = [name for name in options.names if find_spec(f"test.{name.removeprefix('test.')}")]
    files = {name: File(name, "absent") for name in options.names if name not in present}
    if options.names and not present:
        return files
    pending = names = list_lines(["--list-tests", *present])
    with tempfile.TemporaryDirectory(prefix="suite-") as folder:
        keep = options.keep or Path(folder)
        keep.mkdir(parents=True, exist_ok=True)
        for number in count():
            log, xml = (keep / f"{kind}{number or ''}" for kind in ("log", "junit.xml"))
            xml.unlink(missing_ok=True)
            selected = present if pending == names else pending
            code = run_regrtest(regrtest(options, selected, xml), folder, log)
            done = read(log.read_text("utf-8", "replace"), xml)
            if not done:
                sys.exit(f"regrtest ended with code {code} and no result: name a folder to look at its output: --keep")
            files |= done
            pending = [name for name in pending if name not in done]
            if not pending:
                break
    return files


def regrtest(options: argparse.Namespace, names: list[str], xml: Path) -> list[str]:
    """The arguments of Python for a run."""
    fixed = ["-m", "test", "-u", options.resources, f"-j{options.jobs}", "--timeout", str(options.timeout)]
    hunt = ["--huntrleaks", options.huntrleaks] if options.huntrleaks else []
    return [*fixed, *hunt, "--junit-xml", str(xml), *names]


def run_regrtest(arguments: list[str], folder: str, log: Path) -> int:
    """Runs it to its end, with its progress on standard output and all that it writes in `log`."""
    # Tests send themselves SIGINT. In the background of a shell script it is ignored, and so it would be there.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    # The worker of regrtest gets a file. With one more open here its number is not 4, which would leave 3 alone among the
    # free ones; some tests skip themselves without two in a row.
    os.dup2(os.open(os.devnull, os.O_RDONLY), 3)
    # A session of its own: no terminal that tests could find, and one Ctrl-C for regrtest, passed on below.
    process = subprocess.Popen(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        pass_fds=[3],
    )
    assert process.stdout is not None
    try:
        with log.open("wb") as file, process.stdout as lines:
            for line in lines:
                file.write(line)
                file.flush()
                text = line.decode("utf-8", "replace").rstrip()
                if LOGGED.match(text):
                    print(text, flush=True)
        return process.wait()
    except KeyboardInterrupt:
        stop(process)
        sys.exit(130)


def stop(process: subprocess.Popen) -> None:
    """Lets regrtest end its workers, which are in sessions of their own."""
    process.send_signal(signal.SIGINT)
    try:
        process.communicate(timeout=90)
    except subprocess.TimeoutExpired:
        process.kill()


def environment() -> dict[str, str]:
    """The variables for the tests: without those that change what Python does."""
    return {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "CORTEN", "FORCE_COLOR"))}


def list_lines(arguments: list[str]) -> list[str]:
    """What `python -m test` lists."""
    command = [sys.executable, "-m", "test", *arguments]
    with tempfile.TemporaryDirectory(prefix="suite-") as folder:
        done = subprocess.run(command, cwd=folder, env=environment(), capture_output=True, encoding="utf-8")
    return done.stdout.splitlines()


# Reading what regrtest wrote

HEADER = re.compile(r"^== CPython (\S+) ", re.MULTILINE)
# A line with the time in front of it; a log that was kept elsewhere may have more in front of that.
LOGGED = re.compile(r"(?:.*\s)?\d+:\d\d:\d\d (?:load avg: [\d.]+ )?")
START = re.compile(LOGGED.pattern + r"Run (\d+) tests? ")
PROGRESS = re.compile(LOGGED.pattern + r"\[ *(\d+)/(\d+)(?:/\d+)?\] (\S+) (.+)")
END = "== Tests result: "
RUNNING = re.compile(r" -- running \(\d+\): .*")
COLOR = re.compile(r"\x1b\[[\d;]*m")
# What regrtest says of a file, and what that is called here. The first that fits counts.
STATES = {
    "passed": "passed",
    "failed (uncaught exception)": "uncaught exception",
    "failed (reference leak)": "reference leak",
    "failed (env changed)": "env changed",
    "failed": "failed",
    "skipped (resource denied)": "resource denied",
    "skipped": "skipped",
    "interrupted": "interrupted",
    "worker non-zero exit code": "crashed",
    "worker bug": "worker bug",
    "ran no tests": "no tests ran",
    "timed out": "timed out",
}
# Files in these states have left XML. One with an uncaught exception may have, too.
WITH_XML = ("passed", "failed", "env changed", "reference leak", "no tests ran")
# The element that an outcome leaves in a test's XML; a test that passed has none.
OUTCOMES = {
    "error": "error",
    "failure": "failed",
    "skipped": "skipped",
    "output": "expected failure",
    "outcome": "unexpected success",
}
# What is added to a test's id for a subtest.
SUBTEST = re.compile(r" [\[(].*", re.DOTALL)
# How much of what a test wrote is kept.
LONGEST = 4000


def read_run(log: Path, xml: Path) -> dict[str, File]:
    """The results of a run that is over."""
    version = HEADER.search(text := log.read_text("utf-8", "replace"))
    if version and version[1] != platform.python_version():
        sys.exit(f"{log} is of Python {version[1]}: read it with that one")
    if not xml.exists() or not (files := read(text, xml)):
        sys.exit(f"{log} and {xml} are no whole run: name what `python -m test -j2 --junit-xml {xml.name}` has left")
    return files


def read(log: str, xml: Path) -> dict[str, File]:
    """The results by file, from regrtest's output and its XML."""
    # Both have the files in the order in which they ended; only the output has their names.
    suites = deque(ElementTree.parse(xml).getroot() if xml.exists() else ())
    files = {}
    for file, output in read_log(log):
        if suites and file.state in WITH_XML:
            read_suite(suites.popleft(), file)
        while suites and names_file(suites[0], file):
            read_suite(suites.popleft(), file)
        if file.state not in ("passed", "skipped", "resource denied"):
            file.details[file.name] = "\n".join(output)[-LONGEST:]
        files[file.name] = file
    return files


def names_file(suite: ElementTree.Element, file: File) -> bool:
    """Whether the ids of a suite's tests have the name of the file."""
    prefix = f"test.{file.name.removeprefix('test.')}."
    return any(case.get("name", "").startswith(prefix) for case in suite)


def read_log(log: str) -> Iterator[tuple[File, list[str]]]:
    """Each file with its state, and what it wrote, which regrtest shows after the line that tells the state."""
    file: File | None = None
    output: list[str] = []
    total, number = None, 0
    for line in COLOR.sub("", log).splitlines():
        start = START.match(line)
        if start and total is None:  # what follows the first run is failed files again
            total = start[1]
        if END in line and str(number) == total:
            break
        progress = PROGRESS.match(line)
        # Tests of regrtest itself write such lines, too: those with other numbers.
        if progress is None or progress[2] != total or int(progress[1]) != number + 1:
            output.append(line)
            continue
        state = next((state for state in STATES if progress[4].startswith(state)), None)
        if state is None:
            continue  # a run in one process tells that a file begins, too
        if file is not None:
            yield finished(file, output), output
        number += 1
        why = RUNNING.sub("", progress[4].removeprefix(state)).strip().removeprefix("(").removesuffix(")")
        file, output = File(progress[3], STATES[state], why), []
    if file is not None:
        yield finished(file, output), output


def finished(file: File, output: list[str]) -> File:
    """The file with what its output says about its end."""
    if file.state == "crashed" and any(line.startswith("Timeout (") for line in output):
        file.state = "timed out"
    if file.state in ("skipped", "resource denied"):
        start = f"{file.name} skipped -- "
        file.why = next((line.removeprefix(start) for line in output if line.startswith(start)), "")
    elif file.state not in ("crashed", "worker bug"):
        file.why = ""  # how long it took
    return file


def read_suite(suite: ElementTree.Element, file: File) -> None:
    seen: Counter[str] = Counter()
    for name, case in zip(test_names(suite, file), suite, strict=True):
        seen[name] += 1
        test = name if seen[name] == 1 else f"{name} #{seen[name]}"
        outcome, details = outcome_of(case)
        if outcome == "passed":
            file.passed += 1
        else:
            file.tests[test] = outcome
        if outcome in ("failed", "error"):
            file.details[test] = details[-LONGEST:]


def test_names(suite: ElementTree.Element, file: File) -> list[str]:
    """The ids of a suite's tests. A test of which only subtests failed has none: it comes after the one before it."""
    names = [SUBTEST.sub("", case.get("name", "")) for case in suite]
    if all(names):
        return names
    order = dict(pairwise(["", *list_lines(["--list-cases", file.name])]))
    before = ""
    for index, name in enumerate(names):
        before = names[index] = name or order.get(before) or f"(test {index + 1} of {file.name})"
    return names


def outcome_of(case: ElementTree.Element) -> tuple[str, str]:
    """A test's outcome, and what it wrote about a failure."""
    if not case.get("name"):
        return "failed", "A subtest failed: `python -m test -v` with the name of the file shows why."
    for element, outcome in OUTCOMES.items():
        found = case.find(element)
        if found is not None:
            return outcome, found.text or ""
    return "passed", ""


if __name__ == "__main__":
    sys.exit(main())
