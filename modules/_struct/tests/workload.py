"""Work for many interpreters and threads at once; see python/tests/build/test_stress.py."""

import _struct
import hashlib
import random


def work(seed: int) -> str:
    """Packs and unpacks values of every kind; gives a digest of all."""
    random_source = random.Random(seed)
    digest = hashlib.sha256()
    for _ in range(200):
        order = random_source.choice("@=<>!")
        letters = random_source.choices("bBhHiIlLqQefd?cspx", k=random_source.randrange(1, 12))
        format = order + "".join(f"{random_source.randrange(4)}{letter}" for letter in letters)
        layout = _struct.Struct(format)
        data = random_source.randbytes(layout.size)
        values = layout.unpack(data)
        assert repr(values) == repr(_struct.unpack(format.encode(), bytearray(data)))
        packed = outcome(layout.pack, *values)
        if isinstance(packed, bytes):
            target = bytearray(layout.size + 3)
            _struct.pack_into(format, target, 3, *values)
            assert target[3:] == packed
            assert repr(_struct.unpack_from(format, target, -layout.size or 3)) == repr(layout.unpack(packed))
        if layout.size:
            assert repr(list(layout.iter_unpack(data * 3))) == repr([values] * 3)
        digest.update(repr((format, layout.size, values, packed)).encode())
    for format, *values in (("b", 128), ("4", 1), ("h", "x"), ("e", 1e5), ("3s", 1), ("i", 1, 2), ("\0",)):
        digest.update(repr(outcome(_struct.pack, format, *values)).encode())
    return digest.hexdigest()


def outcome(function, *args):
    try:
        return function(*args)
    except (_struct.error, OverflowError) as error:
        return f"{type(error).__name__}: {error}"


class Shared:
    """One target and one Struct for all threads."""

    FORMATS = ("<i", ">hh", "4s")

    def __init__(self) -> None:
        self.target = bytearray(8)
        self.layout = _struct.Struct(self.FORMATS[0])
        self.iterator = self.layout.iter_unpack(bytes(1 << 16))

    def use(self, seed: int) -> None:
        [self.pack, self.unpack, self.iterate, self.forget][seed % 4](seed)

    def pack(self, seed: int) -> None:
        for number in range(50):
            _struct.pack_into("<ii", self.target, 0, seed, number)

    def unpack(self, seed: int) -> None:
        for _ in range(50):
            assert len(self.layout.unpack_from(self.target, 4)) in (1, 2)

    def iterate(self, seed: int) -> None:
        for _ in range(seed % 100):
            assert next(self.iterator, (0,)) == (0,)

    def forget(self, seed: int) -> None:
        _struct._clearcache()
        if hasattr(_struct.Struct, "__init__"):
            self.layout = _struct.Struct(self.FORMATS[seed % 3])

    def check(self) -> None:
        assert self.layout.size == 4 and len(self.target) == 8
