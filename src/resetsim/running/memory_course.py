"""The slow course of a patient's memory."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from resetsim.agents.patient import Patient
from resetsim.drift.averaged import Drive, SlowSystem, course_times, integrate, visited
from resetsim.drift.measure import Ranges
from resetsim.plasticity.dynamics import efficacy_of
from resetsim.results.result import Course


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
    edges = [learned_d, *(edge for edge in patient.edges_d if edge > learned_d)]
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
    edges = [edge for edge in patient.edges_d if edge > learned_d]
    drive = Drive(lambda _: 0.0, patient.blockade, lambda _: 0.0, tuple(edges))
    times_d = course_times(learned_d, patient.end_d, [*edges, *moments_d])
    units = [integrate(system, drive, (float(early), 0.0, 0.0), times_d) for early in learned_early]
    early = np.stack([states[0] for states in units], axis=1)
    late = np.stack([states[1] for states in units], axis=1)
    return Course(times_d, early, late, efficacy_of(system.constants)(early, late))
