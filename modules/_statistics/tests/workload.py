"""Work for many interpreters and threads at once; see python/tests/build/test_stress.py."""

import _statistics
import hashlib
import random


def work(seed: int) -> str:
    """Computes quantiles from `seed`; gives a digest of all."""
    rng = random.Random(seed)
    values = [_statistics._normal_dist_inv_cdf(rng.uniform(1e-12, 1 - 1e-12), rng.random(), 2.0) for _ in range(2000)]
    try:
        _statistics._normal_dist_inv_cdf(1.0, 0.0, 1.0)
    except ValueError as error:
        values.append(str(error))
    return hashlib.sha256(repr(values).encode()).hexdigest()


class Shared:
    """There is nothing to share: all threads want the same numbers."""

    def __init__(self) -> None:
        self.expected = work(1)

    def use(self, seed: int) -> None:
        assert work(1) == self.expected

    def check(self) -> None:
        assert work(2) != self.expected
