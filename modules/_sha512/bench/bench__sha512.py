"""Benchmark cases for _sha512: each gives the same work to whichever module it is handed."""

import os
import sys

sys.path.append(os.path.join(os.path.dirname(__file__), *[os.pardir] * 3, "python", "tests"))

import hash_bench  # noqa: E402


def cases():
    """Yield the cases: a name, the input sizes, and what makes the function to time."""
    return hash_bench.cases("sha384", "sha512")
