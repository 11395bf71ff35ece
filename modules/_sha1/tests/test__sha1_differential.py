"""The Rust _sha1 beside the C one of the same interpreter: same answers, same errors."""

import os
import sys
import unittest

sys.path.append(os.path.join(os.path.dirname(__file__), *[os.pardir] * 3, "python", "tests"))

from hashes import HashDifferential  # noqa: E402


class Sha1(HashDifferential, unittest.TestCase):
    module = "_sha1"
    functions = ("sha1",)
