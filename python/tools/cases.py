"""What the modules' benchmark files say: `modules/*/bench/bench_*.py`.

Such a file has a function `cases()`, which gives dictionaries:

* "name", and "sizes": what the case is called, and the sizes of its input in bytes (or what the case counts);
* "setup": a function of a module and a size. What it returns is called without arguments to do the work once; None says
  that this Python has no such function;
* "package", if a special-purpose package does the same: its name to import, and its own setup function.
"""

import importlib
from collections.abc import Callable, Iterable, Iterator
from importlib.util import module_from_spec, spec_from_file_location
from types import ModuleType
from typing import Any, NamedTuple

from corten.testing import c_module, rust_module

Work = Callable[[], object]
Setup = Callable[[ModuleType, int], Work | None]

IMPLEMENTATIONS = {"c": c_module, "rust": rust_module}


class Case(NamedTuple):
    """A case at one of its sizes."""

    name: str
    size: int
    setup: Setup
    package: tuple[str, Setup] | None

    def work(self, module: str, implementation: str) -> Work | None:
        """What to time on "c", "rust" or "package"; None if it has no such function or isn't there."""
        if implementation in IMPLEMENTATIONS:
            return self.setup(IMPLEMENTATIONS[implementation](module), self.size)
        if self.package is None:
            return None
        name, setup = self.package
        try:
            package = importlib.import_module(name)
        except ImportError:
            return None
        return setup(package, self.size)


def read(files: Iterable[str]) -> Iterator[Case]:
    """All cases of these files."""
    for file in files:
        for case in load(file).cases():
            for size in case["sizes"]:
                yield Case(case["name"], size, case["setup"], case.get("package"))


def load(file: str) -> Any:
    spec = spec_from_file_location("cases", file)
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
