"""``summary.csv`` of a cohort: one row for each patient of each arm."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from resetsim.records.cohort import (
    MEMORY_MOMENTS,
    OUTCOMES,
    Array,
    CohortArm,
    CohortResult,
    by_session,
    of_session,
)
from resetsim.records.parts import part_of, rows_of
from resetsim.store.csv_file import Cell
from resetsim.store.tables import SUMMARY_COLUMNS, varied_cells
from resetsim.whole_file import whole_file

_DAYS = (7, 30, 90)
_RATE = "patient.injury.residual_rate"


def write_cohort_summary(result: CohortResult, path: Path) -> None:
    """Write ``summary.csv``, some patients of an arm at a time: a table takes more than arrays.

    Parameters
    ----------
    result
        What an experiment on a cohort gave.
    path
        The file.
    """
    with whole_file(path) as partial, partial.open("w", encoding="utf-8", newline="") as stream:
        for place in range(len(result.arms)):
            for rows in rows_of(len(result.number)):
                table = arm_table(_some(result, rows), part_of(result.arms, place, rows))
                table.to_csv(
                    stream,
                    index=False,
                    header=not stream.tell(),
                    float_format="%.6g",
                    lineterminator="\n",
                )


def _some(result: CohortResult, rows: slice) -> CohortResult:
    drawn = {key: each[rows] for key, each in result.drawn.items()}
    return replace(result, number=result.number[rows], drawn=drawn)


def assay_cells(result: CohortResult) -> Iterator[dict[str, Cell]]:
    """Yield the rows of ``assays.csv``.

    Parameters
    ----------
    result
        What an experiment on a cohort gave.
    """
    columns = {name: values.tolist() for name, values in result.assays.items()}
    for row in zip(*columns.values(), strict=True):
        yield dict(zip(columns, row, strict=True))


def arm_table(result: CohortResult, arm: CohortArm) -> pd.DataFrame:
    """Return the rows of one arm.

    Parameters
    ----------
    result
        What an experiment on a cohort gave.
    arm
        One of its arms.

    Returns
    -------
    DataFrame
        The columns of ``summary.csv``, what varies between arms, and what was drawn; empty where
        a cohort has no such thing.
    """
    varied = arm.settings.get("hypothesis")
    before = arm.day <= arm.start_day
    pain = {f"pain_day_{day}": _at(arm, arm.pain, day) for day in _DAYS}
    amplified = {
        "before": _at(arm, arm.amplified, arm.start_day),
        "end_of_treatment": _at(arm, arm.amplified, 0.0),
        "day_30": _at(arm, arm.amplified, 30.0),
    }
    known = {
        "experiment": result.name,
        "hypothesis": str(varied.written) if varied else result.hypothesis,
        "arm": arm.name,
        "patient": result.number,
        "residual_rate_hz": result.drawn.get(_RATE),
        "pain_healthy": 0.0,
        "pain_before": arm.pain[:, before].mean(axis=1),
        "pain_end_of_treatment": _at(arm, arm.pain, 0.0),
        **pain,
        "relapse_day": arm.relapse_day,
        "seed": result.provenance["seed"],
        "outcome": np.array(OUTCOMES)[arm.outcome],
        "failed": arm.failed.astype(int),
        "treatments": arm.treatments,
        "treatment_days": arm.treatment_days,
        **{f"units_amplified_{name}": values for name, values in amplified.items()},
    }
    columns = dict.fromkeys(SUMMARY_COLUMNS) | known | _memory(arm) | varied_cells(arm.settings)
    for key, values in result.drawn.items():
        unit = result.drawn_units.get(key)
        columns[f"drawn {key} [{unit}]" if unit else f"drawn {key}"] = values
    return pd.DataFrame(columns, index=range(len(result.number)))


def _memory(arm: CohortArm) -> dict[str, Array | None]:
    both = {"recall": arm.recall, "memory_efficacy": arm.memory_efficacy}
    found = {}
    for name, values in both.items():
        sessions = by_session(values)
        for place, session in enumerate(sessions):
            for moment in MEMORY_MOMENTS:
                column = of_session(f"{name}_{moment}", place, len(sessions))
                found[column] = session.get(moment)
    return found


def _at(arm: CohortArm, values: Array, day: float) -> Array | None:
    """Return a reading at a day, None beyond the last one."""
    if day > arm.day[-1] or day < arm.day[0]:
        return None
    return values[:, int(np.abs(arm.day - day).argmin())]
