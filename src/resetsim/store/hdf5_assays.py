"""All assays in ``result.h5``: one table of assays, one of readings, and distinct spikes once."""

import json
import sys
from array import array
from collections.abc import Sequence

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
    arm_of: list[int] = []
    names: list[str] = []
    days: list[float] = []
    steps_s: list[float] = []
    numbers_of_spikes: list[int] = []
    readings, spikes = _ReadingColumns(), _DistinctSpikes(file.create_group("spikes"))
    for number, arm in enumerate(arms):
        for assay in arm.assays:
            readings.add(len(names), assay.readings)
            arm_of.append(number)
            names.append(assay.name)
            days.append(assay.day)
            steps_s.append(assay.time_step_s)
            numbers_of_spikes.append(spikes.number_of(assay))
    group = file.create_group("assays")
    add_numbers(group, "arm", arm_of, ["assay"], dtype=np.int32)
    add_strings(group, "name", names, "assay")
    add_numbers(group, "day", days, ["assay"], DAY)
    add_numbers(group, "time_step", steps_s, ["assay"], "s")
    add_numbers(group, "spikes", numbers_of_spikes, ["assay"], dtype=np.int32)
    readings.write(file.create_group("readings"))


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


class _DistinctSpikes:
    """Spikes in the file: those that several assays share are there once."""

    def __init__(self, group: h5py.Group) -> None:
        self._group = group
        self._known: dict[str, int] = {}

    def number_of(self, assay: AssayResult) -> int:
        """Return the number of the spikes of an assay; they are written if they are new."""
        if not assay.spike_step:
            return _NO_SPIKES
        key = spikes_key(assay)
        if key not in self._known:
            self._known[key] = len(self._known)
            _write_distinct(self._group.create_group(_name(self._known[key])), assay)
        return self._known[key]


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
_NUMBERS = {"value": "d", "standard_error": "d", "n": "q", "x": "d"}


class _ReadingColumns:
    """Readings by column: they take a tenth of the memory that they take as objects."""

    def __init__(self) -> None:
        self._assay = array("q")
        self._texts: dict[str, list[str]] = {name: [] for name in _TEXTS}
        self._numbers = {name: array(code) for name, code in _NUMBERS.items()}
        self._columns: dict[str, array[float]] = {}

    def add(self, assay: int, readings: Sequence[Reading]) -> None:
        """Take the readings of an assay, of which only the number is needed."""
        for reading in readings:
            for name in reading.columns.keys() - self._columns.keys():
                self._columns[name] = array("d", [np.nan]) * len(self._assay)
            for name, column in self._columns.items():
                column.append(reading.columns.get(name, np.nan))
            for name, texts in self._texts.items():
                texts.append(sys.intern(getattr(reading, name)))
            for name, values in self._numbers.items():
                values.append(getattr(reading, name))
            self._assay.append(assay)

    def write(self, group: h5py.Group) -> None:
        """Write all of them."""
        add_numbers(group, "assay", np.asarray(self._assay), ["reading"])
        for name, texts in self._texts.items():
            add_strings(group, name, texts, "reading")
        for name, values in self._numbers.items():
            add_numbers(group, name, np.asarray(values), ["reading"])
        group.attrs["columns"] = json.dumps(sorted(self._columns))
        for name in sorted(self._columns):
            add_numbers(group, name, np.asarray(self._columns[name]), ["reading"])


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
