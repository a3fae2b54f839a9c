"""Seconds of a piece of work, alone or in turns with another, so that both see the same machine."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable


def seconds(work: Callable[[], object]) -> float:
    """How long it took."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def in_turns(works: dict[str, Callable[[], object]], repetitions: int) -> dict[str, float]:
    """The median seconds of each piece of work, repeated in turns."""
    found: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(repetitions):
        for name, work in works.items():
            found[name].append(seconds(work))
    return {name: statistics.median(each) for name, each in found.items()}
