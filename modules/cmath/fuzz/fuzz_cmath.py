"""Random arguments of every function of cmath; results must agree to the last bit."""

from corten.testing import c_module
from fuzzing import calls, floats, mostly, value
from hypothesis import strategies as st

C = c_module("cmath")


def programs():
    part = mostly(floats(), st.sampled_from(["0.0", "-0.0", "1.0", "float('inf')", "-float('inf')", "1e-320", "1e308"]), 2)
    number = st.one_of(st.builds("complex({}, {})".format, part, part), part)
    names = sorted(name for name in dir(C) if callable(getattr(C, name)) and not name.startswith("_"))

    @st.composite
    def one(draw):
        given = [draw(value(number)) for _ in range(draw(st.sampled_from([0, 1, 1, 1, 1, 2, 2, 3])))]
        return f"m.{draw(st.sampled_from(names))}({', '.join(given)})"
    return calls(one())
