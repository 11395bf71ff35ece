"""LZMA streams put together by hand, so that each field can be anything, and broken ones made of them."""

import random
import struct
import zlib

LZMA1 = 0x4000000000000001
LZMA2 = 0x21
DELTA = 3
BRANCH_FILTERS = {4: 1, 5: 4, 6: 16, 7: 4, 8: 2, 9: 4}
CHECK_SIZES = (0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64)


def text(size, seed=1):
    """Words and numbers, with some noise, some repetition and some machine code among them."""
    rng = random.Random(seed)
    words = [b"dictionary", b"block", b"literal", b"distance", b"index", b" ", b"\n", b"\x00\xff", b"\xe8\x10\x00\x00\x00"]
    parts, length = [], 0
    while length < size:
        kind = rng.random()
        if kind < 0.9:
            part = rng.choice(words)
        elif kind < 0.95:
            part = rng.randbytes(rng.randrange(1, 30))
        else:
            part = rng.choice(words) * rng.randrange(1, 60)
        parts.append(part)
        length += len(part)
    return b"".join(parts)[:size]


def number(value):
    """The .xz format's form of an integer."""
    form = bytearray()
    while value >= 0x80:
        form.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*form, value])


def padded(data):
    return data + bytes(-len(data) % 4)


def crc32(data):
    return struct.pack("<I", zlib.crc32(data))


def compress(lzma, data, **options):
    compressor = lzma.LZMACompressor(**options)
    return compressor.compress(data) + compressor.flush()


def raw(lzma, data, filters):
    return compress(lzma, data, format=lzma.FORMAT_RAW, filters=filters)


def stream_header(check):
    flags = bytes([0, check])
    return b"\xfd7zXZ\0" + flags + crc32(flags)


def block_header(lzma, filters, compressed=None, uncompressed=None, extra=b""):
    flags = len(filters) - 1 | (compressed is not None) << 6 | (uncompressed is not None) << 7
    fields = bytes([0, flags])
    for size in (compressed, uncompressed):
        if size is not None:
            fields += number(size)
    for spec in filters:
        properties = lzma._encode_filter_properties(spec)
        fields += number(spec["id"]) + number(len(properties)) + properties
    fields = padded(fields + extra)
    return sealed(bytes([len(fields) // 4]) + fields[1:])


def sealed(fields):
    """A header with its checksum."""
    return fields + crc32(fields)


def check_value(lzma, check, data):
    """By way of a stream that the C module makes."""
    size = CHECK_SIZES[check]
    if not lzma.is_check_supported(check):
        return bytes(size)
    if not data or not size:
        return {0: b"", 1: bytes(4), 4: bytes(8)}.get(check, bytes(size))
    stream = compress(lzma, data, check=check, preset=0)
    index_size = (struct.unpack("<I", stream[-8:-4])[0] + 1) * 4
    end = len(stream) - 12 - index_size
    return stream[end - size:end]


def xz(lzma, blocks, check=4, sizes=False):
    """A stream with a block for each (data, filters)."""
    parts, records = [stream_header(check)], []
    for data, filters in blocks:
        packed = raw(lzma, data, filters)
        told = (len(packed), len(data)) if sizes else (None, None)
        header = block_header(lzma, filters, *told)
        value = check_value(lzma, check, data)
        parts += [header, padded(packed), value]
        records.append((len(header) + len(packed) + len(value), len(data)))
    index = b"\0" + number(len(records)) + b"".join(number(a) + number(b) for a, b in records)
    index = sealed(padded(index))
    fields = struct.pack("<I", len(index) // 4 - 1) + bytes([0, check])
    return b"".join([*parts, index, crc32(fields), fields, b"YZ"])


def lzip(lzma, data, version=1, log=16):
    """A member of a .lz file."""
    packed = raw(lzma, data, [{"id": LZMA1, "dict_size": 1 << log}])
    head = b"LZIP" + bytes([version, log])
    foot = crc32(data) + struct.pack("<Q", len(data))
    if version:
        foot += struct.pack("<Q", len(head) + len(packed) + 20)
    return head + packed + foot


def alone(lzma, data, size=None, marker=True, **options):
    """A .lzma file, with or without its size."""
    stream = compress(lzma, data, format=lzma.FORMAT_ALONE, **options)
    if size is not None:
        stream = stream[:5] + struct.pack("<Q", size & 2**64 - 1) + stream[13:]
    return stream if marker else stream[:-6]


def chains(rng):
    """Chains of filters of all kinds."""
    options = {
        "preset": rng.choice((0, 0, 1, 3, 4, 6)),
        "dict_size": rng.choice((4096, 4096, 5000, 65536, 1 << 18)),
        "lc": rng.randrange(4), "lp": rng.randrange(2), "pb": rng.randrange(5),
    }
    chain = []
    for _ in range(rng.choice((0, 0, 0, 1, 1, 2, 3))):
        filter_id = rng.choice([DELTA, *BRANCH_FILTERS])
        if filter_id == DELTA:
            chain.append({"id": DELTA, "dist": rng.choice((1, 2, 4, 255, 256))})
        else:
            start = rng.choice((0, 0, BRANCH_FILTERS[filter_id] * 1000))
            chain.append({"id": filter_id, "start_offset": start})
    return [*chain, {"id": LZMA2, **options}]


class Stream:
    """A stream with how to read it."""

    def __init__(self, data, **options):
        self.data = data
        self.options = options


def streams(lzma, seed):
    """Streams of every format."""
    rng = random.Random(seed)
    content = text(rng.choice((0, 1, 50, 700, 3000, 9000)), seed)
    if rng.random() < 0.1:
        content = rng.randbytes(len(content))
    kind = rng.randrange(8)
    chain = chains(rng)
    lzma1 = [*chain[:-1], {**chain[-1], "id": LZMA1}]
    if kind == 0:
        return Stream(compress(lzma, content, preset=rng.randrange(4), check=rng.choice((0, 1, 4, 10))))
    if kind <= 2:
        blocks = [(content[:rng.randrange(1, 4000)] or b"x", chains(rng)) for _ in range(rng.randrange(4))]
        check = rng.choice((0, 1, 4, 10, 2, 7, 15))
        return Stream(xz(lzma, blocks, check, rng.random() < 0.5), format=rng.choice((0, 1)))
    if kind == 3:
        sizes = (None, len(content), len(content), len(content) + 5, len(content) // 2)
        size = rng.choice(sizes)
        stream = alone(lzma, content, size, rng.random() < 0.5, filters=[lzma1[-1]])
        return Stream(stream, format=rng.choice((0, 2)))
    if kind == 4:
        return Stream(lzip(lzma, content, rng.randrange(2), rng.randrange(12, 20)))
    filters = lzma1 if kind == 5 else chain
    return Stream(raw(lzma, content, filters), format=3, filters=filters)


def mutated(stream, rng):
    """The stream with some bytes changed, lost, added or moved; often with right checksums all the same."""
    data = bytearray(stream)
    for _ in range(rng.choice((0, 1, 1, 1, 2, 5))):
        at = rng.randrange(len(data) + 1)
        kind = rng.randrange(9)
        if kind <= 2 and at < len(data):
            data[at] ^= 1 << rng.randrange(8)
        elif kind <= 4 and at < len(data):
            data[at] = rng.choice((0, 1, 2, 0x7F, 0x80, 0xA0, 0xC0, 0xE0, 0xFF, rng.randrange(256)))
        elif kind == 5:
            del data[at:at + rng.randrange(1, 9)]
        elif kind == 6:
            data[at:at] = rng.randbytes(rng.randrange(1, 5))
        elif kind == 7:
            del data[at:]
        elif len(data) > 40:
            # In the headers, where most fields are.
            at = rng.choice((rng.randrange(40), len(data) - 1 - rng.randrange(40)))
            data[at] = rng.choice((data[at] ^ 1 << rng.randrange(8), rng.randrange(256), 0))
    if data[:6] == b"\xfd7zXZ\0" and rng.random() < 0.8:
        reseal(data)
    if rng.random() < 0.2:
        data += rng.randbytes(rng.randrange(1, 30))
    return bytes(data)


def reseal(data):
    """Sets the checksums of a .xz stream's headers and of its end to what they should be."""
    if len(data) < 24:
        return
    data[8:12] = crc32(data[6:8])
    size = (data[12] + 1) * 4
    if data[12] and 12 + size <= len(data):
        data[12 + size - 4:12 + size] = crc32(data[12:12 + size - 4])
    if data[-2:] == b"YZ":
        data[-12:-8] = crc32(data[-8:-2])
        index_size = (struct.unpack("<I", data[-8:-4])[0] + 1) * 4
        if index_size + 24 <= len(data):
            end = len(data) - 12
            data[end - 4:end] = crc32(data[end - index_size:end - 4])
