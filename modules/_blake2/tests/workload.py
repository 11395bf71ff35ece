"""Work for many interpreters and threads at once; see python/tests/build/test_stress.py."""

import _blake2
import threading

CLASSES = (_blake2.blake2b, _blake2.blake2s)


def work(seed: int) -> str:
    """Hashes what `seed` stands for with both functions and many parameters; gives a digest of all results."""
    data = b"%d," % seed * (seed % 3000)
    result = _blake2.blake2b()
    for make in CLASSES:
        hash = make(
            data, digest_size=1 + seed % make.MAX_DIGEST_SIZE, key=data[: make.MAX_KEY_SIZE], salt=data[: make.SALT_SIZE],
            person=data[3:9], fanout=seed % 256, depth=2, leaf_size=seed, node_offset=seed, last_node=bool(seed % 2),
        )  # fmt: skip
        other = hash.copy()
        for start in range(0, len(data), 5000):
            hash.update(bytearray(data[start : start + 5000]))
        result.update(hash.digest() + other.hexdigest().encode() + failure(make, seed).encode())
    return result.hexdigest()


def failure(make: type, seed: int) -> str:
    try:
        return make(digest_size=100 + seed % 9).hexdigest()
    except ValueError as error:
        return str(error)


class Shared:
    """One object of each class, and one buffer, for all threads."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.hashes = [make(key=b"key") for make in CLASSES]
        self.fed = 0
        self.buffer = bytearray(10_000)

    def use(self, seed: int) -> None:
        [self.update, self.read, self.change, self.hash_changing][seed % 4](seed)

    def update(self, seed: int) -> None:
        data = bytes(1 + seed % 9000)
        for hash in self.hashes:
            hash.update(data)
        with self.lock:
            self.fed += len(data)

    def read(self, seed: int) -> None:
        for hash in self.hashes:
            assert len(hash.digest()) == hash.digest_size
            assert len(hash.copy().hexdigest()) == 2 * hash.digest_size

    def change(self, seed: int) -> None:
        try:
            self.buffer[:] = bytes([seed % 256]) * (2000 + seed % 20_000)
        except BufferError:
            pass  # another thread looks at it

    def hash_changing(self, seed: int) -> None:
        for make in CLASSES:
            make(self.buffer, salt=self.buffer[:8]).update(self.buffer)

    def check(self) -> None:
        """No update got lost, and none was torn apart."""
        for make, hash in zip(CLASSES, self.hashes, strict=True):
            whole = make(key=b"key")
            whole.update(bytes(self.fed))
            assert whole.digest() == hash.digest()
        self.buffer.clear()
