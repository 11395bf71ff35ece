"""The Rust _bz2 beside the C one of the same interpreter: same streams, same answers, same errors.

The environment variable CORTEN_BZ2_MUTATIONS says how many broken streams are tried.
"""

import array
import copy
import gc
import os
import pickle
import random
import resource
import shutil
import subprocess
import sys
import threading
import time
import unittest

from corten.testing import c_module, in_threads, layer, meanwhile, outcome, rust_module

C = c_module("_bz2")
RUST = rust_module("_bz2")
BOTH = (C, RUST)

LEVELS = range(1, 10)
MUTATIONS = int(os.environ.get("CORTEN_BZ2_MUTATIONS", 2_000))


def text(size, seed=1):
    """Words and numbers, some bytes of noise and some runs among them."""
    rng = random.Random(seed)
    words = [b"block", b"sorting", b"huffman", b"run length", b" ", b"\n", b"        ", b"\x00\xff"]
    parts = []
    length = 0
    while length < size:
        choice = rng.random()
        if choice < 0.9:
            part = rng.choice(words)
        elif choice < 0.95:
            part = rng.randbytes(rng.randrange(1, 20))
        else:
            part = rng.choice(words)[:1] * rng.randrange(1, 600)
        parts.append(part)
        length += len(part)
    return b"".join(parts)[:size]


def kinds_of_data():
    """Data that are easy or hard for one part of the compressor or another."""
    rng = random.Random(2)
    noise = rng.randbytes(120_000)
    yield from (b"", b"a", b"ab", b"aab", b"aaaa", b"aaaaa", b"abab" * 3)
    yield from (bytes([byte]) * length for byte in (0, 97, 251, 255) for length in (254, 255, 256, 259, 2_000))
    yield from (noise[:1_000], noise, bytes(range(256)) * 20, text(1_000), text(50_000), text(250_000))
    yield bytes(byte & 1 for byte in noise)
    yield bytes(300_000) + b"x"
    yield text(3_000) * 30 + b"end"
    yield b"".join(bytes([byte]) * (byte % 9) for byte in noise[:20_000])
    fibonacci = [b"b", b"a"]
    while len(fibonacci[-1]) < 100_000:
        fibonacci.append(fibonacci[-1] + fibonacci[-2])
    yield fibonacci[-1]


def compress(bz2, data, level=9):
    compressor = bz2.BZ2Compressor(level)
    return compressor.compress(data) + compressor.flush()


def decompress(bz2, data):
    """The first stream; says also what follows it."""
    decompressor = bz2.BZ2Decompressor()
    pieces = [decompressor.decompress(data)]
    while not decompressor.eof:
        pieces.append(decompressor.decompress(b""))
        if not pieces[-1]:
            break
    return b"".join(pieces), decompressor.eof, decompressor.unused_data


class Differential(unittest.TestCase):
    def check(self, function, *args, **kwargs):
        """Call `function` with each module in front: both outcomes must be the same."""
        expected = outcome(function, C, *args, **kwargs)
        actual = outcome(function, RUST, *args, **kwargs)
        self.assertEqual(actual, expected)
        return actual


class Streams(Differential):
    """Each module reads what the other writes, and both write the same."""

    def cross(self, data, level=9):
        ours, theirs = (compress(bz2, data, level) for bz2 in (RUST, C))
        self.assertTrue(ours == theirs, (level, len(data), data[:50]))
        for bz2 in BOTH:
            self.assertEqual(decompress(bz2, ours), (data, True, b""))

    def test_kinds_of_data(self):
        for data in kinds_of_data():
            self.cross(data)

    def test_levels_and_blocks(self):
        data = text(1_000_000)
        for level in LEVELS:
            for size in (0, 1, 1_000, 99_980, 99_981, 99_982, 100_000, 400_000, 1_000_000):
                if size < 400_000 or level in (1, 4, 9):
                    self.cross(data[:size], level)

    def test_small_sizes(self):
        data = text(2_000, seed=5)
        for length in range(300):
            self.cross(data[:length])
            self.cross(data[:length // 7] * 7)

    def test_pieces(self):
        rng = random.Random(6)
        for _ in range(30):
            data = rng.choice((text(rng.randrange(300_000), rng.random()), bytes(rng.randrange(300_000))))
            level = rng.choice(LEVELS)
            compressor = RUST.BZ2Compressor(level)
            packed = []
            start = 0
            while start < len(data):
                end = start + rng.choice((0, 1, 5, 300, 5_000, 100_000))
                packed.append(compressor.compress(rng.choice((bytes, bytearray, memoryview))(data[start:end])))
                start = end
            packed.append(compressor.flush())
            self.assertEqual(b"".join(packed), compress(RUST, data, level))

    def test_blocks_come_when_they_are_full(self):
        for size in range(99_970, 99_990):
            data = bytes(i % 250 for i in range(size))

            def pieces(bz2):
                """Which calls give a block. C holds back the bits of its last code, some two bytes."""
                compressor = bz2.BZ2Compressor(1)
                packed = compressor.compress(data), compressor.compress(b"more"), compressor.flush()
                return [len(piece) > 500 for piece in packed], b"".join(packed)

            self.check(pieces)

    @unittest.skipUnless(shutil.which("bzip2"), "no program bzip2")
    def test_the_program(self):
        for level in LEVELS:
            for size in (0, 1, 3_000, 250_000):
                data = text(size, seed=level)
                packed = subprocess.run(["bzip2", f"-{level}c"], input=data, capture_output=True, check=True).stdout
                self.assertEqual(packed, compress(RUST, data, level))
                self.assertEqual(decompress(RUST, packed), (data, True, b""))
                unpacked = subprocess.run(["bzip2", "-dc"], input=compress(RUST, data, level),
                                          capture_output=True, check=True).stdout
                self.assertEqual(unpacked, data)

    def test_the_package(self):
        """Streams one after the other, and files, with the package on top of either module."""
        data = text(200_000)
        packages = [layer("bz2", bz2) for bz2 in BOTH]
        for writer in packages:
            packed = b"".join(writer.compress(data[start:start + 50_000]) for start in range(0, len(data), 50_000))
            for reader in packages:
                self.assertEqual(reader.decompress(packed), data)
                self.assertEqual(reader.decompress(packed + b"trailing"), data)
                with self.assertRaises(ValueError):
                    reader.decompress(packed[:-5])


class Decompressors(Differential):
    """One sequence of calls on both: same output and same attributes after each call."""

    def play(self, bz2, calls):
        decompressor = bz2.BZ2Decompressor()
        log = []
        for args in calls:
            result = outcome(self.decompress, decompressor, *args)
            log.append(result)
            if result[0] == "raised" and result[1] != "EOFError":
                # What C does with an object after an error differs from release to release.
                break
            log.append((decompressor.unused_data, decompressor.needs_input, decompressor.eof))
        return log

    def decompress(self, decompressor, data, max_length=-1):
        """All output, also what C keeps back if a buffer of 32 KiB is full just when the input ends."""
        pieces = [decompressor.decompress(data, max_length)]
        while max_length not in range(32 << 10) and len(pieces[-1]) >= 32 << 10 and not decompressor.eof:
            pieces.append(decompressor.decompress(b""))
        return b"".join(pieces)

    def calls(self, rng, packed):
        """Random calls that feed `packed` piece by piece."""
        start = 0
        sizes = rng.choice(((1, 2, 3), (0, 1, 7, 100, 4_000), (10**6,)))
        limits = rng.choice(((-1,), (0, 1, 10), (1_000,), (-1, 0, 1, 10, 5_000, sys.maxsize)))
        while start < len(packed):
            end = start + rng.choice(sizes)
            yield packed[start:end], rng.choice(limits)
            start = end
        for _ in range(rng.randrange(5)):
            yield b"", rng.choice((-1, 100))

    def test_random_calls(self):
        rng = random.Random(7)
        for round_ in range(300):
            data = text(rng.choice((0, 1, 100, 30_000)), seed=round_)
            packed = compress(C, data, rng.choice(LEVELS)) + rng.choice((b"", b"behind"))
            calls = list(self.calls(rng, packed))
            self.assertEqual(self.play(RUST, calls), self.play(C, calls))

    def test_blocks(self):
        """Long output with a limit, over the ends of blocks."""
        data = text(250_000)
        packed = compress(C, data, 1)
        for limit in (1, 999, 99_981, len(data)):
            if limit == 1:
                calls = [(compress(C, data[:3_000]), 1)] + [(b"", 1)] * 3_100
            else:
                calls = [(packed, limit)] + [(b"", limit)] * (len(data) // limit + 2)
            self.assertEqual(self.play(RUST, calls), self.play(C, calls))

    def test_truncated_streams(self):
        packed = compress(C, text(3_000))
        for length in range(len(packed)):
            for calls in ([(packed[:length],), (b"",)], [(packed[:length], 100), (packed[length:], -1)]):
                self.check(lambda bz2: self.play(bz2, calls))

    def test_mutated_streams(self):
        rng = random.Random(8)
        samples = [compress(C, data, level)
                   for data in (b"", b"a", bytes(5_000), text(300), text(3_000), random.Random(1).randbytes(700))
                   for level in (1, 9)]
        samples.append(samples[6] + samples[8])
        for _ in range(MUTATIONS):
            packed = bytearray(rng.choice(samples))
            region = rng.choice((30, 120, 10**9))
            for _ in range(rng.choice((1, 1, 2, 5))):
                place = rng.randrange(min(len(packed), region))
                match rng.randrange(4):
                    case 0:
                        packed[place] = rng.randrange(256)
                    case 1:
                        del packed[place:place + rng.randrange(3)]
                    case 2:
                        packed[place:place] = rng.randbytes(rng.randrange(3))
                    case _:
                        packed[place] ^= 1 << rng.randrange(8)
                packed = packed or bytearray(b"B")
            calls = list(self.calls(rng, bytes(packed)))
            self.assertEqual(self.play(RUST, calls), self.play(C, calls), bytes(packed))

    def test_disturbed_blocks(self):
        """The bit that says so is not written any more, but read. Checksums tell only in the end."""
        packed = bytearray(compress(C, text(20_000)))
        packed[14] |= 0x80
        calls = [(bytes(packed), 19_000), (b"", 900), (b"", 10_000)]
        log = self.play(RUST, calls)
        self.assertEqual(log, self.play(C, calls))
        self.assertNotEqual(log[0][1], text(19_000))

    def test_noise(self):
        rng = random.Random(9)
        for _ in range(3_000):
            noise = rng.choice((b"", b"BZh9", b"BZh91AY&SY")) + rng.randbytes(rng.randrange(60))
            self.check(lambda bz2: self.play(bz2, [(noise,), (b"",)]))

    def test_after_an_error(self):
        """Newer releases of C refuse to go on, older ones go on with a state that nobody knows."""
        decompressor = RUST.BZ2Decompressor()
        self.assertRaisesRegex(OSError, "^Invalid data stream$", decompressor.decompress, b"BZh9nonsense")
        self.assertFalse(decompressor.needs_input)
        for _ in range(2):
            with self.assertRaisesRegex(ValueError, "^Decompressor is unusable after a previous error$"):
                decompressor.decompress(compress(C, b"data"))

    def test_output_is_not_held_back(self):
        """C keeps some for a next call if its buffer is full at the very end of the input."""
        data = text(90_000)
        packed = compress(C, data)
        self.assertEqual(RUST.BZ2Decompressor().decompress(packed[:-10]), data)


class Arguments(Differential):
    VALUES = (None, -1, 0, 1, 9, 10, 2**31, 2**63, -2**63, 2**70, 1.0, "a", b"", b"data", [], True,
              bytearray(b"x"), memoryview(b"xyz")[::2], array.array("d", [1.0]), object)

    def test_constructors(self):
        for name in ("BZ2Compressor", "BZ2Decompressor"):
            for value in self.VALUES:
                self.check(lambda bz2: type(getattr(bz2, name)(value)).__name__)
                self.check(lambda bz2: type(getattr(bz2, name)(value, value)).__name__)
                self.check(lambda bz2: type(getattr(bz2, name)(compresslevel=value)).__name__)

    def test_methods(self):
        for name, method in (("BZ2Compressor", "compress"), ("BZ2Compressor", "flush"),
                             ("BZ2Decompressor", "decompress")):
            def call(bz2, *args, **kwargs):
                return getattr(getattr(bz2, name)(), method)(*args, **kwargs)

            for value in self.VALUES:
                for args in ((), (value,), (b"", value), (b"", 1, value)):
                    self.check(call, *args)
                self.check(call, data=value)
                self.check(call, b"", max_length=value)
                self.check(call, data=b"", max_length=value)
                self.check(call, b"", spam=value)

    def test_attributes(self):
        for name in ("eof", "unused_data", "needs_input", "spam"):
            self.check(lambda bz2: getattr(bz2.BZ2Decompressor(), name))
            self.check(lambda bz2: setattr(bz2.BZ2Decompressor(), name, 1))
            self.check(lambda bz2: delattr(bz2.BZ2Decompressor(), name))

    def test_objects(self):
        for name in ("BZ2Compressor", "BZ2Decompressor"):
            self.check(lambda bz2: type("Sub", (getattr(bz2, name),), {}))
            self.check(lambda bz2: setattr(getattr(bz2, name), "spam", 1))
            self.check(lambda bz2: gc.is_tracked(getattr(bz2, name)()))
            for function in (copy.copy, copy.deepcopy, pickle.dumps):
                self.check(lambda bz2: function(getattr(bz2, name)()))

    def test_after_flush(self):
        def use(bz2):
            compressor = bz2.BZ2Compressor()
            compressor.flush()
            return outcome(compressor.flush), outcome(compressor.compress, b""), outcome(compressor.compress, b"data")

        self.check(use)


class Hostile(Differential):
    """What must end in an exception, or at all."""

    def test_index_that_uses_the_object(self):
        class Index:
            def __index__(self):
                decompressor.decompress(packed[:10])
                return 5

        packed = compress(C, b"data" * 1_000)
        for bz2 in BOTH:
            decompressor = bz2.BZ2Decompressor()
            self.assertEqual(decompressor.decompress(packed[10:], Index()), b"datad")

    def test_sizes_near_the_end_of_memory(self):
        packed = compress(C, b"data")
        for size in (2**62, sys.maxsize - 100, sys.maxsize - 1, sys.maxsize, -sys.maxsize):
            self.check(lambda bz2: bz2.BZ2Decompressor().decompress(packed, size))

    def test_repetitive_data_take_no_longer(self):
        """Whatever the data, sorting is about linear in their size."""
        rng = random.Random(10)
        noise = rng.randbytes(1_000)
        hostile = [bytes(10**6), b"ab" * 450_000, noise * 900, noise[:300] * 3_000 + b"x", b"\xfb" * 10**7,
                   b"".join(bytes([97]) * rng.randrange(1, 9) + b"b" for _ in range(150_000))]
        for data in (text(900_000, seed=11), *hostile):
            start = time.thread_time()
            packed = compress(RUST, data)
            seconds = time.thread_time() - start
            self.assertLess(seconds, 3, data[:30])
            self.assertEqual(len(packed), len(compress(C, data)))
            self.assertEqual(decompress(C, packed), (data, True, b""))

    def limited(self, megabytes):
        """Sets a limit to memory, so much above what is used now."""
        limits = resource.getrlimit(resource.RLIMIT_AS)
        with open("/proc/self/statm") as statm:
            used = int(statm.read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + (megabytes << 20), limits[1]))
        self.addCleanup(resource.setrlimit, resource.RLIMIT_AS, limits)
        return lambda: resource.setrlimit(resource.RLIMIT_AS, limits)

    def test_bomb_under_a_memory_limit(self):
        bomb = compress(C, bytes(400 << 20))
        decompressor = RUST.BZ2Decompressor()
        lift = self.limited(200)
        self.assertRaises(MemoryError, decompressor.decompress, bomb)
        self.assertRaises(ValueError, decompressor.decompress, b"")
        lift()
        self.assertEqual(decompress(RUST, compress(RUST, b"still works"))[0], b"still works")

    def test_no_memory(self):
        data = text(900_000)
        packed = compress(C, data)
        for megabytes in range(12):
            compressor, decompressor = RUST.BZ2Compressor(), RUST.BZ2Decompressor()
            lift = self.limited(megabytes)
            results = outcome(compressor.compress, data), outcome(decompressor.decompress, packed, 1)
            lift()
            for result in results:
                self.assertTrue(result[0] == "returned" or result[1] == "MemoryError", result)
            if results[0][0] == "raised":
                self.assertRaises(ValueError, compressor.flush)
            else:
                self.assertEqual(decompress(C, results[0][1] + compressor.flush())[0], data)

    def test_threads_on_one_object(self):
        """The pieces are whole, in whichever order they come."""
        for bz2 in BOTH:
            compressor = bz2.BZ2Compressor(1)
            results = []
            lock = threading.Lock()

            def work(_):
                for _ in range(20):
                    with lock:
                        results.append(compressor.compress(b"piece" * 3_000))

            in_threads(6, work)
            results.append(compressor.flush())
            self.assertEqual(decompress(C, b"".join(results))[0], b"piece" * 360_000)

        packed = compress(C, text(2_000_000))
        decompressor = RUST.BZ2Decompressor()
        decompressor.decompress(packed, 0)
        pieces = []

        def drain(_):
            while not decompressor.eof:
                try:
                    pieces.append(len(decompressor.decompress(b"", 10_000)))
                except EOFError:
                    return

        in_threads(6, drain)
        self.assertEqual(sum(pieces), 2_000_000)

    def test_threads_change_the_data(self):
        data = bytearray(text(1 << 20))
        rng = random.Random(18)

        def scribble():
            data[rng.randrange(len(data))] = rng.randrange(256)

        with meanwhile(scribble):
            for _ in range(2):
                self.assertEqual(len(decompress(C, compress(RUST, data, 5))[0]), len(data))


if __name__ == "__main__":
    unittest.main()
