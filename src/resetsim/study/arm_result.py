"""What is measured on an arm, and its result."""

from collections.abc import Mapping

import numpy as np

from resetsim.outcomes.summary import summary_row, taught_before
from resetsim.patients.periphery import days
from resetsim.protocols.registry import ASSAYS
from resetsim.records.result import ArmResult, AssayResult, DirectCourse
from resetsim.records.setting import Setting
from resetsim.spiking.task import Recording, Task
from resetsim.streams import seed_for
from resetsim.study.arm import Courses, PreparedArm
from resetsim.study.assayed import conditions_of, weighted_means
from resetsim.study.systems import PlasticSystem


def assay_tasks(prepared: PreparedArm, courses: Courses) -> list[list[Task]]:
    """Return the simulations of all assays of an arm.

    Parameters
    ----------
    prepared
        The arm.
    courses
        Its slow states.

    Returns
    -------
    list of list of Task
        One list for each moment and assay, by time.
    """
    groups = []
    for moment, name in assays_of(prepared):
        circuit = _system_of(prepared, name).circuit
        # The seed names neither arm nor unit: they are paired.
        seed = seed_for("assay", prepared.plan.seed, name, moment)
        protocol = prepared.protocols[name]
        groups.append(
            [
                task
                for each in conditions_of(prepared, courses, name, moment)
                for task in ASSAYS[name].tasks(circuit, each.condition, protocol, seed)
            ]
        )
    return groups


def assays_of(prepared: PreparedArm) -> list[tuple[float, str]]:
    """Return which assays are made when.

    Parameters
    ----------
    prepared
        The arm.

    Returns
    -------
    list of tuple
        Moment in days, and name; by time.
    """
    return [
        (moment, name) for moment in prepared.moments_d for name in prepared.plan.follow_up.assays
    ]


def assay_result(
    prepared: PreparedArm, courses: Courses, moment_d: float, name: str, recordings: list[Recording]
) -> AssayResult:
    """Read one assay.

    Parameters
    ----------
    prepared, courses
        The arm and its slow states.
    moment_d
        When the assay was made, in days.
    name
        Of the assay.
    recordings
        What its simulations gave.

    Returns
    -------
    AssayResult
        Readings, and the spikes of the unit in the middle.
    """
    model, protocol = _system_of(prepared, name).model, prepared.protocols[name]
    conditions = conditions_of(prepared, courses, name, moment_d)
    size = len(recordings) // len(conditions)
    parts = [recordings[i * size : (i + 1) * size] for i in range(len(conditions))]
    readings = [
        ASSAYS[name].read(model, each.condition, protocol, part)
        for each, part in zip(conditions, parts, strict=True)
    ]
    shown = next(part for each, part in zip(conditions, parts, strict=True) if each.in_the_middle)
    runs = [
        (f"{number}/{population}", recording, population)
        for number, recording in enumerate(shown)
        for population in recording.spike_index
    ]
    time_step_s = model.time_step.si_value
    return AssayResult(
        name,
        moment_d,
        weighted_means(readings, [each.weight for each in conditions]),
        time_step_s,
        {key: recording.spike_index[population] for key, recording, population in runs},
        {
            key: np.rint(recording.spike_time_s[population] / time_step_s).astype(np.int32)
            for key, recording, population in runs
        },
    )


def arm_result(
    prepared: PreparedArm,
    courses: Courses,
    assays: tuple[AssayResult, ...],
    direct: tuple[DirectCourse, ...],
    settings: Mapping[str, Setting],
) -> ArmResult:
    """Put together what an arm gave.

    Parameters
    ----------
    prepared, courses
        The arm and its slow states.
    assays, direct
        What was measured and simulated directly.
    settings
        Values of the varied keys.

    Returns
    -------
    ArmResult
        With its row of the summary.
    """
    plan, patient = prepared.plan, prepared.patient
    treated = prepared.treated_d
    before = taught_before(patient, treated)
    row = summary_row(
        patient,
        treated,
        courses.pain_system,
        courses.pain,
        assays,
        before,
        courses.relapses,
        courses.band,
    )
    return ArmResult(
        prepared.arm.name,
        settings,
        row | {"seed": plan.seed},
        np.array([(each.start_d, each.end_d) for each in patient.dosings]).reshape(-1, 2),
        courses.pain_system,
        courses.pain,
        courses.band,
        courses.memory,
        assays,
        direct,
        np.array([days(each.at) for each in patient.learnings for _ in range(each.patterns)]),
        patient.units.inputs,
        patient.units.share_active,
    )


def _system_of(prepared: PreparedArm, assay: str) -> PlasticSystem:
    if ASSAYS[assay].system == "dorsal_horn":
        return prepared.dorsal_horn
    assert prepared.memory is not None  # checked with the file
    return prepared.memory
