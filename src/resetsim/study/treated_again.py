"""One patient of a cohort with every treatment that a clinic decided on, in each arm."""

import numpy as np

from resetsim.declare.experiment import Arm, Experiment
from resetsim.declare.plan import Treatment
from resetsim.declare.quantities import units
from resetsim.patients.dosings import dosing_of
from resetsim.patients.many import Given, given, planned
from resetsim.patients.one_of_cohort import one_patient
from resetsim.patients.periphery import days
from resetsim.study.cohort_arm import CohortArmJob, beginning, course_of
from resetsim.study.cohort_prepared import CohortJob


def alone(experiment: Experiment, job: CohortJob, number: int) -> Experiment:
    """Return the experiment on one patient, treated as in the cohort.

    Parameters
    ----------
    experiment
        On a cohort.
    job
        Of that cohort, with tables for its treatments.
    number
        Of the patient among all who were injured.

    Returns
    -------
    Experiment
        The same arms.

    Raises
    ------
    InputError
        If a patient of this experiment cannot be followed alone.
    """
    patient = one_patient(experiment, number)
    arms = zip(patient.arms, job.arms, strict=True)
    return patient.model_copy(
        update={"arms": tuple(_treated_again(arm, each, number) for arm, each in arms)}
    )


def _treated_again(arm: Arm, job: CohortArmJob, number: int) -> Arm:
    again = treatments_again(job, number)
    treatments = (*arm.plan.treatments, *again)
    return arm.model_copy(update={"plan": arm.plan.model_copy(update={"treatments": treatments})})


def treatments_again(job: CohortArmJob, number: int) -> tuple[Treatment, ...]:
    """Return what a clinic gives to a patient after the planned treatments.

    Parameters
    ----------
    job
        An arm of a cohort.
    number
        Of the patient.

    Returns
    -------
    tuple of Treatment
        By time; none without a clinic.
    """
    if job.plan.clinic is None:
        return ()
    numbers = np.array([number])
    patients = job.patients(numbers)
    course = course_of(job, numbers, patients, beginning(job, patients, job.before_d))
    again = course.given[len(planned(job.plan, patients)) :]
    last = job.plan.treatments[-1]
    dosing = dosing_of(last, job.plan.patient.weight)
    if not again or dosing is None:
        return ()
    once = given(job.plan, patients, last, dosing)
    return tuple(_treatment(job, each, once) for each in again if np.isfinite(each.start_d[0]))


def _treatment(job: CohortArmJob, again: Given, once: Given) -> Treatment:
    """Return a treatment as a file would have it; one that outlasts follow-up ends with it."""
    last = job.plan.treatments[-1]
    start_d, until_d = float(again.start_d[0]), days(job.plan.follow_up.until)
    end_d = min(float(again.end_d[0]), until_d)
    more = float(again.factor[0] / once.factor[0])
    changes: dict[str, object] = {
        "at": start_d * units("day"),
        "duration": (end_d - start_d) * units("day"),
    }
    if last.dose is not None:
        changes["dose"] = more * last.dose
    for name in ("blockade", "effect"):
        if (share := getattr(last, name)) is not None:
            changes[name] = min(more * share, 1.0)
    return last.model_copy(update=changes)
