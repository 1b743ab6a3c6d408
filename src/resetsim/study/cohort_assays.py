"""Some patients of a cohort, assayed by spiking simulation."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from resetsim.declare.experiment import Experiment
from resetsim.progress import Progress
from resetsim.spiking.engine import Engine
from resetsim.store.csv_file import Cell
from resetsim.store.tables import ASSAY_COLUMNS, arm_identity, reading_rows
from resetsim.study.arm import Systems
from resetsim.study.cohort_prepared import CohortJob, Numbers
from resetsim.study.experiment import prepare, run_arms
from resetsim.study.treated_again import alone


def assayed_of(experiment: Experiment, numbers: Numbers) -> Numbers:
    """Return which patients an experiment wants assayed: the first of those included.

    Parameters
    ----------
    experiment
        On a cohort.
    numbers
        All patients, rising.
    """
    cohort = experiment.arms[0].plan.cohort
    return numbers[: (cohort.assayed or 0) if cohort else 0]


def assay_patients(
    experiment: Experiment, job: CohortJob, numbers: Numbers, engine: Engine, progress: Progress
) -> dict[str, NDArray[Any]]:
    """Assay patients of a cohort in every arm, as ``[follow_up]`` says.

    Parameters
    ----------
    experiment, job
        The cohort, with tables for its treatments.
    numbers
        Whom; nobody: nothing is run.
    engine
        What runs the simulations.
    progress
        Told how many simulations there are and have finished.

    Returns
    -------
    dict of array
        The columns of ``assays.csv``.
    """
    systems = Systems()
    prepared = [
        (number, arm)
        for number in numbers.tolist()
        for arm in prepare(alone(experiment, job, number), systems)
    ]
    if not prepared:
        return {}
    results = run_arms([arm for _, arm in prepared], engine, progress)
    hypothesis = prepared[0][1].hypothesis.name
    rows: list[dict[str, Cell]] = []
    for (number, _), result in zip(prepared, results, strict=True):
        rows += reading_rows(arm_identity(experiment.name, hypothesis, result, number), result)
    columns = dict.fromkeys([*ASSAY_COLUMNS, *(column for row in rows for column in row)])
    return {name: _column([row.get(name) for row in rows]) for name in columns}


def _column(cells: list[Cell]) -> NDArray[Any]:
    """Return cells as numbers where they all are, else as text; what is missing as nan or empty."""
    if all(isinstance(each, int | float | None) for each in cells):
        return np.array([np.nan if each is None else each for each in cells], dtype=float)
    return np.array(["" if each is None else str(each) for each in cells])
