"""Work for many interpreters and threads at once; see python/tests/build/test_stress.py."""

import _queue
import hashlib
import random
import threading


def work(seed: int) -> str:
    """Puts and gets in an order that follows from `seed`; gives a digest of what came out."""
    rng = random.Random(seed)
    queue: _queue.SimpleQueue = _queue.SimpleQueue()
    seen = []
    for number in range(3000):
        if rng.random() < 0.55:
            queue.put((number, str(number)))
        else:
            try:
                seen.append(queue.get(rng.random() < 0.5 and not queue.empty()))
            except _queue.Empty:
                seen.append(queue.qsize())
    while not queue.empty():
        seen.append(queue.get(timeout=1))
    return hashlib.sha256(repr(seen).encode()).hexdigest()


class Shared:
    """One queue for all threads."""

    def __init__(self) -> None:
        self.queue: _queue.SimpleQueue = _queue.SimpleQueue()
        self.lock = threading.Lock()
        self.sum = 0

    def use(self, seed: int) -> None:
        """As many are put as are taken, so nobody waits for ever."""
        for number in range(50):
            self.queue.put(seed + number)
        taken = sum(self.queue.get() for _ in range(50))
        with self.lock:
            self.sum += sum(range(seed, seed + 50)) - taken

    def check(self) -> None:
        assert self.queue.empty() and self.sum == 0
