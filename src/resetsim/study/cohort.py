"""A cohort: patients found, then followed through every arm in chunks.

What a chunk gives depends on its patients alone. So chunks may be computed anywhere and in any
order, and kept one by one.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from resetsim.declare.experiment import Experiment
from resetsim.progress import Progress
from resetsim.records.cohort import ArmPart, Chunk, CohortArm, CohortResult, PublishedPoint
from resetsim.records.setting import Setting
from resetsim.slow.given import GivenTables
from resetsim.spiking.engine import Engine
from resetsim.study.arm import PreparedArm
from resetsim.study.cohort_arm import arm_part, days_of
from resetsim.study.cohort_arm_job import CohortArmJob
from resetsim.study.cohort_assays import assay_patients, assayed_of
from resetsim.study.cohort_drift import cohort_job, drift_digest, with_treatments
from resetsim.study.cohort_followed import Followed, beginning
from resetsim.study.cohort_prepared import CHUNK, CohortJob, Numbers, control_arm
from resetsim.study.crossovers import sequences_of
from resetsim.study.inclusion import find_patients
from resetsim.study.provenance import parameters_of, provenance_of, texts_of
from resetsim.study.settings import settings_of
from resetsim.study.workers import Workers


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
    trial = job.plan.trial
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
        expecting=trial is None or trial.blinded or job.is_given_something,
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
