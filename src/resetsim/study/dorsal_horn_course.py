"""The slow course of a patient's dorsal horn, and the pain that is read from it."""

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np

from resetsim.declare.axes import AXES, INHIBITION, INPUT, Point, place_of
from resetsim.declare.model import Model
from resetsim.declare.patient import Conditioning
from resetsim.outcomes.pain import pain
from resetsim.patients.patient import Patient
from resetsim.patients.periphery import days
from resetsim.records.result import Array, Course, PainCourse
from resetsim.slow.clock import TIGHT, course_times, integrate
from resetsim.slow.measure import Ranges
from resetsim.slow.sample import Drift
from resetsim.slow.system import Asked, SlowSystem, Solved
from resetsim.tissue.plasticity.dynamics import efficacy_of
from resetsim.tissue.units import si

Conditioned = Callable[[Conditioning, Array], Array]
"""From a conditioning and the states of units before it to their early phases after it."""

_FINEST = 2.0**-30
"""Of states: a tenth of what a step may be off. Digits beyond would be half of every result."""


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
    pieces, health = pairwise(patient.edges_d), Point()
    visited = (each for begin, end in pieces for each in patient.ranges_between(begin, end))
    return [(health, health), *visited]


def _none_expected(*_: object) -> Array:
    raise ValueError("this timeline was to have no conditioning")


def solved_dorsal_horn(
    system: SlowSystem,
    patient: Patient,
    moments_d: Sequence[float],
    conditioned: Conditioned = _none_expected,
    tolerance: float = TIGHT,
) -> tuple[Array, Solved]:
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
        What a conditioning does.
    tolerance
        Of each step.

    Returns
    -------
    tuple
        Moments of the course, in days, and the states of the patient's units there.
    """
    times_d = course_times(patient.start_d, patient.end_d, [*patient.edges_d, *moments_d])
    return times_d, solved_at(system, patient, times_d, conditioned, tolerance)


def solved_at(
    system: SlowSystem,
    patient: Patient,
    times_d: Array,
    conditioned: Conditioned,
    tolerance: float,
) -> Solved:
    """Return the same as :func:`solved_dorsal_horn`, at given moments.

    Parameters
    ----------
    system, patient, conditioned, tolerance
        As there.
    times_d
        Among them the ends of the timeline and every conditioning, in days.

    Returns
    -------
    Solved
        The states of the patient's units there.
    """
    # What the timeline begins with is young.
    state = system.naive(patient.units.count, late=patient.start_late)
    states = np.empty((len(times_d), *state.shape))
    output = np.empty((len(times_d), len(state)))
    ends = [int(np.searchsorted(times_d, days(each.at))) for each in patient.conditionings]
    for i, (first, last) in enumerate(pairwise([0, *ends, len(times_d) - 1])):
        stretch = slice(first, last + 1)
        asked = Asked(patient.drive, times_d[stretch], state, patient.units.inputs)
        (solved,) = integrate(system, [asked], tolerance)
        states[stretch], output[stretch] = solved
        state = solved.states[-1].copy()
        if i < len(ends):
            state[:, 0] = conditioned(patient.conditionings[i], state)
    return Solved(np.round(states / _FINEST) * _FINEST, output)


def dorsal_horn_course(system: SlowSystem, time_d: Array, solved: Solved) -> Course:
    """Return the plasticity of the dorsal horn.

    Parameters
    ----------
    system
        The dorsal horn with its drift.
    time_d, solved
        From :func:`solved_dorsal_horn`.

    Returns
    -------
    Course
        Of each unit.
    """
    early, late = solved.states[:, :, 0], solved.states[:, :, 1]
    return Course(time_d, early, late, efficacy_of(system.constants)(early, late))


def pain_course(
    system: SlowSystem, model: Model, patient: Patient, time_d: Array, solved: Solved
) -> PainCourse:
    """Read pain over the timeline from the output of the projection neurons.

    Parameters
    ----------
    system
        The dorsal horn with its drift.
    model
        The same, as declared.
    patient
        Of the arm.
    time_d, solved
        From :func:`solved_dorsal_horn`.

    Returns
    -------
    PainCourse
        At the moments of the course; where input or blockade jumps, just before the jump.
    """
    points, _ = patient.drive.at(time_d, before=True)
    states = dict(zip(system.equations.states, np.moveaxis(solved.states, -1, 0), strict=True))
    along = dict(zip(AXES, points.T, strict=True)) | {INHIBITION: states[INHIBITION]}
    output, pain_then = output_and_pain(system, model, patient, time_d, solved)
    return PainCourse(
        {axis.course: axis.from_rest(along[axis.name]) for axis in AXES.values()},
        patient.effects.relief.before(time_d),
        patient.plasma_um(time_d),
        states["potentiation"],
        output,
        pain_then,
    )


def output_and_pain(
    system: SlowSystem, model: Model, patient: Patient, time_d: Array, solved: Solved
) -> tuple[Array, Array]:
    """Return the output of the whole painful area, and the pain that it gives.

    Parameters
    ----------
    system, model, patient, time_d, solved
        As :func:`pain_course` takes them.

    Returns
    -------
    tuple of array
        In Hz, and on 0-10 with relief downstream; where input or blockade jumps, just before the
        jump.
    """
    points, _ = patient.drive.at(time_d, before=True)
    output = mean_output(system, patient, points, solved.output_hz)
    left = 1 - patient.effects.relief.before(time_d)
    return output, left * felt(system, model, patient, output)


def mean_output(system: SlowSystem, patient: Patient, points: Array, output_hz: Array) -> Array:
    """Return the output of the whole painful area, from which pain is read.

    Parameters
    ----------
    system
        The dorsal horn with its drift.
    patient
        Of the arm.
    points
        What acts, without loss of inhibition; shape (T, axes).
    output_hz
        Mean firing of the projection neurons of each active unit, in Hz; shape (T, units).

    Returns
    -------
    array
        In Hz; shape (T,). Where no fibre is active the tissue is healthy.
    """
    if patient.units.share_active == 1:
        return np.asarray(output_hz.mean(axis=1))
    silent = np.array(points)
    silent[:, [place_of(INPUT), place_of(INHIBITION)]] = 0.0
    drift = system.table.lookup(silent, np.ones(len(silent)))
    return patient.units.over_the_area(output_hz, drift[:, Drift._fields.index("output_hz")])


def felt(system: SlowSystem, model: Model, patient: Patient, output_hz: Array) -> Array:
    """Return the pain that an output of the dorsal horn gives, without relief downstream.

    Parameters
    ----------
    system
        The dorsal horn with its drift.
    model
        The same, as declared.
    patient
        Who feels it.
    output_hz
        Mean firing of the projection neurons, in Hz; any shape.

    Returns
    -------
    array
        On 0-10, same shape.

    Raises
    ------
    ValueError
        If the model does not say how pain is read.
    """
    if model.pain is None:
        raise ValueError("the model has no [pain]")
    healthy = system.table.lookup(Point(), 1.0)[Drift._fields.index("output_hz")]
    half_output_hz = si(model.pain.half_output) / patient.sensitivity
    return pain(output_hz, float(healthy), half_output_hz)
