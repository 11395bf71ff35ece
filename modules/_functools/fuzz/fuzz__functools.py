"""Random use of partial, lru_cache, reduce and cmp_to_key."""

from fuzzing import call, callback, calls, ints, mostly, session, wrong
from hypothesis import strategies as st

FUNCTION = mostly(st.sampled_from(["both", "max", "print_nothing", "int", "m.partial(both, 1)"]), wrong())


def arguments(draw, value):
    given = [draw(value) for _ in range(draw(st.integers(0, 3)))]
    names = draw(st.lists(st.sampled_from(["a", "b", "key"]), unique=True, max_size=2))
    return ", ".join(given + [f"{name}={draw(value)}" for name in names])


def programs():
    value = mostly(ints(-3, 3), st.one_of(wrong(), st.sampled_from(["'a'", "1.0", "(1,)", "[1]"])))

    @st.composite
    def given(draw):
        return arguments(draw, value)
    state = st.sampled_from(["(both, (), {}, None)", "(both, (1,), {'a': 1}, {'x': 1})", "(1, (), {}, {})", "()", "None", "(both, [], {}, None)", "(both, (), None, None)"])
    partial = session(st.builds("m.partial({}, {})".format, FUNCTION, given()), given().map("x({})".format), st.just("repr(x)"), st.just("x.__reduce__()[1:]"),
                      state.map("x.__setstate__({})".format), st.just("m.partial(x, 5)(6)"), looks=("x.args", "x.keywords"), most=5)
    size = st.sampled_from(["None", "0", "1", "2", "5", "-1", "'a'"])
    cache = session(st.builds("m._lru_cache_wrapper({}, {}, {}, Info)".format, st.sampled_from(["both", "len", "None"]), size, st.sampled_from(["True", "False"])),
                    given().map("x({})".format), given().map("x({})".format), st.just("x.cache_clear()"), callback("Index", st.just("1"), st.just("x.cache_clear()")).map("x({})".format),
                    looks=("tuple(x.cache_info())",), most=10)
    return st.one_of(partial, cache, calls(
        call("m.reduce", FUNCTION, mostly(st.lists(value, max_size=5).map(lambda items: f"[{', '.join(items)}]"), wrong()), optional=(value,)),
        st.builds("sorted({}, key=m.cmp_to_key(lambda a, b: {}))".format, st.lists(ints(-5, 5), max_size=8).map(lambda items: f"[{', '.join(items)}]"),
                  st.sampled_from(["a - b", "b - a", "0", "None", "'x'", "Raising()"])),
        st.builds("m.cmp_to_key({})({}) < {}".format, st.sampled_from(["int.__sub__", "None", "both"]), value, value),
    ))


def both(*args, **kwargs):
    """Gives back what it gets."""
    return args, kwargs


def print_nothing(*args, a=None, b=None):
    """Takes two names only."""


class Info(tuple):
    """As `functools._CacheInfo`."""

    def __new__(cls, *items):
        return super().__new__(cls, items)


NAMES = {"both": both, "print_nothing": print_nothing, "Info": Info}
