"""All assays in ``result.h5``: one table of assays, one of readings, and distinct spikes once."""

import json
from collections.abc import Iterable, Sequence

import h5py
import numpy as np

from resetsim.records.reading import Reading
from resetsim.records.result import ArmResult, AssayResult
from resetsim.store.hdf5_datasets import DAY, add_numbers, add_strings, numbers, strings
from resetsim.store.spikes import spikes_key

_NO_SPIKES = -1


def write_assays(file: h5py.File, arms: Sequence[ArmResult]) -> None:
    """Write the assays of all arms.

    Parameters
    ----------
    file
        An open ``result.h5``.
    arms
        In the order of the file.
    """
    made = [(number, assay) for number, arm in enumerate(arms) for assay in arm.assays]
    group = file.create_group("assays")
    add_numbers(group, "arm", [number for number, _ in made], ["assay"], dtype=np.int32)
    add_strings(group, "name", [assay.name for _, assay in made], "assay")
    add_numbers(group, "day", [assay.day for _, assay in made], ["assay"], DAY)
    steps_s = [assay.time_step_s for _, assay in made]
    add_numbers(group, "time_step", steps_s, ["assay"], "s")
    spikes = _write_spikes(file.create_group("spikes"), (assay for _, assay in made))
    add_numbers(group, "spikes", spikes, ["assay"], dtype=np.int32)
    counts = [len(assay.readings) for _, assay in made]
    readings = [reading for _, assay in made for reading in assay.readings]
    _write_readings(
        file.create_group("readings"), np.repeat(np.arange(len(made)), counts), readings
    )


def read_assays(file: h5py.File, arms: int) -> list[tuple[AssayResult, ...]]:
    """Read the assays of all arms.

    Parameters
    ----------
    file
        An open ``result.h5``.
    arms
        How many there are.

    Returns
    -------
    list of tuple of AssayResult
        As they were written, for each arm.
    """
    group = file["assays"]
    names, days, steps = strings(group, "name"), numbers(group, "day"), numbers(group, "time_step")
    readings = _read_readings(file["readings"], len(names))
    found: list[list[AssayResult]] = [[] for _ in range(arms)]
    for row, (arm, number) in enumerate(
        zip(numbers(group, "arm"), numbers(group, "spikes"), strict=True)
    ):
        index, step = ({}, {}) if number == _NO_SPIKES else _read_spikes(file["spikes"], number)
        found[arm].append(
            AssayResult(names[row], float(days[row]), readings[row], float(steps[row]), index, step)
        )
    return [tuple(each) for each in found]


def _write_spikes(group: h5py.Group, assays: Iterable[AssayResult]) -> list[int]:
    """Write distinct spikes and return, for each assay, the number of its own."""
    known: dict[str, int] = {}
    written = []
    for assay in assays:
        if not assay.spike_step:
            written.append(_NO_SPIKES)
            continue
        key = spikes_key(assay)
        if key not in known:
            known[key] = len(known)
            _write_distinct(group.create_group(_name(known[key])), assay)
        written.append(known[key])
    return written


def _write_distinct(group: h5py.Group, assay: AssayResult) -> None:
    sources = list(assay.spike_step)
    steps = [assay.spike_step[source] for source in sources]
    cells = [assay.spike_index[source] for source in sources]
    add_strings(group, "source", sources, "source")
    of_source = np.repeat(np.arange(len(sources), dtype=np.int16), [len(each) for each in steps])
    add_numbers(group, "spike_source", of_source, ["spike"])
    add_numbers(group, "spike_cell", np.concatenate(cells), ["spike"])
    add_numbers(group, "spike_time", np.concatenate(steps), ["spike"], "s")
    # Readers that know netCDF's conventions multiply by it.
    group["spike_time"].attrs["scale_factor"] = assay.time_step_s


def _read_spikes(
    spikes: h5py.Group, number: int
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    group = spikes[_name(number)]
    of_source = numbers(group, "spike_source")
    cell, step = numbers(group, "spike_cell"), numbers(group, "spike_time")
    members = {source: of_source == place for place, source in enumerate(strings(group, "source"))}
    return (
        {source: cell[inside] for source, inside in members.items()},
        {source: step[inside] for source, inside in members.items()},
    )


def _name(number: int) -> str:
    return f"{number:04d}"


_TEXTS = ("population", "quantity", "unit", "x_unit")
_NUMBERS = {"value": np.float64, "standard_error": np.float64, "n": np.int64, "x": np.float64}


def _write_readings(group: h5py.Group, assay: np.ndarray, readings: Sequence[Reading]) -> None:
    add_numbers(group, "assay", assay, ["reading"])
    for name in _TEXTS:
        add_strings(group, name, [getattr(reading, name) for reading in readings], "reading")
    for name, dtype in _NUMBERS.items():
        values = [getattr(reading, name) for reading in readings]
        add_numbers(group, name, values, ["reading"], dtype=dtype)
    columns = sorted({name for reading in readings for name in reading.columns})
    group.attrs["columns"] = json.dumps(columns)
    for name in columns:
        found = [reading.columns.get(name, np.nan) for reading in readings]
        add_numbers(group, name, found, ["reading"])


def _read_readings(group: h5py.Group, assays: int) -> list[tuple[Reading, ...]]:
    names = json.loads(group.attrs["columns"])
    texts = zip(*(strings(group, name) for name in _TEXTS), strict=True)
    values = zip(*(numbers(group, name).tolist() for name in _NUMBERS), strict=True)
    varied = [numbers(group, name).tolist() for name in names]
    found: list[list[Reading]] = [[] for _ in range(assays)]
    for row, (assay, text, value) in enumerate(
        zip(numbers(group, "assay"), texts, values, strict=True)
    ):
        columns = {name: column[row] for name, column in zip(names, varied, strict=True)}
        found[assay].append(
            Reading(
                **dict(zip(_TEXTS, text, strict=True)),
                **dict(zip(_NUMBERS, value, strict=True)),
                columns={name: each for name, each in columns.items() if not np.isnan(each)},
            )
        )
    return [tuple(each) for each in found]
