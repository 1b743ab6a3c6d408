"""``run`` and ``compare``: from an experiment to its folder of results."""

import dataclasses
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from resetsim.cli.app import (
    REPORT,
    ExperimentName,
    Jobs,
    MostArms,
    Out,
    Patients,
    Replace,
    Resume,
    Seed,
    Shard,
    app,
    checked_jobs,
    import_pint,
    not_below,
    show_table,
    warn_of,
)
from resetsim.cli.cohorts import run_cohort, shard_of
from resetsim.errors import InputError
from resetsim.revision import now
from resetsim.terminal import echo

if TYPE_CHECKING:
    from resetsim.declare.experiment import Experiment
    from resetsim.records.result import Result
    from resetsim.store.folder import OutputFolder


class RunOptions(NamedTuple):
    """How ``run`` and ``compare`` are to work, and when they began."""

    started: str
    jobs: int
    seed: int | None
    resume: bool
    replace: bool
    shard: tuple[int, int] | None = None
    scheduler: str | None = None
    table: Path | None = None


@app.command()
def run(
    experiment: ExperimentName,
    out: Out = None,
    jobs: Jobs = None,
    seed: Seed = None,
    resume: Resume = False,
    replace: Replace = False,
    most_arms: MostArms = None,
    patients: Patients = None,
    patient: Annotated[
        int | None,
        typer.Option(help="One patient of the cohort alone, by number", callback=not_below(0)),
    ] = None,
    shard: Shard = None,
    scheduler: Annotated[
        str | None, typer.Option(help="Address of a Dask scheduler whose workers compute a cohort")
    ] = None,
    table: Annotated[
        Path | None, typer.Option(help="Drift of a cohort, measured elsewhere; see table")
    ] = None,
) -> None:
    """Run an experiment; write its result, tables, figures and report."""
    part = shard_of(shard)
    options = _options(jobs, seed, resume, replace)
    options = options._replace(shard=part, scheduler=scheduler, table=table)
    path = experiment_file(experiment)
    name = path.stem if patient is None else f"{path.stem}_patient_{patient}"
    name = name if part is None else f"{name}_shard_{part[0]}_of_{part[1]}"
    out = _folder_of_run(out or Path("results") / name, resume)

    from resetsim.declare.experiment import MOST_ARMS, read_experiment

    read = _seeded(read_experiment(path, most_arms=most_arms or MOST_ARMS), options)
    given = {"--patients": patients, "--patient": patient, "--table": table}
    words = [word for key, each in given.items() if each is not None for word in (key, str(each))]
    _run(_of_patients(read, patients, patient, options), ["run", experiment, *words], out, options)


def _seeded(experiment: "Experiment", options: RunOptions) -> "Experiment":
    from resetsim.declare.experiment import with_seed

    return experiment if options.seed is None else with_seed(experiment, options.seed)


def _of_patients(
    experiment: "Experiment", patients: int | None, patient: int | None, options: RunOptions
) -> "Experiment":
    if patients is None and patient is None:
        return experiment
    for key, given in {"--patients": patients, "--table": options.table}.items():
        if patient is not None and given is not None:
            raise InputError(f"--patient: one patient alone has no {key}")
    if patients is not None:
        from resetsim.declare.experiment import with_size

        return with_size(experiment, patients)
    assert patient is not None
    return _alone(experiment, patient, options)


def _alone(experiment: "Experiment", patient: int, options: RunOptions) -> "Experiment":
    """Return one patient's experiment: what follows from pain does from the cohort's drift."""
    from resetsim.patients.one_of_cohort import follows_pain, one_patient

    one, cohort = one_patient(experiment, patient), experiment.arms[0].plan.cohort
    assert cohort is not None  # one is of it
    if cohort.include is None and patient >= cohort.size:
        raise InputError(f"--patient: found {patient}; there are numbers 0 to {cohort.size - 1}")
    followed = any(follows_pain(arm.plan) for arm in experiment.arms)
    if cohort.include is None and not followed:
        return one

    import numpy as np
    from rich.console import Console

    from resetsim.spiking.engine import best_engine
    from resetsim.study.cohort_drift import cohort_job, with_treatments
    from resetsim.study.cohort_prepared import prepare_cohort
    from resetsim.study.inclusion import require_included
    from resetsim.study.treated_again import alone
    from resetsim.views.progress import ProgressBar

    prepared, engine = prepare_cohort(experiment), best_engine(options.jobs)
    with ProgressBar(Console(stderr=True)) as progress:
        job = cohort_job(prepared, engine, progress)
        require_included(job, patient, progress)
        if not followed:
            return one
        job = with_treatments(prepared, job, np.array([patient]), engine, progress)
    return alone(experiment, job, patient)


@app.command()
def compare(
    experiment: ExperimentName,
    vary: Annotated[list[str], typer.Option(help="KEY=VALUE1,VALUE2,…; may be given again")],
    out: Out = None,
    jobs: Jobs = None,
    seed: Seed = None,
    resume: Resume = False,
    replace: Replace = False,
    most_arms: MostArms = None,
) -> None:
    """Run an experiment with other values of what varies; it has a folder of its own."""
    options = _options(jobs, seed, resume, replace)
    path, variations = experiment_file(experiment), _variations(vary)
    out = _folder_of_run(out or Path("results") / f"{path.stem}_compare", resume)

    from resetsim.declare.experiment import MOST_ARMS, read_experiment

    varied = _seeded(read_experiment(path, variations, most_arms or MOST_ARMS), options)
    command = ["compare", experiment, *(word for each in vary for word in ("--vary", each))]
    _run(varied, command, out, options)


def _variations(texts: list[str]) -> dict[str, list[str]]:
    variations: dict[str, list[str]] = {}
    for text in texts:
        key, _, values = map(str.strip, text.partition("="))
        if not key or not values:
            raise InputError(f"--vary: found '{text}'; it must be KEY=VALUE1,VALUE2,…")
        if key in variations:
            raise InputError(f"--vary: found '{key}' twice; give all its values at once")
        variations[key] = [value.strip() for value in values.split(",")]
    return variations


def _options(jobs: int | None, seed: int | None, resume: bool, replace: bool) -> RunOptions:
    if seed is not None and seed < 0:
        raise InputError(f"--seed: found {seed}; it must not be negative")
    return RunOptions(now(), checked_jobs(jobs), seed, resume, replace)


def experiment_file(experiment: str) -> Path:
    """Find a file and read it as TOML, before the grammar is imported: that takes longer."""
    from resetsim.declare.files import find_file, read_toml

    path = find_file(experiment, "experiment")
    read_toml(path)
    import_pint()
    return path


def _folder_of_run(out: Path, resume: bool) -> Path:
    if resume:
        from resetsim.store.folder import require_unfinished

        require_unfinished(out)
    return out


def _run(experiment: "Experiment", command: list[str], out: Path, options: RunOptions) -> None:
    warn_of(experiment)
    if options.seed is not None:
        command = [*command, "--seed", str(options.seed)]
    if experiment.has_cohort:
        run_cohort(experiment, command, out, options)
        return
    if options.shard or options.scheduler or options.table:
        raise InputError(f"--shard, --scheduler, --table: {experiment.path} has no [cohort]")

    from rich.console import Console

    from resetsim.spiking.engine import best_engine
    from resetsim.store.folder import fingerprint, open_folder
    from resetsim.store.kept_arms import kept_on_disk
    from resetsim.study.experiment import prepare, run_experiment
    from resetsim.study.provenance import texts_of
    from resetsim.views.progress import ProgressBar

    prepared = prepare(experiment)
    varies = experiment.vary, experiment.together
    asked = fingerprint(texts_of(experiment, prepared), [experiment.content, *varies])
    with (
        open_folder(out, asked, options.resume, options.replace) as folder,
        kept_on_disk(folder.partial) as keep,
    ):
        engine = best_engine(options.jobs)
        with ProgressBar(Console(stderr=True)) as progress:
            result = run_experiment(experiment, prepared, engine, progress, keep)
        repeated = {"command": shlex.join(["resetsim", *command]), "started": options.started}
        result = dataclasses.replace(result, provenance={**result.provenance, **repeated})
        _write(result, folder, options.jobs)
        folder.finish()
        show_table(result)
    echo(f"Figures, tables and report: {folder.final / REPORT}")


def _write(result: "Result", folder: "OutputFolder", jobs: int) -> None:
    from resetsim.store.crate import files_of, write_crate
    from resetsim.store.own_files import rewriting
    from resetsim.store.written import write_tables
    from resetsim.views.drawing import drawing
    from resetsim.views.figures import VIEWS
    from resetsim.views.report import write_report

    with rewriting(folder.partial) as place:
        (place / "figures").mkdir()
        with drawing(result, place / "figures", jobs, VIEWS, keep=True):
            write_tables(result, place)
        write_report(result, place / "figures", place / REPORT)
        write_crate(result, place, files_of(place))
