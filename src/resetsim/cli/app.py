"""What all commands share: the application, its options, and how arguments are checked."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

import resetsim
from resetsim.errors import InputError
from resetsim.terminal import echo, visible

if TYPE_CHECKING:
    from resetsim.declare.experiment import Experiment
    from resetsim.records.cohort import CohortResult
    from resetsim.records.result import Result


class Commands(TyperGroup):
    """All commands; one that is given another's option says whose it is."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except Exception as error:  # where its class is imported from depends on Typer's version
            if type(error).__name__ == "NoSuchOption":
                self._say_whose(error)
            raise

    def _say_whose(self, error: Any) -> None:
        having = [
            name
            for name, command in self.commands.items()
            if any(error.option_name in each.opts for each in command.params)
        ]
        if having:
            error.possibilities = None
            error.message += (
                f"; it is an option of {_in_words([f'resetsim {each}' for each in having])}"
            )


def _in_words(names: list[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last


app = typer.Typer(
    cls=Commands,
    help="Test whether a long NMDA blockade resets chronic pain and spares memory.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # Rich takes longer to import than all that a refusal needs
)

REPORT = "report.html"


def not_below(least: int) -> Callable[[typer.CallbackParam, int | None], int | None]:
    """Return what refuses lower values of an option in one line; Typer's own says it in four."""

    def checked(option: typer.CallbackParam, value: int | None) -> int | None:
        if value is not None and value < least:
            raise InputError(f"{option.opts[0]}: found {value}; it must be at least {least}")
        return value

    return checked


ExperimentName = Annotated[
    str, typer.Argument(help="Name of a shipped experiment, or a .toml file")
]
Out = Annotated[Path | None, typer.Option(help="Folder for the result [results/EXPERIMENT]")]
Jobs = Annotated[int | None, typer.Option(help="Simulations at a time [number of cores]")]
Seed = Annotated[int | None, typer.Option(help="Instead of the seed in the file")]
MostArms = Annotated[
    int | None,
    typer.Option(help="Refuse more arms than this [1000]", callback=not_below(1)),
]
Patients = Annotated[
    int | None,
    typer.Option(help="Size of the cohort, instead of that in the file", callback=not_below(1)),
]
Shard = Annotated[str | None, typer.Option(help="I/N: every Nth chunk of the cohort; see merge")]
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


def checked_jobs(jobs: int | None) -> int:
    """Return how many simulations may run at a time: by default one on each core."""
    if jobs is None:
        return os.cpu_count() or 1
    if jobs < 1:
        raise InputError(f"--jobs: found {jobs}; it must be at least 1")
    return jobs


def warn_of(experiment: "Experiment") -> None:
    """Print what a file allows but hardly means."""
    from resetsim.declare.experiment import remarks

    for line in remarks(experiment):
        echo(f"Warning: {line}", error=True)


def import_pint() -> None:
    """Import Pint without what it imports where that is installed: half of a refusal's time.

    Quantities of files are plain floats with a unit, never arrays.
    """
    missing = {"dask", "numpy"} - sys.modules.keys()
    for each in missing:
        sys.modules[each] = None  # type: ignore[assignment]  # how Python says that there is none
    try:
        import pint  # noqa: F401
    finally:
        for each in missing:
            del sys.modules[each]


def read_from(path: Path) -> "Result | CohortResult":
    """Read a result from its folder, after an interrupted replacement put right, or its file."""
    from resetsim.store.folder import RESULT, restore
    from resetsim.store.hdf5_head import require_whole

    restore(path)
    file = path / RESULT if path.is_dir() else path
    require_whole(file)

    from resetsim.store.hdf5_cohort import is_cohort, read_cohort

    if is_cohort(file):
        return read_cohort(file)
    from resetsim.store.hdf5 import read_result

    return read_result(file)


def show_table(result: "Result | CohortResult") -> None:
    """Print what a run ends with."""
    from resetsim.records.cohort import CohortResult

    if isinstance(result, CohortResult):
        _show_cohort(result)
        return
    from rich.console import Console
    from rich.text import Text

    from resetsim.views.terminal_tables import forgetting_table, terminal_table, threshold_lines

    Console().print(terminal_table(result))
    if (forgotten := forgetting_table(result)) is not None:
        Console().print(forgotten)
    for line in threshold_lines(result):
        Console().print(Text(visible(line)))


def _show_cohort(result: "CohortResult") -> None:
    from rich.console import Console

    from resetsim.outcomes.cohort import cohort_outcomes
    from resetsim.views.cohort.further import further_tables
    from resetsim.views.cohort.table import cohort_table

    outcomes = cohort_outcomes(result)
    for table in (cohort_table(outcomes), *further_tables(outcomes).values()):
        Console().print(table)
