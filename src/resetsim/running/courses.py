"""The slow courses of all arms: drift is measured for all of them, then each is integrated."""

from collections.abc import Sequence
from functools import partial

import numpy as np

from resetsim.agents.conditioning import (
    conditioned_early,
    conditioning_protocol,
    conditioning_task,
)
from resetsim.agents.learning import learned_early, learning_task
from resetsim.agents.patient import Conditioning
from resetsim.assays.assay import Condition
from resetsim.drift.averaged import State
from resetsim.drift.measure import Ranges, measure_nodes, measure_table, points_of
from resetsim.running.arm import Courses, PreparedArm
from resetsim.running.dorsal_horn_course import (
    dorsal_horn_course,
    dorsal_horn_ranges,
    pain_course,
)
from resetsim.running.memory_course import memory_course, memory_ranges
from resetsim.running.systems import PlasticSystem
from resetsim.simulation.engine import Engine
from resetsim.simulation.progress import Progress
from resetsim.simulation.streams import seed_for
from resetsim.simulation.task import Recording, Task


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
