"""Who is in pain, and the risk of it relative to control: what a trial of prevention asks for."""

import numpy as np

from resetsim.outcomes.diary import mean_of_present
from resetsim.outcomes.estimate import CONFIDENCE, Estimate, share_of
from resetsim.records.cohort import Array, CohortArm

IN_PAIN = 1.0
"""Felt pain from which a patient is in pain, on 0-10."""
LATER = "months 3 to 6"
_LATER_D = (88.0, 182.0)  # after treatment
_SAME_DAY = 1e-6


def later_pain(arm: CohortArm) -> Array:
    """Return the pain that each patient has in ``LATER``, on average; shape (P,).

    Not a number where the course failed, or nobody was followed so long.
    """
    first, last = (day + sign * _SAME_DAY for day, sign in zip(_LATER_D, (-1, 1), strict=True))
    if arm.day[-1] < _LATER_D[1] - _SAME_DAY:
        return np.full(len(arm.pain), np.nan)
    return mean_of_present(arm.pain[:, (arm.day >= first) & (arm.day <= last)])


def share_in_pain(pain: Array) -> Estimate | None:
    """Return the share of patients in pain, of those whose pain is known.

    Parameters
    ----------
    pain
        Felt by each patient; shape (P,).
    """
    return share_of(*_counts(pain))


def relative_risk(pain: Array, control: Array) -> Estimate | None:
    """Return the risk of being in pain over that of controls, with Katz's interval.

    It is that of two separate groups, as a trial has them.

    Parameters
    ----------
    pain, control
        Felt by each patient of two arms.

    Returns
    -------
    Estimate or None
        None where no control is in pain.
    """
    (count, n), (in_control, n_control) = _counts(pain), _counts(control)
    if not n or not in_control:
        return None
    from scipy.stats.contingency import relative_risk as of_counts

    found = of_counts(count, n, in_control, n_control)
    low, high = found.confidence_interval(CONFIDENCE)
    return Estimate(float(found.relative_risk), float(low), float(high), n)


def _counts(pain: Array) -> tuple[int, int]:
    return int((pain >= IN_PAIN).sum()), int(np.isfinite(pain).sum())
