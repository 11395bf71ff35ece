"""Work for many interpreters and threads at once; see python/tests/build/test_stress.py."""

import binascii
import hashlib
import random


def work(seed: int) -> str:
    """Encodes and decodes what `seed` stands for in every way; gives a digest of all results."""
    rng = random.Random(seed)
    data = rng.randbytes(rng.choice((1, 40, 3000, 70_000)))
    line = data[:45]
    results = [
        binascii.hexlify(data),
        binascii.hexlify(memoryview(data), ":", 3),
        binascii.unhexlify(binascii.hexlify(data).decode()),
        binascii.b2a_base64(data),
        binascii.a2b_base64(binascii.b2a_base64(bytearray(data))),
        binascii.b2a_uu(line),
        binascii.a2b_uu(binascii.b2a_uu(line)),
        binascii.b2a_qp(data),
        binascii.a2b_qp(binascii.b2a_qp(data)),
        b"%d %d" % (binascii.crc32(data), binascii.crc_hqx(data, seed)),
        failure(binascii.unhexlify, b"abc"),
        failure(binascii.a2b_base64, b"abcde"),
        failure(binascii.b2a_uu, bytes(46)),
    ]
    assert results[2] == results[4] == data and results[6] == line
    return hashlib.sha256(b"\0".join(results)).hexdigest()


def failure(function, data: bytes) -> bytes:
    try:
        return function(data)
    except binascii.Error as error:
        return str(error).encode()


class Shared:
    """Buffers that some threads change and resize while others encode and decode them."""

    def __init__(self) -> None:
        self.data = bytearray(5000)
        self.text = bytearray(binascii.b2a_base64(bytes(3000)))

    def use(self, seed: int) -> None:
        [self.change, self.encode, self.encode_pairwise, self.decode][seed % 4](seed)

    def change(self, seed: int) -> None:
        view = memoryview(self.data)
        for index in range(0, len(view), 7):
            view[index] = (seed + index) % 256
        view.release()
        self.text[seed % 3000] = b"AZ=\n"[seed % 4]
        try:
            self.data[:] = bytes(3000 + seed % 3000)
        except BufferError:
            pass  # another thread looks at it

    def encode(self, seed: int) -> None:
        assert len(binascii.a2b_base64(binascii.b2a_base64(self.data))) in range(3000, 6000)
        assert len(binascii.a2b_qp(binascii.b2a_qp(self.data, quotetabs=True))) in range(3000, 6000)
        assert binascii.crc32(self.data) in range(2**32)

    def encode_pairwise(self, seed: int) -> None:
        encoded = binascii.hexlify(self.data)
        assert binascii.hexlify(binascii.unhexlify(encoded)) == encoded

    def decode(self, seed: int) -> None:
        try:
            assert len(binascii.a2b_base64(self.text)) in range(3001)
        except binascii.Error:
            pass  # a padding character in the middle

    def check(self) -> None:
        """Whatever was done with them, the buffers are free again."""
        self.data.clear()
        self.text.clear()
