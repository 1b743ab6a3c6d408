"""A patient: what happens to the body over the timeline, from an experiment file."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

from resetsim.agents.disinhibition import (
    NO_DISINHIBITION,
    DisinhibitionCourse,
    disinhibition_course,
)
from resetsim.agents.periphery import InputCourse, days, input_course
from resetsim.pharmacology.course import BlockadeCourse, blockade_course
from resetsim.pharmacology.dosing import Dosing
from resetsim.pharmacology.drug import read_drug
from resetsim.spec.model import Disinhibition, Model
from resetsim.spec.plan import Plan, Treatment
from resetsim.spec.quantities import Quantity


class Conditioning(NamedTuple):
    """Electrical stimulation of the nerve.

    Attributes
    ----------
    at_d
        When, in days.
    protocol
        Its name.
    """

    at_d: float
    protocol: str


@dataclass(frozen=True)
class Patient:
    """One patient of one arm.

    Attributes
    ----------
    periphery
        Ongoing C-fibre input.
    dosings
        Treatments that have a duration and block something, in the order of time.
    blockade
        What they do to NMDA receptors.
    start_d, end_d
        The timeline, in days.
    start_late
        Late phase of pain plasticity at the start.
    conditionings
        Electrical stimulations: time in days, and name of the protocol; by time.
    chloride
        How the injury takes inhibition away; None where it does not.
    """

    periphery: InputCourse
    dosings: tuple[Dosing, ...]
    blockade: BlockadeCourse
    start_d: float
    end_d: float
    start_late: float
    conditionings: tuple[Conditioning, ...] = ()
    chloride: Disinhibition | None = None

    @cached_property
    def disinhibition(self) -> DisinhibitionCourse:
        """Loss of inhibition over the timeline."""
        if self.chloride is None:
            return NO_DISINHIBITION
        return disinhibition_course(self.chloride, self.periphery, self.start_d, self.end_d)

    @property
    def edges_d(self) -> list[float]:
        """Where the timeline begins, jumps and ends: rising, in days."""
        jumps = [*self.periphery.breakpoints_d, *self.blockade.breakpoints_d]
        jumps += [each.at_d for each in self.conditionings]
        inside = {jump for jump in jumps if self.start_d < jump < self.end_d}
        return sorted({self.start_d, self.end_d, *inside})

    def with_last_duration(self, duration_d: float) -> "Patient":
        """Return the patient with another duration of the last treatment.

        Parameters
        ----------
        duration_d
            In days.

        Returns
        -------
        Patient
            The same in all else.
        """
        last = self.dosings[-1]
        dosings = (*self.dosings[:-1], replace(last, end_d=last.start_d + duration_d))
        return replace(self, dosings=dosings, blockade=blockade_course(dosings))

    def until(self, end_d: float) -> "Patient":
        """Return the patient with another end of the timeline.

        Parameters
        ----------
        end_d
            In days.

        Returns
        -------
        Patient
            The same in all else.
        """
        return replace(self, end_d=end_d)


def patient_of(plan: Plan, dorsal_horn: Model) -> Patient:
    """Return the patient of an arm.

    Parameters
    ----------
    plan
        The resolved arm.
    dorsal_horn
        Its model.

    Returns
    -------
    Patient
        The timeline starts at day 0, or earlier where the first event or assay is earlier.

    Raises
    ------
    InputError
        If a drug file cannot be used.
    """
    treatments = sorted(plan.treatments, key=lambda treatment: days(treatment.at))
    dosings = tuple(
        _dosing(each, plan.patient.weight)
        for each in treatments
        if each.duration.magnitude > 0 and each.blockade != 0
    )
    patient = plan.patient
    moments = [*plan.follow_up.at, *(treatment.at for treatment in treatments)]
    moments += [flare_up.at for flare_up in patient.flare_ups]
    moments += [nerve_block.at for nerve_block in patient.nerve_blocks]
    moments += [conditioning.at for conditioning in patient.conditionings]
    if patient.injury is not None:
        moments.append(patient.injury.at)
    return Patient(
        input_course(patient),
        dosings,
        blockade_course(dosings),
        min([0.0, *map(days, moments)]),
        days(plan.follow_up.until),
        patient.start.late_phase,
        tuple(sorted(Conditioning(days(each.at), each.protocol) for each in patient.conditionings)),
        dorsal_horn.disinhibition if plan.mechanisms.disinhibition else None,
    )


def _dosing(treatment: Treatment, weight: Quantity) -> Dosing:
    start_d = days(treatment.at)
    end_d = start_d + days(treatment.duration)
    if treatment.drug is None or treatment.dose is None:
        return Dosing(start_d, end_d, blockade=treatment.blockade)
    dose = treatment.dose / weight if treatment.dose.check("[mass]/[time]") else treatment.dose
    rate = float(dose.to("mg/kg/h").magnitude)
    return Dosing(start_d, end_d, drug=read_drug(treatment.drug), rate_mg_per_kg_h=rate)
