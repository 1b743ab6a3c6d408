"""Many patients of one arm as arrays: who they are, and what acts on them over time.

The same as :mod:`resetsim.patients.patient` says of one; ``tests/unit/test_cohort.py`` compares
them.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from resetsim.body.dosing import HOURS_PER_DAY, Dosing
from resetsim.body.drug_action import KINASES, acting_dosing
from resetsim.body.kinetics import shortest_and_longest_time_h
from resetsim.body.many_bodies import ManyDrugCourses, ManyInfusions
from resetsim.body.receptor_block import concentration_um
from resetsim.declare.axes import AXES, place_of, targets
from resetsim.declare.cohort import DISINHIBITION, INJURED_AT, PLASTICITY, UNITS
from resetsim.declare.drug import Drug
from resetsim.declare.hypothesis import PAIN, DrugAction
from resetsim.declare.plan import Plan
from resetsim.declare.quantities import parse_quantity, si_magnitude
from resetsim.declare.treatment import Treatment
from resetsim.declare.units import Units as DeclaredUnits
from resetsim.patients.dosings import dosing_of
from resetsim.patients.periphery import Extra, days, extras_of
from resetsim.patients.population import Drawn, Population
from resetsim.slow.batch import DrugColumns, rows

Array = NDArray[np.float64]

WORST = 10.0  # pain
_DIGITS = 9  # of a day: edges that are closer count as one
_LATER = 12  # moments after an infusion at which its effect may be highest


@dataclass(frozen=True, eq=False)
class Given:
    """One treatment of every patient.

    Attributes
    ----------
    dosing
        What is given; its own times do not count.
    start_d, end_d
        When, in days; both infinite for patients who do not get it; shape (P,).
    factor
        How much more of it than the dosing says; shape (P,).
    """

    dosing: Dosing
    start_d: Array
    end_d: Array
    factor: Array


@dataclass(frozen=True, eq=False)
class ManyPatients:
    """Patients of one arm.

    Attributes
    ----------
    drawn
        What was drawn for them, by dotted key; each of shape (P,).
    injury_d
        When they are injured, in days; infinity for never; shape (P,).
    earlier
        What they were treated with before the timeline's treatments.
    peak_hz, residual_hz, heals_with_d
        Of their injury; shape (P,).
    flare_start_d, flare_end_d, flare_hz
        Flare-ups, in days, infinite where a patient has had all, and the input they add; shape
        (P, F).
    extras
        Flare-ups and nerve blocks that all of them have.
    multiplier
        Input of each active unit, then of the area without input, relative to the patient's; shape
        (P, units + 1).
    share_active
        Share of the painful area that active units are; shape (P,).
    start_late
        Late phase at the start; shape (P,).
    weight_kg, clearance, volume
        Of their bodies, the latter relative to drug files; shape (P,).
    sensitivity
        How strongly they feel; shape (P,).
    avoidance
        Share of the input of the injury that is gone at the worst pain; shape (P,).
    constants
        Of slow plasticity and loss of inhibition that they have of their own, in SI units; each of
        shape (P,).
    """

    drawn: Drawn
    injury_d: Array
    earlier: tuple[Given, ...]
    peak_hz: Array
    residual_hz: Array
    heals_with_d: Array
    flare_start_d: Array
    flare_end_d: Array
    flare_hz: Array
    extras: tuple[Extra, ...]
    multiplier: Array
    share_active: Array
    start_late: Array
    weight_kg: Array
    clearance: Array
    volume: Array
    sensitivity: Array
    avoidance: Array
    constants: Drawn

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.residual_hz)

    def active(self, pain: Array) -> Array:
        """Return the share of the injury's input that activity leaves; pain has shape (P,)."""
        return 1 - self.avoidance * pain / WORST

    def hurting(self, pain: Array) -> "ManyPatients":
        """Return the patients with the input that their activity leaves; pain has shape (P,)."""
        left = self.active(pain)
        return replace(self, peak_hz=self.peak_hz * left, residual_hz=self.residual_hz * left)


def many_patients(
    plan: Plan, units: DeclaredUnits, population: Population, numbers: NDArray[np.int64]
) -> ManyPatients:
    """Return patients of an arm.

    Parameters
    ----------
    plan
        Of the arm, for the typical patient.
    units
        Of the typical patient.
    population
        All who could be patients.
    numbers
        Which of them; shape (P,).

    Returns
    -------
    ManyPatients
        Rates of nobody are above the peak of the injury.
    """
    drawn = population.drawn(numbers)
    patient, injury, count = plan.patient, plan.patient.injury, len(numbers)

    def each(key: str, typical: float) -> Array:
        return drawn.get(key, np.full(count, typical))

    residual = each(
        "patient.injury.residual_rate", injury.residual_rate.m_as("Hz") if injury else 0
    )
    peak = each("patient.injury.peak_rate", injury.peak_rate.m_as("Hz") if injury else 0)
    share = each("patient.units.share_active", units.share_active.si_value)
    spread = each("patient.units.spread", units.spread.si_value)
    inputs = population.multipliers(numbers, round(units.count.si_value), spread)
    start, end, extra = flare_ups_of(plan, population, numbers, drawn)
    return ManyPatients(
        drawn=drawn,
        injury_d=_injury_d(plan, drawn, count),
        earlier=_earlier(plan, population, numbers, drawn),
        peak_hz=np.maximum(peak, residual),
        residual_hz=residual,
        heals_with_d=each("patient.injury.heals_with", days(injury.heals_with) if injury else 1),
        flare_start_d=start,
        flare_end_d=end,
        flare_hz=extra,
        extras=extras_of(patient),
        multiplier=np.hstack([inputs / share[:, None], np.zeros((count, 1))]),
        share_active=share,
        start_late=each("patient.start.late_phase", patient.start.late_phase),
        weight_kg=each("patient.weight", patient.weight.m_as("kg")),
        clearance=each("patient.clearance", patient.clearance),
        volume=each("patient.volume", patient.volume),
        sensitivity=each("patient.sensitivity", patient.sensitivity),
        avoidance=each(
            "patient.behaviour.avoidance", patient.behaviour.avoidance if patient.behaviour else 0
        ),
        constants=_constants(drawn),
    )


def _constants(drawn: Drawn) -> Drawn:
    """Return what the slow clock takes from each patient, in SI units."""
    found = {}
    for key, value in drawn.items():
        table, _, name = key.rpartition(".")
        if table == PLASTICITY:
            found[name] = value
        elif table == DISINHIBITION:
            found[name] = value * si_magnitude(parse_quantity(f"1 {UNITS[key]}"))
    return found


def _injury_d(plan: Plan, drawn: Drawn, count: int) -> Array:
    injury = plan.patient.injury
    typical_d = days(injury.at) if injury else np.inf
    return drawn.get(INJURED_AT, np.full(count, typical_d)).round(_DIGITS)


def _earlier(
    plan: Plan, population: Population, numbers: NDArray[np.int64], drawn: Drawn
) -> tuple[Given, ...]:
    """Return the course that some have had before the first treatment of the file."""
    history = plan.patient.history
    if history is None:
        return ()

    def each(name: str, typical: float) -> Array:
        return drawn.get(f"patient.history.{name}", np.full(len(numbers), typical))

    first_d = min(days(treatment.at) for treatment in plan.treatments)
    had = population.uniforms("history", 0, numbers) < history.share
    end_d = first_d - each("ended", days(history.ended))
    start_d = end_d - each("duration", days(history.duration))
    whole = Dosing(0.0, 1.0, fixed_effect=1.0)
    blockade = each("blockade", history.blockade)
    start_d, end_d = (np.where(had, at, np.inf) for at in (start_d, end_d))
    return (Given(whole, start_d, end_d, blockade),)


def flare_ups_of(
    plan: Plan, population: Population, numbers: NDArray[np.int64], drawn: Drawn
) -> tuple[Array, Array, Array]:
    """Return when flare-ups start and end, and what they add: from the injury on.

    Parameters
    ----------
    plan, population, numbers
        As :func:`many_patients` takes them.
    drawn
        What these patients are like.

    Returns
    -------
    tuple of array
        In days, infinite where a patient has had all, and in Hz; each of shape (P, F).
    """
    process, injury = plan.patient.flare_process, plan.patient.injury
    if process is None:
        none = np.empty((len(numbers), 0))
        return none, none, none
    start_d = _injury_d(plan, drawn, len(numbers)) if injury else np.zeros(len(numbers))
    rate = drawn.get("patient.flare_ups.rate", np.full(len(numbers), process.rate.m_as("1/day")))
    end_d = days(plan.follow_up.until)
    begins, lasting, sizes = population.flare_ups(numbers, rate, start_d, end_d)
    typical_d, typical_hz = days(process.duration), float(process.extra_rate.m_as("Hz"))
    duration = population.of_flare_ups("patient.flare_ups.duration", lasting, typical_d)
    extra = population.of_flare_ups("patient.flare_ups.extra_rate", sizes, typical_hz)
    severity = drawn.get("patient.flare_ups.severity", np.full(len(numbers), process.severity))
    return begins, begins + duration, extra * severity[:, None]


def planned(plan: Plan, patients: ManyPatients) -> list[Given]:
    """Return the treatments of the file, as these patients get them.

    Parameters
    ----------
    plan
        Of the arm.
    patients
        Who is treated.

    Returns
    -------
    list of Given
        By time; those of no duration or no dose are not among them.
    """
    treatments = sorted(plan.treatments, key=lambda each: days(each.at))
    found = ((each, dosing_of(each, plan.patient.weight)) for each in treatments)
    return [given(plan, patients, each, dosing) for each, dosing in found if dosing is not None]


def given(plan: Plan, patients: ManyPatients, treatment: Treatment, dosing: Dosing) -> Given:
    """Return a treatment as patients get it: a dose for the whole body is spread over theirs."""
    whole = treatment.dose is not None and treatment.dose.check("[mass]/[time]")
    typical_kg = float(plan.patient.weight.m_as("kg"))
    factor = typical_kg / patients.weight_kg if whole else np.ones(patients.count)
    start_d, end_d = (np.full(patients.count, at) for at in (dosing.start_d, dosing.end_d))
    return Given(dosing, start_d, end_d, factor)


@dataclass(frozen=True, eq=False)
class ManyEffects:
    """What treatments do to many patients.

    Attributes
    ----------
    patients
        Who they are.
    fixed
        What acts on each target with a fixed effect.
    drugs
        The target of each drug, and its courses.
    """

    patients: ManyPatients
    fixed: Sequence[tuple[str, Given]]
    drugs: Sequence[tuple[str, ManyDrugCourses]]

    def left(self, target: str, time_d: Array, before: bool = False) -> Array:
        """Return the share that fixed effects on a target leave; of the times' shape (P, T)."""
        left = np.ones(time_d.shape)
        for name, each in self.fixed:
            if name != target:
                continue
            start, end = each.start_d[:, None], each.end_d[:, None]
            acts = (
                (start < time_d) & (time_d <= end) if before else (start <= time_d) & (time_d < end)
            )
            effect = np.minimum(_effect(each.dosing) * each.factor, 1.0)[:, None]
            left *= np.where(acts, 1 - effect, 1.0)
        return left

    def reaching(self, names: Collection[str]) -> "ManyEffects":
        """Return the effects on some targets alone."""
        fixed = [each for each in self.fixed if each[0] in names]
        return replace(self, fixed=fixed, drugs=[each for each in self.drugs if each[0] in names])

    def left_in_all(self, target: str, time_d: Array, before: bool = False) -> Array:
        """Return the share that drugs and fixed effects on a target leave; of the same shape."""
        left = self.left(target, time_d, before)
        for name, courses in self.drugs:
            if name == target:
                left = left * (1 - courses.before(time_d))
        return left

    def relief_before(self, time_d: Array) -> Array:
        """Return the pain taken away downstream just before some times; of their shape (P, T)."""
        return 1 - self.left_in_all(PAIN, time_d, before=True)

    @property
    def fixed_together(self) -> list[dict[str, float]]:
        """Fixed effects on targets of axes that act at the same time; all patients have the same.

        Of planned treatments, whose moments and fixed effects are the same for everybody.
        """
        edges = {edge for _, each in self.fixed for edge in (each.start_d[0], each.end_d[0])}
        moments = np.tile(sorted(edges), (self.patients.count, 1))
        found = {name: 1 - self.left(name, moments)[0] for name in targets()}
        return [
            {name: float(effect[place]) for name, effect in found.items() if effect[place]}
            for place in range(len(edges))
        ]

    def highest(self, target: str, until_d: float) -> float:
        """Return about the highest effect on a target that any patient ever has."""
        times = [each.end_d[:, None] for _, each in self.fixed]
        for _, courses in self.drugs:
            # At an effect site a drug still rises when its infusion has ended.
            shortest_h, longest_h = shortest_and_longest_time_h(courses.drug)
            later_h = np.append(0.0, np.geomspace(0.1 * shortest_h, longest_h, _LATER))
            times += [each.end_d[:, None] + later_h / HOURS_PER_DAY for each in courses.infusions]
        if not times:
            return 0.0
        moments = np.hstack(times)
        moments = np.where(np.isfinite(moments), np.minimum(moments, until_d), 0.0)
        return float(1 - self.left_in_all(target, moments, before=True).min(initial=1.0))


def _effect(dosing: Dosing) -> float:
    effect = dosing.kinase_block if dosing.fixed_effect is None else dosing.fixed_effect
    assert effect is not None
    return effect


def effects_of_many(
    patients: ManyPatients, treatments: Sequence[Given], action: DrugAction
) -> ManyEffects:
    """Return what treatments do, see :func:`resetsim.body.drug_action.effects_of`.

    Parameters
    ----------
    patients
        Who is treated.
    treatments
        All that are given.
    action
        Of blockers of NMDA receptors, from the hypothesis.

    Returns
    -------
    ManyEffects
        Over the timeline.
    """
    fixed, infusions = [], dict[tuple[str, Drug], list[ManyInfusions]]()
    for unrounded in treatments:
        # As the edges are rounded: what ends at an edge must not act beyond it.
        start_d, end_d = unrounded.start_d.round(_DIGITS), unrounded.end_d.round(_DIGITS)
        each = replace(unrounded, start_d=start_d, end_d=end_d)
        target, acting = acting_dosing(each.dosing, action)
        if acting.drug is None:
            fixed.append((target, replace(each, dosing=acting)))
            continue
        assert acting.rate_mg_per_kg_h is not None
        key = (target, acting.drug)
        rate = acting.rate_mg_per_kg_h * each.factor
        some = ManyInfusions(each.start_d, each.end_d, rate)
        infusions.setdefault(key, []).append(some)
    drugs = []
    for (target, drug), given_of_it in infusions.items():
        courses = ManyDrugCourses(drug, patients.clearance, patients.volume, given_of_it)
        drugs.append((target, courses))
    return ManyEffects(patients, fixed, drugs)


def driven(patients: ManyPatients, effects: ManyEffects) -> Array:
    """Return what acts on the dorsal horn over all time, loss of inhibition aside.

    Parameters
    ----------
    patients
        Who they are.
    effects
        What is done to them.

    Returns
    -------
    array
        Rows for :class:`resetsim.slow.batch.Batch`; shape (P, S, columns).
    """
    between = _between(_edges_of_input(patients), _edges_of(effects, patients.count))
    return _rows(effects, between, _input(patients, between.at))


def memory_driven(patients: ManyPatients, effects: ManyEffects) -> Array:
    """Return what acts on memories over all time: they have no ongoing input from outside.

    Parameters
    ----------
    patients, effects
        As :func:`driven` takes them.

    Returns
    -------
    array
        As there.
    """
    reaching = effects.reaching([name for name, axis in targets().items() if axis.reaches_memory])
    never = np.full((patients.count, 1), np.inf)
    between = _between(_edges_of(reaching, patients.count), never)
    none = np.zeros(between.at.shape)
    return _rows(reaching, between, (none, none, none))


class _Between(NamedTuple):
    """Stretches between edges, and when each is read: the first one long before."""

    starts: Array
    ends: Array
    at: Array


def _between(*jumps: Array) -> _Between:
    edges = np.sort(np.hstack(jumps).round(_DIGITS), axis=1)
    first = np.where(np.isfinite(edges[:, :1]), edges[:, :1], 0.0)
    starts, ends = np.hstack([first, edges]), np.hstack([edges, np.full_like(first, np.inf)])
    at = starts.copy()
    at[:, 0] = -np.inf
    return _Between(starts, ends, at)


def _rows(effects: ManyEffects, between: _Between, input_hz: tuple[Array, Array, Array]) -> Array:
    at = between.at
    left = np.ones((*at.shape, len(AXES)))
    for name, axis in targets().items():
        left[..., place_of(axis.name)] = effects.left(name, at)
    drugs = [
        _columns(courses, place_of(targets()[target].name), at)
        for target, courses in effects.drugs
        if target != PAIN
    ]
    return rows(between.starts, between.ends, input_hz, effects.left(KINASES, at), left, drugs)


def _edges_of_input(patients: ManyPatients) -> Array:
    """Return where the input jumps, infinite where a patient has had all; shape (P, E)."""
    own = [patients.flare_start_d, patients.flare_end_d]
    moments = [edge for each in patients.extras for edge in (each.start_d, each.end_d)]
    own.append(patients.injury_d[:, None])
    own.append(np.tile(moments, (patients.count, 1)))
    return np.hstack(own)


def _edges_of(effects: ManyEffects, count: int) -> Array:
    """Return where effects jump, infinite for who does not get them; shape (P, E)."""
    treatments = [each for _, each in effects.fixed]
    times = [when for each in treatments for when in (each.start_d, each.end_d)]
    for target, courses in effects.drugs:
        if target == PAIN:
            continue
        times += [when for each in courses.infusions for when in (each.start_d, each.end_d)]
        times.append(np.where(np.isfinite(courses.end_d), courses.end_d, np.inf))
    return np.hstack([np.empty((count, 0)), *(each[:, None] for each in times)])


def _input(patients: ManyPatients, at_d: Array) -> tuple[Array, Array, Array]:
    """Return what stays, what falls, and how fast, see ``InputCourse.segments``."""
    injury_d = patients.injury_d[:, None]
    injured = at_d >= injury_d
    since = np.where(injured & np.isfinite(at_d), at_d - injury_d, 0.0)
    per_d = (1 / patients.heals_with_d)[:, None]
    steady = np.where(injured, patients.residual_hz[:, None], 0.0)
    above = (patients.peak_hz - patients.residual_hz)[:, None]
    falling = np.where(injured, above, 0.0) * np.exp(-since * per_d)
    for start, end, extra in zip(
        patients.flare_start_d.round(_DIGITS).T,
        patients.flare_end_d.round(_DIGITS).T,
        patients.flare_hz.T,
        strict=True,
    ):
        now = (start[:, None] <= at_d) & (at_d < end[:, None])
        steady = steady + np.where(now, extra[:, None], 0.0)
    left = np.ones(at_d.shape)
    for each in patients.extras:
        now = (round(each.start_d, _DIGITS) <= at_d) & (at_d < round(each.end_d, _DIGITS))
        steady = steady + np.where(now, each.extra_rate_hz, 0.0)
        left = left * np.where(now, each.fraction_left, 1.0)
    return steady * left, falling * left, np.broadcast_to(per_d, at_d.shape)


def _columns(courses: ManyDrugCourses, acts_on: int, at_d: Array) -> DrugColumns:
    """Return a drug over segments, see :func:`resetsim.slow.drive.drug_drive`."""
    curve = courses.drug.receptor_block
    level, amplitude = courses.segments(np.where(np.isfinite(at_d), at_d, -1e9))
    nowhere = ~np.isfinite(at_d)
    with np.errstate(divide="ignore"):
        per_mg_l = concentration_um(courses.drug, 1.0) * curve.unbound_fraction.si_value
        half = float(np.divide(curve.ic50.value.m_as("uM"), per_mg_l))
    return DrugColumns(
        half,
        curve.hill_coefficient.si_value,
        curve.maximum_block.si_value,
        acts_on,
        np.where(nowhere, 0.0, level),
        courses.modes.falls_per_h * HOURS_PER_DAY,
        np.where(nowhere[..., None], 0.0, amplitude),
    )
