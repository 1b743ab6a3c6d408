"""Whom a cohort takes in of all who were injured: who fulfils the rule of inclusion."""

from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from resetsim.declare.cohort import Inclusion
from resetsim.declare.quantities import written
from resetsim.errors import InputError
from resetsim.patients.periphery import days
from resetsim.progress import Progress
from resetsim.study.cohort_arm_job import BASELINE_D, CohortArmJob
from resetsim.study.cohort_followed import Followed, beginning
from resetsim.study.cohort_prepared import CohortJob, Numbers
from resetsim.study.workers import Here, Workers

SCREENED = 400
_WEEK_D = 7.0
_NAMED = 5  # of the included, in a message


def find_patients(
    job: CohortJob, workers: Workers, progress: Progress, at_once: int = SCREENED
) -> tuple[Numbers, int]:
    """Return the patients of a cohort, and how many were looked at to find them.

    Parameters
    ----------
    job
        The experiment; whom a clinic sees is decided in its first arm.
    workers
        Who looks.
    progress
        Told how many have been looked at.
    at_once
        How many a worker looks at; it makes no difference to who is found.

    Returns
    -------
    array and int
        Numbers of the patients, rising.

    Raises
    ------
    InputError
        If hardly anybody fulfils the rule of inclusion.
    """
    cohort = job.arms[0].plan.cohort
    assert cohort is not None
    if cohort.include is None:
        return np.arange(cohort.size), cohort.size
    progress.stage("looking for patients", "of the injured")
    found: list[Numbers] = []
    limit = cohort.size * cohort.screen_at_most
    missing = cohort.size
    look = partial(_included, job.arms[0], at_once, limit)
    for included in workers.each(look, range(0, limit, at_once)):
        progress.expect(at_once)
        progress.finished(at_once)
        found.append(included[:missing])
        missing -= len(found[-1])
        if not missing:
            return np.concatenate(found), int(found[-1][-1]) + 1
    raise InputError(
        f"cohort.include: {cohort.size - missing} of the first {limit} who were injured fulfil "
        f"it, but {cohort.size} are wanted; ask for less pain, a smaller cohort, or raise "
        "cohort.screen_at_most"
    )


def require_included(job: CohortJob, number: int, progress: Progress) -> None:
    """Refuse a patient who is not among those of a cohort.

    Parameters
    ----------
    job
        The experiment.
    number
        Of the patient among all who were injured.
    progress
        Told whom one looks at.

    Raises
    ------
    InputError
        If that one is not included; the message says why, and who is.
    """
    cohort = job.arms[0].plan.cohort
    assert cohort is not None
    if cohort.include is None:
        return
    reason = _why_not(job.arms[0], cohort.include, number)
    if reason is None and number >= cohort.size:  # those before may be enough
        last = int(find_patients(job, Here(), progress)[0][-1])
        if number > last:
            reason = f"the last of {cohort.size} who fulfil cohort.include is number {last}"
    if reason is not None:
        first = _included(job.arms[0], SCREENED, SCREENED, 0)[:_NAMED].tolist()
        named = (
            f"the first included are {', '.join(map(str, first))}"
            if first
            else (f"nobody is of the first {SCREENED}")
        )
        raise InputError(f"--patient: patient {number} is not included: {reason}; {named}")


def _why_not(job: CohortArmJob, rule: Inclusion, number: int) -> str | None:
    """Return in words what of the rule a patient does not fulfil, if anything."""
    found = _screened(job, rule, np.array([number]))
    if found.failed[0]:
        return None
    asked = f"cohort.include asks for {rule.pain_at_least:g} or more"
    if found.pain[0] < rule.pain_at_least:
        return f"pain in the week before treatment is {found.pain[0]:.2f}, and {asked}"
    if rule.lasting is not None and found.least[0] < rule.pain_at_least:
        return (
            f"pain was down to {found.least[0]:.2f} within '{written(rule.lasting)}' before "
            f"treatment, and {asked}"
        )
    return None


class _Screened(NamedTuple):
    """Pain of some of the injured before treatment; arrays of shape (P,).

    Attributes
    ----------
    pain
        Mean over the last week.
    least
        Of the weekly readings for which it must have lasted.
    failed
        Whose course could not be integrated.
    """

    pain: NDArray[np.float64]
    least: NDArray[np.float64]
    failed: NDArray[np.bool_]


def _screened(job: CohortArmJob, rule: Inclusion, numbers: Numbers) -> _Screened:
    week = job.read_before(BASELINE_D, 1.0)
    since = week if rule.lasting is None else job.read_before(days(rule.lasting), _WEEK_D)
    moments = np.unique(np.concatenate([[job.start_d], week, since]))
    course = beginning(job, job.patients(numbers), moments)
    return _Screened(
        _pain_at(course, week).mean(axis=1),
        _pain_at(course, since).min(axis=1),
        np.asarray(np.isnan(course.pain).any(axis=1)),
    )


def _included(job: CohortArmJob, at_once: int, limit: int, first: int) -> Numbers:
    """Return who is included of the next patients from a number on."""
    numbers = np.arange(first, min(first + at_once, limit))
    cohort = job.plan.cohort
    assert cohort is not None
    assert cohort.include is not None
    rule = cohort.include
    found = _screened(job, rule, numbers)
    enough = found.pain >= rule.pain_at_least
    if rule.lasting is not None:
        enough &= found.least >= rule.pain_at_least
    # Nobody knows of those whose course fails: they are included, and counted.
    return np.asarray(numbers[enough | found.failed])


def _pain_at(course: Followed, moments: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(course.pain[:, np.isin(course.time_d, moments)])
