"""Work for many interpreters and threads at once; see python/tests/build/test_stress.py."""

import hashlib
import lzma
import random
import threading


def work(seed: int) -> str:
    """Compresses and decompresses what `seed` stands for; gives a digest of all results."""
    rng = random.Random(seed)
    words = [b"range", b"match", rng.randbytes(20), b"\n"]
    data = b"".join(rng.choices(words, k=rng.choice((1, 50, 1000, 5000))))
    filters = [{"id": lzma.FILTER_LZMA2, "preset": rng.randrange(7), "dict_size": 1 << 16}]
    if rng.random() < 0.5:
        filters.insert(0, rng.choice(({"id": lzma.FILTER_DELTA, "dist": 4}, {"id": lzma.FILTER_X86})))
    check = rng.choice((lzma.CHECK_CRC32, lzma.CHECK_CRC64, lzma.CHECK_SHA256))
    packed = lzma.compress(data, check=check, filters=filters)
    alone = lzma.compress(data, lzma.FORMAT_ALONE, preset=rng.randrange(3))
    raw = lzma.compress(data, lzma.FORMAT_RAW, filters=filters)
    results = [
        packed,
        alone,
        raw,
        lzma.decompress(bytearray(packed) + alone),
        by_pieces(data, check, filters),
        limited(packed),
        failure(packed[:-5] + b"wrong"),
    ]
    assert results[3] == data * 2 and results[5] == data and results[4] == packed
    assert lzma.decompress(raw, lzma.FORMAT_RAW, filters=filters) == data
    return hashlib.sha256(b"\0".join(results)).hexdigest()


def by_pieces(data: bytes, check: int, filters: list) -> bytes:
    compressor = lzma.LZMACompressor(check=check, filters=filters)
    pieces = [compressor.compress(memoryview(data)[start : start + 9000]) for start in range(0, len(data), 9000)]
    return b"".join([*pieces, compressor.flush()])


def limited(packed: bytes) -> bytes:
    decompressor = lzma.LZMADecompressor()
    pieces = [decompressor.decompress(packed + b"behind", 10_000)]
    while not decompressor.eof:
        pieces.append(decompressor.decompress(b"", 10_000))
    assert decompressor.unused_data == b"behind"
    return b"".join(pieces)


def failure(packed: bytes) -> bytes:
    try:
        return lzma.decompress(packed)
    except lzma.LZMAError as error:
        return str(error).encode()


class Shared:
    """One compressor, one decompressor of each kind and one buffer for all threads."""

    CONTENT = bytes(300_000)
    PACKED = lzma.compress(CONTENT, preset=0)

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.compressor = lzma.LZMACompressor(preset=0)
        self.packed: list[bytes] = []
        self.fed = 0
        self.buffer = bytearray(10_000)
        self.decompressor = lzma.LZMADecompressor()
        self.start_draining()

    def use(self, seed: int) -> None:
        [self.compress, self.drain, self.decompress, self.change, self.read][seed % 5](seed)

    def compress(self, seed: int) -> None:
        """Packed data come in the order of the calls, which the lock makes known."""
        with self.lock:
            self.fed += 1 + seed % 5000
            self.packed.append(self.compressor.compress(bytes(1 + seed % 5000)))

    def start_draining(self) -> None:
        self.incremental = lzma.LZMADecompressor()
        self.drained: list[bytes] = [self.incremental.decompress(self.PACKED, 1)]

    def drain(self, seed: int) -> None:
        """The pieces that all threads get make up the whole."""
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
            decompressor.decompress(b"", 10)
        except (lzma.LZMAError, EOFError):
            pass
        assert isinstance(decompressor.unused_data, bytes) and isinstance(decompressor.check, int)
        if decompressor.eof or seed % 50 == 0:
            self.decompressor = lzma.LZMADecompressor()

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
        packed = lzma.compress(self.buffer, preset=0)
        assert len(lzma.decompress(packed)) in range(2000, 22_000)
        try:
            lzma.decompress(self.buffer)
        except lzma.LZMAError:
            pass  # it is no stream

    def check(self) -> None:
        """The one compressor's stream is whole, and so is what the one decompressor gave."""
        packed = b"".join(self.packed) + self.compressor.flush()
        assert lzma.decompress(packed) == bytes(self.fed)
        while not self.incremental.eof:
            self.drained.append(self.incremental.decompress(b""))
        assert sum(map(len, self.drained)) == len(self.CONTENT)
        self.buffer.clear()
