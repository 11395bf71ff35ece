"""The Rust _zstd beside the C one of the same interpreter: each reads what the other writes, same answers, same errors.

A Python that was built without libzstd has no C module; what is only about Rust is tested there all the same. The
environment variable CORTEN_ZSTD_FRAMES says how many damaged frames to try.
"""

import array
import gc
import inspect
import os
import random
import shutil
import subprocess
import sys
import unittest

from corten.testing import c_module, in_threads, outcome, rust_module

try:
    C = c_module("_zstd")
except ModuleNotFoundError:
    C = None
RUST = rust_module("_zstd")
MODULES = [RUST] if C is None else [C, RUST]
PAIRS = [(RUST, RUST)] if C is None else [(C, RUST), (RUST, C), (RUST, RUST)]
TOOL = shutil.which("zstd")
FRAMES = int(os.environ.get("CORTEN_ZSTD_FRAMES", "3000"))

needs_c = unittest.skipIf(C is None, "this Python has no C module")

LEVELS = (-131072, -1000, -7, -1, *range(23))
# Versions of the library before this one let some damage pass.
STRICT = 10507
CONTINUE, FLUSH_BLOCK, FLUSH_FRAME = range(3)


def text(size, seed=1):
    """Words and numbers, some bytes of noise among them."""
    rng = random.Random(seed)
    words = [b"window", b"block", b"literal", b"sequence", b"offset", b"entropy", b" ", b"\n", b"\x00\xff"]
    parts = []
    length = 0
    while length < size:
        part = rng.choice(words) if rng.random() < 0.9 else rng.randbytes(rng.randrange(1, 20))
        parts.append(part)
        length += len(part)
    return b"".join(parts)[:size]


def samples(count=400, seed=2):
    rng = random.Random(seed)
    return [b'{"id": %d, "name": "%s", "tags": [%s]}' % (i, text(20, i), text(rng.randrange(60), -i)) for i in range(count)]


def trained(zstd, size=4096):
    these = samples()
    return zstd.train_dict(b"".join(these), tuple(map(len, these)), size)


def decision(function, *args):
    """As `outcome`, without the reason: versions of the library find different faults first."""
    return outcome(function, *args)[:2]


def compress(zstd, data, **arguments):
    return zstd.ZstdCompressor(**arguments).compress(data, FLUSH_FRAME)


def decompress(zstd, data, **arguments):
    decompressor = zstd.ZstdDecompressor(**arguments)
    result = decompressor.decompress(data)
    assert decompressor.eof
    return result


class Differential(unittest.TestCase):
    def check(self, function, *args, **kwargs):
        """Call `function` with each module in front: both outcomes must be the same."""
        outcomes = [outcome(function, zstd, *args, **kwargs) for zstd in MODULES]
        self.assertEqual(outcomes[-1], outcomes[0])
        return outcomes[0]

    def cross(self, data, **arguments):
        """Each module reads what the other writes."""
        for writer, reader in PAIRS:
            packed = compress(writer, data, **arguments)
            self.assertEqual(reader.get_frame_size(packed), len(packed))
            self.assertEqual(decompress(reader, packed, options={RUST.ZSTD_d_windowLogMax: 31}), data, arguments)


class RoundTrips(Differential):
    def test_levels(self):
        for level in LEVELS:
            self.cross(text(12_000), level=level)
            self.cross(b"", level=level)

    def test_kinds_of_data(self):
        rng = random.Random(4)
        for data in (b"a", bytes(300_000), rng.randbytes(200_000), b"ab" * 200_000, bytes(range(256)) * 300, text(600_000)):
            for level in (-5, 1, 3, 7, 12):
                self.cross(data, level=level)

    def test_small_sizes(self):
        data = text(2_000, seed=5)
        for length in range(300):
            self.cross(data[:length], level=3)
            self.cross(data[: length // 7] * 7, level=19)

    def test_options(self):
        names = [name for name in dir(RUST) if name.startswith("ZSTD_c_")]
        rng = random.Random(6)
        data = text(200_000, seed=7)
        caps = {"windowLog": 23, "hashLog": 20, "chainLog": 20, "searchLog": 8, "ldmHashLog": 20, "nbWorkers": 2}
        for _ in range(80):
            options = {}
            for name in rng.sample(names, rng.randrange(1, 8)):
                key = getattr(RUST, name)
                low, high = RUST.get_param_bounds(key, True)
                high = min(high, caps.get(name.removeprefix("ZSTD_c_"), high))
                if name == "ZSTD_c_compressionLevel":
                    low, high = -10, 15
                options[key] = rng.randint(low, high)
            with self.subTest(options=options):
                outcomes = [outcome(compress, zstd, data, options=options) for zstd in MODULES]
                self.assertEqual(outcomes[0][0], outcomes[-1][0])
                if outcomes[0][0] == "raised":
                    self.assertEqual(outcomes[0], outcomes[-1])
                else:
                    self.cross(data, options=options)

    def test_frame_headers(self):
        for content_size in (0, 1):
            for checksum in (0, 1):
                options = {RUST.ZSTD_c_contentSizeFlag: content_size, RUST.ZSTD_c_checksumFlag: checksum}
                for size in (0, 1, 255, 256, 65_791, 65_792, 300_000):
                    def header(zstd):
                        packed = compress(zstd, bytes(size), options=options)
                        return packed[:6], zstd.get_frame_info(packed), packed[-4:] if checksum else None
                    kind, (_, info, _) = self.check(header)
                    self.assertEqual(info, (size if content_size else None, 0))

    @needs_c
    def test_sizes_are_those_of_c(self):
        """The versions differ a little in how they look for matches."""
        for data in (text(300_000, seed=8), b"".join(samples(3_000)), text(1_500)):
            for level in LEVELS:
                packed = len(compress(RUST, data, level=level))
                self.assertLessEqual(packed, len(compress(C, data, level=level)) * 1.02 + 10, level)

    def test_kinds_of_buffers(self):
        data = text(300_000, seed=9)
        for writer, reader in PAIRS:
            whole = compress(writer, data)
            for kind in (bytearray, memoryview, lambda data: array.array("B", data), lambda data: memoryview(bytearray(data))):
                packed = compress(writer, kind(data))
                self.assertEqual(reader.get_frame_info(packed), reader.get_frame_info(whole))
                self.assertEqual(packed[:8], whole[:8])
                self.assertEqual(decompress(reader, kind(packed)), data)

    def test_pieces_and_modes(self):
        rng = random.Random(10)
        for _ in range(60):
            data = text(rng.randrange(300_000), seed=rng.random())
            plan = []
            start = 0
            while start < len(data):
                stop = start + rng.choice((1, 100, 10_000, 140_000))
                plan.append((data[start:stop], rng.choice((CONTINUE, CONTINUE, FLUSH_BLOCK, FLUSH_FRAME))))
                start = stop
            arguments = rng.choice(({"level": rng.randrange(-5, 13)}, {"options": {RUST.ZSTD_c_nbWorkers: 2}}))
            for writer, reader in PAIRS:
                compressor = writer.ZstdCompressor(**arguments)
                decompressor = reader.ZstdDecompressor()
                unpacked = b""
                for number, (piece, mode) in enumerate(plan):
                    packed = compressor.compress(piece, mode)
                    self.assertEqual(compressor.last_mode, mode)
                    unpacked += decompressor.decompress(packed) if packed else b""
                    if mode != CONTINUE:
                        expected = b"".join(piece for piece, _ in plan[: number + 1])
                        self.assertEqual(unpacked, expected)
                    if mode == FLUSH_FRAME:
                        self.assertTrue(decompressor.eof)
                        decompressor = reader.ZstdDecompressor()
                unpacked += decompressor.decompress(compressor.flush())
                self.assertEqual(unpacked, data)

    @unittest.skipIf(TOOL is None, "there is no zstd")
    def test_tool(self):
        def run(*arguments, data):
            return subprocess.run([TOOL, "-q", "-c", *arguments], input=data, stdout=subprocess.PIPE, check=True).stdout

        data = text(400_000, seed=11)
        for arguments in (["-1"], ["-3"], ["-9"], ["-19"], ["--ultra", "-22"], ["--fast=5"], ["--long=27"], ["--check"],
                          ["--no-check"], ["-T2"], ["--content-size"], ["--zstd=wlog=23,clog=23,hlog=22,slog=6,strat=6"]):
            packed = run(*arguments, data=data)
            self.assertEqual(decompress(RUST, packed), data, arguments)
            self.assertEqual(RUST.get_frame_size(packed), len(packed))
        for level in LEVELS:
            self.assertEqual(run("-d", data=compress(RUST, data, level=level)), data, level)
        for options in ({RUST.ZSTD_c_enableLongDistanceMatching: 1, RUST.ZSTD_c_windowLog: 27}, {RUST.ZSTD_c_checksumFlag: 1},
                        {RUST.ZSTD_c_nbWorkers: 2}, {RUST.ZSTD_c_contentSizeFlag: 0}):
            self.assertEqual(run("-d", data=compress(RUST, data, options=options)), data, options)


class Dictionaries(Differential):
    WAYS = ("as_digested_dict", "as_undigested_dict", "as_prefix")

    def test_round_trips(self):
        data = b"".join(samples(20, seed=12))
        for trainer in MODULES:
            content = trained(trainer)
            for is_raw in (False, True):
                for way in (None, *self.WAYS):
                    for level in (-5, 1, 3, 8, 19):
                        for writer, reader in PAIRS:
                            dictionaries = [zstd.ZstdDict(content, is_raw=is_raw) for zstd in (writer, reader)]
                            writing, reading = (getattr(one, way) if way else one for one in dictionaries)
                            packed = compress(writer, data, level=level, zstd_dict=writing)
                            self.assertEqual(decompress(reader, packed, zstd_dict=reading), data)
                            self.assertLess(len(packed), len(compress(writer, data, level=level)))
                            named = 0 if way == "as_prefix" else dictionaries[0].dict_id
                            self.assertEqual(reader.get_frame_info(packed), (len(data), named))

    def test_raw_content(self):
        content = text(5_000, seed=13)
        data = content[1_000:4_000] + content[:500]
        for way in (None, *self.WAYS):
            for writer, reader in PAIRS:
                dictionaries = [zstd.ZstdDict(content, is_raw=True) for zstd in (writer, reader)]
                writing, reading = (getattr(one, way) if way else one for one in dictionaries)
                packed = compress(writer, data, zstd_dict=writing)
                self.assertLess(len(packed), 100)
                self.assertEqual(decompress(reader, packed, zstd_dict=reading), data)

    def test_prefix_counts_for_one_frame(self):
        content = text(5_000, seed=14)
        for writer, reader in PAIRS:
            compressor = writer.ZstdCompressor(zstd_dict=writer.ZstdDict(content, is_raw=True).as_prefix)
            first, second = (compressor.compress(content, FLUSH_FRAME) for _ in range(2))
            self.assertLess(len(first), 50)
            self.assertEqual(decompress(reader, second), content)

    def test_what_a_dictionary_tells(self):
        content = trained(RUST)
        raw = text(100, seed=15)

        def told(zstd):
            one, two = zstd.ZstdDict(content), zstd.ZstdDict(bytearray(raw), is_raw=True)
            facts = []
            for it in (one, two):
                facts += [repr(it), len(it), it.dict_id, it.dict_content, bool(it)]
                facts += [(getattr(it, way)[0] is it, getattr(it, way)[1]) for way in self.WAYS]
            return facts

        self.check(told)

    def test_content_that_is_none(self):
        content = trained(RUST)
        for bad in (b"", b"1234567", b"12345678", content[:8], content[:200], b"\x37\xa4\x30\xec" + bytes(20), bytearray(3), 5, "x"):
            for arguments in ({}, {"is_raw": True}):
                self.check(lambda zstd: repr(zstd.ZstdDict(bad, **arguments)))
                if outcome(RUST.ZstdDict, bad, **arguments)[0] == "raised":
                    continue
                for way in (None, *self.WAYS):
                    def use(zstd):
                        it = zstd.ZstdDict(bad, **arguments)
                        it = getattr(it, way) if way else it
                        return decompress(zstd, compress(zstd, b"abc", zstd_dict=it), zstd_dict=it)
                    self.check(use)

    def test_arguments_that_are_no_dictionary(self):
        def pairs(zstd):
            it = zstd.ZstdDict(text(100), is_raw=True)
            return [(it, 0), (it, 1), (it, 2), (it, True), (it, 3), (it, -1), (it, "1"), (it, 2**40), (it,), (it, 1, 2), [it, 1],
                    (5, 1), 5, b"12345678", "x", (), type("T", (tuple,), {})((it, 1))]

        for kind in ("ZstdCompressor", "ZstdDecompressor"):
            for index in range(len(pairs(RUST))):
                self.check(lambda zstd: type(getattr(zstd, kind)(zstd_dict=pairs(zstd)[index])).__name__)

    def test_training(self):
        these = samples(300, seed=16)
        whole, sizes = b"".join(these), tuple(map(len, these))
        content = trained(RUST, 1_000)
        for size in (1, 100, 255, 256, 300, 5_000, len(whole) * 2, 0, -1, 2**62, 2**63, "5", 1.0):
            if size == 2**62 and sys.platform != "linux":
                continue
            self.check(lambda zstd: 0 < len(zstd.train_dict(whole, sizes, size)) <= size)
            for level in (0, 3, 19, -5, 2**31, "1"):
                self.check(lambda zstd: 0 < len(zstd.finalize_dict(content, whole, sizes, size, level)) <= size)
        for wrong in ((), sizes[:-1], (*sizes, 0), (*sizes, 1), (*sizes[:-1], -1), (*sizes[:-1], 2**70), (*sizes[:-1], "1"),
                      (*sizes[:-1], 1.0), list(sizes), None, (len(whole),), (len(whole) // 2, len(whole) - len(whole) // 2)):
            self.check(lambda zstd: len(zstd.train_dict(whole, wrong, 1_000)) > 0)
            self.check(lambda zstd: len(zstd.finalize_dict(content, whole, wrong, 1_000, 3)) > 0)
        for wrong in (b"", bytearray(whole), "x", None):
            self.check(lambda zstd: len(zstd.train_dict(wrong, sizes, 1_000)) > 0)
            self.check(lambda zstd: len(zstd.finalize_dict(wrong, whole, sizes, 1_000, 3)) > 0)
            self.check(lambda zstd: len(zstd.finalize_dict(content, wrong, sizes, 1_000, 3)) > 0)

    @needs_c
    def test_trained_dictionaries_are_as_good_as_those_of_c(self):
        data = samples(200, seed=27)
        sizes = []
        for trainer in MODULES:
            dictionary = RUST.ZstdDict(trained(trainer)).as_digested_dict
            sizes.append(sum(len(compress(RUST, piece, zstd_dict=dictionary)) for piece in data))
        self.assertLess(sizes[1], sizes[0] * 1.02)


class Decompressing(Differential):
    """Every step of the decompressor: what it gives, and what it says about itself."""

    def steps(self, zstd, packed, sizes, limits, **arguments):
        decompressor = zstd.ZstdDecompressor(**arguments)
        start, told = 0, []
        for size, limit in zip(sizes, limits, strict=False):
            piece = packed[start : start + size] if decompressor.needs_input else b""
            start += len(piece)
            told.append(outcome(decompressor.decompress, piece, limit))
            told.append((decompressor.eof, decompressor.needs_input, decompressor.unused_data))
        return told

    def test_pieces_and_limits(self):
        rng = random.Random(17)
        for _ in range(300):
            data = rng.choice((b"", b"x", text(200, 18), text(20_000, 19), bytes(400_000), text(200_000, 20)))
            packed = compress(RUST, data, level=rng.choice((1, 3, 9))) + rng.choice((b"", b"x", text(30)))
            sizes = rng.choices((0, 1, 2, 5, 100, 5_000, 1 << 20), k=60)
            limits = rng.choices((-1, 0, 1, 10, 1_000, 100_000, sys.maxsize), k=60)
            self.check(lambda zstd: self.steps(zstd, packed, sizes, limits))

    def test_given_more_than_it_wants(self):
        data = text(100_000, seed=21)
        packed = compress(RUST, data) + b"behind"
        rng = random.Random(22)
        for _ in range(100):
            cuts = sorted(rng.choices(range(len(packed)), k=12))
            pieces = [packed[a:b] for a, b in zip([0, *cuts], [*cuts, len(packed)], strict=True)]
            limits = rng.choices((0, 1, 100, 20_000), k=len(pieces))

            def greedy(zstd):
                decompressor = zstd.ZstdDecompressor()
                told = []
                for piece, limit in zip(pieces, limits, strict=False):
                    told.append(outcome(decompressor.decompress, bytearray(piece), limit))
                    told.append((decompressor.eof, decompressor.needs_input, decompressor.unused_data))
                while not decompressor.eof:
                    told.append(outcome(decompressor.decompress, b""))
                told.append((decompressor.unused_data, decompressor.unused_data is decompressor.unused_data))
                told.append(outcome(decompressor.decompress, b""))
                return told

            self.check(greedy)

    def test_nothing_again_and_again(self):
        """After sixteen calls without progress the library gives up."""
        packed = compress(RUST, text(1_000))
        for first in (b"", packed[:3], packed[:20]):
            self.check(lambda zstd: self.steps(zstd, first, [len(first)] + [0] * 40, [-1] * 41))
            self.check(lambda zstd: self.steps(zstd, packed, [len(packed)] + [0] * 40, [0] * 41))

    def test_works_on_after_an_error(self):
        packed = compress(RUST, text(1_000))

        def again(zstd):
            decompressor = zstd.ZstdDecompressor()
            told = []
            for piece in (packed[:100], b"nonsense" * 100, packed, b""):
                told.append(outcome(decompressor.decompress, piece))
                told.append((decompressor.eof, decompressor.needs_input, decompressor.unused_data))
            return told

        self.check(again)

    def test_skippable_frames(self):
        packed = compress(RUST, text(1_000))
        skippable = b"\x50\x2a\x4d\x18\x03\x00\x00\x00abc"
        for data in (skippable, skippable + packed, packed + skippable, skippable[:-1], b"\x50\x2a\x4d\x18\xff\xff\xff\xff"):
            self.check(lambda zstd: self.steps(zstd, data, [5] * 4 + [1 << 20] * 3, [-1] * 7))
            self.check(lambda zstd: (zstd.get_frame_size(data)))
            self.check(lambda zstd: (zstd.get_frame_info(data)))

    def test_windows(self):
        compressor = RUST.ZstdCompressor(options={RUST.ZSTD_c_windowLog: 28})
        packed = compressor.compress(bytes(1_000)) + compressor.flush()
        for log in (None, 0, 10, 27, 28, 31):
            options = None if log is None else {RUST.ZSTD_d_windowLogMax: log}
            self.check(lambda zstd: zstd.ZstdDecompressor(options=options).decompress(packed))

    def test_truncated(self):
        packed = compress(RUST, text(3_000), options={RUST.ZSTD_c_checksumFlag: 1})
        for length in range(len(packed)):
            self.check(lambda zstd: self.steps(zstd, packed[:length], [1 << 20, 0], [-1, -1]))
            self.check(lambda zstd: zstd.get_frame_size(packed[:length]))
            self.check(lambda zstd: zstd.get_frame_info(packed[:length]))

    def test_damaged_frames(self):
        """The same decision as C's, and the same output."""
        content = trained(RUST)
        dictionary = {zstd: zstd.ZstdDict(content) for zstd in MODULES}
        frames = []
        for data in (text(300, 23), text(5_000, 24), bytes(3_000), b"".join(samples(40)), random.Random(25).randbytes(400)):
            for level in (-7, 1, 5, 19):
                for checksum in (0, 1):
                    options = {RUST.ZSTD_c_compressionLevel: level, RUST.ZSTD_c_checksumFlag: checksum}
                    frames.append((compress(RUST, data, options=options), False))
                frames.append((compress(RUST, data, level=level, zstd_dict=dictionary[RUST]), True))
        for seed in range(FRAMES):
            rng = random.Random(seed)
            packed, with_dictionary = rng.choice(frames)
            bad = damaged(rng, packed)
            if bad[1:4] == packed[1:4] and bad[0] in range(0x22, 0x28):
                continue  # a format before 1.0, which some C libraries still decode
            limit = rng.choice((-1, -1, 100, 4_000))

            def tell(zstd):
                arguments = {"zstd_dict": dictionary[zstd]} if with_dictionary else {}
                decompressor = zstd.ZstdDecompressor(**arguments)
                told = [decision(decompressor.decompress, bad, limit)]
                told += [decision(decompressor.decompress, b"", limit) for _ in range(2) if not decompressor.needs_input]
                told += [decompressor.eof, decompressor.needs_input, decompressor.unused_data]
                return told, decision(zstd.get_frame_size, bad), outcome(zstd.get_frame_info, bad)

            outcomes = [tell(zstd) for zstd in MODULES]
            first, ours = outcomes[0][0][0], outcomes[-1][0][0]
            is_stricter = first[0] == "returned" and ours == ("raised", "ZstdError")
            if not (is_stricter and MODULES[0].zstd_version_number < STRICT):
                self.assertEqual(outcomes[-1], outcomes[0], seed)


def damaged(rng, packed):
    bad = bytearray(packed)
    for _ in range(rng.randrange(1, 4)):
        at = rng.randrange(len(bad)) if rng.random() < 0.5 else rng.randrange(min(len(bad), 24))
        match rng.randrange(5):
            case 0 | 1:
                bad[at] ^= 1 << rng.randrange(8)
            case 2:
                bad[at] = rng.randrange(256)
            case 3:
                del bad[at : at + rng.randrange(1, 5)]
            case 4:
                bad[at:at] = rng.randbytes(rng.randrange(1, 5))
        bad = bad or bytearray(b"\x28")
    return bytes(bad)


class Arguments(Differential):
    ODD = (None, 0, 1, 2, -1, 3, 2**31 - 1, 2**31, -(2**31) - 1, 2**63, 2**64, -(2**70), True, 1.0, "1", b"1", b"12345678", [], {}, ())

    # Parameters that came, or changed their numbers, since the library of some distributions.
    NEW = (130, 1003, 1005, 1016, 1017)

    def test_constructors(self):
        for odd in self.ODD:
            for kind in ("ZstdCompressor", "ZstdDecompressor", "ZstdDict"):
                for name in ("level", "options", "zstd_dict", "is_raw", "nonsense"):
                    self.check(lambda zstd: type(getattr(zstd, kind)(**{name: odd})).__name__)
                self.check(lambda zstd: type(getattr(zstd, kind)(odd)).__name__)
                self.check(lambda zstd: type(getattr(zstd, kind)(odd, odd)).__name__)
                self.check(lambda zstd: type(getattr(zstd, kind)(odd, odd, odd, odd)).__name__)
        self.check(lambda zstd: zstd.ZstdCompressor(level=1, options={}))

    def test_options(self):
        keys = {getattr(RUST, name) for name in dir(RUST) if name.startswith(("ZSTD_c_", "ZSTD_d_"))}
        for kind in ("ZstdCompressor", "ZstdDecompressor"):
            for key in (*keys, 10, 500, *range(999, 1_016), *self.ODD):
                if type(key) in (list, dict) or key in self.NEW:
                    continue
                for value in (*range(-3, 33), 1 << 17, 1 << 30, *self.ODD):
                    self.check(lambda zstd: type(getattr(zstd, kind)(options={key: value})).__name__)

    def test_methods(self):
        for odd in self.ODD:
            self.check(lambda zstd: type(zstd.ZstdCompressor().compress(odd)).__name__)
            self.check(lambda zstd: type(zstd.ZstdCompressor().compress(b"x", odd)).__name__)
            self.check(lambda zstd: type(zstd.ZstdCompressor().flush(odd)).__name__)
            self.check(lambda zstd: zstd.ZstdCompressor().set_pledged_input_size(odd))
            self.check(lambda zstd: zstd.ZstdDecompressor().decompress(odd))
            self.check(lambda zstd: zstd.ZstdDecompressor().decompress(b"", odd))
            self.check(lambda zstd: zstd.get_frame_size(odd))
            self.check(lambda zstd: zstd.get_frame_info(odd))
            self.check(lambda zstd: zstd.set_parameter_types(odd, int))
            for compressing in (True, False, 0, "x", []):
                self.check(lambda zstd: zstd.get_param_bounds(odd, compressing))

    def test_all_bounds(self):
        for number in range(-5, 2_000):
            for compressing in (True, False):
                if number not in self.NEW:
                    self.check(lambda zstd: zstd.get_param_bounds(number, compressing))

    def test_keys_of_the_other_kind(self):
        class Compression(int): ...
        class Decompression(int): ...

        for zstd in MODULES:
            zstd.set_parameter_types(Compression, Decompression)
        for key in (Compression(100), Decompression(100)):
            for kind in ("ZstdCompressor", "ZstdDecompressor"):
                self.check(lambda zstd: type(getattr(zstd, kind)(options={key: 20})).__name__)

    def test_pledged_sizes(self):
        for pledged in (None, 0, 5, 6, 2**64 - 3, 2**64 - 2, 2**64 - 1, 2**64, -1, "5"):
            for data in (b"", b"12345"):
                for mode in (CONTINUE, FLUSH_BLOCK, FLUSH_FRAME):
                    def pledge(zstd):
                        compressor = zstd.ZstdCompressor()
                        told = [outcome(compressor.set_pledged_input_size, pledged)]
                        for _ in range(2):
                            told.append(outcome(compressor.compress, data, mode))
                            told.append((compressor.last_mode, outcome(compressor.set_pledged_input_size, 3)))
                        told.append((outcome(compressor.flush), compressor.last_mode))
                        return told
                    self.check(pledge)

    def test_what_cannot_be_done(self):
        def attempts(zstd):
            it = zstd.ZstdCompressor()
            return [
                outcome(setattr, it, "last_mode", 1),
                outcome(setattr, it, "x", 1),
                outcome(setattr, zstd.ZstdCompressor, "CONTINUE", 5),
                outcome(setattr, zstd.ZstdDecompressor(), "eof", True),
                outcome(delattr, zstd.ZstdDecompressor(), "unused_data"),
                outcome(setattr, zstd.ZstdDict(text(10), is_raw=True), "dict_id", 1),
                outcome(type, "Sub", (zstd.ZstdCompressor,), {}),
                outcome(type, "Sub", (zstd.ZstdDict,), {}),
                outcome(__import__("pickle").dumps, it),
                outcome(__import__("copy").copy, it),
            ]

        self.check(attempts)

    def test_signatures(self):
        for name in ("ZstdCompressor", "ZstdDecompressor", "ZstdDict", "train_dict", "finalize_dict", "get_frame_size"):
            self.check(lambda zstd: str(inspect.signature(getattr(zstd, name))))


class Hostile(Differential):
    def test_options_that_change_while_they_are_read(self):
        class Key:
            def __init__(self, options, value):
                self.options, self.value = options, value

            def __index__(self):
                self.options.clear()
                return self.value

        def clearing(zstd):
            options = {}
            options[Key(options, 100)] = Key(options, 1)
            options[101] = 20
            return compress(zstd, b"x" * 100, options=options) != b""

        self.check(clearing)

        class Failing:
            def __index__(self):
                raise KeyError("no")

        self.check(lambda zstd: zstd.ZstdCompressor(options={Failing(): 1}))
        self.check(lambda zstd: zstd.ZstdCompressor(options={100: Failing()}))
        self.check(lambda zstd: zstd.ZstdDecompressor(options={100: Failing()}))
        self.check(lambda zstd: zstd.get_param_bounds(Failing(), True))

    def test_objects_made_without_their_constructor(self):
        for name in ("ZstdCompressor", "ZstdDecompressor", "ZstdDict"):
            self.check(lambda zstd: object.__new__(getattr(zstd, name)))

    def test_promises_about_buffers_are_not_believed(self):
        """Options with which the C library looks at old buffers again."""
        compressor = RUST.ZstdCompressor(options={1006: 1, 1007: 1})
        data = text(500_000, seed=26)
        packed = b"".join(compressor.compress(bytearray(data[i : i + 1_000])) for i in range(0, len(data), 1_000))
        decompressor = RUST.ZstdDecompressor(options={1001: 1})
        packed += compressor.flush()
        unpacked = [decompressor.decompress(packed[i : i + 1_000]) for i in range(0, len(packed), 1_000)]
        self.assertEqual(b"".join(unpacked), data)

    def test_dictionary_outlives_its_object(self):
        content = trained(RUST)
        data = text(1_000)
        for way in Dictionaries.WAYS:
            dictionary = RUST.ZstdDict(content)
            argument = getattr(dictionary, way)
            compressor = RUST.ZstdCompressor(zstd_dict=argument)
            decompressor = RUST.ZstdDecompressor(zstd_dict=argument)
            del dictionary, argument
            gc.collect()
            self.assertEqual(decompressor.decompress(compressor.compress(data, FLUSH_FRAME)), data)

    def test_bombs_are_limited(self):
        packed = compress(RUST, bytes(50_000_000))
        decompressor = RUST.ZstdDecompressor()
        self.assertEqual(len(decompressor.decompress(packed, 1_000)), 1_000)
        self.assertFalse(decompressor.needs_input)

    @unittest.skipUnless(sys.platform == "linux", "limits memory as Linux does")
    def test_memory_and_threads_that_run_out(self):
        """An exception, whatever could not be had; in a process of its own."""
        program = """if True:
            import resource, sys
            from corten.testing import rust_module
            zstd = rust_module("_zstd")
            data = bytes(range(256)) * 4_000
            samples = (b"".join(b"sample %d of many " % i for i in range(20_000)))
            sizes = (len(samples) // 1_000,) * 1_000
            samples = samples[:sum(sizes)]
            content = bytes(data[:5_000_000])
            packed = zstd.ZstdCompressor().compress(data, 2)
            window = zstd.ZstdCompressor(options={101: 27})
            wide = window.compress(data) + window.flush()
            del window
            with open("/proc/self/statm") as file:
                used = int(file.read().split()[0]) * resource.getpagesize()
            attempts = [
                lambda: zstd.ZstdCompressor(level=22).compress(data, 2),
                lambda: zstd.ZstdCompressor(options={101: 31}).compress(data, 0),
                lambda: zstd.ZstdCompressor(options={400: 64}).compress(data, 2),
                lambda: zstd.ZstdCompressor(options={400: 4, 401: 1 << 20}).compress(data * 4, 0),
                lambda: zstd.ZstdCompressor(options={160: 1, 161: 30}).compress(data, 2),
                lambda: zstd.ZstdDecompressor().decompress(packed),
                lambda: zstd.ZstdDecompressor().decompress(wide),
                lambda: zstd.train_dict(samples, sizes, 100_000),
                lambda: zstd.train_dict(samples, sizes, 1 << 40),
                lambda: zstd.finalize_dict(samples[:1_000], samples, sizes, 1 << 20, 19),
                lambda: zstd.ZstdCompressor(level=19, zstd_dict=zstd.ZstdDict(content, is_raw=True).as_digested_dict),
                lambda: zstd.ZstdDecompressor(zstd_dict=zstd.ZstdDict(content, is_raw=True)),
            ]
            for index, attempt in enumerate(attempts):
                room = int(sys.argv[1])
                resource.setrlimit(resource.RLIMIT_AS, (used + room, resource.RLIM_INFINITY))
                try:
                    attempt()
                except (MemoryError, zstd.ZstdError) as error:
                    told = f"{type(error).__name__}: {error}"
                else:
                    told = "fine"
                resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY,) * 2)
                print(index, told)
            print("end")
        """
        for room in (0, 1 << 18, 1 << 20, 3 << 20, 8 << 20, 24 << 20, 80 << 20, 400 << 20):
            result = subprocess.run([sys.executable, "-c", program, str(room)], capture_output=True, text=True)
            told = (room, result.returncode, result.stdout, result.stderr)
            self.assertTrue(result.stdout.endswith("end\n"), told)

    @unittest.skipUnless(os.environ.get("CORTEN_LARGE"), "takes ten gigabytes")
    def test_more_than_four_gigabytes(self):
        data = bytes(2**32 + 5)
        packed = compress(RUST, data, level=1)
        self.assertEqual(RUST.get_frame_info(packed), (len(data), 0))
        self.assertEqual(len(decompress(RUST, packed)), len(data))


class Threads(unittest.TestCase):
    def run_all(self, work, count=6):
        in_threads(count, work)

    def test_one_compressor(self):
        for options in ({}, {RUST.ZSTD_c_nbWorkers: 2}):
            compressor = RUST.ZstdCompressor(options=options)
            frames = []
            data = text(30_000)

            def work(number):
                for _ in range(20):
                    frames.append(compressor.compress(data, FLUSH_FRAME))

            self.run_all(work)
            self.assertEqual({decompress(RUST, frame) for frame in frames}, {data})

    def test_one_decompressor(self):
        data = bytes(3_000_000)
        decompressor = RUST.ZstdDecompressor()
        total = [len(decompressor.decompress(compress(RUST, data), 10))]

        def work(number):
            while True:
                try:
                    total.append(len(decompressor.decompress(b"", 5_000)))
                except EOFError:
                    return
                _ = decompressor.unused_data

        self.run_all(work)
        self.assertEqual(sum(total), len(data))

    def test_one_dictionary(self):
        dictionary = RUST.ZstdDict(trained(RUST))
        data = text(2_000)

        def work(number):
            for level in range(1, 13):
                packed = compress(RUST, data, level=level, zstd_dict=dictionary.as_digested_dict)
                assert decompress(RUST, packed, zstd_dict=dictionary) == data

        self.run_all(work)

    def test_a_buffer_that_changes(self):
        data = bytearray(text(200_000))

        def work(number):
            for turn in range(30):
                if number % 2:
                    for index in range(0, len(data), 997):
                        data[index] = turn
                else:
                    assert len(decompress(RUST, compress(RUST, data))) == len(data)

        self.run_all(work, 4)


if __name__ == "__main__":
    unittest.main()
