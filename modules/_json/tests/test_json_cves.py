"""Known vulnerabilities of the C module, one test each."""

import unittest
from types import SimpleNamespace

from corten.testing import rust_module

_json = rust_module("_json")
CONTEXT = SimpleNamespace(strict=True, object_hook=None, object_pairs_hook=None, parse_float=float, parse_int=int,
                          parse_constant=float, memo={})


class KnownVulnerabilities(unittest.TestCase):
    def test_cve_2014_4616_negative_index(self):
        # A negative index read the process's memory before the text.
        scan = _json.make_scanner(CONTEXT)
        for index in (-1, -2, -128 * 1024, -2**31, -2**63):
            for text in ('{"a": 1}', "[1]", '"é"', "12"):
                with self.subTest(index=index, text=text):
                    self.assertRaises(ValueError, scan, text, index)
                    self.assertRaises((ValueError, IndexError), _json.scanstring, text, index)


if __name__ == "__main__":
    unittest.main()
