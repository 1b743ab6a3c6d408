"""``run`` of an experiment on a cohort, and ``merge`` of its shards."""

import dataclasses
import os
import re
import shlex
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from resetsim.cli.app import REPORT, Out, Replace, app, show_table
from resetsim.errors import InputError
from resetsim.terminal import echo

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from resetsim.cli.running import RunOptions
    from resetsim.declare.experiment import Experiment
    from resetsim.progress import Progress
    from resetsim.records.cohort import Chunk, CohortResult
    from resetsim.spiking.engine import Engine
    from resetsim.store.folder import OutputFolder
    from resetsim.store.kept_chunks import KeptChunks
    from resetsim.study.arm import PreparedArm
    from resetsim.study.cohort_prepared import CohortJob, Numbers
    from resetsim.study.workers import Workers

_SHARD = re.compile(r"([0-9]{1,6})/([0-9]{1,6})")


def shard_of(text: str | None) -> tuple[int, int] | None:
    """Return which shard of how many is meant by ``I/N``."""
    if text is None:
        return None
    match = _SHARD.fullmatch(text.strip())
    if match is None or not 1 <= int(match[1]) <= int(match[2]):
        raise InputError(f"--shard: found '{text}'; it must be I/N with I from 1 to N, such as 2/8")
    return int(match[1]), int(match[2])


def run_cohort(
    experiment: "Experiment", command: list[str], out: Path, options: "RunOptions"
) -> None:
    """Run an experiment on a cohort, or a shard of it."""
    import numpy as np
    from rich.console import Console

    from resetsim.store.folder import fingerprint, open_folder
    from resetsim.study.cohort import chunks_of, frame_of, ready
    from resetsim.study.cohort_assays import assay_patients, assayed_of
    from resetsim.study.cohort_prepared import prepare_cohort
    from resetsim.study.provenance import texts_of
    from resetsim.study.workers import workers
    from resetsim.views.progress import ProgressBar

    shard = options.shard or (1, 1)
    prepared = prepare_cohort(experiment)
    varies = experiment.vary, experiment.together
    content = [experiment.content, *varies, shard]
    asked = fingerprint(texts_of(experiment, prepared), content)
    with open_folder(out, asked, options.resume, options.replace) as folder:
        engine = _engine(prepared, options)
        with (
            ProgressBar(Console(stderr=True)) as progress,
            workers(options.jobs, options.scheduler) as crew,
        ):
            job, found = ready(prepared, engine, crew, progress)
            chunks = chunks_of(found[0], shard)
            if not chunks:
                raise InputError(f"--shard: number {shard[0]} has no patients; use fewer shards")
            frame = frame_of(experiment, prepared, job, found, engine)
            frame = _as_asked(frame, (command, options.started), shard, chunks)
            some = np.intersect1d(assayed_of(experiment, found[0]), frame.number)
            assays = assay_patients(experiment, job, some, engine, progress)
            frame = dataclasses.replace(frame, assays=assays)
            kept = _kept(asked.everything + frame.provenance["drift table"])
            made = _made(job, chunks, kept, crew, progress)
            _write(frame, made, folder, options.jobs)
        folder.finish()
        kept.clear()
    result = _from(folder)
    show_table(result)
    echo(f"Figures, tables and report: {folder.final / REPORT}")


def _engine(prepared: "Sequence[PreparedArm]", options: "RunOptions") -> "Engine":
    """Return what runs simulations: nothing, where drift was measured elsewhere."""
    from resetsim.spiking.engine import best_engine

    if options.table is None:
        return best_engine(options.jobs)
    cohort = prepared[0].plan.cohort
    if cohort is not None and cohort.assayed:
        raise InputError(
            "--table: with cohort.assayed patients are simulated here, on drift measured here; "
            "leave it away, and assay some with 'resetsim run --patient'"
        )
    from resetsim.slow.given import take_tables
    from resetsim.study.cohort_drift import samplers_of

    return take_tables(options.table, samplers_of(prepared))


def _as_asked(
    frame: "CohortResult",
    asked: tuple[list[str], str],
    shard: tuple[int, int],
    chunks: "Sequence[Numbers]",
) -> "CohortResult":
    import numpy as np

    command, started = asked
    repeated = {"command": shlex.join(["resetsim", *command]), "started": started}
    if shard != (1, 1):
        repeated["shard"] = f"{shard[0]}/{shard[1]}"
    provenance = {**frame.provenance, **repeated}
    return dataclasses.replace(frame, number=np.concatenate(chunks), provenance=provenance)


def _kept(asked: str) -> "KeptChunks":
    import resetsim
    from resetsim.store.kept_chunks import KeptChunks

    digest = sha256(asked.encode())
    for module in sorted(Path(resetsim.__file__).parent.rglob("*.[pc][yp]*")):
        if module.suffix in (".py", ".cpp"):
            digest.update(module.read_bytes())
    return KeptChunks(digest.hexdigest()[:24])


def _made(
    job: "CohortJob",
    chunks: "Sequence[Numbers]",
    kept: "KeptChunks",
    crew: "Workers",
    progress: "Progress",
) -> "Iterator[Chunk]":
    """Yield all chunks in order: those that an interrupted run has kept, and the others."""
    from resetsim.study.cohort import follow, run_chunks

    missing = [each for each in chunks if kept.get(int(each[0])) is None]
    computed = run_chunks(job, missing, crew, progress)
    to_come = {int(each[0]) for each in missing}
    for each in chunks:
        first = int(each[0])
        if first in to_come:
            chunk = next(computed)
            kept.put(chunk)
            yield chunk
        else:
            yield kept.get(first) or follow(job, each)


def _write(
    frame: "CohortResult", chunks: "Iterable[Chunk]", folder: "OutputFolder", jobs: int
) -> None:
    from resetsim.outcomes.cohort import cohort_outcomes
    from resetsim.outcomes.cohort_rows import outcome_rows
    from resetsim.outcomes.crossover import crossover_rows
    from resetsim.store.cohort_tables import assay_cells, write_cohort_summary
    from resetsim.store.crate import files_of, write_crate
    from resetsim.store.csv_file import write_table
    from resetsim.store.folder import RESULT
    from resetsim.store.hdf5_cohort import read_cohort, write_cohort
    from resetsim.store.own_files import rewriting
    from resetsim.views.cohort.figures import COHORT_VIEWS
    from resetsim.views.cohort.report import write_cohort_report
    from resetsim.views.drawing import drawing

    with rewriting(folder.partial) as place:
        write_cohort(frame, chunks, place / RESULT)
        result = read_cohort(place / RESULT)
        outcomes = cohort_outcomes(result)
        (place / "figures").mkdir()
        with drawing(outcomes, place / "figures", jobs, COHORT_VIEWS):
            write_cohort_summary(result, place / "summary.csv")
            rows = outcome_rows(outcomes)
            write_table(place / "outcomes.csv", list(rows[0]), rows)
            if result.assays:
                write_table(place / "assays.csv", list(result.assays), assay_cells(result))
            if effects := crossover_rows(outcomes.crossovers):
                write_table(place / "crossover.csv", list(effects[0]), effects)
        write_cohort_report(outcomes, place / "figures", place / REPORT)
        write_crate(result, place, files_of(place))


def _from(folder: "OutputFolder") -> "CohortResult":
    from resetsim.store.folder import RESULT
    from resetsim.store.hdf5_cohort import read_cohort

    return read_cohort(folder.final / RESULT)


@app.command()
def merge(
    shards: Annotated[list[Path], typer.Argument(help="Folders of all shards of one run")],
    out: Out = None,
    replace: Replace = False,
) -> None:
    """Put the shards of a cohort together."""
    import numpy as np

    from resetsim.records.parts import NOBODY, part_of
    from resetsim.store.folder import RESULT, fingerprint, open_folder
    from resetsim.store.hdf5_cohort import merged_assays, merged_chunks, read_cohort

    paths = [each / RESULT if each.is_dir() else each for each in shards]
    results = [read_cohort(path) for path in paths]
    _require_one_run(shards, results)
    first = results[0]
    provenance = _of_all([each.provenance for each in results])
    frame = dataclasses.replace(
        first,
        number=np.sort(np.concatenate([each.number for each in results])),
        provenance=provenance,
        arms=tuple(part_of(first.arms, place, NOBODY) for place in range(len(first.arms))),
        assays=merged_assays([each.assays for each in results]),
    )
    out = out or Path("results") / first.name
    content = [first.texts, provenance["seed"]]
    with open_folder(out, fingerprint(dict(first.texts), content), False, replace) as folder:
        _write(frame, merged_chunks(paths), folder, os.cpu_count() or 1)
        folder.finish()
    show_table(_from(folder))
    echo(f"Figures, tables and report: {folder.final / REPORT}")


def _of_all(shards: "Sequence[Mapping[str, str]]") -> dict[str, str]:
    """Return the provenance of a run in shards: from the first start to the last end."""
    whole = {key: value for key, value in shards[0].items() if key != "shard"}
    whole["started"] = min(each.get("started", each["date"]) for each in shards)
    return {**whole, "date": max(each["date"] for each in shards)}


def _require_one_run(shards: "Sequence[Path]", results: "Sequence[CohortResult]") -> None:
    """Refuse shards of several experiments, twice the same one, or not all of them."""
    first = results[0]
    found: dict[str, Path] = {}
    for path, result in zip(shards, results, strict=True):
        shard = result.provenance.get("shard")
        if shard is None:
            raise InputError(f"{path}: not a shard; 'resetsim run --shard I/N' writes one")
        if result.texts != first.texts or result.provenance["seed"] != first.provenance["seed"]:
            raise InputError(f"{path}: a shard of another experiment than {shards[0]}")
        if result.provenance["commit"] != first.provenance["commit"]:
            raise InputError(f"{path}: computed by another version than {shards[0]}")
        if result.provenance.get("drift table") != first.provenance.get("drift table"):
            raise InputError(
                f"{path}: computed with another drift table than {shards[0]}; measure it once with "
                "'resetsim table', and give it to all shards with --table"
            )
        if shard in found:
            raise InputError(f"{path}: shard {shard} again, as {found[shard]}")
        if shard.partition("/")[2] != first.provenance["shard"].partition("/")[2]:
            raise InputError(
                f"{path}: shard {shard}, but {shards[0]} is {first.provenance['shard']}"
            )
        found[shard] = path
    count = int(next(iter(found)).partition("/")[2])
    if missing := [f"{i}/{count}" for i in range(1, count + 1) if f"{i}/{count}" not in found]:
        raise InputError(f"merge: {', '.join(missing)} missing; all {count} shards are needed")
