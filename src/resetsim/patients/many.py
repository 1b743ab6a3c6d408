"""Many patients of one arm as arrays: who they are, and what they are given.

The same as :mod:`resetsim.patients.patient` says of one; ``tests/unit/test_cohort.py`` compares
them.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from resetsim.body.dosing import Dosing
from resetsim.declare.drawable import DISINHIBITION, DRAWABLE, INJURED_AT, PLASTICITY, UNITS
from resetsim.declare.plan import Plan
from resetsim.declare.quantities import parse_quantity, si_magnitude
from resetsim.declare.treatment import Treatment
from resetsim.declare.units import Units as DeclaredUnits
from resetsim.patients.dosings import dosing_of, tolerated_part
from resetsim.patients.periphery import Extra, days, extras_of
from resetsim.patients.population import Drawn, Population

Array = NDArray[np.float64]

WORST = 10.0  # pain
EDGE_DIGITS = 9  # of a day: edges that are closer count as one


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
    tolerated
        Share of every dose of a drug that they tolerate; shape (P,).
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
    tolerated: Array
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
        tolerated=each("patient.tolerated", patient.tolerated),
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
    return drawn.get(INJURED_AT, np.full(count, typical_d)).round(EDGE_DIGITS)


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
    most_hz = DRAWABLE["patient.flare_ups.extra_rate"][1]
    return begins, begins + duration, np.minimum(extra * severity[:, None], most_hz)


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
    """Return a treatment as patients get it.

    A dose for the whole body is spread over theirs, and is as much of it as they tolerate.
    """
    whole = treatment.dose is not None and treatment.dose.check("[mass]/[time]")
    typical_kg = float(plan.patient.weight.m_as("kg"))
    factor = typical_kg / patients.weight_kg if whole else np.ones(patients.count)
    start_d, end_d = (np.full(patients.count, at) for at in (dosing.start_d, dosing.end_d))
    part = tolerated_part(treatment, patients.tolerated)
    return Given(dosing, start_d, end_d, factor * part)
