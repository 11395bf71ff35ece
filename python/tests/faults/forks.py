"""Forks a process whose threads are at work in all modules: `forks.py COUNT FILE…`, with the workloads.

Every child does the work of each workload, too, and ends: one in two by the interpreter's own shutdown.
"""

import faulthandler
import itertools
import os
import sys
import threading
import warnings
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "build"))

import stress  # noqa: E402

LIMIT = 60
"""Seconds that a child may take."""


def main(count: str, *paths: str) -> None:
    warnings.simplefilter("ignore", DeprecationWarning)  # "may lead to deadlocks in the child": not in these modules
    expected = {path: stress.digest(path, 0) for path in paths}
    end = threading.Event()
    threads = [threading.Thread(target=keep_at_work, args=(path, end)) for path in paths]
    for thread in threads:
        thread.start()
    try:
        for number in range(int(count)):
            fork(expected, number)
    finally:
        end.set()
        for thread in threads:
            thread.join()


def keep_at_work(path: str, end: threading.Event) -> None:
    workload = stress.load(path)
    shared = workload.Shared()
    for seed in itertools.count():
        shared.use(seed)
        workload.work(seed % 7)
        if end.is_set():
            return


def fork(expected: dict[str, str], number: int) -> None:
    child = os.fork()
    if child == 0:
        faulthandler.dump_traceback_later(LIMIT, exit=True)
        for path, digest in expected.items():
            assert stress.digest(path, 0) == digest, path
        if number % 2:
            os._exit(0)
        sys.exit()
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert status == 0, status


if __name__ == "__main__":
    main(*sys.argv[1:])
