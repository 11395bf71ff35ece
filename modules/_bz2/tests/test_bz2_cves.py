"""Known vulnerabilities of the C library, one test each."""

import unittest

from corten.testing import c_module, rust_module

BOTH = (c_module("_bz2"), rust_module("_bz2"))
MAGIC, END = 0x314159265359, 0x177245385090
GROUP = 50


class Bits:
    """A bzip2 stream, written bit by bit."""

    def __init__(self) -> None:
        self.value, self.count = 1, 0
        self.put(int.from_bytes(b"BZh1"), 32)

    def put(self, value: int, count: int) -> None:
        self.value = self.value << count | value
        self.count += count

    def bytes(self) -> bytes:
        padding = -self.count % 8
        whole = (self.value << padding).to_bytes((self.count + padding) // 8 + 1)
        return whole[1:]


def block(selectors: int, symbols: list[int]) -> bytes:
    """A block of one byte, "a", with two tables whose symbols RUNA, RUNB and the end have codes of two bits."""
    bits = Bits()
    bits.put(MAGIC, 48)
    bits.put(0, 32 + 1 + 24)  # checksum, not randomised, first row
    bits.put(1 << 15 >> ord("a") // 16, 16)
    bits.put(1 << 15 >> ord("a") % 16, 16)
    bits.put(2, 3)
    bits.put(selectors, 15)
    bits.put(0, selectors)
    for _ in range(2):
        bits.put(2, 5)
        bits.put(0, 3)
    for symbol in symbols:
        bits.put(symbol, 2)
    bits.put(END, 48)
    bits.put(0, 32)
    return bits.bytes()


def outcome(module, stream: bytes) -> tuple:
    decompressor = module.BZ2Decompressor()
    try:
        return "gave", decompressor.decompress(stream), decompressor.eof
    except Exception as error:
        return type(error).__name__, str(error)


class KnownVulnerabilities(unittest.TestCase):
    def check(self, stream: bytes) -> tuple:
        c, rust = (outcome(module, stream) for module in BOTH)
        self.assertEqual(rust, c)
        return rust

    def test_cve_2019_12900_more_selectors_than_there_is_room_for(self):
        for selectors in (1, 18001, 18002, 18003, 32767):
            with self.subTest(selectors=selectors):
                self.check(block(selectors, [0, 2]))

    def test_cve_2010_0405_runs_longer_than_a_number(self):
        # Digits of a run's length that overflow an int, and a run longer than the block.
        for digits in ([1] * 17, [1] * 21, [0] * 31, [1] * 31, [0, 1] * 16, [1] * 40):
            with self.subTest(digits=digits):
                self.assertNotEqual(self.check(block(2, [*digits, 2]))[0], "gave")

    def test_cve_2008_1372_damage_in_the_tables(self):
        # A damaged stream made the decoder read past its tables.
        stream = block(2, [0, 1, 0, 2])
        for at in range(len(stream) * 8):
            damaged = bytearray(stream)
            damaged[at // 8] ^= 1 << at % 8
            self.check(bytes(damaged))

    def test_cve_2005_1260_stream_without_an_end(self):
        # A block of long runs that is cut off.
        stream = block(2, [0] * 6 + [2])
        for end in range(len(stream)):
            self.check(stream[:end])


if __name__ == "__main__":
    unittest.main()
