"""Medians of CPU and wall time."""

import os
import time
from collections.abc import Callable
from statistics import median


def cpu_s(work: Callable[[], object], repeats: int) -> float:
    """Return the median CPU seconds of a piece of work, its child processes included."""
    return median(_one(work, _cpu_clock) for _ in range(repeats))


def wall_s(work: Callable[[], object], repeats: int) -> float:
    """Return the median wall seconds of a piece of work."""
    return median(_one(work, time.perf_counter) for _ in range(repeats))


def _one(work: Callable[[], object], clock: Callable[[], float]) -> float:
    start = clock()
    work()
    return clock() - start


def _cpu_clock() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def ratio(value: float) -> str:
    """Return a ratio with two digits that mean something."""
    return f"{value:.2g}" if value < 100 else f"{value:,.0f}"
