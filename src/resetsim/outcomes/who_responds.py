"""Who responds: a linear model of relief because of treatment, and how good it is.

Every patient stands in every arm. So relief is how much less pain one feels than in the control
arm in the same week: neither expectation, nor the natural course, nor a diary's noise is in it. It
is modelled in points of pain, not as an odds of response, so that it can be said too where nobody
or everybody responds. Without a control arm it is the fall of what patients report.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from resetsim.declare.drawable import INJURED_AT
from resetsim.outcomes.cohort import ArmOutcomes, CohortOutcomes
from resetsim.outcomes.diary import Diary
from resetsim.outcomes.estimate import CONFIDENCE, Estimate, mean_of
from resetsim.records.cohort import Array
from resetsim.streams import generator_for

RESPONSE = 30
"""Per cent less pain that counts as a response."""
AGE = "age of the injury"
ALWAYS = (
    "patient.injury.residual_rate",
    "patient.units.share_active",
    AGE,
    "plasticity.late_decay",
)
"""Predictors that are asked for; others follow, in order."""

_MOST_PREDICTORS = 12
_PATIENTS_PER_PREDICTOR = 10
_SKEWED = 1.0
_THE_SAME = 0.95  # correlation
_GROUPS = 10
_COURSES_AGREE = 0.01  # points of pain, see docs/reference/cohorts.md: relief must differ by more


class Relief(NamedTuple):
    """How much less pain each patient has in a week.

    Attributes
    ----------
    points
        Of pain; not a number for those of whom it is not known; shape (P,).
    responds
        Who has ``RESPONSE`` per cent less; shape (P,).
    """

    points: Array
    responds: NDArray[np.bool_]


@dataclass(frozen=True)
class Predictor:
    """What one quantity says about relief.

    Attributes
    ----------
    key
        Of what was drawn, or ``AGE``.
    logarithm
        Whether its logarithm is the predictor.
    effect
        Points of pain less for one standard deviation more.
    """

    key: str
    logarithm: bool
    effect: Estimate


@dataclass(frozen=True)
class Group:
    """Patients with about the same predicted relief.

    Attributes
    ----------
    predicted
        Mean of the group.
    observed
        Mean of what they have.
    """

    predicted: float
    observed: Estimate


@dataclass(frozen=True)
class WhoResponds:
    """A fitted model of relief.

    Attributes
    ----------
    predictors
        Those of ``ALWAYS`` that vary, then others.
    fitted_on, tried_on
        Numbers of patients; none is among both.
    correlation
        Of predicted with observed relief, among the latter.
    groups
        Of the latter, by predicted relief.
    """

    predictors: tuple[Predictor, ...]
    fitted_on: int
    tried_on: int
    correlation: Estimate
    groups: tuple[Group, ...]


@dataclass(frozen=True)
class Response:
    """Who responds in one week.

    Attributes
    ----------
    week
        After treatment.
    relief
        Mean of all.
    responders, counted
        How many have ``RESPONSE`` per cent less pain, of how many.
    model
        What relief depends on.
    """

    week: int
    relief: Estimate
    responders: int
    counted: int
    model: WhoResponds


def responses(outcomes: CohortOutcomes) -> tuple[Response, ...]:
    """Return who responds to the arm with least pain, soon after treatment and at the main visit.

    Parameters
    ----------
    outcomes
        Of a cohort.

    Returns
    -------
    tuple of Response
        Of the weeks in which relief can be modelled.
    """
    best = outcomes.best
    if best is None or best.visits is None or outcomes.main_week is None:
        return ()
    weeks = sorted({int(best.visits.week[0]), outcomes.main_week})
    drawn = _known(outcomes)
    found = []
    for week in weeks:
        relief = relief_in(week, best, outcomes.control_of(best))
        who = np.isfinite(relief.points)
        here = {key: values[who] for key, values in drawn.items()}
        model = who_responds(here, relief.points[who], outcomes.seed)
        mean = mean_of(relief.points)
        if model and mean:
            responders = int(relief.responds[who].sum())
            found.append(Response(week, mean, responders, int(who.sum()), model))
    return tuple(found)


def because_of_treatment(outcomes: CohortOutcomes) -> bool:
    """Say whether relief is that against the same patients in a control arm.

    Parameters
    ----------
    outcomes
        Of a cohort.
    """
    return any(arm.is_control and arm.felt is not None for arm in outcomes.arms)


def relief_in(week: int, arm: ArmOutcomes, control: ArmOutcomes | None) -> Relief:
    """Return how much less pain patients have in a week.

    Parameters
    ----------
    week
        One of the visits of both arms.
    arm
        Of treatment.
    control
        With the same patients; without it, or where it has no weeks, relief is how much less they
        report than before.
    """
    if control is not None and control.felt is not None and arm.felt is not None:
        otherwise, now = _counted(control.felt, week), _counted(arm.felt, week)
    else:
        assert arm.visits is not None  # it has pain in that week
        otherwise, now = arm.visits.baseline, _counted(arm.visits, week)
    with np.errstate(invalid="ignore"):
        return Relief(otherwise - now, now <= (1 - RESPONSE / 100) * otherwise)


def _counted(diary: Diary, week: int) -> Array:
    return np.where(diary.counted, diary.in_week(week), np.nan)


def _known(outcomes: CohortOutcomes) -> dict[str, Array]:
    """Return what was drawn and can matter; of what patients report nothing where it cannot."""
    felt = because_of_treatment(outcomes)
    found = {
        key: values
        for key, values in outcomes.result.drawn.items()
        if not (felt and key.startswith("trial."))
    }
    if INJURED_AT in found:
        found[AGE] = -found.pop(INJURED_AT)
    return found


def who_responds(drawn: Mapping[str, Array], relief: Array, seed: int) -> WhoResponds | None:
    """Fit relief on half of the patients, and try it on the others.

    Parameters
    ----------
    drawn
        Of each patient, by key; each of shape (P,). Of two that say the same the first is taken.
    relief
        In points of pain; shape (P,).
    seed
        Of the experiment, for the halves.

    Returns
    -------
    WhoResponds or None
        None for too few patients, or where relief is the same in all of them.
    """
    if len(relief) < 2 * _PATIENTS_PER_PREDICTOR:
        return None
    half = generator_for(seed, "halves").permutation(len(relief)) < len(relief) // 2
    scaled = _scaled(drawn)
    keys = _chosen(scaled, min(_MOST_PREDICTORS, int(half.sum()) // _PATIENTS_PER_PREDICTOR))
    if not keys or min(relief[half].std(), relief[~half].std()) < _COURSES_AGREE:
        return None
    table = np.column_stack([np.ones(len(relief)), *(scaled[key] for key in keys)])
    coefficients, intervals = _fitted(table[half], relief[half])
    rows = np.column_stack([coefficients, intervals])[1:].tolist()
    predicted = table[~half] @ coefficients
    return WhoResponds(
        tuple(
            Predictor(key, _logarithmic(drawn[key]), Estimate(value, low, high, int(half.sum())))
            for key, (value, low, high) in zip(keys, rows, strict=True)
        ),
        int(half.sum()),
        int((~half).sum()),
        _correlation(predicted, relief[~half]),
        _groups(predicted, relief[~half]),
    )


def _fitted(table: Array, relief: Array) -> tuple[Array, Array]:
    """Return coefficients by least squares and their intervals.

    Relief varies more in some patients than in others: MacKinnon 1985 J Econometrics 29:305, HC3.
    """
    from statsmodels.regression.linear_model import OLS

    model = OLS(relief, table).fit(cov_type="HC3")
    return np.asarray(model.params), np.asarray(model.conf_int(1 - CONFIDENCE))


def _correlation(predicted: Array, relief: Array) -> Estimate:
    from scipy.stats import pearsonr

    found = pearsonr(predicted, relief)
    low, high = found.confidence_interval(CONFIDENCE)
    return Estimate(float(found.statistic), float(low), float(high), len(relief))


def _logarithmic(values: Array) -> bool:
    from scipy.stats import skew

    return bool((values > 0).all() and skew(values) > _SKEWED)


def _scaled(drawn: Mapping[str, Array]) -> dict[str, Array]:
    """Return standardised predictors of all that differs between patients."""
    found = {}
    for key, values in drawn.items():
        values = values.astype(np.float64)
        if not np.isfinite(values).all() or np.ptp(values) <= 1e-9 * np.abs(values).max(initial=0):
            continue
        values = np.log(values) if _logarithmic(values) else values
        found[key] = (values - values.mean()) / values.std()
    return found


def _chosen(scaled: Mapping[str, Array], most: int) -> Sequence[str]:
    """Return keys in order, whatever they say of relief, none of them the same as another."""
    chosen: list[str] = []
    first = [key for key in ALWAYS if key in scaled]
    for key in (*first, *(key for key in scaled if key not in ALWAYS)):
        alike = (abs(np.corrcoef(scaled[key], scaled[other])[0, 1]) for other in chosen)
        if len(chosen) < most and all(each < _THE_SAME for each in alike):
            chosen.append(key)
    return chosen


def _groups(predicted: Array, relief: Array) -> tuple[Group, ...]:
    found = []
    for group in np.array_split(np.argsort(predicted, kind="stable"), _GROUPS):
        if observed := mean_of(relief[group]):
            found.append(Group(float(predicted[group].mean()), observed))
    return tuple(found)
