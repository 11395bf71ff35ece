"""What is measured of every hash module."""

from collections.abc import Iterator
from functools import partial
from types import ModuleType
from typing import Any

SIZES = [64, 1024, 65536, 1048576]
LARGE = [*SIZES, 10_000_000]


def cases(*names: str) -> Iterator[dict[str, Any]]:
    """The cases for these functions, with digests of 32 bytes where the length is open."""
    for name in names:
        length = (32,) if name.startswith("shake") else ()
        sizes = LARGE if name == names[0] else SIZES
        yield {"name": name, "sizes": sizes, "setup": partial(once, name, length)}
        yield {"name": f"{name} in pieces", "sizes": [65536], "setup": partial(pieces, name, length)}


def once(name: str, length: tuple[int, ...], module: ModuleType, size: int) -> Any:
    new, data = getattr(module, name), pattern(size)
    return lambda: new(data).digest(*length)


def pieces(name: str, length: tuple[int, ...], module: ModuleType, size: int) -> Any:
    new, data = getattr(module, name), pattern(size)
    parts = [data[start:start + 100] for start in range(0, size, 100)]

    def run() -> bytes:
        hash_object = new()
        for part in parts:
            hash_object.update(part)
        return hash_object.digest(*length)

    return run


def pattern(size: int) -> bytes:
    period = bytes(i * 131 >> 3 & 255 for i in range(2048))
    return (period * (size // len(period) + 1))[:size]
