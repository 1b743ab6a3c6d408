"""When pain and plasticity of an arm come back after treatment."""

from typing import NamedTuple

import numpy as np

from resetsim.declare.axes import INHIBITION, INPUT, place_of
from resetsim.declare.model import Model
from resetsim.outcomes.outcome import SOME_PAIN
from resetsim.patients.patient import Patient
from resetsim.records.result import Array
from resetsim.slow.clock import integrate
from resetsim.slow.events import relapse
from resetsim.slow.sample import Drift
from resetsim.slow.system import Asked, SlowSystem, Solved
from resetsim.study.dorsal_horn_course import felt, mean_output, output_and_pain
from resetsim.tissue.plasticity.dynamics import efficacy_of

_HARDLY_ANY_EFFICACY = 0.05  # above health


class Relapses(NamedTuple):
    """Moments from which something has come back, in days on the timeline; None where it has not.

    Attributes
    ----------
    pain, weight
        Of pain, and of efficacy above health.
    """

    pain: float | None = None
    weight: float | None = None


def relapses_of(
    system: SlowSystem,
    model: Model,
    patient: Patient,
    treated_d: tuple[float, float] | None,
    time_d: Array,
    solved: Solved,
) -> Relapses:
    """Return when pain and plasticity come back.

    Parameters
    ----------
    system
        The dorsal horn with its drift.
    model
        The same, as declared.
    patient
        Of the arm.
    treated_d
        Start of the first and end of the last treatment, in days; None without treatment.
    time_d, solved
        The course.

    Returns
    -------
    Relapses
        None where there was hardly any before treatment.
    """
    if treated_d is None:
        return Relapses()

    def states_within(after: int, moments_d: Array) -> Array:
        times = np.concatenate([time_d[after : after + 1], moments_d])
        times, places = np.unique(times, return_inverse=True)
        asked = Asked(patient.drive, times, solved.states[after], patient.units.inputs)
        (found,) = integrate(system, [asked])
        return found.states[places[1:]]

    def pain_within(after: int, moments_d: Array) -> Array:
        output = _output_after(system, patient, moments_d, states_within(after, moments_d))
        left = 1 - patient.effects.relief(moments_d)
        return left * felt(system, model, patient, output)

    def weight_within(after: int, moments_d: Array) -> Array:
        return _above_health(system, states_within(after, moments_d))

    _, pain = output_and_pain(system, model, patient, time_d, solved)
    weight = _above_health(system, solved.states)
    return Relapses(
        relapse(time_d, pain, treated_d, pain_within, SOME_PAIN),
        relapse(time_d, weight, treated_d, weight_within, _HARDLY_ANY_EFFICACY),
    )


def _above_health(system: SlowSystem, states: Array) -> Array:
    efficacy = efficacy_of(system.constants)(states[..., 0], states[..., 1])
    return np.asarray(efficacy.mean(axis=-1) - 1)


def _output_after(system: SlowSystem, patient: Patient, time_d: Array, states: Array) -> Array:
    """Return the output of the projection neurons, at a jump just after it."""
    acting, _ = patient.drive.at(time_d)
    points = np.repeat(acting[:, None], states.shape[1], axis=1)
    points[..., place_of(INPUT)] *= patient.units.inputs
    lost = system.equations.states.index(INHIBITION)
    points[..., place_of(INHIBITION)] = states[..., lost]
    efficacy = efficacy_of(system.constants)(states[..., 0], states[..., 1])
    output = system.table.lookup(points, efficacy)[..., Drift._fields.index("output_hz")]
    return mean_output(system, patient, acting, output)
