"""Patients of one arm through the slow clock: from moment to moment, with what they feel.

Up to the first treatment nothing depends on the arm: arms that differ in treatment alone share that
part.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from resetsim.declare.axes import Point
from resetsim.outcomes.pain import pain
from resetsim.outcomes.summary import AMPLIFIED
from resetsim.patients.many import Given, ManyPatients
from resetsim.patients.many_driven import driven
from resetsim.patients.many_effects import effects_of_many
from resetsim.patients.periphery import days
from resetsim.slow.batch import Batch
from resetsim.slow.clock import integrate_batch
from resetsim.slow.sample import Drift
from resetsim.slow.system import Solved
from resetsim.study.cohort_arm_job import CohortArmJob

Array = NDArray[np.float64]


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
    return follow(job, patients, patients.earlier, state, np.zeros(patients.count), time_d)


def follow(
    job: CohortArmJob,
    patients: ManyPatients,
    treatments: Sequence[Given],
    state: Array,
    hurts: Array,
    time_d: Array,
) -> Followed:
    """Follow patients from the first moment to the last; with behaviour, from review to review.

    Parameters
    ----------
    job
        The arm.
    patients
        Who.
    treatments
        All that act at these moments.
    state
        At the first moment; shape (P, units, states).
    hurts
        Pain at the first moment; shape (P,).
    time_d
        Moments, in days.

    Returns
    -------
    Followed
        At those moments.
    """
    behaviour = job.plan.patient.behaviour
    if behaviour is None:
        return _stretch(job, patients, treatments, state, time_d)
    reviews = moments_every(days(behaviour.reviewed), time_d[0], time_d[-1])
    parts: list[Followed] = []
    for begin, stop in zip(reviews, [*reviews[1:], time_d[-1]], strict=True):
        moments = moments_between(time_d, begin, stop)
        part = _stretch(job, patients.hurting(hurts), treatments, state, moments)
        parts.append(replace(part, reviews=((float(begin), hurts),)))
        state, hurts = part.state, np.nan_to_num(part.pain[:, -1])
    if not parts:
        return _stretch(job, patients, treatments, state, time_d)
    return joined(parts, time_d)


def moments_every(step_d: float, begin: float, stop: float) -> Array:
    """Return moments that far apart, without the last one."""
    moments = np.arange(begin, stop, step_d).round(9)
    return np.asarray(moments[moments < stop])


def moments_between(time_d: Array, begin: float, stop: float) -> Array:
    """Return the moments inside a stretch, with both its ends."""
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


def joined(parts: Sequence[Followed], time_d: Array) -> Followed:
    """Return the moments that are read out of courses from visit to visit."""
    times = np.concatenate([parts[0].time_d[:1], *(each.time_d[1:] for each in parts)])
    wanted = np.searchsorted(times, time_d)
    pains = np.hstack([parts[0].pain[:, :1], *(each.pain[:, 1:] for each in parts)])
    high = np.hstack([parts[0].amplified[:, :1], *(each.amplified[:, 1:] for each in parts)])
    reviews = tuple(review for each in parts for review in each.reviews)
    return Followed(time_d, pains[:, wanted], high[:, wanted], parts[-1].state, reviews)
