"""Work for many interpreters and threads at once; see python/tests/build/test_stress.py."""

import hashlib
import random
import threading

from compression import zstd
from compression.zstd import CompressionParameter, ZstdCompressor, ZstdDecompressor, ZstdDict, ZstdError


def work(seed: int) -> str:
    """Compresses and decompresses what `seed` stands for; gives a digest of all results."""
    rng = random.Random(seed)
    words = [b"window", b"block", rng.randbytes(20), b"\n"]
    data = b"".join(rng.choices(words, k=rng.choice((1, 50, 2000, 20_000))))
    level = rng.randrange(-5, 10)
    packed = zstd.compress(data, level)
    dictionary = ZstdDict(data[:5000] + bytes(8), is_raw=True)
    with_dictionary = zstd.compress(data, level, zstd_dict=dictionary.as_digested_dict)
    results = [
        packed,
        zstd.decompress(bytearray(packed)),
        by_pieces(data, level),
        limited(packed),
        with_dictionary,
        zstd.decompress(with_dictionary, zstd_dict=dictionary),
        repr(zstd.get_frame_info(packed)).encode(),
        failure(packed[:-1]),
        failure(b"not a frame"),
    ]
    assert results[1] == results[3] == results[5] == data
    return hashlib.md5(b"|".join(results)).hexdigest()


def by_pieces(data: bytes, level: int) -> bytes:
    options = {CompressionParameter.compression_level: level, CompressionParameter.checksum_flag: 1}
    compressor = ZstdCompressor(options=options)
    pieces = [compressor.compress(memoryview(data)[start : start + 9000]) for start in range(0, len(data), 9000)]
    return b"".join([*pieces, compressor.flush()])


def limited(packed: bytes) -> bytes:
    decompressor = ZstdDecompressor()
    pieces = [decompressor.decompress(packed + b"behind", 10_000)]
    while not decompressor.eof:
        assert not decompressor.needs_input
        pieces.append(decompressor.decompress(b"", 10_000))
    assert decompressor.unused_data == b"behind"
    return b"".join(pieces)


def failure(packed: bytes) -> bytes:
    try:
        return zstd.decompress(packed)
    except ZstdError as error:
        return str(error).encode()


class Shared:
    """One compressor, one decompressor, one dictionary and one buffer for all threads."""

    CONTENT = bytes(300_000)
    PACKED = zstd.compress(CONTENT)

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.compressor = ZstdCompressor()
        self.packed: list[bytes] = []
        self.fed = 0
        self.buffer = bytearray(10_000)
        self.dictionary = ZstdDict(b"0123456789" * 50, is_raw=True)
        self.start_draining()

    def use(self, seed: int) -> None:
        [self.compress, self.drain, self.digest, self.change, self.read][seed % 5](seed)

    def compress(self, seed: int) -> None:
        """Packed data come in the order of the calls, which the lock makes known."""
        with self.lock:
            self.fed += 1 + seed % 5000
            self.packed.append(self.compressor.compress(bytes(1 + seed % 5000), seed % 2))

    def start_draining(self) -> None:
        self.drained: list[bytes] = []
        self.decompressor = ZstdDecompressor()
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

    def digest(self, seed: int) -> None:
        """Each level's form of the dictionary is made once, whoever comes first."""
        data = b"0123456789" * (seed % 50)
        packed = zstd.compress(data, seed % 9, zstd_dict=self.dictionary.as_digested_dict)
        assert zstd.decompress(packed, self.dictionary) == data

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
        packed = zstd.compress(self.buffer)
        assert len(zstd.decompress(packed)) in range(2000, 22_000)
        try:
            zstd.decompress(self.buffer)
        except ZstdError:
            pass  # it is no frame

    def check(self) -> None:
        """The one compressor's frame is whole, and so is what the one decompressor gave."""
        packed = b"".join(self.packed) + self.compressor.flush()
        assert zstd.decompress(packed) == bytes(self.fed)
        while not self.decompressor.eof:
            self.drained.append(self.decompressor.decompress(b""))
        assert sum(map(len, self.drained)) == len(self.CONTENT)
        self.buffer.clear()
