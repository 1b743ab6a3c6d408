"""``result.h5``: everything that an experiment gave, in one file that explains itself.

Layout, version 5. ``[...]`` are dimensions, all with dimension scales, so that netCDF-4 readers
open any group: ``xarray.open_dataset(path, group="arms/NAME", engine="h5netcdf")``. Datasets
carry their unit as the attribute ``units``. The first 512 bytes, which HDF5 passes over, hold the
SHA-256 of all others; each dataset has HDF5's own checksum besides, for other readers.

- ``/``: attributes ``format``, ``format_version``, ``name``, ``question``, ``hypothesis``;
  ``parameters`` (every resolved one), ``provenance`` (versions, date, seed, ...) and ``settings``
  (of each arm, as written) as JSON; ``file: NAME``, the text of each file it was made from.
  ``arm`` [arm], a coordinate for each varied key and the columns of ``summary.csv`` [arm].
- ``/arms/NAME``, in the order of the experiment: attribute ``share_active``; ``multiplier``
  [slow_unit]; ``time``; ``early``, ``late``, ``efficacy``, ``heterosynaptic``, ``disinhibition``
  [time, slow_unit]; ``input_rate``, ``blockade``, ``descending``, ``relief``, ``plasma``,
  ``output``, ``pain``, its band ``pain_low`` to ``pain_high`` [time]; ``outcomes`` (shares of
  drawn tables) as JSON; ``dosing_start``, ``dosing_end`` [treatment]; ``learned``
  [pattern]; with a memory also ``memory_time`` and ``memory_early``, ``memory_late``,
  ``memory_efficacy`` [memory_time, memory_slow_unit].
- ``/assays``: ``arm`` (position in ``/arm``), ``name``, ``day``, ``time_step``, ``spikes`` (number
  of a group in ``/spikes``, -1 for none) [assay].
- ``/readings``: ``assay`` (position in ``/assays``) and the columns of ``assays.csv`` [reading].
- ``/spikes/NUMBER``: ``spike_time`` (in time steps; ``scale_factor`` is their length),
  ``spike_cell``, ``spike_source`` [spike], the last a position in ``source``, the names
  ``run/population``. What several assays share is there once.
- ``/arms/NAME/direct/NUMBER``: attributes ``epsilon``, ``seed``; series [direct_time].
- ``/drift_curves/NUMBER``: attributes ``input_rate_hz``, ``blockade``; ``drift`` [late],
  ``stable``, ``unstable``.
- ``/thresholds``, ``/drift_quality``: columns. A threshold that does not exist is NaN.
"""

from collections.abc import Iterator
from pathlib import Path

import h5py

from resetsim.errors import InputError
from resetsim.records.result import ArmResult, Result
from resetsim.store.hdf5_arm_table import read_settings, read_summaries, write_arm_table
from resetsim.store.hdf5_arms import read_arm, write_arm
from resetsim.store.hdf5_assays import read_assays, write_assays
from resetsim.store.hdf5_datasets import add_json, from_json
from resetsim.store.hdf5_drift import (
    read_drift_curves,
    read_drift_quality,
    read_thresholds,
    write_drift_curves,
    write_drift_quality,
    write_thresholds,
)
from resetsim.store.hdf5_file import whole_hdf5
from resetsim.store.hdf5_head import HEAD_BYTES, head_of, require_whole

FORMAT = "resetsim result"
FORMAT_VERSION = 5

_FILE = "file: "
_DAMAGE = (OSError, KeyError, ValueError, TypeError, AttributeError, RuntimeError)


def write_result(result: Result, path: Path) -> None:
    """Write a result; the file appears whole or not at all.

    Parameters
    ----------
    result
        What an experiment gave.
    path
        The file.
    """
    with whole_hdf5(path, HEAD_BYTES, head_of) as file:
        _write(file, result)


def _write(file: h5py.File, result: Result) -> None:
    file.attrs["format"] = FORMAT
    file.attrs["format_version"] = FORMAT_VERSION
    file.attrs["name"] = result.name
    file.attrs["question"] = result.question
    file.attrs["hypothesis"] = result.hypothesis
    add_json(file, "parameters", result.parameters)
    add_json(file, "provenance", result.provenance)
    for name, text in result.texts.items():
        file.attrs[_FILE + name] = text
    write_arm_table(file, result.arms)
    arms = file.create_group("arms", track_order=True)
    for arm in result.arms:
        write_arm(arms, arm)
    write_assays(file, result.arms)
    write_drift_curves(file.create_group("drift_curves", track_order=True), result.drift_curves)
    write_thresholds(file.create_group("thresholds"), result.thresholds)
    write_drift_quality(file.create_group("drift_quality"), result.drift_quality)


def read_result(path: Path) -> Result:
    """Read a result.

    Parameters
    ----------
    path
        A ``result.h5``.

    Returns
    -------
    Result
        As it was written.

    Raises
    ------
    InputError
        If the file is missing, a folder, unreadable, damaged, not a result, or of another format.
    """
    require_whole(path)
    try:
        with h5py.File(path, "r") as file:
            _require_format(path, file)
            return _read(file)
    except _DAMAGE as error:
        raise InputError(
            f"{path}: not a result.h5 of resetsim, or damaged ({error}); run the experiment again"
        ) from error


def _require_format(path: Path, file: h5py.File) -> None:
    version = int(file.attrs["format_version"])
    if version < FORMAT_VERSION:
        raise InputError(
            f"{path}: written by an earlier resetsim (format {version}; this one reads "
            f"{FORMAT_VERSION}); run the experiment again"
        )
    if version > FORMAT_VERSION:
        raise InputError(
            f"{path}: written by a later resetsim (format {version}; this one reads up to "
            f"{FORMAT_VERSION}); update resetsim"
        )


def _read(file: h5py.File) -> Result:
    texts = {
        name.removeprefix(_FILE): text
        for name, text in file.attrs.items()
        if name.startswith(_FILE)
    }
    experiment = f"{file.attrs['name']}.toml"  # comes first, as it was written
    return Result(
        name=file.attrs["name"],
        question=file.attrs["question"],
        hypothesis=file.attrs["hypothesis"],
        texts=dict(sorted(texts.items(), key=lambda each: each[0] != experiment)),
        parameters=from_json(file, "parameters"),
        provenance=from_json(file, "provenance"),
        arms=tuple(_read_arms(file)),
        drift_curves=read_drift_curves(file["drift_curves"]),
        thresholds=read_thresholds(file["thresholds"]),
        drift_quality=read_drift_quality(file["drift_quality"]),
    )


def _read_arms(file: h5py.File) -> Iterator[ArmResult]:
    arms, settings = file["arms"], read_settings(file)
    summaries, assays = read_summaries(file, len(arms)), read_assays(file, len(arms))
    for (name, group), summary, made in zip(arms.items(), summaries, assays, strict=True):
        yield read_arm(name, group, settings[name], summary, made)
