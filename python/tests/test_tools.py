"""The scripts that `corten test` runs."""

import json
import os
import subprocess
import sys
import tempfile
import textwrap
import unittest
from pathlib import Path

TOOLS = Path(__file__).resolve().parent.parent / "tools"


class RunTestsTest(unittest.TestCase):
    def events(self, source: str, *arguments: str) -> list[dict]:
        with tempfile.TemporaryDirectory() as folder:
            file, events = os.path.join(folder, "test_it.py"), os.path.join(folder, "events")
            Path(file).write_text("import unittest\n" + textwrap.dedent(source))
            command = [sys.executable, TOOLS / "run_tests.py", file, "--events", events, *arguments]
            subprocess.run(command, capture_output=True, timeout=60)
            return [json.loads(line) for line in Path(events).read_text().splitlines()]

    def outcomes(self, source: str, *arguments: str) -> dict[str, str]:
        stops = (event for event in self.events(source, *arguments) if event["event"] == "stop")
        return {event["test"].removeprefix("test_it."): event["outcome"] for event in stops}

    def test_each_outcome(self):
        source = """
            class T(unittest.TestCase):
                def test_passes(self): pass
                def test_fails(self): self.fail()
                def test_errs(self): 1 / 0
                def test_skips(self): self.skipTest("so")
                @unittest.expectedFailure
                def test_is_expected_to_fail(self): self.fail()
                @unittest.expectedFailure
                def test_succeeds_unexpectedly(self): pass
                def test_fails_in_part(self):
                    for i in range(3):
                        with self.subTest(i=i): self.assertNotEqual(i, 1)
        """
        expected = {
            "T.test_passes": "passed",
            "T.test_fails": "failed",
            "T.test_errs": "error",
            "T.test_skips": "skipped",
            "T.test_is_expected_to_fail": "expected failure",
            "T.test_succeeds_unexpectedly": "unexpected success",
            "T.test_fails_in_part": "failed",
        }
        self.assertEqual(self.outcomes(source), expected)

    def test_fixtures(self):
        source = """
            class T(unittest.TestCase):
                @classmethod
                def setUpClass(cls): raise ValueError
                def test(self): pass
            @unittest.skip("so")
            class S(unittest.TestCase):
                def test(self): pass
        """
        self.assertEqual(self.outcomes(source), {"setUpClass (test_it.T)": "error", "S.test": "skipped"})

    def test_a_crash_leaves_the_events_before_it(self):
        source = """
            import os
            class T(unittest.TestCase):
                def test_a(self): pass
                def test_b(self): os.abort()
                def test_c(self): pass
        """
        events = self.events(source)
        self.assertEqual([event["event"] for event in events], ["start", "stop", "start"])
        self.assertEqual(events[-1]["test"], "test_it.T.test_b")

    def test_the_time_limit(self):
        source = """
            import time
            class T(unittest.TestCase):
                def test(self): time.sleep(60)
        """
        self.assertEqual([event["event"] for event in self.events(source, "--timeout", "1")], ["start"])

    def test_a_file_that_skips_itself(self):
        self.assertEqual(list(self.outcomes("raise unittest.SkipTest('so')").values()), ["skipped"])


class SurfaceTest(unittest.TestCase):
    def test_it_finds_what_differs(self):
        code = """if True:
            import sys, types, corten.testing
            def module(**names):
                made = types.ModuleType("m")
                vars(made).update(names)
                return made
            corten.testing.rust_module = lambda name: module(same=1, value=1, kind=1, more=1)
            corten.testing.c_module = lambda name: module(same=1, value=2, kind="1", less=1)
            sys.argv = ["surface.py", "m"]
            import surface
            surface.main()
        """
        command = [sys.executable, "-c", code]
        done = subprocess.run(command, env=os.environ | {"PYTHONPATH": str(TOOLS)}, capture_output=True, check=True)
        report = json.loads(done.stdout)
        found = [(difference["path"], difference["what"]) for difference in report["differences"]]
        expected = ["kind type", "kind value", "less type", "less value", "more type", "more value", "value value"]
        self.assertEqual([f"{path.removeprefix('m.')} {what}" for path, what in found], expected)
        self.assertEqual(report["compared"], 13)


if __name__ == "__main__":
    unittest.main()
