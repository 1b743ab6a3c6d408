"""What targets on small doses of ketamine are compared with."""

import numpy as np

from resetsim.evidence.observation import Observation
from resetsim.evidence.reading import (
    Arms,
    end_d,
    evoked_at,
    groups_of,
    moments_of,
    one_of_each,
    pain_at,
    response_at,
    start_d,
    values_of,
)
from resetsim.records.result import ArmResult


def n07(arms: Arms) -> Observation:
    """Share of ongoing pain that a small dose takes away by its end (%)."""
    (arm,) = arms
    before, at_end = pain_at(arm, start_d(arm)), pain_at(arm, end_d(arm))
    text = f"pain {before:.1f} before, {at_end:.1f} at the end of the infusion"
    return Observation(100 * (1 - at_end / before) if before > 1 else None, text)


def n08(arms: Arms) -> Observation:
    """Share of the evoked excess that 133 ng/ml takes away (%); it must grow with the dose."""
    health, steady = moments_of(arms[0], "evoked_pain")
    control, *treated = one_of_each(arms, "dose")

    def excess(arm: ArmResult) -> float:
        return evoked_at(arm, steady) - evoked_at(arm, health)

    lowered = [100 * (1 - excess(arm) / excess(control)) for arm in treated]
    doses = ", ".join(str(dose) for dose in values_of(arms, "dose")[1:])
    text = f"excess lowered by {', '.join(f'{each:.0f} %' for each in lowered)} at {doses}"
    grows = bool(np.all(np.diff(lowered) > 0))
    return Observation(lowered[-1] if grows and lowered[0] >= 30 else None, text)


def n09(arms: Arms) -> Observation:
    """Share of the response to a strong stimulus that S-ketamine takes away in health (%)."""
    without, given = groups_of(arms, "dose")
    (day,) = moments_of(given[0], "evoked_pain")
    plain, lowered = (
        float(np.mean([response_at(arm, day, strength=-1) for arm in each]))
        for each in (without, given)
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
