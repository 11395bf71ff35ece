"""The modules' workloads, and how a thread or an interpreter goes through them."""

import itertools
import os
import sys
import threading
import time
import tomllib
from collections.abc import Callable, Iterable
from importlib.util import module_from_spec, spec_from_file_location
from types import ModuleType
from typing import TypeVar

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), *[os.pardir] * 3))
"""The repository."""

SEEDS = range(40)
"""What each workload is done with."""


def paths() -> dict[str, str]:
    """Where each registered module's workload is, or has to be."""
    found = {}
    for folder in os.listdir(os.path.join(ROOT, "modules")):
        with open(os.path.join(ROOT, "modules", folder, "Cargo.toml"), "rb") as file:
            entry = tomllib.load(file)["package"]["metadata"]["corten"]
        path = os.path.join(ROOT, "modules", folder, "tests", "workload.py")
        found |= dict.fromkeys(entry["modules"], path)
    return found


def load(path: str) -> ModuleType:
    """The workload in a file, which is loaded once in each interpreter."""
    if path not in sys.modules:
        spec = spec_from_file_location(path, path)
        assert spec is not None and spec.loader is not None
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
        sys.modules[path] = module
    return sys.modules[path]


def digest(path: str, seed: int) -> str:
    """What a workload makes of a seed."""
    return load(path).work(seed)


Expected = dict[tuple[str, int], str]
"""The digest for each workload and seed."""


def check(expected: Expected, seconds: float, start: int = 0) -> None:
    """Repeats the work on objects of its own, and compares the digests."""
    cases = itertools.cycle(expected.items())
    for (path, seed), known in while_time(itertools.islice(cases, start, None), seconds):
        if (result := digest(path, seed)) != known:
            raise AssertionError(f"{path}, seed {seed}: {result} is not {known}")


def check_by_threads(count: int, expected: Expected, seconds: float) -> None:
    """The same on several threads."""
    at_once([lambda n=n: check(expected, seconds, start=7 * n) for n in range(count)])


def use_shared(shared: object, seconds: float, start: int) -> None:
    """Repeats the work on an object that other threads use, too."""
    for seed in while_time(itertools.count(start), seconds):
        shared.use(seed)


T = TypeVar("T")


def while_time(items: Iterable[T], seconds: float) -> Iterable[T]:
    """The items, at least one, until the seconds are over."""
    end = time.monotonic() + seconds
    for item in items:
        yield item
        if time.monotonic() > end:
            return


def at_once(tasks: list[Callable[[], None]]) -> None:
    """Runs each task on a thread of its own; raises the first error."""
    errors: list[BaseException] = []

    def run(task: Callable[[], None]) -> None:
        try:
            task()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(task,)) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
