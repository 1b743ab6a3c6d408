"""The command line. Simulators and plotting are imported only by the commands that need them."""

import dataclasses
import errno
import os
import shlex
import signal
import sys
import traceback
import warnings
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

import resetsim
from resetsim.errors import InputError
from resetsim.terminal import echo, visible

if TYPE_CHECKING:
    from resetsim.declare.experiment import Experiment
    from resetsim.records.result import Result
    from resetsim.store.folder import OutputFolder

app = typer.Typer(
    help="Test whether a long NMDA blockade resets chronic pain and spares memory.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # Rich takes longer to import than all that a refusal needs
)

REPORT = "report.html"

ExperimentName = Annotated[
    str, typer.Argument(help="Name of a shipped experiment, or a .toml file")
]
Out = Annotated[Path | None, typer.Option(help="Folder for the result [results/EXPERIMENT]")]
Jobs = Annotated[int | None, typer.Option(help="Simulations at a time [number of cores]")]
Seed = Annotated[int | None, typer.Option(help="Instead of the seed in the file")]
MostArms = Annotated[int | None, typer.Option(help="Refuse more arms than this [1000]", min=1)]
Resume = Annotated[bool, typer.Option("--resume", help="Continue a run that was interrupted")]
Replace = Annotated[
    bool, typer.Option("--replace", help="Replace the result of another experiment")
]
ResultPath = Annotated[Path, typer.Argument(help="Folder of a result, or its result.h5")]


def _version(wanted: bool) -> None:
    if wanted:
        echo(f"resetsim {resetsim.__version__}")
        raise typer.Exit


@app.callback()
def options(
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version")
    ] = False,
) -> None:
    """Take the options of all commands."""
    del version  # handled by its callback
    os.environ.pop("RESETSIM_DEBUG", None)
    if debug:
        os.environ["RESETSIM_DEBUG"] = "1"


@app.command("list")
def list_files() -> None:
    """List the shipped experiments, models, hypotheses and drugs."""
    from rich.console import Console

    from resetsim.declare.files import find_file, read_toml, shipped_names
    from resetsim.views.fitted_table import FittedTable

    for kind, says in (
        ("experiment", "question"),
        ("model", "description"),
        ("hypothesis", "description"),
        ("drug", "description"),
    ):
        names = shipped_names(kind)  # type: ignore[arg-type]
        contents = [read_toml(find_file(name, kind)) for name in names]  # type: ignore[arg-type]
        texts = [str(content.get(says, "")) for content in contents]
        Console().print(FittedTable({kind: names, says: texts}, {}))


@app.command()
def run(
    experiment: ExperimentName,
    out: Out = None,
    jobs: Jobs = None,
    seed: Seed = None,
    resume: Resume = False,
    replace: Replace = False,
    most_arms: MostArms = None,
) -> None:
    """Run an experiment; write its result, tables, figures and report."""
    options = _options(jobs, seed, resume, replace)
    path = _experiment_file(experiment)
    out = _folder_of_run(out or Path("results") / path.stem, resume)

    from resetsim.declare.experiment import MOST_ARMS, read_experiment

    read = read_experiment(path, most_arms=most_arms or MOST_ARMS)
    _run(read, ["run", experiment], out, options)


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
    path, variations = _experiment_file(experiment), _variations(vary)
    out = _folder_of_run(out or Path("results") / f"{path.stem}_compare", resume)

    from resetsim.declare.experiment import MOST_ARMS, read_experiment

    varied = read_experiment(path, variations, most_arms or MOST_ARMS)
    command = ["compare", experiment, *(word for each in vary for word in ("--vary", each))]
    _run(varied, command, out, options)


@app.command()
def show(result: ResultPath) -> None:
    """Show the table of a result."""
    _show(_read(result))


@app.command()
def report(result: ResultPath) -> None:
    """Draw the figures and write the report of a result again."""
    found = _read(result)

    from resetsim.store.folder import open_place
    from resetsim.views.figures import drawing
    from resetsim.views.report import write_report

    folder = result if result.is_dir() else result.parent
    with open_place(folder, [REPORT]) as place:
        (place / "figures").mkdir()
        with drawing(found, place / "figures", os.cpu_count() or 1):
            pass
        write_report(found, place / "figures", place / REPORT)
    echo(str(folder / REPORT))


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
    names, jobs = _hypotheses(hypothesis), _checked_jobs(jobs)

    from rich.console import Console

    from resetsim.evidence.validation import validate as judged_by
    from resetsim.evidence.validation import write_validation
    from resetsim.spiking.engine import best_engine
    from resetsim.store.folder import open_place
    from resetsim.views.figures import save_figure
    from resetsim.views.progress import ProgressBar
    from resetsim.views.validation import draw_validation, validation_table

    engine = best_engine(jobs)
    out = _folder(out, "validation", part=bool(target or hypothesis))
    with open_place(out, [f"validation.{kind}" for kind in ("csv", "png", "svg")]) as place:
        with ProgressBar(Console(stderr=True)) as progress:
            judgements = judged_by(targets, names, engine, progress)
        write_validation(judgements, place / "validation.csv")
        save_figure(lambda: draw_validation(judgements), place, "validation")
    Console().print(validation_table(judgements))
    echo(f"Values and reasons: {out / 'validation.csv'}")


@app.command()
def discriminate(
    hypothesis: Annotated[
        list[str] | None, typer.Option(help="Only this hypothesis; may be given again")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder for table and figures [results/discriminating, or _part]"),
    ] = None,
    jobs: Jobs = None,
) -> None:
    """Find the experiment on which each pair of hypotheses differs most."""
    names, jobs = _hypotheses(hypothesis), _checked_jobs(jobs)
    if len(set(names)) < 2:
        raise InputError("--hypothesis: found one; at least two are needed")

    from rich.console import Console

    from resetsim.evidence.discriminating import EXPERIMENTS, write_differences
    from resetsim.evidence.discriminating import discriminate as differences_of
    from resetsim.evidence.runs import run_under
    from resetsim.spiking.engine import best_engine
    from resetsim.store.folder import open_place
    from resetsim.views.discriminating import differences_table, draw_differences, draw_rivals
    from resetsim.views.figures import save_figure
    from resetsim.views.progress import ProgressBar

    engine = best_engine(jobs)
    out = _folder(out, "discriminating", part=bool(hypothesis))
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


@app.command()
def export(
    result: ResultPath, nwb: Annotated[Path, typer.Option(help="The NWB file to write")]
) -> None:
    """Export a result to Neurodata Without Borders."""
    found = _read(result)
    try:
        from resetsim.store.nwb import export_nwb
    except ModuleNotFoundError:
        raise InputError("export needs pynwb: python -m pip install 'resetsim[nwb]'") from None
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("assays", total=None)
        export_nwb(found, nwb, lambda done, of: bar.update(task, completed=done, total=of))
    echo(str(nwb))


store_app = typer.Typer(
    help="Look after the finished simulations and compiled networks that are kept between runs.",
    invoke_without_command=True,
)
app.add_typer(store_app, name="store")


@store_app.callback()
def store(context: typer.Context) -> None:
    """Show where they are, how large, and what the present version cannot use."""
    if context.invoked_subcommand is not None:
        return
    from resetsim.cache import cache_root, kept

    found = kept()
    echo(f"{cache_root()}: {sum(each.size_bytes for each in found) / 1e6:.0f} MB")
    for each in found:
        use = "used by this version" if each.usable else "'store clean' frees it"
        echo(f"  {each.folder.name}: {each.files} files, {each.size_bytes / 1e6:.0f} MB, {use}")


@store_app.command("clean")
def clean_store(
    everything: Annotated[
        bool, typer.Option("--all", help="Also what the present version can use")
    ] = False,
) -> None:
    """Remove what the present version cannot use, or all."""
    from resetsim.cache import clean

    echo(f"{clean(everything) / 1e6:.0f} MB freed")


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


class _Options(NamedTuple):
    """What ``run`` and ``compare`` have in common."""

    jobs: int
    seed: int | None
    resume: bool
    replace: bool


def _options(jobs: int | None, seed: int | None, resume: bool, replace: bool) -> _Options:
    if seed is not None and seed < 0:
        raise InputError(f"--seed: found {seed}; it must not be negative")
    return _Options(_checked_jobs(jobs), seed, resume, replace)


def _experiment_file(experiment: str) -> Path:
    """Find a file and read it as TOML, before the grammar is imported: that takes longer."""
    from resetsim.declare.files import find_file, read_toml

    path = find_file(experiment, "experiment")
    read_toml(path)
    return path


def _folder_of_run(out: Path, resume: bool) -> Path:
    if resume:
        from resetsim.store.folder import require_unfinished

        require_unfinished(out)
    return out


def _run(experiment: "Experiment", command: list[str], out: Path, options: _Options) -> None:
    from resetsim.declare.experiment import with_seed

    if options.seed is not None:
        experiment = with_seed(experiment, options.seed)
        command = [*command, "--seed", str(options.seed)]

    from rich.console import Console

    from resetsim.spiking.engine import best_engine
    from resetsim.store.folder import fingerprint, open_folder
    from resetsim.store.kept_arms import kept_on_disk
    from resetsim.study.experiment import prepare, run_experiment, texts_of
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
        repeated = {"command": shlex.join(["resetsim", *command])}
        result = dataclasses.replace(result, provenance={**result.provenance, **repeated})
        _write(result, folder, options.jobs)
        folder.finish()
        _show(result)
    echo(f"Figures, tables and report: {folder.final / REPORT}")


def _write(result: "Result", folder: "OutputFolder", jobs: int) -> None:
    from resetsim.store.own_files import rewriting
    from resetsim.store.written import write_tables
    from resetsim.views.figures import drawing
    from resetsim.views.report import write_report

    with rewriting(folder.partial) as place:
        (place / "figures").mkdir()
        with drawing(result, place / "figures", jobs):
            write_tables(result, place)
        write_report(result, place / "figures", place / REPORT)


def _checked_jobs(jobs: int | None) -> int:
    if jobs is None:
        return os.cpu_count() or 1
    if jobs < 1:
        raise InputError(f"--jobs: found {jobs}; it must be at least 1")
    return jobs


def _read(path: Path) -> "Result":
    from resetsim.store.folder import RESULT, restore
    from resetsim.store.hdf5_head import require_whole

    restore(path)
    file = path / RESULT if path.is_dir() else path
    require_whole(file)

    from resetsim.store.hdf5 import read_result

    return read_result(file)


def _show(result: "Result") -> None:
    from rich.console import Console
    from rich.text import Text

    from resetsim.views.terminal_tables import forgetting_table, terminal_table, threshold_lines

    Console().print(terminal_table(result))
    if (forgotten := forgetting_table(result)) is not None:
        Console().print(forgotten)
    for line in threshold_lines(result):
        Console().print(Text(visible(line)))


class Stopped(BaseException):
    """Ctrl-C, or a request to end. Typer would answer ``KeyboardInterrupt`` without a word."""


def _stop(*_: object) -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    raise Stopped


def main() -> None:
    """Run the command line; the exit status is 0, or 2 for wrong input, or 1 for anything else."""
    warnings.showwarning = _show_warning
    # Nothing here is large enough for the threads of OpenBLAS, which take 50 ms of CPU to start.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # ASCII has no →, and a name need not be UTF-8
    signal.signal(signal.SIGINT, _stop)
    signal.signal(signal.SIGTERM, _stop)  # else the simulations would go on alone
    try:
        app()
    except InputError as error:
        _fail(f"Error: {error}", 2)
    except Stopped:
        _fail(
            "Stopped. What was finished is kept: run it again (run and compare: with --resume).", 1
        )
    except OSError as error:
        _fail(f"Error: {_of_the_system(error)}", 1)
    except Exception as error:
        _fail(f"Error: {type(error).__name__}: {error} (--debug shows where)", 1)


def _of_the_system(error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return (
            f"no space left for {error.filename}; make room and run it again: what was finished "
            "is kept"
        )
    return f"{type(error).__name__}: {error} (--debug shows where)"


def _fail(message: str, status: int) -> None:
    if os.environ.get("RESETSIM_DEBUG"):
        echo(traceback.format_exc(), error=True)  # only called while an error is handled
    echo(message, error=True)
    sys.exit(status)


def _show_warning(message: Warning | str, *_: object, **__: object) -> None:
    echo(f"Warning: {message}", error=True)


if __name__ == "__main__":
    main()
