"""The slow course of a patient's dorsal horn, and the pain that is read from it."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

from resetsim.declare.model import Model
from resetsim.outcomes.pain import pain
from resetsim.patients.patient import Conditioning, Patient
from resetsim.records.result import Course, PainCourse
from resetsim.slow.averaged import (
    SECONDS_PER_DAY,
    Drive,
    SlowSystem,
    State,
    course_times,
    integrate,
    visited,
)
from resetsim.slow.measure import Ranges
from resetsim.slow.sample import Point
from resetsim.tissue.plasticity.dynamics import constants_of, efficacy_of, slow_rates
from resetsim.tissue.plasticity.maintenance import MaintenanceRule
from resetsim.tissue.units import si

HEALTH = Point(0.0)
_STEP_D = 0.1  # of heterosynaptic potentiation: a kinase block of hours is not stepped over


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
    return [(HEALTH, HEALTH), *visited(patient.range_between, patient.edges_d)]


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
    drive = Drive(patient.point, tuple(edges), patient.kinase)
    times_d = course_times(patient.start_d, patient.end_d, [*edges, *moments_d])
    # What the timeline begins with is young.
    state: State = (0.0, patient.start_late, 0.0, 0.0)
    states = np.empty((len(state), len(times_d)))
    first = 0
    for each in patient.conditionings:
        last = int(np.searchsorted(times_d, each.at_d))
        states[:, first : last + 1] = integrate(system, drive, state, times_d[first : last + 1])
        early, late, protein, age = states[:, last]
        state = (conditioned(each, (early, late, protein, age)), late, protein, age)
        first = last
    states[:, first:] = integrate(system, drive, state, times_d[first:])
    early, late = states[0][:, None], states[1][:, None]
    return Course(times_d, early, late, efficacy_of(system.constants)(early, late))


def pain_course(
    system: SlowSystem, model: Model, rule: MaintenanceRule, patient: Patient, course: Course
) -> PainCourse:
    """Read pain over the timeline from the sampled output of the projection neurons.

    Parameters
    ----------
    system
        The dorsal horn with its drift.
    model
        The same, as declared.
    rule
        Maintenance of heterosynaptic potentiation.
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
    points = [patient.point_before(moment) for moment in course.time_d]
    drift = [
        system.table(point, efficacy)
        for point, efficacy in zip(points, course.efficacy[:, 0], strict=True)
    ]
    input_rate, nmda_free, disinhibition, descending = np.array(points).T
    relief = np.array([patient.effects.relief.before(moment) for moment in course.time_d])
    output = np.array([each.output_hz for each in drift])
    healthy = system.table(HEALTH, 1.0).output_hz
    inducing = np.array([each.inducing for each in drift])
    return PainCourse(
        input_rate,
        1 - nmda_free,
        disinhibition,
        descending,
        relief,
        patient.plasma_um(course.time_d),
        _heterosynaptic(model, rule, patient, course.time_d, inducing),
        output,
        (1 - relief) * pain(output, healthy, si(model.pain.half_output)),
    )


def _heterosynaptic(
    model: Model,
    rule: MaintenanceRule,
    patient: Patient,
    time_d: NDArray[np.float64],
    inducing: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return heterosynaptic potentiation: induced by calcium, kept by its maintenance rule."""
    if model.heterosynaptic is None:
        return np.zeros(len(time_d))
    constants = constants_of(model.plasticity) | {"late_decay": si(model.heterosynaptic.decay)}
    rates = slow_rates(rule, constants)
    gain = si(model.heterosynaptic.potentiation_rate)

    def change(moment_d: float, state: NDArray[np.float64]) -> list[float]:
        potentiation, age = state.tolist()
        induced = gain * np.interp(moment_d, time_d, inducing) * (1 - potentiation)
        kinase = patient.kinase(moment_d)
        _, kept, _, ageing = rates(0.0, potentiation, 0.0, age, 0.0, 0.0, kinase)
        return [(induced + kept) * SECONDS_PER_DAY, ageing * SECONDS_PER_DAY]

    span = (float(time_d[0]), float(time_d[-1]))
    solution = solve_ivp(
        change, span, [0.0, 0.0], "LSODA", t_eval=time_d, rtol=1e-6, atol=1e-6, max_step=_STEP_D
    )
    return np.asarray(solution.y[0])
