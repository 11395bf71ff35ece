"""A signal comes in the middle of long calls; its handler raises an exception: `signals.py`.

Prints each call whose exception arrived, and which works afterwards.
"""

import _queue
import array
import bz2
import csv
import functools
import hashlib
import heapq
import io
import json
import lzma
import math
import random
import signal
import struct
import sys
import threading
import unicodedata
import zlib
from binascii import b2a_base64, b2a_qp
from collections.abc import Callable


class Alarm(Exception):
    """What the handler raises."""


def handler(number: int, frame: object) -> None:
    raise Alarm


DATA = random.Random(1).randbytes(1 << 16) * 64
TEXT = "a\u0308\u1100\u1161\u11a8 caf\u00e9 " * (1 << 17)
ROWS = [["a,b", 'q"r', i, None] for i in range(1 << 15)]
PACKED = {module: module.compress(DATA[: 1 << 20]) for module in (zlib, bz2, lzma)}
JSON = [{"name": "x" * (i % 50), "values": [i, i / 3, None, True]} for i in range(1 << 14)]
DUMPED = json.dumps(JSON)

CALLS: dict[str, Callable[[], object]] = {
    "zlib.compress": lambda: zlib.compress(DATA, 9),
    "bz2.compress": lambda: bz2.compress(DATA[: 1 << 20]),
    "lzma.compress": lambda: lzma.compress(DATA[: 1 << 20]),
    **{f"{module.__name__}.decompress": functools.partial(module.decompress, packed) for module, packed in PACKED.items()},
    "pbkdf2_hmac": lambda: hashlib.pbkdf2_hmac("sha256", b"password", b"salt", 200_000),
    "sha3_512": lambda: hashlib.sha3_512(DATA),
    "json.dumps": lambda: json.dumps(JSON),
    "json.loads": lambda: json.loads(DUMPED),
    "csv.reader": lambda: list(csv.reader(["a,b,\"c,d\"\n"] * (1 << 16))),
    "csv.writer": lambda: csv.writer(io.StringIO()).writerows(ROWS),
    "normalize": lambda: unicodedata.normalize("NFKC", TEXT),
    "b2a_base64": lambda: b2a_base64(DATA),
    "b2a_qp": lambda: b2a_qp(DATA),
    "reduce": lambda: functools.reduce(lambda x, y: x ^ y, range(1 << 17)),
    "heapify": lambda: heapq.heapify([-i for i in range(1 << 18)]),
    "array": lambda: array.array("d", range(1 << 18)),
    "fsum": lambda: math.fsum(range(1 << 18)),
    "struct.unpack": lambda: struct.unpack(f"{len(DATA)}B", DATA),
    "_queue.get": lambda: _queue.SimpleQueue().get(),
}
if sys.version_info >= (3, 14):
    from compression import zstd

    CALLS["zstd.compress"] = lambda: zstd.compress(DATA, 9)


def arrives(call: Callable[[], object]) -> bool:
    """Whether the exception comes out of the call, or right behind it."""
    signal.setitimer(signal.ITIMER_REAL, 0.02)
    try:
        while True:
            call()
    except Alarm:
        return True


def main() -> None:
    signal.signal(signal.SIGALRM, handler)
    for name, call in CALLS.items():
        assert arrives(call) and arrives(call), name
        print(name)
    worker = threading.Thread(target=CALLS["zlib.compress"])
    worker.start()
    assert arrives(CALLS["zlib.compress"])
    worker.join()


if __name__ == "__main__":
    main()
