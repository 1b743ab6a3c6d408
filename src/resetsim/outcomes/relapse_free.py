"""Relapse-free survival of those whose pain was relieved, from the end of treatment.

Whose pain never fell to half is not in it. Pain is the model's, not the diary's, so that leaving
the trial hides no relapse; follow-up ends for all of an arm on the same day.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resetsim.outcomes.estimate import CONFIDENCE, Estimate, share_of
from resetsim.records.cohort import OUTCOMES, Array, CohortArm

DAYS_FREE = (7, 30, 90)
_MOST_STEPS = 400  # of a curve: more than a figure can show


@dataclass(frozen=True, eq=False)
class Followed:
    """How long each patient was followed; arrays of shape (R,).

    Attributes
    ----------
    until_d
        Relapse or end of follow-up, in days after treatment.
    relapsed
        Which of the two.
    end_d
        End of follow-up.
    """

    until_d: Array
    relapsed: NDArray[np.bool_]
    end_d: float


@dataclass(frozen=True, eq=False)
class RelapseFree:
    """Relapse-free survival of an arm.

    Attributes
    ----------
    day, share, low, high
        Kaplan-Meier estimate with its interval (log-log): steps, each holding up to the next one;
        shape (S,).
    on_day
        The same on some days after treatment.
    median_d
        When half have relapsed; not a number where fewer have.
    mean_d
        Restricted mean: days free of relapse up to the end of follow-up.
    followed
        The patients.
    """

    day: Array
    share: Array
    low: Array
    high: Array
    on_day: Mapping[int, Estimate]
    median_d: Estimate
    mean_d: Estimate
    followed: Followed

    def at_risk(self, day: float) -> int:
        """Return how many are still free of relapse, and followed, just before a day.

        Parameters
        ----------
        day
            After treatment.
        """
        return int((self.followed.until_d >= day).sum())


@dataclass(frozen=True)
class LogRank:
    """Whether arms differ in relapse-free survival.

    Attributes
    ----------
    chi_squared, degrees_of_freedom, p_value
        Of the log-rank test, which takes arms for separate groups.
    """

    chi_squared: float
    degrees_of_freedom: int
    p_value: float


def followed_of(arm: CohortArm) -> Followed | None:
    """Return how long those relieved were followed.

    Parameters
    ----------
    arm
        Of a cohort.

    Returns
    -------
    Followed or None
        None where nobody was relieved.
    """
    relapsed = arm.outcome == OUTCOMES.index("relapsed")
    relieved = (relapsed | (arm.outcome == OUTCOMES.index("relieved"))) & ~arm.failed
    if not relieved.any():
        return None
    until = np.where(relapsed, arm.relapse_day, arm.day[-1])[relieved]
    return Followed(np.maximum(until, 0.0), relapsed[relieved], float(arm.day[-1]))


def relapse_free(followed: Followed) -> RelapseFree:
    """Return the relapse-free survival of an arm.

    Parameters
    ----------
    followed
        Its patients.
    """
    fitted = _fitted(followed)
    day = fitted.survival_function_.index.to_numpy(dtype=np.float64)
    share = fitted.survival_function_.to_numpy(dtype=np.float64)[:, 0]
    low, high = fitted.confidence_interval_.to_numpy(dtype=np.float64).T
    n = len(followed.until_d)
    for certain in (0, 1):  # where log-log has no interval, or one without width
        low[share == certain], high[share == certain] = _wilson(certain * n, n)
    kept = np.unique(np.linspace(0, len(day) - 1, min(len(day), _MOST_STEPS)).astype(int))
    return RelapseFree(
        day=day[kept],
        share=share[kept],
        low=low[kept],
        high=high[kept],
        on_day={
            on: Estimate(_step(day, share, on), _step(day, low, on), _step(day, high, on), n)
            for on in DAYS_FREE
            if on <= followed.end_d
        },
        median_d=Estimate(_half(day, share), _half(day, low), _half(day, high), n),
        mean_d=restricted_mean(followed, followed.end_d),
        followed=followed,
    )


def restricted_mean(followed: Followed, until_d: float) -> Estimate:
    """Return the mean number of days free of relapse up to a day, with Greenwood's interval.

    The interval is not a number where nobody, or everybody at once, has relapsed.

    Parameters
    ----------
    followed
        Patients.
    until_d
        The day.
    """
    from scipy.stats import norm

    table = _fitted(followed)
    events = table.event_table.loc[:until_d]
    day = np.append(events.index.to_numpy(dtype=np.float64), until_d)
    share = table.survival_function_.loc[:until_d].to_numpy(dtype=np.float64)[:, 0]
    area = share * np.diff(day)
    mean = float(area.sum())
    left = mean - np.cumsum(area) + area  # area to the right of each step
    risk = events["at_risk"].to_numpy(dtype=np.float64)
    gone = events["observed"].to_numpy(dtype=np.float64)
    some = (gone > 0) & (risk > gone)  # with nobody left there is no area either
    variance = (left[some] ** 2 * gone[some] / (risk[some] * (risk[some] - gone[some]))).sum()
    half = norm.ppf((1 + CONFIDENCE) / 2) * np.sqrt(variance) if variance else np.nan
    low, high = (float(np.clip(mean + sign * half, 0, until_d)) for sign in (-1, 1))
    return Estimate(mean, low, high, len(followed.until_d))


def log_rank(arms: Sequence[Followed]) -> LogRank:
    """Return whether arms differ.

    Parameters
    ----------
    arms
        Two or more.
    """
    from lifelines.statistics import multivariate_logrank_test

    test = multivariate_logrank_test(
        np.concatenate([each.until_d for each in arms]),
        np.repeat(np.arange(len(arms)), [len(each.until_d) for each in arms]),
        np.concatenate([each.relapsed for each in arms]),
    )
    return LogRank(float(test.test_statistic), len(arms) - 1, float(test.p_value))


def _fitted(followed: Followed) -> Any:
    from lifelines import KaplanMeierFitter

    with np.errstate():  # else it turns NumPy's warnings off for everything after it
        return KaplanMeierFitter(alpha=1 - CONFIDENCE).fit(followed.until_d, followed.relapsed)


def _wilson(count: int, n: int) -> tuple[float, float]:
    share = share_of(count, n)
    assert share is not None  # there are patients
    return share.low, share.high


def _step(day: Array, curve: Array, on: float) -> float:
    return float(curve[np.searchsorted(day, on, side="right") - 1])


def _half(day: Array, curve: Array) -> float:
    """Return when a falling curve has reached one half; not a number where it does not."""
    below = np.flatnonzero(curve <= 0.5)
    return float(day[below[0]]) if below.size else np.nan
