"""Scripts that crash C modules do not crash Corten's."""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))

import crashers  # noqa: E402


class Crashers(unittest.TestCase):
    def test_each_survives(self):
        for script in crashers.scripts():
            for allocator in crashers.ALLOCATORS:
                with self.subTest(module=script.module, script=script.path.stem, allocator=allocator):
                    self.assertEqual(crashers.run(sys.executable, script, "", allocator), "survived")


if __name__ == "__main__":
    unittest.main()
