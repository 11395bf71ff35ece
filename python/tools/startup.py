"""Compares how two interpreters start: time, also to import Corten's modules and what stands on them; memory; size.

Every figure comes from processes of their own that take turns (A B, B A, …). Shown are medians, and the median ratio of
the pairs with the 99% confidence interval of a bootstrap; an interval with 1 in it is within the noise: "same".
"""

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import textwrap
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple, NoReturn

import processes

PACKAGES = ["base64", "gzip", "json", "zipfile"]
RESAMPLES = 2000


class Case(NamedTuple):
    """A command line to run. What it prints, lines of a number and a name, are measurements beside its time."""

    name: str
    flags: list[str]
    code: str
    timed: bool = True


class Row(NamedTuple):
    """One measurement of both interpreters: seconds or bytes, medians; the ratio is Corten's to stock's."""

    case: str
    measure: str
    unit: str
    stock: float
    corten: float
    ratio: float
    low: float
    high: float

    @property
    def verdict(self) -> str:
        return "less" if self.high < 1 else "more" if self.low > 1 else "same"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("stock", help="an interpreter without Corten")
    parser.add_argument("corten", help="one with it, built in or installed")
    parser.add_argument("--runs", type=int, default=40, metavar="N", help="runs of each case [default: 40]")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows to this file, too")
    options = parser.parse_args()

    processes.share_processor()
    pair = (options.stock, options.corten)
    modules = available(options.stock, rust_modules(options.corten))
    rows = [*measure(pair, cases(modules), options.runs), *sizes(pair, modules)]
    if options.json:
        document = [row._asdict() | {"verdict": row.verdict} for row in rows]
        options.json.write_text(json.dumps(document, indent=2) + "\n", "utf-8")
    print_table(rows)
    return 0


def rust_modules(python: str) -> list[str]:
    done = ask(python, "-m", "corten", "--json")
    if done.returncode:
        give_up(f"`{python} -m corten` fails: {done.stderr.strip()}",
                "name an interpreter that `corten build` made, or an environment of `corten install`")  # fmt: skip
    return [row["module"] for row in json.loads(done.stdout) if row["implementation"] == "rust"]


def available(python: str, modules: list[str]) -> list[str]:
    """Those that an interpreter has: a stock one may have been built without a C library."""
    code = f"from importlib.util import find_spec\nprint(*filter(find_spec, {modules!r}))"
    return ask(python, "-I", "-c", code).stdout.split()


def ask(python: str, *options: str) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run([python, *options], env=environment(), capture_output=True, text=True)
    except OSError as error:
        give_up(f"{python} does not run: {error.strerror}", "name two interpreters: stock first, then Corten's")


def give_up(problem: str, next_step: str) -> NoReturn:
    print(f"startup: {problem}\n  next: {next_step}", file=sys.stderr)
    sys.exit(2)


def cases(modules: list[str]) -> list[Case]:
    everything = ", ".join([*modules, *PACKAGES])
    return [
        Case("python -c pass", [], "pass"),
        Case("python -I -c pass", ["-I"], "pass"),
        *(Case(f"import {name}", ["-I"], IMPORT.format(name=name)) for name in [*modules, *PACKAGES]),
        Case("after the start", ["-I"], MEMORY, timed=False),
        Case("with all of these imported", ["-I"], f"import {everything}\n{MEMORY}", timed=False),
    ]


IMPORT = textwrap.dedent("""
    import time
    start = time.perf_counter()
    import {name}
    print(time.perf_counter() - start, "import")
""")

# Dirty pages are the process's own; clean ones are those of files, which processes share.
MEMORY = textwrap.dedent("""
    names = {"VmRSS": "resident", "VmHWM": "peak", "Private_Dirty": "private", "Private_Clean": "of files",
             "Shared_Clean": "of files"}
    sums = {}
    for file in ("status", "smaps_rollup"):
        try:
            with open("/proc/self/" + file) as lines:
                for name, value, *unit in (line.split() for line in lines if line.endswith("kB\\n")):
                    if shown := names.get(name[:-1]):
                        sums[shown] = sums.get(shown, 0) + int(value) * 1024
        except OSError:
            pass  # another system than Linux
    for name, value in sums.items():
        print(value, name)
""")


def measure(pair: tuple[str, str], all_cases: list[Case], runs: int) -> Iterable[Row]:
    """Each round runs every case on both, so that what else the machine does hits all of them alike."""
    samples: dict[tuple[str, str], tuple[list[float], list[float]]] = defaultdict(lambda: ([], []))
    for case in all_cases:
        for python in pair:
            run(python, case)  # writes compiled files, and brings what is read into memory
    for number in range(runs):
        show_progress(f"round {number + 1} of {runs}")
        for case in all_cases:
            for side in (0, 1) if number % 2 else (1, 0):
                for name, value in run(pair[side], case).items():
                    samples[case.name, name][side].append(value)
    show_progress("")
    for (case_name, name), (stock, corten) in samples.items():
        unit = "s" if name in ("wall", "CPU", "import") else "B"
        yield compare(case_name, name, unit, stock, corten)


def run(python: str, case: Case) -> dict[str, float]:
    done = processes.run([python, *case.flags, "-c", case.code], environment())
    if done.returncode:
        give_up(f"`{case.name}` ended with exit code {done.returncode} on {python}", "see its lines above")
    times = {"wall": done.wall, "CPU": done.cpu} if case.timed else {}
    lines = (line.split(maxsplit=1) for line in done.printed.splitlines())
    return times | {name: float(value) for value, name in lines}


def environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "CORTEN"))}


def compare(case: str, measure: str, unit: str, stock: list[float], corten: list[float]) -> Row:
    ratios = [b / a for a, b in zip(stock, corten, strict=True) if a]
    low, high = interval(ratios, statistics.median)
    ratio = statistics.median(ratios)
    return Row(case, measure, unit, statistics.median(stock), statistics.median(corten), ratio, low, high)


def interval(values: list[float], statistic: Callable[[list[float]], float]) -> tuple[float, float]:
    """The 99% confidence interval of a statistic, by the percentiles of a bootstrap."""
    generator = random.Random(0)
    again = sorted(statistic(generator.choices(values, k=len(values))) for _ in range(RESAMPLES))
    return again[int(0.005 * RESAMPLES)], again[int(0.995 * RESAMPLES)]


def sizes(pair: tuple[str, str], modules: list[str]) -> Iterable[Row]:
    """Of the files with machine code; a program's own includes what it holds for debuggers."""
    code = SIZES.format(modules=modules)
    stock, corten = (run(python, Case("sizes", ["-I"], code, timed=False)) for python in pair)
    for name in stock:
        yield compare("size", name, "B", [stock[name]], [corten[name]])


SIZES = textwrap.dedent("""
    import importlib, os, sys, sysconfig
    files = [os.path.realpath(sys.executable)]
    if sysconfig.get_config_var("Py_ENABLE_SHARED"):
        files.append(os.path.join(*sysconfig.get_config_vars("LIBDIR", "INSTSONAME")))
    origins = {{importlib.import_module(name).__spec__.origin for name in {modules!r}}}
    for name, more in (("interpreter", []), ("with its modules", filter(os.path.exists, origins))):
        print(sum(map(os.path.getsize, [*files, *more])), name)
""")


def print_table(rows: list[Row]) -> None:
    width = max(len(row.case) for row in rows)
    print(f"{'':{width}}  {'':16}  {'stock':>9}  {'Corten':>9}  ratio")
    last = None
    for row in rows:
        case = row.case if row.case != last else ""
        last = row.case
        noise = f"({row.low:.3f} to {row.high:.3f})" if row.low < row.high else ""
        print(f"{case:{width}}  {row.measure:16}  {shown(row.stock, row.unit):>9}  {shown(row.corten, row.unit):>9}"
              f"  {row.ratio:.3f} {noise:16}  {row.verdict}")  # fmt: skip


def shown(value: float, unit: str) -> str:
    """Three digits or more, in a unit that people read."""
    if unit == "B":
        return f"{value / 1e6:.2f} MB" if value >= 1e6 else f"{value / 1e3:.0f} kB"
    return f"{value * 1e3:.2f} ms" if value >= 1e-3 else f"{value * 1e6:.0f} µs"


def show_progress(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
