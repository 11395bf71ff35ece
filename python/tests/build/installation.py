"""What the tests share: the installed interpreter under test, and running programs with it."""

import json
import os
import subprocess
import sys
import sysconfig
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

HERE = Path(__file__).resolve().parent
PACKAGE = Path(sysconfig.get_path("stdlib"), "corten")


def run(*command: str | Path, cwd: str | Path | None = None, **variables: str) -> subprocess.CompletedProcess[str]:
    """Runs a program, which must end well; variables that would disturb Python are left out unless they are given."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "CORTEN"))}
    done = subprocess.run(
        command, cwd=cwd, env=environment | variables, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    if done.returncode:
        raise AssertionError(f"{' '.join(map(str, command))}\nexit code {done.returncode}\n{done.stdout}{done.stderr}")
    return done


def output(*command: str | Path, cwd: str | Path | None = None, **variables: str) -> str:
    """What a program prints; it must say nothing on standard error."""
    done = run(*command, cwd=cwd, **variables)
    if done.stderr:
        raise AssertionError(f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}")
    return done.stdout.strip()


def main_binary() -> Path:
    """The file with the interpreter's own machine code."""
    if sysconfig.get_config_var("Py_ENABLE_SHARED"):
        return Path(sysconfig.get_config_var("LIBDIR"), sysconfig.get_config_var("INSTSONAME"))
    return Path(sys.executable).resolve()


def registry() -> ModuleType:
    """The list of what Corten has, from the repository: a stock interpreter has none."""
    spec = spec_from_file_location("_registry", HERE.parent.parent / "corten" / "_registry.py")
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def manifest() -> dict[str, Any]:
    """What `corten build` wrote about the interpreter; nothing if it is another's."""
    file = PACKAGE / "manifest.json"
    return json.loads(file.read_text("utf-8")) if file.exists() else {}


def modules() -> list[str]:
    """Corten's modules for this version of Python; a stock interpreter may lack some."""
    served = [entry["module"] for entry in registry().MODULES if is_in(entry["versions"])]
    return [name for name in served if find_spec(name)]


def is_in(versions: tuple[tuple[int, int], tuple[int, int]]) -> bool:
    first, end = versions
    return first <= sys.version_info[:2] < end


MODULES = modules()
MANIFEST = manifest()
RUST = [module["module"] for module in MANIFEST.get("modules", []) if module["implementation"] == "rust"]
