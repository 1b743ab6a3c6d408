"""An experiment on a cohort, read and checked, and what workers need of it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from resetsim.declare.cohort import Clinic
from resetsim.declare.drawable import INJURED_AT, learned_at
from resetsim.declare.experiment import Experiment
from resetsim.declare.plan import Plan
from resetsim.declare.quantities import written
from resetsim.errors import InputError, nearest
from resetsim.patients.periphery import days
from resetsim.patients.population import Population
from resetsim.study.arm import PreparedArm, Systems
from resetsim.study.cohort_arm_job import CohortArmJob
from resetsim.study.crossovers import crossover_problem
from resetsim.study.experiment import prepare

Numbers = NDArray[np.int64]

CHUNK = 200
_ROUNDING_D = 1e-8  # of sums of durations


@dataclass(frozen=True, eq=False)
class CohortJob:
    """An experiment on a cohort, ready for workers.

    Attributes
    ----------
    arms
        In the order of the file.
    """

    arms: tuple[CohortArmJob, ...]

    @property
    def size(self) -> int:
        """How many patients are wanted."""
        assert self.arms[0].plan.cohort is not None
        return self.arms[0].plan.cohort.size


def prepare_cohort(
    experiment: Experiment, systems: Systems | None = None
) -> tuple[PreparedArm, ...]:
    """Read and check everything that an experiment on a cohort names, before anything is run.

    Parameters
    ----------
    experiment
        From its file.
    systems
        What other experiments have measured already.

    Returns
    -------
    tuple of PreparedArm
        Of the typical patient.

    Raises
    ------
    InputError
        If anything cannot be used; the message names the place.
    """
    prepared = prepare(experiment, systems)
    if problem := crossover_problem(prepared):
        raise InputError(f"{experiment.path}: {problem}")
    for arm in prepared:
        if problem := _problem(arm, [each.name for each in experiment.arms]):
            raise InputError(f"{experiment.path}: {problem}")
        try:
            population_of(arm).drawn(np.zeros(1, dtype=np.int64))
        except InputError as error:  # impossible correlations
            raise InputError(f"{experiment.path}: {error}") from None
    return prepared


def _problem(arm: PreparedArm, names: Sequence[str]) -> str | None:
    plan = arm.plan
    without = {
        "direct": plan.direct,
        "patient.activity": plan.patient.activities or None,
        "patient.conditioning": plan.patient.conditionings or None,
        "patient.number": plan.patient.number,
    }
    for key, value in without.items():
        if value is not None:
            return f"{key}: not possible with a [cohort]; 'resetsim run --patient' has one patient"
    if plan.cohort is not None and plan.cohort.assayed and not plan.follow_up.assays:
        return "cohort.assayed: follow_up.assays does not say what is measured"
    if plan.clinic is not None and (problem := _clinic_problem(plan.clinic, plan)):
        return f"clinic{problem}"
    if plan.memory is not None and (problem := _learning_problem(arm)):
        return problem
    if arm.arm.name == names[0] and (problem := _lasting_problem(arm)):
        return problem
    control = plan.trial.control if plan.trial else None
    if control is not None and control_arm(control, names) is None:
        return f"trial.control: no arm is named '{control}'; {nearest(control, names)}"
    return None


def _clinic_problem(clinic: Clinic, plan: Plan) -> str | None:
    """Return why a clinic cannot do what its policy says."""
    if not plan.treatments:
        return ": without a [[treatment]] there is nothing to give again"
    if plan.treatments[-1].kinase_block is not None:
        return ": cannot give a kinase_block again"
    if plan.treatments[-1].steps > 1:
        return ": cannot give a treatment again whose dose rises in steps"
    planned_d = sum(days(each.duration) for each in plan.treatments)
    if clinic.budget is not None and planned_d > days(clinic.budget) + _ROUNDING_D:
        return (
            f".budget: found '{written(clinic.budget)}', but {planned_d:.3g} days of treatment are "
            "planned, and it counts these"
        )
    first_d = max(days(each.at + each.duration) for each in plan.treatments) + days(clinic.visits)
    if first_d >= days(plan.follow_up.until):
        return (
            f".visits: found '{written(clinic.visits)}', so the first visit is on day {first_d:g}; "
            f"it must be before follow_up.until '{written(plan.follow_up.until)}'"
        )
    return None


def control_arm(named: str | None, names: Sequence[str]) -> str | None:
    """Return the arm that a file calls control: where more varies, the first that is that arm too.

    ``dose=0 mg per h`` is the control, and so is ``dose=0 mg per h, duration=1 day``.
    """
    if named is None:
        return None
    parts = set(named.split(", "))
    return next((name for name in names if parts <= set(name.split(", "))), None)


def _learning_problem(arm: PreparedArm) -> str | None:
    """Return what is wrong with what is learned."""
    until_d, before_d = days(arm.plan.follow_up.until), -np.inf
    for session, learning in enumerate(arm.plan.patient.learnings):
        key, at_d = learned_at(session), days(learning.at)
        first_d, last_d = population_of(arm).ends(key) if key in arm.arm.drawn else (at_d, at_d)
        if first_d <= before_d:
            return (
                f"{key}: may be day {first_d:g}, but the session before it day {before_d:g}: say "
                "at_least or at_most"
            )
        if last_d > until_d:
            return (
                f"{key}: may be day {last_d:g}, but follow-up ends on day {until_d:g}: say at_most"
            )
        before_d = last_d
    return None


def _lasting_problem(arm: PreparedArm) -> str | None:
    """Return what is wrong with pain that must have lasted, in the arm that it is looked at in."""
    plan, treated = arm.plan, arm.treated_d
    assert plan.cohort is not None
    if plan.cohort.include is None or plan.cohort.include.lasting is None:
        return None
    injury, lasting = plan.patient.injury, plan.cohort.include.lasting
    start_d = min(0.0, days(injury.at)) if injury else 0.0
    if INJURED_AT in arm.arm.drawn:
        start_d = min(0.0, population_of(arm).ends(INJURED_AT)[0])
    before_d = treated[0] - start_d if treated else 0.0
    if days(lasting) <= before_d:
        return None
    return (
        f"cohort.include.lasting: found '{written(lasting)}', but the timeline has {before_d:g} "
        "days before treatment"
    )


def population_of(arm: PreparedArm) -> Population:
    """Return all who could be patients of an arm."""
    assert arm.plan.cohort is not None
    return Population(arm.plan.seed, dict(arm.arm.drawn), arm.plan.cohort.correlations)
