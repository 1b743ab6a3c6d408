"""Cohorts under several hypotheses: the same patients, and drift tables that are shared."""

from collections.abc import Sequence
from functools import partial

from resetsim.declare.experiment import Experiment, read_experiment, with_content
from resetsim.errors import InputError
from resetsim.progress import Progress
from resetsim.records.cohort import Chunk, CohortResult
from resetsim.spiking.engine import Engine
from resetsim.study.arm import PreparedArm, Systems
from resetsim.study.cohort import follow, frame_of, whole
from resetsim.study.cohort_drift import cohort_job, with_treatments
from resetsim.study.cohort_prepared import CohortJob, Numbers, prepare_cohort
from resetsim.study.inclusion import find_patients
from resetsim.study.workers import Workers, workers

CohortRuns = dict[tuple[str, str], CohortResult]
"""By names of experiment and hypothesis."""


def cohorts_under(
    experiments: Sequence[str], hypotheses: Sequence[str], engine: Engine, progress: Progress
) -> CohortRuns:
    """Run experiments on cohorts under every hypothesis.

    Parameters
    ----------
    experiments, hypotheses
        Names of shipped ones, or files.
    engine
        What runs the simulations; those finished before are reused.
    progress
        Told what is being done.

    Returns
    -------
    dict
        The result of each run. Whom a clinic sees is decided under the hypothesis of the file, so
        that all stand before the same patients.
    """
    systems = Systems()
    read = {name: read_experiment(name) for name in experiments}
    prepared = {
        name: {each: _under(experiment, each, systems) for each in hypotheses}
        for name, experiment in read.items()
    }
    runs: CohortRuns = {}
    with workers(engine.jobs) as crew:
        for number, (name, experiment) in enumerate(read.items(), start=1):
            progress.stage(f"{number}/{len(read)} {name}")
            own = prepare_cohort(experiment, systems)
            results = _results_under(experiment, own, prepared[name], engine, crew, progress)
            runs |= {(name, hypothesis): found for hypothesis, found in results.items()}
    return runs


def _under(experiment: Experiment, hypothesis: str, systems: Systems) -> tuple[PreparedArm, ...]:
    if "hypothesis" in experiment.vary:
        raise InputError(f"{experiment.path}: varies the hypothesis; it cannot be judged by one")
    content = {**experiment.content, "hypothesis": hypothesis}
    return prepare_cohort(with_content(experiment, content), systems)


def _results_under(
    experiment: Experiment,
    own: Sequence[PreparedArm],
    prepared: dict[str, tuple[PreparedArm, ...]],
    engine: Engine,
    crew: Workers,
    progress: Progress,
) -> dict[str, CohortResult]:
    found = find_patients(cohort_job(own, engine, progress), crew, progress)
    jobs: dict[object, CohortJob] = {}
    for arms in prepared.values():
        if (alike := _alike(arms)) not in jobs:
            untreated = cohort_job(arms, engine, progress)
            jobs[alike] = with_treatments(arms, untreated, found[0], engine, progress)
    chunks = crew.each(partial(_followed, found[0]), list(jobs.values()))
    followed = dict(zip(jobs, chunks, strict=True))
    return {
        hypothesis: whole(
            frame_of(experiment, arms, jobs[_alike(arms)], found, engine),
            [followed[_alike(arms)]],
        )
        for hypothesis, arms in prepared.items()
    }


def _alike(arms: Sequence[PreparedArm]) -> object:
    """Return what a cohort depends on of a hypothesis: on what memories do where it has them."""
    first = arms[0]
    memory = (first.memory.rule, repr(first.hypothesis.reactivation)) if first.memory else None
    return first.dorsal_horn.rule, first.heterosynaptic, repr(first.hypothesis.drug), memory


def _followed(numbers: Numbers, job: CohortJob) -> Chunk:
    return follow(job, numbers)
