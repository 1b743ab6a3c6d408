"""What became of a treated patient, in one of four words."""

from typing import Literal

import numpy as np

from resetsim.records.result import Array

Outcome = Literal["not treated", "no pain before", "not relieved", "relapsed", "relieved"]

SOME_PAIN = 0.5  # on 0-10: with less before treatment there was nothing to relieve


def outcome_of(
    time_d: Array, pain: Array, treated_d: tuple[float, float] | None, relapse_day: float | None
) -> Outcome:
    """Return what became of a patient.

    Parameters
    ----------
    time_d, pain
        The course of pain: in days, on 0-10; shape (T,).
    treated_d
        Start of the first and end of the last treatment, in days; None without treatment.
    relapse_day
        When it came back, in days after treatment, see ``slow/events.py``; None where it did not.

    Returns
    -------
    str
        ``relieved`` where pain fell to half of what it was before treatment, or less, and did not
        come back for good; ``not relieved`` where it never fell so far.
    """
    if treated_d is None:
        return "not treated"
    start_d, _ = treated_d
    before = float(np.interp(start_d, time_d, pain))
    if before < SOME_PAIN:
        return "no pain before"
    if pain[time_d > start_d].min(initial=before) > before / 2:
        return "not relieved"
    return "relieved" if relapse_day is None else "relapsed"
