"""An arm in ``result.h5``: its courses, its assays and its direct runs, written and read."""

import json
from collections.abc import Sequence

import h5py
import numpy as np

from resetsim.protocols.assay import Reading
from resetsim.records.result import ArmResult, AssayResult, Course, DirectCourse, PainCourse
from resetsim.store.hdf5_datasets import (
    add_json,
    add_numbers,
    add_strings,
    from_json,
    numbers,
    strings,
)

# "d", because readers that see "days" may turn the numbers into dates.
DAY = "d"


def write_arm(arms: h5py.Group, arm: ArmResult) -> None:
    """Write an arm as a group of its own.

    Parameters
    ----------
    arms
        The group of all arms.
    arm
        The arm.
    """
    group = arms.create_group(arm.name)
    add_json(group, "settings", arm.settings)
    add_json(group, "summary", arm.summary)
    add_numbers(group, "dosing_start", arm.dosing_d[:, 0], ["treatment"], DAY)
    add_numbers(group, "dosing_end", arm.dosing_d[:, 1], ["treatment"], DAY)
    add_numbers(group, "learned", arm.learned_d, ["pattern"], DAY)
    _write_course(group, "", arm.pain_system)
    add_numbers(group, "input_rate", arm.pain.input_rate_hz, ["time"], "Hz")
    add_numbers(group, "blockade", arm.pain.blockade, ["time"])
    add_numbers(group, "disinhibition", arm.pain.disinhibition, ["time"])
    add_numbers(group, "descending", arm.pain.descending, ["time"])
    add_numbers(group, "relief", arm.pain.relief, ["time"])
    add_numbers(group, "plasma", arm.pain.plasma_um, ["time"], "umol/L")
    add_numbers(group, "heterosynaptic", arm.pain.heterosynaptic, ["time"])
    add_numbers(group, "output", arm.pain.output_hz, ["time"], "Hz")
    add_numbers(group, "pain", arm.pain.pain, ["time"])
    if arm.memory is not None:
        _write_course(group, "memory_", arm.memory)
    assays = group.create_group("assays", track_order=True)
    for index, assay in enumerate(arm.assays):
        _write_assay(assays.create_group(f"{index:03d} {assay.name}"), assay)
    direct = group.create_group("direct", track_order=True)
    for index, course in enumerate(arm.direct):
        _write_direct(direct.create_group(f"{index:03d}"), course)


def read_arm(name: str, group: h5py.Group) -> ArmResult:
    """Read an arm.

    Parameters
    ----------
    name
        Of the arm.
    group
        Its group.

    Returns
    -------
    ArmResult
        As it was written.
    """
    return ArmResult(
        name=name,
        settings=from_json(group, "settings"),
        summary=from_json(group, "summary"),
        dosing_d=np.column_stack([numbers(group, "dosing_start"), numbers(group, "dosing_end")]),
        pain_system=_read_course(group, ""),
        pain=PainCourse(
            input_rate_hz=numbers(group, "input_rate"),
            blockade=numbers(group, "blockade"),
            disinhibition=numbers(group, "disinhibition"),
            descending=numbers(group, "descending"),
            relief=numbers(group, "relief"),
            plasma_um=numbers(group, "plasma"),
            heterosynaptic=numbers(group, "heterosynaptic"),
            output_hz=numbers(group, "output"),
            pain=numbers(group, "pain"),
        ),
        memory=_read_course(group, "memory_") if "memory_time" in group else None,
        assays=tuple(_read_assay(assay) for assay in group["assays"].values()),
        direct=tuple(_read_direct(course) for course in group["direct"].values()),
        learned_d=numbers(group, "learned"),
    )


def _write_course(group: h5py.Group, prefix: str, course: Course) -> None:
    time, unit = f"{prefix}time", f"{prefix}slow_unit"
    add_numbers(group, time, course.time_d, [time], DAY)
    for name in ("early", "late", "efficacy"):
        add_numbers(group, prefix + name, getattr(course, name), [time, unit])


def _read_course(group: h5py.Group, prefix: str) -> Course:
    return Course(
        time_d=numbers(group, f"{prefix}time"),
        early=numbers(group, f"{prefix}early"),
        late=numbers(group, f"{prefix}late"),
        efficacy=numbers(group, f"{prefix}efficacy"),
    )


_DIRECT_SERIES = ("early", "late", "spread", "averaged_early", "averaged_late")


def _write_direct(group: h5py.Group, course: DirectCourse) -> None:
    group.attrs["epsilon"] = course.epsilon
    group.attrs["seed"] = course.seed
    # Not "time": a dimension of the arm, whose groups would no longer fit into one tree.
    add_numbers(group, "direct_time", course.time_d, ["direct_time"], DAY)
    for name in _DIRECT_SERIES:
        add_numbers(group, name, getattr(course, name), ["direct_time"])


def _read_direct(group: h5py.Group) -> DirectCourse:
    return DirectCourse(
        epsilon=float(group.attrs["epsilon"]),
        seed=int(group.attrs["seed"]),
        time_d=numbers(group, "direct_time"),
        **{name: numbers(group, name) for name in _DIRECT_SERIES},
    )


def _write_assay(group: h5py.Group, assay: AssayResult) -> None:
    group.attrs["name"] = assay.name
    group.attrs["day"] = assay.day
    group.attrs["time_step"] = assay.time_step_s
    _write_readings(group, assay.readings)
    sources = list(assay.spike_time_s)
    counts = [len(assay.spike_time_s[source]) for source in sources]
    add_strings(group, "source", sources, "source")
    add_numbers(group, "spike_source", np.repeat(np.arange(len(sources)), counts), ["spike"])
    index = [assay.spike_index[source] for source in sources]
    time_s = [assay.spike_time_s[source] for source in sources]
    add_numbers(group, "spike_index", np.concatenate([np.empty(0, np.int32), *index]), ["spike"])
    add_numbers(group, "spike_time", np.concatenate([np.empty(0), *time_s]), ["spike"], "s")


def _read_assay(group: h5py.Group) -> AssayResult:
    of_source = numbers(group, "spike_source")
    members = {
        source: of_source == number for number, source in enumerate(strings(group, "source"))
    }
    index, time_s = numbers(group, "spike_index"), numbers(group, "spike_time")
    return AssayResult(
        name=group.attrs["name"],
        day=float(group.attrs["day"]),
        readings=_read_readings(group),
        time_step_s=float(group.attrs["time_step"]),
        spike_index={source: index[members[source]] for source in members},
        spike_time_s={source: time_s[members[source]] for source in members},
    )


_READING_TEXTS = ("population", "quantity", "unit", "x_unit")
_READING_NUMBERS = ("value", "standard_error", "n", "x")


def _write_readings(group: h5py.Group, readings: Sequence[Reading]) -> None:
    for name in _READING_TEXTS:
        add_strings(group, name, [getattr(reading, name) for reading in readings], "reading")
    for name in _READING_NUMBERS:
        dtype = np.int64 if name == "n" else np.float64
        values = np.array([getattr(reading, name) for reading in readings], dtype=dtype)
        add_numbers(group, name, values, ["reading"])
    columns = sorted({name for reading in readings for name in reading.columns})
    group.attrs["columns"] = json.dumps(columns)
    for name in columns:
        found = np.array([reading.columns.get(name, np.nan) for reading in readings])
        add_numbers(group, name, found, ["reading"])


def _read_readings(group: h5py.Group) -> tuple[Reading, ...]:
    texts = zip(*(strings(group, name) for name in _READING_TEXTS), strict=True)
    values = zip(*(numbers(group, name).tolist() for name in _READING_NUMBERS), strict=True)
    names = json.loads(group.attrs["columns"])
    varied = [numbers(group, name).tolist() for name in names]
    return tuple(
        Reading(
            **dict(zip(_READING_TEXTS, text, strict=True)),
            **dict(zip(_READING_NUMBERS, value, strict=True)),
            columns={
                name: column[row]
                for name, column in zip(names, varied, strict=True)
                if not np.isnan(column[row])
            },
        )
        for row, (text, value) in enumerate(zip(texts, values, strict=True))
    )
