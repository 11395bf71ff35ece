"""The comparison of start-up."""

import json
import random
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

TOOLS = Path(__file__).resolve().parent.parent / "tools"
FILE = TOOLS / "startup.py"
sys.path.append(str(TOOLS))

import startup  # noqa: E402


class CommandTest(unittest.TestCase):
    def test_an_interpreter_with_itself(self):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "rows.json")
            done = self.startup(sys.executable, sys.executable, "--runs", "1", "--json", str(file))
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            rows = json.loads(file.read_text("utf-8"))
        measures = {(row["case"], row["measure"]) for row in rows}
        expected = {("python -c pass", "wall"), ("python -I -c pass", "CPU"), ("import zlib", "import"),
                    ("import json", "import"), ("size", "interpreter")}  # fmt: skip
        self.assertLessEqual(expected, measures)
        self.assertEqual(len(measures), len(rows))
        for row in rows:
            self.assertGreater(min(row["stock"], row["corten"]), 0, row)
            self.assertTrue(row["low"] <= row["ratio"] <= row["high"], row)
            if row["case"] == "size":
                self.assertEqual((row["ratio"], row["verdict"]), (1, "same"))
        self.assertEqual(len(done.stdout.splitlines()), len(rows) + 1)

    def test_what_does_not_run(self):
        for python, error in (("/no/such/python", "No such file"), ("/bin/false", "-m corten")):
            with self.subTest(python):
                done = self.startup(sys.executable, python)
                self.assertEqual(done.returncode, 2)
                self.assertIn(error, done.stderr)
                self.assertIn("next: ", done.stderr)

    def startup(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, FILE, *arguments], capture_output=True, text=True)


class CompareTest(unittest.TestCase):
    def test_verdicts(self):
        generator = random.Random(7)
        noise = [generator.uniform(1, 1.5) for _ in range(40)]
        for factor, verdict in ((0.5, "less"), (1, "same"), (2, "more")):
            other = [factor * generator.uniform(1, 1.5) for _ in noise]
            row = startup.compare("case", "wall", "s", noise, other)
            self.assertEqual(row.verdict, verdict, row)
            self.assertTrue(row.low <= row.ratio <= row.high)

    def test_units(self):
        shown = startup.shown
        self.assertEqual([shown(0.0123, "s"), shown(0.000123, "s")], ["12.30 ms", "123 µs"])
        self.assertEqual([shown(12_345_678, "B"), shown(4096, "B")], ["12.35 MB", "4 kB"])


if __name__ == "__main__":
    unittest.main()
