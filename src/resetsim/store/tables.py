"""The tables of a result as files: ``summary.csv`` and ``assays.csv``."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from resetsim.records.result import ArmResult, Result
from resetsim.records.setting import Setting
from resetsim.store.csv_file import Cell, write_table

SUMMARY_COLUMNS = (
    "experiment",
    "hypothesis",
    "arm",
    "patient",
    "blockade_hours",
    "blockade_peak",
    "residual_rate_hz",
    "pain_healthy",
    "pain_before",
    "pain_end_of_treatment",
    "pain_day_7",
    "pain_day_30",
    "pain_day_90",
    "relapse_day",
    "weight_before",
    "weight_end_of_treatment",
    "windup_before",
    "windup_after",
    "recall_before",
    "recall_after",
    "seed",
)

ASSAY_COLUMNS = (
    "experiment",
    "hypothesis",
    "arm",
    "patient",
    "day",
    "assay",
    "population",
    "quantity",
    "x",
    "x_unit",
    "value",
    "unit",
    "standard_error",
    "n",
)

# An experiment follows one patient.
_PATIENT = 0


def summary_rows(result: Result) -> list[dict[str, Cell]]:
    """Return the rows of ``summary.csv``.

    Parameters
    ----------
    result
        What an experiment gave.

    Returns
    -------
    list of dict
        One row for each arm, all with the same columns; None where not assayed.
    """
    found = [
        {**_identity(result, arm), **arm.summary, **varied_cells(arm.settings)}
        for arm in result.arms
    ]
    columns = dict.fromkeys([*SUMMARY_COLUMNS, *(column for row in found for column in row)])
    return [{column: row.get(column) for column in columns} for row in found]


def write_summary(result: Result, path: Path) -> None:
    """Write ``summary.csv``.

    Parameters
    ----------
    result
        What an experiment gave.
    path
        The file.
    """
    rows = summary_rows(result)
    write_table(path, list(rows[0]) if rows else SUMMARY_COLUMNS, rows)


def assay_rows(result: Result) -> Iterator[dict[str, Cell]]:
    """Yield the rows of ``assays.csv``.

    Parameters
    ----------
    result
        What an experiment gave.

    Yields
    ------
    dict
        One reading; what varies between arms, and inside its assay, comes last.
    """
    for arm in result.arms:
        yield from reading_rows(_identity(result, arm), arm)


def reading_rows(identity: Mapping[str, Cell], arm: ArmResult) -> Iterator[dict[str, Cell]]:
    """Yield what was read in the assays of an arm.

    Parameters
    ----------
    identity
        The first columns: whose arm it is.
    arm
        With its assays.

    Yields
    ------
    dict
        One reading.
    """
    varied = varied_cells(arm.settings)
    for assay in arm.assays:
        for reading in assay.readings:
            yield {
                **identity,
                "day": assay.day,
                "assay": assay.name,
                "population": reading.population,
                "quantity": reading.quantity,
                "x": reading.x,
                "x_unit": reading.x_unit,
                "value": reading.value,
                "unit": reading.unit,
                "standard_error": reading.standard_error,
                "n": reading.n,
                **varied,
                **reading.columns,
            }


def write_assays(result: Result, path: Path) -> None:
    """Write ``assays.csv``.

    Parameters
    ----------
    result
        What an experiment gave.
    path
        The file.
    """
    columns: dict[str, object] = dict.fromkeys(ASSAY_COLUMNS)
    for arm in result.arms:
        varied = varied_cells(arm.settings)
        for assay in arm.assays:
            for reading in assay.readings:
                columns |= {**varied, **reading.columns}
    write_table(path, list(columns), assay_rows(result))


def _identity(result: Result, arm: ArmResult) -> dict[str, Cell]:
    return arm_identity(result.name, result.hypothesis, arm, _PATIENT)


def arm_identity(name: str, hypothesis: str, arm: ArmResult, patient: int) -> dict[str, Cell]:
    """Return the columns that say whose arm a row is of.

    Parameters
    ----------
    name, hypothesis
        Of the experiment; a hypothesis that varies between arms stands instead of its own.
    arm
        Of the patient.
    patient
        Number of the patient.
    """
    varied = arm.settings.get("hypothesis")
    return {
        "experiment": name,
        "hypothesis": str(varied.written) if varied else hypothesis,
        "arm": arm.name,
        "patient": patient,
    }


def varied_cells(settings: Mapping[str, Setting]) -> dict[str, Cell]:
    """Return a cell for each varied key: a number with its unit in the column's name, or a text.

    Parameters
    ----------
    settings
        Of an arm, by dotted key.

    Returns
    -------
    dict
        By column.
    """
    cells: dict[str, Cell] = {}
    for key, each in settings.items():
        heading = f"{key} [{each.unit}]" if each.unit else key
        cells[heading] = str(each.written) if each.number is None else each.number
    return cells
