"""Random use of zlib: checksums, whole streams, objects that take pieces."""

import zlib

from fuzzing import buffers, call, calls, damaged, data, ints, session, sizes
from hypothesis import strategies as st

PLAIN = [b"", b"a", b"abcabcabc" * 20, bytes(range(256)) * 3, b"\0" * 5000]
RAW = st.sampled_from(["-15", "-8"])
WRAPPED = st.sampled_from(["9", "15", "25", "31", "47", "0", "8", "16", "48"])
WBITS = RAW | WRAPPED


def packed(wbits):
    streams = []
    for level in (0, 1, 6, 9):
        for plain in PLAIN:
            compressor = zlib.compressobj(level, wbits=wbits)
            streams.append(compressor.compress(plain) + compressor.flush())
    return streams


STREAMS = {15: packed(15), -15: packed(-15), 31: packed(31)}


def programs():
    return st.one_of(functions(), compressors(), *(decompressors(wbits, streams) for wbits, streams in STREAMS.items()))


def functions():
    level = ints(-2, 10)
    return calls(
        call("m.crc32", buffers(), optional=(sizes(),)),
        call("m.adler32", buffers(), optional=(sizes(),)),
        # Compressed bytes differ from the C library's: what counts is what they decompress to.
        call("m.compress", buffers(), level=level, wbits=WRAPPED).map("m.decompress({}, 47)".format),
        call("m.compress", buffers(), level=level, wbits=RAW).map("m.decompress({}, -15)".format),
        call("m.decompress", damaged(STREAMS[15]), optional=(WBITS, sizes())),
        call("m.decompress", damaged(STREAMS[31]), wbits=WBITS, bufsize=ints(0, 100)),
    )


def compressors():
    make = call("m.compressobj", level=ints(-1, 9), method=st.just("8"), wbits=st.sampled_from(["15", "31"]),
                memLevel=ints(1, 9), strategy=ints(0, 4))
    compress = call("x.compress", buffers()).map("isinstance({}, bytes)".format)
    flush = call("x.flush", optional=(st.sampled_from(["2", "3", "4", "0", "7", "-1"]),)).map("isinstance({}, bytes)".format)
    whole = st.lists(data(), max_size=4).map(
        lambda parts: "m.decompress(b''.join([{}, x.flush()]), 47)".format(", ".join(f"x.compress({part})" for part in parts) or "b''"))
    return st.one_of(
        session(make, whole, st.just("type(x.copy()).__name__"), most=3),
        session(make, compress, flush, call("x.compress"), most=5),
    )


def decompressors(wbits, streams):
    make = call("m.decompressobj", st.just(str(wbits)), zdict=st.sampled_from(["b''", "b'abc'", "bytes(100)"]))
    pieces = damaged(streams)
    looks = ("x.eof", "x.unused_data", "x.unconsumed_tail")
    steps = [
        call("x.decompress", pieces, optional=(ints(0, 300),)),
        call("x.decompress", pieces, max_length=sizes()),
        st.just("x.decompress(x.unconsumed_tail, 10)"),
        call("x.flush", optional=(ints(-1, 1000),)),
        st.just("x.copy().decompress(b'abc')"),
        st.just("type(x.copy()).__name__"),
    ]
    newer = session(call("m._ZlibDecompressor", st.just(str(wbits))), call("x.decompress", pieces, max_length=ints(-1, 300)),
                    st.just("x.decompress(b'')"), looks=("x.eof", "x.unused_data", "x.needs_input"))
    return st.one_of(session(make, *steps, looks=looks), newer)


def excused(line, c, rust):
    """What docs/differences.md tells of."""
    text = str(c)
    # A stream that has ended is flushed with the error of an earlier call.
    if "while flushing: buffer error" in text:
        return "while flushing: inconsistent stream state" in str(rust)
    # The C library may refuse what needs a larger window; a dictionary is asked for in other words, or not at all.
    is_asking = "while decompressing data" in text or "SystemError" in text
    return "invalid distance too far back" in text or is_asking and "Error 2 while decompressing data" in str(rust)
