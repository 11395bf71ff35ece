"""Random use of _bz2: damaged streams in pieces, compressors in pieces."""

import ast
import bz2

from fuzzing import buffers, call, damaged, data, ints, session
from hypothesis import strategies as st

STREAMS = [bz2.compress(plain, level) for level in (1, 9)
           for plain in (b"", b"a", b"abcabcabc" * 20, bytes(range(256)) * 3, b"\0" * 5000, b"ab" * 3000)]

# The size of C's first output buffer; those of later ones are multiples.
OUTPUT_BUFFER = 32768


def programs():
    decompress = call("x.decompress", buffers(damaged(STREAMS)), max_length=ints(-1, 300))
    rest = call("x.decompress", st.just("b''"), optional=(ints(-1, 2000),))
    decompressor = session(st.just("m.BZ2Decompressor()"), decompress, rest, looks=("x.eof", "x.needs_input", "x.unused_data"))
    # In which call the pieces of a stream come may differ: what counts is the whole.
    parts = st.lists(data(), max_size=4)
    whole = parts.map(lambda parts: f"b''.join([{', '.join(f'x.compress({part})' for part in parts)}{', ' * bool(parts)}x.flush()])")
    compressor = session(call("m.BZ2Compressor", optional=(ints(0, 10),)), whole, call("x.compress", st.just("b''")), st.just("x.flush()"), most=3)
    return st.one_of(decompressor, decompressor, compressor)


def excused(line, c, rust):
    """What docs/differences.md tells of: after an error nothing more is taken, where older releases of C go on; of data that
    repeat, equal rotations have another number; C finds an error later when an output buffer of it is just full."""
    if "x.flush()" in line.expression and c[0] == rust[0] == "gave":
        streams = [ast.literal_eval(outcome[1]) for outcome in (c, rust)]
        return bz2.decompress(streams[0]) == bz2.decompress(streams[1]) and len(streams[0]) == len(streams[1])
    if "Invalid data stream" in str(rust) and c[0] == "gave" and "decompress" in line.expression:
        given = len(ast.literal_eval(c[1]))
        return given > 0 and given % OUTPUT_BUFFER == 0
    return "unusable after a previous error" in str(rust) or line.expression == "x.needs_input" and rust[1] == "False"
