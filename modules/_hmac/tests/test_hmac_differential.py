"""The Rust _hmac beside the C one of the same interpreter: same answers, same errors."""

import array
import ctypes
import hashlib
import hmac
import mmap
import random
import re
import unittest

from corten.testing import c_module, in_threads, outcome, rust_module

C = c_module("_hmac")
RUST = rust_module("_hmac")

NAMES = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sha3_224", "sha3_256", "sha3_384", "sha3_512")
BLAKE = ("blake2s", "blake2b")
FUNCTIONS = [name for name in dir(C) if name.startswith("compute_") and name != "compute_digest"]


def description(code):
    """What can be told of an HMAC object."""
    text = re.sub("0x[0-9a-f]+", "0x…", repr(code))
    return type(code).__name__, code.name, code.digest_size, code.block_size, code.digest(), code.hexdigest(), text


class Differential(unittest.TestCase):
    maxDiff = None

    def check(self, function, *args, **kwargs):
        """Call `function` with each module in front: both outcomes must be the same."""
        expected = outcome(function, C, *args, **kwargs)
        actual = outcome(function, RUST, *args, **kwargs)
        self.assertEqual(actual, expected)
        return actual


class Codes(Differential):
    def test_random_keys_and_messages(self):
        rng = random.Random(1)
        for name in NAMES:
            for key_length in (0, 1, 20, 63, 64, 65, 104, 127, 128, 129, 136, 144, 145, 2047, 2048, 5000):
                key = rng.randbytes(key_length)
                message = rng.randbytes(rng.randrange(300))

                def in_pieces(module):
                    code = module.new(key, message[:50], name)
                    copy = code.copy()
                    code.update(message[50:])
                    return description(code), description(copy)

                with self.subTest(name=name, key=key, message=message):
                    self.check(in_pieces)
                    self.check(lambda module: module.compute_digest(key, message, name))
                    self.check(lambda module: module.compute_digest(bytearray(key), memoryview(message), name))
        for function in FUNCTIONS:
            for length in (0, 1, 64, 128, 5000, 100_000):
                data = rng.randbytes(length)
                with self.subTest(function=function, length=length):
                    self.check(lambda module: getattr(module, function)(data, data))

    def test_blake(self):
        """C makes objects of these functions on some machines only."""
        for name in BLAKE:
            for key in (b"", b"key", bytes(200)):
                code = RUST.new(key, b"mess", name)
                code.update(b"age")
                self.assertEqual(code.digest(), hmac.HMAC(key, b"message", getattr(hashlib, name)).digest())
                self.check(lambda module: module.compute_digest(key, b"message", name))
                self.check(lambda module: module.compute_digest(key, b"message", f"{name}_32"))
                self.assertEqual((code.name, code.digest()), (f"hmac-{name}", RUST.compute_digest(key, b"message", name)))

    def test_names(self):
        class Odd(str):
            def lower(self):
                return 5

        class Callback(str):
            def lower(self):
                key.extend(b"!")
                return "md5"

        for name in (
            "SHA256", "sha2_256", "Sha2_512", "SHA3_256", "shake_128", "sha512_256", "foo", b"md5", None, [], 5,
            Odd("X"), Odd("md5"), "\ud800", "md5\0rest", "MD5\0", "sha-256", len, "",
        ):
            with self.subTest(name=name):
                self.check(lambda module: description(module.new(b"key", b"message", name)))
                self.check(lambda module: module.compute_digest(b"key", b"message", name))
        for module in (C, RUST):
            key = bytearray(b"key")
            self.assertEqual(module.compute_digest(key, b"", Callback("X")), hmac.digest(b"key!", b"", "md5"))

    def test_wrong_arguments(self):
        for args in (
            (), (b"key",), (b"key", b"m"), (b"key", None), ("key",), ("key", None, "md5"), (5, None, "md5"),
            (b"key", "m", "md5"), (b"key", 5, "md5"), (b"key", b"", "md5", 1), ("key", b"", "foo"),
            (b"key", None, None), ("key", "m"), (5, b"m"), (b"m", 5), (1, 2, 3), (b"a", b"b", b"c", b"d"),
        ):
            with self.subTest(args=args):
                self.check(lambda module: description(module.new(*args)))
                self.check(lambda module: module.compute_digest(*args))
                self.check(lambda module: module.compute_md5(*args))
        self.check(lambda module: module.compute_md5(key=b"", msg=b""))
        self.check(lambda module: description(module.new(key=b"k", msg=b"m", digestmod="md5")))
        self.check(lambda module: module.compute_digest(key=b"k", msg=b"m", digest="md5"))

    def test_data(self):
        board = (ctypes.c_int * 2 * 3)()

        def update(module):
            code = module.new(b"key", b"", "sha256")
            return code.update(data), description(code)

        for data in (
            bytearray(b"bytearray"), memoryview(b"view")[1:], memoryview(b"strided")[::2], array.array("d", range(5)),
            memoryview(bytes(24)).cast("B", (4, 6)), board, mmap.mmap(-1, 5000), "text", 5, None, [], object,
        ):
            with self.subTest(type=type(data)):
                self.check(update)
                self.check(lambda module: module.compute_md5(data, b""))
                self.check(lambda module: module.compute_md5(b"", data))
                self.check(lambda module: description(module.new(data, b"", "md5")))
                self.check(lambda module: description(module.new(b"", data, "md5")))
        self.check(lambda module: module.new(b"", b"", "md5").update())
        self.check(lambda module: module.new(b"", b"", "md5").update(msg=b"x"))
        self.check(lambda module: module.new(b"", b"", "md5").copy(1))
        self.check(lambda module: module.new(b"", b"", "md5").digest(1))

    def test_class(self):
        self.check(lambda module: module.HMAC())
        self.check(lambda module: type("Sub", (module.HMAC,), {}))
        self.check(lambda module: setattr(module.HMAC, "attribute", 1))
        for attribute in ("name", "digest_size", "block_size", "attribute"):
            self.check(lambda module: setattr(module.new(b"", b"", "md5"), attribute, 1))
        self.check(lambda module: module.new(b"", b"", "md5").__reduce_ex__(2))

    def test_more_than_32_bits(self):
        huge = mmap.mmap(-1, 2**32, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, mmap.PROT_READ)
        self.check(lambda module: module.new(huge, b"", "md5"))
        self.check(lambda module: module.compute_md5(huge, b""))
        self.check(lambda module: module.compute_md5(b"", huge))

    def test_threads_on_one_object(self):
        """Pieces that are all the same give one code in whatever order they come."""
        for piece in (bytes(100), bytes(5000), bytearray(100_000)):
            code = RUST.new(b"key", b"", "sha256")

            def work(_, code=code, piece=piece):
                for _ in range(20):
                    code.update(piece)
                    code.copy().digest()

            in_threads(8, work)
            self.assertEqual(code.digest(), hmac.digest(b"key", bytes(8 * 20 * len(piece)), "sha256"))


if __name__ == "__main__":
    unittest.main()
