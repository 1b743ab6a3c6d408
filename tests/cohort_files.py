"""What differs between the files of two runs of a cohort, bit for bit."""

from pathlib import Path

import h5py
import numpy as np


def different_files(one: Path, other: Path) -> list[str]:
    """Return the names of tables, and of arrays of ``result.h5``, that differ or are missing."""
    tables = [
        name
        for name in ("summary.csv", "outcomes.csv")
        if _bytes(one / name) is None or _bytes(one / name) != _bytes(other / name)
    ]
    first, second = (datasets(each / "result.h5") for each in (one, other))
    return tables + [
        name
        for name in sorted(first.keys() | second.keys())
        if name not in first or name not in second or not _same(first[name], second[name])
    ]


def datasets(path: Path) -> dict[str, np.ndarray]:
    """Return all arrays of a file by name, none if it is not there."""
    found = {}

    def take(name, item):
        if isinstance(item, h5py.Dataset):
            found[name] = item[...]

    if path.is_file():
        with h5py.File(path) as file:
            file.visititems(take)
    return found


def _bytes(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _same(one: np.ndarray, other: np.ndarray) -> bool:
    alike = one.dtype == other.dtype and one.shape == other.shape
    return alike and np.array_equal(one, other, equal_nan=one.dtype.kind == "f")
