"""``validate`` and ``discriminate``: hypotheses against observations, and against each other."""

from pathlib import Path
from typing import Annotated

import typer

from resetsim.cli.app import Jobs, app, checked_jobs
from resetsim.errors import InputError
from resetsim.terminal import echo


@app.command()
def validate(
    target: Annotated[
        list[str] | None, typer.Option(help="Only this target; may be given again")
    ] = None,
    hypothesis: Annotated[
        list[str] | None, typer.Option(help="Only this hypothesis; may be given again")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder for table and figure [results/validation, or validation_part]"),
    ] = None,
    jobs: Jobs = None,
) -> None:
    """Judge hypotheses by published observations; write validation.csv and its figure."""
    from resetsim.evidence.targets import find_target, read_targets

    targets = [find_target(name) for name in target] if target else read_targets()
    names, jobs = _hypotheses(hypothesis), checked_jobs(jobs)

    from rich.console import Console

    from resetsim.evidence.validation import validate as judged_by
    from resetsim.evidence.validation import write_validation
    from resetsim.spiking.engine import best_engine
    from resetsim.store.folder import open_place
    from resetsim.views.figure_files import save_figure
    from resetsim.views.forest import draw_forest
    from resetsim.views.progress import ProgressBar
    from resetsim.views.validation import draw_validation, validation_table

    engine = best_engine(jobs)
    out = _folder(out, "validation", part=bool(target or hypothesis))
    files = [f"{name}.{kind}" for name in ("validation", "forest") for kind in ("png", "svg")]
    with open_place(out, ["validation.csv", *files]) as place:
        with ProgressBar(Console(stderr=True)) as progress:
            judgements = judged_by(targets, names, engine, progress)
        write_validation(judgements, place / "validation.csv")
        save_figure(lambda: draw_validation(judgements), place, "validation")
        save_figure(lambda: draw_forest(judgements), place, "forest")
    Console().print(validation_table(judgements))
    echo(f"Values and reasons: {out / 'validation.csv'}")


@app.command()
def discriminate(
    hypothesis: Annotated[
        list[str] | None, typer.Option(help="Only this hypothesis; may be given again")
    ] = None,
    trials: Annotated[
        bool, typer.Option("--trials", help="Search the trials on cohorts, by patients needed")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder for table and figures [results/discriminating, or _part]"),
    ] = None,
    jobs: Jobs = None,
) -> None:
    """Find the experiment on which each pair of hypotheses differs most."""
    names, jobs = _hypotheses(hypothesis), checked_jobs(jobs)
    if len(set(names)) < 2:
        raise InputError("--hypothesis: found one; at least two are needed")
    out = _folder(out, "discriminating", part=bool(hypothesis))
    if trials:
        _which_trials(names, out, jobs)
        return

    from rich.console import Console

    from resetsim.evidence.discriminating import EXPERIMENTS, write_differences
    from resetsim.evidence.discriminating import discriminate as differences_of
    from resetsim.evidence.runs import run_under
    from resetsim.spiking.engine import best_engine
    from resetsim.store.folder import open_place
    from resetsim.views.discriminating import differences_table, draw_differences, draw_rivals
    from resetsim.views.figure_files import save_figure
    from resetsim.views.progress import ProgressBar

    engine = best_engine(jobs)
    figures = [f"{name}.{kind}" for name in ("pairs", "rivals") for kind in ("png", "svg")]
    with open_place(out, ["discriminating.csv", *figures]) as place:
        with ProgressBar(Console(stderr=True)) as progress:
            runs = run_under(EXPERIMENTS, names, engine, progress)
        differences = differences_of(runs)
        write_differences(differences, place / "discriminating.csv")
        save_figure(lambda: draw_differences(differences), place, "pairs")
        save_figure(lambda: draw_rivals(runs), place, "rivals")
    Console().print(differences_table(differences))
    echo(f"All pairs: {out / 'discriminating.csv'}")


def _which_trials(names: list[str], out: Path, jobs: int) -> None:
    from rich.console import Console

    from resetsim.evidence.cohort_runs import cohorts_under
    from resetsim.evidence.which_trial import TRIALS, which_trials, write_trials
    from resetsim.spiking.engine import best_engine
    from resetsim.store.folder import open_place
    from resetsim.views.progress import ProgressBar
    from resetsim.views.which_trial import trials_table

    with open_place(out, ["trials.csv"]) as place:
        with ProgressBar(Console(stderr=True)) as progress:
            runs = cohorts_under(TRIALS, names, best_engine(jobs), progress)
        needed = which_trials(runs)
        write_trials(needed, place / "trials.csv")
    Console().print(trials_table(needed))
    echo(f"All trials: {out / 'trials.csv'}")


def _hypotheses(names: list[str] | None) -> list[str]:
    from resetsim.declare.files import find_file, shipped_names

    found: dict[str, Path] = {}
    for name in names or shipped_names("hypothesis"):
        path = find_file(name, "hypothesis")
        if found.setdefault(path.stem, path) != path:
            raise InputError(f"--hypothesis: two files are named '{path.stem}'; rename one")
    shipped = {name: find_file(name, "hypothesis") for name in shipped_names("hypothesis")}
    return [name if shipped.get(name) == path else str(path) for name, path in found.items()]


def _folder(out: Path | None, name: str, part: bool) -> Path:
    """Return the folder to write to; what is asked of a part does not replace the whole."""
    folder = out or Path("results") / (f"{name}_part" if part else name)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(
            f"--out: the folder {folder} cannot be written ({error.strerror}); name another"
        ) from None
    return folder
