"""Drives waiting and timeouts through a real interpreter."""

import math
import signal
import threading
import time
import unittest

import xxcorten


class Waiting(unittest.TestCase):
    def test_signs(self):
        self.assertEqual(xxcorten.wait(None, 50), "woken")
        self.assertEqual(xxcorten.wait(60_000, 50), "woken")
        self.assertEqual(xxcorten.wait(0, 0) in ("woken", "timed out"), True)

    def test_time_is_up(self):
        start = time.monotonic()
        self.assertEqual(xxcorten.wait(100, None), "timed out")
        self.assertEqual(xxcorten.wait(0, None), "timed out")
        self.assertGreater(time.monotonic() - start, 0.09)

    def test_other_threads_run_meanwhile(self):
        seen = []
        thread = threading.Timer(0.05, lambda: seen.append(1))
        thread.start()
        xxcorten.wait(1000, None)
        self.assertEqual(seen, [1])

    @unittest.skipUnless(hasattr(signal, "setitimer"), "needs timers")
    def test_signals(self):
        def handler(*_):
            seen.append(1)
            if len(seen) > 2:
                raise ArithmeticError

        seen = []
        old = signal.signal(signal.SIGALRM, handler)
        signal.setitimer(signal.ITIMER_REAL, 0.02, 0.02)
        try:
            with self.assertRaises(ArithmeticError):
                xxcorten.wait(None, None)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, old)

    def test_timeouts(self):
        for seconds, expected in ((0, 0), (1, 10**9), (1.5, 15 * 10**8), (1e-10, 1), (-1e-10, 0), (-2, -2 * 10**9)):
            self.assertEqual(xxcorten.nanoseconds(seconds), expected)
        for seconds, error in ((math.nan, ValueError), (1e30, OverflowError), (2**70, OverflowError), ("1", TypeError)):
            with self.assertRaises(error):
                xxcorten.nanoseconds(seconds)


if __name__ == "__main__":
    unittest.main()
