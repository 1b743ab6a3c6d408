"""``show``, ``report`` and ``export``: what is done with a result that is there."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from resetsim.cli.app import REPORT, ResultPath, app, read_from, show_table
from resetsim.errors import InputError
from resetsim.terminal import echo

if TYPE_CHECKING:
    from resetsim.records.cohort import CohortResult
    from resetsim.records.result import Result


@app.command()
def show(result: ResultPath) -> None:
    """Show the table of a result."""
    show_table(read_from(result))


@app.command()
def report(result: ResultPath) -> None:
    """Draw the figures and write the report of a result again."""
    found = read_from(result)

    from resetsim.store.crate import CRATE, files_of, write_crate
    from resetsim.store.folder import RESULT, open_place
    from resetsim.store.own_files import own_files

    file = result / RESULT if result.is_dir() else result
    folder = file.parent
    with open_place(folder, [REPORT, CRATE]) as place:
        (place / "figures").mkdir()
        _write_report(found, place)
        kept = {name for name in own_files(folder) if "/" not in name} - {CRATE} | {file.name}
        write_crate(found, place, {name: folder / name for name in kept} | files_of(place))
    echo(str(folder / REPORT))


def _write_report(found: "Result | CohortResult", place: Path) -> None:
    from resetsim.records.result import Result
    from resetsim.views.drawing import drawing
    from resetsim.views.figures import VIEWS

    figures, jobs = place / "figures", os.cpu_count() or 1
    if isinstance(found, Result):
        from resetsim.views.report import write_report

        with drawing(found, figures, jobs, VIEWS):
            pass
        write_report(found, figures, place / REPORT)
        return
    from resetsim.outcomes.cohort import cohort_outcomes
    from resetsim.views.cohort.figures import COHORT_VIEWS
    from resetsim.views.cohort.report import write_cohort_report

    outcomes = cohort_outcomes(found)
    with drawing(outcomes, figures, jobs, COHORT_VIEWS):
        pass
    write_cohort_report(outcomes, figures, place / REPORT)


@app.command()
def export(
    result: ResultPath, nwb: Annotated[Path, typer.Option(help="The NWB file to write")]
) -> None:
    """Export a result to Neurodata Without Borders."""
    found = read_from(result)

    from resetsim.records.result import Result

    if not isinstance(found, Result):
        raise InputError(
            f"{result}: of a cohort, which has no spikes; 'resetsim run --patient N' has them"
        )
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
