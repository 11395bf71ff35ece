"""Random heaps, with items that compare in all ways and comparisons that change the list."""

from fuzzing import callback, floats, ints, mostly, session, texts
from hypothesis import strategies as st

FUNCTIONS = ["heappush", "heappop", "heapify", "heapreplace", "heappushpop", "_heappop_max", "_heapify_max", "_heapreplace_max",
             "heappush_max", "heappop_max", "heapify_max", "heapreplace_max", "heappushpop_max"]


def programs():
    value = st.one_of(ints(-9, 9), floats(), texts("ab", 3), st.builds("({}, {})".format, ints(0, 3), ints(0, 3)))
    action = st.sampled_from(["x.clear()", "x.append(1)", "x.pop()", "x.__delitem__(slice(2))"])
    item = mostly(ints(-9, 9), st.one_of(value, callback("Less", st.sampled_from(["True", "False", "Raising()"]), action)))
    steps = [item.map(f"m.{name}(x, {{}})".format) if "push" in name or "replace" in name else st.just(f"m.{name}(x)") for name in FUNCTIONS]
    items = st.lists(item, max_size=12).map(lambda items: f"[{', '.join(items)}]")
    other = st.sampled_from(["m.heapify((1, 2))", "m.heappop(None)", "m.heappush([1], 2, 3)", "m.heappop([])"])
    return session(items, *steps, other, looks=("x",), most=7)
