"""What was computed, as CSV files."""

import csv
from collections.abc import Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import TypeVar

from checks import Checked
from outcomes import Evaluated, Memory, Pain
from paths import CHECKS, SAMPLES
from ranges import Ranges

from resetsim.store.csv_file import write_table

WINDOW = "inputs that hold"
DECLARED = "declared"

Part = TypeVar("Part", Pain, Memory)


def write_samples(evaluated: Sequence[Evaluated]) -> None:
    """Write one row per sample."""
    rows = [
        {
            **each.values,
            **_cells("pain", each.pain),
            **_cells("memory", each.memory),
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
            _read(Pain, "pain", row),
            _read(Memory, "memory", row),
            int(row[WINDOW]) if row[WINDOW] else None,
        )
        for row in _read_rows(SAMPLES)
    ]


def write_checks(checked: Checked) -> None:
    """Write one row."""
    row = asdict(checked) | _cells(DECLARED, checked.declared)
    del row[DECLARED]
    write_table(CHECKS, list(row), [row])


def read_checks() -> Checked:
    """Return what :func:`write_checks` wrote."""
    (row,) = _read_rows(CHECKS)
    numbers = {name: _number(row[name]) for name in row if not name.startswith(f"{DECLARED}.")}
    return Checked(declared=_read(Pain, DECLARED, row), **numbers)


def _cells(part: str, of: Pain | Memory) -> dict[str, float]:
    """Return a part of a row, its columns named after it."""
    return {f"{part}.{name}": value for name, value in asdict(of).items()}


def _read(kind: type[Part], part: str, row: dict[str, str]) -> Part:
    """Return what :func:`_cells` made."""
    return kind(*(_number(row[f"{part}.{each.name}"]) for each in fields(kind)))


def _number(cell: str) -> float:
    """Return what a cell holds; an empty one is not a number."""
    return float(cell) if cell else float("nan")


def _read_rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))
