"""The Rust _queue beside the C one of the same interpreter: same order, same waiting, same errors."""

import faulthandler
import gc
import math
import os
import random
import signal
import sys
import threading
import time
import unittest
import weakref

from corten.testing import c_module, outcome, rust_module

C = c_module("_queue")
RUST = rust_module("_queue")

HANDS_OVER = sys.version_info >= (3, 13)


class Number:
    def __init__(self, value):
        self.value = value

    def __index__(self):
        return self.value

    def __bool__(self):
        if isinstance(self.value, Exception):
            raise self.value
        return bool(self.value)


class Case(unittest.TestCase):
    def setUp(self):
        faulthandler.dump_traceback_later(120, exit=True)
        self.addCleanup(faulthandler.cancel_dump_traceback_later)

    def check(self, function):
        """Call `function` with each module: both outcomes must be the same."""
        expected = outcome(function, C)
        actual = outcome(function, RUST)
        self.assertEqual(actual, expected)
        return actual


class Items(Case):
    def test_random_order(self):
        for seed in range(20):
            def function(module):
                rng = random.Random(seed)
                queue, seen = module.SimpleQueue(), []
                for number in range(5000):
                    action = rng.random()
                    if action < 0.5 if number < 2500 else action < 0.4:
                        rng.choice((queue.put, queue.put_nowait))(number)
                    else:
                        get = rng.choice((queue.get_nowait, lambda: queue.get(False), lambda: queue.get(timeout=0)))
                        seen.append(outcome(get))
                    seen.append((queue.qsize(), queue.empty()))
                return seen
            self.check(function)

    def test_arguments(self):
        values = [None, 0, 1, True, -1, 0.0, -0.0, -1e-9, -1e-10, 1e-9, math.nan, math.inf, -math.inf, 1e30, -1e30, 2**63, 2**70,
                  -(2**70), "1", b"", [], Number(0), Number(-1), Number(2**70), Number(ArithmeticError("no")), 9e9, 9.3e9]
        for value in values:
            for arguments, keywords in (((False, value), {}), ((True, value), {}), ((value,), {}), ((), {"timeout": value}),
                                        ((), {"block": value, "timeout": 0}), ((value, 1), {})):
                def get(module):
                    queue = module.SimpleQueue()
                    queue.put("item")
                    return outcome(queue.get, *arguments, **keywords), queue.qsize()
                self.check(get)

                def put(module):
                    queue = module.SimpleQueue()
                    return outcome(queue.put, "item", *arguments, **keywords), queue.qsize()
                self.check(put)
        for name in ("get", "put", "get_nowait", "put_nowait", "qsize", "empty"):
            for arguments, keywords in (((1, 2, 3, 4), {}), ((), {"foo": 1}), ((), {"item": 1}), ((1,), {"item": 1}), ((1, 2), {}),
                                        ((), {"timeout": 0, "block": False}), ((False,), {}), ((False,), {"block": False})):
                def function(module):
                    queue = module.SimpleQueue()
                    queue.put(1)
                    return outcome(getattr(queue, name), *arguments, **keywords), queue.qsize()
                # Before 3.13, C ignores keywords here.
                if name != "get_nowait" or not keywords or sys.version_info >= (3, 13):
                    self.check(function)

    def test_waiting_for_nothing(self):
        for timeout in (0, 0.0, 1e-10, 1e-9, 0.01, Number(0), False):
            self.assertEqual(self.check(lambda module: module.SimpleQueue().get(timeout=timeout))[1], "Empty")
        for module in (C, RUST):
            start = time.monotonic()
            with self.assertRaises(module.Empty):
                module.SimpleQueue().get(timeout=0.3)
            self.assertTrue(0.28 < time.monotonic() - start < 5)

    def test_classes(self):
        def function(module):
            class Plain(module.SimpleQueue):
                pass

            class Own(module.SimpleQueue):
                def __init__(self, *args, **kwargs):
                    self.args = args

            seen = []
            for cls in (module.SimpleQueue, Plain, Own):
                for args, kwargs in (((), {}), ((1,), {}), ((), {"a": 1}), ((1,), {"a": 1})):
                    seen.append(outcome(lambda: type(cls(*args, **kwargs)).__name__))
                    seen.append(outcome(lambda: type(cls.__new__(cls, *args, **kwargs)).__name__))
            seen.append(outcome(module.SimpleQueue.__new__, int)[:2])
            seen.append(outcome(setattr, module.SimpleQueue, "x", 1)[:2])
            seen.append(outcome(setattr, module.SimpleQueue(), "x", 1))
            alias = module.SimpleQueue[int]
            seen.append((repr(alias), alias.__args__, alias.__origin__ is module.SimpleQueue))
            seen.append((repr(Plain[int, str]).rpartition(".")[2], module.Empty.__mro__[1:]))
            return seen
        self.check(function)

    def test_weak_references_and_cycles(self):
        for module in (C, RUST):
            queue = module.SimpleQueue()
            reference = weakref.ref(queue)
            queue.put(queue)
            del queue
            gc.collect()
            self.assertIsNone(reference())
            item = Number(1)
            count = sys.getrefcount(item)
            queue = module.SimpleQueue()
            for _ in range(100):
                queue.put(item)
            for _ in range(60):
                queue.get()
            self.assertEqual(sys.getrefcount(item), count + 40)
            referents = gc.get_referents(queue)  # C before 3.13 has the items in a list
            self.assertTrue(item in referents or item in referents[0])
            del queue, referents
            self.assertEqual(sys.getrefcount(item), count)


class Reentrancy(Case):
    def test_destructors(self):
        class Putting:
            def __init__(self, queue, depth):
                self.queue, self.depth = queue, depth

            def __del__(self):
                if self.depth:
                    self.queue.put(Putting(self.queue, self.depth - 1))
                self.queue.put("last")
                outcome(self.queue.get_nowait)

        for module in (C, RUST):
            queue = module.SimpleQueue()
            for number in range(1000):
                queue.put(Putting(queue, 3))
                cycle = [Putting(queue, 1)]
                cycle.append(cycle)
                del cycle
                queue.get()
                if number % 100 == 0:
                    gc.collect()
            while not queue.empty():
                queue.get()

    def test_exceptions_that_come_back(self):
        """Making the exception may run code that uses the queue."""
        def function(module):
            queue = module.SimpleQueue()

            def hook(self, *args):
                queue.put("from the exception")
            module.Empty.__init__ = hook
            try:
                seen = [outcome(queue.get_nowait), outcome(queue.get, timeout=0), outcome(queue.get, False)]
            finally:
                del module.Empty.__init__
            return seen, queue.qsize()
        self.check(function)

    def test_collections(self):
        """The collector may run, and call back, while something is made."""
        queue = RUST.SimpleQueue()

        class Loop:
            def __init__(self):
                self.me = self

            def __del__(self):
                queue.put(1)
                queue.get()

        thresholds = gc.get_threshold()
        gc.set_threshold(1, 1, 1)
        try:
            for _ in range(2000):
                Loop()
                queue.put([])
                outcome(queue.get_nowait)
                outcome(queue.get_nowait)
        finally:
            gc.set_threshold(*thresholds)

    @unittest.skipUnless(hasattr(signal, "setitimer"), "needs timers")
    def test_signal_handlers(self):
        for module in (C, RUST):
            queue, seen = module.SimpleQueue(), []

            def handler(*_):
                queue.put("signal")
                queue.put("signal")
                seen.append(queue.get())

            old = signal.signal(signal.SIGALRM, handler)
            signal.setitimer(signal.ITIMER_REAL, 0.0005, 0.0005)
            try:
                end = time.monotonic() + 0.5
                while time.monotonic() < end:
                    queue.put("main")
                    queue.get()
            finally:
                signal.setitimer(signal.ITIMER_REAL, 0)
                signal.signal(signal.SIGALRM, old)
            self.assertEqual(queue.qsize(), len(seen))


@unittest.skipUnless(hasattr(signal, "setitimer"), "needs timers")
class Signals(Case):
    def during(self, handler, seconds, function):
        old = signal.signal(signal.SIGALRM, handler)
        signal.setitimer(signal.ITIMER_REAL, seconds, seconds)
        try:
            start = time.monotonic()
            return outcome(function), time.monotonic() - start
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, old)

    def test_an_exception_ends_waiting(self):
        def handler(*_):
            raise ArithmeticError("signal")
        for module in (C, RUST):
            for arguments in ((), (True, 60)):
                queue = module.SimpleQueue()
                result, seconds = self.during(handler, 0.1, lambda: queue.get(*arguments))
                self.assertEqual(result, ("raised", "ArithmeticError", "signal"))
                self.assertLess(seconds, 10)
                queue.put(1)
                self.assertEqual((queue.qsize(), queue.get()), (1, 1))

    def test_waiting_goes_on_for_the_rest_of_the_time(self):
        # Before 3.13, C waits for ever once a signal has come just before the end of the time.
        for module in (C, RUST) if sys.version_info >= (3, 13) else (RUST,):
            calls = []
            queue = module.SimpleQueue()
            result, seconds = self.during(lambda *_: calls.append(1), 0.05, lambda: queue.get(timeout=0.4))
            self.assertEqual(result[1], "Empty")
            self.assertGreater(len(calls), 2)
            self.assertTrue(0.38 < seconds < 5, seconds)

    def test_a_handler_that_puts(self):
        for module in (C, RUST):
            queue = module.SimpleQueue()
            result, seconds = self.during(lambda *_: queue.put("signal"), 0.1, queue.get)
            self.assertEqual(result, ("returned", "signal"))
            self.assertLess(seconds, 10)

    def test_keyboard_interrupt(self):
        handler = signal.signal(signal.SIGINT, signal.default_int_handler)  # a background process ignores it
        self.addCleanup(signal.signal, signal.SIGINT, handler)
        for module in (C, RUST):
            timer = threading.Timer(0.2, lambda: os.kill(os.getpid(), signal.SIGINT))
            timer.start()
            with self.assertRaises(KeyboardInterrupt):
                module.SimpleQueue().get()
            timer.join()


class Threads(Case):
    def start(self, *functions):
        threads = [threading.Thread(target=function, daemon=True) for function in functions]
        for thread in threads:
            thread.start()
        return threads

    def join(self, threads):
        for thread in threads:
            thread.join(60)
            self.assertFalse(thread.is_alive())

    def test_many(self):
        for module in (C, RUST):
            queue, taken, lock = module.SimpleQueue(), [], threading.Lock()

            def put(start):
                for number in range(start, start + 3000):
                    queue.put(number)
                    if number % 500 == 0:
                        time.sleep(0.001)

            def get(timeout):
                mine = []
                while True:
                    try:
                        item = queue.get(timeout=timeout)
                    except module.Empty:
                        continue
                    if item is None:
                        break
                    mine.append(item)
                with lock:
                    taken.extend(mine)

            getters = self.start(*[lambda timeout=timeout: get(timeout) for timeout in (None, None, 0.0001, 0.01, 5, 0)])
            putters = self.start(*[lambda start=start: put(start) for start in range(0, 12_000, 3000)])
            self.join(putters)
            for _ in getters:
                queue.put(None)
            self.join(getters)
            self.assertEqual(sorted(taken), list(range(12_000)))
            self.assertTrue(queue.empty())

    def test_a_put_wakes_one(self):
        for module in (C, RUST):
            queue, taken = module.SimpleQueue(), []
            threads = self.start(*[lambda: taken.append(queue.get())] * 5)
            time.sleep(0.2)
            for number in range(5):
                queue.put(number)
                if HANDS_OVER:
                    self.assertEqual((queue.qsize(), queue.empty()), (0, True))
                    with self.assertRaises(module.Empty):
                        queue.get_nowait()
            self.join(threads)
            self.assertEqual(sorted(taken), list(range(5)))
            self.assertTrue(queue.empty())

    def test_items_after_those_for_others(self):
        if HANDS_OVER:
            for module in (C, RUST):
                queue, taken = module.SimpleQueue(), []
                threads = self.start(lambda: taken.append(queue.get()))
                time.sleep(0.2)
                queue.put("theirs")
                queue.put("mine")
                self.assertEqual(queue.get_nowait(), "mine")
                self.join(threads)
                self.assertEqual(taken, ["theirs"])

    @unittest.skipUnless(hasattr(os, "fork"), "needs fork")
    def test_fork(self):
        import warnings
        for module in (C, RUST):
            queue = module.SimpleQueue()
            threads = self.start(queue.get, queue.get)
            time.sleep(0.2)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)
                child = os.fork()
            if child == 0:
                status = 1
                try:
                    signal.alarm(20)
                    queue.put(1)
                    queue.put(2)
                    status = 0 if (queue.qsize(), queue.get(), queue.get(timeout=5)) == (2, 1, 2) else 2
                finally:
                    os._exit(status)
            self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), 0)
            queue.put(1)
            queue.put(2)
            self.join(threads)


if __name__ == "__main__":
    unittest.main()
