"""Sub-interpreters, one after the other, import modules: `interpreters.py COUNT MODULE…`.

Prints by how many bytes each one made the process grow, once some have been there.
"""

import functools
import resource
import sys

if sys.version_info >= (3, 13):
    import _interpreters as interpreters

    # Those with an allocator of their own leave it behind in some releases, 2 MB each.
    create = functools.partial(interpreters.create, "legacy")
else:
    import _xxsubinterpreters as interpreters

    create = functools.partial(interpreters.create, isolated=False)

AT_ONCE = 5
"""How many modules an interpreter imports."""


def main(count: str, *modules: str) -> None:
    total = int(count)
    run_all(total // 4, modules)
    before = used()
    run_all(total - total // 4, modules)
    print(max(0, used() - before) // (total - total // 4))


def run_all(count: int, modules: tuple[str, ...]) -> None:
    for number in range(count):
        chosen = [modules[(number + step) % len(modules)] for step in range(AT_ONCE)]
        identity = create()
        problem = interpreters.run_string(identity, f"import {', '.join(chosen)}")
        assert problem is None, problem
        interpreters.destroy(identity)


def used() -> int:
    """The memory in use, in bytes."""
    with open("/proc/self/statm", "rb") as file:
        return int(file.read().split()[1]) * resource.getpagesize()


if __name__ == "__main__":
    main(*sys.argv[1:])
