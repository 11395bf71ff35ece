"""Runs a program to its end and tells what it took; where programs run that are compared."""

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from typing import NamedTuple

# Those that this process may use; none where the system doesn't say.
PROCESSORS = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set()


class Finished(NamedTuple):
    """What it printed, and how many seconds it took."""

    returncode: int
    printed: str
    wall: float
    cpu: float


def run(command: Sequence[str | os.PathLike[str]], environment: Mapping[str, str]) -> Finished:
    start = time.perf_counter()
    process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    assert process.stdout is not None
    with process.stdout:
        printed = process.stdout.read().decode()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    return Finished(process.returncode, printed, wall, usage.ru_utime + usage.ru_stime)


def share_processor() -> None:
    """Keeps this process and those that it starts on one processor, for the next one may be twice as fast just now."""
    if PROCESSORS:
        os.sched_setaffinity(0, {max(PROCESSORS)})


def use_all_processors() -> None:
    """Ends `share_processor`."""
    if PROCESSORS:
        os.sched_setaffinity(0, PROCESSORS)
