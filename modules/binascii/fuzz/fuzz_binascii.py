"""Random calls of binascii's functions, on good and damaged encodings."""

from fuzzing import buffers, call, calls, data, ints, mostly, sizes, texts
from hypothesis import strategies as st

BASE64 = b"ABCDabcd0189+/-_==\n \xff"
HEX = b"0123456789abcdefABCDEF: g"
PRINTABLE = b"=0A\r\n\t .~Z=3D=_\xff"
UU = bytes(range(32, 97)) + b"\n\r "
BOOL = st.sampled_from(["True", "False", "0", "1", "[]"])


def encoded(alphabet):
    """Text in an encoding, as bytes or as str."""
    text = alphabet.decode("latin-1")
    return mostly(buffers(data(alphabet)), texts(text), 3)


def programs():
    separator = st.sampled_from(["':'", "b'-'", "'::'", "''", "'é'", "b'\\xff'", "None"])
    return calls(
        call("m.a2b_base64", encoded(BASE64), strict_mode=BOOL),
        call("m.b2a_base64", buffers(), newline=BOOL),
        call("m.a2b_hex", encoded(HEX)),
        call("m.unhexlify", encoded(HEX)),
        call("m.hexlify", buffers(), optional=(separator, ints(-70, 70))),
        call("m.b2a_hex", buffers(), optional=(separator, sizes())),
        call("m.a2b_uu", encoded(UU)),
        call("m.b2a_uu", buffers(), backtick=BOOL),
        call("m.a2b_qp", encoded(PRINTABLE), header=BOOL),
        call("m.b2a_qp", buffers(data(PRINTABLE)), quotetabs=BOOL, istext=BOOL, header=BOOL),
        call("m.crc32", buffers(), optional=(sizes(),)),
        call("m.crc_hqx", buffers(), sizes()),
    )


def excused(line, c, rust):
    """What docs/differences.md tells of: C reads behind an empty view."""
    return line.expression.startswith("m.a2b_uu(memoryview(") and rust[1] == "b''"
