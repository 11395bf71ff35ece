"""Runs whole programs on C and on Rust in turn, each time in a new process; for `corten bench`.

Prints a line of JSON for each program: its name, the seconds of each run on "c" and on "rust", and the most "memory"
that it had at once on each, the median in bytes.
"""

import argparse
import base64
import csv
import hashlib
import json
import os
import random
import shutil
import statistics
import sys
import sysconfig
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import processes

FOLDER = Path(__file__).resolve().parent / "programs"
SETTINGS = {"c": "off", "rust": "on"}

Command = list[str | Path]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, required=True, metavar="N", help="runs of each program on each side")
    parser.add_argument("--scale", type=float, default=1.0, metavar="X", help="how much input [default: 1.0]")
    options = parser.parse_args()
    processes.share_processor()
    for name, make in PROGRAMS.items():
        with tempfile.TemporaryDirectory() as folder:
            command = make(Path(folder), options.scale)
            print(json.dumps({"name": name} | measure(command, options.rounds)), flush=True)
    return 0


def measure(command: Command, rounds: int) -> dict[str, object]:
    for side in SETTINGS:
        run(command, side)  # brings what is read into memory
    done: dict[str, list[processes.Finished]] = {side: [] for side in SETTINGS}
    for number in range(rounds):
        for side in list(SETTINGS)[:: -1 if number % 2 else 1]:
            done[side].append(run(command, side))
    times = {side: [[finished.wall] for finished in done[side]] for side in SETTINGS}
    return times | {"memory": [statistics.median(map(peak_memory, done[side])) for side in SETTINGS]}


def run(command: Command, side: str) -> processes.Finished:
    """What the run before has written is written over."""
    variables = os.environ | {"CORTEN": SETTINGS[side], "PIP_CONFIG_FILE": os.devnull}
    finished = processes.run([sys.executable, FOLDER / "launch.py", *command], variables)
    if finished.returncode:
        sys.exit(f"{command} ended with exit code {finished.returncode} on {side}")
    return finished


def peak_memory(finished: processes.Finished) -> int:
    return int(finished.printed.split()[-1])


def source_tree_to_gzip(folder: Path, scale: float) -> Command:
    tree = folder / "tree"
    tree.mkdir()
    for path in sources(scale):
        shutil.copy(path, tree)
    return ["-m", "tarfile", "--create", folder / "tree.tar.gz", tree]


def sources(scale: float) -> list[Path]:
    """The standard library's own modules."""
    every = sorted(Path(sysconfig.get_path("stdlib")).glob("*.py"))
    return every[: max(1, int(len(every) * scale))]


def json_lines_filter(folder: Path, scale: float) -> Command:
    source = folder / "orders.jsonl"
    with open(source, "w", encoding="utf-8") as file:
        file.writelines(json.dumps(order) + "\n" for order in orders(int(20_000 * scale)))
    return [FOLDER / "json_filter.py", source, folder / "paid.jsonl"]


def orders(count: int) -> list[dict[str, object]]:
    generator = random.Random(1)
    names = ["Zoë", "Łukasz", "Mary", "José", "Anna", "Çelik", "小林", "Ole"]
    return [
        {
            "id": number,
            "customer": f"{generator.choice(names)} {generator.choice(names)}",
            "state": generator.choice(["paid", "open", "sent back"]),
            "total": round(generator.expovariate(1 / 50), 2),
            "items": [{"sku": f"{generator.getrandbits(32):08x}", "pieces": generator.randrange(1, 9)}
                      for _ in range(generator.randrange(1, 6))],
            "note": None if number % 3 else 'left at the neighbour\'s, "as always"',
        }
        for number in range(count)
    ]  # fmt: skip


def csv_report(folder: Path, scale: float) -> Command:
    source = folder / "sales.csv"
    generator = random.Random(2)
    with open(source, "w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["date", "region", "product", "pieces", "price", "remark"])
        for number in range(int(50_000 * scale)):
            remark = "" if number % 5 else 'by hand, "urgent"'
            rows.writerow([f"2026-{number % 12 + 1:02}-{number % 28 + 1:02}", f"region {generator.randrange(12)}",
                           f"product {generator.randrange(40)}", generator.randrange(1, 100),
                           round(generator.uniform(1, 500), 2), remark])  # fmt: skip
    return [FOLDER / "csv_report.py", source, folder / "report.csv"]


def wheel_unpack(folder: Path, scale: float) -> Command:
    wheel = folder / "library-1.0-py3-none-any.whl"
    make_wheel(wheel, "library", "1.0", {f"library/{path.name}": path.read_bytes() for path in sources(scale)})
    return [FOLDER / "wheel_unpack.py", wheel, folder / "unpacked"]


def pip_resolve(folder: Path, scale: float) -> Command:
    """Packages that need each other, in versions of which only some go together."""
    generator = random.Random(3)
    count, versions = max(3, int(16 * scale)), 5
    for number in range(count):
        for version in range(versions):
            later = range(number + 1, min(number + 4, count))
            needs = [f"part{other}<={generator.randrange(version, versions)}" for other in later]
            code = "".join(f"VALUE_{i} = {generator.random()}\n" for i in range(200)).encode()
            name = f"part{number}"
            wheel = folder / f"{name}-{version}-py3-none-any.whl"
            make_wheel(wheel, name, str(version), {f"{name}.py": code}, needs)
    return ["-m", "pip", "--isolated", "--disable-pip-version-check", "install", "--quiet", "--dry-run",
            "--ignore-installed", "--no-index", "--find-links", folder, "part0"]  # fmt: skip


def make_wheel(path: Path, name: str, version: str, files: dict[str, bytes], needs: list[str] | None = None) -> None:
    info = f"{name}-{version}.dist-info"
    required = "".join(f"Requires-Dist: {need}\n" for need in needs or [])
    files = files | {
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{required}".encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: corten\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    digests = {file: base64.urlsafe_b64encode(hashlib.sha256(content).digest()) for file, content in files.items()}
    record = [f"{file},sha256={digests[file].rstrip(b'=').decode()},{len(files[file])}" for file in files]
    files[f"{info}/RECORD"] = "\n".join([*record, f"{info}/RECORD,,", ""]).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file, content in files.items():
            archive.writestr(file, content)


PROGRAMS: dict[str, Callable[[Path, float], Command]] = {
    "a source tree to .tar.gz": source_tree_to_gzip,
    "filter JSON lines": json_lines_filter,
    "a report from CSV": csv_report,
    "unpack and check a wheel": wheel_unpack,
    "pip resolves from local wheels": pip_resolve,
}


if __name__ == "__main__":
    sys.exit(main())
