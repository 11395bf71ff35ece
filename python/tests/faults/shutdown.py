"""The interpreter ends while objects of all modules are alive: `shutdown.py WAY FILE…`, with the workloads."""

import atexit
import builtins
import itertools
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "build"))

import stress  # noqa: E402


class Holder:
    """Something that holds objects of a module."""

    def __init__(self, path: str) -> None:
        self.shared = stress.load(path).Shared()
        self.work = stress.load(path).work
        for seed in range(12):
            self.shared.use(seed)


class Last(Holder):
    """Uses them once more when it goes."""

    def __del__(self) -> None:
        self.shared.use(7)
        self.work(1)


def in_globals(paths: list[str]) -> None:
    globals()["kept"] = [Holder(path) for path in paths]


def in_cycles(paths: list[str]) -> None:
    for path in paths:
        holder = Holder(path)
        holder.shared.itself = holder


def in_threads(paths: list[str]) -> None:
    """Daemon threads, two for each module, are at work."""

    def work(holder: Holder) -> None:
        for seed in itertools.count():
            holder.shared.use(seed)
            holder.work(seed)

    for holder in 2 * [Holder(path) for path in paths]:
        threading.Thread(target=work, args=(holder,), daemon=True).start()
    time.sleep(0.2)


def in_atexit(paths: list[str]) -> None:
    for path in paths:
        holder = Holder(path)
        atexit.register(holder.work, 1)
        atexit.register(holder.shared.use, 1)


def in_del(paths: list[str]) -> None:
    """What the interpreter lets go early, late and last."""
    globals()["kept"] = [Last(path) for path in paths]
    sys.kept = [Last(path) for path in paths]
    builtins.kept = [Last(path) for path in paths]
    for path in paths:
        last = Last(path)
        last.itself = last


WAYS = {"globals": in_globals, "cycles": in_cycles, "threads": in_threads, "atexit": in_atexit, "del": in_del}

if __name__ == "__main__":
    WAYS[sys.argv[1]](sys.argv[2:])
    print("end")
