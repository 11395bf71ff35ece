"""The Rust _hashlib beside the C one of the same interpreter: same answers, same errors."""

import array
import ctypes
import hashlib
import hmac
import mmap
import random
import re
import resource
import sys
import unittest

from corten.testing import c_module, in_threads, outcome, rust_module

C = c_module("_hashlib")
RUST = rust_module("_hashlib")

NAMES = sorted(RUST.openssl_md_meth_names & C.openssl_md_meth_names)
FIXED = [name for name in NAMES if not name.startswith("shake")]
CONSTRUCTORS = [name for name in dir(C) if name.startswith("openssl_") and callable(getattr(C, name))]
# From 3.13.4 on constructors call their data `data`, and `string` is its older name.
BOTH_KEYWORDS = "data" in C.new.__text_signature__


def description(obj):
    """What can be told of a hash object or an HMAC object."""
    state = obj.digest(40) if type(obj).__name__ == "HASHXOF" else obj.digest()
    text = re.sub("0x[0-9a-f]+", "0x…", repr(obj))
    return type(obj).__name__, obj.name, obj.digest_size, obj.block_size, state, text


class Differential(unittest.TestCase):
    maxDiff = None

    def check(self, function, *args, **kwargs):
        """Call `function` with each module in front: both outcomes must be the same."""
        expected = outcome(function, C, *args, **kwargs)
        actual = outcome(function, RUST, *args, **kwargs)
        self.assertEqual(actual, expected)
        return actual


class Hashes(Differential):
    def test_names(self):
        self.assertEqual(RUST.openssl_md_meth_names, C.openssl_md_meth_names)
        self.assertEqual(list(RUST._constructors.values()), list(C._constructors.values()))
        self.assertEqual(
            [function.__name__ for function in RUST._constructors],
            [function.__name__ for function in C._constructors],
        )
        self.check(lambda module: module.get_fips_mode())

    def test_all_lengths(self):
        data = random.Random(1).randbytes(70_000)
        for name in NAMES:
            for length in (*range(0, 300), 2047, 2048, 2049, 4096, 65535, 65537, 70_000):
                with self.subTest(name=name, length=length):
                    self.check(lambda module: description(module.new(name, data[:length])))

    def test_pieces(self):
        rng = random.Random(2)
        for name in NAMES:
            pieces = [rng.randbytes(rng.choice((0, 1, 63, 64, 65, 127, 128, 1000, 5000))) for _ in range(40)]

            def work(module):
                obj = module.new(name)
                results = []
                for piece in pieces:
                    obj.update(piece)
                    results.append(description(obj.copy()))
                return results

            self.check(work)

    def test_constructors(self):
        for function in CONSTRUCTORS:
            for args, kwargs in (
                ((), {}),
                ((b"abc",), {}),
                ((bytearray(3000),), {}),
                ((b"abc",), {"usedforsecurity": False}),
                ((), {"string": b"abc"}),
            ):
                with self.subTest(function=function, args=args, kwargs=kwargs):
                    self.check(lambda module: description(getattr(module, function)(*args, **kwargs)))

    def test_spellings(self):
        for name in (
            "MD5", "Md5", "SHA-1", "ssl3-sha1", "ssl3-md5", "SHA2-256", "sha-256", "SHA256", "Sha512",
            "2.16.840.1.101.3.4.2.1", "1.3.14.3.2.26", "SHA512_256", "sha512-256", "SHA-512/256",
            "SHA2-512/256", "Sha512_256", "SHA512/256", "SHA3_256", "sha3-256", "SHAKE_128", "SHAKE128",
            "shake-256", "BLAKE2b", "BLAKE2B512", "blake2s256", "BLAKE2S-256", "RIPEMD", "rmd160",
            "RIPEMD-160", "SM3", "MD5-SHA1", "md4", "whirlpool", "undef", "RSA-SHA256", "", "foo", "é",
            "sha256 ", "sha256\0", "\ud800", "dsa", "sha", "blake2b256", "x" * 10_000,
        ):
            with self.subTest(name=name[:50]):
                if "\0" not in name and name != "\ud800":
                    self.check(lambda module: description(module.new(name)))
                self.check(lambda module: description(module.hmac_new(b"key", b"message", name)))
                self.check(lambda module: module.hmac_digest(b"key", b"message", name))
                self.check(lambda module: module.pbkdf2_hmac(name, b"password", b"salt", 1))

    def test_every_case_of_every_name(self):
        rng = random.Random(3)
        for name in NAMES:
            for _ in range(20):
                spelling = "".join(rng.choice((str.upper, str.lower))(char) for char in name)
                for variant in (spelling, spelling.replace("_", "-"), spelling.replace("-", "_")):
                    with self.subTest(name=variant):
                        self.check(lambda module: description(module.new(variant)))

    def test_wrong_arguments(self):
        class NoTruth:
            def __bool__(self):
                raise ZeroDivisionError

        for args, kwargs in (
            ((), {}), (("sha1", None), {}), (("sha1", "text"), {}), (("sha1", 5), {}), (("sha1", b"", 1), {}),
            ((), {"name": "sha1"}), (("sha1", b"x"), {"other": 1}), (("foo", "text"), {}), (("foo", 5), {}),
            (("sha1",), {"string": None}), (("sha1",), {"usedforsecurity": NoTruth()}),
            (("sha1", "text"), {"usedforsecurity": NoTruth()}),
        ):
            with self.subTest(args=args, kwargs=kwargs):
                self.check(lambda module: description(module.new(*args, **kwargs)))
                self.check(lambda module: description(module.openssl_sha1(*args[1:], **kwargs)))

    @unittest.skipIf(sys.version_info >= (3, 13) and not BOTH_KEYWORDS, "the releases of 3.13 differ")
    def test_names_and_keywords(self):
        for args, kwargs in (
            ((5,), {}), ((b"sha1",), {}), ((None,), {}), ((5, "text"), {}), (("sha1\0", "text"), {}),
            (("\ud800",), {}), (("sha1",), {"data": b"x"}), (("sha1", b"x"), {"data": b"x"}),
            (("sha1", b"x"), {"string": b"x"}), (("sha1",), {"data": b"x", "string": b"y"}),
            (("sha1",), {"data": None}), (("sha1", None), {"string": None}),
        ):
            with self.subTest(args=args, kwargs=kwargs):
                self.check(lambda module: description(module.new(*args, **kwargs)))
                self.check(lambda module: description(module.openssl_sha1(*args[1:], **kwargs)))

    def test_updates(self):
        board = (ctypes.c_int * 2 * 3)()

        def work(module, make, data):
            obj = make(module)
            return obj.update(data), description(obj)

        for data in (
            b"bytes", bytearray(b"bytearray"), memoryview(b"view")[1:], memoryview(b"strided")[::2],
            array.array("d", range(5)), memoryview(bytes(24)).cast("B", (4, 6)), board, mmap.mmap(-1, 5000),
            "text", 5, None, [], object,
        ):
            with self.subTest(type=type(data)):
                self.check(work, lambda module: module.new("sha256"), data)
                self.check(work, lambda module: module.new("shake_128"), data)
                self.check(work, lambda module: module.hmac_new(b"key", b"", "sha256"), data)
                self.check(lambda module: description(module.new("md5", data)))
                self.check(lambda module: description(module.hmac_new(data, b"", "md5")))
                self.check(lambda module: description(module.hmac_new(b"", data, "md5")))
                self.check(lambda module: module.hmac_digest(data, b"", "md5"))
                self.check(lambda module: module.hmac_digest(b"", data, "md5"))
        self.check(lambda module: module.new("md5").update())
        self.check(lambda module: module.new("md5").update(b"", b""))
        self.check(lambda module: module.new("md5").update(obj=b""))
        self.check(lambda module: module.hmac_new(b"", b"", "md5").update(msg=b"x"))
        self.check(lambda module: module.hmac_new(b"", b"", "md5").update())

    def test_lengths_of_output(self):
        for length in (*range(400), 5000, 100_000, -1, -(2**63), 2**62, 2**64, -(2**64), "1", None, 1.0, True):
            for name in ("shake_128", "shake_256"):
                with self.subTest(name=name, length=length):
                    self.check(lambda module: module.new(name, b"abc").digest(length))
                    self.check(lambda module: module.new(name, b"abc").hexdigest(length))
        self.check(lambda module: module.new("shake_128").digest())
        self.check(lambda module: module.new("shake_128").digest(length=5))
        self.check(lambda module: module.new("sha256").digest(5))

    def test_classes(self):
        for name in ("HASH", "HASHXOF", "HMAC"):
            self.check(lambda module: getattr(module, name)())
            self.check(lambda module: type("Sub", (getattr(module, name),), {})())
            self.check(lambda module: setattr(getattr(module, name), "attribute", 1))
            self.check(lambda module: setattr(getattr(module, name), "update", 1))
        for make in (
            lambda module: module.new("sha1"),
            lambda module: module.new("shake_256"),
            lambda module: module.hmac_new(b"", b"", "sha1"),
        ):
            for attribute in ("name", "digest_size", "block_size", "attribute"):
                self.check(lambda module: setattr(make(module), attribute, 1))
            self.check(lambda module: make(module).__reduce_ex__(2))
            self.check(lambda module: type(make(module).copy()) is type(make(module)))
        self.check(lambda module: module.HASHXOF.digest(module.new("sha1", b"abc"), 5))

    def test_base_methods_on_extendable_functions(self):
        obj = RUST.new("shake_128", b"abc")
        self.assertEqual(RUST.HASH.copy(obj).digest(5), obj.digest(5))
        RUST.HASH.update(obj, b"def")
        self.assertEqual(obj.digest(5), hashlib.shake_128(b"abcdef").digest(5))
        self.assertEqual(RUST.HASH.digest(obj), b"")


class Codes(Differential):
    def test_random_keys_and_messages(self):
        rng = random.Random(4)
        for name in FIXED:
            for key_length in (0, 1, 20, 63, 64, 65, 104, 127, 128, 129, 136, 144, 145, 2047, 2048, 5000):
                key = rng.randbytes(key_length)
                message = rng.randbytes(rng.randrange(300))

                def in_pieces(module):
                    code = module.hmac_new(key, message[:50], name)
                    copy = code.copy()
                    code.update(message[50:])
                    return description(code), description(copy), code.hexdigest()

                with self.subTest(name=name, key=key, message=message):
                    self.check(lambda module: module.hmac_digest(key, message, name))
                    self.check(lambda module: module.hmac_digest(bytearray(key), memoryview(message), name))
                    self.check(in_pieces)

    def test_large_messages(self):
        message = random.Random(5).randbytes(300_000)
        for name in FIXED:
            self.check(lambda module: module.hmac_digest(b"key", message, name))
            self.check(lambda module: module.hmac_digest(message, bytearray(message), name))

    def test_digestmods(self):
        for digestmod in (
            "sha1", "SHA1", "shake_128", "sha1\0rest", "\ud800", None, 5, b"sha1", [], len, object, "", "foo",
        ):
            with self.subTest(digestmod=digestmod):
                self.check(lambda module: description(module.hmac_new(b"key", b"message", digestmod)))
                self.check(lambda module: description(module.hmac_new(b"key", digestmod=digestmod)))
                self.check(lambda module: module.hmac_digest(b"key", b"message", digestmod))
        for constructor in CONSTRUCTORS:
            self.check(lambda module: module.hmac_digest(b"key", b"message", getattr(module, constructor)))

    def test_wrong_arguments(self):
        for args in (
            (), (b"key",), (b"key", b"m"), (b"key", "m", "md5"), ("key", b"m", "md5"), (b"key", None, "md5"),
            (b"key", 5, "md5"), (5, b"", "md5"), (b"key", b"m", "md5", 1), (b"key", "m", "foo"),
            ("key", "m", None), (b"key", "m", "shake_128"),
        ):
            with self.subTest(args=args):
                self.check(lambda module: description(module.hmac_new(*args)))
                self.check(lambda module: module.hmac_digest(*args))
        self.check(lambda module: description(module.hmac_new(key=b"key", msg=b"m", digestmod="md5")))
        self.check(lambda module: module.hmac_digest(key=b"key", msg=b"m", digest="md5"))

    def test_digestmod_that_calls_back(self):
        key = bytearray(b"key")
        message = bytearray()

        class Digestmod:
            def __hash__(self):
                message.extend(b" and more")
                return hash(constructor)

            def __eq__(self, other):
                try:
                    key.clear()
                except BufferError:
                    return other is constructor

        for module in (C, RUST):
            constructor = module.openssl_sha256
            message[:] = b"message"
            code = module.hmac_new(key, message, Digestmod())
            self.assertEqual(code.digest(), hmac.digest(b"key", b"message and more", "sha256"))
            with self.assertRaises(BufferError):
                module.hmac_digest(key, message, Digestmod())


class Keys(Differential):
    def test_random_passwords(self):
        rng = random.Random(6)
        for name in FIXED:
            for _ in range(6):
                password = rng.randbytes(rng.choice((0, 1, 20, 64, 129, 200, 3000)))
                salt = rng.randbytes(rng.choice((0, 1, 16, 100, 3000)))
                rounds = rng.choice((1, 2, 3, 10))
                for length in (None, 1, 20, 64, 65, 200):
                    args = (name, password, bytearray(salt), rounds, length)
                    with self.subTest(args=args):
                        self.check(lambda module: module.pbkdf2_hmac(*args))

    def test_pbkdf2_arguments(self):
        good = ("sha1", b"password", b"salt", 1, None)
        for index, values in enumerate((
            (None, 5, b"sha1", "foo", "SHA-1", "sha1\0", "shake_128", "\ud800"),
            ("text", 5, None, memoryview(b"abcd")[::2]),
            ("text", 5, None, memoryview(b"abcd")[::2]),
            (0, -1, 2**31, 2**63, -(2**70), "1", 1.0, None, True),
            (0, -1, 2**31, 2**63, -(2**70), "1", 1.0, True, 3),
        )):
            for value in values:
                args = (*good[:index], value, *good[index + 1:])
                with self.subTest(args=args):
                    self.check(lambda module: module.pbkdf2_hmac(*args))
        for args in (
            (), ("sha1",), (*good, 1), ("foo", "text", b"", 1), ("foo", b"", b"", 0), ("sha1", b"", b"", 0, "1"),
            ("shake_128", b"", b"", 0), ("shake_128", b"", b"", 1, 0), ("shake_128", b"", b"", 1, 5),
        ):
            with self.subTest(args=args):
                self.check(lambda module: module.pbkdf2_hmac(*args))
        names = ("hash_name", "password", "salt", "iterations", "dklen")
        self.check(lambda module: module.pbkdf2_hmac(**dict(zip(names, good, strict=False))))

    def test_scrypt(self):
        rng = random.Random(7)
        for _ in range(30):
            password, salt = rng.randbytes(rng.randrange(100)), rng.randbytes(rng.randrange(100))
            costs = {"n": 2 ** rng.randrange(1, 9), "r": rng.randrange(1, 10), "p": rng.randrange(1, 5)}
            length = rng.choice((1, 31, 32, 33, 64, 200))
            with self.subTest(password=password, salt=salt, length=length, **costs):
                self.check(lambda module: module.scrypt(password, salt=salt, dklen=length, **costs))
                self.check(lambda module: module.scrypt(bytearray(password), salt=memoryview(salt), **costs))
        self.check(lambda module: module.scrypt(b"x" * 5000, salt=b"y" * 5000, n=2, r=1, p=1))
        self.check(lambda module: module.scrypt(b"", salt=b"", n=2**14, r=8, p=1))

    def test_scrypt_arguments(self):
        class Index:
            def __index__(self):
                return 2

        good = {"salt": b"salt", "n": 2, "r": 1, "p": 1}
        for name, values in {
            "salt": ("text", None, 5, b""),
            "n": (3, 1, 0, -1, 2**64, -(2**64), 2**63, 2**16, 2**40, "2", 2.0, None, True, Index()),
            "r": (0, -1, 2**64, -(2**64), 2**32, 2**31, 2**40, "1", None, Index()),
            "p": (0, -1, 2**64, -(2**64), 2**32, 2**31, 2**40, "1", None, Index()),
            "maxmem": (-1, 1, 639, 640, 641, 2**31 - 1, 2**31, 2**64, -(2**64), "1", None),
            "dklen": (0, -1, 1, 2**31, 2**64, "1", None),
        }.items():
            for value in values:
                arguments = {**good, name: value}
                with self.subTest(**arguments):
                    self.check(lambda module: module.scrypt(b"password", **arguments))
        for arguments in (
            {}, {"salt": b""}, {"salt": b"", "n": 3}, {"salt": b"", "n": 2, "r": -1}, {"n": 2, "r": 1, "p": 1},
            {**good, "n": 2**63, "r": 2**40}, {**good, "n": 2**63, "r": 0}, {**good, "r": 2**15, "p": 2**15},
            {**good, "r": 2**29, "p": 2}, {**good, "r": 0, "p": 2**32}, {**good, "n": 3, "maxmem": -1},
            {**good, "n": 2**14, "r": 8}, {**good, "n": 2**15, "r": 8}, {**good, "n": 2**14, "r": 16},
            {**good, "n": 3, "dklen": 0}, {**good, "dklen": 0, "maxmem": -1}, {**good, "other": 1},
        ):
            with self.subTest(**arguments):
                self.check(lambda module: module.scrypt(b"password", **arguments))
        self.check(lambda module: module.scrypt(b"", b""))
        self.check(lambda module: module.scrypt("text", **good))
        self.check(lambda module: module.scrypt(None, **good))


class Comparisons(Differential):
    def test_values(self):
        values = (
            b"", b"a", b"b", b"ab", b"\0a", bytes(1000), bytearray(b"ab"), memoryview(b"ab"), "", "a", "ab",
            "\xe9", "\u20ac", memoryview(b"abcd")[::2], array.array("i", [1, 2]), (ctypes.c_int * 2 * 3)(),
            memoryview(b"abcdef").cast("B", (2, 3)), 5, None, 1.5, [], object(), type("T", (str,), {})("a"),
            type("B", (bytes,), {})(b"a"),
        )
        for a in values:
            for b in values:
                with self.subTest(a=a, b=b):
                    self.check(lambda module: module.compare_digest(a, b))
        self.check(lambda module: module.compare_digest(b""))
        self.check(lambda module: module.compare_digest(b"", b"", b""))

    def test_every_place(self):
        rng = random.Random(8)
        for length in (*range(1, 80), 1000):
            data = rng.randbytes(length)
            for place in range(length):
                changed = bytearray(data)
                changed[place] ^= 1 << rng.randrange(8)
                self.assertFalse(RUST.compare_digest(data, changed))
                self.assertFalse(RUST.compare_digest(bytes(changed), data))
            self.assertTrue(RUST.compare_digest(data, bytearray(data)))
            self.assertFalse(RUST.compare_digest(data, data[:-1]))
            self.assertFalse(RUST.compare_digest(data[:-1], data))


class Limits(unittest.TestCase):
    def test_memory(self):
        soft, hard = resource.getrlimit(resource.RLIMIT_AS)
        with open("/proc/self/statm") as statm:
            used = int(statm.read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + (100 << 20), hard))
        try:
            for arguments in (
                {"n": 2**19, "r": 4, "p": 1, "maxmem": 2**31 - 1},
                {"n": 2, "r": 1, "p": 2**23, "maxmem": 2**31 - 1},
                {"n": 2, "r": 1, "p": 1, "dklen": 2**31 - 1},
            ):
                with self.assertRaises(MemoryError):
                    RUST.scrypt(b"password", salt=b"salt", **arguments)
            with self.assertRaises(MemoryError):
                RUST.pbkdf2_hmac("sha256", b"password", b"salt", 1, 2**31 - 1)
            for method in (RUST.HASHXOF.digest, RUST.HASHXOF.hexdigest):
                with self.assertRaises(MemoryError):
                    method(RUST.new("shake_128"), 2**30)
        finally:
            resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
        self.assertEqual(len(RUST.scrypt(b"password", salt=b"salt", n=2, r=1, p=1)), 64)

    def test_more_than_an_int(self):
        huge = mmap.mmap(-1, 2**31, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, mmap.PROT_READ)
        for function, args, kwargs in (
            (RUST.hmac_new, (huge, b"", "md5"), {}),
            (RUST.hmac_digest, (huge, b"", "md5"), {}),
            (RUST.hmac_digest, (b"", huge, "md5"), {}),
            (RUST.pbkdf2_hmac, ("md5", huge, b"", 1), {}),
            (RUST.pbkdf2_hmac, ("md5", b"", huge, 1), {}),
            (RUST.scrypt, (huge,), {"salt": b"", "n": 2, "r": 1, "p": 1}),
            (RUST.scrypt, (b"",), {"salt": huge, "n": 2, "r": 1, "p": 1}),
        ):
            with self.assertRaisesRegex(OverflowError, "^(key|msg|password|salt) is too long.$"):
                function(*args, **kwargs)


class Threads(unittest.TestCase):
    def test_one_object(self):
        """Pieces that are all the same give one digest in whatever order they come."""
        for make, reference in (
            (lambda: RUST.new("sha256"), lambda: hashlib.sha256()),
            (lambda: RUST.new("blake2b"), lambda: hashlib.blake2b()),
            (lambda: RUST.hmac_new(b"key", b"", "sha512"), lambda: hmac.new(b"key", b"", "sha512")),
        ):
            for piece in (bytes(100), bytes(5000), bytearray(100_000)):
                obj, expected = make(), reference()

                def work(_):
                    for _ in range(20):
                        obj.update(piece)
                        obj.copy().digest()

                in_threads(8, work)
                for _ in range(8 * 20):
                    expected.update(piece)
                self.assertEqual(obj.digest(), expected.digest())

    def test_keys(self):
        def work(index):
            password = b"password%d" % index
            for _ in range(3):
                self.assertEqual(
                    RUST.pbkdf2_hmac("sha256", password, b"salt", 500),
                    C.pbkdf2_hmac("sha256", password, b"salt", 500),
                )
                costs = {"salt": b"salt", "n": 256, "r": 2, "p": 1}
                self.assertEqual(RUST.scrypt(password, **costs), C.scrypt(password, **costs))

        in_threads(8, work)


if __name__ == "__main__":
    unittest.main()
