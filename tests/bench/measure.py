"""Timing two ways of doing the same in turns, and the peak memory of this process."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Side:
    """One way of doing it: `run` is timed and gets what the untimed `prepare` returned."""

    run: Callable[[Any], object]
    prepare: Callable[[], Any] = lambda: None


@dataclass(frozen=True)
class Figures:
    """What one case found: best seconds of either side, peak KiB after the first round of ours."""

    ours: float
    baseline: float | None
    peak_kib: int
    notes: dict[str, str] = field(default_factory=dict)

    def plain(self) -> dict[str, Any]:
        """As JSON values."""
        return asdict(self)


def peak_kib() -> int:
    """Largest resident memory of this process so far, in KiB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // 1024 if sys.platform == "darwin" else peak


def seconds(side: Side) -> float:
    """One timed run."""
    prepared = side.prepare()
    start = time.perf_counter()
    side.run(prepared)
    return time.perf_counter() - start


def compare(ours: Side, baseline: Side | None, *, rounds: int, budget: float) -> Figures:
    """Run both in turns, at most `rounds` times and not beyond `budget` seconds; the best of each counts."""
    began = time.perf_counter()
    mine, plain, peak = [], [], 0
    while not mine or (len(mine) < rounds and time.perf_counter() - began < budget):
        mine.append(seconds(ours))
        peak = peak or peak_kib()
        if baseline is not None:
            plain.append(seconds(baseline))
    return Figures(min(mine), min(plain) if plain else None, peak)
