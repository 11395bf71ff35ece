"""Runs a program as `python FILE …` or `python -m NAME …` would, and prints the most memory it had at once, in bytes.

What the kernel tells the parent would not do: it counts the memory of the process that started this one, too.
"""

import runpy
import sys


def main() -> None:
    del sys.argv[0]
    try:
        if sys.argv[0] == "-m":
            del sys.argv[0]
            runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
        else:
            runpy.run_path(sys.argv[0], run_name="__main__")
    finally:
        print(peak_memory())


def peak_memory() -> int:
    try:
        with open("/proc/self/status") as lines:
            return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))
    except OSError:  # another system than Linux
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    main()
