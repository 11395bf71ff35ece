"""The Rust _opcode beside the C one of the same interpreter: the same facts about every instruction, the same errors."""

import dis
import random
import sys
import unittest

from corten.testing import c_module, in_threads, layer, rust_module

C = c_module("_opcode")
RUST = rust_module("_opcode")

QUESTIONS = [name for name in dir(C) if name.startswith(("is_", "has_"))]
LISTS = [name for name in dir(C) if name.startswith("get_") and name != "get_executor"]
OPCODES = [*range(-10, 600), 2**31 - 1, -(2**31)]


class Index:
    """An int by its method, which may fail."""

    def __init__(self, value):
        self.value = value

    def __index__(self):
        if isinstance(self.value, Exception):
            raise self.value
        return self.value


def outcome(function, *args, **kwargs):
    """What a call gave: its result with its type, or the exception's type name and text."""
    try:
        result = function(*args, **kwargs)
        return type(result), result
    except Exception as error:
        return "raised", type(error).__qualname__, str(error)


class Both(unittest.TestCase):
    def same(self, name, *args, **kwargs):
        self.assertEqual(outcome(getattr(RUST, name), *args, **kwargs), outcome(getattr(C, name), *args, **kwargs),
                         (name, args, kwargs))


class StackEffect(Both):
    def test_every_opcode(self):
        for opcode in OPCODES:
            for oparg in (None, 0, 1, 2, 3, 4, 7, 15, 255, 65535, 2**31 - 1, -1, 2**32, 2**32 + 5):
                for jump in (None, True, False):
                    self.same("stack_effect", opcode, oparg, jump=jump)

    def test_defaults(self):
        for opcode in OPCODES:
            self.same("stack_effect", opcode)
            self.same("stack_effect", opcode, 3)
            self.same("stack_effect", opcode, jump=True)

    def test_arguments(self):
        strange = ["a", 1.5, None, [], 2**31, -(2**31) - 1, 2**63 - 1, 2**63, -(2**63), -(2**70), True, Index(5), Index(2**70),
                   Index(ZeroDivisionError("no")), Index("a")]
        for value in strange:
            self.same("stack_effect", value)
            for opcode in (1, 9, 90, 100, 124, 150):
                self.same("stack_effect", opcode, value)
                self.same("stack_effect", opcode, None, jump=value)
                self.same("stack_effect", opcode, 1, jump=value)

    def test_calls(self):
        self.same("stack_effect")
        self.same("stack_effect", 1, 2, 3)
        self.same("stack_effect", opcode=1)
        self.same("stack_effect", 1, oparg=1)
        self.same("stack_effect", 1, jmp=1)
        self.same("stack_effect", 1, None, jump=None)


class Questions(Both):
    def test_every_opcode(self):
        for name in QUESTIONS:
            for opcode in OPCODES:
                self.same(name, opcode)
                self.same(name, opcode=opcode)

    def test_arguments(self):
        for name in QUESTIONS:
            for value in ("a", 1.5, None, 2**31, -(2**40), True, Index(5), Index(2**40), Index(ZeroDivisionError("no"))):
                self.same(name, value)
            self.same(name)
            self.same(name, 1, 2)
            self.same(name, number=1)
            self.same(name, 1, opcode=1)


class Lists(Both):
    def test_contents(self):
        for name in LISTS:
            self.same(name)
            self.same(name, 1)
            self.same(name, key=1)

    def test_each_is_new(self):
        for name in LISTS:
            lists = [getattr(module, name)() for module in (RUST, C)]
            self.assertEqual(*[made is getattr(module, name)() for made, module in zip(lists, (RUST, C), strict=True)])

    @unittest.skipUnless(sys.version_info >= (3, 13), "no such constant")
    def test_constant(self):
        self.assertEqual(RUST.ENABLE_SPECIALIZATION, C.ENABLE_SPECIALIZATION)


@unittest.skipUnless(hasattr(C, "get_executor"), "executors came with 3.13")
class Executors(Both):
    def test_arguments(self):
        code = self.test_arguments.__func__.__code__
        for args in [(code, 0), (code, 2), (code, -1), (code, 2**31), (code, "a"), (code, None), (1, 2), ("a", "b"), (None, 0), (code,), (),
                     (code, 0, 0), (type("Long" * 50, (), {})(), 0), (type("é" * 70, (), {})(), 0)]:
            self.same("get_executor", *args)
        self.same("get_executor", code=code, offset=0)
        self.same("get_executor", code=code)
        self.same("get_executor", offset=0)


class Programs(unittest.TestCase):
    def test_dis(self):
        """What `dis` prints with one and the other."""
        rust, c = (layer("dis", module, ["opcode"]) for module in (RUST, C))
        for function in (dis.dis, random.Random.sample, layer, Both.same):
            self.assertEqual(rust.Bytecode(function).dis(), c.Bytecode(function).dis())
        self.assertEqual({name: getattr(rust, name) for name in rust.__all__ if name.startswith("has")},
                         {name: getattr(c, name) for name in c.__all__ if name.startswith("has")})

    def test_threads(self):
        expected = [outcome(C.stack_effect, opcode, 1) for opcode in range(300)]

        def ask(_):
            for _ in range(20):
                self.assertEqual([outcome(RUST.stack_effect, opcode, 1) for opcode in range(300)], expected)

        in_threads(4, ask)


if __name__ == "__main__":
    unittest.main()
