"""The installation of packages, and what becomes of a case; without a package index."""

import ast
import io
import re
import subprocess
import sys
import tempfile
import unittest
from contextlib import redirect_stderr
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from unittest import mock

FOLDER = Path(__file__).resolve().parent.parent / "tools" / "packages"


class PackagesTest(unittest.TestCase):
    def setUp(self):
        spec = spec_from_file_location("packages", FOLDER / "__main__.py")
        assert spec is not None and spec.loader is not None
        self.packages = module_from_spec(spec)
        spec.loader.exec_module(self.packages)

    def test_everything_is_pinned(self):
        self.assertEqual(self.packages.VERSIONS.keys(), self.packages.CASES.keys())
        self.assertLessEqual(set(self.packages.SHORT), self.packages.CASES.keys())
        for entry in self.packages.VERSIONS.values():
            for pin in ["name==" + entry["version"], *entry["needs"]]:
                self.assertRegex(pin, r"^[a-z-]+==\d+(\.\d+)+$")

    def test_each_case_imports_its_package(self):
        for name, path in self.packages.CASES.items():
            self.assertRegex(path.read_text("utf-8"), rf"(?m)^(import|from) {re.escape(name)}\b")
            self.assertTrue(ast.get_docstring(ast.parse(path.read_text("utf-8"))), name)

    def test_installing(self):
        version = self.packages.VERSIONS["orjson"]["version"]
        missing = f"ERROR: No matching distribution found for orjson=={version}\n"
        listed = f"orjson (9.9)\nAvailable versions: 9.9, {version}\n"
        cases = [
            ([(0, "", "")], None),
            ([(1, "", missing), (0, listed, "")], self.packages.NO_WHEEL),
            ([(1, "", missing), (0, "orjson (9.9)\nAvailable versions: 9.9\n", "")], self.packages.NOT_HAD),
            ([(1, "", missing), (1, "", "no index")], self.packages.NOT_HAD),
            ([(1, "", "")], self.packages.NOT_HAD),
        ]
        for answers, outcome in cases:
            done = [subprocess.CompletedProcess([], *answer) for answer in answers]
            with self.subTest(outcome=outcome), mock.patch.object(self.packages, "pip", side_effect=done):
                result = self.packages.install(Path(sys.executable), "orjson")
                self.assertEqual(result and result.outcome, outcome)
                if outcome == self.packages.NOT_HAD:
                    self.assertIn("next: ", result.details)

    def test_working(self):
        cases = {
            "print('so many things')": ("passed", "so many things"),
            "print('some'); assert 1 > 2": ("failed", "AssertionError"),
            "import os; os.abort()": ("failed", "exit code -6"),
            "import time; time.sleep(60)": ("failed", "still at work"),
        }
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "numpy.py")
            for code, (outcome, details) in cases.items():
                file.write_text(code)
                with mock.patch.multiple(self.packages, CASES={"numpy": file}, SECONDS=5), self.subTest(code):
                    result = self.packages.work(Path(sys.executable), "numpy")
                    self.assertEqual(result.outcome, outcome)
                    self.assertIn(details, result.details)

    def test_unknown_names(self):
        output = io.StringIO()
        with mock.patch.object(sys, "argv", ["packages", "numpi"]), redirect_stderr(output):
            self.assertRaises(SystemExit, self.packages.main)
        self.assertRegex(output.getvalue(), "no case for numpi; there is one for .*numpy")


if __name__ == "__main__":
    unittest.main()
