"""Random use of _lzma: damaged streams of every format in pieces, filters, compressors in pieces."""

import lzma

from fuzzing import buffers, call, calls, damaged, data, ints, mostly, session, sizes
from hypothesis import strategies as st

PLAIN = [b"", b"a", b"abcabcabc" * 20, bytes(range(256)) * 3, b"\0" * 3000]
RAW = [{"id": lzma.FILTER_LZMA2, "preset": 1, "dict_size": 4096}]
XZ = [lzma.compress(plain, lzma.FORMAT_XZ, check, preset=0) for check in (0, 1, 4, 10) for plain in PLAIN]
XZ += [lzma.compress(plain, filters=[{"id": filter}, *RAW]) for filter in (lzma.FILTER_DELTA, lzma.FILTER_X86) for plain in PLAIN]
ALONE = [lzma.compress(plain, lzma.FORMAT_ALONE, preset=0) for plain in PLAIN]


def programs():
    return st.one_of(decompressors("m.LZMADecompressor()", XZ + ALONE), decompressors("m.LZMADecompressor(m.FORMAT_XZ, 10**6)", XZ),
                     decompressors(f"m.LZMADecompressor(m.FORMAT_RAW, None, {RAW})", [lzma.compress(p, lzma.FORMAT_RAW, filters=RAW) for p in PLAIN]),
                     compressors(), functions())


def decompressors(make, streams):
    decompress = call("x.decompress", buffers(damaged(streams)), max_length=ints(-1, 300))
    rest = call("x.decompress", st.just("b''"), optional=(ints(-1, 2000),))
    return session(st.just(make), decompress, rest, looks=("x.eof", "x.check", "x.needs_input", "x.unused_data"))


def filters():
    number = mostly(ints(0, 300), sizes())
    option = st.one_of(
        st.tuples(st.sampled_from(["dict_size", "lc", "lp", "pb", "mode", "nice_len", "mf", "depth", "preset", "dist", "start_offset", "x"]),
                  number).map(lambda pair: f"'{pair[0]}': {pair[1]}"))
    ids = st.sampled_from(["m.FILTER_LZMA1", "m.FILTER_LZMA2", "m.FILTER_DELTA", "m.FILTER_X86", "m.FILTER_ARM", "m.FILTER_POWERPC", "0", "2**64"])
    one = st.builds(lambda id, options: "{" + ", ".join([f"'id': {id}", *options]) + "}", ids, st.lists(option, max_size=2))
    return st.lists(one, max_size=3).map(lambda items: f"[{', '.join(items)}]"), one


def compressors():
    chain, _ = filters()
    make = st.one_of(
        st.builds("m.LZMACompressor(preset={})".format, st.sampled_from(["0", "1", "0 | m.PRESET_EXTREME", "10"])),
        st.builds("m.LZMACompressor(m.FORMAT_ALONE, preset={})".format, ints(-1, 1)),
        st.builds("m.LZMACompressor({}, {}, None, {})".format, st.sampled_from(["1", "2", "3", "0"]), st.sampled_from(["-1", "0", "1", "4", "10", "3"]), chain),
    )
    parts = st.lists(data(most=40), max_size=3)
    whole = parts.map(lambda parts: f"b''.join([{', '.join(f'x.compress({part})' for part in parts)}{', ' * bool(parts)}x.flush()])")
    return session(make, whole, st.just("x.flush()"), most=2)


def functions():
    _, one = filters()
    return calls(
        call("m._encode_filter_properties", one),
        call("m._decode_filter_properties", st.sampled_from(["m.FILTER_LZMA1", "m.FILTER_LZMA2", "m.FILTER_DELTA", "m.FILTER_X86", "7"]),
             st.binary(min_size=1, max_size=6).map(repr)),
        call("m.is_check_supported", ints(-2, 20)),
    )


def excused(line, c, rust):
    """What docs/differences.md tells of: large tables are allocated when data come."""
    return "MemoryError" in str(c[:2]) or "MemoryError" in str(rust[:2])
