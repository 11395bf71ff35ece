"""`python -m corten`."""

import json
import os
import shutil
import tempfile
import unittest
from pathlib import Path

from _corten_hook import SERVED
from corten import _registry
from corten._overlay import LIBRARY, is_served
from support import output, python

NAMES = [entry["module"] for entry in _registry.MODULES if is_served(SERVED[entry["module"]])]


class StatusTest(unittest.TestCase):
    def status(self, *arguments: str, **variables: str):
        return json.loads(output("-m", "corten", *arguments, "--json", **variables))

    def test_all_on_rust(self):
        for arguments in ([], ["status"]):
            rows = self.status(*arguments)
            self.assertEqual([row["module"] for row in rows], NAMES)
            self.assertEqual({row["implementation"] for row in rows}, {"rust"})
            self.assertEqual({row["file"] for row in rows}, {LIBRARY})
            zlib = next(row for row in rows if row["module"] == "zlib")
            self.assertTrue(zlib["replaces"] and zlib["reason"], zlib)

    def test_switched_off(self):
        rows = self.status("status", CORTEN="off")
        self.assertEqual([row["module"] for row in rows], NAMES)
        self.assertEqual({row["implementation"] for row in rows}, {"c"})
        rust = [row["module"] for row in self.status(CORTEN="zlib") if row["implementation"] == "rust"]
        self.assertEqual(rust, ["zlib"])

    def test_a_module_of_the_user_s(self):
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, "binascii.py"), "w"):
                pass
            rows = self.status(PYTHONPATH=folder)
        others = {row["module"]: row["implementation"] for row in rows if row["implementation"] != "rust"}
        self.assertEqual(others, {"binascii": "python"})

    def test_as_text(self):
        text = output("-m", "corten")
        self.assertRegex(text, r"(?m)^zlib +Rust +in place of Modules/\w+\.c$")
        self.assertTrue(text.endswith(f"\n{len(NAMES)} of {len(NAMES)} on Rust"), text)
        text = output("-m", "corten", CORTEN="off")
        self.assertTrue(text.endswith(f"\n0 of {len(NAMES)} on Rust (CORTEN=off)"), text)

    def test_a_build_without_rust(self):
        """What `corten build` makes where there is no Rust compiler: a manifest, no library, no hook."""
        manifest = {"python": "3.x", "c_lines": 0, "modules": [{"module": name, "implementation": "c"} for name in NAMES]}
        with tempfile.TemporaryDirectory() as folder:
            package = Path(folder, "corten")
            package.mkdir()
            for file in Path(LIBRARY).parent.glob("*.py"):
                shutil.copy(file, package)
            Path(package, "manifest.json").write_text(json.dumps(manifest), "utf-8")
            alone = ("-S", "-m", "corten")
            rows = json.loads(output(*alone, "--json", PYTHONPATH=folder))
            self.assertEqual({row["module"]: row["implementation"] for row in rows}, dict.fromkeys(NAMES, "c"))
            text = output(*alone, PYTHONPATH=folder)
            self.assertTrue(text.endswith(f"0 of {len(NAMES)} on Rust, inside CPython 3.x: 0 lines of C were left out"))
            self.assertEqual(json.loads(output(*alone, "manifest", PYTHONPATH=folder)), manifest)

    def test_an_overlay_has_no_manifest(self):
        done = python("-m", "corten", "sbom")
        self.assertEqual(done.returncode, 1)
        self.assertIn("corten build", done.stderr)

    def test_a_wrong_command(self):
        done = python("-m", "corten", "stats")
        self.assertEqual(done.returncode, 2)
        self.assertIn("invalid choice", done.stderr)


if __name__ == "__main__":
    unittest.main()
