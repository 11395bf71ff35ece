"""Random arguments of every function of math; results must agree to the last bit."""

from corten.testing import c_module
from fuzzing import calls, floats, ints, mostly, sizes, value, wrong
from hypothesis import strategies as st

C = c_module("math")
# What does not end in time for large arguments.
SLOW = {"factorial": ints(-3, 400), "perm": ints(-3, 300), "comb": ints(-3, 300)}


def programs():
    number = mostly(floats(), st.one_of(ints(-20, 20), ints(-2**80, 2**80), sizes(), st.sampled_from(["0.5", "-0.0", "1e308", "5e-324"])), 3)
    numbers = st.lists(number, max_size=6).map(lambda items: f"[{', '.join(items)}]")
    names = sorted(name for name in dir(C) if callable(getattr(C, name)) and not name.startswith("_"))

    @st.composite
    def one(draw):
        name = draw(st.sampled_from(names))
        argument = value(SLOW.get(name, number))
        given = [draw(argument) for _ in range(draw(st.sampled_from([0, 1, 1, 1, 2, 2, 2, 3])))]
        return f"m.{name}({', '.join(given)})"
    of_lists = st.builds("m.{}({})".format, st.sampled_from(["fsum", "prod"]), mostly(numbers, wrong()))
    of_two_lists = st.builds("m.{}({}, {})".format, st.sampled_from(["dist", "sumprod"]), numbers, numbers)
    keywords = st.one_of(st.builds("m.isclose({}, {}, rel_tol={}, abs_tol={})".format, number, number, number, number), st.builds("m.nextafter({}, {}, steps={})".format, number, number, sizes()),
                         st.builds("m.log({}, {})".format, number, number), st.builds("m.prod({}, start={})".format, numbers, number))
    return calls(one(), one(), one(), of_lists, of_two_lists, keywords)
