"""The Rust _blake2 beside the C one of the same interpreter: same digests, same errors."""

import array
import copy
import mmap
import os
import pickle
import random
import sys
import threading
import unittest

from corten.testing import c_module, in_threads, meanwhile, outcome, rust_module

C = c_module("_blake2")
RUST = rust_module("_blake2")

NAMES = ("blake2b", "blake2s")

COMBINATIONS = int(os.environ.get("CORTEN_BLAKE2_COMBINATIONS", 20_000))


class Differential(unittest.TestCase):
    def check(self, function):
        """Call `function` with each module: both outcomes must be the same."""
        expected = outcome(function, C)
        actual = outcome(function, RUST)
        self.assertEqual(actual, expected)
        return actual

    def check_both(self, *args, **kwargs):
        for name in NAMES:
            self.check(lambda module: getattr(module, name)(*args, **kwargs).digest())


class Index:
    def __init__(self, value):
        self.value = value

    def __index__(self):
        return self.value


class Number(int):
    def __index__(self):
        raise AssertionError

    __lt__ = __abs__ = __index__


class Failing:
    def __index__(self):
        raise ArithmeticError("index")

    def __bool__(self):
        raise ArithmeticError("bool")


LIMITS = {
    "blake2b": {"digest": 64, "key": 64, "salt": 16, "offset": 2**64 - 1},
    "blake2s": {"digest": 32, "key": 32, "salt": 8, "offset": 2**48 - 1},
}


def random_options(rng, name):
    """Some of the parameters, each at random, now and then at its limits."""
    limits = LIMITS[name]

    def number(low, high):
        return rng.choice((low, high, rng.randint(low, high), rng.randint(low, min(high, low + 10))))

    options = {
        "digest_size": number(1, limits["digest"]),
        "key": rng.randbytes(number(0, limits["key"])),
        "salt": rng.randbytes(number(0, limits["salt"])),
        "person": rng.randbytes(number(0, limits["salt"])),
        "fanout": number(0, 255),
        "depth": number(1, 255),
        "leaf_size": number(0, 2**32 - 1),
        "node_offset": number(0, limits["offset"]),
        "node_depth": number(0, 255),
        "inner_size": number(0, limits["digest"]),
        "last_node": rng.random() < 0.5,
        "usedforsecurity": rng.random() < 0.5,
    }
    return dict(rng.sample(sorted(options.items()), rng.randrange(len(options) + 1)))


class Digests(Differential):
    def test_combinations(self):
        """Random parameters and data, in pieces of random size, with a copy on the way."""
        rng = random.Random(1)
        noise = rng.randbytes(1 << 17)
        for number in range(COMBINATIONS):
            name = rng.choice(NAMES)
            options = random_options(rng, name)
            size = rng.choice((0, 1, 63, 64, 65, 127, 128, 129, 255, 256, 257, rng.randrange(700), rng.randrange(5000)))
            if number % 100 == 0:
                size = rng.randrange(len(noise))
            start = rng.randrange(len(noise) - size + 1)
            data = noise[start:start + size]
            cuts = sorted(rng.randrange(size + 1) for _ in range(rng.randrange(4)))
            pieces = [data[a:b] for a, b in zip((0, *cuts), (*cuts, size), strict=True)]
            results = []
            for module in (C, RUST):
                hash = getattr(module, name)(pieces[0], **options)
                for piece in pieces[1:]:
                    hash.update(piece)
                again = hash.copy()
                middle = hash.digest()
                hash.update(b"more")
                results.append((middle, again.hexdigest(), hash.digest(), hash.hexdigest(), hash.digest_size,
                                hash.block_size, hash.name, again.digest_size))
            self.assertEqual(results[1], results[0], (name, options, size, cuts))

    def test_all_lengths(self):
        data = random.Random(2).randbytes(1200)
        for length in range(len(data)):
            self.check_both(data[:length])
            self.check_both(data[:length], key=b"key")

    def test_large(self):
        data = bytes(range(256)) * (1 << 14)
        for size in (2047, 2048, 2049, 65_535, 65_536, 65_537, 1 << 20, len(data) - 1, len(data)):
            self.check_both(data[:size])
            self.check_both(bytearray(data[:size]))

    def test_many_pieces(self):
        rng = random.Random(3)
        for name in NAMES:
            both = [getattr(module, name)(key=b"k") for module in (C, RUST)]
            for _ in range(3000):
                piece = rng.randbytes(rng.choice((0, 1, 5, 63, 64, 65, 128, 129, 300, 2048)))
                for hash in both:
                    hash.update(piece)
                if rng.random() < 0.1:
                    self.assertEqual(both[1].digest(), both[0].digest())
                    both = [hash.copy() for hash in both]
            self.assertEqual(both[1].hexdigest(), both[0].hexdigest())

    def test_buffers_of_every_kind(self):
        with mmap.mmap(-1, 4096) as memory:
            memory[:5] = b"bytes"
            for data in (b"text" * 700, bytearray(b"text" * 700), memoryview(b"text" * 700)[3:], memory,
                         array.array("d", [1.5, 2.5]), memoryview(b"abcdef").cast("B", (2, 3)),
                         memoryview(array.array("H", range(2000))), b"", bytearray(), memoryview(b"")):
                self.check_both(data)
                for name in NAMES:
                    self.check(lambda module: updated(module, name, data).digest())
                if memoryview(data).nbytes <= 8:
                    self.check_both(key=data, salt=data, person=data)

    def test_key_salt_and_person_as_buffers(self):
        for kind in (bytes, bytearray, memoryview, lambda value: array.array("B", value)):
            self.check_both(b"data", key=kind(b"secret"), salt=kind(b"salt"), person=kind(b"person"))


def updated(module, name, *pieces):
    hash = getattr(module, name)()
    for piece in pieces:
        hash.update(piece)
    return hash


class Arguments(Differential):
    def test_numbers(self):
        numbers = (-2**80, -2**64, -2**63 - 1, -2**63, -2**31 - 1, -2**31, -256, -1, 0, 1, 8, 32, 33, 64, 65, 255, 256,
                   2**31 - 1, 2**31, 2**32 - 1, 2**32, 2**48 - 1, 2**48, 2**63 - 1, 2**63, 2**64 - 1, 2**64, 2**80)
        others = (True, False, None, 1.0, "1", b"1", [], Index(3), Index(-3), Index(2**70), Index("x"), Failing(),
                  Number(5), Number(-5), Number(2**70))
        for option in ("digest_size", "fanout", "depth", "leaf_size", "node_offset", "node_depth", "inner_size"):
            for value in numbers + others:
                with self.subTest(option=option, value=value):
                    self.check_both(b"data", **{option: value})

    def test_flags(self):
        for option in ("last_node", "usedforsecurity"):
            for value in (True, False, None, 0, 5, "", "x", [], [0], Failing(), Index(0)):
                self.check_both(b"data", **{option: value})

    def test_bytes(self):
        for option in ("key", "salt", "person"):
            for value in (*(b"x" * size for size in (0, 1, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 1000)),
                          "text", None, 5, [1], memoryview(b"abcdef")[::2], memoryview(b"abcd").cast("B", (2, 2))):
                self.check_both(b"data", **{option: value})

    def test_data(self):
        for data in ("text", "", None, 5, 1.5, [b"x"], object(), memoryview(b"abcdef")[::2], type):
            self.check_both(data)
            self.check_both(data, digest_size=0)
            for name in NAMES:
                self.check(lambda module: updated(module, name, data))

    def test_data_by_name(self):
        for options in ({"data": b"a"}, {"string": b"a"}, {"data": b"a", "string": b"b"}, {"data": None},
                        {"string": None}, {"data": "a"}, {"string": "a"}, {"data": None, "string": None},
                        {"string": b"a", "digest_size": 0}, {"data": b"a", "string": b"b", "digest_size": 0}):
            self.check_both(**options)
            self.check_both(b"x", **options)

    def test_the_first_error_counts(self):
        """Wrong values in pairs: both modules look at them in the same order."""
        wrong = {"digest_size": 0, "key": bytes(65), "salt": bytes(17), "person": bytes(17), "fanout": 256, "depth": 0,
                 "leaf_size": 2**32, "node_offset": 2**64, "node_depth": -1, "inner_size": 65, "last_node": Failing()}
        wrong_type = {"digest_size": "1", "key": 5, "salt": "x", "fanout": None, "leaf_size": 1.5, "node_offset": -1,
                      "inner_size": [], "usedforsecurity": Failing()}
        for first in wrong.items():
            for second in (*wrong.items(), *wrong_type.items()):
                for data in (b"data", "text", 5):
                    self.check_both(data, **dict([first, second]))
                    self.check_both(data, **dict([second, first]))

    def test_wrong_calls(self):
        for args, kwargs in (((b"a", b"b"), {}), ((b"a",), {"nothing": 1}), ((), {"digestsize": 1}),
                             ((b"a", b"b", b"c"), {"key": b"x"}), ((), {"usedforsecurity": 1, "x": 2})):
            self.check_both(*args, **kwargs)
        for name in NAMES:
            for method in ("copy", "digest", "hexdigest", "update"):
                for args, kwargs in (((), {}), ((b"a",), {}), ((b"a", b"b"), {}), ((), {"data": b"a"})):
                    def function(module):
                        result = getattr(getattr(module, name)(), method)(*args, **kwargs)
                        return type(result).__name__
                    self.check(function)

    def test_classes(self):
        for name in NAMES:
            for attribute in ("SALT_SIZE", "PERSON_SIZE", "MAX_KEY_SIZE", "MAX_DIGEST_SIZE", "__flags__", "__module__"):
                self.check(lambda module: getattr(getattr(module, name), attribute))
            self.check(lambda module: setattr(getattr(module, name), "SALT_SIZE", 5))
            self.check(lambda module: setattr(getattr(module, name)(), "name", 5))
            self.check(lambda module: setattr(getattr(module, name)(), "x", 5))
            self.check(lambda module: type("Sub", (getattr(module, name),), {}))
            for function in (copy.copy, copy.deepcopy, pickle.dumps):
                self.check(lambda module: function(getattr(module, name)()))


class Threads(unittest.TestCase):
    def test_one_object_for_all(self):
        """Updates are whole: pieces that are all the same give the same digest in any order."""
        for size in (10, 2047, 2048, 100_000):
            for kind in (bytes, bytearray):
                piece = kind(b"x" * size)
                hash = RUST.blake2b(key=b"key")
                in_threads(8, lambda _: [hash.update(piece) for _ in range(20)])
                self.assertEqual(hash.digest(), C.blake2b(b"x" * size * 160, key=b"key").digest())

    def test_reading_meanwhile(self):
        hash = RUST.blake2s()
        possible = {C.blake2s(b"x" * 5000 * count).digest() for count in range(81)}

        def work(_):
            for _ in range(10):
                hash.update(b"x" * 5000)
                self.assertIn(hash.digest(), possible)
                self.assertIn(hash.copy().digest(), possible)
                self.assertEqual(len(hash.hexdigest()), 64)

        in_threads(8, work)

    def test_others_run_meanwhile(self):
        """From 2048 bytes on, hashing lets other threads run, in the constructor too."""
        if not hasattr(sys, "_is_gil_enabled") or sys._is_gil_enabled():
            data = bytes(64 << 20)
            for hash in (lambda: RUST.blake2b(data), lambda: RUST.blake2b().update(data)):
                self.assertGreater(progress_during(hash), 1)

    def test_changing_the_buffer_meanwhile(self):
        data = bytearray(300_000)
        hash = RUST.blake2b()

        def change():
            data[:] = bytes([data[0] ^ 1]) * len(data)
            try:
                data.extend(b"x")
                data.pop()
            except BufferError:
                pass

        with meanwhile(change):
            for _ in range(20):
                hash.update(data)
                RUST.blake2s(data)
        self.assertEqual(len(hash.digest()), 64)


def progress_during(work):
    """How often another thread gets its turn while `work` runs, were it every hundredth of a second."""
    count = 0
    stop = threading.Event()
    interval = sys.getswitchinterval()

    def tick():
        nonlocal count
        while not stop.wait(0.002):
            count += 1

    thread = threading.Thread(target=tick)
    sys.setswitchinterval(1000)
    try:
        thread.start()
        count = 0
        work()
        return count
    finally:
        sys.setswitchinterval(interval)
        stop.set()
        thread.join()


@unittest.skipUnless(os.environ.get("CORTEN_LARGE"), "takes 5 GiB of memory; set CORTEN_LARGE")
class Huge(Differential):
    def test_more_than_four_gibibytes(self):
        data = bytes((1 << 32) + 5)
        self.check_both(data)
        self.check(lambda module: updated(module, "blake2b", b"x", data).digest())


if __name__ == "__main__":
    unittest.main()
