"""A number that a cohort gives, with its 95 % interval."""

from dataclasses import dataclass

import numpy as np

from resetsim.records.cohort import Array

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Estimate:
    """A number with its 95 % interval.

    Attributes
    ----------
    value, low, high
        The number, and between which it lies; not a number where that cannot be said.
    n
        Of how many patients.
    """

    value: float
    low: float
    high: float
    n: int


def mean_of(values: Array) -> Estimate | None:
    """Return a mean with its interval, by Student's t.

    Parameters
    ----------
    values
        Of each patient; not a number for those of whom nothing is known.

    Returns
    -------
    Estimate or None
        None without any patient; of a single one the interval is unknown.
    """
    known = values[np.isfinite(values)].astype(np.float64)
    if not known.size:
        return None
    mean = float(known.mean())
    if known.size == 1:
        return Estimate(mean, np.nan, np.nan, 1)
    from scipy.stats import t

    standard_error = known.std(ddof=1) / np.sqrt(known.size)
    half = float(t.ppf((1 + CONFIDENCE) / 2, known.size - 1) * standard_error)
    return Estimate(mean, mean - half, mean + half, known.size)


def share_of(count: int, n: int) -> Estimate | None:
    """Return a share with its interval, by Wilson's score.

    Parameters
    ----------
    count, n
        How many patients, out of how many.

    Returns
    -------
    Estimate or None
        None out of no patients.
    """
    if not n:
        return None
    from statsmodels.stats.proportion import proportion_confint

    low, high = proportion_confint(count, n, alpha=1 - CONFIDENCE, method="wilson")
    return Estimate(count / n, float(low), float(high), n)


def difference_of_shares(treated: tuple[int, int], control: tuple[int, int]) -> Estimate | None:
    """Return how much larger a share is than that of controls, by Newcombe's interval.

    It is that of two separate groups, as a trial has them; that in a cohort the same patients
    stand in both arms would make it narrower.

    Parameters
    ----------
    treated, control
        How many patients, out of how many.

    Returns
    -------
    Estimate or None
        None where either is out of no patients.
    """
    if not treated[1] or not control[1]:
        return None
    from statsmodels.stats.proportion import confint_proportions_2indep

    low, high = confint_proportions_2indep(
        *treated, *control, method="newcomb", compare="diff", alpha=1 - CONFIDENCE
    )
    value = treated[0] / treated[1] - control[0] / control[1]
    return Estimate(value, float(low), float(high), treated[1])
