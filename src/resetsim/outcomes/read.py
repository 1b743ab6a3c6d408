"""What outcomes need of the patients of an arm: some of them are in memory at a time."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from resetsim.outcomes.diary import Diary, diary_of, pain_at_end_of_treatment
from resetsim.outcomes.in_pain import later_pain
from resetsim.records.cohort import Array, CohortArm, CohortResult
from resetsim.records.parts import joined, part_of, rows_of, without_courses


@dataclass(frozen=True, eq=False)
class ReadArm:
    """The patients of an arm.

    Attributes
    ----------
    arm
        Without their courses.
    diary
        Of what they report; None where no treatment is planned.
    felt
        Of the pain that they have, in some weeks.
    at_end, felt_at_end
        What they report, and have, when treatment ends; None where that was not read.
    felt_later
        The pain that they have in months 3 to 6; None where no treatment is planned.
    """

    arm: CohortArm
    diary: Diary | None
    felt: Diary | None
    at_end: Array | None
    felt_at_end: Array | None
    felt_later: Array | None


def read_arm(result: CohortResult, place: int, weeks: Sequence[int]) -> ReadArm:
    """Read the patients of an arm.

    Parameters
    ----------
    result
        Of a cohort.
    place
        Of the arm.
    weeks
        In which the pain that they have is wanted.
    """
    parts = [
        _read(part_of(result.arms, place, rows), weeks) for rows in rows_of(len(result.number))
    ]
    return ReadArm(
        joined([each.arm for each in parts]),
        _diaries([each.diary for each in parts]),
        _diaries([each.felt for each in parts]),
        _columns([each.at_end for each in parts]),
        _columns([each.felt_at_end for each in parts]),
        _columns([each.felt_later for each in parts]),
    )


def read_diary(result: CohortResult, place: int) -> Diary | None:
    """Read what the patients of an arm report."""
    rows = rows_of(len(result.number))
    return _diaries([diary_of(part_of(result.arms, place, each)) for each in rows])


def _read(arm: CohortArm, weeks: Sequence[int]) -> ReadArm:
    felt = diary_of(arm, felt=True)
    return ReadArm(
        without_courses(arm),
        diary_of(arm),
        felt.at(weeks) if felt else None,
        pain_at_end_of_treatment(arm),
        pain_at_end_of_treatment(arm, felt=True),
        np.where(arm.failed, np.nan, later_pain(arm)) if arm.treated else None,
    )


def _diaries(parts: Sequence[Diary | None]) -> Diary | None:
    there = [each for each in parts if each]
    if not there:
        return None
    baseline, pain, hurt = (
        np.concatenate([getattr(each, name) for each in there])
        for name in ("baseline", "pain", "hurt")
    )
    return Diary(there[0].week, baseline, pain, hurt)


def _columns(parts: Sequence[Array | None]) -> Array | None:
    there = [each for each in parts if each is not None]
    return np.concatenate(there) if there else None
