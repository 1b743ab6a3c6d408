"""``result.h5`` of a cohort: written patient by patient, read arm by arm.

Layout, version 1. The root has what that of a single patient has (see ``store/hdf5.py``) and

``patient`` [patient]
    Number of each among all who were injured; attribute ``screened``: how many were looked at.
``drawn/KEY`` [patient]
    What was drawn for them, by dotted key, with units.
``arms/NAME``
    ``day`` [day]; ``pain``, ``reported``, ``amplified`` [patient, day]; ``outcome``,
    ``relapse_day``, ``treatments``, ``treatment_days``, ``failed`` [patient]; with a memory
    ``memory_efficacy``, ``recall`` [patient, memory_day], a session after the other; see
    :class:`resetsim.records.cohort.CohortArm`.
``assays/column_NN`` [reading]
    The columns of ``assays.csv``, where patients were assayed; attribute ``name``.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, fields
from math import prod
from pathlib import Path
from typing import overload

import h5py
import numpy as np

from resetsim.errors import InputError
from resetsim.records.cohort import (
    ArmPart,
    Chunk,
    CohortArm,
    CohortResult,
    PublishedPoint,
    Sequences,
)
from resetsim.records.parts import Course, StoredArms
from resetsim.store.hdf5_datasets import DAY, add_json, from_json
from resetsim.store.hdf5_file import whole_hdf5
from resetsim.store.hdf5_head import HEAD_BYTES, head_of, require_whole
from resetsim.store.hdf5_settings import parts_of, settings_from

FORMAT = "resetsim result of a cohort"
FORMAT_VERSION = 1

_FILE = "file: "
_ROWS = 1000  # of a chunk of the file
_FIELDS = tuple(each.name for each in fields(ArmPart))
_UNITS = {"relapse_day": DAY, "treatment_days": DAY}
_OF_MEMORY = ("memory_efficacy", "recall")
_DAMAGE = (OSError, KeyError, ValueError, TypeError, AttributeError, RuntimeError)


def write_cohort(about: CohortResult, chunks: Iterable[Chunk], path: Path) -> None:
    """Write the result of a cohort as its chunks come; the file appears whole or not at all.

    Parameters
    ----------
    about
        All but patients: their numbers are there, arms have none.
    chunks
        The patients, in the order of their numbers.
    path
        The file.
    """
    with whole_hdf5(path, HEAD_BYTES, head_of) as file:
        _write_head(file, about)
        size, first = len(about.number), 0
        datasets: dict[str, h5py.Dataset] = {}
        for chunk in chunks:
            if not datasets:
                datasets = _datasets(file, about, chunk, size)
            rows = slice(first, first + len(chunk.number))
            for key, values in chunk.drawn.items():
                datasets[f"drawn/{key}"][rows] = values
            for arm, part in zip(about.arms, chunk.arms, strict=True):
                for name in _there(part):
                    datasets[f"arms/{arm.name}/{name}"][rows] = getattr(part, name)
            first = rows.stop


def _write_head(file: h5py.File, about: CohortResult) -> None:
    attributes = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "name": about.name,
        "question": about.question,
        "hypothesis": about.hypothesis,
        "screened": about.screened,
        "control": about.control or "",
    }
    file.attrs.update(attributes)
    add_json(file, "parameters", about.parameters)
    add_json(file, "provenance", about.provenance)
    add_json(file, "drawn_units", about.drawn_units)
    add_json(file, "published", {str(i): asdict(each) for i, each in enumerate(about.published)})
    add_json(file, "crossovers", {str(i): asdict(each) for i, each in enumerate(about.crossovers)})
    for name, text in about.texts.items():
        file.attrs[_FILE + name] = text
    _scale(file, "patient", about.number, "1")
    assays = file.create_group("assays", track_order=True)
    for place, (column, values) in enumerate(about.assays.items()):
        words = values.dtype.kind == "U"
        data = values.astype(h5py.string_dtype()) if words else values
        dataset = assays.create_dataset(f"column_{place:02}", data=data, fletcher32=not words)
        dataset.attrs["name"] = column  # one with a unit may have a slash
    arms = file.create_group("arms", track_order=True)
    for arm in about.arms:
        group = arms.create_group(arm.name, track_order=True)
        group.attrs["start_day"], group.attrs["treated"] = arm.start_day, arm.treated
        group.attrs["expecting"] = arm.expecting
        add_json(group, "settings", parts_of(arm.settings))
        _scale(group, "day", arm.day, DAY)
        _scale(group, "patient", about.number, "1")


def _scale(group: h5py.Group, name: str, values: np.ndarray, unit: str) -> None:
    group.create_dataset(name, data=values, fletcher32=bool(len(values)), chunks=True)
    group[name].attrs["units"] = unit
    group[name].make_scale(name)


def _datasets(
    file: h5py.File, about: CohortResult, chunk: Chunk, size: int
) -> dict[str, h5py.Dataset]:
    found = {}
    for key, values in chunk.drawn.items():
        found[f"drawn/{key}"] = _dataset(file, f"drawn/{key}", values, size)
        found[f"drawn/{key}"].attrs["units"] = about.drawn_units.get(key) or "1"
        found[f"drawn/{key}"].dims[0].attach_scale(file["patient"])
    for arm, part in zip(about.arms, chunk.arms, strict=True):
        if part.recall.size:
            # A day after learning is not the same day for all.
            of_one = np.array([arm.start_day, 0.0, arm.day[-1], np.nan])
            moments = np.tile(of_one, part.recall.shape[1] // len(of_one))
            _scale(file[f"arms/{arm.name}"], "memory_day", moments, DAY)
        for name in _there(part):
            values, place = getattr(part, name), f"arms/{arm.name}/{name}"
            found[place] = _dataset(file, place, values, size)
            found[place].attrs["units"] = _UNITS.get(name, "1")
            group = file[f"arms/{arm.name}"]
            scales = ("patient", "memory_day" if name in _OF_MEMORY else "day")
            for axis, scale in enumerate(scales[: values.ndim]):
                found[place].dims[axis].attach_scale(group[scale])
    return found


def _there(part: ArmPart) -> list[str]:
    """Return which arrays patients have: without a memory none of it."""
    return [name for name in _FIELDS if getattr(part, name).size]


def _dataset(file: h5py.File, place: str, like: np.ndarray, size: int) -> h5py.Dataset:
    shape, chunk = (size, *like.shape[1:]), (min(_ROWS, size), *like.shape[1:])
    kind = np.dtype(np.int8) if like.dtype == bool else like.dtype  # netCDF-4 has no truth values
    return file.create_dataset(
        place,
        shape,
        kind,
        chunks=chunk,
        rdcc_nbytes=prod(chunk) * kind.itemsize,  # one: HDF5 would keep megabytes of each dataset
        compression="gzip",
        compression_opts=1,
        shuffle=True,
        fletcher32=True,
    )


def is_cohort(path: Path) -> bool:
    """Return whether a whole result file is of a cohort."""
    with h5py.File(path, "r") as file:
        return bool(file.attrs.get("format") == FORMAT)


def read_cohort(path: Path) -> CohortResult:
    """Read the result of a cohort; its arms are read as they are used.

    Parameters
    ----------
    path
        A ``result.h5``.

    Returns
    -------
    CohortResult
        As it was written.

    Raises
    ------
    InputError
        If the file is missing, damaged, or of another format.
    """
    require_whole(path)
    try:
        with h5py.File(path, "r") as file:
            if (version := int(file.attrs["format_version"])) != FORMAT_VERSION:
                raise InputError(
                    f"{path}: written by another resetsim (format {version}; this one reads "
                    f"{FORMAT_VERSION}); run the experiment again"
                )
            return _read(path, file)
    except _DAMAGE as error:
        raise InputError(
            f"{path}: not a result.h5 of resetsim, or damaged ({error}); run the experiment again"
        ) from error


def _read(path: Path, file: h5py.File) -> CohortResult:
    texts = {
        name.removeprefix(_FILE): text
        for name, text in file.attrs.items()
        if name.startswith(_FILE)
    }
    experiment = f"{file.attrs['name']}.toml"  # comes first, as it was written
    drawn = file.get("drawn", {})
    return CohortResult(
        name=file.attrs["name"],
        question=file.attrs["question"],
        hypothesis=file.attrs["hypothesis"],
        texts=dict(sorted(texts.items(), key=lambda each: each[0] != experiment)),
        parameters=from_json(file, "parameters"),
        provenance=from_json(file, "provenance"),
        number=file["patient"][...],
        screened=int(file.attrs["screened"]),
        drawn={key: drawn[key][...] for key in drawn},
        drawn_units=from_json(file, "drawn_units"),
        control=file.attrs["control"] or None,
        published=tuple(PublishedPoint(**each) for each in from_json(file, "published").values()),
        crossovers=_crossovers(file),
        arms=ArmsOfFile(path, tuple(file["arms"])),
        assays={each.attrs["name"]: _column(each) for each in file.get("assays", {}).values()},
    )


def _column(values: h5py.Dataset) -> np.ndarray:
    if h5py.check_string_dtype(values.dtype):
        return np.array(values.asstr()[...], dtype=str)
    return np.asarray(values[...])


def _crossovers(file: h5py.File) -> tuple[Sequences, ...]:
    if "crossovers" not in file.attrs:  # of an earlier version
        return ()
    return tuple(Sequences(**each) for each in from_json(file, "crossovers").values())


class ArmsOfFile(StoredArms):
    """Arms of a file: each use reads one.

    Parameters
    ----------
    path
        Of the file.
    names
        Of the arms.
    """

    def __init__(self, path: Path, names: tuple[str, ...]) -> None:
        self._path, self._names = path, names

    def __len__(self) -> int:
        return len(self._names)

    @overload
    def __getitem__(self, place: int) -> CohortArm: ...

    @overload
    def __getitem__(self, place: slice) -> tuple[CohortArm, ...]: ...

    def __getitem__(self, place: int | slice) -> CohortArm | tuple[CohortArm, ...]:
        """Read an arm, or some."""
        if isinstance(place, slice):
            return tuple(self[each] for each in range(len(self))[place])
        return self.part(place, slice(None))

    def part(self, place: int, rows: slice) -> CohortArm:
        """Read some patients of an arm."""
        name = self._names[place]
        with h5py.File(self._path, "r") as file:
            group = file["arms"][name]
            arrays = {each: group[each][rows] for each in _FIELDS if each in group}
            none = np.empty((len(arrays["failed"]), 0), dtype=np.float32)
            arrays = dict.fromkeys(_OF_MEMORY, none) | arrays
            arrays["failed"] = arrays["failed"].astype(bool)
            return CohortArm(
                name=name,
                settings=settings_from(from_json(group, "settings")),
                start_day=float(group.attrs["start_day"]),
                treated=bool(group.attrs["treated"]),
                day=group["day"][...],
                expecting=bool(group.attrs.get("expecting", True)),  # not in earlier versions
                **arrays,
            )

    def readings(self, place: int, course: Course, moments: slice) -> np.ndarray:
        """Read all patients of an arm at some moments."""
        with h5py.File(self._path, "r") as file:
            return np.asarray(file["arms"][self._names[place]][course][:, moments])


def merged_assays(parts: Sequence[Mapping[str, np.ndarray]]) -> dict[str, np.ndarray]:
    """Return the readings of several files in the order of their patients.

    Parameters
    ----------
    parts
        Of results of one experiment on different patients.
    """
    found = [each for each in parts if each]
    if not found:
        return {}
    order = np.argsort(np.concatenate([each["patient"] for each in found]), kind="stable")
    return {name: np.concatenate([each[name] for each in found])[order] for name in found[0]}


def merged_chunks(paths: Sequence[Path]) -> Iterator[Chunk]:
    """Yield the patients of several files in the order of their numbers.

    Parameters
    ----------
    paths
        Results of one experiment on different patients.

    Yields
    ------
    Chunk
        Of as many patients as a chunk of a file has.
    """
    with ExitStack() as opened:
        files = [opened.enter_context(h5py.File(path, "r")) for path in paths]
        numbers = [file["patient"][...] for file in files]
        whole = np.sort(np.concatenate(numbers))
        for first in range(0, len(whole), _ROWS):
            block = whole[first : first + _ROWS]
            spans = (np.searchsorted(each, [block[0], block[-1] + 1]) for each in numbers)
            parts = [
                _rows_of(file, slice(*span.tolist()))
                for file, span in zip(files, spans, strict=True)
                if span[0] < span[1]
            ]
            order = np.argsort(np.concatenate([each["patient"] for each in parts]))
            names = parts[0]
            yield _chunk(
                {name: np.concatenate([each[name] for each in parts])[order] for name in names}
            )


def _rows_of(file: h5py.File, rows: slice) -> dict[str, np.ndarray]:
    names = ["patient", *(f"drawn/{key}" for key in file.get("drawn", {}))]
    arms = file["arms"].items()
    names += [f"arms/{arm}/{name}" for arm, group in arms for name in _FIELDS if name in group]
    return {name: file[name][rows] for name in names}


def _chunk(arrays: Mapping[str, np.ndarray]) -> Chunk:
    drawn = {
        name.removeprefix("drawn/"): values
        for name, values in arrays.items()
        if name.startswith("drawn/")
    }
    arms: dict[str, dict[str, np.ndarray]] = {}
    for name, values in arrays.items():
        if name.startswith("arms/"):
            arm, _, kind = name.removeprefix("arms/").rpartition("/")
            truth = kind == "failed"
            arms.setdefault(arm, {})[kind] = values.astype(bool) if truth else values
    none = np.empty((len(arrays["patient"]), 0), dtype=np.float32)
    parts = (ArmPart(**(dict.fromkeys(_OF_MEMORY, none) | each)) for each in arms.values())
    return Chunk(arrays["patient"], drawn, tuple(parts))
