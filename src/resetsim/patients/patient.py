"""A patient: what happens to the body over the timeline, from an experiment file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from resetsim.body.dosing import HOURS_PER_DAY, Dosing
from resetsim.body.drug_action import Effects, effects_of
from resetsim.body.kinetics import plasma_and_effect_site
from resetsim.body.receptor_block import concentration_um
from resetsim.declare.axes import AXES, INHIBITION, INPUT, Axis, Point, place_of, targets
from resetsim.declare.hypothesis import DrugAction
from resetsim.declare.inhibition import Disinhibition, disinhibition_of
from resetsim.declare.model import Model
from resetsim.declare.patient import Conditioning, Learning
from resetsim.declare.plan import Plan
from resetsim.declare.quantities import Quantity
from resetsim.declare.units import units_of
from resetsim.patients.disinhibition import (
    NO_DISINHIBITION,
    DisinhibitionCourse,
    disinhibition_course,
)
from resetsim.patients.dosings import dosings_of, earlier_of
from resetsim.patients.periphery import InputCourse, days, input_course
from resetsim.patients.units import ONE_UNIT, Units, drawn_units
from resetsim.slow.drive import Array, Drive, DrugDrive, drug_drive, merged


@dataclass(frozen=True)
class Patient:
    """One patient of one arm.

    Attributes
    ----------
    periphery
        Ongoing C-fibre input, the mean over the painful area.
    dosings
        Treatments that have a duration and do something, in the order of time.
    earlier
        What was given before them.
    action
        What drugs act on.
    start_d, end_d
        The timeline, in days.
    start_late
        Late phase of pain plasticity at the start.
    conditionings
        Electrical stimulations, by time.
    learnings
        What is learned, by time.
    chloride
        How the injury takes inhibition away; None where it does not.
    units
        How the input is spread over the painful area.
    sensitivity
        How strongly the output of the dorsal horn is felt.
    """

    periphery: InputCourse
    dosings: tuple[Dosing, ...]
    action: DrugAction
    start_d: float
    end_d: float
    start_late: float
    conditionings: tuple[Conditioning, ...] = ()
    learnings: tuple[Learning, ...] = ()
    chloride: Disinhibition | None = None
    units: Units = ONE_UNIT
    sensitivity: float = 1.0
    earlier: tuple[Dosing, ...] = ()
    _disinhibition: dict[float, DisinhibitionCourse] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @cached_property
    def effects(self) -> Effects:
        """What the dosings do over the timeline, and what was given before them did."""
        return effects_of((*self.earlier, *self.dosings), self.action)

    def disinhibition(self, multiplier: float = 1.0) -> DisinhibitionCourse:
        """Return the loss of inhibition over the timeline.

        Parameters
        ----------
        multiplier
            Input of the unit in question, relative to the patient's.

        Returns
        -------
        DisinhibitionCourse
            Of that unit.
        """
        if self.chloride is None:
            return NO_DISINHIBITION
        if multiplier not in self._disinhibition:
            periphery = self.periphery.times(multiplier)
            course = disinhibition_course(self.chloride, periphery, self.start_d, self.end_d)
            self._disinhibition[multiplier] = course
        return self._disinhibition[multiplier]

    @property
    def hurts(self) -> bool:
        """Whether anything ever drives the dorsal horn, or has left a trace in it."""
        return bool(self.periphery.breakpoints_d) or self.start_late > 0

    def point(self, time_d: float, multiplier: float = 1.0) -> Point:
        """Return what acts on the dorsal horn at a time.

        Parameters
        ----------
        time_d
            In days.
        multiplier
            Input of the unit in question, relative to the patient's.

        Returns
        -------
        Point
            Where its drift is to be read.
        """
        treated = {
            axis.name: axis.at_effect(self.effects.on[name](time_d))
            for name, axis in targets().items()
        }
        untreated = {
            INPUT: multiplier * self.periphery(time_d),
            INHIBITION: self.disinhibition(multiplier)(time_d),
        }
        return Point(**untreated, **treated)

    def memory_point(self, time_d: float) -> Point:
        """Return what acts on the memory at a time.

        Parameters
        ----------
        time_d
            In days.

        Returns
        -------
        Point
            At rest along all axes that do not reach it.
        """
        return _in_memory(self.point(time_d))

    def point_before(self, time_d: float) -> Point:
        """Return what acts on the dorsal horn just before a time: other than at it only at a jump.

        Parameters
        ----------
        time_d
            In days.

        Returns
        -------
        Point
            Where its drift is to be read.
        """
        coordinates, _ = self.drive.at(time_d, before=True)
        return Point(*coordinates.tolist()).moved(**{INHIBITION: self.disinhibition()(time_d)})

    @cached_property
    def drive(self) -> Drive:
        """What acts on the dorsal horn over all time, loss of inhibition aside."""
        edges = merged([*self.periphery.breakpoints_d, *self.effects.breakpoints_d])
        rate, falling, falls = self.periphery.segments(edges)
        left, drugs = _driven(targets(), self.effects, edges)
        return Drive(
            edges,
            np.append(0.0, rate),
            np.append(0.0, falling),
            np.full(len(edges) + 1, falls),
            np.append(1.0, self.effects.kinase_block.fixed_left(edges)),
            left,
            drugs,
        )

    @cached_property
    def memory_drive(self) -> Drive:
        """What acts on the memory over all time: it has no ongoing input from outside."""
        reaching = {name: axis for name, axis in targets().items() if axis.reaches_memory}
        edges = merged([edge for name in reaching for edge in self.effects.on[name].breakpoints_d])
        left, drugs = _driven(reaching, self.effects, edges)
        none = np.zeros(len(edges) + 1)
        return Drive(edges, none, none, none, none + 1, left, drugs)

    def range_between(self, start_d: float, end_d: float) -> tuple[Point, Point]:
        """Return the lowest and highest of everything that acts on a unit with the mean input.

        Parameters
        ----------
        start_d, end_d
            From a time until just before another, in days.

        Returns
        -------
        tuple of Point
            Lowest and highest.
        """
        return self._ranges_between(start_d, end_d, (1.0,))[0]

    def ranges_between(self, start_d: float, end_d: float) -> list[tuple[Point, Point]]:
        """Return the same of each unit, and of the area without input where there is one.

        Parameters
        ----------
        start_d, end_d
            From a time until just before another, in days.

        Returns
        -------
        list of tuple of Point
            Lowest and highest of each.
        """
        silent = (0.0,) if self.units.share_active < 1 else ()
        return self._ranges_between(start_d, end_d, (*silent, *self.units.multiplier))

    def _ranges_between(
        self, start_d: float, end_d: float, multipliers: Sequence[float]
    ) -> list[tuple[Point, Point]]:
        low, high = {}, {}
        for name, axis in targets().items():
            effects = self.effects.on[name].range_between(start_d, end_d)
            low[axis.name], high[axis.name] = sorted(map(axis.at_effect, effects))
        least, most = self.periphery.range_between(start_d, end_d)
        ranges = []
        for multiplier in multipliers:
            low[INPUT], high[INPUT] = multiplier * least, multiplier * most
            lost = self.disinhibition(multiplier).range_between(start_d, end_d)
            low[INHIBITION], high[INHIBITION] = lost
            ranges.append((Point(**low), Point(**high)))
        return ranges

    def memory_range_between(self, start_d: float, end_d: float) -> tuple[Point, Point]:
        """Return the lowest and highest of everything that acts on the memory.

        Parameters
        ----------
        start_d, end_d
            From a time until just before another, in days.

        Returns
        -------
        tuple of Point
            Lowest and highest; at rest along all axes that do not reach it.
        """
        low, high = self.range_between(start_d, end_d)
        return _in_memory(low), _in_memory(high)

    def kinase(self, time_d: float) -> float:
        """Return the share of persistent kinases in the dorsal horn that no drug inhibits.

        Parameters
        ----------
        time_d
            In days.

        Returns
        -------
        float
            0 to 1.
        """
        return 1 - self.effects.kinase_block(time_d)

    def plasma_um(self, time_d: Sequence[float] | NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the concentration of drugs in plasma.

        Parameters
        ----------
        time_d
            In days.

        Returns
        -------
        array
            In umol/L, all drugs together.
        """
        total = np.zeros(len(time_d))
        times_h = np.asarray(time_d) * HOURS_PER_DAY
        for drug in dict.fromkeys(each.drug for each in self.dosings if each.drug is not None):
            infusions = [
                each.infusion for each in self.dosings if each.drug == drug and each.infusion
            ]
            plasma_mg_per_l, _ = plasma_and_effect_site(drug, infusions, times_h)
            total += concentration_um(drug, plasma_mg_per_l)
        return total

    @property
    def edges_d(self) -> list[float]:
        """Where the timeline begins, jumps and ends: rising, in days."""
        jumps = [*self.periphery.breakpoints_d, *self.effects.breakpoints_d]
        jumps += [days(each.at) for each in self.conditionings]
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
        longer = replace(last, end_d=last.start_d + duration_d)
        return replace(self, dosings=(*self.dosings[:-1], longer))

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


def _driven(
    axes: Mapping[str, Axis], effects: Effects, edges_d: Array
) -> tuple[Array, tuple[DrugDrive, ...]]:
    """Return what fixed effects leave between edges along every axis, and what drugs do."""
    left = np.ones((len(edges_d) + 1, len(AXES)))
    drugs: list[DrugDrive] = []
    for name, axis in axes.items():
        course, place = effects.on[name], place_of(axis.name)
        left[1:, place] = course.fixed_left(edges_d)
        drugs += [drug_drive(drug, place, edges_d) for drug in course.drugs]
    return left, tuple(drugs)


def _in_memory(point: Point) -> Point:
    reaching = {axis.name for axis in AXES.values() if axis.reaches_memory}
    return Point(**{name: at for name, at in point.named().items() if name in reaching})


def patient_of(plan: Plan, dorsal_horn: Model, action: DrugAction) -> Patient:
    """Return the patient of an arm.

    Parameters
    ----------
    plan
        The resolved arm.
    dorsal_horn
        Its model.
    action
        What drugs act on, from the hypothesis.

    Returns
    -------
    Patient
        The timeline starts at day 0, or earlier where the first event or assay is earlier.

    Raises
    ------
    InputError
        If a drug file cannot be used.
    """
    patient, lost = plan.patient, dorsal_horn.disinhibition
    chloride = disinhibition_of(lost, patient.disinhibition) if lost else None
    return Patient(
        input_course(patient),
        dosings_of(plan),
        action,
        min([0.0, *map(days, _moments(plan))]),
        days(plan.follow_up.until),
        patient.start.late_phase,
        tuple(sorted(patient.conditionings, key=lambda each: (days(each.at), each.protocol))),
        () if plan.memory is None else patient.learnings,
        chloride if plan.mechanisms.disinhibition else None,
        drawn_units(units_of(dorsal_horn.units, patient.units), plan.seed, patient.number),
        patient.sensitivity,
        earlier_of(plan),
    )


def _moments(plan: Plan) -> list[Quantity]:
    """Return when something happens to the dorsal horn, or is measured."""
    patient = plan.patient
    moments = [*plan.follow_up.at, *(treatment.at for treatment in plan.treatments)]
    moments += [flare_up.at for flare_up in patient.flare_ups]
    moments += [nerve_block.at for nerve_block in patient.nerve_blocks]
    moments += [conditioning.at for conditioning in patient.conditionings]
    return [*moments, patient.injury.at] if patient.injury is not None else moments
