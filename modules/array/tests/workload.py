"""Work for many interpreters and threads at once; see python/tests/build/test_stress.py."""

import array
import copy
import hashlib
import pickle
import random
import threading

CODES = "bBhHiIlLqQfd"


def work(seed: int) -> str:
    """Changes arrays of every type in all ways; gives a digest of all that came out."""
    rng = random.Random(seed)
    digest = hashlib.sha256()
    for code in CODES:
        items = array.array(code, [rng.randrange(100) for _ in range(rng.randrange(500))])
        for _ in range(30):
            change(rng, items)
            digest.update(items.tobytes())
        with memoryview(items) as view:
            digest.update(failure(items.append, 1).encode() + bytes(view))
        loaded = pickle.loads(pickle.dumps(items))
        assert loaded == items == copy.deepcopy(items) and not loaded < items
        digest.update(repr((items[:20], items.count(7), 7 in items, failure(items.index, 101))).encode())
    return digest.hexdigest()


def change(rng: random.Random, items: array.array) -> None:
    at, stop = sorted(rng.randrange(len(items) + 1) for _ in range(2))
    step = rng.choice((1, 2, -1))
    [
        lambda: items.insert(at, 3),
        lambda: items.append(at % 100),
        lambda: items.extend(items[at:stop]),
        lambda: items.__setitem__(slice(at, stop), items[:5]),
        lambda: items.__delitem__(slice(at, stop, step)),
        lambda: items.frombytes(bytes(items.itemsize * 20)),
        lambda: items.fromlist([1, 2, 3]),
        lambda: failure(items.pop, at),
        lambda: failure(items.remove, 3),
        items.reverse,
        lambda: items.__setitem__(slice(None, None, 2), items[1::2] + items[: len(items) % 2]),
    ][rng.randrange(11)]()


def failure(function: object, argument: object) -> str:
    try:
        return repr(function(argument))
    except (BufferError, IndexError, ValueError) as error:
        return str(error)


class Shared:
    """One array for all threads."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.items = array.array("q")
        self.appended = 0
        self.restless = array.array("i", range(100))

    def use(self, seed: int) -> None:
        [self.append, self.look, self.stir][seed % 3](seed)

    def append(self, seed: int) -> None:
        """No item gets lost."""
        count = 1 + seed % 50
        for _ in range(count):
            self.items.append(1)
        with self.lock:
            self.appended += count

    def look(self, seed: int) -> None:
        assert set(self.items) <= {1} and self.items.count(1) <= len(self.items)

    def stir(self, seed: int) -> None:
        for use in (self.restless.reverse, lambda: self.restless.extend(self.restless[:seed % 9]),
                    lambda: self.restless.__delitem__(slice(100, None)), self.restless.tolist,
                    lambda: bytes(memoryview(self.restless))):
            try:
                use()
            except (BufferError, IndexError):
                pass  # Another thread has a view, or has made the array shorter.

    def check(self) -> None:
        assert len(self.items) == self.appended == self.items.count(1)
