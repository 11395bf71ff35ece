"""Runs the benchmarks of pyperformance that stand on Corten's modules, on C and on Rust in turn; for `corten bench`.

Prints a line of JSON for each: its name, and the seconds that pyperf measured in each round on "c" and on "rust".
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from importlib.resources import files
from pathlib import Path

import processes
import pyperf

# Those whose time goes to modules of C, for the most part, and that take seconds, not minutes.
SCRIPTS = ["json_dumps", "json_loads", "float", "telco"]
SETTINGS = {"c": "off", "rust": "on"}

Sides = dict[str, list[tuple[float, ...]]]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, required=True, metavar="N", help="processes for each side")
    parser.add_argument("scripts", nargs="*", default=SCRIPTS, metavar="NAME", help="default: %(default)s")
    options = parser.parse_args()
    processes.share_processor()
    for script in options.scripts:
        for name, sides in measure(script, options.rounds).items():
            print(json.dumps({"name": name} | sides), flush=True)
    return 0


def measure(script: str, rounds: int) -> dict[str, Sides]:
    found: dict[str, Sides] = defaultdict(lambda: {side: [] for side in SETTINGS})
    loops = dict.fromkeys(SETTINGS, 0)
    for number in range(rounds):
        for side in list(SETTINGS)[:: -1 if number % 2 else 1]:
            for benchmark in run(script, side, loops[side]):
                found[benchmark.get_name()][side].append(benchmark.get_values())
                loops[side] = benchmark.get_loops()
    return found


def run(script: str, side: str, loops: int) -> pyperf.BenchmarkSuite:
    program = files("pyperformance") / "data-files" / "benchmarks" / f"bm_{script}" / "run_benchmark.py"
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder, "suite.json")
        subprocess.run(
            [sys.executable, str(program), "--quiet", "--processes", "1", "--values", "3", "--min-time", "0.05",
             "--loops", str(loops), "--inherit-environ", "CORTEN", "--output", str(output)],
            env=os.environ | {"CORTEN": SETTINGS[side]}, stdout=subprocess.DEVNULL, check=True,
        )  # fmt: skip
        return pyperf.BenchmarkSuite.load(str(output))


if __name__ == "__main__":
    sys.exit(main())
