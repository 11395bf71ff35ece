"""Random use of arrays: every method and operator, values of all kinds, callbacks that change the array."""

from fuzzing import buffers, callback, data, floats, ints, mostly, session, sizes, wrong
from hypothesis import strategies as st

CODES = "bBhHiIlLqQfduw"


def values():
    usual = st.one_of(ints(-200, 200), ints(-2**65, 2**65), floats(), st.sampled_from(["'a'", "'é'", "True", "'\\ud800'", "''", "'ab'"]))
    # C keeps the memory of so few items; where it is freed in the middle of a call, C goes on writing to it.
    clear = "x.__len__() < 16 and x.clear()"
    action = st.sampled_from([clear, "x.append(0)", "x.extend(x)", "x.pop()", "x.__init__()"])
    return mostly(usual, st.one_of(wrong(), callback("Index", st.just("1"), action), callback("Float", st.just("1.5"), action)))


def programs():
    value, index = values(), mostly(ints(-12, 12), sizes())
    items = st.lists(value, max_size=6).map(lambda items: f"[{', '.join(items)}]")
    bounds = mostly(st.sampled_from(["", *map(str, range(-9, 10))]), sizes())
    part = st.builds("{}:{}:{}".format, bounds, bounds, mostly(st.just(""), st.sampled_from(["-1", "2", "-3", "0", "5"]), 2))
    code = mostly(st.sampled_from(CODES).map(repr), st.sampled_from(["'x'", "''", "1", "None"]), 20)
    other = st.one_of(items.map("m.array('i', {})".format), st.builds("m.array(x.typecode, {})".format, items), st.just("x"), items)
    make = st.builds("m.array({}, {})".format, code, st.one_of(items, data(), st.just("range(5)"), st.just("'abc'")))
    edit = lambda form: other.map(form.format)  # noqa: E731
    steps = [
        value.map("x.append({})".format), value.map("x.count({})".format), value.map("x.index({})".format), value.map("x.remove({})".format),
        value.map("({} in x)".format), st.builds("x.index({}, {}, {})".format, value, index, index), st.builds("x.insert({}, {})".format, index, value),
        index.map("x.pop({})".format), st.just("x.reverse()"), st.just("x.byteswap()"), st.just("x.tobytes()"), st.just("x.buffer_info()[1]"),
        edit("x.extend({})"), items.map("x.fromlist({})".format), buffers().map("x.frombytes({})".format), edit("(x + {}).tolist()"),
        edit("x.__iadd__({}).tolist()"), index.map("(x * {}).tolist()".format), index.map("x.__imul__({}).tolist()".format),
        edit("x == {}"), edit("x < {}"), index.map("x[{}]".format), part.map("x[{}].tolist()".format),
        st.builds("x.__setitem__({}, {})".format, index, value), st.builds("x.__setitem__(slice(*({})), {})".format, st.builds("{}, {}, {}".format, index, index, st.sampled_from(["None", "1", "2", "-1"])), other),
        index.map("x.__delitem__({})".format), st.builds("x.__delitem__(slice({}, {}, {}))".format, index, index, st.sampled_from(["None", "2", "-2"])),
        st.just("repr(x)"), st.just("x.__copy__().tolist()"), st.just("x.__reduce_ex__(3)[1:]"), st.just("[memoryview(x).format, memoryview(x).nbytes]"),
        st.just("(lambda view: x.append(1))(memoryview(x))"), st.sampled_from(["[repr(n) for n in x]", "[n for n in x if n == n and hash(n) % 3]", "[*map(max, x, x)]"]),
    ]
    return session(make, *steps, looks=("x.tolist()",), most=7)


def excused(line, c, rust):
    """A callback that empties the array in the middle of a call: C loses the item, or crashes."""
    return "lambda: x." in line.step
