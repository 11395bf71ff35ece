"""Work for many interpreters and threads at once; see python/tests/build/test_stress.py."""

import _functools
import hashlib
import threading


def work(seed: int) -> str:
    """Calls, remembers, reduces and sorts things that depend on `seed`; gives a digest of all results."""
    results = []
    scale = _functools.partial(_functools.partial(lambda *args, **kwargs: (args, kwargs), seed), seed + 1, a=2)
    results += [scale(number, b=seed) for number in range(20)]
    results += [repr(_functools.partial(max, seed))]
    square = _functools._lru_cache_wrapper(lambda x, y=0: x * x + y, 1 + seed % 50, seed % 2 == 0, tuple_of)
    results += [square(number * seed % 70, y=number % 3) for number in range(300)]
    results.append(square.cache_info())
    results.append(_functools.reduce(lambda x, y: (x * 31 + y) % 1_000_003, range(seed % 100 + 2)))
    key = _functools.cmp_to_key(lambda x, y: (x > y) - (x < y))
    results.append(sorted((number * seed % 997 for number in range(200)), key=key))
    return hashlib.sha256(repr(results).encode()).hexdigest()


def tuple_of(*values: object) -> tuple[object, ...]:
    return values


class Shared:
    """One cache for all threads."""

    SIZE = 20

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.calls = 0
        self.double = _functools._lru_cache_wrapper(lambda x: 2 * x, self.SIZE, False, tuple_of)
        self.all = _functools._lru_cache_wrapper(lambda *args, **kwargs: (args, kwargs), None, False, tuple_of)
        self.partial = _functools.partial(self.double)

    def use(self, seed: int) -> None:
        for number in range(50):
            assert self.partial(seed % 30 + number) == 2 * (seed % 30 + number)
            assert self.all(number, key=seed % 7) == ((number,), {"key": seed % 7})
        with self.lock:
            self.calls += 50

    def check(self) -> None:
        hits, misses, maxsize, size = self.double.cache_info()
        assert hits + misses == self.calls and maxsize == self.SIZE and size <= self.SIZE
        hits, misses, _, size = self.all.cache_info()
        assert hits + misses == self.calls and size <= 50 * 7
