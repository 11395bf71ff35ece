"""Work for many interpreters and threads at once; see python/tests/build/test_stress.py."""

import _hashlib
import hashlib
import hmac
import random
import threading

NAMES = sorted(_hashlib.openssl_md_meth_names)


def work(seed: int) -> str:
    """Hashes what `seed` stands for in all ways; gives a digest of all results."""
    rng = random.Random(seed)
    data = rng.randbytes(rng.choice((1, 50, 2000, 20_000)))
    name = NAMES[seed % len(NAMES)]
    results = [by_pieces(name, data), b"%d" % _hashlib.get_fips_mode()]
    if not name.startswith("shake"):
        results += [
            _hashlib.hmac_digest(data[:100], bytearray(data), name),
            _hashlib.pbkdf2_hmac(name, data, b"salt", 10, 50),
        ]
        code = _hashlib.hmac_new(data[:100], data, name)
        assert _hashlib.compare_digest(code.digest(), results[-2])
    results += [_hashlib.scrypt(data, salt=b"salt", n=16, r=2, p=2), failure(name)]
    return hashlib.sha256(b"\0".join(results)).hexdigest()


def by_pieces(name: str, data: bytes) -> bytes:
    whole, pieces = _hashlib.new(name, data), _hashlib.new(name)
    for start in range(0, len(data), 900):
        pieces.update(memoryview(data)[start : start + 900])
    assert digest(whole) == digest(pieces) == digest(pieces.copy())
    return digest(whole)


def digest(obj: "_hashlib.HASH") -> bytes:
    return obj.digest(50) if isinstance(obj, _hashlib.HASHXOF) else obj.digest()


def failure(name: str) -> bytes:
    try:
        _hashlib.new(f"no {name}")
    except ValueError as error:
        return str(error).encode()
    raise AssertionError


class Shared:
    """One hash object, one HMAC object and one buffer for all threads."""

    PIECE = bytes(3000)

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.hash = _hashlib.new("sha256")
        self.code = _hashlib.hmac_new(b"key", b"", "sha512")
        self.updates = 0
        self.buffer = bytearray(10_000)

    def use(self, seed: int) -> None:
        [self.update, self.update_short, self.look, self.change, self.read][seed % 5](seed)

    def update(self, seed: int) -> None:
        """The order of pieces that are all the same does not matter."""
        self.hash.update(self.PIECE)
        self.code.update(self.PIECE)
        with self.lock:
            self.updates += len(self.PIECE)

    def update_short(self, seed: int) -> None:
        self.hash.update(bytes(1 + seed % 500))
        self.code.update(bytes(1 + seed % 500))
        with self.lock:
            self.updates += 1 + seed % 500

    def look(self, seed: int) -> None:
        assert len(self.hash.copy().digest()) == 32 and len(self.code.copy().hexdigest()) == 128
        assert (self.hash.name, self.code.name) == ("sha256", "hmac-sha512")

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
        assert len(_hashlib.new("sha1", self.buffer).digest()) == 20
        assert len(_hashlib.hmac_digest(self.buffer, self.buffer, "md5")) == 16
        assert len(_hashlib.pbkdf2_hmac("sha256", self.buffer, self.buffer, 2)) == 32
        assert _hashlib.compare_digest(self.buffer, self.buffer) in (True, False)

    def check(self) -> None:
        """Both objects have taken everything, once."""
        content = bytes(self.updates)
        assert self.hash.digest() == hashlib.sha256(content).digest()
        assert self.code.digest() == hmac.digest(b"key", content, "sha512")
        self.buffer.clear()
