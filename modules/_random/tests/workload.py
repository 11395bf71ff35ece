"""Work for many interpreters and threads at once; see python/tests/build/test_stress.py."""

import _random
import hashlib
import threading


def work(seed: int) -> str:
    """Draws numbers of every kind from the generator of `seed`; gives a digest of all."""
    generator = _random.Random(seed)
    numbers = [generator.random() for _ in range(500)]
    bits = [generator.getrandbits(size) for size in (0, 1, 32, 33, 64, 65, 10_000)]
    other = _random.Random()
    other.setstate(generator.getstate())
    assert other.random() == generator.random() and other.getstate() == generator.getstate()
    other.seed(str(numbers[0]).encode()[0])
    failures = [failure(other, *case) for case in (("getrandbits", -1), ("setstate", ()), ("seed", []))]
    return hashlib.sha256(repr((numbers, bits, other.getstate(), failures)).encode()).hexdigest()


def failure(generator: _random.Random, method: str, argument: object) -> str:
    try:
        return repr(getattr(generator, method)(argument))
    except (ValueError, TypeError) as error:
        return str(error)


class Shared:
    """One generator for all threads."""

    SEED = 5

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.generator = _random.Random(self.SEED)
        self.drawn = 0
        self.restless = _random.Random()

    def use(self, seed: int) -> None:
        [self.draw, self.draw_many, self.restart][seed % 3](seed)

    def draw(self, seed: int) -> None:
        """No word gets lost: what remains tells how many were taken."""
        count = 1 + seed % 50
        for _ in range(count):
            assert 0 <= self.generator.random() < 1
        with self.lock:
            self.drawn += 2 * count

    def draw_many(self, seed: int) -> None:
        words = 1 + seed % 2000
        assert self.generator.getrandbits(32 * words) >> 32 * words == 0
        with self.lock:
            self.drawn += words

    def restart(self, seed: int) -> None:
        self.restless.seed(seed)
        self.restless.setstate(self.generator.getstate())
        assert len(self.restless.getstate()) == 625

    def check(self) -> None:
        same = _random.Random(self.SEED)
        if self.drawn:
            same.getrandbits(32 * self.drawn)
        assert same.getstate() == self.generator.getstate()
