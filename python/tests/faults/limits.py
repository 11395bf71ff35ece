"""Does the work of a workload FILE where memory runs out: `limits.py FILE STEPS`.

All memory that the process may have is taken up, and a part of it given back, another one in each step. Prints in how
many steps the work succeeded.
"""

import resource
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "build"))

import stress  # noqa: E402

BLOCKS = 1 << 20, 1 << 16, 4096, 600, 200, 40
"""The sizes of what takes up memory, the C library's and that of Python's own allocator."""


def main(path: str, steps: str) -> None:
    work = stress.load(path).work
    work(0)
    print(sum(succeeds(work, step % 3, 2 ** (8 + step % 16)) for step in range(int(steps))))


def succeeds(work, seed: int, free: int) -> bool:
    """Whether the work can be done with so many bytes for each size of blocks."""
    unlimited = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (used(), unlimited[1]))
    hoard: list[list[bytes]] = []
    try:
        hoard = [blocks(size) for size in BLOCKS]
        for size, held in zip(BLOCKS, hoard, strict=True):
            del held[: free // size]
        work(seed)
    except MemoryError:
        return False
    finally:
        hoard.clear()
        resource.setrlimit(resource.RLIMIT_AS, unlimited)
    return True


def used() -> int:
    """The size of the process in bytes."""
    with open("/proc/self/statm", "rb") as file:
        return int(file.read().split()[0]) * resource.getpagesize()


def blocks(size: int) -> list[bytes]:
    """As many as there is memory for."""
    held = []
    try:
        while True:
            held.append(bytes(size))
    except MemoryError:
        return held


if __name__ == "__main__":
    main(*sys.argv[1:])
