"""Random searches in sorted and unsorted sequences."""

from fuzzing import calls, floats, ints, mostly, sizes, texts, wrong
from hypothesis import strategies as st


def programs():
    value = mostly(ints(-9, 9), st.one_of(floats(), texts("ab", 3), wrong()))
    items = mostly(st.lists(ints(-9, 9), max_size=12).map(lambda items: f"sorted([{', '.join(items)}])"),
                   st.one_of(st.lists(value, max_size=6).map(lambda items: f"[{', '.join(items)}]"), st.sampled_from(["range(9)", "'abc'", "Sequence(4)", "Sequence(2**62)", "{}"])))
    bounds = st.one_of(st.just(""), st.builds(", {}, {}".format, mostly(ints(-1, 12), sizes()), mostly(ints(-1, 12), sizes())), st.just(", key=None"),
                       st.just(", key=lambda item: -item"), st.just(", lo=1, hi=None"), st.just(", key=Raising()"))
    search = st.builds("m.{}({}, {}{})".format, st.sampled_from(["bisect", "bisect_left", "bisect_right"]), items, value, bounds)
    insort = st.builds("(lambda a: (m.{}(a, {}{}), a))({})".format, st.sampled_from(["insort", "insort_left", "insort_right"]), value, bounds, items)
    return calls(search, insort)
