"""Which targets each draw meets, counted as verdicts are: what expectation gives is no success."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from trials_under import FELT

from resetsim.declare.hypothesis import read_hypothesis
from resetsim.evidence.observation import Observation
from resetsim.evidence.targets import Target
from resetsim.evidence.trials import by_expectation
from resetsim.evidence.validation import judge

CONTROL = "none"
Hits = NDArray[np.bool_]


def met(draws: pd.DataFrame, targets: Sequence[Target]) -> Hits:
    """Return which targets each draw meets by tolerance alone; shape (draws, targets)."""
    return np.asarray(_standing(draws, targets) != "outside")


def met_by_treatment(draws: pd.DataFrame, targets: Sequence[Target]) -> Hits:
    """Return which targets each draw meets with success.

    Parameters
    ----------
    draws
        From ``results/how_likely/draws.csv``.
    targets
        That cohorts are judged by.

    Returns
    -------
    array
        Neither by what patients expect alone, nor because it was made for it or fitted to it; shape
        (draws, targets).
    """
    return np.asarray(_standing(draws, targets) == "inside")


def _standing(draws: pd.DataFrame, targets: Sequence[Target]) -> NDArray[np.str_]:
    known = {name: read_hypothesis(name) for name in draws["hypothesis"].unique()}
    rows = []
    for _, draw in draws.iterrows():
        hypothesis, row = known[draw["hypothesis"]], []
        for target in targets:
            value, felt = (_or_none(draw[target.id + each]) for each in ("", FELT))
            expected = by_expectation(target, value, felt)
            said = judge(target, hypothesis, Observation(value, "", not_of_treatment=expected)).said
            row.append(said.standing)
        rows.append(row)
    return np.array(rows)


def _or_none(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def of(draws: pd.DataFrame, name: str) -> Hits:
    """Return which draws are of a hypothesis; shape (draws,)."""
    return np.asarray(draws["hypothesis"] == name)


def by_nothing(draws: pd.DataFrame, hits: Hits) -> Hits:
    """Return which targets the control meets in most draws that have patients; shape (targets,)."""
    return np.asarray(hits[of(draws, CONTROL) & with_patients(draws)].mean(axis=0) >= 0.5)


def with_patients(draws: pd.DataFrame) -> Hits:
    """Return in which draws anybody comes to a trial; shape (draws,)."""
    return np.asarray(draws["V03"].notna())
