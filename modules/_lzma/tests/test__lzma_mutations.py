"""Broken streams of every format: both modules give the same data, attributes and errors, call by call.

CORTEN_LZMA_MUTATIONS says how many streams to try, CORTEN_LZMA_SEED where to begin.
"""

import os
import random
import sys
import unittest

sys.path.insert(0, os.path.dirname(__file__))

from corten.testing import c_module, rust_module
from streams import mutated, streams

C = c_module("_lzma")
RUST = rust_module("_lzma")

COUNT = int(os.environ.get("CORTEN_LZMA_MUTATIONS", "1500"))
SEED = int(os.environ.get("CORTEN_LZMA_SEED", "0"))


def plan(data, rng):
    """Which part of the data each call gets, and how much it may return."""
    if rng.random() < 0.3:
        return [(data, -1), (b"", -1), (b"more", 5)]
    calls = []
    at = 0
    longest = rng.choice((1, 3, 50, 1000, 10_000))
    limits = rng.choice(((-1,), (-1, 0, 1, 7, 100), (0, 1), (1000, -1), (rng.randrange(1, 9000),)))
    while at < len(data) and len(calls) < 400:
        length = rng.randrange(0, longest + 1)
        calls.append((data[at:at + length], rng.choice(limits)))
        at += length
    return [*calls, (data[at:], -1), (b"", 0), (b"", -1)]


def trace(lzma, stream, calls):
    """What each call gave, up to the second error."""
    outcomes = []
    errors = 0
    try:
        decompressor = lzma.LZMADecompressor(**stream.options)
    except Exception as error:
        return [(type(error).__name__, str(error))]
    for piece, limit in calls:
        try:
            result = decompressor.decompress(piece, limit)
        except Exception as error:
            result = type(error).__name__, str(error)
            errors += 1
        state = decompressor.check, decompressor.eof, decompressor.needs_input, decompressor.unused_data
        outcomes.append((result, *state))
        if errors == 2:
            break
    return outcomes


def is_split_marker(stream, outcomes):
    """Whether C refuses the end marker of a .lzma file that tells its size, and only because it came in two parts."""
    if stream.options.get("format") not in (0, 2) or stream.data[5:13] == b"\xff" * 8:
        return False
    whole = [(stream.data, -1)]
    refused = any(result == ("LZMAError", "Corrupt input data") for result, *_ in outcomes)
    return refused and trace(C, stream, whole) == trace(RUST, stream, whole) and trace(C, stream, whole)[0][2]


class Mutations(unittest.TestCase):
    def test_same_outcomes(self):
        kinds = set()
        for seed in range(SEED, SEED + COUNT):
            rng = random.Random(seed)
            stream = streams(C, seed // 10)
            if rng.random() < 0.1:
                stream.options["memlimit"] = rng.randrange(40_000, 800_000)
                if stream.options.get("format") == 3:
                    del stream.options["memlimit"]
            stream.data = mutated(stream.data, rng)
            calls = plan(stream.data, rng)
            expected = trace(C, stream, calls)
            actual = trace(RUST, stream, calls)
            if actual != expected and not is_split_marker(stream, expected):
                at = next(i for i, (a, b) in enumerate(zip(actual, expected, strict=False)) if a != b)
                self.fail(f"seed {seed}, {stream.options}, call {at} {calls[at]}: "
                          f"{actual[at]} instead of {expected[at]}")
            kinds.update(result for result, *_ in expected if isinstance(result, tuple))
            kinds.add("complete" if expected[-1][2:3] == (True,) else "incomplete")
        if COUNT >= 1000:
            texts = ("Corrupt input data", "Input format not supported by decoder", "Internal error",
                     "Invalid or unsupported options", "Insufficient buffer space", "Memory usage limit exceeded")
            for text in texts:
                self.assertIn(("LZMAError", text), kinds)


if __name__ == "__main__":
    unittest.main()
