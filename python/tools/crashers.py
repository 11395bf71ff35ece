"""Runs the scripts that crash C modules, on the C modules and on Corten's: `crashers.py PYTHON [--docs]`.

Each is a memory bug that CPython's issue tracker knows. It prints `survived` when it comes to its end. The scripts are in
`modules/<name>/tests/crashers`; PYTHON is one with the overlay.
"""

import argparse
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent.parent
SECONDS = 30
MEMORY = 4 << 30
ALLOCATORS = ("pymalloc", "debug")


class Script(NamedTuple):
    module: str
    path: Path

    @property
    def issue(self) -> str:
        """Where the bug was reported: the second item of the first line."""
        items = self.path.read_text(encoding="utf-8").splitlines()[0].split("; ")
        return items[1].removeprefix("issue: ")


def scripts() -> Iterator[Script]:
    for path in sorted(ROOT.glob("modules/*/tests/crashers/*.py")):
        yield Script(path.parent.parent.parent.name, path)


def run(python: str, script: Script, corten: str, allocator: str) -> str:
    """How a script ends, with the variable CORTEN set: `survived`, `SIGSEGV`, an exception's name, …"""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    environment |= {"CORTEN": corten, "PYTHONMALLOC": allocator, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": "0"}
    command = [python, str(script.path)]
    try:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, errors="replace", timeout=SECONDS,
                              stdin=subprocess.DEVNULL, preexec_fn=limit)
    except subprocess.TimeoutExpired:
        return "hangs"
    if done.returncode < 0:
        return signal.Signals(-done.returncode).name
    if done.returncode == 0 and "survived" in done.stdout.split():
        return "survived"
    return (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1].partition(":")[0]


def limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("python")
    parser.add_argument("--docs", action="store_true", help="write docs/crashes.md")
    options = parser.parse_args()
    rows = [row(options.python, script) for script in scripts()]
    survived = all(set(rust) == {"survived"} for _, _, rust in rows)
    version = subprocess.run([options.python, "-c", "import sys; print(sys.version.split()[0])"], capture_output=True, text=True)
    text = table(version.stdout.strip(), rows)
    print(text)
    if options.docs:
        (ROOT / "docs/crashes.md").write_text("# Memory bugs of the C modules\n\n" + text, encoding="utf-8")
    return 0 if survived else 1


Row = tuple[Script, list[str], list[str]]


def row(python: str, script: Script) -> Row:
    c, rust = ([run(python, script, corten, allocator) for allocator in ALLOCATORS] for corten in ("off", ""))
    return script, c, rust


def table(version: str, rows: list[Row]) -> str:
    crashed = sum(any(end.startswith("SIG") for end in c) for _, c, _ in rows)
    lines = [
        f"{len(rows)} scripts for memory bugs that CPython's issue tracker knows, on CPython {version}, with the usual and the debug",
        f"allocator. {crashed} crash the C modules of this release. Written by `python3 python/tools/crashers.py PYTHON --docs`.",
        "",
        "| module | script | issue | C | Rust |",
        "| --- | --- | --- | --- | --- |",
    ]
    for script, c, rust in rows:
        ends = (" / ".join(dict.fromkeys(ends)) for ends in (c, rust))
        lines.append(f"| `{script.module}` | {script.path.stem} | {script.issue} | {' | '.join(ends)} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
