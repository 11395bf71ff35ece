"""Known vulnerabilities of the C library, one test each."""

import random
import unittest

from corten.testing import rust_module

zlib = rust_module("zlib")


class KnownVulnerabilities(unittest.TestCase):
    def test_cve_2018_25032_deflate_with_many_distant_matches(self):
        # Symbols of fixed codes that are longer than their share of the pending buffer overwrote others.
        rng = random.Random(2018)
        words = [rng.randbytes(3) for _ in range(6000)]
        data = b"".join(rng.choice(words) + rng.randbytes(1) for _ in range(120_000))
        for level in range(1, 10):
            for memory in (1, 2, 8):
                with self.subTest(level=level, memory=memory):
                    compressor = zlib.compressobj(level, zlib.DEFLATED, 15, memory, zlib.Z_FIXED)
                    packed = compressor.compress(data) + compressor.flush()
                    self.assertEqual(zlib.decompress(packed), data)

    def test_cve_2022_37434_extra_field_in_pieces(self):
        # A long extra field of a gzip header was copied behind the room that the caller gave for it.
        plain = b"after the extra field"
        compressor = zlib.compressobj(wbits=-15)
        body = compressor.compress(plain) + compressor.flush()
        for length in (1, 1000, 65535):
            header = b"\x1f\x8b\x08\x04" + bytes(6) + length.to_bytes(2, "little") + b"x" * length
            stream = header + body + zlib.crc32(plain).to_bytes(4, "little") + len(plain).to_bytes(4, "little")
            for piece in (1, 7, 4096):
                decompressor = zlib.decompressobj(wbits=31)
                parts = []
                for at in range(0, len(stream), piece):
                    parts.append(decompressor.decompress(decompressor.unconsumed_tail + stream[at:at + piece], 5))
                self.assertEqual(b"".join(parts) + decompressor.flush(), plain)
                self.assertTrue(decompressor.eof)

    def test_cve_2016_9840_and_9841_code_tables_at_their_limits(self):
        # Pointers before the start of tables: incomplete and over-full sets of code lengths.
        rng = random.Random(2016)
        for _ in range(20_000):
            stream = bytes([0b101 | rng.randrange(32) << 3, *rng.randbytes(rng.randrange(1, 60))])
            decompressor = zlib.decompressobj(wbits=-15)
            try:
                self.assertLessEqual(len(decompressor.decompress(stream, 4096)), 4096)
            except zlib.error:
                pass

    def test_cve_2016_9842_and_9843_checksums_of_any_alignment(self):
        # Shifts of negative numbers, and words read from before the data.
        data = bytes(range(256)) * 40
        view = memoryview(data)
        for start in range(16):
            for end in (start, start + 1, start + 5000, len(data)):
                part = view[start:end]
                self.assertEqual(zlib.crc32(part), zlib.crc32(bytes(part)))
                self.assertEqual(zlib.adler32(part), zlib.adler32(bytes(part)))

    def test_cve_2005_2096_and_1849_bad_code_lengths(self):
        # Dynamic blocks whose codes are no codes: the tables were written past their end.
        for header in (b"\xed\xbd\x07\x60\x1c", b"\x04\x80\x00\x00", b"\x05\xe0\x81\x91\x24\xcb\xb2\x2c\x49\xe2\x0f\x2e\x8b\x9a\x47\x56\x9f"):
            for filler in (b"\x00", b"\xff", b"\x55"):
                decompressor = zlib.decompressobj(wbits=-15)
                try:
                    decompressor.decompress(header + filler * 400, 1 << 16)
                except zlib.error:
                    pass


if __name__ == "__main__":
    unittest.main()
