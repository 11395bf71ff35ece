"""The Rust _sha3 beside the C one of the same interpreter: same answers, same errors."""

import os
import resource
import subprocess
import sys
import unittest
from typing import Any

sys.path.append(os.path.join(os.path.dirname(__file__), *[os.pardir] * 3, "python", "tests"))

from hashes import HashDifferential, otherwise_than_c  # noqa: E402


class Sha3(HashDifferential, unittest.TestCase):
    module = "_sha3"
    functions = ("sha3_224", "sha3_256", "sha3_384", "sha3_512")

    def test_parameters_of_the_sponge(self) -> None:
        for name in (*self.functions, "shake_128", "shake_256"):
            for attribute in ("_rate_bits", "_capacity_bits", "_suffix"):
                self.check(name, lambda new: getattr(new(), attribute))


class Shake(HashDifferential, unittest.TestCase):
    module = "_sha3"
    functions = ("shake_128", "shake_256")

    def digest(self, hash_object: Any) -> bytes:
        return hash_object.digest(300)

    def hexdigest(self, hash_object: Any) -> str:
        return hash_object.hexdigest(300)

    @otherwise_than_c
    def test_methods_with_wrong_arguments(self) -> None:
        super().test_methods_with_wrong_arguments()

    def test_lengths_of_digests(self) -> None:
        class Index:
            def __index__(self) -> int:
                return 5

        class Int(int):
            pass

        too_long = (2**29, 2**31, 2**32, 2**63 - 1, 2**63, 2**64 - 1, 2**64, 2**70)
        lengths = (*range(400), 2047, 2048, 100_000, *too_long, True, Int(7), Index(), -1, -(2**63), -(2**70))
        for name in self.functions:
            for length in (*lengths, "x", b"x", 1.0, None, [], 2.5, float("nan")):
                for method in ("digest", "hexdigest"):
                    self.check(name, lambda new: getattr(new(b"abc"), method)(length))

    @otherwise_than_c
    def test_the_length_by_name(self) -> None:
        for name in self.functions:
            self.check(name, lambda new: new().digest(length=5))
            self.check(name, lambda new: new().hexdigest(length=5))
            self.check(name, lambda new: new().digest(5, length=5))
            self.check(name, lambda new: new().digest(other=5))

    def test_a_digest_leaves_the_state_alone(self) -> None:
        for name in self.functions:
            shake = self.new(self.rust, name, b"abc")
            self.assertEqual(shake.digest(1000)[:10], shake.digest(10))
            shake.update(b"def")
            self.assertEqual(shake.digest(99), self.new(self.c, name, b"abcdef").digest(99))

    def test_memory_that_cannot_be_had(self) -> None:
        code = """if True:
            import resource
            from corten.testing import rust_module
            _sha3 = rust_module("_sha3")
            shakes = [_sha3.shake_128(b"x"), _sha3.shake_256(b"x")]
            resource.setrlimit(resource.RLIMIT_AS, (400 << 20, resource.RLIM_INFINITY))
            for shake in shakes:
                for method in (shake.digest, shake.hexdigest):
                    try:
                        method(2**29 - 1)
                    except MemoryError:
                        print("MemoryError")
        """
        self.assertTrue(hasattr(resource, "RLIMIT_AS"))
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=100)
        self.assertEqual((done.returncode, done.stdout.split()), (0, ["MemoryError"] * 4), done.stderr)
