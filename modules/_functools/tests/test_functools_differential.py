"""The Rust _functools beside the C one of the same interpreter: same results, same errors, same callbacks."""

import copy
import gc
import inspect
import pickle
import random
import sys
import unittest
import weakref
from collections import namedtuple

from corten.testing import c_module, in_threads, meanwhile, outcome, rust_module

C = c_module("_functools")
RUST = rust_module("_functools")
PY = sys.version_info[:2]

CacheInfo = namedtuple("CacheInfo", ["hits", "misses", "maxsize", "currsize"])


class Differential(unittest.TestCase):
    def check(self, function):
        """Call `function` with each module: both outcomes must be the same."""
        expected = outcome(function, C)
        actual = outcome(function, RUST)
        self.assertEqual(actual, expected)
        return actual


def record(*args, **kwargs):
    return args, kwargs


class Key(str):
    """A keyword whose comparisons and hashes are heard of."""

    hook = staticmethod(lambda: None)

    def __eq__(self, other):
        Key.hook()
        return str.__eq__(self, other)

    def __hash__(self):
        Key.hook()
        return str.__hash__(self)


class Partials(Differential):
    def test_calls(self):
        rng = random.Random(1)
        names = ["a", "b", "c", "d", "\xe9", "\u20ac", "\U0001F600"]

        def keywords():
            return {name: rng.randrange(9) for name in rng.sample(names, rng.randrange(5))}

        for _ in range(1500):
            bound, given = range(rng.randrange(14)), range(100, 100 + rng.randrange(14))
            own, more = keywords(), keywords()

            def function(module):
                partial = module.partial(record, *bound, **own)
                result = partial(*given, **more)
                return result, list(result[1]), partial.args, partial.keywords

            self.check(function)

    def test_keywords_beyond_few(self):
        own = {f"own{number}": number for number in range(30)}
        more = {f"own{number}": -number for number in range(20, 40)}

        def function(module):
            result = module.partial(record, **own)(**more)
            return result, list(result[1])
        self.check(function)

    def test_callables_of_every_kind(self):
        class Plain:
            def __init__(self, *args, **kwargs):
                self.got = args, kwargs

        class Callable:
            def __call__(self, *args, **kwargs):
                return args, kwargs

            def method(self, *args, **kwargs):
                return args, kwargs

        for callable in (Callable(), Callable().method, lambda *a, **k: Plain(*a, **k).got, dict, max, len, "".join,
                         int, [].append, type, object):
            for args, kwargs in (((), {}), ((1,), {}), ((1, 2), {}), ((), {"a": 1}), ((5,), {"base": 10})):
                for given, more in (((), {}), ((3,), {}), ((), {"b": 2}), ((3, 4, 5), {"a": 7})):
                    self.check(lambda m: repr(m.partial(callable, *args, **kwargs)(*given, **more)))

    def test_nesting(self):
        def function(module):
            class Sub(module.partial):
                pass

            class Overriding(module.partial):
                def __call__(self, *args, **kwargs):
                    return "overridden"

            results = []
            for make in (module.partial, Sub, Overriding):
                inner = make(record, 1, a=1)
                with_dict = make(record, 1)
                with_dict.x = 1
                for outer in (module.partial, Sub):
                    for partial in (outer(inner, 2, b=2), outer(inner), outer(inner, a=3), outer(with_dict, 2)):
                        results.append((partial.func is record, partial.args, partial.keywords, partial(3)))
            return results
        self.check(function)

    def test_wrong_arguments(self):
        for args, kwargs in (((), {}), ((5,), {}), ((), {"func": len}), ((None, 1), {}), (("x",), {"a": 1})):
            self.check(lambda m: m.partial(*args, **kwargs))

    def test_representation(self):
        def function(module):
            class Sub(module.partial):
                pass
            partial = module.partial(len)
            partial.keywords[5] = "x"
            partial.keywords["\udc80"] = "\udc80"
            recursive = module.partial(len)
            recursive.__setstate__((recursive, (recursive,), {"a": recursive}, None))
            texts = [repr(module.partial(*case)) for case in ((len,), (len, 1), (len, "\u20ac", [2]))]
            texts += [repr(module.partial(len, 1, a=2)), repr(Sub(int, 1)), repr(partial), repr(recursive)]
            recursive.__setstate__((len, (), {}, None))
            return texts
        self.check(function)

    def test_states(self):
        states = [(), 1, None, (len, (), {}), (len, (), {}, None), (len, (1,), {"a": 2}, {"x": 3}),
                  (len, (), None, None), (len, [], {}, None), (len, (), [], None), (5, (), {}, None),
                  (len, (), {}, None, 1), (len, type("T", (tuple,), {})((1, 2)), {}, None),
                  (len, (), type("D", (dict,), {})(a=1), None)]
        for state in states:
            def function(module):
                partial = module.partial(int, 1)
                partial.y = 1
                partial.__setstate__(state)
                return (partial.func, partial.args, type(partial.args), partial.keywords, type(partial.keywords),
                        partial.__dict__, repr(partial), partial.__reduce__()[1:])
            self.check(function)
        with self.assertRaisesRegex(TypeError, "invalid partial state"):
            RUST.partial(len).__setstate__((len, (), {}, 5))

    def test_what_the_state_shares(self):
        args, keywords, namespace = (1, 2), {"a": 1}, {"x": 1}
        for module in (C, RUST):
            partial = module.partial(len)
            partial.__setstate__((record, args, keywords, namespace))
            self.assertIs(partial.args, args)
            self.assertIs(partial.keywords, keywords)
            self.assertIs(partial.__dict__, namespace)
            self.assertEqual(partial(3, b=4), ((1, 2, 3), {"a": 1, "b": 4}))

    def test_keywords_that_change(self):
        def function(module):
            partial = module.partial(record)
            results = [partial()]
            partial.keywords["a"] = 1
            results.append(partial(1))
            partial.keywords["b"] = 2
            results.append(partial(1, a=3))
            partial.keywords.clear()
            results.append(partial(a=5))
            partial.keywords[5] = 6
            results.append(outcome(partial))
            results.append(outcome(partial, a=1))
            return results
        self.check(function)

    def test_copies(self):
        def function(module):
            sys.modules["_functools"], before = module, sys.modules["_functools"]
            try:
                partial = module.partial(record, [1], a=[2])
                partial.x = 3
                copies = copy.copy(partial), copy.deepcopy(partial)
                return [(c.func, c.args, c.keywords, c.__dict__, c.args[0] is partial.args[0]) for c in copies]
            finally:
                sys.modules["_functools"] = before
        self.check(function)
        import functools
        self.assertIs(type(pickle.loads(pickle.dumps(functools.partial(int, "5")))), functools.partial)

    def test_members_are_read_only(self):
        for name in ("func", "args", "keywords"):
            self.check(lambda m: setattr(m.partial(len), name, 1))
            self.check(lambda m: delattr(m.partial(len), name))
        self.check(lambda m: setattr(m.partial, "x", 1))
        self.check(lambda m: setattr(m.partial(len), "__dict__", 5))

    def test_as_an_attribute(self):
        import warnings

        def function(module):
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                class Class:
                    attribute = module.partial(record, 1)
                results = Class().attribute(2)[0][:1], Class.attribute(2), len(Class().attribute(2)[0])
                return results, [(str(w.message), w.category) for w in caught]
        self.check(function)

    def test_weak_references(self):
        partial = RUST.partial(len)
        reference = weakref.ref(partial)
        self.assertIs(reference(), partial)
        del partial
        self.assertIsNone(reference())

    def test_cycles_are_collected(self):
        for state in (lambda p: (p, (), {}, None), lambda p: (len, (p,), {}, None), lambda p: (len, (), {"a": p}, None),
                      lambda p: (len, (), {}, {"p": p})):
            partial = RUST.partial(len)
            partial.__setstate__(state(partial))
            reference = weakref.ref(partial)
            del partial
            gc.collect()
            self.assertIsNone(reference())

    def test_a_callback_replaces_everything(self):
        partial = RUST.partial(record, *[object() for _ in range(5)], k=0)

        def replace():
            partial.__setstate__((max, (), {"key": None}, None))
            gc.collect()
            Key.hook = staticmethod(lambda: None)

        keywords = {Key("k"): 1, Key("other"): 2}
        Key.hook = staticmethod(replace)
        args, kwargs = partial(6, **keywords)
        self.assertEqual((len(args), kwargs), (6, {"k": 1, "other": 2}))
        self.assertIs(partial.func, max)

    def test_deep_nesting(self):
        def deep(module):
            partial = module.partial(len)
            for _ in range(100_000):
                outer = module.partial(len)
                outer.__setstate__((partial, (), {}, None))
                partial = outer
            return partial

        partial = deep(RUST)
        with self.assertRaises(RecursionError):
            partial([])
        with self.assertRaises(RecursionError):
            repr(partial)
        del partial

    def test_threads_replace_the_state(self):
        partial = RUST.partial(record, 1)

        def call():
            args, kwargs = partial(9, z=3)
            self.assertEqual((args[-1], kwargs["z"]), (9, 3))

        with meanwhile(call, call, call):
            for number in range(3000):
                partial.__setstate__((record, tuple(range(number % 12)), {"a": number} if number % 2 else {}, None))

    @unittest.skipIf(PY < (3, 14), "new in 3.14")
    def test_placeholders(self):
        rng = random.Random(3)
        for _ in range(1500):
            pattern = [rng.random() < 0.4 for _ in range(rng.randrange(7))]
            second = [rng.random() < 0.3 for _ in range(rng.randrange(5))]
            given = range(100, 100 + rng.randrange(8))
            kwargs = {"a": 1} if rng.random() < 0.3 else {}
            more = {"b": 1} if rng.random() < 0.3 else {}

            def function(module):
                hole = module.Placeholder
                fill = lambda holes: [hole if is_hole else number for number, is_hole in enumerate(holes)]
                partial = module.partial(module.partial(record, *fill(pattern), **kwargs), *fill(second))
                shown = ["hole" if arg is hole else arg for arg in partial.args]
                return shown, outcome(partial, *given, **more), repr(partial)
            self.check(function)
        self.check(lambda m: m.partial(len, a=m.Placeholder))
        self.check(lambda m: m.partial(len, m.Placeholder))
        self.check(lambda m: m.partial(len).__setstate__((len, (m.Placeholder,), {}, None)))
        self.check(lambda m: (repr(m.Placeholder), type(m.Placeholder)() is m.Placeholder,
                              m.Placeholder.__reduce__(), outcome(type(m.Placeholder), 1)))


class Noting:
    """An argument that notes how often it is hashed and compared."""

    def __init__(self, value, hash=None, notes=None):
        self.value = value
        self.hash = value if hash is None else hash
        self.notes = notes if notes is not None else []

    def __hash__(self):
        self.notes.append(("hash", self.value))
        return self.hash

    def __eq__(self, other):
        self.notes.append(("eq", self.value, other.value))
        return self.value == other.value


def cached(module, function, maxsize, typed=False):
    return module._lru_cache_wrapper(function, maxsize, typed, CacheInfo)


class Caches(Differential):
    VALUES = [0, 1, -1, -2, 1.0, True, False, None, "a", "b", "", b"a", (), (1,), (1.0,), "\u20ac", 2**70, -(2**70), 3.5,
              float("inf"), frozenset((1,)), 1j, int, "1", 0.0, ("a", 1), ("a", 1.0), ((1, 2), 3)]

    def test_random_calls(self):
        for maxsize in (None, 0, 1, 2, 3, 10, 40, -5):
            for typed in (False, True):
                def function(module):
                    rng = random.Random(5)
                    calls = []
                    f = cached(module, lambda *a, **k: calls.append((a, k)) or len(calls), maxsize, typed)
                    results = []
                    for _ in range(2500):
                        args = rng.choices(self.VALUES, k=rng.randrange(4))
                        kwargs = {name: rng.choice(self.VALUES) for name in rng.sample("xyz", rng.randrange(3))}
                        results.append(f(*args, **kwargs))
                        if rng.random() < 0.002:
                            results.append(f.cache_info())
                            f.cache_clear()
                    return results, calls, f.cache_info()
                self.check(function)

    def test_long_calls(self):
        for count in (9, 10, 11, 30, 500):
            def function(module):
                f = cached(module, lambda *a, **k: (len(a), len(k)), 4, True)
                keywords = {f"k{number}": number for number in range(count)}
                return f(*range(count), **keywords), f(*range(count), **keywords), f.cache_info()
            self.check(function)

    def test_hashes_and_comparisons(self):
        """Each part is hashed once a call; what is the same object is not compared."""
        for maxsize in (None, 5):
            for shape in (lambda x: ((x,), {}), lambda x: ((x, 1), {}), lambda x: ((), {"a": x})):
                def function(module):
                    f = cached(module, lambda *a, **k: None, maxsize)
                    notes = []
                    objects = [Noting(number % 3, notes=notes) for number in range(9)]
                    for object in objects + objects:
                        args, kwargs = shape(object)
                        f(*args, **kwargs)
                    return notes, f.cache_info()
                self.check(function)

    def test_equal_hashes(self):
        """Found are the same; Rust looks once less before it stores."""
        for maxsize in (None, 2, 3, 50):
            def function(module):
                f = cached(module, lambda x: x.value, maxsize)
                rng = random.Random(1)
                results = [f(Noting(rng.randrange(6), hash=7)) for _ in range(300)]
                return results, f.cache_info()
            self.check(function)

    def test_failing_callbacks(self):
        class Bad:
            def __init__(self, hash_fails):
                self.hash_fails = hash_fails

            def __hash__(self):
                if self.hash_fails:
                    raise ZeroDivisionError("hash")
                return 7

            def __eq__(self, other):
                raise ZeroDivisionError("eq")

        for maxsize in (None, 0, 2):
            def function(module):
                f = cached(module, lambda *args: 5, maxsize)
                results = [outcome(f, Bad(True)), outcome(f, []), outcome(f, 1, {})]
                results += [outcome(f, Bad(False)), outcome(f, Bad(False)), outcome(f, Bad(False), 3)]
                g = cached(module, lambda x: 1 // x, maxsize)
                results += [outcome(g, 0), outcome(g, 0), outcome(g, 1), g.cache_info(), f.cache_info()]
                return results
            self.check(function)

    def test_the_function_uses_the_cache(self):
        for maxsize in (None, 1, 2, 10):
            for action in ("clear", "same", "many", "info"):
                def function(module):
                    def body(x, depth=0):
                        if depth < 3:
                            if action == "clear":
                                f.cache_clear()
                            elif action == "same":
                                f(x, depth + 1), f(x, depth + 1)
                            elif action == "many":
                                [f(number, depth + 1) for number in range(4)]
                            else:
                                f.cache_info()
                        return x, depth
                    f = cached(module, body, maxsize)
                    return [f(number % 3) for number in range(10)], f.cache_info()
                self.check(function)

    def test_the_same_key_meanwhile(self):
        for maxsize in (None, 5):
            def function(module):
                numbers = iter(range(10))
                def body(x):
                    number = next(numbers)
                    if number == 0:
                        f(x)
                    return number
                f = cached(module, body, maxsize)
                return f(1), f(1), f.cache_info()
            self.check(function)

    def test_comparisons_use_the_cache(self):
        class Meddling:
            action = None

            def __hash__(self):
                return 1

            def __eq__(self, other):
                action, Meddling.action = Meddling.action, None
                if action:
                    action()
                return self is other

        for maxsize in (None, 1, 2, 3):
            for name in ("clear", "more", "replace", "drop"):
                f = cached(RUST, lambda x: [x], maxsize)
                keys = [Meddling() for _ in range(4)]
                for key in keys:
                    f(key)
                Meddling.action = {
                    "clear": f.cache_clear,
                    "more": lambda: [f(Meddling()) for _ in range(5)],
                    "replace": lambda: [f(number) for number in range(5)],
                    "drop": gc.collect,
                }[name]
                for key in keys + [Meddling()]:
                    self.assertEqual(f(key), [key])
                gc.collect()

    def test_destructors_use_the_cache(self):
        class Result:
            def __init__(self, x):
                self.x = x

            def __del__(self):
                if self.x < 200:
                    f(self.x + 100)
                f.cache_info()

        for maxsize in (None, 1, 3):
            f = cached(RUST, Result, maxsize)
            for number in range(50):
                f(number)
            f.cache_clear()
            for number in range(50):
                f(number)
            f.cache_clear()

    def test_order_of_destructors(self):
        for maxsize in (None, 5):
            def function(module):
                order = []
                class Result:
                    def __init__(self, x):
                        self.x = x
                    def __del__(self):
                        order.append(self.x)
                f = cached(module, Result, maxsize)
                for number in (0, 1, 2, 3, 1, 0, 4, 5, 6, 2):
                    f(number)
                f.cache_clear()
                return order
            self.check(function)

    def test_constructor(self):
        for args in ((), (len,), (len, 1), (len, 1, True), (5, 1, True, CacheInfo), (len, "x", True, CacheInfo),
                     (len, 1.5, True, CacheInfo), (len, 2**63, True, CacheInfo), (len, -(2**70), True, CacheInfo),
                     (len, 1, 2, 3, 4)):
            self.check(lambda m: repr(type(m._lru_cache_wrapper(*args))))
        self.check(lambda m: repr(type(m._lru_cache_wrapper(len, maxsize=1, typed=0, cache_info_type=None))))
        self.check(lambda m: m._lru_cache_wrapper(len, 1, False, CacheInfo, wrong=1))

        class Index:
            def __index__(self):
                return 3
        self.check(lambda m: cached(m, len, Index()).cache_info())

    def test_copies_and_descriptors(self):
        def function(module):
            f = cached(module, lambda *args: args, 5)
            class Class:
                method = f
            instance = Class()
            f.__qualname__ = "name"
            return (copy.copy(f) is f, copy.deepcopy(f) is f, instance.method(1)[1:], instance.method(1)[0] is instance,
                    Class.method is f, f.__get__(None) is f, f.__get__(None, Class) is f, f.__reduce__(),
                    outcome(f.__copy__, 1, 2), outcome(f.__deepcopy__), outcome(f.cache_info, 1),
                    type(instance.method).__name__, inspect.isroutine(f))
        self.check(function)

    def test_deep_chain(self):
        f = cached(RUST, lambda x: x, 10)
        for _ in range(100_000):
            f = cached(RUST, f, 10)
        with self.assertRaises(RecursionError):
            f(1)
        del f

    def test_cycles_are_collected(self):
        class Mark:
            pass

        for maxsize in (None, 5):
            functions = []
            functions.append(cached(RUST, lambda x, functions=functions: functions[0], maxsize))
            mark = Mark()
            functions[0](mark)
            reference = weakref.ref(mark)
            del functions, mark
            gc.collect()
            self.assertIsNone(reference())

    def test_threads(self):
        for maxsize in (None, 1, 16):
            f = cached(RUST, lambda x, y=0: (x, y), maxsize)

            def use(seed):
                rng = random.Random(seed)
                for _ in range(3000):
                    x, y = rng.randrange(40), rng.randrange(3)
                    self.assertEqual((f(x, y=y), f(x)), ((x, y), (x, 0)))
                    if rng.random() < 0.002:
                        f.cache_clear()

            in_threads(4, use)
            self.assertLessEqual(f.cache_info().currsize, maxsize or 160)


class Reductions(Differential):
    def test_values(self):
        add = lambda x, y: x + y
        for items in ([], [1], [1, 2], range(1000), "text", {1: 2, 3: 4}, iter([1, 2, 3]), (x for x in "ab")):
            items = list(items)
            self.check(lambda m: m.reduce(add, items))
            self.check(lambda m: m.reduce(add, iter(items), None if not items else items[0]))
        self.check(lambda m: m.reduce(max, [3, 5, 4]))
        self.check(lambda m: m.reduce(add, [], None))

    def test_errors(self):
        class BadIter:
            def __iter__(self):
                raise ValueError("iter")

        def failing():
            yield 1
            raise ValueError("next")

        for args in ((), (1,), (max,), (max, 5), (max, BadIter()), (max, [1, 2], 3, 4), (5, [1, 2]), (5, [1]),
                     (lambda x, y: 1 // 0, [1, 2])):
            self.check(lambda m: m.reduce(*args))
        self.check(lambda m: m.reduce(max, failing()))
        self.check(lambda m: m.reduce(max, [1], initial=5))
        self.check(lambda m: m.reduce(function=max, iterable=[1]))

    def test_a_function_that_keeps_its_arguments(self):
        self.check(lambda m: m.reduce(lambda *args: args, range(5)))

    def test_the_iterable_changes(self):
        def function(module):
            items = [1, 2, 3, 4, 5]
            return module.reduce(lambda x, y: items.clear() or x + y, items)
        self.check(function)


class Keys(Differential):
    def test_sorting(self):
        rng = random.Random(2)
        for _ in range(50):
            items = [rng.randrange(30) for _ in range(rng.randrange(60))]
            for compare in (lambda x, y: x - y, lambda x, y: y - x, lambda x, y: 0, lambda x, y: float(x - y),
                            lambda x, y: (x - y) * 2**70):
                self.check(lambda m: sorted(items, key=m.cmp_to_key(compare)))

    def test_comparisons(self):
        for answer in (-1, 0, 1, True, 0.0, -0.5, None, "x", 2**80):
            def function(module):
                key = module.cmp_to_key(lambda x, y: answer)
                a, b = key(1), key(2)
                return [outcome(getattr(a, f"__{op}__"), b) for op in ("lt", "le", "eq", "ne", "gt", "ge")]
            self.check(function)

    def test_errors(self):
        for args, kwargs in (((), {}), ((1, 2), {}), ((), {"mycmp": len}), ((), {"x": 1})):
            self.check(lambda m: m.cmp_to_key(*args, **kwargs) and None)
        def function(module):
            key = module.cmp_to_key(lambda x, y: 0)
            bare, one = key, key(1)
            return [outcome(lambda: one < 5), outcome(lambda: bare < one), outcome(lambda: one < bare),
                    outcome(lambda: one == 5), outcome(key), outcome(key, 1, 2), outcome(key, object=1), outcome(hash, one),
                    outcome(lambda: type(one)()), key(obj=5).obj, bare.obj]
        self.check(function)

    def test_the_object_is_replaced(self):
        def function(module):
            def compare(x, y):
                a.obj = b.obj = None
                gc.collect()
                return len(x) - len(y)
            key = module.cmp_to_key(compare)
            a, b = key([1] * 3), key([2] * 5)
            first = a < b
            b.obj = 3
            del a.obj
            return first, a.obj, outcome(lambda: a < b), outcome(lambda: delattr(a, "obj"))
        self.check(function)

    def test_cycles_are_collected(self):
        key = RUST.cmp_to_key(len)
        class Mark:
            pass
        mark = Mark()
        wrapped = key(mark)
        mark.wrapped = wrapped
        wrapped.obj = [wrapped, mark]
        reference = weakref.ref(mark)
        del mark, wrapped
        gc.collect()
        self.assertIsNone(reference())


if __name__ == "__main__":
    unittest.main()
