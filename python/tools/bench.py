"""A first look at the benchmark of a module: C beside Rust in one process, within a second for each case and size.

Prints one JSON object for each. `cargo corten bench` is what measures with care.
"""

import json
import sys

import cases
from measure import compare


def main() -> int:
    module, *files = sys.argv[1:]
    for case in cases.read(files):
        c, rust = (case.work(module, implementation) for implementation in ("c", "rust"))
        if c is not None and rust is not None:
            row = {"module": module, "name": case.name, "size": case.size} | compare(c, rust)._asdict()
            print(json.dumps(row), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
