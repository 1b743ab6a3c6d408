"""What targets on small doses of ketamine are compared with."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from resetsim.evidence.observation import Observation
from resetsim.evidence.reading import (
    Arms,
    brush_at,
    end_d,
    evoked_at,
    groups_of,
    moments_of,
    one_of_each,
    pain_at,
    start_d,
    values_of,
    windup_at,
)
from resetsim.records.result import ArmResult


def n07(arms: Arms) -> Observation:
    """Share of ongoing pain that a small dose takes away by its end (%)."""
    (arm,) = arms
    before, at_end = pain_at(arm, start_d(arm)), pain_at(arm, end_d(arm))
    text = f"pain {before:.1f} before, {at_end:.1f} at the end of the infusion"
    return Observation(100 * (1 - at_end / before) if before > 1 else None, text)


def n08(arms: Arms) -> Observation:
    """Share that 133 ng/ml takes away of how much more a train evokes than in health (%).

    Of how much more a brush evokes, 44 ng/ml must take away at least 30 %, and both must grow with
    the dose.
    """
    control, *treated = one_of_each(arms, "dose")

    def lowered(evoked: Callable[[ArmResult, float], float], assay: str) -> NDArray[np.float64]:
        health, steady = moments_of(control, assay)
        excess = [evoked(arm, steady) - evoked(arm, health) for arm in (control, *treated)]
        return 100 * (1 - np.array(excess[1:]) / excess[0])

    brush, train = lowered(brush_at, "brush"), lowered(_last_of_train_at, "windup")
    doses = ", ".join(str(dose) for dose in values_of(arms, "dose")[1:])
    text = f"excess lowered by {_percent(brush)} (brush), {_percent(train)} (train) at {doses}"
    grows = bool(np.all(np.diff([brush, train]) > 0))
    return Observation(float(train[-1]) if grows and brush[0] >= 30 else None, text)


def _last_of_train_at(arm: ArmResult, day: float) -> float:
    return float(windup_at(arm, day)[-3:].mean())


def _percent(shares: NDArray[np.float64]) -> str:
    return ", ".join(f"{each:.0f} %" for each in shares)


def n09(arms: Arms) -> Observation:
    """Share of the response to a noxious stimulus that S-ketamine takes away in health (%)."""
    without, given = groups_of(arms, "dose")
    (day,) = moments_of(given[0], "evoked_pain")
    plain, lowered = (
        float(np.mean([evoked_at(arm, day) for arm in each])) for each in (without, given)
    )
    text = f"response {plain:.1f} Hz, under S-ketamine {lowered:.1f} Hz"
    return Observation(100 * (1 - lowered / plain), text)


def n10(arms: Arms) -> Observation:
    """Blockade at 200 ng/ml, relative to that at 100 ng/ml."""
    half, whole = (
        float(np.interp(end_d(arm), arm.pain_system.time_d, arm.pain.acting["blockade"]))
        for arm in one_of_each(arms, "dose")
    )
    text = f"blockade {half:.0%} and {whole:.0%}"
    return Observation(whole / half if half > 0 else None, text)
