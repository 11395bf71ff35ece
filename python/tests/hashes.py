"""What the tests of all hash modules share: the Rust module beside the C one, and work for many threads."""

import array
import copy
import hashlib
import mmap
import pickle
import random
import sys
import threading
import unittest
from types import ModuleType
from typing import Any

from corten.testing import c_module, in_threads, rust_module

Outcome = tuple[str, ...]

# 3.13.4 gave names to what constructors and SHAKE's methods take; Corten has them on all of 3.13.
NAMED_LATER = (3, 13) <= sys.version_info < (3, 13, 4)
otherwise_than_c = unittest.skipIf(NAMED_LATER, "Corten takes names that this release does not know")


def outcome(function: Any, *args: Any, **kwargs: Any) -> Outcome:
    """What a call gave: its result, or the exception's type and text."""
    try:
        result = function(*args, **kwargs)
    except Exception as error:
        return "raised", type(error).__qualname__, str(error)
    return "returned", repr(result if type(result) in (bytes, str, int, type(None)) else type(result))


class Untrue:
    """Has no truth value."""

    def __bool__(self) -> bool:
        raise ZeroDivisionError("no truth")


class HashDifferential:
    """Tests for a module, which a subclass names, with its functions."""

    module: str
    functions: tuple[str, ...]

    def setUp(self) -> None:
        self.c, self.rust = c_module(self.module), rust_module(self.module)
        self.rng = random.Random(self.id())

    def digest(self, hash_object: Any) -> bytes:
        """The digest, which a class may want an argument for."""
        return hash_object.digest()

    def hexdigest(self, hash_object: Any) -> str:
        return hash_object.hexdigest()

    def new(self, module: ModuleType, name: str, *args: Any, **kwargs: Any) -> Any:
        return getattr(module, name)(*args, **kwargs)

    def check(self, name: str, work: Any) -> None:
        """Hands the constructor of each module to `work`: both outcomes must be the same."""
        expected = outcome(work, getattr(self.c, name))
        self.assertEqual(outcome(work, getattr(self.rust, name)), expected)

    def test_all_lengths(self) -> None:
        for name in self.functions:
            block = self.new(self.c, name).block_size
            data = self.rng.randbytes(100_000)
            lengths = [*range(3 * block + 2), *self.rng.sample(range(len(data)), 40), 2047, 2048, 65_536, 65_537]
            for length in lengths:
                piece = data[:length]
                c, rust = (self.new(module, name, piece) for module in (self.c, self.rust))
                self.assertEqual(self.digest(rust), self.digest(c), (name, length))
                self.assertEqual(self.hexdigest(rust), self.digest(c).hex(), (name, length))

    def test_pieces_and_copies(self) -> None:
        for name in self.functions:
            for _ in range(60):
                objects = [(self.new(self.c, name), self.new(self.rust, name))]
                for _ in range(self.rng.randrange(12)):
                    pair = self.rng.choice(objects)
                    if self.rng.random() < 0.25:
                        objects.append((pair[0].copy(), pair[1].copy()))
                        continue
                    piece = self.rng.randbytes(self.rng.choice((0, 1, 55, 56, 63, 64, 100, 128, 136, 3000, 70_000)))
                    piece = self.rng.choice((bytes, bytearray, memoryview))(piece)
                    self.assertEqual(pair[1].update(piece), pair[0].update(piece))
                for c, rust in objects:
                    self.assertEqual(self.digest(rust), self.digest(c), name)
                    self.assertEqual(self.digest(rust), self.digest(rust.copy()), name)

    def test_buffers(self) -> None:
        data = self.rng.randbytes(10_000)
        anonymous = mmap.mmap(-1, len(data))
        anonymous.write(data)
        view = memoryview(data)
        for name in self.functions:
            for buffer in (
                bytearray(data), view, view[1:-1], view[:0], view.cast("H"), view.cast("B", (100, 100)),
                array.array("Q", data), array.array("d", [1.5, -2.0]), anonymous, memoryview(bytearray(data))[3:9000],
                view[::2], view[::-1], memoryview(b"abc")[::2],
            ):
                self.check(name, lambda new: self.digest(new(buffer)))
                self.check(name, lambda new: new().update(buffer))

    @unittest.skipUnless(NAMED_LATER, "C takes the names, too")
    def test_data_by_name(self) -> None:
        for name in self.functions:
            expected = self.digest(self.new(self.rust, name, b"abc"))
            for keyword in ("data", "string"):
                self.assertEqual(self.digest(getattr(self.rust, name)(**{keyword: b"abc"})), expected)

    @otherwise_than_c
    def test_arguments(self) -> None:
        positional = [(), (b"",), (b"abc",), ("x",), (1,), (None,), (Untrue(),), (b"", b""), (b"", True), (b"", 1, 2, 3)]
        keywords: list[dict[str, Any]] = [
            {}, {"string": b"abc"}, {"data": b"abc"}, {"string": None}, {"data": None}, {"string": "x"}, {"data": 1},
            {"data": b"", "string": b""}, {"usedforsecurity": False}, {"usedforsecurity": []},
            {"usedforsecurity": Untrue()}, {"data": "x", "usedforsecurity": Untrue()}, {"other": 1},
            {"usedforsecurit": 1}, {"string": b"abc", "usedforsecurity": False},
        ]
        for name in self.functions:
            for args in positional:
                for kwargs in keywords:
                    with self.subTest(name, args=args, kwargs=kwargs):
                        self.check(name, lambda new: self.digest(new(*args, **kwargs)))

    def test_methods_with_wrong_arguments(self) -> None:
        for name in self.functions:
            for args in [(), ("x",), (1,), (None,), (b"", b""), (b"x", 1, 2)]:
                self.check(name, lambda new: new().update(*args))
                self.check(name, lambda new: new().copy(*args))
                self.check(name, lambda new: new().digest(*args))
                self.check(name, lambda new: new().hexdigest(*args))
            for method in ("update", "copy", "digest", "hexdigest"):
                # Before 3.13, C's copy() takes any keyword and ignores it.
                if method != "copy" or sys.version_info >= (3, 13):
                    self.check(name, lambda new: getattr(new(), method)(data=b""))
                self.check(name, lambda new: getattr(type(new()), method)())
                self.check(name, lambda new: getattr(type(new()), method)(1))

    def test_objects(self) -> None:
        for name in self.functions:
            for attribute in ("name", "digest_size", "block_size", "other"):
                self.check(name, lambda new: getattr(new(), attribute))
                self.check(name, lambda new: setattr(new(), attribute, 1))
                self.check(name, lambda new: delattr(new(), attribute))
                self.check(name, lambda new: setattr(type(new()), attribute, 1))
            for work in (pickle.dumps, copy.copy, copy.deepcopy, iter, len, bool, hash):
                if work is hash:
                    self.assertIsInstance(work(self.new(self.rust, name)), int)
                else:
                    self.check(name, lambda new: work(new()))
            self.check(name, lambda new: type("Sub", (type(new()),), {}))
            self.check(name, lambda new: type(new())())
            self.check(name, lambda new: new() == new())
            self.check(name, lambda new: new() < new())

    def test_threads_on_one_object(self) -> None:
        """The pieces are all the same, so their order does not matter."""
        piece, count = self.rng.randbytes(5000), 20
        for name in self.functions:
            for kind in (bytes, bytearray):
                hash_object = self.new(self.rust, name)
                in_threads(4, lambda _: [use(hash_object, kind(piece), self.digest) for _ in range(count)])
                self.assertEqual(self.digest(hash_object), self.digest(self.new(self.c, name, piece * 4 * count)))

    def test_data_that_change_meanwhile(self) -> None:
        """Some digest comes out, and nothing else happens."""
        for name in self.functions:
            data = bytearray(300_000)

            def change(n: int) -> None:
                for i in range(20_000):
                    data[(i * 37 + n) % 300_000] = i & 255

            def read(_: int) -> None:
                for _ in range(10):
                    self.assertEqual(len(self.digest(self.new(self.rust, name, data))), len(self.digest(self.new(self.c, name))))

            in_threads(3, lambda n: read(n) if n == 0 else change(n))

    def test_the_gil_is_released(self) -> None:
        """Another thread goes on while much is hashed, though this one would keep the GIL for very long."""
        interval = sys.getswitchinterval()
        data = bytes(20 << 20)
        for name in self.functions:
            for begin in (lambda: self.new(self.rust, name), None):
                started, finished = threading.Event(), threading.Event()

                def work() -> None:
                    hash_object = begin and begin()
                    started.set()
                    hash_object.update(data) if hash_object else self.new(self.rust, name, data)
                    finished.set()

                thread = threading.Thread(target=work)
                try:
                    sys.setswitchinterval(100)
                    thread.start()
                    started.wait()
                    self.assertFalse(finished.is_set(), name)
                finally:
                    sys.setswitchinterval(interval)
                    thread.join()


def use(hash_object: Any, piece: Any, digest: Any) -> None:
    hash_object.update(piece)
    hash_object.copy().update(b"")
    digest(hash_object)


class HashWorkload:
    """Work for many interpreters and threads at once; see python/tests/build/test_stress.py."""

    def __init__(self, constructors: tuple[Any, ...]) -> None:
        self.constructors = constructors

    def digest(self, hash_object: Any, *length: int) -> bytes:
        return hash_object.digest(*length) if hash_object.digest_size else hash_object.digest(200)

    def work(self, seed: int) -> str:
        """Hashes what `seed` stands for; gives a digest of all digests."""
        rng = random.Random(seed)
        data = rng.randbytes(rng.choice((0, 1, 64, 3000, 70_000)))
        total = hashlib.blake2b()
        for new in self.constructors:
            whole, pieces = new(data), new()
            for start in range(0, len(data), 7001):
                pieces = pieces.copy()
                pieces.update(bytearray(data[start : start + 7001]))
            assert self.digest(whole) == self.digest(pieces)
            total.update(self.digest(whole))
            try:
                new("text")
            except TypeError as error:
                total.update(str(error).encode())
        return total.hexdigest()


class SharedHashes:
    """One object of each kind, and a buffer that changes, for all threads."""

    PIECE = bytes(range(256)) * 20

    def __init__(self, workload: HashWorkload) -> None:
        self.workload = workload
        self.objects = [new() for new in workload.constructors]
        self.counts = [0] * len(self.objects)
        self.lock = threading.Lock()
        self.buffer = bytearray(9000)

    def use(self, seed: int) -> None:
        index = seed % len(self.objects)
        self.objects[index].update(self.PIECE)
        with self.lock:
            self.counts[index] += 1
        self.workload.digest(self.objects[index].copy())
        self.buffer[seed % 9000] = seed & 255
        self.workload.constructors[index](self.buffer)

    def check(self) -> None:
        """Each object has taken every piece once."""
        for hash_object, new, count in zip(self.objects, self.workload.constructors, self.counts, strict=False):
            assert self.workload.digest(hash_object) == self.workload.digest(new(self.PIECE * count))
