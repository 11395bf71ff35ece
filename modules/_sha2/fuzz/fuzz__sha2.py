"""Random use of the hash functions in _sha2."""

import os
import sys

sys.path.append(os.path.join(os.path.dirname(__file__), *[os.pardir] * 3, "python", "tests"))

import hash_fuzz  # noqa: E402


def programs():
    return hash_fuzz.programs("sha224", "sha256", "sha384", "sha512")
