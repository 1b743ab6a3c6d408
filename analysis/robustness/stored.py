"""What was computed, as CSV files."""

import csv
from collections.abc import Sequence
from dataclasses import asdict, fields
from pathlib import Path

from checks import Checked
from outcomes import Evaluated, Memory, Pain
from paths import CHECKS, SAMPLES
from ranges import Ranges

from resetsim.store.csv_file import write_table

WINDOW = "inputs that hold"


def write_samples(evaluated: Sequence[Evaluated]) -> None:
    """Write one row per sample."""
    rows = [
        {
            **each.values,
            **{f"pain.{name}": value for name, value in asdict(each.pain).items()},
            **{f"memory.{name}": value for name, value in asdict(each.memory).items()},
            "outcome": each.outcome,
            WINDOW: each.window,
        }
        for each in evaluated
    ]
    write_table(SAMPLES, list(rows[0]), rows)


def read_samples(ranges: Ranges) -> list[Evaluated]:
    """Return what :func:`write_samples` wrote."""
    return [
        Evaluated(
            {name: float(row[name]) for name in ranges},
            Pain(*(_number(row[f"pain.{each.name}"]) for each in fields(Pain))),
            Memory(*(_number(row[f"memory.{each.name}"]) for each in fields(Memory))),
            int(row[WINDOW]) if row[WINDOW] else None,
        )
        for row in _read_rows(SAMPLES)
    ]


def write_checks(checked: Checked) -> None:
    """Write one row."""
    row = asdict(checked)
    write_table(CHECKS, list(row), [row])


def read_checks() -> Checked:
    """Return what :func:`write_checks` wrote."""
    (row,) = _read_rows(CHECKS)
    return Checked(**{name: _number(value) for name, value in row.items()})


def _number(cell: str) -> float:
    """Return what a cell holds; an empty one is not a number."""
    return float(cell) if cell else float("nan")


def _read_rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))
