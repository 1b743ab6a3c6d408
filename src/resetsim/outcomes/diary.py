"""What patients write into their diaries, week by week."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from resetsim.outcomes.outcome import SOME_PAIN
from resetsim.records.cohort import Array, CohortArm

DAYS_PER_WEEK = 7
_SAME_DAY = 1e-6  # moments are sums of floats


@dataclass(frozen=True, eq=False)
class Diary:
    """Reported pain before treatment and in the weeks after it, on 0-10.

    Attributes
    ----------
    week
        The weeks after the end of treatment, from 1; shape (W,).
    baseline
        Mean until treatment; not a number for those whose course failed; shape (P,).
    pain
        Mean over each week; not a number for those who have left; shape (P, W).
    hurt
        Who felt pain until treatment, whatever a noisy diary says; shape (P,).
    """

    week: NDArray[np.int64]
    baseline: Array
    pain: Array
    hurt: NDArray[np.bool_]

    @property
    def counted(self) -> NDArray[np.bool_]:
        """Who had pain before and said so, and can respond; shape (P,)."""
        return self.hurt & (self.baseline >= SOME_PAIN)

    def at(self, weeks: Collection[int]) -> "Diary":
        """Return the diary of some weeks alone, those of them that there are.

        Parameters
        ----------
        weeks
            Their numbers.
        """
        chosen = np.isin(self.week, list(weeks))
        return Diary(self.week[chosen], self.baseline, self.pain[:, chosen], self.hurt)

    def in_week(self, week: int) -> Array:
        """Return the pain in one week; shape (P,).

        Parameters
        ----------
        week
            One of those that there are.
        """
        found: Array = self.pain[:, int(np.flatnonzero(self.week == week)[0])]
        return found


def diary_of(arm: CohortArm, felt: bool = False) -> Diary | None:
    """Return the diary of each patient of an arm.

    A week's pain is the mean over its moments: week 1 are days above 0 to 7.

    Parameters
    ----------
    arm
        Of a cohort.
    felt
        Whether of the pain that patients have, in place of what they report of it.

    Returns
    -------
    Diary or None
        All weeks that are over by the end of follow-up and in which something was written; None
        where no treatment is planned, since there is nothing that weeks could count from.
    """
    if not arm.treated:
        return None
    every = arm.pain if felt else arm.reported
    until = arm.day <= arm.start_day + _SAME_DAY
    baseline = mean_of_present(every[:, until])
    baseline[arm.failed] = np.nan
    weeks, pain = [], []
    for week in range(1, int((arm.day[-1] + _SAME_DAY) // DAYS_PER_WEEK) + 1):
        end = DAYS_PER_WEEK * week + _SAME_DAY
        inside = (arm.day > end - DAYS_PER_WEEK) & (arm.day <= end)
        if inside.any():
            weeks.append(week)
            pain.append(mean_of_present(every[:, inside]))
            pain[-1][arm.failed] = np.nan
    columns = np.column_stack(pain) if pain else np.empty((len(baseline), 0), np.float32)
    hurt = mean_of_present(arm.pain[:, until]) >= SOME_PAIN
    return Diary(np.array(weeks, dtype=np.int64), baseline, columns, hurt)


def pain_at_end_of_treatment(arm: CohortArm, felt: bool = False) -> Array | None:
    """Return reported pain on the day on which treatment ends.

    Parameters
    ----------
    arm
        Of a cohort.
    felt
        Whether the pain that patients have, in place of what they report of it.

    Returns
    -------
    array or None
        Shape (P,); None where nothing is planned, or nothing was written within a day of it.
    """
    nearest = int(np.abs(arm.day).argmin())
    if not arm.treated or abs(arm.day[nearest]) > 1:
        return None
    every = arm.pain if felt else arm.reported
    return np.where(arm.failed, np.nan, every[:, nearest])


def mean_of_present(values: Array) -> Array:
    """Return the mean of each row over what is a number, and not a number where nothing is."""
    present = np.isfinite(values)
    count = present.sum(axis=1)
    total = np.where(present, values, 0).sum(axis=1, dtype=np.float64)
    mean = np.divide(total, count, out=np.full(len(values), np.nan), where=count > 0)
    return np.asarray(mean, dtype=np.float32)
