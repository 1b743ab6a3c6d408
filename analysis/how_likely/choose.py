"""Approximate Bayesian comparison of hypotheses, from draws that were simulated for each.

A random forest (Pudlo 2016 Bioinformatics 32:859) learns to tell from what a draw gives which
hypothesis made it, and is asked for what was published. Each draw is classed by the trees that have
not seen it, too: how often that is right says what the answer is worth. A second forest learns from
these where the first one errs: one less its prediction is the probability of what was chosen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.neighbors import NearestNeighbors
from sklearn.preprocessing import StandardScaler
from statistics_of_trials import STATISTICS, WITHOUT_CHANCE
from statsmodels.stats.proportion import proportion_confint

Array = NDArray[np.float64]

TREES = 500
NEIGHBOURS = 5
ENOUGH = 0.8
"""Of what a hypothesis made must be found again, for its row to say anything."""
_WEEKS, _HOURS = "relief fades over weeks", "relief ends with the drug"
_KEPT_UP, _NOT_KEPT_UP = "kept up by input", "not kept up by input"
IN_TRIALS = {
    "ageing_trace": _HOURS,
    "descending_only": _HOURS,
    "none": _HOURS,
    "reset": _HOURS,
    "self_sustaining_pain": _HOURS,
    "washout": _WEEKS,
}
"""What trials of the published size can tell apart at best: what becomes of relief."""
UNLIMITED = IN_TRIALS | {
    "ageing_trace": _NOT_KEPT_UP,
    "none": _NOT_KEPT_UP,
    "self_sustaining_pain": _NOT_KEPT_UP,
    "reset": _KEPT_UP,
    "descending_only": _KEPT_UP,
}
"""What trials without chance can: what becomes of relief, and of potentiation."""


@dataclass(frozen=True)
class Choice:
    """What a comparison says.

    Attributes
    ----------
    names
        Of hypotheses or classes of them.
    votes
        Shares of trees, for what was published.
    probability
        That the one with most votes is right.
    taken_for
        How many draws that each one made (rows) are taken for each (columns).
    """

    names: tuple[str, ...]
    votes: Array
    probability: float
    taken_for: NDArray[np.int64]

    def found_again(self, place: int) -> tuple[float, float, float]:
        """Return the share of draws that are taken for what made them, with its 95 % interval."""
        right, all_ = self.taken_for[place, place], self.taken_for[place].sum()
        low, high = proportion_confint(right, all_, method="wilson")
        return right / all_, float(low), float(high)


def compared(values: Array, made_by: Sequence[str], published: Array, seed: int = 1) -> Choice:
    """Compare hypotheses.

    Parameters
    ----------
    values
        Statistics of draws; not a number where nothing of the kind happens; shape (N, statistics).
    made_by
        Which hypothesis made each.
    published
        The statistics that are known; shape (statistics,).
    seed
        Of the forests.

    Returns
    -------
    Choice
        What is said of what was published, and how often that is right of what is known.
    """
    names = tuple(sorted(set(made_by)))
    truth = np.array([names.index(each) for each in made_by])
    forest = RandomForestClassifier(TREES, oob_score=True, random_state=seed, n_jobs=1)
    forest.fit(values, truth)
    taken = forest.oob_decision_function_.argmax(axis=1)
    errs = RandomForestRegressor(TREES, min_samples_leaf=5, random_state=seed, n_jobs=1)
    errs.fit(values, taken != truth)
    counts = np.zeros((len(names), len(names)), dtype=np.int64)
    np.add.at(counts, (truth, taken), 1)
    asked = published[None]
    probability = 1 - float(errs.predict(asked)[0])
    return Choice(names, forest.predict_proba(asked)[0], probability, counts)


def comparisons(draws: pd.DataFrame) -> Mapping[tuple[bool, bool], Choice]:
    """Return comparisons of draws that have patients: by class or not, without chance or not.

    Parameters
    ----------
    draws
        From ``results/how_likely/draws.csv``.
    """
    found = {}
    for without_chance, classes in ((False, IN_TRIALS), (True, UNLIMITED)):
        values = statistics(draws, without_chance)
        for by_class in (False, True):
            made_by = [classes[each] if by_class else each for each in draws["hypothesis"]]
            found[by_class, without_chance] = compared(values, made_by, published())
    return found


def statistics(draws: pd.DataFrame, without_chance: bool = False) -> Array:
    """Return the statistics of draws; shape (N, statistics)."""
    behind = WITHOUT_CHANCE if without_chance else ""
    return np.asarray(draws[[name + behind for name in STATISTICS]], dtype=float)


def published() -> Array:
    """Return what was published; shape (statistics,)."""
    return np.array([each.published for each in STATISTICS.values()])


def as_far(values: Array, published: Array) -> float:
    """Return the share of draws as far from their nearest neighbours as what was published.

    Parameters
    ----------
    values
        Statistics of draws; shape (N, statistics).
    published
        The statistics that are known; shape (statistics,).

    Returns
    -------
    float
        Distances count in standard deviations of the draws. Where it is next to none, what was
        published is nothing that these draws give.
    """
    scaler = StandardScaler().fit(values)
    neighbours = NearestNeighbors(n_neighbors=NEIGHBOURS, metric="nan_euclidean")
    neighbours.fit(scaler.transform(values))
    own = neighbours.kneighbors()[0].mean(axis=1)
    theirs = neighbours.kneighbors(scaler.transform(published[None]))[0].mean()
    return float((own >= theirs).mean())
