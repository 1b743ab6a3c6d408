"""The direct engine: the whole plastic network simulated, where shortened constants allow it.

With separation of time scales ``epsilon`` the slow constants are made 1/epsilon times slower than
the experiment declares, and so is its timeline. The averaged engine gives the same course for every
``epsilon``; the direct engine must come closer to it as ``epsilon`` falls.
"""

from collections.abc import Sequence

import numpy as np

from resetsim.body.dosing import Dosing
from resetsim.declare.axes import NMDA
from resetsim.declare.model import Model
from resetsim.declare.plan import Direct
from resetsim.declare.plasticity import Plasticity
from resetsim.errors import InputError
from resetsim.patients.patient import Patient
from resetsim.records.result import Course, DirectCourse
from resetsim.slow.system import SECONDS_PER_DAY
from resetsim.spiking.task import Circuit, Recording, Task
from resetsim.streams import seed_for
from resetsim.tissue.arguments import (
    Value,
    blockade_arguments,
    consolidation_arguments,
    model_arguments,
)
from resetsim.tissue.equations import MONITOR_STEP_S, SLOW_CONSTANTS
from resetsim.tissue.units import si

_LONGEST_S = 20_000.0


def check_direct(patient: Patient, direct: Direct) -> None:
    """Refuse what the direct engine cannot do.

    Parameters
    ----------
    patient
        Of the arm.
    direct
        What is asked for.

    Raises
    ------
    InputError
        If the input changes over the timeline, there are several units, the nerve is stimulated, a
        drug is given, there is more than one treatment, or the run would take some hours.
    """
    low, high = patient.periphery.range_between(patient.start_d, patient.end_d)
    if high - low > 1e-9:
        raise InputError(
            "direct: the direct engine needs a constant input: "
            "give patient.injury a residual_rate equal to its peak_rate, from the start"
        )
    if patient.units.count > 1:
        raise InputError(
            f"direct: found {patient.units.count} units; the direct engine simulates one patch: "
            "set patient.units.count to 1"
        )
    if patient.conditionings:
        raise InputError("direct: the direct engine takes no patient.conditioning")
    if len(patient.dosings) > 1 or any(map(_is_no_blockade, patient.dosings)):
        raise InputError("direct: the direct engine takes one treatment at most, as a blockade")
    longest = (patient.end_d - patient.start_d) * SECONDS_PER_DAY / min(direct.epsilon)
    if longest > _LONGEST_S:
        raise InputError(
            f"direct: at epsilon {min(direct.epsilon)} a run would simulate {longest:.0f} s; at "
            f"most {_LONGEST_S:.0f} s are possible: shorten follow_up.until and [plasticity]"
        )


def _is_no_blockade(dosing: Dosing) -> bool:
    return dosing.fixed_effect is None or dosing.acts_on != NMDA


def direct_tasks(circuit: Circuit, patient: Patient, direct: Direct, seed: int) -> list[Task]:
    """Return the runs of the direct engine for every separation of time scales and seed.

    Parameters
    ----------
    circuit
        The dorsal horn, with its maintenance rule compiled in.
    patient
        Of the arm.
    direct
        Separations and number of seeds.
    seed
        Of the experiment.

    Returns
    -------
    list of Task
        Grouped by separation.
    """
    return [
        Task(
            circuit,
            _arguments(circuit.model, patient, epsilon),
            (patient.end_d - patient.start_d) * SECONDS_PER_DAY / epsilon,
            seed_for("direct", seed, number),
            arrays=("course.mean_early", "course.mean_late"),
        )
        for epsilon, number in _runs(direct)
    ]


def direct_courses(
    model: Model,
    patient: Patient,
    direct: Direct,
    averaged: Course,
    recordings: Sequence[Recording],
) -> tuple[DirectCourse, ...]:
    """Read the runs of :func:`direct_tasks`.

    Parameters
    ----------
    model
        The dorsal horn.
    patient, direct
        As given there.
    averaged
        The averaged engine's course of the same arm.
    recordings
        What came back.

    Returns
    -------
    tuple of DirectCourse
        One for each run.
    """
    return tuple(
        _course(model, patient, epsilon, number, recording, averaged)
        for (epsilon, number), recording in zip(_runs(direct), recordings, strict=True)
    )


def _runs(direct: Direct) -> list[tuple[float, int]]:
    return [(epsilon, number) for epsilon in direct.epsilon for number in range(direct.seeds)]


def _arguments(model: Model, patient: Patient, epsilon: float) -> dict[str, Value]:
    plastic = model.plastic_connection
    arguments = model_arguments(model) | consolidation_arguments(model)
    for name, slowed in _slowed(model.plasticity, epsilon).items():
        owner = plastic.name if name in SLOW_CONSTANTS else plastic.target
        arguments[f"{owner}.{name}"] = slowed
    arguments[f"{plastic.target}.plastic"] = 1.0
    arguments[f"{plastic.name}.late"] = patient.start_late
    (multiplier,) = patient.units.multiplier
    arguments["c_fibre.background"] = multiplier * patient.periphery(patient.start_d)
    for dosing in patient.dosings:
        start, end = (
            (moment - patient.start_d) * SECONDS_PER_DAY / epsilon
            for moment in (dosing.start_d, dosing.end_d)
        )
        arguments |= blockade_arguments(model, dosing.fixed_effect or 0.0, start, end)
    return arguments


def _slowed(plasticity: Plasticity, epsilon: float) -> dict[str, float]:
    """Return every constant that has a time scale, 1/epsilon times slower."""
    slowed = {}
    for name in Plasticity.model_fields:
        parameter = getattr(plasticity, name)
        if parameter.value.check("[time]"):
            slowed[name] = si(parameter) / epsilon
        elif parameter.value.check("1/[time]"):
            slowed[name] = si(parameter) * epsilon
    return slowed


def _course(
    model: Model,
    patient: Patient,
    epsilon: float,
    number: int,
    recording: Recording,
    averaged: Course,
) -> DirectCourse:
    neurons = model.size(model.plastic_connection.target)
    early, late = (
        recording.arrays[name].reshape(-1, neurons)
        for name in ("course.mean_early", "course.mean_late")
    )
    elapsed_s = MONITOR_STEP_S * np.arange(len(late))
    time_d = np.asarray(patient.start_d + elapsed_s * epsilon / SECONDS_PER_DAY)
    return DirectCourse(
        epsilon,
        number,
        time_d,
        early.mean(axis=1),
        late.mean(axis=1),
        late.std(axis=1),
        np.interp(time_d, averaged.time_d, averaged.early[:, 0]),
        np.interp(time_d, averaged.time_d, averaged.late[:, 0]),
    )
