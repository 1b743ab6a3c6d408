"""Run the trials under one draw of open constants, on small cohorts, and read what targets ask."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from open_constants import OWN, POTENCY, ranges, with_draw
from statistics_of_trials import read_statistics

from resetsim.declare.experiment import read_experiment, with_content, with_size
from resetsim.errors import InputError
from resetsim.evidence.cohort_observables import COHORT_OBSERVABLES
from resetsim.evidence.targets import Target, read_targets
from resetsim.evidence.trials import Groups, as_felt
from resetsim.progress import Progress, Silent
from resetsim.records.cohort import CohortArm, CohortResult
from resetsim.spiking.engine import Engine
from resetsim.streams import generator_for, seed_for
from resetsim.study.arm import Systems
from resetsim.study.cohort import chunks_of, follow, frame_of, whole
from resetsim.study.cohort_arm_job import CohortArmJob
from resetsim.study.cohort_drift import cohort_job, with_treatments
from resetsim.study.cohort_prepared import CohortJob, Numbers, prepare_cohort
from resetsim.study.inclusion import find_patients
from resetsim.study.workers import Here

FELT = ", felt"
"""Behind the id of a target: without expectation and noise."""
_OF_THE_POPULATION = ("N20",)  # what placebo does is the same under every hypothesis
_AT_ONCE = 100
_SCREENED_FOR_EACH = 12  # who are looked at for each patient: with many draws nobody is in pain


@dataclass(frozen=True, eq=False)
class Trial:
    """One experiment under one hypothesis, ready to be run with other constants.

    Attributes
    ----------
    job
        Its arms as declared, with a drift table that reaches as far as any draw treats.
    frame
        Its result without patients.
    """

    job: CohortJob
    frame: CohortResult


Trials = Mapping[str, Trial]
"""By name of the experiment."""


def judged() -> list[Target]:
    """Return the targets that cohorts are judged by, but for what the population is fitted to."""
    known = (each for each in read_targets() if each.id in COHORT_OBSERVABLES)
    return [each for each in known if each.id not in _OF_THE_POPULATION]


def trials_of(hypothesis: str, size: int, engine: Engine, progress: Progress) -> Trials:
    """Return all experiments that judge cohorts, under a hypothesis.

    Parameters
    ----------
    hypothesis
        Its name.
    size
        Of each cohort.
    engine, progress
        What runs the simulations, and who is told.
    """
    systems, found = Systems(), {}
    for name in dict.fromkeys(each.experiment for each in judged()):
        experiment = with_size(read_experiment(name), size)
        experiment = with_content(experiment, {**experiment.content, "hypothesis": hypothesis})
        prepared = prepare_cohort(experiment, systems)
        job = cohort_job(prepared, engine, progress)
        numbers = find_patients(job, Here(), progress)
        strongest = CohortJob(tuple(with_draw(arm, _strongest()) for arm in job.arms))
        reaching = with_treatments(prepared, strongest, numbers[0], engine, progress)
        frame = frame_of(experiment, prepared, reaching, numbers, engine)
        found[name] = Trial(reaching, frame)
    return found


def _strongest() -> dict[str, float]:
    declared = {name: each.declared for name, each in ranges().items()}
    return declared | {POTENCY: OWN[POTENCY][1]}


def simulated(trials: Trials, draw: Mapping[str, float]) -> dict[str, float]:
    """Return what trials give under a draw; none of it where nobody is in pain.

    Parameters
    ----------
    trials
        From :func:`trials_of`.
    draw
        Of open constants.

    Returns
    -------
    dict
        The value of each target, and behind ``FELT`` without expectation and noise; then all
        statistics.
    """
    values: dict[str, float] = {}
    seen: list[tuple[object, Found]] = []
    generator = generator_for(seed_for("trials", repr(sorted(draw.items()))), "")
    for name, trial in trials.items():
        arms = _run(trial, draw, seen)
        if arms is None:
            continue
        groups = Groups(*arms)
        for target in judged():
            if target.experiment == name:
                read = COHORT_OBSERVABLES[target.id].read
                values[target.id] = _number(read(groups).value)
                values[target.id + FELT] = _number(read(as_felt(groups)).value)
        values |= read_statistics(name, groups, generator)
    return values


def _number(value: float | None) -> float:
    return float("nan") if value is None else value


Found = tuple[Numbers, int] | None


def _run(
    trial: Trial, draw: Mapping[str, float], seen: list[tuple[object, Found]]
) -> Sequence[CohortArm] | None:
    job = CohortJob(tuple(with_draw(_quick(arm), draw) for arm in trial.job.arms))
    found = _found(job, seen)
    if found is None:
        return None
    frame = replace(trial.frame, number=found[0], screened=found[1])
    return whole(frame, [follow(job, each) for each in chunks_of(found[0])]).arms


def _found(job: CohortJob, seen: list[tuple[object, Found]]) -> Found:
    """Return who is included, looked for once in all trials that see the same people."""
    people = _people(job.arms[0])
    for known, found in seen:
        if known == people:
            return found
    try:
        found = find_patients(job, Here(), Silent(), _AT_ONCE)
    except InputError:
        found = None
    seen.append((people, found))
    return found


def _people(arm: CohortArmJob) -> object:
    """Return what it depends on who comes to a trial: nothing from its treatment on."""
    patient = arm.plan.patient.model_copy(update={"nerve_blocks": ()})
    drawn = arm.population.distributions
    return patient, drawn, arm.plan.cohort, arm.plan.seed, arm.split_d, arm.system.constants


def _quick(arm: CohortArmJob) -> CohortArmJob:
    assert arm.plan.cohort is not None
    cohort = arm.plan.cohort.model_copy(update={"screen_at_most": _SCREENED_FOR_EACH})
    return replace(arm, plan=arm.plan.model_copy(update={"cohort": cohort}))
