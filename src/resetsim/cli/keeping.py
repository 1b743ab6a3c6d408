"""``list`` and ``store``: what is shipped, and what is kept between runs."""

from typing import Annotated

import typer

from resetsim.cli.app import app
from resetsim.terminal import echo


@app.command("list")
def list_files() -> None:
    """List the shipped files of every kind, and where they are."""
    from rich.console import Console

    from resetsim.declare.files import KINDS, find_file, read_toml, shipped_folders, shipped_names
    from resetsim.views.fitted_table import FittedTable

    for kind in KINDS:
        says = "question" if kind == "experiment" else "description"
        names = shipped_names(kind)
        contents = [read_toml(find_file(name, kind)) for name in names]
        texts = [" ".join(str(content.get(says, "")).split()) for content in contents]
        echo(f"In {' and '.join(map(str, shipped_folders(kind)))}:")
        Console().print(FittedTable({kind: names, says: texts}, {}))
        echo("")
    echo("'resetsim new NAME --from EXPERIMENT' copies one to start from.")


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
