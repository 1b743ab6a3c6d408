"""One arm of a cohort: some of its patients through the slow clock, and what they report.

Up to the first treatment nothing depends on the arm: arms that differ in treatment alone share that
part. With a clinic the rest is integrated from visit to visit.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from resetsim.declare.axes import Point
from resetsim.declare.cohort import INJURED_AT, Trial
from resetsim.declare.hypothesis import DrugAction
from resetsim.declare.plan import Plan
from resetsim.declare.units import Units
from resetsim.outcomes.many import relapse_days
from resetsim.outcomes.pain import pain
from resetsim.outcomes.summary import AMPLIFIED
from resetsim.patients.clinic import Charts, decided
from resetsim.patients.dosings import dosing_of
from resetsim.patients.many import Given, ManyPatients, given, many_patients, planned
from resetsim.patients.many_driven import driven
from resetsim.patients.many_effects import effects_of_many
from resetsim.patients.periphery import days
from resetsim.patients.population import Population
from resetsim.patients.reports import Reports
from resetsim.records.cohort import FAILED, MEMORY_MOMENTS, OUTCOMES, ArmPart
from resetsim.slow.batch import Batch
from resetsim.slow.clock import COARSE, integrate_batch
from resetsim.slow.sample import Drift
from resetsim.slow.system import SlowSystem, Solved
from resetsim.study.cohort_memory import CohortMemory, remembered

Array = NDArray[np.float64]

BASELINE_D = 7
DAILY_D = 30  # after treatment
_LATER_D = 3.5  # between readings after that
_DURING = 14  # readings of a treatment, at most
_LAST = MEMORY_MOMENTS.index("after")
_SOON_D = (1 / 24, 0.25, 0.5)  # after it: what comes back does so within hours


@dataclass(frozen=True, eq=False)
class CohortArmJob:
    """What a worker needs to follow patients of one arm.

    Attributes
    ----------
    name
        Of the arm.
    plan
        What is done, to the typical patient.
    population
        All who could be patients.
    units
        Of the typical patient.
    action
        What drugs act on.
    system
        The dorsal horn with its drift.
    half_output_hz
        Output above health that reads as half of the worst pain.
    memory
        What patients learned; None for patients without a memory, and where nobody is treated yet.
    tolerance
        Of each step of the slow clock.
    """

    name: str
    plan: Plan
    population: Population
    units: Units
    action: DrugAction
    system: SlowSystem
    half_output_hz: float
    memory: CohortMemory | None = None
    tolerance: float = COARSE

    @property
    def treated_d(self) -> tuple[float, float] | None:
        """Start of the first and end of the last planned treatment, in days."""
        treatments = self.plan.treatments
        if not treatments:
            return None
        starts = [days(each.at) for each in treatments]
        return min(starts), max(days(each.at) + days(each.duration) for each in treatments)

    @property
    def start_d(self) -> float:
        """Where the timeline begins, in days."""
        injury, treated = self.plan.patient.injury, self.treated_d
        moments: list[float] = [days(injury.at)] if injury else []
        if INJURED_AT in self.population.distributions:
            moments = [self.population.ends(INJURED_AT)[0]]
        return float(min([0.0, *moments, *(treated or ())]))

    @property
    def split_d(self) -> float:
        """Until when nothing depends on the arm."""
        return self.treated_d[0] if self.treated_d else self.start_d

    @property
    def before_d(self) -> Array:
        """Moments until then: the start, and what is read, see :meth:`read_before`."""
        return np.unique(np.concatenate([[self.start_d], self.read_before(BASELINE_D, 1.0)]))

    def read_before(self, for_d: float, every_d: float) -> Array:
        """Return moments before treatment, the last one at its start, in days."""
        moments = self.split_d - np.arange(for_d, -every_d / 2, -every_d)
        return np.unique(np.maximum(moments, self.start_d))

    @property
    def after_d(self) -> Array:
        """Moments that are read from the start of treatment on, in days."""
        end, until = (self.treated_d or (0.0, self.start_d))[1], days(self.plan.follow_up.until)
        daily = end + np.concatenate([_SOON_D, np.arange(DAILY_D + 1)])
        later = np.arange(end + DAILY_D, until, _LATER_D)
        moments = np.concatenate([self._during_d, daily, later, [until]]).round(9)
        return np.unique(moments[moments <= until])

    @property
    def _during_d(self) -> Array:
        """Moments of treatment, and those between the treatments of a crossover."""
        if self.plan.trial is None or self.plan.trial.crossover is None:
            return _evenly(self.split_d, (self.treated_d or (0.0, self.start_d))[1])
        first, second = sorted(self.plan.treatments, key=lambda each: days(each.at))
        end_d, next_d = days(first.at) + days(first.duration), days(second.at)
        # Weeks after either treatment are read alike.
        between = end_d + np.concatenate([_SOON_D, np.arange(next_d - end_d)])
        last_d = next_d + days(second.duration)
        moments = [_evenly(self.split_d, end_d), between, _evenly(next_d, last_d)]
        return np.sort(np.concatenate(moments))

    @property
    def shares_beginning(self) -> tuple[object, ...]:
        """What arms whose beginnings are the same have in common."""
        nothing = {"treatments": (), "clinic": None, "trial": None, "hypothesis": None}
        drawn = {
            key: each
            for key, each in self.population.distributions.items()
            if not key.startswith("trial.")
        }
        rule = (self.system.rule, self.system.heterosynaptic)
        return self.plan.model_copy(update=nothing), drawn, rule, self.split_d

    def patients(self, numbers: NDArray[np.int64]) -> ManyPatients:
        """Return some of the patients."""
        return many_patients(self.plan, self.units, self.population, numbers)


@dataclass(frozen=True, eq=False)
class Followed:
    """Patients of one arm over time.

    Attributes
    ----------
    time_d
        Moments, in days; shape (M,).
    pain, amplified
        See :class:`resetsim.records.cohort.CohortArm`; shape (P, M).
    state
        At the last moment; shape (P, units, states).
    reviews
        Each moment at which behaviour followed pain, in days, and the pain; shape (P,).
    """

    time_d: Array
    pain: Array
    amplified: Array
    state: Array
    reviews: tuple[tuple[float, Array], ...] = ()


def beginning(job: CohortArmJob, patients: ManyPatients, time_d: Array) -> Followed:
    """Return patients until their treatment begins.

    Parameters
    ----------
    job
        Of any of the arms that share it.
    patients
        Who.
    time_d
        Moments from the start of the timeline on, in days.

    Returns
    -------
    Followed
        At those moments.
    """
    naive = job.system.naive(patients.multiplier.shape[1])
    state = np.repeat(naive[None], patients.count, axis=0)
    late = job.system.equations.states.index("late")
    state[:, :-1, late] = patients.start_late[:, None]
    return _followed(job, patients, patients.earlier, state, np.zeros(patients.count), time_d)


def _followed(
    job: CohortArmJob,
    patients: ManyPatients,
    treatments: Sequence[Given],
    state: Array,
    hurts: Array,
    time_d: Array,
) -> Followed:
    """Follow patients from the first moment, where pain is ``hurts``, to the last."""
    behaviour = job.plan.patient.behaviour
    if behaviour is None:
        return _stretch(job, patients, treatments, state, time_d)
    reviews = _every(days(behaviour.reviewed), time_d[0], time_d[-1])
    parts: list[Followed] = []
    for begin, stop in zip(reviews, [*reviews[1:], time_d[-1]], strict=True):
        moments = _between(time_d, begin, stop)
        part = _stretch(job, patients.hurting(hurts), treatments, state, moments)
        parts.append(replace(part, reviews=((float(begin), hurts),)))
        state, hurts = part.state, np.nan_to_num(part.pain[:, -1])
    if not parts:
        return _stretch(job, patients, treatments, state, time_d)
    return _joined(parts, time_d)


def _evenly(begin: float, stop: float) -> Array:
    """Return moments of a treatment, with both ends."""
    return np.linspace(begin, stop, min(int(stop - begin), _DURING) + 2)


def _every(step_d: float, begin: float, stop: float) -> Array:
    """Return moments that far apart, without the last one."""
    moments = np.arange(begin, stop, step_d).round(9)
    return np.asarray(moments[moments < stop])


def _between(time_d: Array, begin: float, stop: float) -> Array:
    inside = time_d[(time_d > begin) & (time_d < stop)]
    return np.concatenate([[begin], inside, [stop]])


def _stretch(
    job: CohortArmJob,
    patients: ManyPatients,
    treatments: Sequence[Given],
    state: Array,
    time_d: Array,
) -> Followed:
    effects = effects_of_many(patients, treatments, job.action)
    asked = Batch(driven(patients, effects), time_d, state, patients.multiplier, patients.constants)
    solved = integrate_batch(job.system, asked, job.tolerance)
    times = np.broadcast_to(time_d, (patients.count, len(time_d)))
    felt = (1 - effects.relief_before(times)) * _felt(job, patients, solved)
    late = solved.states[..., :-1, job.system.equations.states.index("late")]
    high = np.where(np.isnan(felt), np.nan, (late > AMPLIFIED).mean(axis=2))
    return Followed(time_d, felt, high, solved.states[:, -1])


def _felt(job: CohortArmJob, patients: ManyPatients, solved: Solved) -> Array:
    share = patients.share_active[:, None]
    output = share * solved.output_hz[..., :-1].mean(axis=2)
    output += (1 - share) * solved.output_hz[..., -1]
    healthy = job.system.table.lookup(Point(), 1.0)[Drift._fields.index("output_hz")]
    return pain(output, float(healthy), job.half_output_hz / patients.sensitivity[:, None])


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
        Their course until treatment, from :func:`beginning`.

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
    failed = np.isnan(np.hstack([felt, efficacy[:, _LAST : _LAST + 1]])).any(axis=1)
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
    """Return efficacy and recall of memories at ``MEMORY_MOMENTS``; shape (P, 0) without any."""
    if job.memory is None:
        return (np.empty((patients.count, 0)),) * 2
    end_d = (job.treated_d or (0.0, job.split_d))[1]
    moments = (job.split_d, end_d, job.after_d[-1])
    every = [*patients.earlier, *treatments]
    return remembered(job.memory, patients, every, job.action, moments, job.tolerance)


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
        As :func:`arm_part` takes them.

    Returns
    -------
    Course
        To the end of follow-up.
    """
    treatments = planned(job.plan, patients)
    expects = any(each.dosing.rate_mg_per_kg_h != 0 for each in treatments)
    reports = Reports(
        job.plan.trial or Trial(), job.population, numbers, patients.drawn, job.split_d, expects
    )
    clinic, time_d = job.plan.clinic, job.after_d
    charts = _charts(job, patients, treatments, begun, reports)
    last = job.plan.treatments[-1] if job.plan.treatments else None
    template = dosing_of(last, job.plan.patient.weight) if last else None
    if clinic is None or job.treated_d is None or last is None or template is None:
        hurts = np.nan_to_num(begun.pain[:, -1])
        followed = _followed(job, patients, treatments, begun.state, hurts, time_d)
        return Course(followed, reports, treatments, charts)
    start_d, end_d = job.treated_d
    planned_d = days(last.duration)
    visits = _every(days(clinic.visits), end_d + days(clinic.visits), time_d[-1])
    parts: list[Followed] = []
    state, hurts = begun.state, np.nan_to_num(begun.pain[:, -1])
    for begin, stop in zip([start_d, *visits], [*visits, time_d[-1]], strict=True):
        moments = _between(time_d, begin, stop)
        part = _followed(job, patients, treatments, state, hurts, moments)
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
    return Course(_joined(parts, time_d), reports, treatments, charts)


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


def _joined(parts: Sequence[Followed], time_d: Array) -> Followed:
    """Return the moments that are read out of courses from visit to visit."""
    times = np.concatenate([parts[0].time_d[:1], *(each.time_d[1:] for each in parts)])
    wanted = np.searchsorted(times, time_d)
    pains = np.hstack([parts[0].pain[:, :1], *(each.pain[:, 1:] for each in parts)])
    high = np.hstack([parts[0].amplified[:, :1], *(each.amplified[:, 1:] for each in parts)])
    reviews = tuple(review for each in parts for review in each.reviews)
    return Followed(time_d, pains[:, wanted], high[:, wanted], parts[-1].state, reviews)
