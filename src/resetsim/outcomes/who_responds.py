"""Who responds: a logistic regression on what was drawn for each patient, and how good it is."""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from resetsim.outcomes.estimate import CONFIDENCE, Estimate, share_of
from resetsim.records.cohort import Array
from resetsim.streams import generator_for

_MOST_PREDICTORS = 8
_PATIENTS_PER_PREDICTOR = 10  # of the rarer outcome: Peduzzi 1996 J Clin Epidemiol 49:1373
_SKEWED = 1.0
_THE_SAME = 0.95  # correlation
_GROUPS = 10


@dataclass(frozen=True)
class Predictor:
    """What one quantity says about response.

    Attributes
    ----------
    key
        Of what was drawn.
    logarithm
        Whether its logarithm is the predictor.
    odds_ratio
        For one standard deviation more.
    """

    key: str
    logarithm: bool
    odds_ratio: Estimate


@dataclass(frozen=True)
class Calibration:
    """Patients with about the same predicted response.

    Attributes
    ----------
    predicted
        Mean of the group.
    observed
        Share that responds.
    """

    predicted: float
    observed: Estimate


@dataclass(frozen=True)
class WhoResponds:
    """A fitted model of response.

    Attributes
    ----------
    predictors
        The strongest first.
    fitted_on, tried_on
        Numbers of patients; none is among both.
    area
        Under the curve of the receiver, among the latter: how often a responder is predicted
        better than a non-responder; 0.5 is chance.
    calibration
        Among the latter, by predicted response.
    """

    predictors: tuple[Predictor, ...]
    fitted_on: int
    tried_on: int
    area: Estimate
    calibration: tuple[Calibration, ...]


def who_responds(
    drawn: Mapping[str, Array], response: NDArray[np.bool_], seed: int
) -> WhoResponds | None:
    """Fit who responds on half of the patients, and try it on the others.

    Parameters
    ----------
    drawn
        Of each patient, by key; each of shape (P,). Of two that say the same the one that says
        more of response is taken, and of many the eight that do.
    response
        Who responds; shape (P,).
    seed
        Of the experiment, for the halves.

    Returns
    -------
    WhoResponds or None
        None where too few respond, or fail to, for a model of one predictor, or where the
        predictors tell all of them apart, so that no odds ratio is finite.
    """
    half = generator_for(seed, "halves").permutation(len(response)) < len(response) // 2
    rarer = min(int(chosen.sum()) for chosen in (response & half, ~response & half))
    number = min(_MOST_PREDICTORS, rarer // _PATIENTS_PER_PREDICTOR)
    scaled = _scaled(drawn)
    keys = _chosen(scaled, response, half, number)
    if not keys or len(set(response[~half].tolist())) < 2:
        return None
    table = np.column_stack([np.ones(len(response)), *(scaled[key] for key in keys)])
    fitted = _fitted(table[half], response[half])
    if fitted is None:
        return None
    coefficients, intervals = fitted
    ratios = np.exp(np.column_stack([coefficients, intervals]))[1:].tolist()
    found = [
        Predictor(key, _logarithmic(drawn[key]), Estimate(value, low, high, int(half.sum())))
        for key, (value, low, high) in zip(keys, ratios, strict=True)
    ]
    predicted = 1 / (1 + np.exp(-table[~half] @ coefficients))
    return WhoResponds(
        tuple(sorted(found, key=lambda each: -abs(np.log(each.odds_ratio.value)))),
        int(half.sum()),
        int((~half).sum()),
        area_under_curve(predicted, response[~half]),
        _calibration(predicted, response[~half]),
    )


def area_under_curve(predicted: Array, response: NDArray[np.bool_]) -> Estimate:
    """Return how well predictions separate, with the interval of Hanley 1982 Radiology 143:29.

    Parameters
    ----------
    predicted
        Of each patient.
    response
        Who responds; some do, and some do not.
    """
    from scipy.stats import norm, rankdata

    yes, no = int(response.sum()), int((~response).sum())
    area = float((rankdata(predicted)[response].sum() - yes * (yes + 1) / 2) / (yes * no))
    pairs = [
        (yes - 1) * (area / (2 - area) - area**2),
        (no - 1) * (2 * area**2 / (1 + area) - area**2),
    ]
    standard_error = np.sqrt((area * (1 - area) + sum(pairs)) / (yes * no))
    half = float(norm.ppf((1 + CONFIDENCE) / 2) * standard_error)
    return Estimate(area, max(area - half, 0.0), min(area + half, 1.0), len(predicted))


def _fitted(table: Array, response: NDArray[np.bool_]) -> tuple[Array, Array] | None:
    """Return coefficients and their intervals; None where they have none."""
    from statsmodels.discrete.discrete_model import Logit
    from statsmodels.tools.sm_exceptions import ConvergenceWarning, PerfectSeparationWarning

    # Where predictors tell all apart its steps grow until an exponential overflows, rightly to 1.
    with warnings.catch_warnings(), np.errstate(over="ignore"):
        warnings.simplefilter("error", ConvergenceWarning)
        warnings.simplefilter("error", PerfectSeparationWarning)
        try:
            model = Logit(response.astype(np.float64), table).fit(disp=0)
        except (ConvergenceWarning, PerfectSeparationWarning, np.linalg.LinAlgError):
            return None
    return np.asarray(model.params), np.asarray(model.conf_int(1 - CONFIDENCE))


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


def _chosen(
    scaled: Mapping[str, Array],
    response: NDArray[np.bool_],
    half: NDArray[np.bool_],
    number: int,
) -> list[str]:
    """Return the keys that say most of response, none of them the same as another."""
    if number < 1:
        return []
    said = {
        key: abs(np.corrcoef(values[half], response[half])[0, 1]) for key, values in scaled.items()
    }
    chosen: list[str] = []
    for key in sorted(said, key=lambda key: -said[key]):
        alike = (abs(np.corrcoef(scaled[key], scaled[other])[0, 1]) for other in chosen)
        if len(chosen) < number and all(each < _THE_SAME for each in alike):
            chosen.append(key)
    return chosen


def _calibration(predicted: Array, response: NDArray[np.bool_]) -> tuple[Calibration, ...]:
    groups = np.array_split(np.argsort(predicted, kind="stable"), _GROUPS)
    found = []
    for group in groups:
        observed = share_of(int(response[group].sum()), len(group))
        if observed is not None:
            found.append(Calibration(float(predicted[group].mean()), observed))
    return tuple(found)
