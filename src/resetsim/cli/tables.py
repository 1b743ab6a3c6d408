"""``table``: the drift that a cohort needs as a file, for runs on any other machine."""

from pathlib import Path
from typing import Annotated

import typer

from resetsim.cli.app import ExperimentName, Jobs, MostArms, Patients, Seed, app, checked_jobs
from resetsim.cli.running import experiment_file
from resetsim.errors import InputError
from resetsim.terminal import echo


@app.command()
def table(
    experiment: ExperimentName,
    out: Annotated[Path, typer.Option(help="The file to write")],
    jobs: Jobs = None,
    seed: Seed = None,
    most_arms: MostArms = None,
    patients: Patients = None,
) -> None:
    """Measure the drift that a cohort needs, for 'run --table' on any other machine."""
    jobs = checked_jobs(jobs)
    if out.exists():
        raise InputError(f"--out: {out} is there; name another file, or remove it")
    path = experiment_file(experiment)

    from resetsim.declare.experiment import MOST_ARMS, read_experiment, with_seed, with_size

    read = read_experiment(path, most_arms=most_arms or MOST_ARMS)
    if not read.has_cohort:
        raise InputError(f"table: {path} has no [cohort]; a run of one patient needs no table")
    read = read if seed is None else with_seed(read, seed)
    read = read if patients is None else with_size(read, patients)

    from rich.console import Console

    from resetsim.slow.given import write_tables
    from resetsim.spiking.engine import best_engine
    from resetsim.study.cohort import ready
    from resetsim.study.cohort_drift import memories_of, samplers_of
    from resetsim.study.cohort_prepared import prepare_cohort
    from resetsim.study.workers import workers
    from resetsim.views.progress import ProgressBar

    prepared, engine = prepare_cohort(read), best_engine(jobs)
    with ProgressBar(Console(stderr=True)) as progress, workers(jobs) as crew:
        job, _ = ready(prepared, engine, crew, progress)
    write_tables(out, samplers_of(prepared), memories_of(job), engine)
    echo(str(out))
