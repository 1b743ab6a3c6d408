"""What targets on input, and on the tissue that it sensitises, are compared with."""

import numpy as np

from resetsim.evidence.observation import Observation
from resetsim.evidence.pain_observables import HARDLY_ANY
from resetsim.evidence.reading import (
    Arms,
    after_sensation_at,
    brush_at,
    end_d,
    first_response_at,
    groups_of,
    growth_at,
    ltp_at,
    moments_of,
    one_of_each,
    pain_at,
    values_of,
)

_LASTING = 0.5  # of the excess at an hour: LTP that is maintained


def n16(arms: Arms) -> Observation:
    """Excess of the EPSP at 270 min without synthesis, relative to that at 60 min.

    It must still be there at 145 min, and be maintained with synthesis.
    """
    without, with_ = one_of_each(arms, "capture_rate")
    moments = moments_of(without, "ltp")
    early, middle, late = (ltp_at(without, day) - 100 for day in moments)
    first, *_, kept = (ltp_at(with_, day) - 100 for day in moments)
    text = (
        f"excess {early:.0f}, {middle:.0f}, {late:.0f} % without synthesis; "
        f"with it {first:.0f} % at 60 min, {kept:.0f} % at 270 min"
    )
    if early <= 0 or middle < _LASTING * early or kept < _LASTING * first:
        return Observation(None, text)
    return Observation(late / early, text)


def n17(arms: Arms) -> Observation:
    """How many of two signs are right: ongoing pain at the higher input, none at the lower."""
    low, high = values_of(arms, "residual_rate")
    little, much = (
        pain_at(arm, arm.pain_system.time_d[-1]) for arm in one_of_each(arms, "residual_rate")
    )
    text = f"pain {little:.1f} at {low}, {much:.1f} at {high}"
    return Observation(float((little < HARDLY_ANY) + (much > HARDLY_ANY)), text)


def n21(arms: Arms) -> Observation:
    """How many of two signs are right: hyperalgesia lower an hour later, pain as without."""
    health, _, later = moments_of(arms[0], "brush")
    brush, pain = [], []
    for pair in groups_of(arms, "seed"):
        without, given = one_of_each(pair, "dose")
        excess = [brush_at(arm, later) - brush_at(arm, health) for arm in (without, given)]
        felt = [pain_at(arm, end_d(given) + 1 / 24) for arm in (without, given)]
        brush.append(excess[1] / excess[0])
        pain.append(felt[1] / felt[0])
    left, error = float(np.mean(brush)), float(np.std(brush, ddof=1) / np.sqrt(len(brush)))
    back = float(np.mean(pain))
    text = f"an hour later {left:.0%} +- {error:.0%} (s.e.) of the brush excess, {back:.0%} of pain"
    return Observation(float((left + 2 * error < 1) + (abs(back - 1) <= 0.1)), text)


def n29(arms: Arms) -> Observation:
    """How many of four signs are right, of wind-up in chronic pain against health."""
    slow, fast = groups_of(arms, "frequency")
    slowly, quickly = values_of(arms, "frequency")
    signs = {
        "first response": (first_response_at, fast),
        f"growth at {quickly}": (growth_at, fast),
        f"growth at {slowly}": (growth_at, slow),
        "after-sensation": (after_sensation_at, fast),
    }
    right, said = 0, []
    for name, (reading, group) in signs.items():
        health, chronic = (
            float(np.mean([reading(arm, day) for arm in group]))
            for day in moments_of(arms[0], "windup")
        )
        right += chronic > health
        said.append(f"{name} {health:.1f} in health, {chronic:.1f} in chronic pain")
    return Observation(float(right), "; ".join(said))
