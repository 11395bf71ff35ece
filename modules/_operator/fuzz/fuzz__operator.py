"""Random arguments of every function of _operator, and its getters and callers."""

from corten.testing import c_module
from fuzzing import calls, ints, mostly, session, wrong
from hypothesis import strategies as st

C = c_module("_operator")


def programs():
    value = mostly(st.one_of(ints(-5, 5), st.sampled_from(["'ab'", "[1, 2]", "(1, 2)", "{'a': 1}", "1.5", "b'ab'", "{1, 2}", "bytearray(b'a')", "slice(1)"])), wrong())
    names = sorted(name for name in dir(C) if callable(getattr(C, name)) and not name.startswith("__") and name not in ("call",))

    @st.composite
    def one(draw):
        name = draw(st.sampled_from(names))
        # C, too, would be at work for ever on a power as large as that.
        values = value.filter(lambda text: text != "2**70") if "pow" in name else value
        return f"m.{name}({', '.join(draw(values) for _ in range(draw(st.sampled_from([0, 1, 1, 2, 2, 2, 3]))))})"
    attribute = st.sampled_from(["'real'", "'imag'", "'__class__'", "'__class__.__name__'", "'a.b'", "''", "'.'", "1", "None", "'é'"])
    several = lambda item: st.lists(item, max_size=3).map(", ".join)  # noqa: E731
    make = st.one_of(several(value).map("m.itemgetter({})".format), several(attribute).map("m.attrgetter({})".format),
                     st.builds("m.methodcaller({}, {})".format, st.sampled_from(["'upper'", "'count'", "'__add__'", "'split'", "'nope'", "1"]), several(value)))
    return st.one_of(session(make, value.map("x({})".format), st.just("x()"), st.just("repr(x)"), st.just("x.__reduce__()[1:]"), most=5), calls(one()))
