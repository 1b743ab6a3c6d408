"""What an assay is made on: the memory, or a few units of the dorsal horn, each with a weight."""

from collections.abc import Sequence
from dataclasses import replace
from math import sqrt
from typing import NamedTuple

import numpy as np

from resetsim.protocols.assay import Condition
from resetsim.protocols.registry import ASSAYS
from resetsim.records.reading import Reading
from resetsim.records.result import Array
from resetsim.study.arm import Courses, PreparedArm

_DIGITS = 3  # arms and units whose states agree to the third digit share one simulation


class Assayed(NamedTuple):
    """A condition that an assay is made in.

    Attributes
    ----------
    condition
        Of a unit, or of the memory.
    weight
        Share of what is assayed that it stands for.
    in_the_middle
        Whether it is that of the unit in the middle, whose spikes are kept.
    """

    condition: Condition
    weight: float
    in_the_middle: bool


def conditions_of(
    prepared: PreparedArm, courses: Courses, assay: str, moment_d: float
) -> list[Assayed]:
    """Return the distinct conditions that an assay is made in.

    Parameters
    ----------
    prepared, courses
        The arm and its slow states.
    assay
        Its name.
    moment_d
        When, in days.

    Returns
    -------
    list of Assayed
        Weights add up to 1.
    """
    if ASSAYS[assay].system != "dorsal_horn":
        return [Assayed(_of_memory(prepared, courses, moment_d), 1.0, True)]
    units = prepared.patient.units.measured()
    middle, _ = units[(len(units) - 1) // 2]
    found: dict[Condition, Assayed] = {}
    for unit, weight in units:
        condition = _of_unit(prepared, courses, unit, moment_d)
        same = found.get(condition, Assayed(condition, 0.0, False))
        found[condition] = Assayed(
            same.condition, same.weight + weight, same.in_the_middle or unit == middle
        )
    return list(found.values())


def _of_memory(prepared: PreparedArm, courses: Courses, moment_d: float) -> Condition:
    course = courses.memory
    assert course is not None
    early, late = (_at(moment_d, course.time_d, each) for each in (course.early, course.late))
    return Condition(
        early, late, prepared.patient.point(moment_d).rounded(_DIGITS), moment_d=moment_d
    )


def _of_unit(prepared: PreparedArm, courses: Courses, unit: int, moment_d: float) -> Condition:
    course, patient = courses.pain_system, prepared.patient
    potentiation = 0.0
    if prepared.plan.mechanisms.heterosynaptic:
        (potentiation,) = _at(moment_d, course.time_d, courses.pain.heterosynaptic[:, [unit]])
    return Condition(
        _at(moment_d, course.time_d, course.early[:, [unit]]),
        _at(moment_d, course.time_d, course.late[:, [unit]]),
        patient.point(moment_d, patient.units.multiplier[unit]).rounded(_DIGITS),
        float(potentiation),
        moment_d,
    )


def _at(moment_d: float, time_d: Array, values: Array) -> Array:
    return np.array([np.interp(moment_d, time_d, unit) for unit in values.T]).round(_DIGITS)


def weighted_means(
    readings: Sequence[Sequence[Reading]], weights: Sequence[float]
) -> tuple[Reading, ...]:
    """Return the readings of all units as one.

    Parameters
    ----------
    readings
        Of each condition, the same ones in the same order.
    weights
        Of each condition; they add up to 1.

    Returns
    -------
    tuple of Reading
        Weighted means; their standard errors as of independent runs, and all cells together.
    """
    if len(readings) == 1:
        return tuple(readings[0])
    return tuple(_weighted(each, weights) for each in zip(*readings, strict=True))


def _weighted(readings: Sequence[Reading], weights: Sequence[float]) -> Reading:
    pairs = list(zip(readings, weights, strict=True))
    return replace(
        readings[0],
        value=sum(weight * each.value for each, weight in pairs),
        standard_error=sqrt(sum((weight * each.standard_error) ** 2 for each, weight in pairs)),
        n=sum(each.n for each in readings),
    )
