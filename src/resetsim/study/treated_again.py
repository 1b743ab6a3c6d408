"""One patient of a cohort with what followed from pain: a clinic's treatments, and activity."""

import numpy as np

from resetsim.declare.arms import Arm
from resetsim.declare.experiment import Experiment
from resetsim.declare.patient import Activity
from resetsim.declare.quantities import units
from resetsim.declare.treatment import Treatment
from resetsim.patients.dosings import dosing_of
from resetsim.patients.many import Given, ManyPatients, given, planned
from resetsim.patients.one_of_cohort import follows_pain, one_patient
from resetsim.patients.periphery import days
from resetsim.study.cohort_arm_job import CohortArmJob
from resetsim.study.cohort_course import Course, course_of
from resetsim.study.cohort_followed import beginning
from resetsim.study.cohort_prepared import CohortJob


def alone(experiment: Experiment, job: CohortJob, number: int) -> Experiment:
    """Return the experiment on one patient, treated and as active as in the cohort.

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
        update={"arms": tuple(_again(arm, each, number) for arm, each in arms)}
    )


def _again(arm: Arm, job: CohortArmJob, number: int) -> Arm:
    if not follows_pain(job.plan):
        return arm
    numbers = np.array([number])
    patients = job.patients(numbers)
    begun = beginning(job, patients, job.before_d)
    course = course_of(job, numbers, patients, begun)
    reviews = (*begun.reviews, *course.followed.reviews)
    activities = tuple(
        Activity(at=at_d * units("day"), left=float(patients.active(hurts)[0]))
        for at_d, hurts in reviews
    )
    treatments = (*arm.plan.treatments, *_treatments_again(job, patients, course))
    patient = arm.plan.patient.model_copy(update={"activities": activities})
    plan = arm.plan.model_copy(update={"treatments": treatments, "patient": patient})
    return arm.model_copy(update={"plan": plan})


def _treatments_again(
    job: CohortArmJob, patients: ManyPatients, course: Course
) -> tuple[Treatment, ...]:
    """Return what a clinic gives to a patient after the planned treatments, by time."""
    if job.plan.clinic is None:
        return ()
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
