"""The slow courses of arms: drift is measured for all of them, then each is integrated."""

from collections.abc import Sequence
from functools import lru_cache, partial

import numpy as np

from resetsim.declare.patient import Conditioning, Learning
from resetsim.patients.periphery import days
from resetsim.progress import Progress
from resetsim.protocols.assay import Condition
from resetsim.protocols.conditioning import (
    conditioned_early,
    conditioning_protocol,
    conditioning_task,
)
from resetsim.protocols.learning import Session, learned_early, learning_task
from resetsim.records.result import PainBand
from resetsim.slow.drive import Array
from resetsim.slow.measure import (
    Piece,
    Sampler,
    grid_of,
    measure_nodes,
    measure_table,
    points_of,
)
from resetsim.slow.saved import keep, restore
from resetsim.slow.system import Solved
from resetsim.slow.table import DriftTable
from resetsim.spiking.engine import Engine
from resetsim.spiking.task import Circuit
from resetsim.store.answers import kept
from resetsim.store.digest import digest
from resetsim.streams import seed_for
from resetsim.study.arm import Courses, PreparedArm
from resetsim.study.determined import determined
from resetsim.study.dorsal_horn_course import (
    dorsal_horn_course,
    dorsal_horn_ranges,
    pain_course,
    solved_dorsal_horn,
)
from resetsim.study.memory_course import (
    MemorySystems,
    Phases,
    memory_course,
    memory_ranges,
)
from resetsim.study.relapses import relapses_of
from resetsim.study.uncertainty import pain_band
from resetsim.tissue.units import si


def measure_drift(prepared: Sequence[PreparedArm], engine: Engine, progress: Progress) -> None:
    """Measure the drift that all arms visit.

    Parameters
    ----------
    prepared
        The arms of an experiment.
    engine
        What runs the simulations.
    progress
        Told what is being done.
    """
    for sampler, ranges in visited_by_all(prepared).items():
        restore(sampler, engine)
        grid = grid_of(sampler, ranges, engine, progress)
        measure_nodes(sampler, points_of(grid, ranges), engine, progress)
        keep(sampler, engine)


def all_courses(
    prepared: Sequence[PreparedArm], engine: Engine, progress: Progress
) -> list[Courses]:
    """Measure the drift that all arms visit, then integrate each arm.

    Parameters
    ----------
    prepared, engine, progress
        As :func:`measure_drift` takes them.

    Returns
    -------
    list of Courses
        One for each arm; all in memory.
    """
    measure_drift(prepared, engine, progress)
    return [courses_of(arm, engine, progress) for arm in prepared]


def visited_by_all(prepared: Sequence[PreparedArm]) -> dict[Sampler, list[Piece]]:
    """Return what arms need of each drift table."""
    visited: dict[Sampler, list[Piece]] = {}
    for arm in prepared:
        visits = [(arm.dorsal_horn.sampler, dorsal_horn_ranges(arm.patient))]
        for memory in (arm.memory, arm.replayed):
            if memory is not None:
                visits.append((memory.sampler, memory_ranges(arm.patient)))
        for sampler, ranges in visits:
            visited.setdefault(sampler, []).extend(ranges)
    return visited


def courses_of(
    arm: PreparedArm, engine: Engine, progress: Progress, with_band: bool = True
) -> Courses:
    """Integrate an arm.

    Parameters
    ----------
    arm
        Of an experiment.
    engine
        What runs the simulations; those of :func:`measure_drift` are finished.
    progress
        Told what is being done.
    with_band
        Whether it is also found how far pain is settled.

    Returns
    -------
    Courses
        They do not depend on the other arms.
    """
    patient, horn = arm.patient, arm.dorsal_horn
    table = measure_table(horn.sampler, dorsal_horn_ranges(patient), engine, progress)
    slow = horn.with_table(table, arm.heterosynaptic, patient.chloride)
    conditioned = partial(_conditioned, arm, engine, progress)
    solved = solved_dorsal_horn(slow, patient, arm.moments_d, conditioned)
    course = dorsal_horn_course(slow, *solved)
    pain = pain_course(slow, horn.model, patient, *solved)
    band = _band(arm, engine, table, *solved) if with_band else None
    relapses = relapses_of(slow, horn.model, patient, arm.treated_d, *solved)
    if arm.memory is None:
        return Courses(course, pain, band, None, relapses)
    quiet, replayed = (
        system.with_table(measure_table(system.sampler, memory_ranges(patient), engine, progress))
        for system in (arm.memory, arm.replayed or arm.memory)
    )
    systems = MemorySystems(learned=replayed, others=quiet)
    taught = partial(_taught, arm, engine, progress)
    learned = memory_course(systems, arm.memory.model, patient, taught, arm.moments_d)
    return Courses(course, pain, band, learned, relapses)


def _band(
    arm: PreparedArm, engine: Engine, table: DriftTable, time_d: Array, solved: Solved
) -> PainBand:
    patient, horn = arm.patient, arm.dorsal_horn

    def found() -> PainBand:
        drawn = [
            horn.with_table(each, arm.heterosynaptic, patient.chloride)
            for each in horn.sampler.drawn_from(table)
        ]
        return pain_band(drawn, horn.model, patient, arm.treated_d, time_d, solved)

    if not engine.keep:
        return found()
    # Conditionings are simulations: what they did is in the course.
    course = digest([time_d, solved.states])
    return kept(b"band" + determined(engine, arm.plan, table) + course, found)


def _taught(
    arm: PreparedArm,
    engine: Engine,
    progress: Progress,
    known: int,
    learning: Learning,
    early: Phases,
    late: Phases,
) -> Phases:
    """Return the early phases after a learning session, simulated with plastic synapses."""
    assert arm.memory is not None
    session = Session(
        range(known, known + learning.patterns),
        tuple(early.round(3).tolist()),
        tuple(late.round(3).tolist()),
        arm.patient.memory_point(days(learning.at)).rounded(3),
        None if learning.duration is None else si(learning.duration),
    )
    seed = seed_for("learning", arm.plan.seed, known)
    # Mypy takes instances of protocols for unhashable.
    return learned(arm.memory.circuit, session, seed, engine, progress)  # type: ignore[arg-type]


@lru_cache  # arms share most of their sessions
def learned(
    circuit: Circuit, session: Session, seed: int, engine: Engine, progress: Progress
) -> Phases:
    """Return the early phases after a session.

    Parameters
    ----------
    circuit, session, seed
        What is taught to which memory.
    engine, progress
        What runs the simulation, and is told of it.

    Returns
    -------
    array
        Of each assembly, then of all other synapses.
    """
    task = learning_task(circuit, session, seed)
    return learned_early(circuit.model, engine.run([task], progress)[0])


def _conditioned(
    arm: PreparedArm, engine: Engine, progress: Progress, conditioning: Conditioning, states: Array
) -> Array:
    """Return the early phases after a conditioning, simulated with plastic synapses."""
    patient, horn = arm.patient, arm.dorsal_horn
    protocol = conditioning_protocol(horn.model, conditioning.protocol)
    seed = seed_for("conditioning", arm.plan.seed, conditioning.protocol)
    day = days(conditioning.at)
    points = [patient.point(day, multiplier) for multiplier in patient.units.multiplier]
    # Units that agree to the third digit share one simulation.
    keys = [
        (*state[:2].round(3).tolist(), *point.rounded(3))
        for state, point in zip(states, points, strict=True)
    ]
    first = {key: keys.index(key) for key in keys}
    tasks = [
        conditioning_task(
            horn.circuit,
            Condition(states[unit, :1], states[unit, 1:2], points[unit]),
            protocol,
            seed,
        )
        for unit in first.values()
    ]
    recordings = zip(first, engine.run(tasks, progress), strict=True)
    early = {key: conditioned_early(horn.model, recording) for key, recording in recordings}
    return np.array([early[key] for key in keys])
