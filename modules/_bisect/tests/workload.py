"""Work for many interpreters and threads at once; see python/tests/build/test_stress.py."""

import _bisect
import hashlib
import random
import threading


def work(seed: int) -> str:
    """Keeps lists of every kind of items sorted, from `seed`; gives a digest of all."""
    rng = random.Random(seed)
    digest = hashlib.sha256()
    for make in (int, float, str, lambda number: (number % 7, str(number)), lambda number: str(number).encode()):
        items: list = []
        for _ in range(rng.randrange(1, 500)):
            _bisect.insort_right(items, make(rng.randrange(1_000_000)))
        assert items == sorted(items)
        wanted = [make(rng.randrange(1_000_000)) for _ in range(50)]
        places = [(_bisect.bisect_left(items, item), _bisect.bisect_right(tuple(items), item)) for item in wanted]
        digest.update(repr((items, places)).encode())
    numbers = list(range(0, -1000, -3))
    digest.update(repr([_bisect.bisect_left(numbers, key, key=abs) for key in range(0, 1000, 7)]).encode())
    digest.update(failure().encode())
    return digest.hexdigest()


def failure() -> str:
    try:
        return repr(_bisect.bisect_left([1, 2, 3], 2, -1))
    except ValueError as error:
        return str(error)


class Shared:
    """One list for all threads."""

    def __init__(self) -> None:
        self.items: list[int] = []
        self.lock = threading.Lock()

    def use(self, seed: int) -> None:
        for number in range(50):
            assert 0 <= _bisect.bisect_left(self.items, seed + number) <= len(self.items)
            with self.lock:
                _bisect.insort_left(self.items, seed + number)

    def check(self) -> None:
        assert self.items == sorted(self.items)
