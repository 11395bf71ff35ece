"""The Rust zlib beside the C one of the same interpreter: same answers, same errors."""

import array
import copy
import io
import random
import resource
import sys
import unittest

from corten.testing import c_module, in_threads, meanwhile, outcome, rust_module

C = c_module("zlib")
RUST = rust_module("zlib")
BOTH = (C, RUST)

LEVELS = range(-1, 10)
STRATEGIES = (C.Z_DEFAULT_STRATEGY, C.Z_FILTERED, C.Z_HUFFMAN_ONLY, C.Z_RLE, C.Z_FIXED)
WBITS = (*range(-15, -8), *range(9, 16), *range(25, 32))


def text(size, seed=1):
    """Words and numbers, some bytes of noise among them."""
    rng = random.Random(seed)
    words = [b"window", b"block", b"literal", b"distance", b"checksum", b" ", b"\n", b"\x00\xff"]
    parts = []
    length = 0
    while length < size:
        part = rng.choice(words) if rng.random() < 0.9 else rng.randbytes(rng.randrange(1, 20))
        parts.append(part)
        length += len(part)
    return b"".join(parts)[:size]


class Differential(unittest.TestCase):
    def check(self, function, *args, **kwargs):
        """Call `function` with each module in front: both outcomes must be the same."""
        expected = outcome(function, C, *args, **kwargs)
        actual = outcome(function, RUST, *args, **kwargs)
        self.assertEqual(actual, expected)
        return actual


class Checksums(Differential):
    def test_all_lengths_and_start_values(self):
        data = random.Random(2).randbytes(100_000)
        for length in (*range(70), 255, 256, 257, 4096, 5120, 5121, 5552, 65535, 100_000):
            for start in (None, 0, 1, 0x12345678, 0xFFFFFFFF, 0xFFF1FFF1, -1, 2**32 + 5, -2**70):
                args = (data[:length],) if start is None else (data[:length], start)
                with self.subTest(length=length, start=start):
                    self.check(lambda zlib: zlib.crc32(*args))
                    self.check(lambda zlib: zlib.adler32(*args))

    def test_unaligned_and_mutable(self):
        data = bytearray(random.Random(3).randbytes(200_000))
        for start in range(20):
            view = memoryview(data)[start:]
            self.check(lambda zlib: (zlib.crc32(view), zlib.adler32(view)))

    @unittest.skipUnless(hasattr(C, "crc32_combine"), "new in 3.15")
    def test_combine(self):
        for len2 in (0, 1, 5, 2**31, 2**62, 2**63, -1, "5", 1.0, True, None):
            for a, b in ((0, 0), (1, 2), (0xDEADBEEF, 0xFFFFFFFF), (-1, 2**40)):
                self.check(lambda zlib: zlib.crc32_combine(a, b, len2))
                self.check(lambda zlib: zlib.adler32_combine(a, b, len2))


class RoundTrips(Differential):
    """Each module reads what the other writes."""

    def test_levels_strategies_windows_and_memory(self):
        data = text(12_000)
        for level in LEVELS:
            for strategy in STRATEGIES:
                for wbits in (15, 9, 8, 31, 25, -15, -9):
                    for memory in (1, 8, 9):
                        self.cross(data, level, C.DEFLATED, wbits, memory, strategy)

    def test_windows(self):
        data = text(100_000)
        for wbits in WBITS:
            for level in (1, 6, 9):
                self.cross(data, level, C.DEFLATED, wbits)

    def test_kinds_of_data(self):
        rng = random.Random(4)
        for data in (b"", b"a", b"\0" * 300_000, rng.randbytes(70_000), b"ab" * 40_000,
                     bytes(range(256)) * 300, text(300_000)):
            for level in LEVELS:
                self.cross(data, level)

    def test_small_sizes(self):
        data = text(2_000, seed=5)
        for length in range(0, 300):
            for level in (-1, 0, 1, 6, 9):
                self.cross(data[:length], level)
                self.cross(data[:length // 7] * 7, level)

    def cross(self, data, *options):
        wbits = options[2] if len(options) > 2 else 15
        reading = 15 if wbits == 8 else wbits
        for writer, reader in ((C, RUST), (RUST, C), (RUST, RUST)):
            packer = writer.compressobj(*options)
            packed = packer.compress(data) + packer.flush()
            self.assertEqual(reader.decompress(packed, reading), data, options)
            self.assertEqual(reader.decompressobj(reading).decompress(packed), data, options)
            if len(options) < 4 and wbits != 8:
                packed = writer.compress(data, options[0], wbits)
                self.assertEqual(reader.decompress(packed, reading), data, options)

    def test_sizes_are_about_those_of_c(self):
        """A little larger at level 1, which is there for speed; no more than 3 % above it."""
        data = text(200_000, seed=6)
        for level in LEVELS:
            allowed = 1.35 if level == 1 else 1.1 if level == 2 else 1.03
            packed = len(RUST.compress(data, level))
            self.assertLess(packed, len(C.compress(data, level)) * allowed + 20, level)

    def test_short_data_are_no_larger(self):
        """Such data have a compressor of their own, at all levels as good as C's best."""
        for seed in range(20):
            data = text(3_000, seed)
            for length in (*range(0, 130, 3), 200, 255, 256, 300, 511, 512, 1_000, 2_000, 3_000):
                for piece in (data[:length], data[:length // 10] * 10, bytes(length)):
                    for level in (1, 3, 6, 9):
                        if level == 1 and length > 512:
                            continue
                        allowed = len(C.compress(piece, level)) * 1.02 + 2
                        self.assertLessEqual(len(RUST.compress(piece, level)), allowed)

    def test_pieces_and_flushes(self):
        rng = random.Random(7)
        modes = (C.Z_NO_FLUSH, C.Z_PARTIAL_FLUSH, C.Z_SYNC_FLUSH, C.Z_FULL_FLUSH, C.Z_BLOCK)
        for _ in range(60):
            data = text(rng.randrange(60_000), seed=rng.random())
            options = (rng.choice(LEVELS), 8, rng.choice(WBITS), rng.randrange(1, 10),
                       rng.choice(STRATEGIES))
            for writer, reader in ((C, RUST), (RUST, C)):
                packer = writer.compressobj(*options)
                packed = b""
                start = 0
                while start < len(data):
                    end = start + rng.randrange(1, 9_000)
                    packed += packer.compress(data[start:end])
                    packed += packer.flush(rng.choice(modes))
                    start = end
                packed += packer.flush()
                self.assertEqual(reader.decompress(packed, options[2]), data, options)

    def test_sync_flush_gives_all_so_far(self):
        data = text(50_000, seed=8)
        for mode in (C.Z_PARTIAL_FLUSH, C.Z_SYNC_FLUSH, C.Z_FULL_FLUSH):
            packer = RUST.compressobj()
            unpacker = C.decompressobj()
            for start in range(0, len(data), 5_000):
                piece = data[start:start + 5_000]
                packed = packer.compress(piece) + packer.flush(mode)
                self.assertEqual(unpacker.decompress(packed), piece)

    def test_dictionaries(self):
        rng = random.Random(9)
        for size in (0, 1, 100, 32_768, 100_000):
            zdict = text(size, seed=10)
            data = zdict[size // 3:size // 2] * 3 + text(5_000, seed=11)
            for wbits in (15, 9, -15, -9):
                for writer, reader in ((C, RUST), (RUST, C)):
                    packer = writer.compressobj(wbits=wbits, zdict=zdict)
                    packed = packer.compress(data) + packer.flush()
                    for given in (zdict, bytearray(zdict), memoryview(zdict)):
                        unpacker = reader.decompressobj(wbits=wbits, zdict=given)
                        unpacked = b""
                        start = 0
                        while start < len(packed):
                            end = start + rng.randrange(1, 3_000)
                            unpacked += unpacker.decompress(packed[start:end])
                            start = end
                        self.assertEqual(unpacked + unpacker.flush(), data)


class Decompressors(Differential):
    """One sequence of calls on both: same output and same attributes after each call."""

    def play(self, zlib, wbits, calls):
        """The outcome of each call, and what the object shows after it."""
        unpacker = zlib.decompressobj(wbits)
        log = []
        for name, *args in calls:
            if name == "tail":
                result = outcome(unpacker.decompress, unpacker.unconsumed_tail, *args)
            elif name == "copy":
                result = outcome(unpacker.copy)
                if result[0] == "returned":
                    unpacker = result[1]
                    result = "copied"
            else:
                result = outcome(getattr(unpacker, name), *args)
            log.append((name, result, unpacker.unused_data, unpacker.unconsumed_tail, unpacker.eof))
        return log

    def calls(self, rng, packed):
        """Random calls that feed `packed` piece by piece."""
        start = 0
        for _ in range(200):
            choice = rng.random()
            limit = rng.choice((0, 0, 1, 10, 100, 5_000, 10**6))
            if choice < 0.7 and start <= len(packed):
                end = start + rng.choice((0, 1, 2, 7, 100, 4_000, 10**6))
                yield "decompress", packed[start:end], limit
                start = max(end, start + 1)
            elif choice < 0.85:
                yield "tail", limit
            elif choice < 0.9:
                yield "copy",
            elif choice < 0.92:
                yield "flush",
            elif start > len(packed):
                break
        yield "flush", rng.choice((1, 100, 16384))
        yield "decompress", b"more"
        yield "copy",

    def test_random_calls(self):
        rng = random.Random(12)
        for round_ in range(300):
            wbits = rng.choice((15, 31, -15, 47))
            data = text(rng.randrange(1, 40_000), seed=round_)
            packer = C.compressobj(rng.choice(LEVELS), 8, 31 if wbits == 47 else wbits)
            packed = packer.compress(data) + packer.flush() + rng.choice((b"", b"behind", packer_end))
            calls = list(self.calls(rng, packed))
            self.assertEqual(self.play(RUST, wbits, calls), self.play(C, wbits, calls))

    def test_truncated_streams(self):
        for wbits in (15, 31, -15):
            packer = C.compressobj(6, 8, wbits)
            packed = packer.compress(text(3_000)) + packer.flush()
            for length in range(len(packed)):
                cut = packed[:length]
                self.check(lambda zlib: zlib.decompress(cut, wbits))
                self.check(lambda zlib: self.play(zlib, wbits, [("decompress", cut), ("flush",)]))

    def test_mutated_streams(self):
        rng = random.Random(13)
        for round_ in range(4_000):
            wbits = rng.choice((15, 31, -15, 47))
            packer = C.compressobj(rng.choice((0, 1, 6, 9)), 8, 31 if wbits == 47 else wbits,
                                   8, rng.choice(STRATEGIES))
            packed = bytearray(packer.compress(text(rng.randrange(3_000), seed=round_)))
            packed += packer.flush()
            for _ in range(rng.choice((1, 1, 2, 5))):
                packed[rng.randrange(min(len(packed), rng.choice((12, 10**9))))] = rng.randrange(256)
            packed = bytes(packed)
            self.check(lambda zlib: zlib.decompress(packed, wbits))
            calls = [("decompress", packed), ("tail", 0), ("copy",), ("flush",)]
            self.check(lambda zlib: self.play(zlib, wbits, calls))
            limited = [("decompress", packed[:50], 20), ("tail", 9), ("decompress", packed[50:])]
            self.check(lambda zlib: self.play(zlib, wbits, limited))

    def test_noise(self):
        rng = random.Random(14)
        for _ in range(3_000):
            noise = rng.randbytes(rng.randrange(60))
            for wbits in (15, 31, -15, 47, 0, -8):
                self.check(lambda zlib: zlib.decompress(noise, wbits))
                self.check(lambda zlib: self.play(zlib, wbits, [("decompress", noise), ("flush",)]))

    def test_headers(self):
        """All first two bytes of a zlib stream, and gzip's flags."""
        body = C.compress(b"data" * 100)[2:]
        for first in range(0, 256, 3):
            for second in range(0, 256, 5):
                stream = bytes([first, second]) + body
                for wbits in (15, 9, 0, 47):
                    self.check(lambda zlib: zlib.decompress(stream, wbits))
        body = C.compress(b"data" * 100, wbits=31)[10:]
        for flags in range(256):
            stream = b"\x1f\x8b\x08" + bytes([flags]) + bytes(6) + b"\x03\x00abc\x00def\x00" + body
            self.check(lambda zlib: zlib.decompress(stream, 31))

    def test_window_too_small(self):
        packed = C.compress(text(1_000))
        for wbits in range(8, 15):
            self.check(lambda zlib: zlib.decompress(packed, wbits))

    def test_dictionary_errors(self):
        packer = C.compressobj(zdict=b"dictionary")
        packed = packer.compress(b"dictionary data") + packer.flush()
        for zdict in (b"another", b"", b"dictionary", 5, None, "dictionary", array.array("i", [1])):
            self.check(lambda zlib: zlib.decompressobj(zdict=zdict).decompress(packed))
        self.check(lambda zlib: zlib.decompress(packed))
        self.check(lambda zlib: self.play(zlib, 15, [("decompress", packed), ("tail",), ("flush",)]))


def packer_end():
    """A complete stream, to stand behind another."""
    return C.compress(b"a second member", wbits=31)


packer_end = packer_end()


@unittest.skipUnless(hasattr(C, "_ZlibDecompressor"), "new in 3.12")
class ZlibDecompressor(Differential):
    def play(self, zlib, wbits, calls):
        unpacker = zlib._ZlibDecompressor(wbits)
        log = []
        for args in calls:
            result = outcome(unpacker.decompress, *args)
            log.append((result, unpacker.unused_data, unpacker.needs_input, unpacker.eof))
            if result[0] == "raised":
                # What C does with an object after an error differs from version to version.
                break
        return log

    def test_random_calls(self):
        rng = random.Random(15)
        for round_ in range(400):
            wbits = rng.choice((15, 31, -15, 47))
            data = text(rng.randrange(1, 40_000), seed=round_)
            packer = C.compressobj(6, 8, 31 if wbits == 47 else wbits)
            packed = packer.compress(data) + packer.flush() + rng.choice((b"", b"behind"))
            if rng.random() < 0.2:
                packed = packed[:-rng.randrange(1, len(packed))]
            if rng.random() < 0.2:
                packed = bytearray(packed)
            calls = []
            start = 0
            while start < len(packed):
                end = start + rng.choice((0, 1, 2, 7, 100, 4_000, 10**6))
                calls.append((packed[start:end], rng.choice((-1, 0, 1, 10, 5_000, sys.maxsize))))
                start = end
            calls += [(b"", rng.choice((-1, 100)))] * rng.randrange(5)
            self.assertEqual(self.play(RUST, wbits, calls), self.play(C, wbits, calls))

    def test_mutated_streams(self):
        rng = random.Random(16)
        for round_ in range(1_000):
            packed = bytearray(C.compress(text(2_000, seed=round_)))
            packed[rng.randrange(len(packed))] = rng.randrange(256)
            for calls in ([(bytes(packed),)], [(bytes(packed), 100), (b"",)]):
                self.check(lambda zlib: self.play(zlib, 15, calls))

    def test_a_wanted_dictionary_is_an_error(self):
        """C returns null without an exception here, which becomes a SystemError."""
        packer = C.compressobj(zdict=b"dictionary")
        packed = packer.compress(b"dictionary data") + packer.flush()
        with self.assertRaisesRegex(RUST.error, "^Error 2 while decompressing data$"):
            RUST._ZlibDecompressor(zdict=b"dictionary").decompress(packed)
        raw = C.compressobj(wbits=-15, zdict=b"dictionary")
        packed = raw.compress(b"dictionary data") + raw.flush()
        self.check(lambda zlib: zlib._ZlibDecompressor(-15, b"dictionary").decompress(packed))


class Copies(Differential):
    def test_at_random_points(self):
        rng = random.Random(17)
        for round_ in range(100):
            data = text(rng.randrange(1, 60_000), seed=round_)
            cut = rng.randrange(len(data))
            level = rng.choice(LEVELS)
            packer = RUST.compressobj(level)
            head = packer.compress(data[:cut])
            twin = rng.choice((packer.copy, lambda: copy.copy(packer), lambda: copy.deepcopy(packer)))()
            self.assertIs(type(twin), type(packer))
            first = head + packer.compress(data[cut:]) + packer.flush()
            second = head + twin.compress(data[cut:]) + twin.flush()
            self.assertEqual(first, second)
            self.assertEqual(C.decompress(first), data)

            unpacker = RUST.decompressobj()
            cut = rng.randrange(len(first))
            head = unpacker.decompress(first[:cut])
            twin = rng.choice((unpacker.copy, lambda: copy.copy(unpacker)))()
            self.assertEqual(head + unpacker.decompress(first[cut:]), data)
            self.assertEqual(head + twin.decompress(first[cut:]), data)

    def test_of_what_has_ended(self):
        def ended_compressor(zlib):
            packer = zlib.compressobj()
            packer.flush()
            packer.copy()

        def ended_decompressor(zlib):
            unpacker = zlib.decompressobj()
            unpacker.decompress(C.compress(b"data"))
            unpacker.copy()
            unpacker.flush()
            unpacker.copy()

        self.check(ended_compressor)
        self.check(ended_decompressor)


class Arguments(Differential):
    """Wrong and odd arguments."""

    VALUES = (None, -1, 0, 1, 10, 2**31, 2**63, -2**63, 2**70, 1.0, "a", b"", b"data", [], True,
              bytearray(b"x"), memoryview(b"xyz")[::2], array.array("d", [1.0]), object)

    def test_functions(self):
        for name in ("adler32", "crc32", "compress", "decompress"):
            self.check(lambda zlib: getattr(zlib, name)())
            self.check(lambda zlib: getattr(zlib, name)(data=b""))
            self.check(lambda zlib: getattr(zlib, name)(b"", 1, 1, 1))
            self.check(lambda zlib: getattr(zlib, name)(b"", spam=1))
            for value in self.VALUES:
                self.check(lambda zlib: unpacked(zlib, name, getattr(zlib, name)(value)))
                self.check(lambda zlib: unpacked(zlib, name, getattr(zlib, name)(b"data", value)))

    def test_objects(self):
        for name in ("level", "method", "wbits", "memLevel", "strategy", "zdict", "spam"):
            for value in (*self.VALUES, *range(-20, 50)):
                self.check(lambda zlib: type(zlib.compressobj(**{name: value})).__name__)
        for name in ("wbits", "zdict", "spam"):
            for value in (*self.VALUES, *range(-20, 60)):
                self.check(lambda zlib: type(zlib.decompressobj(**{name: value})).__name__)
                if hasattr(C, "_ZlibDecompressor"):
                    self.check(lambda zlib: type(zlib._ZlibDecompressor(**{name: value})).__name__)

    def test_methods(self):
        for make in ("compressobj", "decompressobj", "_ZlibDecompressor"):
            if not hasattr(C, make):
                continue
            for method in ("compress", "decompress", "flush", "copy", "__copy__", "__deepcopy__"):
                for value in self.VALUES:
                    if value == 2**31 and method == "flush":
                        continue  # Allocates that much, where it can be had.
                    def call(zlib, *args):
                        return type(getattr(getattr(zlib, make)(), method)(*args)).__name__
                    if "copy" not in method:
                        self.check(call, value)
                    for args in ((), (value,), (b"", value), (b"", 1, value)):
                        # The words for too few and too many differ from version to version of C.
                        self.assertEqual(outcome(call, RUST, *args)[:2], outcome(call, C, *args)[:2])

    def test_attributes(self):
        """They can be read only. (The words differ: in C they are members, here properties.)"""
        for make, names in (("decompressobj", ("eof", "unused_data", "unconsumed_tail", "spam")),
                            ("_ZlibDecompressor", ("eof", "unused_data", "needs_input"))):
            for name in names if hasattr(C, make) else ():
                self.check(lambda zlib: getattr(getattr(zlib, make)(), name))
                for zlib in BOTH:
                    self.assertRaises(AttributeError, setattr, getattr(zlib, make)(), name, 1)
                    self.assertRaises(AttributeError, delattr, getattr(zlib, make)(), name)

    def test_types_cannot_be_called_or_subclassed(self):
        for make in ("compressobj", "decompressobj", "_ZlibDecompressor"):
            if hasattr(C, make):
                self.check(lambda zlib: type("Sub", (type(getattr(zlib, make)()),), {}))
        self.check(lambda zlib: type(zlib.compressobj())())
        self.check(lambda zlib: type(zlib.decompressobj())())

    def test_modes_of_flush(self):
        for mode in (*range(-3, 10), 2**31 - 1):
            def flush_twice(zlib):
                packer = zlib.compressobj()
                packer.compress(b"data")
                return [len(outcome(packer.flush, mode)[1]) > 0, outcome(packer.flush, mode)[0],
                        outcome(packer.flush, 99), outcome(packer.compress, b"x")]
            self.check(flush_twice)


def unpacked(zlib, name, result):
    """Compressed bytes may differ, what they stand for may not."""
    return zlib.decompress(result) if name == "compress" else result


class Hostile(Differential):
    """What must end in an exception."""

    def test_index_that_uses_the_object(self):
        class Index:
            def __init__(self, action):
                self.action = action

            def __index__(self):
                self.action()
                return 5

        for zlib in BOTH:
            packed = C.compress(b"data" * 1000)
            unpacker = zlib.decompressobj()
            index = Index(lambda: unpacker.decompress(packed[:5]))
            outcome(unpacker.decompress, packed, index)
            packer = zlib.compressobj()
            outcome(packer.flush, Index(packer.flush))
            data = bytearray(b"data" * 1000)
            self.assertRaises(BufferError, zlib.compress, data, Index(data.clear))

    def test_dictionary_that_uses_the_object(self):
        """Where the exporter can be written in Python. C waits for itself forever here."""
        if sys.version_info < (3, 12):
            self.skipTest("__buffer__ is new in 3.12")
        packer = C.compressobj(zdict=b"dictionary")
        packed = packer.compress(b"dictionary data") + packer.flush()

        class Exporter:
            def __buffer__(self, flags):
                unpacker.decompress(packed)
                return memoryview(b"dictionary")

        unpacker = RUST.decompressobj(zdict=Exporter())
        self.assertRaises(RuntimeError, unpacker.decompress, packed)

    def test_sizes_near_the_end_of_memory(self):
        packed = C.compress(b"data")
        for size in (2**62, sys.maxsize - 100, sys.maxsize - 1, sys.maxsize):
            self.check(lambda zlib: zlib.decompress(packed, bufsize=size))
            self.check(lambda zlib: zlib.decompressobj().flush(size))
            self.check(lambda zlib: zlib.decompressobj().decompress(packed, size))
            if hasattr(C, "_ZlibDecompressor"):
                self.check(lambda zlib: zlib._ZlibDecompressor().decompress(packed, size))

    def test_bomb_under_a_memory_limit(self):
        bomb = C.compress(bytes(600 << 20), 9)
        soft, hard = resource.getrlimit(resource.RLIMIT_AS)
        with open("/proc/self/statm") as statm:
            used = int(statm.read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + (300 << 20), hard))
        try:
            self.assertRaises(MemoryError, RUST.decompress, bomb)
            self.assertRaises(MemoryError, RUST.decompressobj().decompress, bomb)
            if hasattr(C, "_ZlibDecompressor"):
                self.assertRaises(MemoryError, RUST._ZlibDecompressor().decompress, bomb)
        finally:
            resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
        self.assertEqual(RUST.decompress(RUST.compress(b"still works")), b"still works")

    def test_streams_that_cannot_be_allocated(self):
        soft, hard = resource.getrlimit(resource.RLIMIT_AS)
        kept = []
        with open("/proc/self/statm") as statm:
            used = int(statm.read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + (20 << 20), hard))
        try:
            with self.assertRaises(MemoryError):
                for _ in range(10_000):
                    kept.append(RUST.compressobj(9, 8, 15, 9))
                    kept[-1].compress(bytes(5_000))
            with self.assertRaises(MemoryError):
                for _ in range(100_000):
                    kept.append(RUST.decompressobj())
        finally:
            kept.clear()
            resource.setrlimit(resource.RLIMIT_AS, (soft, hard))

    def test_threads_on_one_object(self):
        packer = RUST.compressobj(1)
        piece = text(30_000)
        results = []

        def compress(_):
            for _ in range(30):
                results.append(packer.compress(piece))
                packer.copy()

        in_threads(8, compress)
        results.append(packer.flush())
        # Not in the order of the calls, so what was written cannot be read; how much can be told.
        self.assertGreater(sum(map(len, results)), 0)

        unpacker = RUST.decompressobj(-15)
        stored = RUST.compress(b"", wbits=-15)
        in_threads(8, lambda _: outcome(unpacker.decompress, stored * 100))
        self.assertTrue(unpacker.eof)

    def test_threads_change_the_data(self):
        data = bytearray(text(3 << 20))
        rng = random.Random(18)

        def scribble():
            data[rng.randrange(len(data))] = rng.randrange(256)

        with meanwhile(scribble):
            for _ in range(3):
                self.assertEqual(len(C.decompress(RUST.compress(data, 1))), len(data))
                RUST.crc32(data)
                RUST.adler32(data)


class Gzip(unittest.TestCase):
    """The header that gzip readers see is the one that C writes."""

    def test_header(self):
        for level in LEVELS:
            for strategy in STRATEGIES:
                heads = []
                for zlib in BOTH:
                    packer = zlib.compressobj(level, 8, 31, 8, strategy)
                    heads.append((packer.compress(b"data" * 10) + packer.flush())[:10])
                self.assertEqual(heads[0], heads[1], (level, strategy))

    def test_zlib_header(self):
        for level in LEVELS:
            for wbits in range(8, 16):
                for strategy in STRATEGIES:
                    heads = []
                    for zlib in BOTH:
                        packer = zlib.compressobj(level, 8, wbits, 8, strategy)
                        heads.append((packer.compress(b"data" * 10) + packer.flush())[:2])
                    self.assertEqual(heads[0], heads[1], (level, wbits, strategy))

    def test_members_one_after_the_other(self):
        stream = b"".join((C if i % 2 else RUST).compress(text(i * 100), wbits=31) for i in range(20))
        unpacked = io.BytesIO()
        while stream:
            unpacker = RUST.decompressobj(31)
            unpacked.write(unpacker.decompress(stream))
            self.assertTrue(unpacker.eof)
            stream = unpacker.unused_data
        self.assertEqual(unpacked.getvalue(), b"".join(text(i * 100) for i in range(20)))


if __name__ == "__main__":
    unittest.main()
