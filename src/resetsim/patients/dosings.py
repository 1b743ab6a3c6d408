"""From the treatments of an arm to dosings of its patient."""

from resetsim.body.dosing import Dosing
from resetsim.declare.drug import read_drug
from resetsim.declare.plan import Plan, Treatment
from resetsim.declare.quantities import Quantity
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
    treatments = sorted(plan.treatments, key=lambda treatment: days(treatment.at))
    return tuple(
        _dosing(each, plan.patient.weight)
        for each in treatments
        if each.duration.magnitude > 0 and 0 not in (each.blockade, each.kinase_block, each.effect)
    )


def _dosing(treatment: Treatment, weight: Quantity) -> Dosing:
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
