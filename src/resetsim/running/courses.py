"""The slow course of one arm: dorsal horn and memory over the whole timeline."""

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from resetsim.agents.conditioning import (
    conditioned_early,
    conditioning_protocol,
    conditioning_task,
)
from resetsim.agents.learning import learned_early, learning_task
from resetsim.agents.patient import Conditioning, Patient
from resetsim.assays.assay import Condition
from resetsim.assays.pain import pain
from resetsim.drift.averaged import (
    SECONDS_PER_DAY,
    Drive,
    SlowSystem,
    State,
    course_times,
    integrate,
    visited,
)
from resetsim.drift.measure import Ranges, measure_nodes, measure_table, points_of
from resetsim.drift.sample import Point
from resetsim.networks.units import si
from resetsim.plasticity.dynamics import efficacy_of
from resetsim.results.result import Course, PainCourse
from resetsim.running.arm import Courses, PreparedArm
from resetsim.running.systems import PlasticSystem
from resetsim.simulation.engine import Engine
from resetsim.simulation.progress import Progress
from resetsim.simulation.streams import seed_for
from resetsim.simulation.task import Recording, Task
from resetsim.spec.model import Model

HEALTH = Point(0.0)


def all_courses(
    prepared: Sequence[PreparedArm], engine: Engine, progress: Progress
) -> list[Courses]:
    """Measure the drift that all arms visit, then integrate each arm.

    Parameters
    ----------
    prepared
        The arms of an experiment.
    engine
        What runs the simulations.
    progress
        Told what is being done.

    Returns
    -------
    list of Courses
        One for each arm; none depends on the other arms.
    """
    progress.stage("drift at frozen weights")
    for system, ranges in _visited_by_all(prepared).items():
        points = points_of(system.sampler, ranges, engine, progress)
        measure_nodes(system.sampler, points, engine, progress)
    taught = engine.run([_learning(arm) for arm in prepared if arm.memory], progress)
    recordings = iter(taught)
    return [
        _courses(arm, next(recordings) if arm.memory else None, engine, progress)
        for arm in prepared
    ]


def _visited_by_all(prepared: Sequence[PreparedArm]) -> dict[PlasticSystem, Ranges]:
    ranges: dict[PlasticSystem, Ranges] = {}
    for arm in prepared:
        visits = [(arm.dorsal_horn, dorsal_horn_ranges(arm.patient))]
        if arm.memory:
            visits.append((arm.memory, memory_ranges(arm.patient, arm.learned_d)))
        for system, visited_by_arm in visits:
            ranges[system] = [*ranges.get(system, ()), *visited_by_arm]
    return ranges


def _learning(arm: PreparedArm) -> Task:
    assert arm.memory is not None
    learning = arm.plan.patient.memory
    seed = seed_for("learning", arm.plan.seed)
    return learning_task(
        arm.memory.circuit, learning.patterns, learning.learned_under_blockade, seed
    )


def _courses(
    arm: PreparedArm, taught: Recording | None, engine: Engine, progress: Progress
) -> Courses:
    patient, horn = arm.patient, arm.dorsal_horn
    table = measure_table(horn.sampler, dorsal_horn_ranges(patient), engine, progress)
    slow = horn.with_table(table)
    course = dorsal_horn_course(
        slow, patient, arm.moments_d, partial(_conditioned, arm, engine, progress)
    )
    pain = pain_course(slow, horn.model, patient, course)
    if arm.memory is None or taught is None:
        return Courses(course, pain, None)
    ranges = memory_ranges(patient, arm.learned_d)
    memory = arm.memory.with_table(measure_table(arm.memory.sampler, ranges, engine, progress))
    early = learned_early(arm.memory.model, taught)
    learned = memory_course(memory, patient, arm.learned_d, early, arm.moments_d)
    return Courses(course, pain, learned)


def _conditioned(
    arm: PreparedArm, engine: Engine, progress: Progress, conditioning: Conditioning, state: State
) -> float:
    """Return the early phase after a conditioning, simulated with plastic synapses."""
    patient, horn = arm.patient, arm.dorsal_horn
    condition = Condition(
        np.array(state[:1]),
        np.array(state[1:2]),
        patient.blockade(conditioning.at_d),
        patient.periphery(conditioning.at_d),
        patient.disinhibition(conditioning.at_d),
    )
    protocol = conditioning_protocol(horn.model, conditioning.protocol)
    seed = seed_for("conditioning", arm.plan.seed, conditioning.protocol)
    task = conditioning_task(horn.circuit, condition, protocol, seed)
    return conditioned_early(horn.model, engine.run([task], progress)[0])


def edges_of(patient: Patient) -> list[float]:
    """Return where a patient's timeline begins, jumps and ends.

    Parameters
    ----------
    patient
        Of the arm.

    Returns
    -------
    list of float
        Rising, in days.
    """
    jumps = [*patient.periphery.breakpoints_d, *patient.blockade.breakpoints_d]
    jumps += [each.at_d for each in patient.conditionings]
    inside = {jump for jump in jumps if patient.start_d < jump < patient.end_d}
    return sorted({patient.start_d, patient.end_d, *inside})


def dorsal_horn_ranges(patient: Patient) -> Ranges:
    """Return the part of the drift table that a patient's dorsal horn visits.

    Parameters
    ----------
    patient
        Of the arm.

    Returns
    -------
    Ranges
        Piece by piece; health without input, from which pain is read, comes first.
    """
    pieces = visited(
        patient.periphery.range_between,
        patient.blockade.range_between,
        patient.disinhibition.range_between,
        edges_of(patient),
    )
    return [(HEALTH, HEALTH), *pieces]


def dorsal_horn_course(
    system: SlowSystem,
    patient: Patient,
    moments_d: Sequence[float],
    conditioned: Callable[[Conditioning, State], float],
) -> Course:
    """Integrate the plasticity of the dorsal horn.

    Parameters
    ----------
    system
        The dorsal horn with its drift.
    patient
        Of the arm.
    moments_d
        Moments that the course must have, in days.
    conditioned
        From a conditioning and the state before it to the early phase after it.

    Returns
    -------
    Course
        Of one slow unit.
    """
    edges = edges_of(patient)
    drive = Drive(patient.periphery, patient.blockade, patient.disinhibition, tuple(edges))
    times_d = course_times(patient.start_d, patient.end_d, [*edges, *moments_d])
    state = (0.0, patient.start_late, 0.0)
    states = np.empty((3, len(times_d)))
    first = 0
    for each in patient.conditionings:
        last = int(np.searchsorted(times_d, each.at_d))
        states[:, first : last + 1] = integrate(system, drive, state, times_d[first : last + 1])
        early, late, protein = states[:, last]
        state = (conditioned(each, (early, late, protein)), late, protein)
        first = last
    states[:, first:] = integrate(system, drive, state, times_d[first:])
    return _course(system, times_d, states[0][:, None], states[1][:, None])


def memory_ranges(patient: Patient, learned_d: float) -> Ranges:
    """Return the part of the drift table that a patient's memory visits.

    Parameters
    ----------
    patient
        Of the arm.
    learned_d
        When the memory begins, in days.

    Returns
    -------
    Ranges
        Piece by piece; spontaneous activity is the only input.
    """
    edges = [learned_d, *(edge for edge in edges_of(patient) if edge > learned_d)]
    return visited(_nothing_between, patient.blockade.range_between, _nothing_between, edges)


def _nothing_between(*_: float) -> tuple[float, float]:
    return 0.0, 0.0


def memory_course(
    system: SlowSystem,
    patient: Patient,
    learned_d: float,
    learned_early: NDArray[np.float64],
    moments_d: Sequence[float],
) -> Course:
    """Integrate the plasticity of the memory from the moment of learning.

    Parameters
    ----------
    system
        The memory with its drift.
    patient
        Of the arm.
    learned_d
        When the patterns were learned, in days.
    learned_early
        Early phase of each slow unit just after learning; shape (U,).
    moments_d
        Moments that the course must have, in days.

    Returns
    -------
    Course
        Of every unit, each driven by the spontaneous activity of the network.
    """
    edges = [edge for edge in edges_of(patient) if edge > learned_d]
    drive = Drive(lambda _: 0.0, patient.blockade, lambda _: 0.0, tuple(edges))
    times_d = course_times(learned_d, patient.end_d, [*edges, *moments_d])
    units = [integrate(system, drive, (float(early), 0.0, 0.0), times_d) for early in learned_early]
    early = np.stack([states[0] for states in units], axis=1)
    late = np.stack([states[1] for states in units], axis=1)
    return _course(system, times_d, early, late)


def _course(
    system: SlowSystem,
    times_d: NDArray[np.float64],
    early: NDArray[np.float64],
    late: NDArray[np.float64],
) -> Course:
    return Course(times_d, early, late, efficacy_of(system.constants)(early, late))


def pain_course(system: SlowSystem, model: Model, patient: Patient, course: Course) -> PainCourse:
    """Read pain over the timeline from the sampled output of the projection neurons.

    Parameters
    ----------
    system
        The dorsal horn with its drift.
    model
        The same, as declared.
    patient
        Of the arm.
    course
        Its plasticity.

    Returns
    -------
    PainCourse
        At the moments of the course; where input or blockade jumps, just before the jump.

    Raises
    ------
    ValueError
        If the model does not say how pain is read.
    """
    if model.pain is None:
        raise ValueError("the model has no [pain]")
    input_rate = np.array(
        [patient.periphery(float(np.nextafter(moment, -np.inf))) for moment in course.time_d]
    )
    blockade = np.array([patient.blockade.before(moment) for moment in course.time_d])
    disinhibition = np.array([patient.disinhibition(moment) for moment in course.time_d])
    drift = [
        system.table(Point(rate, 1 - blocked, loss), efficacy)
        for rate, blocked, loss, efficacy in zip(
            input_rate, blockade, disinhibition, course.efficacy[:, 0], strict=True
        )
    ]
    output = np.array([each.output_hz for each in drift])
    healthy = system.table(HEALTH, 1.0).output_hz
    inducing = np.array([each.inducing for each in drift])
    return PainCourse(
        input_rate,
        blockade,
        disinhibition,
        _heterosynaptic(model, course.time_d, inducing),
        output,
        pain(output, healthy, si(model.pain.half_output)),
    )


def _heterosynaptic(
    model: Model, time_d: NDArray[np.float64], inducing: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return heterosynaptic potentiation: each step is exact where its drive is constant."""
    potentiation = np.zeros(len(time_d))
    if model.heterosynaptic is None:
        return potentiation
    gain = si(model.heterosynaptic.potentiation_rate) * SECONDS_PER_DAY * inducing
    loss = SECONDS_PER_DAY / si(model.heterosynaptic.decay)
    for step, length_d in enumerate(np.diff(time_d)):
        rate = (gain[step] + gain[step + 1]) / 2
        settles_at = rate / (rate + loss)
        left = np.exp(-(rate + loss) * length_d)
        potentiation[step + 1] = settles_at + (potentiation[step] - settles_at) * left
    return potentiation
