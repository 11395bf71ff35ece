"""Runs the benchmarks of a module, C beside Rust in one process; prints one JSON object for each case and size.

A file has a function `cases()`, which gives dictionaries: "name", "sizes", and "setup", a function of a module and a
size whose result is called without arguments to do the work once. It may be None: this Python has no such function.
"""

import json
import sys
from importlib.util import module_from_spec, spec_from_file_location

from corten.testing import c_module, rust_module
from measure import compare


def main() -> int:
    module, *files = sys.argv[1:]
    for file in files:
        for case in load(file).cases():
            for size in case["sizes"]:
                measure(module, case, size)
    return 0


def load(file: str):
    spec = spec_from_file_location("cases", file)
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def measure(module: str, case: dict, size: int) -> None:
    c, rust = (case["setup"](implementation(module), size) for implementation in (c_module, rust_module))
    if c is None or rust is None:
        return
    times = compare(c, rust)
    print(json.dumps({"module": module, "name": case["name"], "size": size} | times._asdict()), flush=True)


if __name__ == "__main__":
    sys.exit(main())
