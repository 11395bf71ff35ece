"""numpy: linear algebra, compressed archives, structured arrays, memory shared with the standard library."""

import array
import base64
import binascii
import io
import json
import zipfile
import zlib

import numpy as np


def main() -> None:
    size = solve_equations()
    ratio = pack_and_unpack()
    shared = share_memory()
    print(f"{size} equations solved; .npz packed to {ratio:.0%} and read back; {shared} bytes shared by buffer")


def solve_equations() -> int:
    random = np.random.default_rng(20)
    matrix, expected = random.normal(size=(200, 200)), random.normal(size=200)
    assert np.allclose(np.linalg.solve(matrix, matrix @ expected), expected)
    left, values, right = np.linalg.svd(matrix)
    assert np.allclose(left * values @ right, matrix)
    return len(matrix)


def pack_and_unpack() -> float:
    """`savez_compressed` writes through zipfile and zlib, `load` reads through them."""
    people = np.array([("Zoë", 31, 1.68), ("Ada", 36, 1.65)], dtype=[("name", "U8"), ("age", "i4"), ("height", "f8")])
    arrays = {"steps": np.arange(100_000) // 7, "people": people, "noise": np.random.default_rng(1).bytes(50_000)}
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    with zipfile.ZipFile(file) as archive:
        assert archive.testzip() is None
        plain = sum(entry.file_size for entry in archive.infolist())
        assert {entry.compress_type for entry in archive.infolist()} == {zipfile.ZIP_DEFLATED}
    with np.load(io.BytesIO(file.getvalue())) as loaded:
        for name, value in arrays.items():
            assert np.array_equal(loaded[name], np.asarray(value)), name
        assert loaded["people"]["name"].tolist() == ["Zoë", "Ada"]
    return len(file.getvalue()) / plain


def share_memory() -> int:
    """The modules of the standard library read arrays in place, and numpy reads what they made."""
    numbers = np.arange(10_000, dtype="<u4")
    plain = numbers.tobytes()
    assert zlib.crc32(numbers) == binascii.crc32(plain)
    assert zlib.decompress(zlib.compress(numbers)) == plain
    assert np.array_equal(np.frombuffer(base64.b64decode(base64.b64encode(numbers)), "<u4"), numbers)
    assert np.array_equal(json.loads(json.dumps(numbers.tolist())), numbers)

    view = np.frombuffer(array.array("I", range(1000)), dtype="u4")
    assert memoryview(view).tolist() == list(range(1000))
    writable = bytearray(4000)
    np.frombuffer(writable, dtype="u4")[:] = view
    assert binascii.unhexlify(binascii.hexlify(writable)) == view.tobytes()
    try:
        zlib.crc32(numbers[::2])
    except (ValueError, BufferError) as error:
        assert "contiguous" in str(error), error
    else:
        raise AssertionError("a strided array passed as contiguous memory")
    return numbers.nbytes + view.nbytes


main()
