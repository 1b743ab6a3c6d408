"""What became of many patients: outcome and relapse from pain at stored moments."""

import numpy as np
from numpy.typing import NDArray

from resetsim.outcomes.outcome import SOME_PAIN
from resetsim.records.cohort import OUTCOMES
from resetsim.slow.events import RELAPSE_LASTS_D

Array = NDArray[np.floating]


def relapse_days(day: Array, pain: Array, start_day: float) -> tuple[Array, NDArray[np.int8]]:
    """Return when pain came back, and what became of patients.

    Parameters
    ----------
    day
        Moments, from the end of treatment; shape (M,). Up to ``start_day`` they are baseline.
    pain
        On 0-10; shape (P, M).
    start_day
        Start of treatment.

    Returns
    -------
    array, array
        The first moment after the end, between readings in proportion, from which pain, having been
        below half of its mean at baseline, stays above that half for at least three days, not a
        number where it does not; the place in ``OUTCOMES``; each of shape (P,).
    """
    before = pain[:, day <= start_day].mean(axis=1)
    level = before[:, None] / 2
    after = day > start_day
    high = pain > level
    fell = np.logical_or.accumulate(~high & after, axis=1)
    lasts = _stays_until(day, high) - day >= RELAPSE_LASTS_D
    back = high & lasts & fell & (day > 0)
    first = np.where(back.any(axis=1), back.argmax(axis=1), -1)
    some_pain = before >= SOME_PAIN
    relapsed = some_pain & (first >= 0)
    moment = np.where(relapsed, _crossing(day, pain, level[:, 0], np.maximum(first, 1)), np.nan)
    outcome = np.full(len(pain), OUTCOMES.index("relieved"), dtype=np.int8)
    outcome[relapsed] = OUTCOMES.index("relapsed")
    outcome[~fell[:, -1]] = OUTCOMES.index("not relieved")
    outcome[~some_pain] = OUTCOMES.index("no pain before")
    return np.maximum(moment, 0.0), outcome


def _stays_until(day: Array, high: NDArray[np.bool_]) -> Array:
    """Return until when pain that is high at a moment stays so; shape (P, M)."""
    until = np.empty(high.shape)
    until[:, -1] = day[-1]
    for place in range(len(day) - 2, -1, -1):
        until[:, place] = np.where(high[:, place + 1], until[:, place + 1], day[place])
    return until


def _crossing(day: Array, pain: Array, level: Array, place: NDArray[np.int64]) -> Array:
    """Return when pain crosses a level before the reading at a place."""
    rows = np.arange(len(pain))
    low, high = pain[rows, place - 1], pain[rows, place]
    with np.errstate(divide="ignore", invalid="ignore"):
        # Above the level already before the end of treatment: at the end.
        share = np.where(low <= level, (level - low) / (high - low), 0.0)
    begin = day[place - 1]
    return np.asarray(begin + np.nan_to_num(share) * (day[place] - begin))
