"""Responders: whose reported pain is so much less than before treatment; and how many it takes.

Patients who have left the trial count as non-responders. Those without pain before treatment, and
those whose course failed, are not counted.
"""

import numpy as np
from numpy.typing import NDArray

from resetsim.outcomes.diary import Diary
from resetsim.outcomes.estimate import Estimate, difference_of_shares, share_of
from resetsim.records.cohort import Array

RESPONSES = (30, 50)
"""Per cent less pain than before, as IMMPACT recommends to report (Dworkin 2008 J Pain 9:105)."""


def responds(diary: Diary, percent: float) -> NDArray[np.bool_]:
    """Return who has so much less pain than before, in each week; shape (P, W).

    Parameters
    ----------
    diary
        Of an arm.
    percent
        How much less, at least.
    """
    most = ((1 - percent / 100) * diary.baseline)[:, None]
    return np.asarray((diary.pain <= most) & diary.counted[:, None])


def responder_share(diary: Diary, percent: float, week: int) -> Estimate | None:
    """Return the share of responders in a week.

    Parameters
    ----------
    diary
        Of an arm.
    percent
        How much less pain, at least.
    week
        One of the diary's.
    """
    return share_of(*_counts(diary, percent, week))


def more_responders(diary: Diary, control: Diary, percent: float, week: int) -> Estimate | None:
    """Return by how much the share of responders is larger than among controls.

    Parameters
    ----------
    diary, control
        Of two arms.
    percent
        How much less pain, at least.
    week
        One of both.
    """
    return difference_of_shares(*(_counts(each, percent, week) for each in (diary, control)))


def relief_shares(diary: Diary, week: int, percent: Array) -> Array:
    """Return the share of patients who have at least so much less pain than before.

    Parameters
    ----------
    diary
        Of an arm.
    week
        One of its weeks.
    percent
        How much less; any shape.

    Returns
    -------
    array
        Of the same shape: the cumulative responder function.
    """
    one = diary.at([week])
    who = one.counted
    relief = 100 * (1 - one.pain[who, 0].astype(np.float64) / one.baseline[who])
    ranked = np.sort(np.where(np.isfinite(relief), relief, -np.inf))
    return 1 - np.searchsorted(ranked, percent - 1e-6) / max(len(ranked), 1)


def needed_to_treat(more: Estimate) -> Estimate:
    """Return how many have to be treated for one more responder.

    Parameters
    ----------
    more
        How much larger the share of responders is than among controls.

    Returns
    -------
    Estimate
        Negative numbers have to be treated for one responder less. Where ``low`` is above and
        ``high`` below zero the interval runs from ``low`` up through infinity, which is no effect,
        to ``high``. Not a number for infinity itself.
    """
    return Estimate(_inverse(more.value), _inverse(more.high), _inverse(more.low), more.n)


def needed_words(needed: Estimate) -> str:
    """Return a number needed to treat in words, after Altman 1998 BMJ 317:1309.

    Parameters
    ----------
    needed
        As :func:`needed_to_treat` gives it.
    """
    if needed.low > 0 > needed.high:
        interval = f"{_one(needed.low)} to ∞ to {_one(needed.high)}"
    else:
        interval = f"{_one(needed.low)} to {_one(needed.high)}"
    return f"{_one(needed.value)} ({interval})"


def _one(number: float) -> str:
    if np.isnan(number):
        return "∞"
    decimals = 1 if abs(number) < 10 else 0
    return f"{number:.{decimals}f}" if number > 0 else f"harm {-number:.{decimals}f}"


def _inverse(share: float) -> float:
    return 1 / share if share else np.nan


def _counts(diary: Diary, percent: float, week: int) -> tuple[int, int]:
    return int(responds(diary.at([week]), percent).sum()), int(diary.counted.sum())
