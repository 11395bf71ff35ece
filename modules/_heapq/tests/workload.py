"""Work for many interpreters and threads at once; see python/tests/build/test_stress.py."""

import _heapq
import hashlib
import random
import threading


def work(seed: int) -> str:
    """Sorts items of every kind by heaps, from `seed`; gives a digest of all."""
    rng = random.Random(seed)
    digest = hashlib.sha256()
    for make in (int, float, str, lambda number: (number % 7, str(number)), Item):
        items = [make(rng.randrange(1_000_000)) for _ in range(rng.randrange(1, 3000))]
        heap = items[: len(items) // 2]
        _heapq.heapify(heap)
        for item in items[len(heap) :]:
            _heapq.heappush(heap, item)
        digest.update(repr(heap).encode())
        replaced = [_heapq.heapreplace(heap, item) for item in items[:50]]
        replaced += [_heapq.heappushpop(heap, item) for item in items[:50]]
        popped = [_heapq.heappop(heap) for _ in range(len(heap))]
        digest.update(repr((replaced, popped)).encode())
    digest.update(failure().encode())
    return digest.hexdigest()


class Item:
    """Something that compares by code of its own."""

    def __init__(self, value: int) -> None:
        self.value = value

    def __lt__(self, other: "Item") -> bool:
        return self.value < other.value

    def __repr__(self) -> str:
        return f"Item({self.value})"


def failure() -> str:
    class Emptying:
        def __lt__(self, other: object) -> bool:
            heap.clear()
            return True

    heap: list[object] = [Emptying(), Emptying()]
    try:
        _heapq.heappush(heap, Emptying())
    except RuntimeError as error:
        return str(error)
    return "no error"


class Shared:
    """One heap for all threads."""

    def __init__(self) -> None:
        self.heap: list[int] = []
        self.lock = threading.Lock()
        self.pushed = 0
        self.popped = 0

    def use(self, seed: int) -> None:
        numbers = [seed * 1000 + number for number in range(50)]
        taken = []
        for number in numbers:
            _heapq.heappush(self.heap, number)
        for number in numbers[:20]:
            taken.append(_heapq.heappop(self.heap))
            taken.append(_heapq.heappushpop(self.heap, number))
        with self.lock:
            self.pushed += sum(numbers) + sum(numbers[:20])
            self.popped += sum(taken)

    def check(self) -> None:
        """Nothing got lost, and what is left is in order."""
        rest = [_heapq.heappop(self.heap) for _ in range(len(self.heap))]
        assert rest == sorted(rest)
        assert self.popped + sum(rest) == self.pushed
