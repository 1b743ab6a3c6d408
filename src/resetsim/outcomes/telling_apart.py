"""Which trial should be run: what tells two hypotheses apart with the fewest patients."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from resetsim.outcomes.cohort import ArmOutcomes, CohortOutcomes
from resetsim.outcomes.estimate import share_of
from resetsim.outcomes.trials import (
    PER_ARM,
    SIGNIFICANT,
    TRIALS,
    WANTED,
    Endpoint,
    Power,
    SampleSize,
    drawn_arms,
    endpoints,
    find_mean,
    sample_size,
)

_DRAWN_CONTRASTS = 5


@dataclass(frozen=True, eq=False)
class Contrast:
    """Two arms compared at a visit, under two hypotheses.

    Attributes
    ----------
    arms
        Names of the two.
    endpoint
        What is compared, and when, in words.
    expected
        Difference between them (first less second) under each hypothesis.
    about_per_arm
        Patients in each arm that about suffice, by the normal approximation.
    under
        What the patients give under each hypothesis.
    """

    arms: tuple[str, str]
    endpoint: str
    expected: tuple[float, float]
    about_per_arm: float
    under: tuple[Endpoint, Endpoint]


@dataclass(frozen=True, eq=False)
class TellingTrial:
    """A trial that tells two hypotheses apart.

    Attributes
    ----------
    contrast
        What it compares.
    sizes
        Patients per arm with which it rejects, whichever hypothesis is true, the other one.
    """

    contrast: Contrast
    sizes: tuple[SampleSize, ...]


def contrasts(first: CohortOutcomes, second: CohortOutcomes) -> list[Contrast]:
    """Return every comparison of two arms at a visit, the one with fewest patients first.

    Parameters
    ----------
    first, second
        One experiment under two hypotheses.
    """
    found = [
        contrast
        for pair in combinations(_common_arms(first, second), 2)
        for contrast in _contrasts_of(*pair)
    ]
    return sorted(found, key=lambda contrast: contrast.about_per_arm)


def telling_trials(first: CohortOutcomes, second: CohortOutcomes) -> list[TellingTrial]:
    """Return the trials that tell two hypotheses apart with the fewest patients.

    A trial rejects a hypothesis where the difference between its arms is another than that
    predicts, at 5 %, two-sided. The most promising contrasts are drawn from both cohorts; power is
    the lower one of both truths. Those that need more patients than the cohorts have are not drawn.

    Parameters
    ----------
    first, second
        One experiment under two hypotheses.

    Returns
    -------
    list of TellingTrial
        The one with fewest patients first; empty where no contrast is promising.
    """
    promising = [
        each
        for each in contrasts(first, second)
        if each.about_per_arm <= len(each.under[0].treated)
    ]
    found = []
    for contrast in promising[:_DRAWN_CONTRASTS]:
        curve = list(_power_curve(contrast, first.seed))
        found.append(TellingTrial(contrast, tuple(sample_size(curve, power) for power in WANTED)))
    return sorted(found, key=lambda trial: trial.sizes[0].per_arm or np.inf)


def _common_arms(
    first: CohortOutcomes, second: CohortOutcomes
) -> Iterator[tuple[ArmOutcomes, ArmOutcomes]]:
    """Yield the arms that both have, under each hypothesis."""
    others = {arm.name: arm for arm in second.arms}
    for arm in first.arms:
        other = others.get(arm.name)
        if other and arm.visits and other.visits:
            yield arm, other


def _contrasts_of(
    one: tuple[ArmOutcomes, ArmOutcomes], other: tuple[ArmOutcomes, ArmOutcomes]
) -> Iterator[Contrast]:
    diaries = [(a.visits, b.visits) for a, b in zip(one, other, strict=True)]
    weeks = [set(diary.week.tolist()) for pair in diaries for diary in pair if diary]
    for week in sorted(set.intersection(*weeks)):
        under = [endpoints(a, b, week) for a, b in diaries if a and b]
        for pair in zip(*under, strict=False):  # without responders if nobody hurt under one
            yield Contrast(
                (one[0].name, other[0].name),
                pair[0].name,
                (_expected(pair[0]), _expected(pair[1])),
                _about(pair),
                (pair[0], pair[1]),
            )


def _expected(endpoint: Endpoint) -> float:
    return _moments(endpoint.treated)[0] - _moments(endpoint.control)[0]


def _about(under: Sequence[Endpoint]) -> float:
    from scipy.stats import norm

    apart = _expected(under[0]) - _expected(under[1])
    variance = max(_moments(each.treated)[1] + _moments(each.control)[1] for each in under)
    quantiles = norm.ppf(1 - SIGNIFICANT / 2) + norm.ppf(min(WANTED))
    return float(quantiles**2 * variance / apart**2) if apart else np.inf


def _moments(values: np.ndarray) -> tuple[float, float]:
    """Return mean and variance of what is known."""
    known = values[np.isfinite(values)].astype(np.float64)
    return (float(known.mean()), float(known.var())) if known.size else (np.nan, np.nan)


def _power_curve(contrast: Contrast, seed: int) -> Iterator[Power]:
    for per_arm in PER_ARM:
        if 2 * per_arm > min(len(endpoint.treated) for endpoint in contrast.under):
            return
        rejected = [
            int(find_mean(*drawn_arms(truth.treated, truth.control, per_arm, seed), wrong).sum())
            for truth, wrong in zip(contrast.under, reversed(contrast.expected), strict=True)
        ]
        share = share_of(min(rejected), TRIALS)
        assert share is not None
        yield Power(per_arm, share)
        if share.low > max(WANTED):
            return
