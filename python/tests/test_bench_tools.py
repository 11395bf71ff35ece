"""The scripts that `corten bench` runs, and the cases that the modules bring."""

import json
import os
import subprocess
import sys
import tempfile
import textwrap
import unittest
from collections import Counter
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
TOOLS = ROOT / "python" / "tools"
sys.path.append(str(TOOLS))

import bench_programs  # noqa: E402
import cases  # noqa: E402
import processes  # noqa: E402

SOURCE = """
    def cases():
        yield {"name": "crc32", "sizes": [16, 64], "setup": crc32, "package": ("zlib", crc32)}
        yield {"name": "absent", "sizes": [1], "setup": lambda module, size: None}
        yield {"name": "lonely", "sizes": [1], "setup": crc32, "package": ("no_such_package", crc32)}

    def crc32(module, size):
        return lambda: module.crc32(bytes(size))
"""


class CasesTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.file = os.path.join(folder.name, "bench_binascii.py")
        Path(self.file).write_text(textwrap.dedent(SOURCE))

    def test_each_size_is_a_case(self):
        found = [(case.name, case.size) for case in cases.read([self.file])]
        self.assertEqual(found, [("crc32", 16), ("crc32", 64), ("absent", 1), ("lonely", 1)])

    def test_work(self):
        crc32, _, absent, lonely = cases.read([self.file])
        sides = ("c", "rust", "package")
        self.assertEqual({crc32.work("binascii", side)() for side in sides}, {3971697493})
        self.assertEqual([absent.work("binascii", side) for side in sides], [None] * 3)
        self.assertIsNone(lonely.work("binascii", "package"))

    @unittest.skipUnless(find_spec("pyperf"), "needs pyperf; `corten bench` installs it")
    def test_the_worker(self):
        suite = os.path.join(self.folder, "suite.json")
        command = [sys.executable, TOOLS / "bench_worker.py", "--min-time", "0.0001", "--suite", suite]
        requests = [{"prepare": 2}, {"prepare": 0}, {"loops": 0, "values": 2, "warmups": 0},
                    *[{"loops": 8, "values": 3, "warmups": 1}] * 2]  # fmt: skip
        for _ in range(2):
            done = subprocess.run([*command, "c", "binascii", self.file], capture_output=True, text=True, check=True,
                                  input="".join(json.dumps(request) + "\n" for request in requests))  # fmt: skip
            listed, absent, ready, calibrated, measured, _ = map(json.loads, done.stdout.splitlines())
            self.assertEqual(listed[0], {"name": "crc32", "size": 16, "package": "zlib"})
            self.assertEqual((absent, ready), (False, True))
            self.assertEqual((len(calibrated), len(measured)), (2, 3))
            self.assertGreater(min(measured), 0)
        import pyperf

        (benchmark,) = pyperf.BenchmarkSuite.load(suite)
        self.assertEqual((benchmark.get_name(), benchmark.get_nrun()), ("binascii: crc32, 16", 4))

    def test_what_the_modules_bring(self):
        for file in ROOT.glob("modules/*/bench/bench_*.py"):
            with self.subTest(file.name):
                brought = list(cases.read([str(file)]))
                counts = Counter((case.name, case.size) for case in brought)
                self.assertEqual([case for case, count in counts.items() if count > 1], [])
                for name, setup in filter(None, (case.package for case in brought)):
                    self.assertIsInstance(name, str)
                    self.assertTrue(callable(setup))
                self.assertEqual({type(case.package) for case in brought} - {type(None), tuple}, set())


class ProgramsTest(unittest.TestCase):
    def test_each_program_runs(self):
        command = [sys.executable, TOOLS / "bench_programs.py", "--rounds", "1", "--scale", "0.02"]
        done = subprocess.run(command, capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        rows = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual([row["name"] for row in rows], list(bench_programs.PROGRAMS))
        for row in rows:
            for side in ("c", "rust"):
                ((seconds,),) = row[side]
                self.assertGreater(seconds, 0)
            self.assertGreater(min(row["memory"]), 1_000_000)

    def test_what_programs_write(self):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            for make in (bench_programs.json_lines_filter, bench_programs.csv_report):
                bench_programs.run(make(folder, 0.01), "rust")
            orders = [json.loads(line) for line in (folder / "paid.jsonl").read_text("utf-8").splitlines()]
            self.assertTrue(orders and all(order["total"] >= 10 for order in orders))
            header, *report = (folder / "report.csv").read_text("utf-8").splitlines()
            self.assertEqual(header, "region,product,pieces,sales")
            self.assertTrue(report)

    def test_a_wheel_is_unpacked(self):
        with tempfile.TemporaryDirectory() as name:
            wheel, unpacked = Path(name, "library-1.0-py3-none-any.whl"), Path(name, "unpacked")
            bench_programs.make_wheel(wheel, "library", "1.0", {"library.py": b"x = 1\n"})
            bench_programs.run([bench_programs.FOLDER / "wheel_unpack.py", wheel, unpacked], "rust")
            self.assertEqual((unpacked / "library.py").read_bytes(), b"x = 1\n")


class ProcessesTest(unittest.TestCase):
    def test_what_a_program_took(self):
        code = "import sys, time; print('so'); time.sleep(0.05); sys.exit(3)"
        done = processes.run([sys.executable, "-c", code], os.environ)
        self.assertEqual((done.returncode, done.printed), (3, "so\n"))
        self.assertGreater(done.wall, 0.05)
        self.assertGreater(done.cpu, 0)


if __name__ == "__main__":
    unittest.main()
