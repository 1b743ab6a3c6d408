"""Trials drawn from a cohort: how many patients it takes to see a difference."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from resetsim.outcomes.diary import Diary
from resetsim.outcomes.estimate import Estimate, share_of
from resetsim.outcomes.responders import RESPONSES, responds
from resetsim.records.cohort import Array
from resetsim.streams import generator_for

SIGNIFICANT = 0.05  # two-sided
WANTED = (0.8, 0.9)
TRIALS = 1000
PER_ARM = (5, 7, 10, 14, 20, 28, 40, 57, 80, 113, 160, 226, 320, 453, 640, 905)
"""Sizes of trials, each about 1.4 times the one before."""


@dataclass(frozen=True, eq=False)
class Endpoint:
    """What a trial compares.

    Attributes
    ----------
    name
        In words.
    treated, control
        Of each patient in either arm: pain on 0-10, not a number for those who have left; or
        whether he responds, as 0 and 1. Both of shape (P,).
    share
        Whether it is the latter.
    """

    name: str
    treated: Array
    control: Array
    share: bool


@dataclass(frozen=True)
class Power:
    """How often trials of one size find a difference.

    Attributes
    ----------
    per_arm
        Patients in each arm.
    share
        Of trials that find it, with the interval that their number leaves.
    """

    per_arm: int
    share: Estimate


@dataclass(frozen=True)
class SampleSize:
    """How many patients per arm give a power.

    Attributes
    ----------
    power
        The share of trials that find the difference.
    per_arm, low, high
        Patients in each arm, with the interval that the number of drawn trials leaves; None where
        no trial that can be drawn is large enough.
    """

    power: float
    per_arm: int | None
    low: int | None
    high: int | None


Test = Callable[[Array, Array], NDArray[np.bool_]]
"""From values of both arms, each of shape (trials, per arm), to which trials find a difference."""


def endpoints(treated: Diary, control: Diary, week: int) -> tuple[Endpoint, ...]:
    """Return what a trial can compare in a week: mean pain, and responders of 30 and 50 %.

    There are no responders where nobody had pain before treatment.

    Parameters
    ----------
    treated, control
        Of two arms of one cohort.
    week
        One of both.
    """
    followed = np.isfinite(treated.baseline) & np.isfinite(control.baseline)
    pain = [each.in_week(week)[followed] for each in (treated, control)]
    found = [Endpoint(f"mean pain in week {week}", pain[0], pain[1], share=False)]
    who = treated.counted & control.counted
    for percent in RESPONSES if who.any() else ():
        response = [
            responds(each.at([week]), percent)[who, 0].astype(np.float32)
            for each in (treated, control)
        ]
        name = f"{percent} % responders in week {week}"
        found.append(Endpoint(name, response[0], response[1], share=True))
    return tuple(found)


def power_curve(endpoint: Endpoint, seed: int) -> list[Power]:
    """Return the power of trials of rising size, until nearly all find the difference.

    Every trial draws its patients anew, each of them for one arm. Those who have left are drawn
    too, and missing from a mean.

    Parameters
    ----------
    endpoint
        What is compared.
    seed
        Of the experiment: the same seed draws the same trials.
    """
    test = find_share if endpoint.share else find_mean
    found: list[Power] = []
    for per_arm in _sizes(len(endpoint.treated)):
        arms = drawn_arms(endpoint.treated, endpoint.control, per_arm, seed)
        share = share_of(int(test(*arms).sum()), TRIALS)
        assert share is not None
        found.append(Power(per_arm, share))
        if share.low > max(WANTED):
            break
    return found


def sample_size(curve: Sequence[Power], power: float) -> SampleSize:
    """Return how many patients per arm give a power.

    Parameters
    ----------
    curve
        Power by rising size.
    power
        The share of trials that shall find the difference.
    """
    sizes = np.array([each.per_arm for each in curve], dtype=np.float64)
    reached = partial(_first_reaching, sizes, power=power)
    return SampleSize(
        power,
        reached(np.array([each.share.value for each in curve])),
        reached(np.array([each.share.high for each in curve])),
        reached(np.array([each.share.low for each in curve])),
    )


def drawn_arms(treated: Array, control: Array, per_arm: int, seed: int) -> tuple[Array, Array]:
    """Draw trials: the values of each arm, of shape (trials, per arm).

    Parameters
    ----------
    treated, control
        Of each patient in either arm; shape (P,).
    per_arm
        Patients in each arm, at most half of them.
    seed
        Of the experiment.
    """
    generator = generator_for(seed, f"trials of {per_arm} per arm")
    who = np.array(
        [generator.choice(len(treated), 2 * per_arm, replace=False) for _ in range(TRIALS)]
    )
    return treated[who[:, :per_arm]], control[who[:, per_arm:]]


def find_mean(treated: Array, control: Array, expected: float = 0.0) -> NDArray[np.bool_]:
    """Return which trials find another difference of means than expected, by Welch's test.

    Parameters
    ----------
    treated, control
        Values of both arms, not a number where missing; each of shape (trials, per arm).
    expected
        Difference under the hypothesis that is tested.
    """
    from scipy.stats import ttest_ind_from_stats

    (mean, spread, n), (other, other_spread, other_n) = map(_moments, (treated, control))
    able = (n > 1) & (other_n > 1) & (spread + other_spread > 0)
    found = np.zeros(len(n), dtype=np.bool_)
    test = ttest_ind_from_stats(
        mean[able] - expected,
        spread[able],
        n[able],
        other[able],
        other_spread[able],
        other_n[able],
        equal_var=False,
    )
    found[able] = test.pvalue < SIGNIFICANT
    return found


def find_share(treated: Array, control: Array) -> NDArray[np.bool_]:
    """Return which trials find a difference of shares, by the score test (chi squared).

    Parameters
    ----------
    treated, control
        Whether patients respond, as 0 and 1; each of shape (trials, per arm).
    """
    from scipy.stats import norm

    n = treated.shape[1]
    pooled = (treated.mean(axis=1) + control.mean(axis=1)) / 2
    standard_error = np.sqrt(pooled * (1 - pooled) * 2 / n)
    difference = np.abs(treated.mean(axis=1) - control.mean(axis=1))
    return np.asarray(difference > norm.ppf(1 - SIGNIFICANT / 2) * standard_error)


def _sizes(patients: int) -> list[int]:
    return [per_arm for per_arm in PER_ARM if 2 * per_arm <= patients]


def _moments(values: Array) -> tuple[Array, Array, NDArray[np.int64]]:
    """Return mean, standard deviation and number of those present in each trial."""
    present = np.isfinite(values)
    n = present.sum(axis=1)
    values = np.where(present, values, 0.0).astype(np.float64)
    mean = values.sum(axis=1) / np.maximum(n, 1)
    squares = np.where(present, (values - mean[:, None]) ** 2, 0.0).sum(axis=1)
    return mean, np.sqrt(squares / np.maximum(n - 1, 1)), n


def _first_reaching(sizes: Array, shares: Array, power: float) -> int | None:
    """Return where a curve reaches a power, linear in the root of the size between its points."""
    enough = np.flatnonzero(shares >= power)
    if not enough.size:
        return None
    first = int(enough[0])
    if first == 0:
        return int(sizes[0])
    ends = slice(first - 1, first + 1)
    return int(np.ceil(np.interp(power, shares[ends], np.sqrt(sizes[ends])) ** 2))
