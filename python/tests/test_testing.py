"""`corten.testing`: both implementations side by side."""

import shutil
import sys
import tempfile
import unittest

from corten import testing
from corten._overlay import LIBRARY
from support import output

NAMES = ("_json", "binascii", "zlib")


class PairTest(unittest.TestCase):
    def test_both_are_there_whatever_is_in_effect(self):
        code = """if True:
            from corten.testing import c_module, rust_module
            print(*(('_corten.' in pair.__spec__.origin) for name in ('_json', 'binascii', 'zlib')
                    for pair in (rust_module(name), c_module(name))))
        """
        for setting in ("", "off", "zlib"):
            self.assertEqual(output("-c", code, CORTEN=setting), "True False True False True False")

    def test_what_the_program_imports_stays(self):
        before = dict(sys.modules)
        for name in NAMES:
            rust, c = testing.rust_module(name), testing.c_module(name)
            self.assertEqual((rust.__name__, c.__name__), (name, name))
            self.assertIsNot(rust, c)
            self.assertIs(testing.rust_module(name), rust)
        self.assertEqual({name: sys.modules[name] for name in before}, before)

    def test_unknown_modules(self):
        with self.assertRaises(ImportError):
            testing.rust_module("_no_such_module")
        with self.assertRaises(ModuleNotFoundError):
            testing.c_module("_no_such_module")

    def test_another_library(self):
        with tempfile.NamedTemporaryFile(suffix=".so") as copy:
            shutil.copyfile(LIBRARY, copy.name)
            code = "import zlib; from corten.testing import rust_module; print(rust_module('zlib').__file__, zlib.__file__)"
            expected = f"{copy.name} {LIBRARY}"
            self.assertEqual(output("-c", code, CORTEN_LIBRARY=copy.name), expected)


class LayerTest(unittest.TestCase):
    def test_json(self):
        import json

        for module in (testing.rust_module("_json"), testing.c_module("_json")):
            layer = testing.layer("json", module)
            self.assertIs(layer.scanner.c_make_scanner, module.make_scanner)
            self.assertIs(layer.encoder.c_make_encoder, module.make_encoder)
            self.assertEqual(layer.loads(layer.dumps({"a": [1, None]})), {"a": [1, None]})
        self.assertIs(sys.modules["json"], json)

    def test_base64(self):
        module = testing.rust_module("binascii")
        self.assertIs(testing.layer("base64", module).binascii, module)

    def test_a_chain(self):
        module = testing.c_module("zlib")
        layer = testing.layer("zipfile", module, also=["shutil"])
        self.assertIs(layer.zlib if hasattr(layer, "zlib") else layer.main.zlib, module)
        self.assertIsNot(layer.shutil, shutil)


if __name__ == "__main__":
    unittest.main()
