"""The script that runs CPython's regression tests, and reads what regrtest wrote about them."""

import importlib.util
import json
import os
import signal
import subprocess
import sys
import tempfile
import unittest
from importlib.util import find_spec
from pathlib import Path
from unittest import mock

SCRIPT = Path(__file__).resolve().parent.parent / "tools/run_suite.py"
SPEC = importlib.util.spec_from_file_location("run_suite", SCRIPT)
assert SPEC is not None and SPEC.loader is not None
run_suite = importlib.util.module_from_spec(SPEC)
sys.modules["run_suite"] = run_suite  # where its data class looks for its module
SPEC.loader.exec_module(run_suite)

# A line for each state that regrtest knows, with some of what it writes around them.
LOG = """\
== CPython 3.14.7 (main)
Using random seed: 1
0:00:00 load avg: 0.62 Run 13 tests in parallel using 2 worker processes (timeout: 20 min, worker timeout: 25 min)
0:00:01 load avg: 0.62 [ 1/13] test_good passed -- running (2): test_slow (31.0 sec), test_bad (30.2 sec)
0:00:02 load avg: 0.62 [ 2/13/1] test_bad failed (1 error, 2 failures) (1 min 2 sec)
test test_bad failed -- multiple errors occurred; run in verbose mode for details
0:00:02 [ 3/13/2] test_crashes worker non-zero exit code (Exit code -11 (SIGSEGV))
Fatal Python error: Segmentation fault
0:00:00 load avg: 0.62 Run 1 test in parallel using 1 worker process
0:00:00 load avg: 0.62 [1/1] test_inner passed
0:00:03 load avg: 0.62 [ 4/13/2] test.test_asyncio.test_skips skipped
test.test_asyncio.test_skips skipped -- Windows only
0:00:33 load avg: 0.62 running (1): test_slow (1 min 3 sec)
0:00:34 load avg: 0.62 [ 5/13/2] test_denied skipped (resource denied)
test_denied skipped -- Use of the 'gui' resource not enabled
0:00:34 load avg: 0.62 [ 6/13/3] test_raises failed (uncaught exception)
ModuleNotFoundError: No module named 'test.test_raises'
0:00:34 load avg: 0.62 [ 7/13/3] test_empty ran no tests
0:00:34 load avg: 0.62 [ 8/13/4] test_changes failed (env changed)
0:00:34 load avg: 0.62 [ 9/13/5] test_leaks failed (reference leak)
test_leaks leaked [1, 1, 1] references, sum=3
0:00:35 load avg: 0.62 [10/13/6] test_slow worker non-zero exit code (Exit code 1)
Timeout (0:20:00)!
Thread 0x00007f210fe97740 [python3.14] (most recent call first):
0:00:35 load avg: 0.62 [11/13/7] test_slower timed out (25 min)
0:00:36 load avg: 0.62 [12/13/7] \x1b[32mtest_green passed\x1b[0m
0:00:36 load avg: 0.62 [13/13/8] test_bug worker bug (empty JSON)

== Tests result: FAILURE ==
"""

XML = """\
<testsuites tests="9" errors="1" failures="2">
<testsuite tests="3"><testcase name="test.test_good.T.test_a" /><testcase name="test.test_good.T.test_a" />
<testcase name="test.test_good.T.test_b [m] (i=1)"><skipped>so</skipped></testcase></testsuite>
<testsuite tests="6"><testcase name="test.test_bad.T.test_a"><error type="E" message="m">trace</error></testcase>
<testcase />
<testcase name="test.test_bad.T.test_c"><failure type="F" message="m">other trace</failure></testcase>
<testcase name="test.test_bad.T.test_d"><output type="F" message="m">trace</output></testcase>
<testcase name="test.test_bad.T.test_e"><outcome>UNEXPECTED_SUCCESS</outcome></testcase>
<testcase name="test.test_bad.T.test_f" /></testsuite>
<testsuite tests="0" />
<testsuite tests="1"><testcase name="test.test_changes.T.test" /></testsuite>
<testsuite tests="1"><testcase name="test.test_leaks.T.test" /></testsuite>
<testsuite tests="1"><testcase name="doctest of something" /></testsuite>
</testsuites>
"""


def read(log: str, xml: str = "") -> dict:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "junit.xml")
        if xml:
            path.write_text(xml)
        return run_suite.read(log, path)


class ReadTest(unittest.TestCase):
    def setUp(self):
        cases = ["test.test_bad.T.test_a", "test.test_bad.T.test_b", "test.test_bad.T.test_c"]
        patch = mock.patch.object(run_suite, "list_lines", return_value=cases)
        self.listed = patch.start()
        self.addCleanup(patch.stop)
        self.files = read(LOG, XML)

    def test_every_state(self):
        expected = {
            "test_good": "passed",
            "test_bad": "failed",
            "test_crashes": "crashed",
            "test.test_asyncio.test_skips": "skipped",
            "test_denied": "resource denied",
            "test_raises": "uncaught exception",
            "test_empty": "no tests ran",
            "test_changes": "env changed",
            "test_leaks": "reference leak",
            "test_slow": "timed out",
            "test_slower": "timed out",
            "test_green": "passed",
            "test_bug": "worker bug",
        }
        self.assertEqual({name: file.state for name, file in self.files.items()}, expected)

    def test_why(self):
        expected = {
            "test_crashes": "Exit code -11 (SIGSEGV)",
            "test.test_asyncio.test_skips": "Windows only",
            "test_denied": "Use of the 'gui' resource not enabled",
            "test_bug": "empty JSON",
        }
        self.assertEqual({name: file.why for name, file in self.files.items() if file.why}, expected)

    def test_the_xml_of_each_file_is_found(self):
        expected = {"test_good": 2, "test_bad": 1, "test_changes": 1, "test_leaks": 1, "test_green": 1}
        self.assertEqual({name: file.passed for name, file in self.files.items() if file.passed}, expected)

    def test_every_outcome(self):
        expected = {
            "test.test_bad.T.test_a": "error",
            "test.test_bad.T.test_b": "failed",
            "test.test_bad.T.test_c": "failed",
            "test.test_bad.T.test_d": "expected failure",
            "test.test_bad.T.test_e": "unexpected success",
        }
        self.assertEqual(self.files["test_bad"].tests, expected)
        self.assertEqual(self.files["test_good"].tests, {"test.test_good.T.test_b": "skipped"})

    def test_details(self):
        self.assertEqual(self.files["test_bad"].details["test.test_bad.T.test_c"], "other trace")
        self.assertIn("Segmentation fault", self.files["test_crashes"].details["test_crashes"])
        self.assertEqual(self.files["test_bug"].details["test_bug"], "")
        self.assertIn("leaked [1, 1, 1]", self.files["test_leaks"].details["test_leaks"])
        self.assertEqual(self.files["test_good"].details, {})

    def test_a_test_of_which_only_subtests_failed_is_named(self):
        self.listed.assert_called_once_with(["--list-cases", "test_bad"])
        self.listed.return_value = []
        self.assertIn("(test 2 of test_bad)", read(LOG, XML)["test_bad"].tests)

    def test_an_id_that_comes_twice(self):
        xml = """<testsuites><testsuite><testcase name="test.test_x.T.a" /><testcase name="test.test_x.T.a"
        ><error>e</error></testcase></testsuite></testsuites>"""
        log = "0:00:00 Run 1 test in parallel using 1 worker process\n0:00:01 [1/1] test_x failed (1 error)\n"
        file = read(log, xml)["test_x"]
        self.assertEqual((file.passed, file.tests), (1, {"test.test_x.T.a #2": "error"}))

    def test_xml_after_an_uncaught_exception(self):
        xml = """<testsuites><testsuite><testcase name="test.test_x.T.a" /></testsuite>
        <testsuite><testcase name="test.test_y.T.a" /></testsuite></testsuites>"""
        log = "0:00:00 Run 2 tests sequentially in a single process\n" + "".join(
            f"0:00:01 [{number}/2] test_{name}\n0:00:01 [{number}/2] test_{name} {state}\n"
            for number, name, state in [(1, "x", "failed (uncaught exception)"), (2, "y", "passed")]
        )
        self.assertEqual({name: file.passed for name, file in read(log, xml).items()}, {"test_x": 1, "test_y": 1})

    def test_a_log_that_was_kept_by_another_program(self):
        prefixed = "".join(f"2026-01-02T03:04:05.678Z {line}\n" for line in LOG.splitlines())
        states = {name: file.state for name, file in read(prefixed).items()}
        self.assertEqual((len(states), states["test_slower"]), (13, "timed out"))

    def test_a_log_without_results(self):
        self.assertEqual(read("python: No module named test\n"), {})


class GivingUpTest(unittest.TestCase):
    """Regrtest ends when a worker writes nothing."""

    def run_all(self, logs: list[str]) -> dict:
        runs = iter(logs)

        def regrtest(arguments: list[str], folder: str, log: Path) -> int:
            log.write_text(next(runs))
            return 2

        with mock.patch.multiple(run_suite, run_regrtest=regrtest, list_lines=lambda _: ["test_a", "test_b"]):
            with mock.patch.object(sys, "argv", ["run_suite.py", "--json", "unused"]):
                return {name: file.state for name, file in run_suite.run(run_suite.arguments()).items()}

    START = "0:00:00 Run {0} tests in parallel using 1 worker process\n0:00:01 [1/{0}] "

    def test_the_other_files_are_run(self):
        logs = [self.START.format(2) + "test_a worker bug (empty JSON)\n", self.START.format(1) + "test_b passed\n"]
        self.assertEqual(self.run_all(logs), {"test_a": "worker bug", "test_b": "passed"})

    def test_a_run_without_a_result_is_an_error(self):
        with self.assertRaisesRegex(SystemExit, "ended with code 2 and no result"):
            self.run_all(["Killed\n"])


@unittest.skipUnless(find_spec("test.test_genericpath"), "this Python has no tests")
class RunTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def run_script(self, *arguments: str | Path) -> subprocess.CompletedProcess:
        command = [sys.executable, SCRIPT, *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)

    def test_a_real_run_and_its_log(self):
        live, later = self.folder / "live.json", self.folder / "later.json"
        names = ["test_genericpath", "test_no_such_file"]
        done = self.run_script("--json", live, "--jobs", "1", "--keep", self.folder, *names)
        self.assertIn("test_genericpath passed", done.stdout)
        result = json.loads(live.read_text())
        self.assertEqual(result["files"]["test_no_such_file"], {"state": "absent", "passed": 0})
        file = result["files"]["test_genericpath"]
        self.assertEqual(file["state"], "passed")
        self.assertGreater(file["passed"], 10)
        self.assertEqual(result["version"], sys.version.split()[0])
        self.assertTrue(result["command"].endswith("--junit-xml junit.xml test_genericpath test_no_such_file"))
        self.run_script("--json", later, "--from", self.folder / "log", self.folder / "junit.xml")
        self.assertEqual(json.loads(later.read_text())["files"], {"test_genericpath": file})

    def test_a_result_is_updated(self):
        file = self.folder / "result.json"
        self.run_script("--json", file, "test_no_such_file", "test_genericpath")
        first = json.loads(file.read_text())
        self.assertEqual(first["repeated"], [])
        first["files"]["test_genericpath"] = {"state": "failed", "passed": 0}
        file.write_text(json.dumps(first))
        self.run_script("--json", file, "--update", "--jobs", "1", "test_genericpath")
        second = json.loads(file.read_text())
        self.assertEqual(second["files"]["test_genericpath"]["state"], "passed")
        self.assertEqual(second["repeated"], ["test_genericpath"])
        for same in ("command", "version", "missing"):
            self.assertEqual(second[same], first[same])
        self.assertEqual(second["files"]["test_no_such_file"], first["files"]["test_no_such_file"])

    def test_a_log_of_another_python(self):
        log = self.folder / "log"
        log.write_text("== CPython 2.7.18 (default)\n")
        with self.assertRaises(subprocess.CalledProcessError) as caught:
            self.run_script("--json", self.folder / "unused", "--from", log, log)
        self.assertIn("is of Python 2.7.18", caught.exception.stderr)

    def test_what_results_depend_on(self):
        described = json.loads(self.run_script("--describe").stdout)
        self.assertEqual(set(described), {"version", "free_threaded", "debug", "platform", "missing"})
        self.assertNotIn("math", described["missing"])

    @unittest.skipIf(os.name == "nt", "a signal ends a process there")
    def test_an_interrupt_ends_the_workers(self):
        # As in the background of a shell script, where programs are started so that they ignore it.
        self.addCleanup(signal.signal, signal.SIGINT, signal.signal(signal.SIGINT, signal.SIG_IGN))
        command = [sys.executable, SCRIPT, "--json", self.folder / "unused", "--jobs", "1", "test_time", "test_thread"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            self.assertIn("Run 2 tests", process.stdout.readline())
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=120)
        self.assertEqual(process.returncode, 130)
        self.assertFalse((self.folder / "unused").exists())


if __name__ == "__main__":
    unittest.main()
