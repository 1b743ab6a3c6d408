"""From the treatments of an arm to dosings of its patient."""

from dataclasses import replace

from resetsim.body.dosing import Dosing
from resetsim.declare.drug import Drug, read_drug
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
        Doses as rates per body weight.

    Raises
    ------
    InputError
        If a drug file cannot be used.
    """
    patient = plan.patient
    treatments = sorted(plan.treatments, key=lambda treatment: days(treatment.at))
    dosings = (dosing_of(each, patient.weight) for each in treatments)
    return tuple(
        each
        if each.drug is None
        else replace(each, drug=in_body(each.drug, patient.clearance, patient.volume))
        for each in dosings
        if each is not None
    )


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
