"""Approximate Bayesian comparison of hypotheses, from draws that were simulated for each.

Two ways, both on the same table of draws. Rejection (Pritchard 1999 Mol Biol Evol 16:1791): of all
draws, hypotheses alike, those nearest to what was published are kept, and their shares are the
probabilities. A random forest (Pudlo 2016 Bioinformatics 32:859) learns to tell from what a draw
gives which hypothesis made it, and is asked for what was published; how often it is right on draws
it has not learned from says what its answer is worth.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.ensemble import RandomForestClassifier

from resetsim.evidence.targets import Target

Array = NDArray[np.float64]

NEAREST = 0.02  # of all draws
TREES = 500
_FAR = 5.0  # in half widths of the tolerance: where nothing of the kind happens, and beyond
_HALF_WIDTH = 1.0  # of a tolerance with one bound alone, in the target's unit


@dataclass(frozen=True)
class Choice:
    """What a comparison says.

    Attributes
    ----------
    hypotheses
        Names.
    accepted
        Share of each among the draws nearest to what was published.
    votes
        Of the forest for what was published.
    confusion
        Of draws that each hypothesis made (rows), the share taken for each (columns), by rejection
        and by the forest.
    """

    hypotheses: tuple[str, ...]
    accepted: Array
    votes: Array
    confusion: tuple[Array, Array]


def published(targets: Sequence[Target]) -> Array:
    """Return what was published: the middle of each tolerance, or its only bound.

    Parameters
    ----------
    targets
        That are judged.
    """
    return np.array([_middle(each) for each in targets])


def _middle(target: Target) -> float:
    ends = [each for each in (target.tolerance_low, target.tolerance_high) if each is not None]
    return float(np.mean(ends))


def _half_width(target: Target) -> float:
    if target.tolerance_low is None or target.tolerance_high is None:
        return _HALF_WIDTH
    return (target.tolerance_high - target.tolerance_low) / 2


def scaled(values: Array, targets: Sequence[Target]) -> Array:
    """Return how far values are from what was published, in half widths of the tolerance.

    Parameters
    ----------
    values
        Of draws; shape (N, targets).
    targets
        That are judged. Beyond the only bound of one, all that agrees is as near.

    Returns
    -------
    array
        Of that shape, between -5 and 5; 5 where nothing of the kind happens.
    """
    far = (values - published(targets)) / np.array([_half_width(each) for each in targets])
    for place, each in enumerate(targets):
        if each.tolerance_low is None:
            far[:, place] = np.maximum(far[:, place], 0.0)
        elif each.tolerance_high is None:
            far[:, place] = np.minimum(far[:, place], 0.0)
    return np.asarray(np.clip(np.nan_to_num(far, nan=_FAR), -_FAR, _FAR))


def chosen(draws: pd.DataFrame, targets: Sequence[Target], seed: int = 1) -> Choice:
    """Compare hypotheses.

    Parameters
    ----------
    draws
        A column ``hypothesis``, and one for each target by its id; as many rows of each hypothesis.
    targets
        That are judged.
    seed
        Of the forest.

    Returns
    -------
    Choice
        What is said of what was published, and how often that is right of what is known.
    """
    names = tuple(dict.fromkeys(draws["hypothesis"]))
    made_by = np.array([names.index(each) for each in draws["hypothesis"]])
    far = scaled(draws[[each.id for each in targets]].to_numpy(dtype=float), targets)
    nothing = np.zeros((1, far.shape[1]))
    forest = RandomForestClassifier(TREES, oob_score=True, random_state=seed, n_jobs=1)
    forest.fit(far, made_by)
    learned = forest.oob_decision_function_.argmax(axis=1)
    rejected = np.array(
        [_nearest(far, made_by, each, len(names), but=place) for place, each in enumerate(far)]
    )
    confusion = (
        _confusion(made_by, rejected.argmax(axis=1), len(names)),
        _confusion(made_by, learned, len(names)),
    )
    accepted = _nearest(far, made_by, nothing[0], len(names))
    return Choice(names, accepted, forest.predict_proba(nothing)[0], confusion)


def _nearest(
    far: Array, made_by: NDArray[np.int64], observed: Array, count: int, but: int | None = None
) -> Array:
    distance = np.sqrt(((far - observed) ** 2).mean(axis=1))
    if but is not None:
        distance[but] = np.inf
    kept = np.argsort(distance, kind="stable")[: max(round(NEAREST * len(far)), 5)]
    return np.bincount(made_by[kept], minlength=count) / len(kept)


def _confusion(made_by: NDArray[np.int64], taken_for: NDArray[np.int64], count: int) -> Array:
    counts = np.zeros((count, count))
    np.add.at(counts, (made_by, taken_for), 1)
    return np.asarray(counts / counts.sum(axis=1, keepdims=True))
