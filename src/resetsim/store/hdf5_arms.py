"""An arm in ``result.h5``: its courses, its assays and its direct runs, written and read."""

from collections.abc import Mapping

import h5py
import numpy as np

from resetsim.declare.axes import AXES
from resetsim.records.result import (
    ArmResult,
    AssayResult,
    Course,
    DirectCourse,
    PainBand,
    PainCourse,
)
from resetsim.records.setting import Setting
from resetsim.store.hdf5_arm_table import Cell
from resetsim.store.hdf5_datasets import (
    DAY,
    add_json,
    add_numbers,
    from_json,
    numbers,
)


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
    add_numbers(group, "dosing_start", arm.dosing_d[:, 0], ["treatment"], DAY)
    add_numbers(group, "dosing_end", arm.dosing_d[:, 1], ["treatment"], DAY)
    add_numbers(group, "learned", arm.learned_d, ["pattern"], DAY)
    add_numbers(group, "multiplier", arm.multiplier, ["slow_unit"])
    group.attrs["share_active"] = arm.share_active
    _write_course(group, "", arm.pain_system)
    for axis in AXES.values():
        acting = arm.pain.acting[axis.course]
        add_numbers(group, axis.course, acting, ["time", "slow_unit"][: acting.ndim], axis.unit)
        group[axis.course].attrs["long_name"] = axis.stored
    add_numbers(group, "relief", arm.pain.relief, ["time"])
    add_numbers(group, "plasma", arm.pain.plasma_um, ["time"], "umol/L")
    add_numbers(group, "heterosynaptic", arm.pain.heterosynaptic, ["time", "slow_unit"])
    add_numbers(group, "output", arm.pain.output_hz, ["time"], "Hz")
    add_numbers(group, "pain", arm.pain.pain, ["time"])
    if arm.band is not None:
        add_numbers(group, "pain_low", arm.band.low, ["time"])
        add_numbers(group, "pain_high", arm.band.high, ["time"])
        add_json(group, "outcomes", arm.band.outcomes)
    if arm.memory is not None:
        _write_course(group, "memory_", arm.memory)
    direct = group.create_group("direct", track_order=True)
    for index, course in enumerate(arm.direct):
        _write_direct(direct.create_group(f"{index:03d}"), course)


def read_arm(
    name: str,
    group: h5py.Group,
    settings: Mapping[str, Setting],
    summary: Mapping[str, Cell],
    assays: tuple[AssayResult, ...],
) -> ArmResult:
    """Read an arm.

    Parameters
    ----------
    name
        Of the arm.
    group
        Its group.
    settings, summary, assays
        What stands in the tables of all arms.

    Returns
    -------
    ArmResult
        As it was written.
    """
    return ArmResult(
        name=name,
        settings=settings,
        summary=summary,
        dosing_d=np.column_stack([numbers(group, "dosing_start"), numbers(group, "dosing_end")]),
        pain_system=_read_course(group, ""),
        pain=PainCourse(
            acting={axis.course: numbers(group, axis.course) for axis in AXES.values()},
            relief=numbers(group, "relief"),
            plasma_um=numbers(group, "plasma"),
            heterosynaptic=numbers(group, "heterosynaptic"),
            output_hz=numbers(group, "output"),
            pain=numbers(group, "pain"),
        ),
        band=_read_band(group) if "pain_low" in group else None,
        memory=_read_course(group, "memory_") if "memory_time" in group else None,
        assays=assays,
        direct=tuple(_read_direct(course) for course in group["direct"].values()),
        learned_d=numbers(group, "learned"),
        multiplier=numbers(group, "multiplier"),
        share_active=float(group.attrs["share_active"]),
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


def _read_band(group: h5py.Group) -> PainBand:
    low, high = (numbers(group, name) for name in ("pain_low", "pain_high"))
    return PainBand(low, high, from_json(group, "outcomes"))


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
