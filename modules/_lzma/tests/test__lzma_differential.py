"""The Rust _lzma beside the C one of the same interpreter: same streams, same answers, same errors."""

import array
import collections
import os
import pickle
import random
import resource
import shutil
import subprocess
import sys
import threading
import unittest

sys.path.insert(0, os.path.dirname(__file__))

from corten.testing import c_module, in_threads, outcome, rust_module
from streams import BRANCH_FILTERS, LZMA1, LZMA2, alone, chains, compress, lzip, raw, text, xz

C = c_module("_lzma")
RUST = rust_module("_lzma")

SHORT = text(3_000)
LONG = text(200_000, seed=2)
NOISE = random.Random(3).randbytes(150_000)
XZ = shutil.which("xz")


class Differential(unittest.TestCase):
    def check(self, function, *args, **kwargs):
        """Call `function` with each module in front: both outcomes must be the same."""
        expected = outcome(function, C, *args, **kwargs)
        actual = outcome(function, RUST, *args, **kwargs)
        self.assertEqual(actual, expected)
        return actual

    def check_constructed(self, name, *args, **kwargs):
        """As check, for a class's constructor: the object itself is no matter."""
        return self.check(lambda lzma: type(getattr(lzma, name)(*args, **kwargs)).__name__)


def decompress(lzma, stream, **options):
    decompressor = lzma.LZMADecompressor(**options)
    data = decompressor.decompress(stream)
    return data, decompressor.eof, decompressor.check, decompressor.unused_data


class SameStreams(Differential):
    """Both make the same stream, and read what the other makes."""

    def cross(self, data, **options):
        reading = {"format": 3, "filters": options["filters"]} if options.get("format") == 3 else {}
        stream = compress(C, data, **options)
        if compress(RUST, data, **options) != stream:
            self.fail(f"another stream of {len(data)} bytes with {options}")
        result = decompress(RUST, stream, **reading)
        self.assertEqual(result, decompress(C, stream, **reading))
        self.assertTrue(result[0] == data and result[1])

    def test_presets_and_kinds_of_data(self):
        mixed = b"".join((SHORT, NOISE[:40_000], bytes(5_000), LONG[:70_000], NOISE[:70_000], SHORT))
        zeros = bytes(2_300_000)
        for preset in range(10):
            for extreme in (0, C.PRESET_EXTREME):
                for data in (b"", b"a", b"ab" * 300, SHORT, mixed, NOISE[:3_000]):
                    self.cross(data, preset=preset | extreme)
        for preset in (0, 1, 6):
            self.cross(zeros, preset=preset)
            self.cross(LONG, preset=preset)
            self.cross(NOISE, preset=preset)

    def test_all_short_lengths(self):
        data = b"abcabcdabcdeabcabc" + bytes(30) + SHORT
        for length in range(70):
            for preset in (0, 1, 6):
                self.cross(data[:length], preset=preset)
                self.cross(data[:length], format=C.FORMAT_ALONE, preset=preset)

    def test_options(self):
        rng = random.Random(4)
        for index in range(250):
            filters = self.random_filter(rng)
            data = text(rng.choice((0, 10, 700, 9_000)), seed=index)
            self.cross(data, format=3, filters=[{"id": LZMA1, **filters}])
            self.cross(data, filters=[{"id": LZMA2, **filters}])

    def test_options_on_much_data(self):
        rng = random.Random(5)
        data = LONG + NOISE[:100_000] + bytes(20_000) + LONG[5_000:90_000]
        for _ in range(12):
            self.cross(data, filters=[{"id": LZMA2, **self.random_filter(rng)}])

    def random_filter(self, rng):
        lc = rng.randrange(5)
        return {
            "preset": rng.choice((0, 1, 4, 6)),
            "dict_size": rng.choice((4096, 5000, 65536, 100_000, 1 << 20)),
            "lc": lc, "lp": rng.randrange(5 - lc), "pb": rng.randrange(5),
            "mode": rng.choice((C.MODE_FAST, C.MODE_NORMAL)),
            "nice_len": rng.choice((2, 3, 4, 5, 20, 64, 272, 273)),
            "mf": rng.choice((C.MF_HC3, C.MF_HC4, C.MF_BT2, C.MF_BT3, C.MF_BT4)),
            "depth": rng.choice((0, 1, 7, 200)),
        }

    def test_chains_and_checks(self):
        rng = random.Random(6)
        code = b"".join(
            rng.choice((b"\xe8", b"\xe9", b"\x48\x00\x00\x01", b"\xeb", b"\x00\xf0\x00\xf8", b"\x40\x00\x00\x10", b"\x7f\xff"))
            + rng.randbytes(rng.choice((1, 2, 3, 4, 12))) + rng.choice((b"", b"\0\0", b"\xff"))
            for _ in range(6_000)
        )
        for index in range(120):
            data = rng.choice((SHORT, code, code[index:4_000], b"", code[:rng.randrange(40)]))
            chain = chains(rng)
            self.cross(data, filters=chain, check=rng.choice((0, 1, 4, 10)))
            self.cross(data, format=3, filters=[*chain[:-1], {**chain[-1], "id": LZMA1}])

    def test_windows_slide(self):
        rng = random.Random(7)
        data = b"".join(rng.choice((LONG[:9_000], NOISE[:rng.randrange(4_000)], SHORT)) for _ in range(300))
        for preset in (0, 1, 4):
            self.cross(data, filters=[{"id": LZMA2, "preset": preset, "dict_size": 4096}])
        self.cross(data, format=3, filters=[{"id": LZMA1, "preset": 0, "dict_size": 70_000}])

    def test_pieces(self):
        rng = random.Random(8)
        for preset in (0, 4):
            for data in (SHORT, LONG[:30_000] + NOISE[:70_000]):
                stream = compress(C, data, preset=preset)
                for longest in (1, 10, 5_000):
                    if len(data) // longest > 5_000:
                        continue
                    compressor = RUST.LZMACompressor(preset=preset)
                    parts, at = [], 0
                    while at < len(data):
                        length = rng.randrange(longest + 1)
                        parts.append(compressor.compress(memoryview(data)[at:at + length]))
                        at += length
                    self.assertEqual(b"".join(parts) + compressor.flush(), stream)


class Tool(Differential):
    """Streams of the xz program, and streams for it."""

    @unittest.skipUnless(XZ, "no xz program")
    def test_both_ways(self):
        rng = random.Random(9)
        for index in range(30):
            data = text(rng.choice((0, 100, 5_000, 60_000)), seed=index)
            arguments = rng.choice((
                ["-0"], ["-6e"], ["-C", "none"], ["-C", "sha256", "-1"], ["--block-size=1000", "-0"],
                ["-T2", "--block-size=20000", "-1"], ["--format=lzma", "-1"], ["--delta=dist=4", "--lzma2=preset=0"],
                ["--x86", "--lzma2=dict=64KiB"], ["--arm64", "--lzma2=preset=1"], ["--block-list=5,60,700,0", "-0"],
            ))
            stream = self.run_tool([*arguments, "-c"], data)
            result = self.check(decompress, stream)
            self.assertEqual(result[1][:2], (data, True))
            chain = chains(rng)
            for options in ({"preset": 1}, {"format": C.FORMAT_ALONE, "preset": 0}, {"filters": chain, "check": 10}):
                self.assertEqual(self.run_tool(["-dc"], compress(RUST, data, **options)), data)

    def run_tool(self, arguments, data):
        return subprocess.run([XZ, *arguments], input=data, stdout=subprocess.PIPE, check=True).stdout


class Decoding(Differential):
    def test_hand_made_streams(self):
        rng = random.Random(10)
        for check in range(16):
            for sizes in (False, True):
                blocks = [(SHORT[:n], chains(rng)) for n in (1, 100, 3_000)]
                stream = xz(C, blocks, check, sizes)
                result = self.check(decompress, stream + b"behind")
                self.assertEqual(result[1], (b"".join(data for data, _ in blocks), True, check, b"behind"))
        for version in (0, 1):
            self.assertEqual(self.check(decompress, lzip(C, SHORT, version))[1], (SHORT, True, C.CHECK_CRC32, b""))
        for size in (None, len(SHORT)):
            for marker in (True, False):
                self.check(decompress, alone(C, SHORT, size, marker))

    def test_every_truncation(self):
        for stream in (xz(C, [(SHORT, chains(random.Random(1)))] * 2), lzip(C, SHORT), alone(C, SHORT)):
            for length in range(len(stream)):
                self.check(decompress, stream[:length])

    def test_far_matches(self):
        """Matches across the whole dictionary, which wraps."""
        rng = random.Random(11)
        for size in (4096, 4097, 65536):
            piece = rng.randbytes(size - 300)
            data = (piece + rng.randbytes(300)) * 3 + piece[:200] + rng.randbytes(size) * 2
            for lzma in (C, RUST):
                stream = raw(lzma, data, [{"id": LZMA2, "dict_size": size}])
                options = {"format": 3, "filters": [{"id": LZMA2, "dict_size": size}]}
                for limit in (-1, 1, 100, 4096):
                    if limit == 1 and size > 5000:
                        continue
                    decompressor = RUST.LZMADecompressor(**options)
                    parts = [decompressor.decompress(stream, limit)]
                    while not decompressor.eof:
                        parts.append(decompressor.decompress(b"", limit))
                    self.assertEqual(b"".join(parts), data)

    def test_limits_of_memory(self):
        streams = [compress(C, b"x" * 100, preset=preset) for preset in (0, 1, 6)]
        streams += [alone(C, b"x" * 100, preset=1), lzip(C, b"x", log=20)]
        streams.append(xz(C, [(b"x", [{"id": 3}, {"id": 4}, {"id": LZMA2, "dict_size": 5000}])]))
        for stream in streams:
            low, high = 1, 1 << 30
            while low < high:
                middle = (low + high) // 2
                fits = decompress_within(C, stream, middle)[0] == "returned"
                low, high = (low, middle) if fits else (middle + 1, high)
            for limit in (0, 1, low - 1, low, low + 1):
                self.check(lambda lzma: decompress_within(lzma, stream, limit))

    def test_buffers(self):
        stream = compress(C, SHORT)
        for kind in (bytes, bytearray, memoryview, lambda b: array.array("B", b), lambda b: memoryview(b + b"")[::1]):
            self.check(decompress, kind(stream))
            self.check(lambda lzma: compress(lzma, kind(SHORT)))
        for wrong in (None, 5, "text", [1], memoryview(stream)[::2], object):
            self.check(lambda lzma: lzma.LZMADecompressor().decompress(wrong))
            self.check(lambda lzma: lzma.LZMACompressor().compress(wrong))

    def test_large_output(self):
        stream = compress(C, bytes(50_000_000), preset=0)
        data, eof, _, _ = decompress(RUST, stream)
        self.assertTrue(eof and data == bytes(50_000_000))


def decompress_within(lzma, stream, limit):
    decompressor = lzma.LZMADecompressor(memlimit=limit)
    return [outcome(decompressor.decompress, stream), outcome(decompressor.decompress, b"x")][0]


class Arguments(Differential):
    NUMBERS = (0, 1, 2, 3, 4, 9, 10, 16, 77, -1, -2, 2**31, 2**32 - 1, 2**32, 2**63, 2**64, -2**63, -2**70, 2**70,
               True, 1.5, "1", None, b"1", [])

    class Index:
        def __index__(self):
            return 1

    def test_compressor(self):
        for value in (*self.NUMBERS, self.Index()):
            for name in ("format", "check", "preset", "filters"):
                self.check_constructed("LZMACompressor", **{name: value})
                self.check_constructed("LZMACompressor", format=2, **({} if name == "format" else {name: value}))
        for args in ((1, 2, 3, 4, 5), (1, -1, None, None), (1, -1, 6), (2, 0), (2, -1), (3,), (1, -1, 6, [])):
            self.check_constructed("LZMACompressor", *args)
        self.check_constructed("LZMACompressor", unknown=1)

    def test_decompressor(self):
        for value in (*self.NUMBERS, self.Index()):
            for name in ("format", "memlimit", "filters"):
                self.check_constructed("LZMADecompressor", **{name: value})
                self.check_constructed("LZMADecompressor", format=3, **({} if name == "format" else {name: value}))
            self.check(lambda lzma: lzma.LZMADecompressor().decompress(b"", value))
            self.check(lambda lzma: lzma.LZMADecompressor().decompress(b"", max_length=value))
        self.check_constructed("LZMADecompressor", 1, 2, 3, 4)
        self.check(lambda lzma: lzma.LZMADecompressor().decompress())

    def test_filters(self):
        for value in (*self.NUMBERS, self.Index()):
            for spec in self.specs(value):
                self.check(lambda lzma: lzma._encode_filter_properties(spec))
                for chain in ([spec], [spec, {"id": LZMA2}], (spec,), [spec] * 5):
                    self.check_constructed("LZMACompressor", filters=chain)
                    self.check_constructed("LZMACompressor", format=2, filters=chain)
                    self.check_constructed("LZMACompressor", format=3, filters=chain)
                    self.check_constructed("LZMADecompressor", format=3, filters=chain)

    def specs(self, value):
        yield {"id": value}
        yield {"id": 3, "dist": value}
        yield {"id": 5, "start_offset": value}
        for name in ("preset", "lc", "lp", "pb", "mode", "nice_len", "mf", "depth", "unknown", 1):
            yield {"id": LZMA2, name: value}
            yield {"id": LZMA1, name: value}
        if not isinstance(value, int) or not 1 << 27 < value < 1 << 32:
            yield {"id": LZMA2, "dict_size": value}
        yield value

    def test_chains(self):
        lzma1, lzma2, delta, x86 = ({"id": number} for number in (LZMA1, LZMA2, 3, 4))
        for chain in ([], [delta], [lzma2, delta], [lzma2, lzma2], [lzma1, lzma2], [delta, lzma1], [x86, delta, lzma1],
                      [delta] * 4, [delta] * 3 + [lzma2], [delta] * 4 + [lzma2], lzma2, "ab", [[lzma2]],
                      collections.deque([lzma2]), collections.UserList([lzma2]), [collections.UserDict(lzma2)],
                      [collections.OrderedDict(lzma2)], [collections.ChainMap(lzma2)]):
            for format in (1, 2, 3):
                self.check_constructed("LZMACompressor", format=format, filters=chain)
            self.check_constructed("LZMADecompressor", format=3, filters=chain)

    def test_mappings_that_fail(self):
        class Failing(dict):
            def __getitem__(self, key):
                raise {"id": ValueError, "preset": ArithmeticError}[self.get("which", "id")]("no")

        class Sequence:
            def __len__(self):
                return 2

            def __getitem__(self, index):
                raise RuntimeError(index)

        for chain in ([Failing(id=LZMA2)], [Failing(id=LZMA2, which="preset")], Sequence()):
            self.check_constructed("LZMACompressor", filters=chain)

    def test_properties(self):
        rng = random.Random(12)
        forms = [b"", b"\0", b"\x16", b"\x28", b"\x29", b"\x5d\0\0\1\0", b"\xe0\0\0\1\0", b"\xff" * 5, bytes(4), b"\1\0\0\0"]
        forms += [rng.randbytes(rng.randrange(7)) for _ in range(50)]
        # The C module of old versions crashes for filters without options.
        crashes = sys.version_info < (3, 13)
        for number in (LZMA1, LZMA2, 3, 4, 5, 6, 9, 10, 11, 77, 0, -1, 2**63, 2**64, "4", None, 4.0):
            for form in forms:
                if crashes and number in (*BRANCH_FILTERS, 10) and form in (b"", bytes(4)):
                    continue
                self.check(lambda lzma: lzma._decode_filter_properties(number, form))
        self.check(lambda lzma: lzma._decode_filter_properties(4, "text"))
        self.check(lambda lzma: lzma._decode_filter_properties(4))
        self.assertEqual(RUST._decode_filter_properties(4, b""), {"id": 4})

    def test_checks(self):
        for value in (*range(-2, 20), 2**31, 2**70, "1", None, 1.0, self.Index()):
            self.check(lambda lzma: lzma.is_check_supported(value))


class Objects(Differential):
    def test_life_of_a_compressor(self):
        for options in ({}, {"format": 2}, {"format": 3, "filters": [{"id": LZMA2}]}):
            def life(lzma):
                compressor = lzma.LZMACompressor(**options)
                calls = [lambda: compressor.compress(b""), lambda: compressor.compress(b"x"), compressor.flush,
                         compressor.flush, lambda: compressor.compress(b"")]
                results = [outcome(call) for call in calls]
                # How much comes early is the encoder's own business.
                joined = b"".join(result[1] for result in results[:3])
                return [joined, *results[3:]]
            self.check(life)

    def test_life_of_a_decompressor(self):
        stream = compress(C, SHORT)
        plans = ([(stream, -1), (b"", -1)], [(stream + b"behind", 10), (b"more", 10), (b"", -1), (b"", 0)],
                 [(b"", 0), (b"", 0), (b"", -1), (stream, 0), (b"", 0), (b"", 0), (b"", 100_000)],
                 [(b"no stream at all", -1), (b"", -1), (b"", 0)],
                 [(stream[:100], 2**62), (stream[100:], sys.maxsize)])
        for plan in plans:
            def life(lzma):
                decompressor = lzma.LZMADecompressor()
                results = []
                for data, limit in plan:
                    results.append(outcome(decompressor.decompress, data, limit))
                    results.append((decompressor.eof, decompressor.needs_input, decompressor.check,
                                    decompressor.unused_data))
                return results
            self.check(life)

    def test_attributes_and_types(self):
        for name in ("eof", "check", "needs_input", "unused_data"):
            self.check(lambda lzma: setattr(lzma.LZMADecompressor(), name, 1))
            self.check(lambda lzma: delattr(lzma.LZMADecompressor(), name))
        for make in (lambda lzma: lzma.LZMACompressor, lambda lzma: lzma.LZMADecompressor):
            self.check(lambda lzma: pickle.dumps(make(lzma)()))
            self.check(lambda lzma: type("Sub", (make(lzma),), {}))
            self.check(lambda lzma: setattr(make(lzma), "x", 1))
        self.check(lambda lzma: (lzma.LZMAError.__bases__, lzma.LZMAError.__module__, lzma.LZMAError.__qualname__))

    def test_uninitialized(self):
        decompressor = RUST.LZMADecompressor.__new__(RUST.LZMADecompressor)
        self.assertEqual(decompressor.decompress(compress(C, b"x")), b"x")

    def test_threads(self):
        stream = compress(C, LONG, preset=0)
        decompressor = RUST.LZMADecompressor()
        pieces, lock = [], threading.Lock()

        def drain(_):
            while True:
                try:
                    piece = decompressor.decompress(b"", 777)
                except EOFError:
                    return
                with lock:
                    pieces.append(len(piece))

        pieces.append(len(decompressor.decompress(stream, 777)))
        in_threads(4, drain)
        self.assertEqual(sum(pieces), len(LONG))


class Memory(unittest.TestCase):
    def test_no_abort(self):
        """Sizes that cannot be had are MemoryError, or not needed."""
        script = f"""
import resource, sys
sys.path[:0] = {sys.path!r}
from corten.testing import rust_module
lzma = rust_module("_lzma")
resource.setrlimit(resource.RLIMIT_AS, (600 << 20, 600 << 20))
data = bytes(range(256)) * 4096
for size in (1 << 26, 1 << 28, 1 << 30, 3 << 29):
    for mf in (lzma.MF_HC3, lzma.MF_BT4):
        filters = [{{"id": lzma.FILTER_LZMA2, "dict_size": size, "mf": mf, "preset": 0}}]
        try:
            compressor = lzma.LZMACompressor(format=3, filters=filters)
            packed = compressor.compress(data * 40) + compressor.flush()
            print(size, "fits")
        except MemoryError:
            print(size, "MemoryError")
"""
        result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertIn("MemoryError", result.stdout)

    def test_memory_is_bounded(self):
        """Compressing much takes no more memory than the dictionary and its tables."""
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        compressor = RUST.LZMACompressor(preset=0)
        block = NOISE[:100_000] + bytes(900_000)
        for _ in range(60):
            compressor.compress(block)
        compressor.flush()
        self.assertLess(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before, 40 << 10)


if __name__ == "__main__":
    unittest.main()
