"""Work for many interpreters and threads at once; see python/tests/build/test_stress.py."""

import hashlib
import random
import sys
import threading
import zlib


def work(seed: int) -> str:
    """Compresses and decompresses what `seed` stands for; gives a digest of all results."""
    rng = random.Random(seed)
    words = [b"window", b"block", rng.randbytes(20), b"\n"]
    data = b"".join(rng.choices(words, k=rng.choice((1, 50, 2000, 20_000))))
    level, wbits = rng.randrange(-1, 10), rng.choice((15, -12, 31))
    packed = zlib.compress(data, level, wbits)
    results = [
        packed,
        zlib.decompress(bytearray(packed), wbits),
        by_pieces(data, level, wbits),
        limited(packed, wbits),
        b"%d %d" % (zlib.crc32(data, seed), zlib.adler32(data)),
        failure(packed[:-5] + b"wrong", wbits),
    ]
    assert results[1] == results[3] == zlib.decompress(results[2], wbits) == data
    return hashlib.sha256(b"\0".join(results)).hexdigest()


def by_pieces(data: bytes, level: int, wbits: int) -> bytes:
    compressor = zlib.compressobj(level, zlib.DEFLATED, wbits)
    pieces = [compressor.compress(memoryview(data)[start : start + 9000]) for start in range(0, len(data), 9000)]
    other = compressor.copy()
    end = compressor.flush()
    assert other.flush() == end
    return b"".join([*pieces, end])


def limited(packed: bytes, wbits: int) -> bytes:
    decompressor = zlib.decompressobj(wbits)
    pieces, rest = [], packed + b"behind"
    while not decompressor.eof:
        pieces.append(decompressor.decompress(rest, 10_000))
        rest = decompressor.unconsumed_tail
    assert decompressor.unused_data == b"behind"
    return b"".join(pieces)


def failure(packed: bytes, wbits: int) -> bytes:
    try:
        return zlib.decompress(packed, wbits)
    except zlib.error as error:
        return str(error).encode()


class Shared:
    """One compressor, one decompressor of each kind and one buffer for all threads."""

    CONTENT = bytes(300_000)
    PACKED = zlib.compress(CONTENT)

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.compressor = zlib.compressobj()
        self.packed: list[tuple[int, bytes]] = []
        self.fed = 0
        self.buffer = bytearray(10_000)
        self.decompressor = zlib.decompressobj()
        self.start_draining()

    def use(self, seed: int) -> None:
        [self.compress, self.drain, self.decompress, self.change, self.read][seed % 5](seed)

    def compress(self, seed: int) -> None:
        """Packed data come in the order of the calls, which the lock makes known."""
        self.compressor.copy()
        with self.lock:
            self.fed += 1 + seed % 5000
            self.packed.append((seed, self.compressor.compress(bytes(1 + seed % 5000))))

    def start_draining(self) -> None:
        self.drained: list[bytes] = []
        if sys.version_info < (3, 12):
            return  # it has no such class
        self.incremental = zlib._ZlibDecompressor()
        self.drained.append(self.incremental.decompress(self.PACKED, 1))

    def drain(self, seed: int) -> None:
        """The pieces that all threads get make up the whole."""
        if sys.version_info < (3, 12):
            return
        with self.lock:
            decompressor, drained = self.incremental, self.drained
        try:
            piece = decompressor.decompress(b"", 1 + seed % 5000)
        except EOFError:
            with self.lock:
                if decompressor is self.incremental and sum(map(len, drained)) == len(self.CONTENT):
                    self.start_draining()
            return
        assert not any(piece)
        drained.append(piece)
        assert decompressor.unused_data == b""

    def decompress(self, seed: int) -> None:
        """Pieces in any order are no stream, but never anything worse than an error."""
        decompressor = self.decompressor
        try:
            decompressor.decompress(self.PACKED[seed % 50 :], 1 + seed % 3000)
            decompressor.decompress(decompressor.unconsumed_tail, 10)
            decompressor.flush()
            decompressor.copy()
        except (zlib.error, ValueError):
            pass
        assert isinstance(decompressor.unconsumed_tail, bytes) and isinstance(decompressor.unused_data, bytes)
        if decompressor.eof or seed % 50 == 0:
            self.decompressor = zlib.decompressobj()

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
        packed = zlib.compress(self.buffer)
        assert len(zlib.decompress(packed)) in range(2000, 22_000)
        assert zlib.crc32(self.buffer) in range(2**32) and zlib.adler32(self.buffer) in range(2**32)
        try:
            zlib.decompress(self.buffer)
        except zlib.error:
            pass  # it is no stream

    def check(self) -> None:
        """The one compressor's stream is whole, and so is what the one decompressor gave."""
        packed = b"".join(piece for _, piece in self.packed) + self.compressor.flush()
        assert zlib.decompress(packed) == bytes(self.fed)
        self.buffer.clear()
        if sys.version_info >= (3, 12):
            while not self.incremental.eof:
                self.drained.append(self.incremental.decompress(b""))
            assert sum(map(len, self.drained)) == len(self.CONTENT)
