"""Tables as CSV files that appear whole or not at all."""

import csv
import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from resetsim.whole_file import whole_file

Cell = str | float | int | None


def write_table(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, Cell]]) -> None:
    """Write a table.

    Parameters
    ----------
    path
        The file.
    columns
        Its header.
    rows
        By column; what is missing, None or not a number is an empty cell, never 0.
    """
    with whole_file(path) as partial, partial.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, columns, restval="", lineterminator="\n")
        writer.writeheader()
        for row in rows:
            writer.writerow({column: _text(cell) for column, cell in row.items()})


def _text(cell: Cell) -> str:
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return ""
    return f"{cell:.12g}" if isinstance(cell, float) else str(cell)
