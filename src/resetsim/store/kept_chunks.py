"""Chunks of a cohort that are finished, kept in the cache until the result is written."""

import shutil
from dataclasses import fields
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from resetsim.cache import cache_folder
from resetsim.records.cohort import ArmPart, Chunk
from resetsim.whole_file import whole_file

_DRAWN = "drawn "
_FIELDS = tuple(each.name for each in fields(ArmPart))


class KeptChunks:
    """Chunks of one run, by place.

    Parameters
    ----------
    key
        Hash of all that they depend on.
    """

    def __init__(self, key: str) -> None:
        self._folder = cache_folder("cohorts") / key
        self._folder.mkdir(exist_ok=True)

    def get(self, first: int) -> Chunk | None:
        """Return a chunk, None where it is not there or damaged.

        Parameters
        ----------
        first
            Number of its first patient.
        """
        try:
            with np.load(self._path(first), allow_pickle=False) as file:
                return _read(file)
        except (OSError, ValueError, KeyError, EOFError, BadZipFile):
            return None

    def put(self, chunk: Chunk) -> None:
        """Keep a chunk."""
        arrays: dict[str, Any] = {"number": chunk.number}
        arrays |= {f"{_DRAWN}{key}": value for key, value in chunk.drawn.items()}
        for place, arm in enumerate(chunk.arms):
            arrays |= {f"{place} {name}": getattr(arm, name) for name in _FIELDS}
        with whole_file(self._path(int(chunk.number[0]))) as partial, partial.open("wb") as stream:
            np.savez(stream, **arrays)

    def clear(self) -> None:
        """Remove all of them: the result is written."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _path(self, first: int) -> Path:
        return self._folder / f"{first}.npz"


def _read(file: np.lib.npyio.NpzFile) -> Chunk:
    drawn = {
        name.removeprefix(_DRAWN): file[name] for name in file.files if name.startswith(_DRAWN)
    }
    count = sum(name.endswith(" pain") for name in file.files)
    arms = (
        ArmPart(**{name: file[f"{place} {name}"] for name in _FIELDS}) for place in range(count)
    )
    return Chunk(file["number"], drawn, tuple(arms))
