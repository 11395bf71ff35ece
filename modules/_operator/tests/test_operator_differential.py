"""The Rust _operator beside the C one of the same interpreter: same results, same errors."""

import copy
import functools
import gc
import pickle
import re
import sys
import unittest
import warnings

from corten.testing import c_module, outcome, rust_module

C = c_module("_operator")
RUST = rust_module("_operator")
PY = sys.version_info[:2]

FUNCTIONS = sorted(name for name, value in vars(C).items() if type(value) is type(len))


class Differential(unittest.TestCase):
    def check(self, function):
        """Call `function` with each module: both outcomes must be the same."""
        expected = outcome(function, C)
        actual = outcome(function, RUST)
        shown = [re.sub(" at 0x[0-9a-f]+", "", repr(result)) for result in (actual, expected)]
        self.assertEqual(*shown)
        return actual


class Matrix:
    """Answers every operator."""

    def __init__(self, name="m"):
        self.name = name

    def __repr__(self):
        return f"Matrix({self.name})"

    def __index__(self):
        return 3

    def __length_hint__(self):
        return 7


for _name in ("add sub mul matmul floordiv truediv mod pow lshift rshift and or xor").split():
    for _prefix in ("", "r", "i"):
        def _operator_method(self, other, _name=_prefix + _name):
            return _name, self.name
        setattr(Matrix, f"__{_prefix}{_name}__", _operator_method)


class Failing:
    def __getattr__(self, name):
        raise ArithmeticError(name)

    def _fail(self, *args):
        raise ArithmeticError("failed")

    __add__ = __radd__ = __eq__ = __lt__ = __bool__ = __index__ = __len__ = __getitem__ = __contains__ = __iter__ = _fail
    __neg__ = __abs__ = __invert__ = __setitem__ = __delitem__ = __iadd__ = __length_hint__ = _fail
    __hash__ = object.__hash__

    def __repr__(self):
        return "Failing()"


def values():
    """Operands; made anew for each call, as some functions change them."""
    return [None, 0, 1, -1, 2**70, True, 1.5, float("nan"), 2j, "", "a", "abc", b"ab", (), (1, 2, 1), [], [1, 2, 1], {},
            {1: 2}, {1}, frozenset((1, 2)), range(3), slice(1), Matrix(), Failing(), int, bytearray(b"x"), iter([1, 1])]


class Functions(Differential):
    def test_all_on_everything(self):
        warnings.simplefilter("ignore", DeprecationWarning)  # ~True
        self.addCleanup(warnings.resetwarnings)
        self.assertEqual(FUNCTIONS, sorted(n for n, v in vars(RUST).items() if type(v) is type(len)))
        count = len(values())
        for name in FUNCTIONS:
            for first in range(count):
                self.check(lambda m: getattr(m, name)(values()[first]))
                for second in range(count):
                    def function(module):
                        a, b = values()[first], values()[second]
                        if name in ("pow", "ipow", "lshift", "ilshift", "mul", "imul") and 2**70 in (a, b):
                            return None
                        return getattr(module, name)(a, b), a
                    self.check(function)

    def test_three_operands(self):
        for container in range(len(values())):
            for key in (0, 1, "a", slice(0, 1), None):
                def function(module):
                    target = values()[container]
                    return module.setitem(target, key, "v"), target
                self.check(function)

    def test_wrong_arguments(self):
        for name in FUNCTIONS:
            for args, kwargs in (((), {}), ((1, 2, 3, 4), {}), ((1,), {"a": 1}), ((1, 2), {"b": 1})):
                if name == "call" and args:
                    continue
                self.check(lambda m: getattr(m, name)(*args, **kwargs))

    def test_calls(self):
        record = lambda *args, **kwargs: (args, kwargs)
        for args, kwargs in (((), {}), ((1,), {}), (tuple(range(30)), {}), ((1,), {"a": 2}), ((), {"obj": 1, "b": 2})):
            self.check(lambda m: m.call(record, *args, **kwargs))
            self.check(lambda m: m.call(m.call, record, *args, **kwargs))
        for wrong in (5, None, "x"):
            self.check(lambda m: m.call(wrong))
        deep = functools.partial(RUST.call, len)
        for _ in range(50_000):
            deep = functools.partial(RUST.call, deep)
        self.assertRaises(RecursionError, RUST.call, deep, "a")

    def test_deep_calls(self):
        self.assertRaises(RecursionError, RUST.call, *[RUST.call] * 100_000)

    def test_length_hints(self):
        class Hint:
            def __init__(self, hint):
                self.hint = hint
            def __length_hint__(self):
                return self.hint
        for source in (Hint(5), Hint(-1), Hint("x"), Hint(NotImplemented), Hint(2**80), 5, [1], iter([1, 2])):
            for default in ((), (3,), (-4,), (2**70,), ("x",), (1.5,), (True,)):
                self.check(lambda m: m.length_hint(source, *default))

    def test_digests(self):
        texts = ["", "a", "b", "ab", "\xe9", "\u20ac", type("S", (str,), {})("a"), type("S", (str,), {})("\xe9")]
        data = [b"", b"a", b"ab", bytearray(b"a"), memoryview(b"ab"), memoryview(b"abcd")[::2], type("B", (bytes,), {})(b"a"),
                memoryview(b"abcd").cast("B", (2, 2)), None, 5, [1]]
        for a in texts + data:
            for b in texts + data:
                self.check(lambda m: m._compare_digest(a, b))
        large = b"x" * 100_000
        for other in (large, large[:-1] + b"y", b"y" + large[1:], large + b"x"):
            self.check(lambda m: m._compare_digest(large, other))


class Getters(Differential):
    OBJECTS = [(1, 2, 3), [1, 2, 3], {0: 1, "a": 2}, "text", (), [], None, Failing(), range(5), type("T", (tuple,), {})((4, 5)),
               type("L", (list,), {"__getitem__": lambda self, key: ("item", key)})([1, 2])]

    def test_items(self):
        for keys in ((0,), (1,), (2,), (5,), (-1,), (True,), ("a",), (slice(1),), (2**70,), (-(2**70),), (None,), (0, 1), (0, "a"),
                     (1, 1, 1, 1), ([],), ((0, 1),)):
            for object in self.OBJECTS:
                self.check(lambda m: m.itemgetter(*keys)(object))
            self.check(lambda m: (repr(m.itemgetter(*keys)), m.itemgetter(*keys).__reduce__()[1]))

    def test_attributes(self):
        class Thing:
            pass
        thing = Thing()
        thing.x = thing
        thing.y = 5
        setattr(thing, "\u20ac", 6)
        setattr(thing, "", 7)
        for names in (("y",), ("x.y",), ("x.x.x.y",), ("x", "y"), ("x.y", "y", "x.x"), ("none",), ("x.none.y",), ("",), (".",),
                      ("x.",), (".y",), ("x..y",), ("\u20ac",), ("x.\u20ac",), ("\udc80",), (5,), (None, "x"), ("x", 5),
                      (type("S", (str,), {})("y"),), (type("S", (str,), {})("x.y"),)):
            def function(module):
                getter = module.attrgetter(*names)
                shown = outcome(getter, thing)
                return str(shown).replace(repr(thing), "thing"), repr(getter), getter.__reduce__()[1]
            self.check(function)

    def test_methods(self):
        class Thing:
            def method(self, *args, **kwargs):
                return args, kwargs
            def __repr__(self):
                return "Thing()"
            static = staticmethod(lambda *args: args)
            value = 5
        for args, kwargs in (((), {}), ((1,), {}), ((1, 2, 3), {"a": 4}), ((), {"a": 1, "b": 2}), (tuple(range(30)), {"k": 1}),
                             ((), {f"k{n}": n for n in range(20)}), ((), {"name": 1, "self": 2})):
            for name in ("method", "static", "value", "none", "\u20ac", type("S", (str,), {})("method")):
                def function(module):
                    caller = module.methodcaller(name, *args, **kwargs)
                    result = outcome(caller, Thing())
                    shown = repr(caller)
                    reduced = caller.__reduce__()
                    return result, shown, reduced[1], getattr(reduced[0], "args", ())[1:], getattr(reduced[0], "keywords", None)
                self.check(function)
        with self.assertRaisesRegex(TypeError, "keywords must be strings"):
            RUST.methodcaller("method", 1, **{5: 6})(Thing())
        self.check(lambda m: m.methodcaller("upper")("text"))
        self.check(lambda m: m.methodcaller("upper")(5))

    def test_wrong_arguments(self):
        for name in ("itemgetter", "attrgetter", "methodcaller"):
            self.check(lambda m: getattr(m, name)())
            self.check(lambda m: getattr(m, name)("a", b=1) and None)
            self.check(lambda m: getattr(m, name)(b=1))
            self.check(lambda m: getattr(m, name)(5) and None)
            for args, kwargs in (((), {}), ((1, 2), {}), ((), {"a": 1}), ((1,), {"a": 1}), ((1, 2), {"a": 1})):
                self.check(lambda m: getattr(m, name)("a")(*args, **kwargs))
            self.check(lambda m: setattr(getattr(m, name), "x", 1))
            self.check(lambda m: setattr(getattr(m, name)("a"), "x", 1))
            self.check(lambda m: type("Sub", (getattr(m, name),), {}))

    def test_repr_of_itself(self):
        def function(module):
            items = []
            getter = module.itemgetter(items)
            caller = module.methodcaller("x", items, a=items)
            items += [getter, caller]
            texts = repr(getter), repr(caller)
            items.clear()
            return texts
        self.check(function)

    def test_copies(self):
        import operator
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            for getter in (operator.itemgetter(1), operator.itemgetter(1, 2), operator.attrgetter("a.b", "c"),
                           operator.methodcaller("m", 1), operator.methodcaller("m", 1, a=2)):
                self.assertEqual(repr(pickle.loads(pickle.dumps(getter, protocol))), repr(getter))
                self.assertEqual(repr(copy.deepcopy(getter)), repr(getter))

    def test_a_callback_drops_the_getter(self):
        class Dropping:
            def __getitem__(self, key):
                getters.clear()
                gc.collect()
                return key
            def __getattr__(self, name):
                getters.clear()
                gc.collect()
                return self
            def method(self, *args, **kwargs):
                getters.clear()
                gc.collect()
                return args, kwargs

        for make in (lambda: RUST.itemgetter("a" * 20, "b" * 20), lambda: RUST.attrgetter("a.b.c", "d"),
                     lambda: RUST.methodcaller("method", [1], a=[2])):
            getters = [make()]
            getters[0](Dropping())


if __name__ == "__main__":
    unittest.main()
