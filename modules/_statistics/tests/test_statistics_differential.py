"""The Rust _statistics beside the C one of the same interpreter: same numbers to the last bit, same errors."""

import math
import random
import struct
import unittest

from corten.testing import c_module, rust_module

C = c_module("_statistics")
RUST = rust_module("_statistics")


def outcome(function, *args, **kwargs):
    """What a call gave: the bits of its result, or the exception's type name and text."""
    try:
        result = function(*args, **kwargs)
    except Exception as error:
        return "raised", type(error).__qualname__, str(error)
    return "returned", type(result), "nan" if math.isnan(result) else struct.pack("d", result)


class Real:
    def __init__(self, value):
        self.value = value

    def __float__(self):
        return self.value


class Index:
    def __index__(self):
        return 2


class Failing:
    def __float__(self):
        raise ArithmeticError("float")


class Quantiles(unittest.TestCase):
    def check(self, *args, **kwargs):
        expected = outcome(C._normal_dist_inv_cdf, *args, **kwargs)
        self.assertEqual(outcome(RUST._normal_dist_inv_cdf, *args, **kwargs), expected, (args, kwargs))

    def test_random(self):
        rng = random.Random(1)
        for _ in range(100_000):
            p = rng.random()
            self.check(p, 0.0, 1.0)
            self.check(p ** rng.randrange(1, 200), rng.gauss(0, 100), rng.expovariate(0.1))

    def test_edges(self):
        special = [0.0, -0.0, 1.0, 5e-324, 2.2e-308, 1e-300, math.nextafter(1, 0), math.nextafter(0, -1),
                   math.nextafter(1, 2), 0.5, math.nan, math.inf, -math.inf, 2, -1, True, False, 0, 1]
        for middle in (0.075, 0.925, math.exp(-25), 1 - math.exp(-25), 0.5, 0.425):
            p = middle
            for _ in range(200):
                p = math.nextafter(p, 1)
                special.append(p)
            p = middle
            for _ in range(200):
                special.append(p)
                p = math.nextafter(p, 0)
        for p in special:
            for mu in (0.0, 1.5, -math.inf, math.nan, 1e308, 3):
                for sigma in (1.0, 0.0, -2.5, math.inf, math.nan, 1e308):
                    self.check(p, mu, sigma)

    def test_arguments(self):
        values = [0.3, Real(0.3), Real("x"), Real(None), Index(), Failing(), "0.3", None, [], 10**400, 1j]
        for value in values:
            self.check(value, 0.0, 1.0)
            self.check(0.3, value, 1.0)
            self.check(0.3, 0.0, value)
        for count in range(6):
            self.check(*[0.5] * count)
        self.check(p=0.5, mu=0, sigma=1)
        self.check(0.5, 0.0, sigma=1.0)


if __name__ == "__main__":
    unittest.main()
