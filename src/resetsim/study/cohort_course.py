"""Patients of one arm from treatment on, with a clinic from visit to visit."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from resetsim.declare.cohort import Trial
from resetsim.patients.clinic import Charts, decided
from resetsim.patients.dosings import dosing_of
from resetsim.patients.many import Given, ManyPatients, given, planned
from resetsim.patients.periphery import days
from resetsim.patients.reports import Reports
from resetsim.study.cohort_arm_job import BASELINE_D, CohortArmJob
from resetsim.study.cohort_followed import Followed, follow, joined, moments_between, moments_every

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Course:
    """Patients of one arm from treatment on.

    Attributes
    ----------
    followed
        At the moments that are read.
    reports
        What they say of it.
    given
        Planned treatments, then those that a clinic has decided on.
    charts
        What the clinic knows in the end.
    """

    followed: Followed
    reports: Reports
    given: Sequence[Given]
    charts: Charts


def course_of(
    job: CohortArmJob, numbers: NDArray[np.int64], patients: ManyPatients, begun: Followed
) -> Course:
    """Follow patients from treatment on; what is decided at a visit begins at once.

    Parameters
    ----------
    job, numbers, patients, begun
        As :func:`resetsim.study.cohort_arm.arm_part` takes them.

    Returns
    -------
    Course
        To the end of follow-up.
    """
    treatments = planned(job.plan, patients)
    reports = Reports(
        job.plan.trial or Trial(),
        job.population,
        numbers,
        patients.drawn,
        job.split_d,
        job.is_given_something,
    )
    clinic, time_d = job.plan.clinic, job.after_d
    charts = _charts(job, patients, treatments, begun, reports)
    last = job.plan.treatments[-1] if job.plan.treatments else None
    template = dosing_of(last, job.plan.patient.weight) if last else None
    if clinic is None or job.treated_d is None or last is None or template is None:
        hurts = np.nan_to_num(begun.pain[:, -1])
        followed = follow(job, patients, treatments, begun.state, hurts, time_d)
        return Course(followed, reports, treatments, charts)
    start_d, end_d = job.treated_d
    planned_d = days(last.duration)
    visits = moments_every(days(clinic.visits), end_d + days(clinic.visits), time_d[-1])
    parts: list[Followed] = []
    state, hurts = begun.state, np.nan_to_num(begun.pain[:, -1])
    for begin, stop in zip([start_d, *visits], [*visits, time_d[-1]], strict=True):
        moments = moments_between(time_d, begin, stop)
        part = follow(job, patients, treatments, state, hurts, moments)
        parts.append(part)
        state, hurts = part.state, np.nan_to_num(part.pain[:, -1])
        if stop >= time_d[-1]:
            break
        seen = reports.of(part.pain[:, -1:], moments[-1:])[:, 0]
        charts = charts.seen(np.nan_to_num(seen), stop)
        treated, dose, duration = decided(clinic, charts, seen, stop, end_d, planned_d)
        if treated.any():
            again = given(job.plan, patients, last, template)
            treatments = [*treatments, _again(again, treated, dose, duration, stop, planned_d)]
            charts = _treated(charts, treated, dose, duration, (stop, time_d[-1]), planned_d)
    return Course(joined(parts, time_d), reports, treatments, charts)


def _charts(
    job: CohortArmJob,
    patients: ManyPatients,
    treatments: Sequence[Given],
    begun: Followed,
    reports: Reports,
) -> Charts:
    count = patients.count
    week = begun.time_d >= job.split_d - BASELINE_D
    reported = reports.of(begun.pain[:, week], begun.time_d[week])
    lasting = sum(float(each.end_d[0] - each.start_d[0]) for each in treatments)
    one = np.ones(count)
    return Charts(
        np.nan_to_num(reported).mean(axis=1),
        np.full(count, _courses(treatments), dtype=np.int16),
        lasting * one,
        np.zeros(count, dtype=np.int16),
        one,
        one,
        np.full(count, (job.treated_d or (0.0, job.start_d))[1]),
        np.zeros(count, dtype=bool),
    )


def _courses(treatments: Sequence[Given]) -> int:
    """Return how many treatments there are; what follows at once on another is the same one."""
    ends = {round(float(each.end_d[0]), 6) for each in treatments}
    return sum(round(float(each.start_d[0]), 6) not in ends for each in treatments)


def _again(
    again: Given,
    treated: NDArray[np.bool_],
    dose: Array,
    duration: Array,
    start_d: float,
    planned_d: float,
) -> Given:
    start = np.where(treated, start_d, np.inf)
    return replace(
        again,
        start_d=start,
        end_d=start + np.where(treated, duration * planned_d, 0.0),
        factor=again.factor * dose,
    )


def _treated(
    charts: Charts,
    treated: NDArray[np.bool_],
    dose: Array,
    duration: Array,
    span_d: tuple[float, float],
    planned_d: float,
) -> Charts:
    """Return the charts after a treatment begins; what follow-up does not see is not given."""
    start_d, until_d = span_d
    given_d = np.minimum(duration * planned_d, until_d - start_d)
    return replace(
        charts,
        treatments=(charts.treatments + treated).astype(np.int16),
        treatment_days=charts.treatment_days + np.where(treated, given_d, 0.0),
        dose=np.where(treated, dose, charts.dose),
        duration=np.where(treated, duration, charts.duration),
        ends_d=np.where(treated, start_d + duration * planned_d, charts.ends_d),
        judged=charts.judged & ~treated,
    )
