"""Random use of _struct: random formats, values that fit and that don't."""

from fuzzing import buffers, call, calls, data, floats, ints, mostly, session, sizes, wrong
from hypothesis import strategies as st

ORDERS = ["", "@", "=", "<", ">", "!"]
CODES = "xcbB?hHiIlLqQnNefdspPFD"
COUNTS = ["", "", "", "0", "1", "2", "3", "9", "99999999999999999999"]


LOOPS = ["x.iter_unpack(bytes(range(1, x.size + 1)) * 9)", "(x.unpack(bytes(range(n, x.size + n))) for n in range(9))", "(x.unpack_from(bytes(range(200)), n * n) for n in range(9))"]


def formats():
    item = st.builds("{}{}{}".format, st.sampled_from(COUNTS), st.sampled_from(CODES), st.sampled_from(["", "", " "]))
    text = st.builds(lambda order, items: order + "".join(items), st.sampled_from(ORDERS), st.lists(item, max_size=4))
    return mostly(text.map(repr), st.one_of(text.map(lambda text: repr(text.encode())), st.sampled_from(["'é'", "'\\0'", "'5'", "'i@i'", "None"])), 15)


def values():
    value = st.one_of(ints(-300, 300), ints(-2**65, 2**65), floats(), data(most=5), st.sampled_from(["True", "'a'", "1j", "None"]), wrong())
    return st.lists(value, max_size=5).map(lambda items: "".join(f", {item}" for item in items))


def programs():
    packed = st.builds("m.pack({}{})".format, formats(), values())
    method = st.builds("x.pack({})".format, values().map(lambda text: text[2:]))
    into = st.builds("(b := bytearray(24), x.pack_into(b, {}{}), b)[2]".format, mostly(ints(-30, 30), sizes()), values())
    unpack = [call("x.unpack", buffers()), st.just("x.unpack(bytes(range(1, x.size + 1)))"), call("x.unpack_from", buffers(), optional=(mostly(ints(-30, 30), sizes()),)),
              buffers().map("list(x.iter_unpack({}))".format), st.just("list(x.iter_unpack(bytes(range(2 * x.size % 256))))"), st.builds("{} for v in {}]".format, st.sampled_from(["[v[-1:]", "[v[:]", "[v[0] if v and v[0] else repr(v)"]), st.sampled_from(LOOPS))]
    functions = st.one_of(packed, st.builds("m.unpack({}, {})".format, formats(), buffers()), st.builds("m.calcsize({})".format, formats()),
                          st.builds("m.unpack_from({}, {}, {})".format, formats(), buffers(), ints(-9, 9)))
    return st.one_of(session(formats().map("m.Struct({})".format), method, into, *unpack, looks=("x.size", "x.format"), most=5),
                     calls(functions))
