"""Work for many interpreters and threads at once; see python/tests/build/test_stress.py."""

import hashlib
import math
import random
import threading


def work(seed: int) -> str:
    """Computes with numbers of every kind; gives a digest of all results."""
    generator = random.Random(seed)
    numbers = [generator.gauss(0, 10) for _ in range(200)]
    results: list[object] = [math.fsum(numbers), math.prod(numbers), math.hypot(*numbers), math.dist(numbers, numbers[::-1])]
    for x in numbers:
        results += [math.sin(x), math.floor(x), math.frexp(x), math.nextafter(x, 0), math.erf(x), math.ulp(x)]
        results += [failure(name, x) for name in ("log", "sqrt", "gamma", "acos", "exp")]
    large = generator.getrandbits(2000)
    results += [math.isqrt(large), math.gcd(large, 2**60 * 35), math.lcm(large, 77), math.factorial(seed % 300), math.log(large)]
    results += [math.comb(seed % 400, 20), math.perm(seed % 100, 3), math.fsum(Own(x) for x in numbers)]
    return hashlib.sha256(repr(results).encode()).hexdigest()


def failure(name: str, x: float) -> str:
    try:
        return repr(getattr(math, name)(x))
    except (ValueError, OverflowError) as error:
        return str(error)


class Own:
    def __init__(self, value: float) -> None:
        self.value = value

    def __float__(self) -> float:
        return self.value


class Shared:
    """One list of numbers for all threads."""

    def __init__(self) -> None:
        self.numbers = [1.0] * 100
        self.lock = threading.Lock()

    def use(self, seed: int) -> None:
        [self.add, self.replace, self.sum][seed % 3](seed)

    def add(self, seed: int) -> None:
        with self.lock:
            self.numbers.append(1.0)
            self.numbers.pop(0)

    def replace(self, seed: int) -> None:
        with self.lock:
            self.numbers[:] = [1.0] * (100 + seed % 10)

    def sum(self, seed: int) -> None:
        assert 90 < math.fsum(self.numbers) < 120
        assert math.prod(self.numbers) == 1.0

    def check(self) -> None:
        assert math.fsum(self.numbers) == len(self.numbers)
