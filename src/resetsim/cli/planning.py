"""``plan``: what a run will have to do, before it does any of it."""

import os
from typing import TYPE_CHECKING

from resetsim.cli.app import (
    ExperimentName,
    Jobs,
    MostArms,
    Patients,
    Shard,
    app,
    checked_jobs,
    warn_of,
)
from resetsim.cli.cohorts import shard_of
from resetsim.errors import InputError
from resetsim.terminal import echo

if TYPE_CHECKING:
    from collections.abc import Iterator

    from resetsim.study.work_ahead import WorkAhead


@app.command()
def plan(
    experiment: ExperimentName,
    jobs: Jobs = None,
    most_arms: MostArms = None,
    patients: Patients = None,
    shard: Shard = None,
) -> None:
    """Say how many simulations and patients a run has, how long it takes, and how large it is."""
    jobs, part = checked_jobs(jobs), shard_of(shard)

    from resetsim.declare.experiment import MOST_ARMS, read_experiment, with_size

    read = read_experiment(experiment, most_arms=most_arms or MOST_ARMS)
    warn_of(read)
    read = read if patients is None else with_size(read, patients)
    if part and not read.has_cohort:
        raise InputError(f"--shard: {read.path} has no [cohort]")

    from resetsim.spiking.engine import best_engine
    from resetsim.study.cohort_prepared import prepare_cohort
    from resetsim.study.experiment import prepare
    from resetsim.study.work_ahead import work_ahead

    prepared = prepare_cohort(read) if read.has_cohort else prepare(read)
    found = work_ahead(prepared, best_engine(jobs), part or (1, 1))
    for line in _lines(found, read.has_cohort, min(jobs, os.cpu_count() or 1)):
        echo(line)


def _lines(found: "WorkAhead", cohort: bool, jobs: int) -> "Iterator[str]":
    who = f"{found.patients} patients" if cohort else "one patient"
    yield f"{_many(found.arms, 'arm')} of {who}"
    if found.missing:
        yield (
            f"drift: {found.missing} of {found.nodes} nodes are to be measured, with "
            f"{found.fewest} to {found.most} simulations"
        )
    else:
        yield f"drift: all {found.nodes} nodes have been measured"
    if found.assays:
        yield f"{_many(found.assays, 'assay')}: which simulations they need, the run finds out"
    besides = ", assays aside" if found.assays else ""
    yield f"time: {_time(found.seconds / jobs)} at least with {_many(jobs, 'job')}{besides}"
    if cohort:
        yield f"disk: {_size(found.size_bytes)} or so"
        yield f"memory: {_size(found.memory_bytes)} or so, and some 0.1 GB for each further job"


def _many(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _size(size_bytes: int) -> str:
    if size_bytes >= 1e9:
        return f"{size_bytes / 1e9:.1f} GB"
    return f"{size_bytes / 1e6:.0f} MB" if size_bytes >= 1e7 else f"{size_bytes / 1e6:.1f} MB"


def _time(seconds: float) -> str:
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 6000 else f"{seconds / 3600:.1f} h"
