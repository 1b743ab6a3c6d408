"""A cohort: drift measured once, patients found, then followed through every arm in chunks.

What a chunk gives depends on its patients alone. So chunks may be computed anywhere and in any
order, and kept one by one.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from resetsim.declare.axes import INHIBITION, INPUT, Point, targets
from resetsim.declare.experiment import Experiment
from resetsim.declare.quantities import written
from resetsim.declare.units import units_of
from resetsim.errors import InputError, nearest
from resetsim.patients.many import ManyEffects, effects_of_many, planned
from resetsim.patients.periphery import days
from resetsim.patients.population import Population
from resetsim.progress import Progress
from resetsim.records.cohort import ArmPart, Chunk, CohortArm, CohortResult, PublishedPoint
from resetsim.records.setting import Setting
from resetsim.slow.measure import Ranges, Sampler, grid_of, measure_nodes, measure_table, points_of
from resetsim.slow.saved import keep, restore
from resetsim.slow.table import DriftTable
from resetsim.spiking.engine import Engine
from resetsim.study.arm import PreparedArm, Systems
from resetsim.study.cohort_arm import (
    BASELINE_D,
    CohortArmJob,
    Followed,
    arm_part,
    beginning,
    days_of,
)
from resetsim.study.experiment import parameters_of, prepare, provenance_of, texts_of
from resetsim.study.settings import settings_of
from resetsim.study.workers import Workers
from resetsim.tissue.units import si

Numbers = NDArray[np.int64]

CHUNK = 200
SCREENED = 400
_LOOKED_AT = 200  # patients whose treatment is looked at before a run
_WEEK_D = 7.0


@dataclass(frozen=True, eq=False)
class CohortJob:
    """An experiment on a cohort, ready for workers.

    Attributes
    ----------
    arms
        In the order of the file.
    """

    arms: tuple[CohortArmJob, ...]

    @property
    def size(self) -> int:
        """How many patients are wanted."""
        assert self.arms[0].plan.cohort is not None
        return self.arms[0].plan.cohort.size


def prepare_cohort(
    experiment: Experiment, systems: Systems | None = None
) -> tuple[PreparedArm, ...]:
    """Read and check everything that an experiment on a cohort names, before anything is run.

    Parameters
    ----------
    experiment
        From its file.
    systems
        What other experiments have measured already.

    Returns
    -------
    tuple of PreparedArm
        Of the typical patient.

    Raises
    ------
    InputError
        If anything cannot be used; the message names the place.
    """
    prepared = prepare(experiment, systems)
    for arm in prepared:
        if problem := _problem(arm, [each.name for each in experiment.arms]):
            raise InputError(f"{experiment.path}: {problem}")
        try:
            population_of(arm).drawn(np.zeros(1, dtype=np.int64))
        except InputError as error:  # impossible correlations
            raise InputError(f"{experiment.path}: {error}") from None
    return prepared


def _problem(arm: PreparedArm, names: Sequence[str]) -> str | None:
    plan = arm.plan
    without = {
        "memory": plan.memory,
        "direct": plan.direct,
        "patient.conditioning": plan.patient.conditionings or None,
        "patient.number": plan.patient.number,
    }
    for key, value in without.items():
        if value is not None:
            return f"{key}: not possible with a [cohort]; 'resetsim run --patient' has one patient"
    if plan.clinic is not None and not plan.treatments:
        return "clinic: without a [[treatment]] there is nothing to give again"
    if plan.clinic is not None and plan.treatments[-1].kinase_block is not None:
        return "clinic: cannot give a kinase_block again"
    if arm.arm.name == names[0] and (problem := _lasting_problem(arm)):
        return problem
    control = plan.trial.control if plan.trial else None
    if control is not None and control_arm(control, names) is None:
        return f"trial.control: no arm is named '{control}'; {nearest(control, names)}"
    return None


def control_arm(named: str | None, names: Sequence[str]) -> str | None:
    """Return the arm that a file calls control: where more varies, the first that is that arm too.

    ``dose=0 mg per h`` is the control, and so is ``dose=0 mg per h, duration=1 day``.
    """
    if named is None:
        return None
    parts = set(named.split(", "))
    return next((name for name in names if parts <= set(name.split(", "))), None)


def _lasting_problem(arm: PreparedArm) -> str | None:
    """Return what is wrong with pain that must have lasted, in the arm that it is looked at in."""
    plan, treated = arm.plan, arm.treated_d
    assert plan.cohort is not None
    if plan.cohort.include is None or plan.cohort.include.lasting is None:
        return None
    injury, lasting = plan.patient.injury, plan.cohort.include.lasting
    start_d = min(0.0, days(injury.at)) if injury else 0.0
    before_d = treated[0] - start_d if treated else 0.0
    if days(lasting) <= before_d:
        return None
    return (
        f"cohort.include.lasting: found '{written(lasting)}', but the timeline has {before_d:g} "
        "days before treatment"
    )


def population_of(arm: PreparedArm) -> Population:
    """Return all who could be patients of an arm."""
    assert arm.plan.cohort is not None
    return Population(arm.plan.seed, dict(arm.arm.drawn), arm.plan.cohort.correlations)


def cohort_job(prepared: Sequence[PreparedArm], engine: Engine, progress: Progress) -> CohortJob:
    """Measure the drift that untreated patients need.

    Parameters
    ----------
    prepared
        From :func:`prepare_cohort`.
    engine
        What runs the simulations.
    progress
        Told what is being done.

    Returns
    -------
    CohortJob
        Fit to find patients with; :func:`with_treatments` makes it fit to treat them.
    """
    progress.stage("drift at frozen weights")
    return _job(prepared, [[] for _ in prepared], engine, progress)


def with_treatments(
    prepared: Sequence[PreparedArm],
    job: CohortJob,
    numbers: Numbers,
    engine: Engine,
    progress: Progress,
) -> CohortJob:
    """Measure the drift that treated patients need, too.

    Parameters
    ----------
    prepared, engine, progress
        As :func:`cohort_job` takes them.
    job
        From there.
    numbers
        Who is treated.

    Returns
    -------
    CohortJob
        With tables that reach as far as any of them is treated.
    """
    progress.stage("drift under treatment")
    pieces = [_treated(arm, numbers) for arm in job.arms]
    return _job(prepared, pieces, engine, progress)


def _treated(job: CohortArmJob, numbers: Numbers) -> list[dict[str, tuple[float, float]]]:
    """Return between which effects on each target patients are, stretch by stretch."""
    stretches: list[dict[str, tuple[float, float]]] = []
    for first in range(0, len(numbers), 10 * CHUNK):
        patients = job.patients(numbers[first : first + 10 * CHUNK])
        effects = effects_of_many(patients, planned(job.plan, patients), job.action)
        changing = _changing(job, effects)
        fixed = (effects.fixed_together if first == 0 else []) + [{}]
        for together in fixed:
            constant = {name: (effect, effect) for name, effect in together.items()}
            if (span := constant | changing) and span not in stretches:
                stretches.append(span)
    return stretches


def _changing(job: CohortArmJob, effects: ManyEffects) -> dict[str, tuple[float, float]]:
    """Return the targets on which an effect is not one of a few: of a drug, or for a clinic."""
    clinic, until_d = job.plan.clinic, days(job.plan.follow_up.until)
    by_drugs = {target for target, _ in effects.drugs}
    span = {}
    for name in targets():
        if not (highest := effects.highest(name, until_d)):
            continue
        other_doses = clinic is not None and (clinic.rule or clinic.dose_factor != 1)
        adds_up = clinic is not None and (name in by_drugs or clinic.rule or clinic.dose_factor > 1)
        if name in by_drugs or other_doses:
            span[name] = (0.0, 1.0 if adds_up else highest)
    return span


def _job(
    prepared: Sequence[PreparedArm],
    treated: Sequence[list[dict[str, tuple[float, float]]]],
    engine: Engine,
    progress: Progress,
) -> CohortJob:
    tables = {}
    for sampler, whole in _visited(prepared, treated).items():
        restore(sampler, engine)
        grid = grid_of(sampler, whole, engine, progress)
        measure_nodes(sampler, points_of(grid, whole), engine, progress)
        keep(sampler, engine)
        tables[sampler] = measure_table(sampler, whole, engine, progress)
    return CohortJob(tuple(_arm_job(arm, tables[arm.dorsal_horn.sampler]) for arm in prepared))


def _visited(
    prepared: Sequence[PreparedArm],
    treated: Sequence[list[dict[str, tuple[float, float]]]],
) -> dict[Sampler, list[tuple[Point, Point]]]:
    visited: dict[Sampler, list[tuple[Point, Point]]] = {}
    for arm, stretches in zip(prepared, treated, strict=True):
        visited.setdefault(arm.dorsal_horn.sampler, []).extend(_ranges(arm, stretches))
    return visited


def _arm_job(arm: PreparedArm, table: DriftTable) -> CohortArmJob:
    horn, plan = arm.dorsal_horn, arm.plan
    assert horn.model.pain is not None
    return CohortArmJob(
        arm.arm.name,
        plan,
        population_of(arm),
        units_of(horn.model.units, plan.patient.units),
        arm.hypothesis.drug,
        horn.with_table(table, arm.heterosynaptic, plan.mechanisms.disinhibition),
        si(horn.model.pain.half_output),
    )


def visited_by_cohort(prepared: Sequence[PreparedArm]) -> dict[Sampler, list[tuple[Point, Point]]]:
    """Return what a cohort will need of each drift table, before anything is run.

    Parameters
    ----------
    prepared
        From :func:`prepare_cohort`.

    Returns
    -------
    dict
        Pieces of each table; how much drugs do is taken from the first patients, included or not.
    """
    first = np.arange(min(_LOOKED_AT, _size(prepared)))
    empty = (
        arm.dorsal_horn.sampler.table_of(arm.dorsal_horn.sampler.sampling.grid, {})
        for arm in prepared
    )
    jobs = map(_arm_job, prepared, empty)
    return _visited(prepared, [_treated(job, first) for job in jobs])


def _size(prepared: Sequence[PreparedArm]) -> int:
    cohort = prepared[0].plan.cohort
    assert cohort is not None
    return cohort.size


def _ranges(arm: PreparedArm, stretches: Sequence[dict[str, tuple[float, float]]]) -> Ranges:
    """Return what a cohort visits: any input, untreated and between the effects of treatment."""
    rates = arm.dorsal_horn.model.sampling.grid[0]
    lost = 1.0 if arm.plan.mechanisms.disinhibition else 0.0
    untreated = [(Point(), Point(**{INPUT: rates[-1], INHIBITION: lost}))]
    return untreated + [_stretch(each, rates[-1], lost) for each in stretches]


def _stretch(
    span: dict[str, tuple[float, float]], highest_hz: float, lost: float
) -> tuple[Point, Point]:
    low, high = {INPUT: 0.0, INHIBITION: 0.0}, {INPUT: highest_hz, INHIBITION: lost}
    for target, effects in span.items():
        axis = targets()[target]
        low[axis.name], high[axis.name] = sorted(map(axis.at_effect, effects))
    return Point(**low), Point(**high)


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


def _included(job: CohortArmJob, at_once: int, limit: int, first: int) -> Numbers:
    """Return who is included of the next patients from a number on."""
    numbers = np.arange(first, min(first + at_once, limit))
    cohort = job.plan.cohort
    assert cohort is not None
    assert cohort.include is not None
    rule, week = cohort.include, job.read_before(BASELINE_D, 1.0)
    since = np.empty(0)
    if rule.lasting is not None:
        since = job.read_before(days(rule.lasting), _WEEK_D)
    moments = np.unique(np.concatenate([[job.start_d], week, since]))
    course = beginning(job, job.patients(numbers), moments)
    enough = _pain_at(course, week).mean(axis=1) >= rule.pain_at_least
    if rule.lasting is not None:
        enough &= (_pain_at(course, since) >= rule.pain_at_least).all(axis=1)
    return np.asarray(numbers[enough])


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
        provenance=provenance_of(engine, first),
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
    )


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
    job = cohort_job(prepared, engine, progress)
    found = find_patients(job, workers, progress)
    job = with_treatments(prepared, job, found[0], engine, progress)
    frame = frame_of(experiment, prepared, job, found, engine)
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
