"""What a run will have to do, before it does any of it: simulations, patients, time and disk."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from resetsim.errors import InputError
from resetsim.slow.measure import Piece, Sampler, points_of
from resetsim.slow.saved import restore
from resetsim.spiking.engine import Engine
from resetsim.study.arm import PreparedArm
from resetsim.study.cohort import chunks_of
from resetsim.study.cohort_arm_job import BASELINE_D, DAILY_D
from resetsim.study.cohort_drift import visited_by_cohort
from resetsim.study.courses import visited_by_all

SIMULATION_S = 0.45
"""CPU time of a sampling run of the dorsal horn: ``docs/explanation/performance.md``."""
COURSE_S = 1.5e-3
"""The same of a patient of twenty units in one arm over 240 days with flare-ups."""
COHORT_S = 6.0
"""The same of tables, figures and report of any cohort."""
_REPORT_BYTES, _ARM_BYTES, _ARMS_DRAWN = 2.1e6, 0.3e6, 12  # report and figures
_FILE_BYTES = 0.1e6  # of ``result.h5`` without patients
_PROCESS_BYTES, _PATIENT_BYTES = 280e6, 130  # of memory; of a patient in each arm
_BYTES_A_READING = 8  # pain, reported pain and amplified units, compressed
_UNITS, _DAYS = 20, 240


@dataclass(frozen=True)
class WorkAhead:
    """What a run will have to do.

    Attributes
    ----------
    arms, patients
        Of the experiment; one patient without a cohort.
    nodes, missing
        Of drift tables: needed, and not measured yet; input rates may be refined besides.
    fewest, most
        Simulations for the missing ones: each is sampled until it is precise.
    assays
        How many are asked for; what they simulate depends on the states that come out.
    seconds
        CPU time of the fewest simulations and of the slow clock; assays aside.
    size_bytes
        Of the folder of a cohort; 0 without one.
    memory_bytes
        Of the process that puts a cohort together, at most; 0 without one.
    """

    arms: int
    patients: int
    nodes: int
    missing: int
    fewest: int
    most: int
    assays: int
    seconds: float
    size_bytes: int
    memory_bytes: int


def work_ahead(
    prepared: Sequence[PreparedArm], engine: Engine, shard: tuple[int, int] = (1, 1)
) -> WorkAhead:
    """Return what a run will have to do.

    Parameters
    ----------
    prepared
        The arms of an experiment.
    engine
        What would run the simulations.
    shard
        Which part of a cohort would be run, of how many.

    Returns
    -------
    WorkAhead
        Nothing is simulated to find out.

    Raises
    ------
    InputError
        If the shard has no patients.
    """
    first = prepared[0].plan
    patients = _patients(first.cohort.size, shard) if first.cohort else 1
    visited = visited_by_cohort(prepared) if first.cohort else visited_by_all(prepared)
    nodes, missing, fewest, most = _of_tables(visited, engine)
    asked = (len(arm.plan.follow_up.assays) * len(arm.plan.follow_up.at) for arm in prepared)
    assayed = min(first.cohort.assayed or 0, patients) if first.cohort else 1
    courses = patients * sum(map(_courses, prepared)) if first.cohort else 0.0
    size = memory = 0.0
    if first.cohort:
        size = _FILE_BYTES + _REPORT_BYTES + _ARM_BYTES * min(len(prepared), _ARMS_DRAWN)
        size += patients * sum(map(_bytes, prepared))
        memory = _PROCESS_BYTES + patients * len(prepared) * _PATIENT_BYTES
    return WorkAhead(
        len(prepared),
        patients,
        nodes,
        missing,
        fewest,
        most,
        sum(asked) * assayed,
        fewest * SIMULATION_S + courses * COURSE_S + (COHORT_S if first.cohort else 0),
        round(size),
        round(memory),
    )


def _patients(size: int, shard: tuple[int, int]) -> int:
    """Return how many patients a shard has."""
    found = sum(map(len, chunks_of(np.arange(size), shard)))
    if not found:
        raise InputError(f"--shard: number {shard[0]} has no patients; use fewer shards")
    return found


def _of_tables(
    visited: Mapping[Sampler, Sequence[Piece]], engine: Engine
) -> tuple[int, int, int, int]:
    nodes = missing = fewest = most = 0
    for sampler, ranges in visited.items():
        restore(sampler, engine)
        declared, *others = sampler.sampling.grid
        known = {point[0] for point in sampler.saved}
        needed = points_of((tuple(sorted({*declared, *known})), *others), ranges)
        lacking = needed - sampler.saved.keys() - sampler.measured.keys()
        runs = len(sampler.tasks(next(iter(needed)), 0)) * len(lacking)
        nodes, missing = nodes + len(needed), missing + len(lacking)
        fewest += runs * sampler.sampling.samples
        most += runs * sampler.sampling.samples_at_most
    return nodes, missing, fewest, most


def _courses(arm: PreparedArm) -> float:
    """Return how many typical courses an arm of one patient is."""
    patient = arm.patient
    return patient.units.count / _UNITS * (patient.end_d - patient.start_d) / _DAYS


def _bytes(arm: PreparedArm) -> float:
    treated = arm.treated_d or (0.0, 0.0)
    after = max(arm.patient.end_d - treated[1], 0.0)
    readings = BASELINE_D + min(after, DAILY_D) + max(after - DAILY_D, 0.0) / 3.5
    return _BYTES_A_READING * readings + 200
