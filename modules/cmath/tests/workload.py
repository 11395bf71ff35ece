"""Work for many interpreters and threads at once; see python/tests/build/test_stress.py."""

import cmath
import hashlib
import random

FUNCTIONS = "acos acosh asin asinh atan atanh cos cosh exp log log10 phase polar sin sinh sqrt tan tanh".split()


def work(seed: int) -> str:
    """Calls every function with random numbers; gives a digest of all results."""
    generator = random.Random(seed)
    results = []
    for _ in range(50):
        z = complex(generator.gauss(0, 10 ** generator.randrange(4)), generator.choice((0.0, generator.gauss(0, 1))))
        results += [outcome(name, z) for name in FUNCTIONS]
        results += [cmath.rect(z.real, z.imag), cmath.isclose(z, z + 1e-12), outcome("log", z, 2)]
    results.append(outcome("sqrt", "no number"))
    return hashlib.sha256(repr(results).encode()).hexdigest()


def outcome(name: str, *args: object) -> str:
    try:
        return repr(getattr(cmath, name)(*args))
    except (ValueError, OverflowError, TypeError) as error:
        return str(error)


class Shared:
    """One number for all threads, which converts itself by code of its own."""

    def __init__(self) -> None:
        self.number = Own()
        self.results = [outcome(name, self.number) for name in FUNCTIONS]

    def use(self, seed: int) -> None:
        index = seed % len(FUNCTIONS)
        assert outcome(FUNCTIONS[index], self.number) == self.results[index]

    def check(self) -> None:
        assert self.results == [outcome(name, 1 - 2j) for name in FUNCTIONS]


class Own:
    def __complex__(self) -> complex:
        return 1 - 2j
