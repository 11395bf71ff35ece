"""Known vulnerabilities of the C module, one test each."""

import hashlib
import mmap
import os
import unittest

from corten.testing import rust_module

_sha3 = rust_module("_sha3")
LONG = (1 << 32) - 1


class KnownVulnerabilities(unittest.TestCase):
    def test_cve_2022_37454_a_part_of_nearly_4_gib_behind_a_short_one(self):
        # The sum of both lengths overflowed 32 bits, and the sponge was written past its end. Lengths
        # here are 64 bits wide; parts that fill a block in every way are enough to show it.
        for short in (1, 71, 135, 143, 144, 167, 168):
            for part in (1, 143, 144, 1 << 16):
                sponge = _sha3.sha3_224(bytes(short))
                sponge.update(bytes(part))
                self.assertEqual(sponge.digest(), hashlib.sha3_224(bytes(short + part)).digest())

    @unittest.skipUnless("CORTEN_HUGE" in os.environ, "takes half a minute; set CORTEN_HUGE to run it")
    def test_cve_2022_37454_as_reported(self):
        sponge = _sha3.sha3_224(b"\0")
        with mmap.mmap(-1, LONG) as zeros:  # pages that are only read take no memory
            sponge.update(zeros)
        self.assertEqual(sponge.hexdigest(), "c5bcc3bc73b5ef45e91d2d7c70b64f196fac08eee4e4acf6e6571ebe")


if __name__ == "__main__":
    unittest.main()
