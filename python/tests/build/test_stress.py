"""Every Corten module used by eight interpreters and eight threads at once: no crash, no wrong result.

CORTEN_STRESS_SECONDS says how long each test takes.
"""

import contextlib
import os
import sys
import sysconfig
import time
import unittest
from collections.abc import Callable, Iterator

import stress
from corten.__main__ import read_manifest, status

SECONDS = float(os.environ.get("CORTEN_STRESS_SECONDS", 2))
COUNT = 8
PATHS = stress.paths()


def modules() -> list[str]:
    """Corten's modules in this Python: those that a build has, or those that the overlay serves."""
    return [row["module"] for row in status(read_manifest()) if row["implementation"] == "rust"]


MODULES = modules()


def expected() -> stress.Expected:
    """The digests of a run in which nothing else happens."""
    paths = sorted({PATHS[name] for name in MODULES})
    return {(path, seed): stress.digest(path, seed) for seed in stress.SEEDS for path in paths}


class Workloads(unittest.TestCase):
    def test_each_module_has_one(self) -> None:
        self.assertTrue(MODULES, "no module is Corten's in this Python")
        for name in MODULES:
            with self.subTest(name):
                workload = stress.load(PATHS[name])
                self.assertTrue(callable(workload.work) and callable(workload.Shared))


class Stress(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.expected = expected()

    @classmethod
    def tearDownClass(cls) -> None:
        if sysconfig.get_config_var("Py_GIL_DISABLED"):
            assert not sys._is_gil_enabled(), "a module has switched the GIL on"

    def in_interpreter(self, call: str) -> None:
        """Runs a function of `stress` in an interpreter of its own."""
        with interpreter() as run:
            run(f"import sys; sys.path[:] = {sys.path!r}\nimport stress\nstress.{call}")

    def shared_tasks(self, seconds: float) -> list[Callable[[], None]]:
        """For each workload one object, and all threads that use it."""
        tasks = []
        for path in sorted({PATHS[name] for name in MODULES}):
            shared = stress.load(path).Shared()
            self.addCleanup(shared.check)
            tasks += [lambda shared=shared, n=n: stress.use_shared(shared, seconds, n * 1001) for n in range(COUNT)]
        return tasks

    def test_threads_on_separate_objects(self) -> None:
        stress.check_by_threads(COUNT, self.expected, SECONDS)

    def test_threads_on_shared_objects(self) -> None:
        stress.at_once(self.shared_tasks(SECONDS))

    def test_interpreters(self) -> None:
        calls = [f"check({self.expected!r}, {SECONDS!r}, {n * 7})" for n in range(COUNT)]
        stress.at_once([lambda call=call: self.in_interpreter(call) for call in calls])

    @unittest.skipIf(sys.version_info < (3, 14), "the pool came with 3.14")
    def test_interpreter_pool(self) -> None:
        from concurrent.futures import InterpreterPoolExecutor

        prepare = f"import sys; sys.path[:] = {sys.path!r}"
        with InterpreterPoolExecutor(COUNT, initializer=exec, initargs=(prepare,)) as pool:
            for cases in stress.while_time(iter(lambda: list(self.expected.items()), None), SECONDS):
                jobs = [(case, known, pool.submit(stress.digest, *case)) for case, known in cases]
                for case, known, job in jobs:
                    self.assertEqual(job.result(), known, case)

    def test_threads_beside_interpreters_that_come_and_go(self) -> None:
        end = time.monotonic() + SECONDS
        short = min(SECONDS, 0.3)

        def come_and_go() -> None:
            while time.monotonic() < end:
                self.in_interpreter(f"check_by_threads(2, {self.expected!r}, {short!r})")

        own = [lambda n=n: stress.check(self.expected, SECONDS, n * 7) for n in range(COUNT)]
        stress.at_once([*[come_and_go] * COUNT, *own, *self.shared_tasks(SECONDS)])


@contextlib.contextmanager
def interpreter() -> Iterator[Callable[[str], None]]:
    """A new interpreter with its own GIL: a function that runs code in it."""
    if sys.version_info >= (3, 14):
        from concurrent import interpreters

        created = interpreters.create()
        try:
            yield created.exec
        finally:
            created.close()
        return
    import _interpreters

    identity = _interpreters.create()

    def run(code: str) -> None:
        if problem := _interpreters.run_string(identity, code):
            raise AssertionError(problem.errdisplay)

    try:
        yield run
    finally:
        _interpreters.destroy(identity)


if __name__ == "__main__":
    unittest.main()
