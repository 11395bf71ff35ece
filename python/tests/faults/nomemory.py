"""Lets allocations fail in the calls of a module: `nomemory.py MODULE AFTER DENSE FILE…`.

The calls are the import of the module, and the cases of its benchmark FILEs at their smallest sizes. In each, all
allocations fail from some moment on (0), or one does (1). Lines of output say what is tried: `= NAME`, then the place:
number of the call, 0 or 1, number of the allocation: all up to DENSE, then ever fewer. AFTER is the place to go on behind.
`! NAME` names an exception that is no MemoryError.
"""

import os
import sys
from _testcapi import remove_mem_hooks, set_nomemory
from collections.abc import Callable, Iterator
from importlib.machinery import ExtensionFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path

from corten._overlay import find_stock_spec
from corten.testing import library

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent / "tools"))

import cases  # noqa: E402

Work = Callable[[], object]
Place = tuple[int, ...]

ENOUGH = 5
"""So many successes in a row tell that the call makes no more allocations."""

IMPLEMENTATION = "c" if os.environ.get("CORTEN") == "off" else "rust"


def main(module: str, after: str, dense: str, *files: str) -> None:
    start = tuple(map(int, after.split()))
    for index, (name, work) in enumerate(works(module, files)):
        if index >= start[0]:
            say(f"= {name}")
            if not is_possible(work):
                continue
            for single in 0, 1:
                if (index, single) >= start[:2]:
                    try_call(work, (index, single), start, int(dense))


def works(module: str, files: tuple[str, ...]) -> Iterator[tuple[str, Work]]:
    yield "import", importing(module)
    smallest: dict[str, cases.Case] = {}
    for case in cases.read(files):
        smallest.setdefault(case.name, case)
    for case in smallest.values():
        # Where one thread fails, the other one waits for ever.
        if "threads" not in case.name and (work := case.work(module, IMPLEMENTATION)):
            yield case.name, work


def importing(module: str) -> Work:
    """Makes the module anew; what importlib does around it would go round and round when out of memory."""
    spec = find_stock_spec(module)
    if IMPLEMENTATION == "rust":
        spec = spec_from_file_location(module, library(), loader=ExtensionFileLoader(module, library()))
    loader = spec.loader
    return lambda: loader.exec_module(loader.create_module(spec))


def is_possible(work: Work) -> bool:
    """Whether the call can be made at all; says why not."""
    try:
        work()
    except Exception as error:
        say(f"! {error!r}")
        return False
    return True


def try_call(work: Work, call: Place, start: Place, dense: int) -> None:
    successes = 0
    single = call[1]
    for number in ever_fewer(dense):
        if (place := (*call, number)) <= start:
            continue
        say(" ".join(map(str, place)))
        error = end(work, number, number + 1 if single else 0)
        successes = 0 if error else successes + 1
        if error and not issubclass(error, MemoryError):
            say(f"! {error.__name__}")
        if successes == ENOUGH:
            break


def ever_fewer(dense: int) -> Iterator[int]:
    number = 1
    while True:
        yield number
        number += max(1, number // dense)


def end(work: Work, first: int, stop: int) -> type[BaseException] | None:
    """How a call ends in which the allocations fail from the first up to `stop`, or for ever."""
    set_nomemory(first, stop)
    try:
        work()
    except BaseException as error:
        return type(error)
    finally:
        remove_mem_hooks()
    return None


def say(line: str) -> None:
    os.write(1, line.encode() + b"\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
