"""Work for many interpreters and threads at once; see python/tests/build/test_stress.py."""

import _operator
import hashlib

BINARY = ["add", "sub", "mul", "floordiv", "mod", "and_", "or_", "xor", "eq", "lt", "iadd", "ixor", "is_"]


def work(seed: int) -> str:
    """Applies all kinds of functions to things that depend on `seed`; gives a digest of all results."""
    results: list[object] = [getattr(_operator, name)(seed, number) for name in BINARY for number in (1, 7, seed + 1)]
    rows = [(number * seed % 101, str(number), {"key": number}) for number in range(100)]
    results.append(sorted(rows, key=_operator.itemgetter(0, 1)))
    results += [_operator.itemgetter(1)(row) for row in rows]
    results += [_operator.attrgetter("real", "real.imag")(number) for number in range(seed % 50)]
    split = _operator.methodcaller("split", "1", maxsplit=2)
    results += [split(str(number * seed)) for number in range(100)]
    results.append(_operator._compare_digest(str(seed), str(seed % 7)))
    results.append(_operator.countOf([number % 5 for number in range(seed % 90)], 3))
    return hashlib.sha256(repr(results).encode()).hexdigest()


class Shared:
    """The same callables, and one dictionary, for all threads."""

    def __init__(self) -> None:
        self.first = _operator.itemgetter(0)
        self.ends = _operator.itemgetter(0, -1)
        self.parts = _operator.attrgetter("real", "imag.real")
        self.split = _operator.methodcaller("split", ",", maxsplit=1)
        self.table: dict[int, int] = {}

    def use(self, seed: int) -> None:
        key = seed % 10
        _operator.setitem(self.table, key, key)
        assert _operator.contains(self.table, key)
        assert _operator.getitem(self.table, key) == self.first((key,)) == key
        assert self.ends([seed, None, key]) == (seed, key)
        assert self.parts(seed) == (seed, 0)
        assert self.split(f"{seed},{key},") == [str(seed), f"{key},"]
        assert self.ends.__reduce__() == (_operator.itemgetter, (0, -1))

    def check(self) -> None:
        assert all(key == value for key, value in self.table.items())
