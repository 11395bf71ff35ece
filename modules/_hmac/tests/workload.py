"""Work for many interpreters and threads at once; see python/tests/build/test_stress.py."""

import hashlib
import random
import threading

import _hmac

NAMES = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sha3_224", "sha3_256", "sha3_384", "sha3_512")


def work(seed: int) -> str:
    """Codes of what `seed` stands for; gives a digest of all results."""
    rng = random.Random(seed)
    data = rng.randbytes(rng.choice((1, 50, 2000, 20_000)))
    name = NAMES[seed % len(NAMES)]
    whole = _hmac.compute_digest(data[:100], bytearray(data), name)
    code = _hmac.new(data[:100], digestmod=name.upper())
    for start in range(0, len(data), 900):
        code.update(memoryview(data)[start : start + 900])
    assert code.digest() == code.copy().digest() == whole
    assert getattr(_hmac, f"compute_{name}")(data[:100], data) == whole
    return hashlib.sha256(whole + failure(name)).hexdigest()


def failure(name: str) -> bytes:
    try:
        _hmac.new(b"", b"", f"no {name}")
    except _hmac.UnknownHashError as error:
        return str(error).encode()
    raise AssertionError


class Shared:
    """One object and one buffer for all threads."""

    PIECE = bytes(3000)

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.code = _hmac.new(b"key", b"", "sha512")
        self.updates = 0
        self.buffer = bytearray(10_000)

    def use(self, seed: int) -> None:
        [self.update, self.update_short, self.look, self.change, self.read][seed % 5](seed)

    def update(self, seed: int) -> None:
        """The order of pieces that are all the same does not matter."""
        self.code.update(self.PIECE)
        with self.lock:
            self.updates += len(self.PIECE)

    def update_short(self, seed: int) -> None:
        self.code.update(bytes(1 + seed % 500))
        with self.lock:
            self.updates += 1 + seed % 500

    def look(self, seed: int) -> None:
        assert len(self.code.copy().hexdigest()) == 128 and self.code.name == "hmac-sha512"

    def change(self, seed: int) -> None:
        view = memoryview(self.buffer)
        for index in range(0, len(view), 11):
            view[index] = (seed + index) % 256
        view.release()
        try:
            self.buffer[:] = bytes(2000 + seed % 20_000)
        except BufferError:
            pass  # another thread looks at it

    def read(self, seed: int) -> None:
        assert len(_hmac.compute_md5(self.buffer, self.buffer)) == 16
        assert len(_hmac.new(self.buffer, self.buffer, "sha1").digest()) == 20

    def check(self) -> None:
        """The object has taken everything, once."""
        assert self.code.digest() == _hmac.compute_sha512(b"key", bytes(self.updates))
        self.buffer.clear()
