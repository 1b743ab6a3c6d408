"""How graded relief in ``dose_duration`` is: levels that people could tell apart, and its falls."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from resetsim.progress import Progress
from resetsim.spiking.engine import Engine
from resetsim.study.arm import PreparedArm
from resetsim.study.courses import courses_of, measure_drift

APART = 0.3  # NRS, in the mean of many
LATER_D = {"a day": 1.0, "a week": 7.0, "a month": 30.0}


class Graded(NamedTuple):
    """Levels of relief later on, and the largest fall as dose or duration rises."""

    levels: tuple[int, ...]
    largest_fall: float


def graded(relief: NDArray[np.float64]) -> Graded:
    """Return how graded relief is.

    Parameters
    ----------
    relief
        In NRS; shape (doses, durations, moments), rising doses and durations.
    """
    counts = tuple(levels(relief[..., moment]) for moment in range(relief.shape[-1]))
    steps = [np.diff(relief, axis=axis) for axis in (0, 1) if relief.shape[axis] > 1]
    return Graded(counts, max(0.0, *(-float(each.min()) for each in steps)))


def levels(relief: NDArray[np.float64]) -> int:
    """Return how many values lie more than ``APART`` apart, counted from the lowest."""
    last, count = -np.inf, 0
    for value in np.sort(np.ravel(relief)):
        if value - last > APART:
            last, count = value, count + 1
    return count


def relief_of(
    arms: Sequence[PreparedArm], shape: tuple[int, int], engine: Engine, progress: Progress
) -> NDArray[np.float64]:
    """Return relief after each treatment, in NRS; shape (*shape, moments)."""
    measure_drift(arms, engine, progress)
    found = []
    for arm in arms:
        courses = courses_of(arm, engine, progress, with_band=False)
        assert arm.treated_d is not None
        start_d, end_d = arm.treated_d
        days = np.array([start_d, *(end_d + later for later in LATER_D.values())])
        before, *after = np.interp(days, courses.pain_system.time_d, courses.pain.pain)
        found.append(before - np.array(after))
    return np.reshape(found, (*shape, len(LATER_D)))
