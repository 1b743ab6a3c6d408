"""CPU time, measured in rounds: what is compared is run in turn, so that noise hits all alike."""

import resource
from collections.abc import Callable, Mapping
from statistics import median
from typing import TypeVar

Name = TypeVar("Name", bound=str | int)

_WHO = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)


def cpu_s(work: Callable[[], object], repeats: int) -> float:
    """Return the median CPU seconds of a piece of work, its child processes included."""
    return medians({"": work}, repeats)[""]


def medians(works: Mapping[Name, Callable[[], object]], repeats: int) -> dict[Name, float]:
    """Return the median CPU seconds of several pieces of work, run in turn."""
    rounds = [{name: _one(work) for name, work in works.items()} for _ in range(repeats)]
    return {name: median(each[name] for each in rounds) for name in works}


def _one(work: Callable[[], object]) -> float:
    start = cpu_clock()
    work()
    return cpu_clock() - start


def cpu_clock() -> float:
    """Return the CPU seconds of this process and of its ended children."""
    used = [resource.getrusage(who) for who in _WHO]
    return sum(each.ru_utime + each.ru_stime for each in used)


def ratio(value: float) -> str:
    """Return a ratio with two digits that mean something."""
    return f"{value:.2g}" if value < 100 else f"{value:,.0f}"
