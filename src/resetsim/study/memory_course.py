"""The slow course of a patient's memory."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from resetsim.declare.model import Model
from resetsim.declare.patient import Learning
from resetsim.patients.patient import Patient
from resetsim.patients.periphery import days
from resetsim.records.result import Course
from resetsim.slow.clock import course_times, integrate
from resetsim.slow.measure import Ranges
from resetsim.slow.system import Asked, SlowSystem
from resetsim.tissue.assemblies import assemblies_of
from resetsim.tissue.plasticity.dynamics import efficacy_of

Phases = NDArray[np.float64]
"""Of each slow unit, shape (assemblies + 1,)."""

Taught = Callable[[int, Learning, Phases, Phases], Phases]
"""From the number of patterns known, the session, and early and late phases before it to the early
phases after it."""


def memory_ranges(patient: Patient) -> Ranges:
    """Return the part of the drift table that a patient's memory visits.

    Parameters
    ----------
    patient
        Of the arm.

    Returns
    -------
    Ranges
        Piece by piece; the memory has no ongoing input from outside.
    """
    return [patient.memory_range_between(*piece) for piece in pairwise(_edges_d(patient))]


@dataclass(frozen=True, eq=False)
class MemorySystems:
    """Assemblies that have been learned may be replayed; all else only sees spontaneous activity.

    Attributes
    ----------
    learned, others
        What the averaged engine integrates.
    """

    learned: SlowSystem
    others: SlowSystem


def memory_course(
    systems: MemorySystems, model: Model, patient: Patient, taught: Taught, moments_d: list[float]
) -> Course:
    """Integrate the plasticity of the memory from the first learning, or an earlier assay, on.

    Parameters
    ----------
    systems
        The memory with its drift.
    model
        The same, as declared.
    patient
        Of the arm.
    taught
        What a session does.
    moments_d
        Moments that the course must have, in days.

    Returns
    -------
    Course
        Of every unit; an assembly that has not been learned yet is naive.
    """
    edges_d = _edges_d(patient)
    learned_d = [days(each.at) for each in patient.learnings]
    start_d = min(learned_d[0], *moments_d, patient.end_d)
    times_d = course_times(start_d, patient.end_d, [*edges_d, *learned_d, *moments_d])
    states = np.zeros((len(times_d), assemblies_of(model).count + 1, systems.learned.states))
    ends = [int(np.searchsorted(times_d, moment)) for moment in learned_d]
    known = 0
    for session, first, last in zip(
        patient.learnings, ends, [*ends[1:], len(times_d) - 1], strict=True
    ):
        now = states[first].copy()
        now[:, 0] = taught(known, session, now[:, 0], now[:, 1])
        known += session.patterns
        stretch = slice(first, last + 1)
        for system, units in (
            (systems.learned, slice(0, known)),
            (systems.others, slice(known, len(now))),
        ):
            asked = Asked(patient.memory_drive, times_d[stretch], now[units])
            states[stretch, units] = integrate(system, [asked])[0].states
    early, late = states[:, :, 0], states[:, :, 1]
    return Course(times_d, early, late, efficacy_of(systems.learned.constants)(early, late))


def _edges_d(patient: Patient) -> list[float]:
    first = days(patient.learnings[0].at)
    return [first, *(edge for edge in patient.edges_d if edge > first)]
