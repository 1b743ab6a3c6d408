"""From the treatments of an arm to dosings of its patient."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from resetsim.body.dosing import Dosing
from resetsim.declare.drug import Drug, read_drug
from resetsim.declare.patient import PatientTable
from resetsim.declare.plan import Plan
from resetsim.declare.quantities import Quantity
from resetsim.declare.treatment import Treatment
from resetsim.patients.periphery import days


def dosings_of(plan: Plan) -> tuple[Dosing, ...]:
    """Return the treatments of an arm that have a duration and do something, by time.

    Parameters
    ----------
    plan
        The resolved arm.

    Returns
    -------
    tuple of Dosing
        Doses as rates per body weight, as far as the patient tolerates them.

    Raises
    ------
    InputError
        If a drug file cannot be used.
    """
    patient = plan.patient
    treatments = sorted(plan.treatments, key=lambda treatment: days(treatment.at))
    found = ((each, dosing_of(each, patient.weight)) for each in treatments)
    return tuple(_given_to(patient, each, dosing) for each, dosing in found if dosing is not None)


def _given_to(patient: PatientTable, treatment: Treatment, dosing: Dosing) -> Dosing:
    """Return a dosing as a patient's body handles and tolerates it."""
    if dosing.drug is None or dosing.rate_mg_per_kg_h is None:
        return dosing
    part = float(tolerated_part(treatment, np.array(patient.tolerated)))
    drug = in_body(dosing.drug, patient.clearance, patient.volume)
    return replace(dosing, drug=drug, rate_mg_per_kg_h=part * dosing.rate_mg_per_kg_h)


def tolerated_part(treatment: Treatment, tolerated: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how much of a treatment is given: what has no dose whole, a step up to its end.

    Parameters
    ----------
    treatment
        From the plan, at one rate.
    tolerated
        Share of the full dose at which titration of each patient ends.
    """
    share = treatment.share_of_full_dose
    if treatment.dose is None or share == 0:
        return np.ones_like(tolerated)
    return np.minimum(1.0, tolerated / share)


def earlier_of(plan: Plan) -> tuple[Dosing, ...]:
    """Return what a patient was given before the treatments of the plan.

    Parameters
    ----------
    plan
        The resolved arm.
    """
    history = plan.patient.history
    if history is None or not history.blockade:
        return ()
    end_d = min(days(each.at) for each in plan.treatments) - days(history.ended)
    return (Dosing(end_d - days(history.duration), end_d, fixed_effect=history.blockade),)


def in_body(drug: Drug, clearance: float, volume: float) -> Drug:
    """Return a drug as a body handles it.

    Parameters
    ----------
    drug
        From its file.
    clearance, volume
        Elimination, and all volumes, relative to the file's.

    Returns
    -------
    Drug
        With its own kinetics.
    """
    if clearance == volume == 1:
        return drug
    changes = {"k10": clearance / volume, "central_volume": volume}
    own = {
        name: getattr(drug.kinetics, name).model_copy(
            update={"value": getattr(drug.kinetics, name).value * factor}
        )
        for name, factor in changes.items()
    }
    return drug.model_copy(update={"kinetics": drug.kinetics.model_copy(update=own)})


def dosing_of(treatment: Treatment, weight: Quantity) -> Dosing | None:
    """Return one treatment as a dosing, None where it has no duration or does nothing.

    Parameters
    ----------
    treatment
        From the plan.
    weight
        Of the body that a dose for the whole patient is spread over.

    Raises
    ------
    InputError
        If its drug file cannot be used.
    """
    if not treatment.duration.magnitude:
        return None
    if 0 in (treatment.blockade, treatment.kinase_block, treatment.effect):
        return None
    start_d = days(treatment.at)
    end_d = start_d + days(treatment.duration)
    if treatment.kinase_block is not None:
        return Dosing(start_d, end_d, kinase_block=treatment.kinase_block)
    if treatment.acts_on is not None:
        return Dosing(start_d, end_d, fixed_effect=treatment.effect, acts_on=treatment.acts_on)
    if treatment.drug is None or treatment.dose is None:
        return Dosing(start_d, end_d, fixed_effect=treatment.blockade)
    dose = treatment.dose / weight if treatment.dose.check("[mass]/[time]") else treatment.dose
    rate = float(dose.to("mg/kg/h").magnitude)
    return Dosing(start_d, end_d, drug=read_drug(treatment.drug), rate_mg_per_kg_h=rate)
