"""Finished simulations on disk: each a file, written whole or not at all, checked when read.

Every simulation is a pure function of its key, so any number of processes may share the folder
without locks: two that compute the same one write the same bytes.
"""

import io
import os
import warnings
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resetsim.cache import cache_folder, cache_path
from resetsim.errors import InputError
from resetsim.spiking.sealed import read_file, sealed, unsealed
from resetsim.spiking.task import Recording, Task

# Part of the file's name: what an earlier form of the store held is never read.
_FORM = "recording2"


class DamagedCacheWarning(UserWarning):
    """A stored simulation could not be read; it is computed again."""


class NotKeptWarning(UserWarning):
    """Finished simulations cannot be stored; the run goes on."""


def load(key: str, task: Task) -> Recording | None:
    """Return a stored simulation.

    Parameters
    ----------
    key
        From ``Task.key``.
    task
        What it is of.

    Returns
    -------
    Recording or None
        None if it is not there or, with a warning, whatever is wrong with it; :func:`save` then
        replaces it.
    """
    file = _path(cache_path("simulations"), key)
    try:
        return _recording(unsealed(f"{_FORM} {key}", read_file(file)), task)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except Exception as error:
        warnings.warn(
            f"the stored simulation {file} is damaged ({error}); it is computed again",
            DamagedCacheWarning,
            stacklevel=2,
        )
        return None


def save(key: str, recording: Recording) -> None:
    """Store a finished simulation; where that fails, warn once.

    Parameters
    ----------
    key
        From ``Task.key``.
    recording
        What came out.
    """
    try:
        _write(_path(cache_folder("simulations"), key), key, recording)
    except InputError as error:
        _warn(str(error))
    except OSError as error:
        _warn(f"{cache_path('simulations')}: {error.strerror or error}")


@lru_cache
def _warn(reason: str) -> None:
    warnings.warn(
        f"finished simulations cannot be kept ({reason}); the run goes on without",
        NotKeptWarning,
        stacklevel=3,
    )


def _write(file: Path, key: str, recording: Recording) -> None:
    parts: dict[str, NDArray[Any]] = {
        f"i:{name}": array for name, array in recording.spike_index.items()
    }
    parts |= {f"t:{name}": array for name, array in recording.spike_time_s.items()}
    parts |= {f"a:{name}": array for name, array in recording.arrays.items()}
    stream = io.BytesIO()
    np.savez(stream, **parts)  # type: ignore[arg-type]
    file.parent.mkdir(exist_ok=True)
    partial = file.with_name(f"{key}.{os.getpid()}-{id(recording)}.partial")
    try:
        partial.write_bytes(sealed(f"{_FORM} {key}", stream.getvalue()))
        with suppress(FileNotFoundError):  # another process has just written the same
            partial.replace(file)
    finally:
        for left in file.parent.glob(f"{key}.*.partial"):  # by this or by a killed process
            left.unlink(missing_ok=True)


def _recording(content: bytes, task: Task) -> Recording:
    with np.load(io.BytesIO(content)) as stored:
        parts: dict[str, NDArray[Any]] = dict(stored)
    groups: dict[str, dict[str, NDArray[Any]]] = {"i": {}, "t": {}, "a": {}}
    for name, array in parts.items():
        group, _, label = name.partition(":")
        groups[group][label] = array
    recording = Recording(groups["i"], groups["t"], groups["a"])
    if fault := recording.fault(task):
        raise ValueError(fault)
    return recording


def _path(folder: Path, key: str) -> Path:
    return folder / key[:2] / f"{key}.{_FORM}"
