"""`python -m corten`: what is Rust and what is C in this environment."""

import argparse
import importlib
import json
import os
import sys
from typing import Any

from corten import _registry
from corten._overlay import LIBRARY, is_compiled, is_served

try:
    from _corten_hook import SERVED
except ImportError:
    sys.exit("corten: the start-up hook is not installed here. Install Corten with pip: 'pip install .' in its folder.")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m corten", description=__doc__)
    parser.add_argument("command", nargs="?", choices=["status"], default="status", help="show what is in effect")
    parser.add_argument("--json", action="store_true", help="print a JSON array of objects")
    options = parser.parse_args()
    rows = status()
    if options.json:
        print(json.dumps(rows, indent=2))
    else:
        print_table(rows)
    return 0


def status() -> list[dict[str, Any]]:
    """One entry for each module that Corten has for this Python: how it is imported here."""
    entries = _registry.MODULES
    return [module_status(entry) for entry in entries if is_served(SERVED[entry["module"]])]


def module_status(entry: dict[str, Any]) -> dict[str, Any]:
    """Imports the module, and looks where it came from."""
    name = entry["module"]
    row: dict[str, Any] = {"module": name, "implementation": None, "file": None}
    try:
        spec = importlib.import_module(name).__spec__
        row["file"] = spec.origin
        row["implementation"] = "rust" if is_library(spec.origin) else "c" if is_compiled(spec) else "python"
    except ImportError as error:
        row["error"] = str(error)
    return row | {"replaces": entry["replaces"], "reason": entry["reason"]}


def is_library(file: str | None) -> bool:
    return file is not None and os.path.exists(file) and os.path.samefile(file, LIBRARY)


def print_table(rows: list[dict[str, Any]]) -> None:
    width = max((len(row["module"]) for row in rows), default=0)
    for row in rows:
        language = {"rust": "Rust", "c": "C", "python": "Python", None: "-"}[row["implementation"]]
        source = row.get("error") or f"in place of {', '.join(row['replaces'])}"
        print(f"{row['module']:{width}}  {language:6}  {source}")
    rust = sum(row["implementation"] == "rust" for row in rows)
    setting = os.environ.get("CORTEN")
    print(f"\n{rust} of {len(rows)} on Rust" + (f" (CORTEN={setting})" if setting is not None else ""))


if __name__ == "__main__":
    sys.exit(main())
