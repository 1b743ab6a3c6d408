"""Finished simulations on disk: each a file, written whole or not at all, checked when read.

Every simulation is a pure function of its key, so any number of processes may share the folder
without locks: two that compute the same one write the same bytes.
"""

import os
import warnings
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resetsim.simulation.folders import cache_folder
from resetsim.simulation.task import Recording


class DamagedCacheWarning(UserWarning):
    """A stored simulation could not be read; it is computed again."""


def load(key: str) -> Recording | None:
    """Return a stored simulation.

    Parameters
    ----------
    key
        From ``Task.key``.

    Returns
    -------
    Recording or None
        None if it is not there or damaged; the damaged file is removed, with a warning.
    """
    file = _file(key)
    try:
        with file.open("rb") as stream, np.load(stream) as stored:
            # the checksums of the file are verified as it is read
            parts = {name: stored[name] for name in stored.files}
        if str(parts.pop("key")) != key:
            raise ValueError("it holds another simulation")
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, EOFError, RuntimeError, zipfile.BadZipFile) as error:
        warnings.warn(
            f"the stored simulation {file} is damaged ({error}); it is computed again",
            DamagedCacheWarning,
            stacklevel=2,
        )
        file.unlink(missing_ok=True)
        return None
    groups: dict[str, dict[str, NDArray[Any]]] = {"i": {}, "t": {}, "a": {}}
    for name, array in parts.items():
        group, _, label = name.partition(":")
        groups[group][label] = array
    return Recording(groups["i"], groups["t"], groups["a"])


def save(key: str, recording: Recording) -> None:
    """Store a finished simulation.

    Parameters
    ----------
    key
        From ``Task.key``.
    recording
        What came out.
    """
    parts: dict[str, NDArray[Any]] = {
        f"i:{name}": array for name, array in recording.spike_index.items()
    }
    parts |= {f"t:{name}": array for name, array in recording.spike_time_s.items()}
    parts |= {f"a:{name}": array for name, array in recording.arrays.items()}
    file = _file(key)
    file.parent.mkdir(exist_ok=True)
    partial = file.with_suffix(f".{os.getpid()}-{id(recording)}.partial")
    try:
        with partial.open("wb") as stream:
            np.savez(stream, key=np.array(key), **parts)  # type: ignore[arg-type]
        partial.replace(file)
    finally:
        partial.unlink(missing_ok=True)


def _file(key: str) -> Path:
    return cache_folder("simulations") / key[:2] / f"{key}.npz"
