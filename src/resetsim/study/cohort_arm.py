"""What some patients of one arm of a cohort give: pain, reports, outcomes, memories."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from resetsim.outcomes.many import relapse_days
from resetsim.patients.many import Given, ManyPatients
from resetsim.records.cohort import FAILED, MEMORY_MOMENTS, OUTCOMES, ArmPart
from resetsim.study.cohort_arm_job import BASELINE_D, CohortArmJob
from resetsim.study.cohort_course import course_of
from resetsim.study.cohort_followed import Followed
from resetsim.study.cohort_memory import remembered

Array = NDArray[np.float64]

_LAST = MEMORY_MOMENTS.index("after")


def arm_part(
    job: CohortArmJob, numbers: NDArray[np.int64], patients: ManyPatients, begun: Followed
) -> ArmPart:
    """Return what some patients of an arm give.

    Parameters
    ----------
    job
        The arm.
    numbers
        Which patients; shape (P,).
    patients
        Who they are.
    begun
        Their course until treatment, from :func:`resetsim.study.cohort_followed.beginning`.

    Returns
    -------
    ArmPart
        At the moments of :func:`days_of`.
    """
    course = course_of(job, numbers, patients, begun)
    kept = len(begun.time_d) - len(job.read_before(BASELINE_D, 1.0))
    time_d = np.concatenate([begun.time_d[kept:], course.followed.time_d[1:]])
    felt = np.hstack([begun.pain[:, kept:], course.followed.pain[:, 1:]])
    high = np.hstack([begun.amplified[:, kept:], course.followed.amplified[:, 1:]])
    end_d = (job.treated_d or (0.0, job.start_d))[1]
    efficacy, recall = _remembered(job, patients, course.given)
    failed = np.isnan(np.hstack([felt, efficacy[:, _LAST :: len(MEMORY_MOMENTS)]])).any(axis=1)
    felt[failed] = np.nan
    moment, outcome = relapse_days(time_d - end_d, felt, job.split_d - end_d)
    if job.treated_d is None:
        moment, outcome = np.full(len(felt), np.nan), np.zeros(len(felt), dtype=np.int8)
    outcome[failed] = OUTCOMES.index(FAILED)
    return ArmPart(
        felt.astype(np.float32),
        course.reports.of(felt, time_d).astype(np.float32),
        high.astype(np.float32),
        outcome,
        moment.astype(np.float32),
        course.charts.treatments,
        course.charts.treatment_days.astype(np.float32),
        np.asarray(failed),
        efficacy.astype(np.float32),
        recall.astype(np.float32),
    )


def _remembered(
    job: CohortArmJob, patients: ManyPatients, treatments: Sequence[Given]
) -> tuple[Array, Array]:
    """Return efficacy and recall at ``MEMORY_MOMENTS``, for each session in turn."""
    end_d = (job.treated_d or (0.0, job.split_d))[1]
    moments = (job.split_d, end_d, job.after_d[-1])
    every = [*patients.earlier, *treatments]
    efficacy = recall = np.empty((patients.count, 0))
    for memory in job.memories:
        found = remembered(memory, patients, every, job.action, moments, job.tolerance)
        efficacy, recall = np.hstack([efficacy, found[0]]), np.hstack([recall, found[1]])
    return efficacy, recall


def days_of(job: CohortArmJob) -> tuple[Array, float]:
    """Return the moments of an arm's arrays and the start of treatment, from the end of treatment.

    Parameters
    ----------
    job
        The arm.

    Returns
    -------
    array and float
        In days; from the start of the timeline where nothing is planned.
    """
    end_d = (job.treated_d or (0.0, job.start_d))[1]
    moments = np.concatenate([job.read_before(BASELINE_D, 1.0), job.after_d[1:]])
    return moments - end_d, job.split_d - end_d
