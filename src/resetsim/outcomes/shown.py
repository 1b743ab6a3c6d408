"""What figures show of an arm of a cohort: pain over time, and some of its patients."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from resetsim.outcomes.outcome import SOME_PAIN
from resetsim.records.cohort import Array, CohortResult
from resetsim.records.parts import NOBODY, part_of, readings_of

_SHOWN_PATIENTS = 40
_READINGS = 4_000_000  # in memory at a time


@dataclass(frozen=True, eq=False)
class Course:
    """Reported pain at every moment.

    Attributes
    ----------
    day
        Moments; shape (M,).
    mean, low, high
        Mean and quartiles of those who have not left; shape (M,).
    """

    day: Array
    mean: Array
    low: Array
    high: Array


@dataclass(frozen=True, eq=False)
class ShownPatients:
    """Some patients, the same in each arm; arrays of shape (S,), or (S, M) over moments.

    Attributes
    ----------
    number
        Of the patient.
    reported
        What they write into their diaries.
    relieved_d
        When pain had first fallen to half of what it was; not a number where it did not.
    relapse_d
        When it came back.
    left_d
        When they left the trial; not a number for those who stayed.
    treatments
        How many they got.
    failed
        Whose course could not be integrated.
    """

    number: NDArray[np.int64]
    reported: Array
    relieved_d: Array
    relapse_d: Array
    left_d: Array
    treatments: NDArray[np.int16]
    failed: NDArray[np.bool_]


def course_of(result: CohortResult, place: int, followed: NDArray[np.bool_]) -> Course:
    """Return mean and quartiles of the pain that an arm reports.

    Parameters
    ----------
    result
        Of a cohort.
    place
        Of the arm.
    followed
        Who counts; shape (P,).
    """
    day = part_of(result.arms, place, NOBODY).day
    found = np.full((3, len(day)), np.nan)
    at_once = max(_READINGS // len(followed), 1)
    for first in range(0, len(day), at_once):
        moments = slice(first, first + at_once)
        readings = readings_of(result.arms, place, "reported", moments)
        for moment, values in enumerate(readings.T, start=first):
            present = values[np.isfinite(values) & followed]
            if present.size:
                found[0, moment] = present.mean(dtype=np.float64)
                found[1:, moment] = np.percentile(present, (25, 75))
    return Course(day, *found)


def first_patients(result: CohortResult, place: int) -> ShownPatients:
    """Return the first patients of an arm, who are in no order.

    Parameters
    ----------
    result
        Of a cohort.
    place
        Of the arm.
    """
    arm = part_of(result.arms, place, slice(None, _SHOWN_PATIENTS))
    pain, reported = arm.pain, arm.reported
    before = pain[:, arm.day <= arm.start_day].mean(axis=1)
    low = (pain <= before[:, None] / 2) & (arm.day > arm.start_day) & (before[:, None] >= SOME_PAIN)
    return ShownPatients(
        number=result.number[:_SHOWN_PATIENTS],
        reported=reported,
        relieved_d=_day_of(arm.day, low.any(axis=1), low.argmax(axis=1)),
        relapse_d=arm.relapse_day,
        left_d=_left(arm.day, reported),
        treatments=arm.treatments,
        failed=arm.failed,
    )


def _left(day: Array, reported: Array) -> Array:
    """Return the last day on which patients wrote something, if it is not the last of all."""
    present = np.isfinite(reported)
    last = len(day) - 1 - present[:, ::-1].argmax(axis=1)
    return _day_of(day, present.any(axis=1) & (last < len(day) - 1), last)


def _day_of(day: Array, happens: NDArray[np.bool_], moment: NDArray[np.int64]) -> Array:
    return np.where(happens, day[moment], np.nan)
