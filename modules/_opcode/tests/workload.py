"""Work for many interpreters and threads at once; see python/tests/build/test_stress.py."""

import _opcode
import hashlib
import random

QUESTIONS = [name for name in dir(_opcode) if name.startswith(("is_", "has_"))]
LISTS = [name for name in dir(_opcode) if name.startswith("get_") and name != "get_executor"]


def work(seed: int) -> str:
    """Asks everything about random instructions, from `seed`; gives a digest of all answers."""
    rng = random.Random(seed)
    digest = hashlib.sha256()
    for _ in range(500):
        opcode = rng.randrange(-5, 300)
        answers = [getattr(_opcode, name)(opcode) for name in QUESTIONS]
        answers.append(effect(opcode, rng.choice([None, rng.randrange(256)]), rng.choice([None, False, True])))
        digest.update(repr(answers).encode())
    digest.update(repr([getattr(_opcode, name)() for name in LISTS]).encode())
    return digest.hexdigest()


def effect(opcode: int, oparg: int | None, jump: bool | None) -> int | str:
    try:
        return _opcode.stack_effect(opcode, oparg, jump=jump)
    except ValueError as error:
        return str(error)


class Shared:
    """The same answers for all threads."""

    def __init__(self) -> None:
        self.answers = [getattr(_opcode, name)() for name in LISTS]
        self.effects = [effect(opcode, 1, None) for opcode in range(256)]

    def use(self, seed: int) -> None:
        opcode = seed % 256
        assert effect(opcode, 1, None) == self.effects[opcode]

    def check(self) -> None:
        assert self.answers == [getattr(_opcode, name)() for name in LISTS]
