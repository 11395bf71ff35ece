"""The Rust _random beside the C one of the same interpreter: same numbers, same errors."""

import copy
import os
import pickle
import random
import resource
import sys
import threading
import unittest
from contextlib import contextmanager

from corten.testing import c_module, in_threads, layer, meanwhile, outcome, rust_module

C = c_module("_random")
RUST = rust_module("_random")

WORDS = 624

# Releases before these take fewer bits; docs/differences.md tells.
NARROW = (3, 13) <= sys.version_info < (3, 13, 5)


class Differential(unittest.TestCase):
    def check(self, function):
        """Call `function` with each module: both outcomes must be the same."""
        expected = outcome(function, C)
        actual = outcome(function, RUST)
        self.assertEqual(actual, expected)
        return actual


class Number(int):
    """An int whose methods are not to be asked."""

    def __abs__(self):
        raise AssertionError

    def __hash__(self):
        raise AssertionError

    def __index__(self):
        raise AssertionError

    __lt__ = __neg__ = __abs__


class Index:
    def __init__(self, value):
        self.value = value

    def __index__(self):
        return self.value


class Hash:
    def __init__(self, value):
        self.value = value

    def __hash__(self):
        return self.value


class Failing:
    def __index__(self):
        raise ArithmeticError("index")

    def __hash__(self):
        raise ArithmeticError("hash")


def numbers():
    """Numbers around every power of two that matters, both signs, and large ones."""
    for bits in (*range(0, 70), 95, 96, 97, 127, 128, 129, 1000, 19_968, 20_000, 100_000):
        for number in (2**bits - 1, 2**bits, 2**bits + 1):
            yield from (number, -number)
    rng = random.Random(1)
    for _ in range(300):
        yield rng.getrandbits(rng.randrange(1, 400)) * rng.choice((1, -1))


class Seeds(Differential):
    def state(self, seed):
        def function(module):
            generator = module.Random(seed)
            other = module.Random(5)
            other.seed(seed)
            assert other.getstate() == generator.getstate()
            return generator.getstate(), generator.random(), generator.getrandbits(100)
        return self.check(function)

    def test_ints(self):
        for number in numbers():
            self.state(number)
        for number in (0, 1, -1, 2**63, -2**63, 2**64, -2**64, 2**200):
            self.assertEqual(self.state(Number(number)), self.state(number))
        self.assertEqual(self.state(True), self.state(1))

    def test_hashes(self):
        for seed in ("text", b"bytes", 1.5, -1.0, (), (1, 2), 2j, float("inf"), float, len, frozenset((1,)),
                     Hash(-2), Hash(0), Hash(2**61 - 2), Hash(-(2**61)), Hash(-(2**63)), Hash(2**70)):
            self.state(seed)

    def test_wrong_seeds(self):
        for seed in ([], {}, set(), bytearray(b"x"), Failing(), Hash("x")):
            self.assertEqual(self.state(seed)[0], "raised")
            generator = RUST.Random(1)
            before = generator.getstate()
            self.assertEqual(outcome(generator.seed, seed)[0], "raised")
            self.assertEqual(generator.getstate(), before)

    def test_without_a_seed(self):
        for make in (RUST.Random, lambda: RUST.Random(None), lambda: reseeded(), lambda: reseeded(None)):
            states = [make().getstate() for _ in range(10)]
            self.assertEqual(len(set(states)), 10)
            for state in states:
                self.assertEqual((len(state), state[0], state[-1]), (WORDS + 1, 2**31, WORDS))
                self.assertGreater(len(set(state)), WORDS - 10)

    def test_a_hash_that_comes_back(self):
        class Again:
            def __hash__(self):
                self.generator.seed(9)
                return int(self.generator.random() * 1000)

        def function(module):
            seed = Again()
            seed.generator = module.Random(3)
            seed.generator.seed(seed)
            return seed.generator.getstate()
        self.check(function)


def reseeded(*args):
    generator = RUST.Random(1)
    generator.seed(*args)
    return generator


class Numbers(Differential):
    def test_a_long_run(self):
        def function(module):
            generator = module.Random(42)
            rng = random.Random(1)
            got = []
            for _ in range(20_000):
                got.append(generator.random())
                got.append(generator.getrandbits(rng.choice((0, 1, 5, 31, 32, 33, 53, 63, 64, 65, 100, 20_000))))
            return hash(tuple(got)), generator.getstate()
        self.check(function)

    def test_all_sizes_at_all_places(self):
        for place in (0, 1, 300, 622, 623, 624):
            def function(module):
                generator = module.Random(place)
                state = generator.getstate()[:-1] + (place,)
                got = []
                for bits in (*range(0, 140), 19_967, 19_968, 19_969, 40_000, 1_000_003):
                    generator.setstate(state)
                    got.append((generator.getrandbits(bits), generator.getstate()))
                return got
            self.check(function)

    def test_random_by_halves(self):
        """random() takes two words, also when one is the last of a block."""
        for place in (621, 622, 623, 624):
            def function(module):
                generator = module.Random(place)
                generator.setstate(generator.getstate()[:-1] + (place,))
                return generator.random(), generator.random(), generator.getstate()
            self.check(function)

    def test_sizes_that_are_none(self):
        for bits in (-1, -2**31, -2**31 - 1, -2**63, -2**63 - 1, -2**64, -2**70, 2**64, 2**64 + 1, 2**70, "5", 1.0,
                     None, b"1", Failing(), Index(-5), Index(2**70), Index("x"), Number(-3), Number(-2**80)):
            if NARROW and outcome(C.Random(1).getrandbits, bits)[1] == "OverflowError":
                self.assertRaises((OverflowError, ValueError), RUST.Random(1).getrandbits, bits)
                continue
            self.check(lambda module: module.Random(1).getrandbits(bits))

    def test_sizes_of_any_kind(self):
        for bits in (True, False, Index(0), Index(70), Number(40), Index(Number(3))):
            self.check(lambda module: module.Random(1).getrandbits(bits))

    @unittest.skipUnless(sys.platform == "linux", "needs a memory limit that works")
    def test_no_memory(self):
        with memory_limit(1 << 30):
            sizes = (2**31 - 1, 2**36, 2**62, 2**63 - 1, 2**64 - 1)
            for bits in sizes if sys.version_info >= (3, 14) else sizes[:-1]:
                if NARROW and bits >= 2**31:
                    self.assertRaises(MemoryError, RUST.Random(1).getrandbits, bits)
                elif bits >= 2**31:
                    self.check(lambda module: module.Random(1).getrandbits(bits))
            generator = RUST.Random(1)
            self.assertEqual(generator.getrandbits(2**29).bit_length(), C.Random(1).getrandbits(2**29).bit_length())

    def test_never_seeded(self):
        def function(module):
            generator = module.Random.__new__(module.Random, 1, 2, three=3)
            return generator.random(), generator.getrandbits(700), generator.getstate()
        self.check(function)


class States(Differential):
    def setstate(self, state):
        def function(module):
            generator = module.Random(1)
            generator.random()
            result = outcome(generator.setstate, state)
            return result, generator.getstate(), generator.random()
        return self.check(function)

    def test_words(self):
        state = C.Random(7).getstate()
        for place in (0, 1, 300, 623):
            for word in (0, 1, 2**32 - 1, 2**32, 2**32 + 5, 2**63, 2**64 - 1, 2**64, -1, -2**63, -2**70, True,
                         "1", 1.0, None, Index(5), Number(6), Number(-6)):
                self.setstate((*state[:place], word, *state[place + 1:]))

    def test_indices(self):
        state = C.Random(7).getstate()[:-1]
        for index in (0, 1, 623, 624, 625, -1, 2**31, 2**32, 2**63 - 1, 2**63, -2**63, -2**63 - 1, 2**70, True, "1",
                      1.0, None, Index(5), Index(-5), Index(2**70), Index("x"), Number(6), Failing()):
            self.setstate((*state, index))

    def test_other_shapes(self):
        state = C.Random(7).getstate()
        class Tuple(tuple):
            pass
        for wrong in ((), state[:-1], (*state, 1), list(state), None, 5, "text", Tuple(state), Tuple()):
            self.setstate(wrong)

    def test_an_index_that_comes_back(self):
        class Again:
            def __index__(self):
                self.generator.seed(8)
                self.generator.setstate(C.Random(9).getstate())
                return 600

        def function(module):
            index = Again()
            index.generator = module.Random(1)
            index.generator.setstate((*C.Random(2).getstate()[:-1], index))
            return index.generator.getstate()
        self.check(function)

    def test_one_goes_on_where_the_other_stopped(self):
        for rounds in (0, 1, 311, 312, 313, 1000):
            one = C.Random(5)
            for _ in range(rounds):
                one.random()
            other = RUST.Random()
            other.setstate(one.getstate())
            self.assertEqual([other.random() for _ in range(1000)], [one.random() for _ in range(1000)])
            one.setstate(other.getstate())
            self.assertEqual(one.getrandbits(10**5), other.getrandbits(10**5))


class Calls(Differential):
    def test_constructors(self):
        for args, kwargs in (((), {}), ((1,), {}), ((1, 2), {}), ((1, 2, 3), {}), ((), {"seed": 1}), ((1,), {"x": 1}),
                             ((1, 2), {"x": 1}), (([],), {}), ((), {})):
            self.check(lambda module: type(module.Random(*args, **kwargs)).__name__)
            self.check(lambda module: type(subclass(module)(*args, **kwargs)).__name__)
            self.check(lambda module: subclass(module, init=True)(*args, **kwargs).got)
            self.check(lambda module: type(subclass(module, new=True)(*args, **kwargs)).__name__)
            for init in (True, False):
                for new in (True, False):
                    def again(module):
                        made = subclass(module, init, new)(1)
                        return module.Random.__init__(made, *args, **kwargs)
                    self.check(again)

    def test_wrong_calls(self):
        for name in ("random", "seed", "getstate", "setstate", "getrandbits"):
            for args in ((), (1,), (1, 2), (1, 2, 3)):
                for kwargs in ({}, {"n": 1}, {"k": 1, "state": 2}):
                    def function(module):
                        result = getattr(module.Random(3), name)(*args, **kwargs)
                        return result if result is None or name == "random" else type(result)
                    self.check(function)

    def test_copies_and_pickles(self):
        for function in (copy.copy, copy.deepcopy, pickle.dumps):
            self.check(lambda module: function(module.Random(1)))

    def test_attributes(self):
        self.check(lambda module: setattr(module.Random(1), "x", 1))
        self.check(lambda module: delattr(module.Random(1), "random"))
        self.check(lambda module: setattr(subclass(module)(1), "x", 1))
        self.check(lambda module: module.Random.__flags__)
        self.check(lambda module: module.Random.__base__)


def subclass(module, init=False, new=False):
    class Sub(module.Random):
        if init:
            def __init__(self, *args, **kwargs):
                self.got = args, kwargs

        if new:
            def __new__(cls, *args, **kwargs):
                return super().__new__(cls)
    return Sub


class Package(unittest.TestCase):
    """`random` on top of each module."""

    def test_same_numbers(self):
        results = []
        for module in (C, RUST):
            package = layer("random", module)
            generator = package.Random("a seed")
            results.append([
                [generator.randrange(10**30) for _ in range(100)],
                generator.sample(range(1000), 100),
                generator.gauss(0, 1), generator.randbytes(1000), generator.shuffle(list(range(10))),
                pickle.loads(pickle.dumps(generator.getstate())), generator.choices("abcdef", k=50),
                generator.expovariate(1.5), generator.randint(-5, 2**70), generator.uniform(1, 2),
            ])
        self.assertEqual(*results)

    def test_pickles(self):
        generator = random.Random(6)
        again = pickle.loads(pickle.dumps(generator))
        self.assertEqual(again.random(), generator.random())


class Threads(unittest.TestCase):
    def test_one_generator_for_all(self):
        """Every word is given out to one thread, and none gets lost."""
        generator = RUST.Random(4)
        got = [[] for _ in range(8)]
        start = threading.Barrier(len(got))

        def run(number):
            start.wait()
            for _ in range(5000):
                got[number].append(generator.getrandbits(32))

        in_threads(len(got), run)
        same = C.Random(4)
        self.assertEqual(sorted(sum(got, [])), sorted(same.getrandbits(32) for _ in range(8 * 5000)))
        self.assertEqual(generator.getstate(), same.getstate())

    def test_seeding_meanwhile(self):
        generator = RUST.Random(1)
        states = {C.Random(seed).getstate() for seed in range(3)}
        read = lambda: self.assertIn(generator.getstate(), states)
        with meanwhile(read, read, read):
            for seed in range(500):
                generator.seed(seed % 3)
                generator.setstate(C.Random(seed % 3).getstate())


@contextmanager
def memory_limit(size):
    """Leaves the process that many more bytes."""
    with open("/proc/self/statm") as file:
        used = int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    old = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (used + size, old[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, old)


if __name__ == "__main__":
    unittest.main()
