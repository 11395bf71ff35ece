"""Random arguments of the one function of _statistics."""

from fuzzing import call, calls, floats, mostly
from hypothesis import strategies as st


def programs():
    share = mostly(st.floats(0, 1).map(repr), floats())
    return calls(call("m._normal_dist_inv_cdf", share, floats(), floats()))
