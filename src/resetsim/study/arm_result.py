"""What is measured on an arm, and its result."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from resetsim.outcomes.summary import summary_row, taught_before
from resetsim.patients.periphery import days
from resetsim.protocols.assay import Condition
from resetsim.protocols.registry import ASSAYS
from resetsim.records.result import ArmResult, AssayResult, Course, DirectCourse
from resetsim.records.setting import Setting
from resetsim.spiking.task import Recording, Task
from resetsim.streams import seed_for
from resetsim.study.arm import Courses, PreparedArm
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
        system, course = _system_of(prepared, courses, name)
        condition = _condition(prepared, courses, course, moment)
        # The seed does not name the arm: arms are paired.
        seed = seed_for("assay", prepared.plan.seed, name, moment)
        protocol = prepared.protocols[name]
        groups.append(ASSAYS[name].tasks(system.circuit, condition, protocol, seed))
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
        Readings and spikes.
    """
    system, course = _system_of(prepared, courses, name)
    condition = _condition(prepared, courses, course, moment_d)
    runs = [
        (f"{number}/{population}", recording, population)
        for number, recording in enumerate(recordings)
        for population in recording.spike_index
    ]
    time_step_s = system.model.time_step.si_value
    return AssayResult(
        name,
        moment_d,
        tuple(ASSAYS[name].read(system.model, condition, prepared.protocols[name], recordings)),
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
    )
    return ArmResult(
        prepared.arm.name,
        settings,
        row | {"seed": plan.seed},
        np.array([(each.start_d, each.end_d) for each in patient.dosings]).reshape(-1, 2),
        courses.pain_system,
        courses.pain,
        courses.memory,
        assays,
        direct,
        np.array([days(each.at) for each in patient.learnings for _ in range(each.patterns)]),
    )


def _system_of(prepared: PreparedArm, courses: Courses, assay: str) -> tuple[PlasticSystem, Course]:
    if ASSAYS[assay].system == "dorsal_horn":
        return prepared.dorsal_horn, courses.pain_system
    assert prepared.memory is not None  # checked with the file
    assert courses.memory is not None
    return prepared.memory, courses.memory


def _condition(
    prepared: PreparedArm, courses: Courses, course: Course, moment_d: float
) -> Condition:
    # Arms whose states agree to the third digit share one simulation.
    def at(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.array([np.interp(moment_d, course.time_d, unit) for unit in values.T]).round(3)

    pain_d, potentiation = courses.pain_system.time_d, courses.pain.heterosynaptic
    heterosynaptic = float(np.interp(moment_d, pain_d, potentiation))
    return Condition(
        at(course.early),
        at(course.late),
        prepared.patient.point(moment_d).rounded(3),
        round(heterosynaptic, 3) if prepared.plan.mechanisms.heterosynaptic else 0.0,
        moment_d,
    )
