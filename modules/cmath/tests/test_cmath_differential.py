"""`cmath` in Rust beside the C module: equal to the last bit, equal in errors, with any arguments."""

import fractions
import itertools
import math
import os
import random
import struct
import sys
import unittest

from corten.testing import c_module, rust_module

C = c_module("cmath")
RUST = rust_module("cmath")

#: How many times as many random numbers as usual.
THOROUGH = int(os.environ.get("CORTEN_THOROUGH", "1"))

FUNCTIONS = """acos acosh asin asinh atan atanh cos cosh exp isfinite isinf isnan log log10 phase polar sin sinh sqrt tan
tanh""".split()

PARTS = [0.0, 5e-324, 1e-310, 2.2250738585072014e-308, 1e-300, 1e-160, 1.4916681462400413e-154, 1e-20, 0.1, 0.5, 0.71, math.nextafter(1, 0),
         1.0, math.nextafter(1, 2), 1.73, 2.0, math.pi / 2, math.pi, 10.0, 354.0, 708.0, 708.4, 709.0, 709.8, 710.5, 745.2, 1e10, 1e22,
         6.7e153, 6.8e153, 1e200, 1e300, sys.float_info.max / 4, sys.float_info.max / 2, sys.float_info.max, math.inf, math.nan]
PARTS += [-x for x in PARTS]


def outcome(function, *args, **kwargs):
    try:
        return exact(function(*args, **kwargs))
    except BaseException as error:
        return type(error), str(error)


def exact(value):
    """A value that is equal to those of the same type and the same bits only; all NaN are equal."""
    if isinstance(value, float):
        return "float", "nan" if value != value else struct.pack("d", value)
    if isinstance(value, complex):
        return "complex", exact(value.real), exact(value.imag)
    if isinstance(value, tuple):
        return tuple(map(exact, value))
    return type(value).__name__, value


def numbers(generator):
    """Random complex numbers of many distributions, without end."""
    def part():
        return generator.choice((
            lambda: struct.unpack("d", generator.randbytes(8))[0],
            lambda: generator.gauss(0, 1),
            lambda: generator.uniform(-750, 750),
            lambda: generator.choice(PARTS),
            lambda: math.ldexp(generator.uniform(-1, 1), generator.randrange(-1074, 1024)),
            lambda: 5e-324 * generator.randrange(-2**52, 2**52),
        ))()

    while True:
        yield complex(part(), part())
        length, angle = generator.uniform(0.7, 1.8), generator.uniform(-4, 4)
        yield complex(length * math.cos(angle), length * math.sin(angle))
        yield complex(1 + math.ldexp(generator.uniform(-1, 1), -generator.randrange(60)), part())


class Differential(unittest.TestCase):
    def check(self, name, *args, **kwargs):
        expected = outcome(getattr(C, name), *args, **kwargs)
        got = outcome(getattr(RUST, name), *args, **kwargs)
        if got != expected:
            self.fail(f"{name}{args!r} {kwargs!r}: {got!r}, C: {expected!r}")


class Values(Differential):
    def test_special_values(self):
        for name in FUNCTIONS:
            for parts in itertools.product(PARTS, repeat=2):
                self.check(name, complex(*parts))
        for parts in itertools.product(PARTS, repeat=2):
            self.check("rect", *parts)

    def test_random_values(self):
        for name in FUNCTIONS:
            for z in itertools.islice(numbers(random.Random(name)), 5000 * THOROUGH):
                self.check(name, z)
        for z in itertools.islice(numbers(random.Random("rect")), 10000 * THOROUGH):
            self.check("rect", z.real, z.imag)

    def test_bases(self):
        generator = random.Random(1)
        both = numbers(generator)
        edges = [0, -0.0, 1, 2, -1, 1j, math.inf, math.nan, complex(math.inf, math.nan), 0.0j, complex(-0.0, -0.0), "x", None]
        for z, base in itertools.product(edges, repeat=2):
            self.check("log", z, base)
        for _ in range(5000 * THOROUGH):
            self.check("log", next(both), next(both))

    def test_isclose(self):
        generator = random.Random(2)
        for z in itertools.islice(numbers(generator), 5000):
            other = z * (1 + generator.choice((0, 1e-10, 1e-9, 2e-9, 0.1)))
            self.check("isclose", z, other)
            self.check("isclose", z, other, rel_tol=generator.choice((0, 1e-9, 1, math.inf, math.nan, -1)),
                       abs_tol=generator.choice((0, 1e-300, 1, math.inf, math.nan, -0.0, -1)))

    def test_constants(self):
        for name in ("pi", "e", "tau", "inf", "infj", "nan", "nanj"):
            for part in ("real", "imag"):
                both = [struct.pack("d", getattr(getattr(module, name), part)) for module in (RUST, C)]
                self.assertEqual(*both)


class Calls(Differential):
    def test_types(self):
        class Complex:
            def __init__(self, value):
                self.value = value

            def __complex__(self):
                return self.value

        class Float:
            def __float__(self):
                return 0.5

        class Index:
            def __index__(self):
                return 3

        class Failing:
            def __complex__(self):
                raise KeyError("complex")

        class Sub(complex):
            pass

        values = (1, True, 0.5, 10**400, "1", None, b"1", [], Complex(1j), Complex(1), Complex("x"), Float(), Index(), Failing(),
                  Sub(1, 2), fractions.Fraction(1, 3))
        for value in values:
            for name in FUNCTIONS:
                self.check(name, value)
            self.check("rect", value, 1)
            self.check("rect", 1, value)
            self.check("log", value, 2)
            self.check("log", 2, value)
            self.check("isclose", value, 1)
            self.check("isclose", 1, 1, rel_tol=value)

    def test_numbers_of_arguments(self):
        names = [name for name in dir(C) if callable(getattr(C, name)) and not name.startswith("__")]
        for name in names:
            for count in range(5):
                for kwargs in ({}, {"z": 1}, {"base": 2}, {"rel_tol": 1}, {"a": 1, "b": 2}):
                    self.check(name, *[1] * count, **kwargs)


if __name__ == "__main__":
    unittest.main()
