"""Random use of the generator: seeds of all kinds, numbers, states."""

import sys

from fuzzing import call, data, floats, ints, mostly, session, sizes, texts
from hypothesis import strategies as st


def programs():
    seed = st.one_of(ints(), ints(-2**300, 2**300), floats(), texts().map("hash({})".format), data().map("int.from_bytes({})".format))
    count = mostly(ints(-1, 200), sizes())
    # What is no number is hashed, by its address, or the system chooses.
    make, again = seed.map("m.Random({})".format), seed.map("x.seed({})".format)
    return session(make, again, call("x.getrandbits", count), st.just("x.random()"), st.just("hash(x.getstate())"),
                   st.just("x.setstate(x.getstate())"), call("x.setstate", st.sampled_from(["()", "(1,) * 625", "(2**32,) * 625", "(0,) * 626"])),
                   st.builds("x.setstate(x.getstate()[:-1] + ({},))".format, sizes()))


def excused(line, c, rust):
    """Numbers of bits beyond memory, or nearly so: C of the first releases of 3.13 stops at a C int."""
    early = sys.version_info < (3, 13, 5) and c[1] == "OverflowError"
    return "getrandbits" in line.expression and (early or {c[1], rust[1]} <= {"MemoryError", "OverflowError"})
