"""A cohort: patients found, then followed through every arm in chunks.

What a chunk gives depends on its patients alone. So chunks may be computed anywhere and in any
order, and kept one by one.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, replace
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from resetsim.declare.cohort import Inclusion
from resetsim.declare.experiment import Experiment
from resetsim.declare.quantities import written
from resetsim.errors import InputError
from resetsim.patients.periphery import days
from resetsim.progress import Progress
from resetsim.records.cohort import ArmPart, Chunk, CohortArm, CohortResult, PublishedPoint
from resetsim.records.setting import Setting
from resetsim.slow.given import GivenTables
from resetsim.spiking.engine import Engine
from resetsim.study.arm import PreparedArm
from resetsim.study.cohort_arm import (
    BASELINE_D,
    CohortArmJob,
    Followed,
    arm_part,
    beginning,
    days_of,
)
from resetsim.study.cohort_assays import assay_patients, assayed_of
from resetsim.study.cohort_drift import cohort_job, drift_digest, with_treatments
from resetsim.study.cohort_prepared import CHUNK, CohortJob, Numbers, control_arm
from resetsim.study.crossovers import sequences_of
from resetsim.study.experiment import parameters_of, provenance_of, texts_of
from resetsim.study.settings import settings_of
from resetsim.study.workers import Here, Workers

SCREENED = 400
_WEEK_D = 7.0
_NAMED = 5  # of the included, in a message


def ready(
    prepared: Sequence[PreparedArm], engine: Engine, workers: Workers, progress: Progress
) -> tuple[CohortJob, tuple[Numbers, int]]:
    """Find the patients of a cohort, and measure the drift that they need.

    Parameters
    ----------
    prepared
        From :func:`prepare_cohort`.
    engine, workers
        What runs the simulations, and who looks for patients.
    progress
        Told what is being done.

    Returns
    -------
    CohortJob, and array and int
        Fit to follow them, and what :func:`find_patients` found.
    """
    job = cohort_job(prepared, engine, progress)
    found = find_patients(job, workers, progress)
    return with_treatments(prepared, job, found[0], engine, progress), found


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


def chunks_of(numbers: Numbers, shard: tuple[int, int] = (1, 1)) -> list[Numbers]:
    """Return the patients in chunks: all, or those of a shard.

    Parameters
    ----------
    numbers
        All patients.
    shard
        Which of how many: every so many chunks it has one.

    Returns
    -------
    list of array
        In order.
    """
    which, count = shard
    whole = [numbers[first : first + CHUNK] for first in range(0, len(numbers), CHUNK)]
    return whole[which - 1 :: count]


def follow(job: CohortJob, numbers: Numbers) -> Chunk:
    """Follow some patients through every arm.

    Parameters
    ----------
    job
        The experiment, with tables for its treatments.
    numbers
        Which patients.

    Returns
    -------
    Chunk
        What they give.
    """
    begun: list[tuple[object, Followed]] = []
    drawn: dict[str, NDArray[np.float64]] = {}
    parts = []
    for arm in job.arms:
        patients = arm.patients(numbers)
        drawn |= {key: value for key, value in patients.drawn.items() if key not in drawn}
        course = next((known for key, known in begun if key == arm.shares_beginning), None)
        if course is None:
            course = beginning(arm, patients, arm.before_d)
            begun.append((arm.shares_beginning, course))
        parts.append(arm_part(arm, numbers, patients, course))
    return Chunk(numbers, drawn, tuple(parts))


def run_chunks(
    job: CohortJob, chunks: Sequence[Numbers], workers: Workers, progress: Progress
) -> Iterator[Chunk]:
    """Follow patients, chunk by chunk.

    Parameters
    ----------
    job
        The experiment.
    chunks
        From :func:`chunks_of`.
    workers
        Who follows them.
    progress
        Told how many patients there are and have been followed.

    Yields
    ------
    Chunk
        In order.
    """
    progress.stage("patients", "patients x arms")
    progress.expect(len(job.arms) * sum(map(len, chunks)))
    for chunk in workers.each(partial(follow, job), chunks):
        progress.finished(len(job.arms) * len(chunk.number))
        yield chunk


def frame_of(
    experiment: Experiment,
    prepared: Sequence[PreparedArm],
    job: CohortJob,
    found: tuple[Numbers, int],
    engine: Engine,
) -> CohortResult:
    """Return the result of a cohort without its patients.

    Parameters
    ----------
    experiment, prepared, job
        What is run.
    found
        Numbers of the patients, and how many were looked at to find them.
    engine
        What ran the simulations.

    Returns
    -------
    CohortResult
        Arms have no patients yet, and nothing was drawn.
    """
    settings = settings_of([each.arm.settings for each in prepared])
    first = prepared[0]
    trial = first.plan.trial
    units: dict[str, str] = {}
    for arm in job.arms:
        units |= {key: arm.population.unit(key) for key in arm.population.keys}
    return CohortResult(
        name=experiment.name,
        question=experiment.question,
        hypothesis=first.hypothesis.name,
        texts=texts_of(experiment, prepared),
        parameters=parameters_of(prepared),
        provenance={**provenance_of(engine, first), **_drift_of(job, engine)},
        number=found[0],
        screened=found[1],
        drawn={},
        drawn_units=units,
        control=control_arm(trial.control, [arm.name for arm in job.arms]) if trial else None,
        arms=tuple(map(_empty, job.arms, settings)),
        published=tuple(
            PublishedPoint(each.day, each.pain, each.low, each.high, each.label)
            for each in (trial.published if trial else ())
        ),
        crossovers=sequences_of(prepared),
    )


def _drift_of(job: CohortJob, engine: Engine) -> dict[str, str]:
    """Return which drift was read, and where it was measured if elsewhere."""
    given = {"drift measured by": engine.measured_by} if isinstance(engine, GivenTables) else {}
    return {"drift table": drift_digest(job), **given}


def _empty(job: CohortArmJob, settings: Mapping[str, Setting]) -> CohortArm:
    day, start_day = days_of(job)
    none = np.empty((0, len(day)), dtype=np.float32)
    column = np.empty(0, dtype=np.float32)
    return CohortArm(
        name=job.name,
        settings=settings,
        start_day=start_day,
        treated=job.treated_d is not None,
        day=day,
        pain=none,
        reported=none,
        amplified=none,
        outcome=column.astype(np.int8),
        relapse_day=column,
        treatments=column.astype(np.int16),
        treatment_days=column,
        failed=column.astype(bool),
        memory_efficacy=np.empty((0, 0), dtype=np.float32),
        recall=np.empty((0, 0), dtype=np.float32),
    )


def run_cohort(
    experiment: Experiment,
    prepared: Sequence[PreparedArm],
    engine: Engine,
    workers: Workers,
    progress: Progress,
) -> CohortResult:
    """Run an experiment on a cohort, in memory.

    Parameters
    ----------
    experiment, prepared
        From its file, and from :func:`prepare_cohort`.
    engine, workers
        What runs the simulations, and who follows patients.
    progress
        Told what is being done.

    Returns
    -------
    CohortResult
        Everything it gives.
    """
    job, found = ready(prepared, engine, workers, progress)
    frame = frame_of(experiment, prepared, job, found, engine)
    some = assayed_of(experiment, found[0])
    frame = replace(frame, assays=assay_patients(experiment, job, some, engine, progress))
    return whole(frame, list(run_chunks(job, chunks_of(found[0]), workers, progress)))


def whole(frame: CohortResult, chunks: Sequence[Chunk]) -> CohortResult:
    """Return the result of a cohort in memory.

    Parameters
    ----------
    frame
        From :func:`frame_of`.
    chunks
        All patients, in the order of their numbers.

    Returns
    -------
    CohortResult
        With them.
    """
    keys = chunks[0].drawn if chunks else ()
    names = [each.name for each in fields(ArmPart)]
    arms = tuple(
        replace(
            arm,
            **{
                name: np.concatenate([getattr(chunk.arms[place], name) for chunk in chunks])
                for name in names
            },
        )
        for place, arm in enumerate(frame.arms)
    )
    drawn = {key: np.concatenate([chunk.drawn[key] for chunk in chunks]) for key in keys}
    return replace(frame, drawn=drawn, arms=arms)
