"""Work for many interpreters and threads at once; see python/tests/build/test_stress.py."""

import bz2
import hashlib
import random
import threading


def work(seed: int) -> str:
    """Compresses and decompresses what `seed` stands for; gives a digest of all results."""
    rng = random.Random(seed)
    words = [b"sorted", b"block", rng.randbytes(20), b"\n", b"      "]
    data = b"".join(rng.choices(words, k=rng.choice((1, 50, 2000, 20_000))))
    level = rng.randrange(1, 10)
    packed = bz2.compress(data, level)
    results = [
        packed,
        bz2.decompress(bytearray(packed + packed))[len(data) :],
        by_pieces(data, level),
        limited(packed),
        failure(packed[:-5] + b"wrong"),
    ]
    assert results[2] == packed
    assert results[1] == results[3] == data
    return hashlib.sha256(b"\0".join(results)).hexdigest()


def by_pieces(data: bytes, level: int) -> bytes:
    compressor = bz2.BZ2Compressor(level)
    pieces = [compressor.compress(memoryview(data)[start : start + 9000]) for start in range(0, len(data), 9000)]
    return b"".join([*pieces, compressor.flush()])


def limited(packed: bytes) -> bytes:
    decompressor = bz2.BZ2Decompressor()
    pieces = [decompressor.decompress(packed + b"behind", 10_000)]
    while not decompressor.eof:
        pieces.append(decompressor.decompress(b"", 10_000))
    assert decompressor.unused_data == b"behind"
    return b"".join(pieces)


def failure(packed: bytes) -> bytes:
    try:
        return bz2.decompress(packed)
    except OSError as error:
        return str(error).encode()


class Shared:
    """One compressor, one decompressor and one buffer for all threads."""

    CONTENT = bytes(300_000)
    PACKED = bz2.compress(CONTENT)

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.compressor = bz2.BZ2Compressor(1)
        self.packed: list[bytes] = []
        self.fed = 0
        self.buffer = bytearray(10_000)
        self.start_draining()

    def use(self, seed: int) -> None:
        [self.compress, self.drain, self.change, self.read][seed % 4](seed)

    def compress(self, seed: int) -> None:
        """Packed data come in the order of the calls, which the lock makes known."""
        with self.lock:
            self.fed += 1 + seed % 5000
            self.packed.append(self.compressor.compress(bytes(1 + seed % 5000)))

    def start_draining(self) -> None:
        self.drained: list[bytes] = []
        self.decompressor = bz2.BZ2Decompressor()
        self.drained.append(self.decompressor.decompress(self.PACKED, 1))

    def drain(self, seed: int) -> None:
        """The pieces that all threads get make up the whole."""
        with self.lock:
            decompressor, drained = self.decompressor, self.drained
        try:
            piece = decompressor.decompress(b"", 1 + seed % 5000)
        except EOFError:
            with self.lock:
                if decompressor is self.decompressor and sum(map(len, drained)) == len(self.CONTENT):
                    self.start_draining()
            return
        assert not any(piece)
        drained.append(piece)
        assert decompressor.unused_data == b""

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
        packed = bz2.compress(self.buffer, 1 + seed % 9)
        assert len(bz2.decompress(packed)) in range(2000, 22_000)
        try:
            bz2.decompress(self.buffer)
        except OSError:
            pass  # it is no stream

    def check(self) -> None:
        """The one compressor's stream is whole, and so is what the one decompressor gave."""
        packed = b"".join(self.packed) + self.compressor.flush()
        assert bz2.decompress(packed) == bytes(self.fed)
        while not self.decompressor.eof:
            self.drained.append(self.decompressor.decompress(b""))
        assert sum(map(len, self.drained)) == len(self.CONTENT)
        self.buffer.clear()
