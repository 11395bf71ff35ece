"""Runs one test file and writes the outcome of each test, so that two runs can be compared test by test.

The target is one of CPython's own test files (`test_zlib`) or a path. Each event is written at once: when the
interpreter crashes, the file shows in which test.
"""

import argparse
import faulthandler
import importlib
import json
import os
import sys
import time
import unittest
from collections import Counter
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from types import ModuleType
from typing import Any, TextIO


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", help="name of one of CPython's test files, or path of a file")
    parser.add_argument("--events", required=True, help="file for the events, one JSON object in a line")
    parser.add_argument("--resources", default="", help="resources of test.support to allow, with commas")
    parser.add_argument("--timeout", type=float, default=1200, help="seconds until the run is given up")
    options = parser.parse_args()

    del sys.path[0]  # this folder, which no test should see
    faulthandler.enable()
    faulthandler.dump_traceback_later(options.timeout, exit=True)
    with open(options.events, "w", encoding="utf-8", buffering=1) as events:
        if os.path.exists(options.target):
            suite = suite_of_path(options.target)
        else:
            suite = suite_of_cpython(options.target, options.resources.split(","))
        suite.run(Recorder(events))
        events.write('{"event": "end"}\n')
    sys.stdout.flush()
    sys.stderr.flush()
    return 0


def suite_of_path(path: str) -> unittest.TestSuite:
    path = os.path.abspath(path)
    sys.path.insert(0, os.path.dirname(path))
    name = os.path.splitext(os.path.basename(path))[0]
    spec = spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = sys.modules[name] = module_from_spec(spec)
    return load(lambda: spec.loader.exec_module(module), module)


def suite_of_cpython(name: str, resources: list[str]) -> unittest.TestSuite:
    from test import support

    if find_spec(f"test.{name}") is None:
        return unittest.TestSuite([skipped_module(f"this Python has no {name}")])
    support.use_resources = [resource for resource in resources if resource]
    return load(lambda: importlib.import_module(f"test.{name}"))


def load(import_it: Any, module: ModuleType | None = None) -> unittest.TestSuite:
    """The tests of a module; one skipped test if the module skips itself."""
    try:
        module = import_it() or module
    except unittest.SkipTest as skip:
        return unittest.TestSuite([skipped_module(str(skip))])
    loader = unittest.TestLoader()
    suite = loader.loadTestsFromModule(module)
    if loader.errors:
        raise ImportError("\n".join(loader.errors))
    return suite


def skipped_module(reason: str) -> unittest.TestCase:
    class Module(unittest.TestCase):
        @unittest.skip(reason)
        def test_module(self) -> None: ...

    return Module("test_module")


class Recorder(unittest.TestResult):
    """Writes an event when a test starts, and one with its outcome when it ends."""

    # The worst of what happened in a test is its outcome.
    ORDER = ("passed", "skipped", "expected failure", "unexpected success", "failed", "error")

    def __init__(self, events: TextIO) -> None:
        super().__init__()
        self.file = events
        self.seen: Counter[str] = Counter()
        self.name: str | None = None
        self.outcome = "passed"
        self.details: list[str] = []
        self.start = 0.0

    def startTest(self, test: unittest.TestCase) -> None:
        super().startTest(test)
        self.begin(test)

    def stopTest(self, test: unittest.TestCase) -> None:
        super().stopTest(test)
        if self.name is not None:  # Python 3.12.1 stops a skipped test without having started it
            self.end()

    def addError(self, test: Any, err: Any) -> None:
        super().addError(test, err)
        self.add(test, "error", self.errors[-1][1])

    def addFailure(self, test: Any, err: Any) -> None:
        super().addFailure(test, err)
        self.add(test, "failed", self.failures[-1][1])

    def addSkip(self, test: Any, reason: str) -> None:
        super().addSkip(test, reason)
        self.add(test, "skipped", reason)

    def addExpectedFailure(self, test: Any, err: Any) -> None:
        super().addExpectedFailure(test, err)
        self.add(test, "expected failure", "")

    def addUnexpectedSuccess(self, test: Any) -> None:
        super().addUnexpectedSuccess(test)
        self.add(test, "unexpected success", "")

    def addSubTest(self, test: Any, subtest: Any, err: Any) -> None:
        super().addSubTest(test, subtest, err)
        if err is not None:
            failed = issubclass(err[0], test.failureException)
            trace = (self.failures if failed else self.errors)[-1][1]
            self.add(test, "failed" if failed else "error", f"{subtest}\n{trace}")

    def begin(self, test: Any) -> None:
        name = test.id()
        self.seen[name] += 1
        self.name = name if self.seen[name] == 1 else f"{name} #{self.seen[name]}"
        self.outcome, self.details, self.start = "passed", [], time.perf_counter()
        self.write(event="start", test=self.name)

    def add(self, test: Any, outcome: str, details: str) -> None:
        outside = self.name is None  # a fixture of a class or module failed or was skipped
        if outside:
            self.begin(test)
        self.outcome = max(self.outcome, outcome, key=self.ORDER.index)
        self.details.append(details)
        if outside:
            self.end()

    def end(self) -> None:
        seconds = round(time.perf_counter() - self.start, 4)
        details = "\n".join(filter(None, self.details))[-4000:]
        self.write(event="stop", test=self.name, outcome=self.outcome, details=details, seconds=seconds)
        self.name = None

    def write(self, **event: Any) -> None:
        self.file.write(json.dumps(event) + "\n")


if __name__ == "__main__":
    # os._exit() after the last event: what a test left behind (threads, atexit functions) can't change the outcome.
    code = main()
    os._exit(code)
