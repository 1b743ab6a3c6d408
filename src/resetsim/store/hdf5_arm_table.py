"""The arms as one table at the root of ``result.h5``: what varies and what became of each."""

from collections.abc import Sequence

import h5py
import numpy as np

from resetsim.records.result import ArmResult
from resetsim.records.setting import Setting
from resetsim.store.hdf5_datasets import (
    add_json,
    add_numbers,
    add_strings,
    from_json,
    numbers,
    strings,
)
from resetsim.store.hdf5_settings import parts_of, settings_from

# What else stands at the root.
_GROUPS = (
    "arm",
    "arms",
    "assays",
    "readings",
    "spikes",
    "drift_curves",
    "thresholds",
    "drift_quality",
)

Cell = str | float | int | None


def write_arm_table(file: h5py.File, arms: Sequence[ArmResult]) -> None:
    """Write a dimension ``arm``, a coordinate for each varied key, and the summary's columns.

    Parameters
    ----------
    file
        An open ``result.h5``.
    arms
        In order.
    """
    add_strings(file, "arm", [arm.name for arm in arms], "arm")
    keys = list(dict.fromkeys(key for arm in arms for key in arm.settings))
    for key in keys:
        _write_coordinate(file, key, [arm.settings.get(key) for arm in arms])
    file.attrs["coordinates"] = " ".join(keys)
    settings = {arm.name: parts_of(arm.settings) for arm in arms}
    add_json(file, "settings", settings)
    columns = list(dict.fromkeys(column for arm in arms for column in arm.summary))
    add_json(file, "summary", {column: _summary_name(column, keys) for column in columns})
    for column in columns:
        _write_column(file, _summary_name(column, keys), [arm.summary.get(column) for arm in arms])


def read_settings(file: h5py.File) -> dict[str, dict[str, Setting]]:
    """Read what varies.

    Parameters
    ----------
    file
        An open ``result.h5``.

    Returns
    -------
    dict
        By name of the arm and key.
    """
    return {arm: settings_from(parts) for arm, parts in from_json(file, "settings").items()}


def read_summaries(file: h5py.File, arms: int) -> list[dict[str, Cell]]:
    """Read the summary's columns.

    Parameters
    ----------
    file
        An open ``result.h5``.
    arms
        How many there are.

    Returns
    -------
    list of dict
        For each arm, by column.
    """
    columns = {name: _read_column(file, at) for name, at in from_json(file, "summary").items()}
    return [{name: column[row] for name, column in columns.items()} for row in range(arms)]


def _write_coordinate(file: h5py.File, key: str, settings: Sequence[Setting | None]) -> None:
    if all(each is None or each.number is not None for each in settings):
        values = [np.nan if each is None else each.number for each in settings]
        unit = next(each.unit for each in settings if each is not None)
        add_numbers(file, key, np.array(values, dtype=np.float64), ["arm"], unit or "1")
    else:
        texts = ["" if each is None else str(each.written) for each in settings]
        add_strings(file, key, texts, "arm")


def _summary_name(column: str, taken: Sequence[str]) -> str:
    """Return the name of a column in the file; ``seed``, say, may vary as well."""
    return f"summary {column}" if column in (*taken, *_GROUPS) else column


def _write_column(file: h5py.File, name: str, cells: Sequence[Cell]) -> None:
    """Write a column: texts (empty for None), whole numbers, or numbers (NaN for None)."""
    if any(isinstance(cell, str) for cell in cells):
        add_strings(file, name, ["" if cell is None else str(cell) for cell in cells], "arm")
    elif all(isinstance(cell, int) for cell in cells):
        add_numbers(file, name, np.array(cells, dtype=np.int64), ["arm"])
    else:
        add_numbers(file, name, np.array(cells, dtype=np.float64), ["arm"])


def _read_column(file: h5py.File, name: str) -> list[Cell]:
    if h5py.check_string_dtype(file[name].dtype):
        return [text or None for text in strings(file, name)]
    values = numbers(file, name)
    return [None if np.isnan(value) else value for value in values.tolist()]
