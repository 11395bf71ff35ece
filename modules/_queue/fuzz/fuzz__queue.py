"""Random use of a queue by one thread, with items whose destructors use it, too. No call waits for long."""

from fuzzing import callback, ints, mostly, session, wrong
from hypothesis import strategies as st

MAKE = mostly(st.just("m.SimpleQueue()"), st.sampled_from(["m.SimpleQueue(1)", "m.SimpleQueue(a=1)", "type('Sub', (m.SimpleQueue,), {'__module__': 'sub'})()"]))
# Nothing that makes a call wait for more than a moment.
TIMEOUT = mostly(st.sampled_from(["0", "0.0", "1e-10", "1e-9", "1e-4"]), st.sampled_from(
    ["-1", "-1e-10", "-(2**70)", "2**70", "1e30", "float('nan')", "'a'", "1j", "[]", "Index(0)", "Float(0.0)", "Raising()"]), 3)


def programs():
    action = st.sampled_from(["x.put(1)", "x.put_nowait(2)", "x.get(False)", "x.qsize()", "x.__init__()"])
    item = mostly(ints(-9, 9), st.one_of(wrong(), st.just("x"), action.map("Dying(lambda: {})".format)), 3)
    block = mostly(st.sampled_from(["True", "False"]), st.one_of(st.sampled_from(["0", "1", "None", "'a'", "Raising()"]), callback("Bool", st.just("False"), action)))
    put = st.one_of(*(item.map(form.format) for form in ["x.put({})", "x.put_nowait({})", "x.put(item={})", "x.put({}, False, 1)", "x.put({}, timeout=-1)"]))
    get = st.one_of(
        st.sampled_from(["x.get_nowait()", "x.get(False)", "x.get(block=False, timeout='a')"]),
        st.builds("x.get({}, {})".format, block, TIMEOUT),
        st.builds("x.get(block={}, timeout={})".format, block, TIMEOUT),
        TIMEOUT.map("x.get(timeout={})".format))
    other = st.sampled_from(["x.get(1, 2, 3)", "x.get(False, item=1)", "x.put()", "x.put(1, item=2)", "x.put_nowait(1, 2)", "x.get_nowait(1)", "x.qsize(1)",
                             "m.SimpleQueue[int]", "x.__reduce_ex__(2)", "m.Empty('text')", "setattr(x, 'y', 1)", "x.missing"])
    return session(MAKE, put, put, get, mostly(get, other), looks=("x.qsize()", "x.empty()"), most=12)


class Dying:
    """Does something when it goes."""

    def __init__(self, action):
        self.action = action

    def __del__(self):
        try:
            self.action()
        except Exception:
            pass


NAMES = {"Dying": Dying}
