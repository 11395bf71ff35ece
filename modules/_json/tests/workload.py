"""Work for many interpreters and threads at once; see python/tests/build/test_stress.py."""

import hashlib
import itertools
import json
import random
from typing import Any


def work(seed: int) -> str:
    """Writes and reads documents that `seed` stands for; gives a digest of all results."""
    rng = random.Random(seed)
    value = document(rng, rng.choice((1, 3, 5)))
    text = json.dumps(value)
    results = [
        text,
        json.dumps(value, ensure_ascii=False, sort_keys=True, indent=" "),
        json.dumps([value], default=str, check_circular=False, separators=(",", ":")),
        repr(json.loads(text, object_pairs_hook=list, parse_float=str)),
        repr(json.loads(text, parse_int=float, object_hook=sorted)),
        failure(json.loads, text[:-1] + "?"),
        failure(json.dumps, {"value": value, "strange": object}),
    ]
    assert json.loads(text) == value
    return hashlib.sha256("\0".join(results).encode("utf-8", "surrogatepass")).hexdigest()


def document(rng: random.Random, depth: int) -> Any:
    """A value with containers nested that deep."""
    if depth == 0:
        texts = ["", "plain", 'quote " and \\', "\x00\x1f", "h\xe4user", "\u4e2d\u6587", "\U0001f40d", "x" * 200]
        return rng.choice([None, True, 17, -(10**30), rng.random() * 1e10, rng.choice(texts)])
    values = [document(rng, depth - 1) for _ in range(rng.randrange(1, 7))]
    return values if rng.random() < 0.5 else {f"key {n % 4}": value for n, value in enumerate(values)}


def failure(function, value: Any) -> str:
    try:
        return function(value)
    except (ValueError, TypeError) as error:
        return str(error)


class Shared:
    """One encoder and one decoder for all threads, and containers that change while they are encoded."""

    def __init__(self) -> None:
        self.encoders = [
            json.JSONEncoder(),
            json.JSONEncoder(check_circular=False, sort_keys=True, default=sorted),
            json.JSONEncoder(ensure_ascii=False, indent=2),
        ]
        self.decoders = [json.JSONDecoder(), json.JSONDecoder(object_pairs_hook=list), json.JSONDecoder(strict=False)]
        self.table: dict[str, Any] = {f"name {n}": [n, {}] for n in range(100)}
        self.items: list[Any] = [self.table, "text"] * 3
        self.text = json.dumps(self.items)

    def use(self, seed: int) -> None:
        [self.change_table, self.change_items, self.encode, self.encode, self.decode][seed % 5](seed)

    def change_table(self, seed: int) -> None:
        for n in range(50):
            self.table[f"name {(seed + n) % 100}"] = [n, {str(n): seed}]
            self.table[f"other {(seed + n) % 200}"] = n
            self.table.pop(f"other {(seed * n) % 200}", None)

    def change_items(self, seed: int) -> None:
        self.items.append(str(seed))
        self.items[0] = dict(itertools.islice(self.table.copy().items(), 5))
        del self.items[3 + seed % 7 :]

    def encode(self, seed: int) -> None:
        encoder = self.encoders[seed // 5 % 3]
        try:
            text = encoder.encode(self.items if seed % 2 else self.table)
        except RuntimeError as error:
            assert "changed size during iteration" in str(error), error
            return
        assert type(json.loads(text)) is (list if seed % 2 else dict)

    def decode(self, seed: int) -> None:
        decoder = self.decoders[seed // 5 % 3]
        value, end = decoder.raw_decode(self.text)
        assert end == len(self.text) and len(value) == 6 and value[1::2] == ["text"] * 3

    def check(self) -> None:
        """What was never removed is still there."""
        assert {f"name {n}" for n in range(100)} <= set(json.loads(self.encoders[0].encode(self.table)))
