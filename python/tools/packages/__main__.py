"""Runs packages of the world, with compiled parts, from their ordinary wheels, on this interpreter.

Each does a piece of real work in a process of its own, and checks the result. Exit code 1: one failed; 2: one can't be
had. A version of Python, or a kind such as the free-threaded one, for which a package has no wheel is told, and is no
failure.
"""

import argparse
import json
import platform
import re
import subprocess
import sys
import tempfile
import time
import tomllib
import venv
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple, NoReturn

FOLDER = Path(__file__).resolve().parent
VERSIONS = tomllib.loads((FOLDER / "versions.toml").read_text("utf-8"))
CASES = {path.stem: path for path in sorted((FOLDER / "cases").glob("*.py"))}
SHORT = ["aiohttp", "orjson", "pydantic"]  # quickly installed; zlib, and both PyO3's and json's ways of JSON
SECONDS = 300

PASSED, FAILED, NO_WHEEL, NOT_HAD = "passed", "failed", "no wheel", "can't be had"


class Result(NamedTuple):
    name: str
    version: str
    outcome: str
    details: str
    seconds: float = 0.0


def main() -> int:
    options = arguments()
    names = options.names or (SHORT if options.short else list(CASES))
    with tempfile.TemporaryDirectory() as folder:
        python = make_environment(options.venv or Path(folder, "venv"))
        print(f"CPython {platform.python_version()} ({sys.base_prefix}), {modules_in_effect(python)}", flush=True)
        results = list(run_all(python, names))
    if options.json:
        options.json.write_text(json.dumps([result._asdict() for result in results], indent=2) + "\n", "utf-8")
    print_summary(results)
    outcomes = {result.outcome for result in results}
    return 1 if FAILED in outcomes else 2 if NOT_HAD in outcomes else 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="packages", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=f"of {', '.join(CASES)}; default: all")
    parser.add_argument("--short", action="store_true", help=f"only {', '.join(SHORT)}")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the results to this file, too")
    parser.add_argument("--venv", type=Path, metavar="DIR", help="install there, and keep it")
    options = parser.parse_args()
    if unknown := set(options.names) - set(CASES):
        parser.error(f"no case for {', '.join(sorted(unknown))}; there is one for {', '.join(CASES)}")
    return options


def make_environment(folder: Path) -> Path:
    try:
        venv.create(folder, with_pip=True, symlinks=True)
    except subprocess.CalledProcessError as error:
        output = (error.output or b"").decode(errors="replace")
        give_up(f"{sys.executable} can't make a virtual environment: {output.strip() or error}",
                "look at `python -m ensurepip`; build the interpreter with --with-ensurepip=install")  # fmt: skip
    return folder / "bin" / "python"


def give_up(problem: str, next_step: str) -> NoReturn:
    print(f"packages: {problem}\n  next: {next_step}", file=sys.stderr)
    sys.exit(2)


def modules_in_effect(python: Path) -> str:
    """What `python -m corten` tells there."""
    done = run(python, "-m", "corten", "--json")
    if done.returncode:
        return "without Corten"
    rust = [row["module"] for row in json.loads(done.stdout) if row["implementation"] == "rust"]
    return f"on Rust: {', '.join(rust) or 'nothing'}"


def run_all(python: Path, names: Iterable[str]) -> Iterable[Result]:
    for name in names:
        result = install(python, name) or work(python, name)
        print(f"{result.outcome:12}  {name} {result.version}: {result.details}", flush=True)
        yield result


def install(python: Path, name: str) -> Result | None:
    """Installs the wheels of a package and of what it needs; a result only if that can't be done."""
    version, needs = VERSIONS[name]["version"], VERSIONS[name]["needs"]
    done = pip(python, "install", "--only-binary", ":all:", "--no-deps", f"{name}=={version}", *needs)
    if done.returncode == 0:
        return None
    missing = re.search(r"No matching distribution found for (\S+)==(\S+)", done.stderr)
    if missing and is_published(python, *missing.groups()):
        return Result(name, version, NO_WHEEL, f"there is none of {missing[1]} {missing[2]} for this Python")
    reason = done.stderr.strip() or f"pip ended with exit code {done.returncode}"
    next_step = "let pip reach a package index, or give it a folder of wheels (PIP_FIND_LINKS); then run this again"
    return Result(name, version, NOT_HAD, f"{reason}\n  next: {next_step}")


def is_published(python: Path, name: str, version: str) -> bool:
    """Whether pip finds that version in any form, so that only the wheel for this Python is missing."""
    done = pip(python, "index", "versions", name)
    return done.returncode == 0 and version in re.findall(r"[^\s,]+", done.stdout)


def work(python: Path, name: str) -> Result:
    """Runs the case in a new process. Isolated: the case's own folder is not searched for modules."""
    version = VERSIONS[name]["version"]
    start = time.perf_counter()
    try:
        done = run(python, "-I", "-X", "faulthandler", CASES[name], timeout=SECONDS)
    except subprocess.TimeoutExpired:
        return Result(name, version, FAILED, f"was still at work after {SECONDS} seconds", SECONDS)
    seconds = round(time.perf_counter() - start, 2)
    if done.returncode:
        return Result(name, version, FAILED, f"exit code {done.returncode}\n{done.stdout}{done.stderr}", seconds)
    return Result(name, version, PASSED, done.stdout.strip(), seconds)


def print_summary(results: list[Result]) -> None:
    counts = (f"{sum(result.outcome == outcome for result in results)} {outcome}"
              for outcome in (PASSED, NO_WHEEL, NOT_HAD, FAILED))  # fmt: skip
    print(f"\n{len(results)} packages: {', '.join(counts)}")


def pip(python: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return run(python, "-m", "pip", "--disable-pip-version-check", "--no-input", *arguments)


def run(*command: str | Path, timeout: float | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=timeout)


if __name__ == "__main__":
    sys.exit(main())
