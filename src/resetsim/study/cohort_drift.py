"""The drift that a cohort needs: untreated, and as far as any of its patients is treated."""

from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from resetsim.declare.axes import INHIBITION, INPUT, NMDA, Point, targets
from resetsim.declare.units import units_of
from resetsim.patients.many import planned
from resetsim.patients.many_effects import ManyEffects, effects_of_many
from resetsim.patients.periphery import days
from resetsim.progress import Progress
from resetsim.slow.measure import (
    Piece,
    Ranges,
    Sampler,
    grid_of,
    measure_nodes,
    measure_table,
    points_of,
)
from resetsim.slow.saved import keep, restore
from resetsim.slow.table import DriftTable
from resetsim.spiking.engine import Engine
from resetsim.study.arm import PreparedArm
from resetsim.study.cohort_arm_job import CohortArmJob
from resetsim.study.cohort_memory import CohortMemory, cohort_memories
from resetsim.study.cohort_prepared import CHUNK, CohortJob, Numbers, population_of
from resetsim.tissue.units import si

Array = NDArray[np.float64]
Stretch = dict[str, tuple[float, float]]
"""By target, between which effects patients are while the same treatments act."""

_LOOKED_AT = 200  # patients whose treatment is looked at before a run


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
        With tables that reach as far as any of them is treated, and with what patients remember.
    """
    progress.stage("drift under treatment")
    pieces = [_treated(arm, numbers) for arm in job.arms]
    known = _job(prepared, pieces, engine, progress)
    return CohortJob(
        tuple(
            replace(job, memories=_memories(arm, stretches, engine, progress))
            for arm, job, stretches in zip(prepared, known.arms, pieces, strict=True)
        )
    )


def _memories(
    arm: PreparedArm, stretches: Sequence[Stretch], engine: Engine, progress: Progress
) -> tuple[CohortMemory, ...]:
    system = arm.replayed or arm.memory
    if system is None:
        return ()
    table = measure_table(system.sampler, _memory_ranges(arm, stretches), engine, progress)
    return cohort_memories(arm, table, engine, progress)


def drift_digest(job: CohortJob) -> str:
    """Return a hash of all that a cohort reads: alike where it is alike to the last bit."""
    digest = sha256()
    of_memories = [each.system.table for arm in job.arms for each in arm.memories]
    for table in dict.fromkeys([*(arm.system.table for arm in job.arms), *of_memories]):
        assert isinstance(table, DriftTable)
        rows = sorted(zip(table.nodes, table.roots, strict=True), key=lambda row: row[0])
        digest.update(repr((table.grid, table.efficacies, [point for point, _ in rows])).encode())
        digest.update(b"".join(roots.tobytes() for _, roots in rows))
    for key, arrays in memories_of(job).items():
        digest.update(key.encode() + b"".join(arrays[name].tobytes() for name in sorted(arrays)))
    return digest.hexdigest()


def memories_of(job: CohortJob) -> dict[str, dict[str, Array]]:
    """Return what is simulated of the memories of a cohort besides their drift, by key."""
    return {
        each.key: {"early": each.early, "efficacy": each.efficacy, "recall": each.recall}
        for arm in job.arms
        for each in arm.memories
    }


def samplers_of(prepared: Sequence[PreparedArm]) -> tuple[Sampler, ...]:
    """Return whose drift a cohort needs."""
    memories = (arm.replayed or arm.memory for arm in prepared)
    systems = [*(arm.dorsal_horn for arm in prepared), *filter(None, memories)]
    return tuple(dict.fromkeys(system.sampler for system in systems))


def _treated(job: CohortArmJob, numbers: Numbers) -> list[Stretch]:
    """Return between which effects on each target patients are, stretch by stretch."""
    stretches: list[Stretch] = []
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


def _changing(job: CohortArmJob, effects: ManyEffects) -> Stretch:
    """Return the targets on which an effect is not one of a few: of a drug, or for a clinic."""
    clinic, until_d = job.plan.clinic, days(job.plan.follow_up.until)
    by_drugs = {target for target, _ in effects.drugs}
    span: Stretch = {}
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
    treated: Sequence[list[Stretch]],
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
    treated: Sequence[list[Stretch]],
) -> dict[Sampler, list[Piece]]:
    visited: dict[Sampler, list[Piece]] = {}
    for arm, stretches in zip(prepared, treated, strict=True):
        visited.setdefault(arm.dorsal_horn.sampler, []).extend(_ranges(arm, stretches))
        if memory := arm.replayed or arm.memory:
            visited.setdefault(memory.sampler, []).extend(_memory_ranges(arm, stretches))
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
        horn.with_table(table, arm.heterosynaptic, arm.patient.chloride),
        si(horn.model.pain.half_output),
    )


def visited_by_cohort(prepared: Sequence[PreparedArm]) -> dict[Sampler, list[Piece]]:
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


def _ranges(arm: PreparedArm, stretches: Sequence[Stretch]) -> Ranges:
    """Return what a cohort visits: any input, untreated and between the effects of treatment."""
    rates = arm.dorsal_horn.model.sampling.grid[0]
    lost = 1.0 if arm.plan.mechanisms.disinhibition else 0.0
    untreated = [(Point(), Point(**{INPUT: rates[-1], INHIBITION: lost}))]
    treated = (*_earlier(arm), *stretches)
    return untreated + [_stretch(each, rates[-1], lost) for each in treated]


def _earlier(arm: PreparedArm) -> list[Stretch]:
    """Return the blockade that patients have had before treatment."""
    history, key = arm.plan.patient.history, "patient.history.blockade"
    if history is None:
        return []
    population = population_of(arm)
    drawn = key in population.distributions
    return [{NMDA: (0.0, population.ends(key)[1] if drawn else history.blockade)}]


def _memory_ranges(arm: PreparedArm, stretches: Sequence[Stretch]) -> Ranges:
    """Return what memories visit: they have no input, and few effects reach them."""
    axes = targets()
    reaching = [
        {name: effects for name, effects in each.items() if axes[name].reaches_memory}
        for each in (*_earlier(arm), *stretches)
    ]
    return [(Point(), Point()), *(_stretch(each, 0.0, 0.0) for each in reaching if each)]


def _stretch(span: Stretch, highest_hz: float, lost: float) -> tuple[Point, Point]:
    low, high = {INPUT: 0.0, INHIBITION: 0.0}, {INPUT: highest_hz, INHIBITION: lost}
    for target, effects in span.items():
        axis = targets()[target]
        low[axis.name], high[axis.name] = sorted(map(axis.at_effect, effects))
    return Point(**low), Point(**high)
