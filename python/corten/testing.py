"""Both implementations of a module side by side in one interpreter, for tests and measurements.

Neither way looks at `sys.modules` or changes it: what the program itself imports stays as it is.

The environment variable CORTEN_LIBRARY names the library to test instead of the installed one.
"""

import functools
import importlib
import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from importlib.machinery import ExtensionFileLoader, ModuleSpec
from importlib.util import module_from_spec, spec_from_file_location
from types import ModuleType
from typing import Any

from corten._overlay import LIBRARY, find_stock_spec

__all__ = ["c_module", "in_threads", "layer", "library", "meanwhile", "outcome", "rust_module"]


def library() -> str:
    """The path of the shared library with Corten's modules."""
    return os.path.abspath(os.environ.get("CORTEN_LIBRARY") or LIBRARY)


@functools.cache
def rust_module(name: str) -> ModuleType:
    """Corten's module of that name; ImportError if the library has none."""
    path = library()
    spec = spec_from_file_location(name, path, loader=ExtensionFileLoader(name, path))
    return _load(spec)


@functools.cache
def c_module(name: str) -> ModuleType:
    """The module that this Python would import without Corten."""
    if spec := find_stock_spec(name):
        return _load(spec)
    raise ModuleNotFoundError(f"this Python has no module {name!r} of its own", name=name)


def outcome(function: Callable[..., Any], *args: Any, **kwargs: Any) -> tuple[Any, ...]:
    """What a call gave, to compare both: its result, or the exception's type name and text."""
    try:
        return "returned", function(*args, **kwargs)
    except Exception as error:
        return "raised", type(error).__qualname__, str(error)


def layer(package: str, module: ModuleType, also: Iterable[str] = ()) -> ModuleType:
    """A fresh copy of a package written in Python that runs on `module`: `layer("json", rust_module("_json"))`.

    Only what is imported while it is loaded is bound to `module`. `also` names further packages between
    the two that must be loaded afresh.
    """
    with _set_aside([package, *also, module.__name__]):
        sys.modules[module.__name__] = module
        return importlib.import_module(package)


def in_threads(count: int, work: Callable[[int], object]) -> None:
    """Calls `work` in so many threads at once, with the number of each; raises all that they raised."""
    with _threads(count, work):
        pass


@contextmanager
def meanwhile(*functions: Callable[[], object]) -> Iterator[None]:
    """Repeats each function in a thread of its own while the block runs; raises all that they raised."""
    stop = threading.Event()

    def repeat(number: int) -> None:
        while not stop.is_set():
            functions[number]()

    with _threads(len(functions), repeat):
        try:
            yield
        finally:
            stop.set()


@contextmanager
def _threads(count: int, work: Callable[[int], object]) -> Iterator[None]:
    """Calls `work` in so many threads, which have ended after the block; raises all that they raised."""
    raised: list[BaseException] = []

    def run(number: int) -> None:
        try:
            work(number)
        except BaseException as error:
            raised.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        for thread in threads:
            thread.join()
    if raised:
        raise BaseExceptionGroup("in threads", raised)


def _load(spec: ModuleSpec | None) -> ModuleType:
    assert spec is not None and spec.loader is not None
    with _set_aside([spec.name]):
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
        return module


@contextmanager
def _set_aside(packages: Iterable[str]) -> Iterator[None]:
    """Takes packages and what is in them out of `sys.modules` for a while."""
    tops = tuple(packages)
    aside = _taken(tops)
    try:
        yield
    finally:
        _taken(tops)
        sys.modules.update(aside)


def _taken(tops: tuple[str, ...]) -> dict[str, ModuleType]:
    names = [name for name in sys.modules if any(name == top or name.startswith(top + ".") for top in tops)]
    return {name: sys.modules.pop(name) for name in names}
