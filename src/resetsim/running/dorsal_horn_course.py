"""The slow course of a patient's dorsal horn, and the pain that is read from it."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from resetsim.agents.patient import Conditioning, Patient
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
from resetsim.drift.measure import Ranges
from resetsim.drift.sample import Point
from resetsim.networks.units import si
from resetsim.plasticity.dynamics import efficacy_of
from resetsim.results.result import Course, PainCourse
from resetsim.spec.model import Model

HEALTH = Point(0.0)


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
        patient.edges_d,
    )
    return [(HEALTH, HEALTH), *pieces]


def _none_expected(*_: object) -> float:
    raise ValueError("this timeline was to have no conditioning")


def dorsal_horn_course(
    system: SlowSystem,
    patient: Patient,
    moments_d: Sequence[float],
    conditioned: Callable[[Conditioning, State], float] = _none_expected,
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
    edges = patient.edges_d
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
    early, late = states[0][:, None], states[1][:, None]
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
