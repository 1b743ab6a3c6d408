"""The risk of being in pain in each arm of a cohort, and relative to its control."""

from dataclasses import dataclass

from resetsim.outcomes.cohort import VISITS, ArmOutcomes, CohortOutcomes
from resetsim.outcomes.estimate import Estimate
from resetsim.outcomes.in_pain import LATER, relative_risk, share_in_pain
from resetsim.records.cohort import Array


@dataclass(frozen=True)
class Risk:
    """The risk of being in pain at some time.

    Attributes
    ----------
    when
        In words.
    share
        Of patients in pain.
    relative
        To control; None for a control arm itself, and without one.
    """

    when: str
    share: Estimate | None
    relative: Estimate | None


def risks(outcomes: CohortOutcomes, arm: ArmOutcomes) -> list[Risk]:
    """Return the risk of being in pain at each visit, and in ``LATER``."""
    control = None if arm.is_control else outcomes.control_of(arm)
    compared = _felt(control) if control else {}
    felt = _felt(arm)
    return [
        Risk(
            when,
            share_in_pain(felt[when]) if when in felt else None,
            relative_risk(felt[when], compared[when])
            if when in felt and when in compared
            else None,
        )
        for when in (*(f"week {number}" for number in VISITS), LATER)
    ]


def last_risk(outcomes: CohortOutcomes, arm: ArmOutcomes) -> Risk | None:
    """Return the last risk of being in pain that can be told."""
    return next((risk for risk in reversed(risks(outcomes, arm)) if risk.share), None)


def _felt(arm: ArmOutcomes) -> dict[str, Array]:
    """Return the pain that each patient has, by when."""
    weeks = arm.felt.week.tolist() if arm.felt else []
    felt = {f"week {week}": arm.felt.in_week(week) for week in weeks if arm.felt}
    return felt if arm.felt_later is None else {**felt, LATER: arm.felt_later}
