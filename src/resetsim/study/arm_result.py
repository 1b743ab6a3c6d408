"""What is measured on an arm, and its result."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from resetsim.outcomes.summary import summary_row, taught_before
from resetsim.patients.periphery import days
from resetsim.protocols.registry import ASSAYS
from resetsim.records.result import ArmResult, AssayResult, DirectCourse
from resetsim.records.setting import Setting
from resetsim.spiking.task import Circuit, Recording, Task
from resetsim.streams import seed_for
from resetsim.study.arm import Courses, PreparedArm
from resetsim.study.assayed import Assayed, conditions_of, weighted_means
from resetsim.study.systems import PlasticSystem


@dataclass(frozen=True)
class AskedAssay:
    """An assay at one moment; arms that ask for equal ones share simulations and readings.

    Attributes
    ----------
    name
        Of the assay.
    circuit
        The network it is made on.
    settings
        Of its protocol.
    moment_d
        When, in days.
    seed
        It names neither arm nor unit: they are paired.
    assayed
        What it is made on.
    """

    name: str
    circuit: Circuit
    settings: tuple[tuple[str, float], ...]
    moment_d: float
    seed: int
    assayed: tuple[Assayed, ...]

    def tasks(self) -> list[Task]:
        """Return its simulations, those of each condition in turn."""
        make, protocol = ASSAYS[self.name].tasks, dict(self.settings)
        return [
            task
            for each in self.assayed
            for task in make(self.circuit, each.condition, protocol, self.seed)
        ]

    def result(self, recordings: Sequence[Recording]) -> AssayResult:
        """Read it.

        Parameters
        ----------
        recordings
            What its simulations gave, in their order.

        Returns
        -------
        AssayResult
            Readings, and the spikes of the unit in the middle.
        """
        model, protocol = self.circuit.model, dict(self.settings)
        size = len(recordings) // len(self.assayed)
        parts = [list(recordings[i * size : (i + 1) * size]) for i in range(len(self.assayed))]
        readings = [
            ASSAYS[self.name].read(model, each.condition, protocol, part)
            for each, part in zip(self.assayed, parts, strict=True)
        ]
        shown = next(
            part for each, part in zip(self.assayed, parts, strict=True) if each.in_the_middle
        )
        runs = [
            (f"{number}/{population}", recording, population)
            for number, recording in enumerate(shown)
            for population in recording.spike_index
        ]
        time_step_s = model.time_step.si_value
        return AssayResult(
            self.name,
            self.moment_d,
            weighted_means(readings, [each.weight for each in self.assayed]),
            time_step_s,
            {key: recording.spike_index[population] for key, recording, population in runs},
            {
                key: np.rint(recording.spike_time_s[population] / time_step_s).astype(np.int32)
                for key, recording, population in runs
            },
        )


def asked_assays(prepared: PreparedArm, courses: Courses) -> list[AskedAssay]:
    """Return the assays of an arm.

    Parameters
    ----------
    prepared
        The arm.
    courses
        Its slow states.

    Returns
    -------
    list of AskedAssay
        By time.
    """
    return [
        AskedAssay(
            name,
            _system_of(prepared, name).circuit,
            tuple(prepared.protocols[name].items()),
            moment,
            seed_for("assay", prepared.plan.seed, name, moment),
            tuple(conditions_of(prepared, courses, name, moment)),
        )
        for moment in prepared.moments_d
        for name in prepared.plan.follow_up.assays
    ]


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
