"""`python -m corten`: what is Rust and what is C here, in an environment with the overlay or in Corten's own build."""

import argparse
import importlib
import json
import os
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from corten import _registry
from corten._overlay import LIBRARY, is_compiled, is_served

FOLDER = Path(__file__).parent
DOCUMENTS = {"manifest": "manifest.json", "sbom": "sbom.cdx.json"}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m corten", description=__doc__)
    commands = {
        "status": "show what is in effect",
        "manifest": "print what a build is made of, as JSON",
        "sbom": "print a build's software bill of materials, as CycloneDX JSON",
    }
    explained = "; ".join(f"{command}: {what}" for command, what in commands.items())
    parser.add_argument("command", nargs="?", choices=commands, default="status", help=explained)
    parser.add_argument("--json", action="store_true", help="print the status as a JSON array of objects")
    options = parser.parse_args()
    manifest = read_manifest()
    if options.command in DOCUMENTS:
        if manifest is None:
            sys.exit("corten: only a Python made by 'corten build' has this; here Corten is an overlay.")
        print(read_document(options.command), end="")
        return 0
    if manifest is None and find_spec("_corten_hook") is None:
        sys.exit("corten: the start-up hook is not installed here. Install Corten with pip: 'pip install .' in its folder.")
    rows = status(manifest)
    if options.json:
        print(json.dumps(rows, indent=2))
    else:
        print_table(rows)
        print("\n" + summary(rows, manifest))
    return 0


def read_document(name: str) -> str:
    return (FOLDER / DOCUMENTS[name]).read_text(encoding="utf-8")


def read_manifest() -> dict[str, Any] | None:
    """What this interpreter is made of, if Corten built it; None for an overlay."""
    try:
        return json.loads(read_document("manifest"))
    except FileNotFoundError:
        return None


def status(manifest: dict[str, Any] | None) -> list[dict[str, Any]]:
    """One entry for each module that Corten has for this Python: how it is imported here."""
    modules = manifest["modules"] if manifest else []
    inside = {entry["module"] for entry in modules if entry["implementation"] == "rust"}
    return [module_status(entry, inside) for entry in _registry.MODULES if is_served(entry["versions"])]


def module_status(entry: dict[str, Any], inside: set[str]) -> dict[str, Any]:
    """Imports the module, and looks where it came from; `inside` names those that the interpreter has in Rust."""
    name = entry["module"]
    row: dict[str, Any] = {"module": name, "implementation": None, "file": None}
    try:
        spec = importlib.import_module(name).__spec__
        is_rust = name in inside if spec.origin == "built-in" else is_library(spec.origin)
        row["file"] = spec.origin
        row["implementation"] = "rust" if is_rust else "c" if is_compiled(spec) else "python"
    except ImportError as error:
        row["error"] = str(error)
    return row | {"replaces": entry["replaces"], "reason": entry["reason"]}


def is_library(file: str | None) -> bool:
    return file is not None and all(map(os.path.exists, (file, LIBRARY))) and os.path.samefile(file, LIBRARY)


def print_table(rows: list[dict[str, Any]]) -> None:
    width = max((len(row["module"]) for row in rows), default=0)
    for row in rows:
        language = {"rust": "Rust", "c": "C", "python": "Python", None: "-"}[row["implementation"]]
        source = row.get("error") or f"in place of {', '.join(row['replaces'])}"
        print(f"{row['module']:{width}}  {language:6}  {source}")


def summary(rows: list[dict[str, Any]], manifest: dict[str, Any] | None) -> str:
    rust = sum(row["implementation"] == "rust" for row in rows)
    text = f"{rust} of {len(rows)} on Rust"
    if manifest:
        return f"{text}, inside CPython {manifest['python']}: {manifest['c_lines']:,} lines of C were left out"
    setting = os.environ.get("CORTEN")
    return text + (f" (CORTEN={setting})" if setting is not None else "")


if __name__ == "__main__":
    sys.exit(main())
