"""``show``, ``report`` and ``export``: what is done with a result that is there."""

import os
from pathlib import Path
from typing import Annotated

import typer

from resetsim.cli.app import REPORT, ResultPath, app, read_from, show_table
from resetsim.errors import InputError
from resetsim.terminal import echo


@app.command()
def show(result: ResultPath) -> None:
    """Show the table of a result."""
    show_table(read_from(result))


@app.command()
def report(result: ResultPath) -> None:
    """Draw the figures and write the report of a result again."""
    found = read_from(result)

    from resetsim.records.result import Result

    if not isinstance(found, Result):
        raise InputError(f"{result}: of a cohort")

    from resetsim.store.folder import open_place
    from resetsim.views.figures import VIEWS, drawing
    from resetsim.views.report import write_report

    folder = result if result.is_dir() else result.parent
    with open_place(folder, [REPORT]) as place:
        (place / "figures").mkdir()
        with drawing(found, place / "figures", os.cpu_count() or 1, VIEWS):
            pass
        write_report(found, place / "figures", place / REPORT)
    echo(str(folder / REPORT))


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
