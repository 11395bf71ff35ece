"""Times two functions that do the same work, turn by turn, so that a noisy machine hits both alike."""

import gc
import statistics
import time
from collections.abc import Callable
from itertools import repeat
from typing import NamedTuple

ROUND_SECONDS = 0.004
CASE_SECONDS = 0.25
ROUNDS = range(5, 41)


class Times(NamedTuple):
    """Seconds for one call (medians), and how many times faster Rust is (median over the rounds)."""

    c: float
    rust: float
    ratio: float


def compare(c: Callable[[], object], rust: Callable[[], object], seconds: float = CASE_SECONDS) -> Times:
    """Runs both in short rounds, one after the other, until about `seconds` have passed for each."""
    loops = calibrate(c)
    first = run(c, loops)
    run(rust, loops)
    rounds = min(max(int(seconds / first), ROUNDS.start), ROUNDS.stop)
    pairs = []
    for number in range(rounds):
        gc.collect()
        if number % 2:
            pairs.append((run(c, loops), run(rust, loops)))
        else:
            pairs.append((run(rust, loops), run(c, loops))[::-1])
    c_times, rust_times = zip(*pairs, strict=True)
    ratio = statistics.median(c_time / rust_time for c_time, rust_time in pairs)
    return Times(statistics.median(c_times) / loops, statistics.median(rust_times) / loops, ratio)


def calibrate(function: Callable[[], object]) -> int:
    """How many calls make a round."""
    loops = 1
    while (seconds := run(function, loops)) < ROUND_SECONDS:
        loops = max(loops * 2, int(loops * ROUND_SECONDS / max(seconds, 1e-9)))
    return loops


def run(function: Callable[[], object], loops: int) -> float:
    enabled = gc.isenabled()
    gc.disable()
    try:
        start = time.perf_counter()
        for _ in repeat(None, loops):
            function()
        return time.perf_counter() - start
    finally:
        if enabled:
            gc.enable()
