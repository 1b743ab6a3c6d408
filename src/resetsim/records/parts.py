"""Some patients, or some moments, of an arm of a cohort: the others need not be in memory."""

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from typing import Literal

import numpy as np

from resetsim.records.cohort import ArmPart, Array, CohortArm

NOBODY = slice(0, 0)
_AT_ONCE = 5000  # patients

Course = Literal["pain", "reported", "amplified"]
"""What is there of each patient at each moment."""


class StoredArms(Sequence[CohortArm]):
    """Arms on a disk; each use reads."""

    @abstractmethod
    def part(self, place: int, rows: slice) -> CohortArm:
        """Return some patients of an arm, as :func:`part_of`."""

    @abstractmethod
    def readings(self, place: int, course: Course, moments: slice) -> Array:
        """Return all patients of an arm at some moments, as :func:`readings_of`."""


def part_of(arms: Sequence[CohortArm], place: int, rows: slice) -> CohortArm:
    """Return some patients of an arm.

    Parameters
    ----------
    arms
        Of a result.
    place
        Of the arm.
    rows
        Which patients; with ``NOBODY`` what is the same for all of them is left.
    """
    if isinstance(arms, StoredArms):
        return arms.part(place, rows)
    arm = arms[place]
    return replace(arm, **{each.name: getattr(arm, each.name)[rows] for each in fields(ArmPart)})


def rows_of(count: int) -> Iterator[slice]:
    """Yield which patients to have in memory together, of so many."""
    return (slice(first, min(first + _AT_ONCE, count)) for first in range(0, count, _AT_ONCE))


def readings_of(arms: Sequence[CohortArm], place: int, course: Course, moments: slice) -> Array:
    """Return all patients of an arm at some moments; shape (P, moments).

    Parameters
    ----------
    arms
        Of a result.
    place
        Of the arm.
    course
        What is read.
    moments
        When.
    """
    if isinstance(arms, StoredArms):
        return arms.readings(place, course, moments)
    found: Array = getattr(arms[place], course)[:, moments]
    return found


def without_courses(arm: CohortArm) -> CohortArm:
    """Return an arm with the columns of its patients alone."""
    none = np.empty((len(arm.failed), 0), dtype=np.float32)
    return replace(arm, pain=none, reported=none, amplified=none)


def joined(parts: Sequence[CohortArm]) -> CohortArm:
    """Return an arm of some patients after others."""
    names = [each.name for each in fields(ArmPart)]
    columns = {name: np.concatenate([getattr(part, name) for part in parts]) for name in names}
    return replace(parts[0], **columns)
