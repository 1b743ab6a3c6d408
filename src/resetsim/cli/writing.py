"""``new`` and ``schema``: a file to start from, and what an editor needs to help with it."""

from pathlib import Path
from typing import Annotated

import typer

from resetsim.cli.app import app
from resetsim.errors import InputError, nearest
from resetsim.terminal import echo

_WHAT_TO_CHANGE = """\
# A copy of the shipped experiment {source}. Change the question; what is done to the patient; below
# [vary] what differs between arms, each key in quotation marks with a list of values; and below
# [follow_up] until when. An editor that reads the line above shows what each key means.
# Then: resetsim run {to}
#
"""


@app.command()
def new(
    name: Annotated[str, typer.Argument(help="Of the experiment; NAME.toml is written")],
    from_: Annotated[
        str, typer.Option("--from", help="Shipped experiment that is copied")
    ] = "blockade_duration",
) -> None:
    """Copy a shipped experiment to a file of your own, with what an editor needs beside it."""
    from resetsim.declare.files import SCHEMA_LINE, find_file, read_text, schema_file
    from resetsim.whole_file import whole_file

    source = find_file(from_, "experiment")
    target = Path(name if name.endswith(".toml") else f"{name}.toml")
    if target.exists():
        raise InputError(f"{target}: is there already; name another, or remove it")
    if not target.parent.is_dir():
        raise InputError(f"{target}: there is no folder {target.parent}; make it first")
    shipped = schema_file("experiment")
    with whole_file(target.with_name(shipped.name)) as partial:
        partial.write_text(read_text(shipped), encoding="utf-8")
    text = read_text(source)
    if text.startswith(SCHEMA_LINE):
        text = text.partition("\n")[2]
    head = f"{SCHEMA_LINE}{shipped.name}\n{_WHAT_TO_CHANGE.format(source=source.stem, to=target)}"
    with whole_file(target) as partial:
        partial.write_text(head + text, encoding="utf-8")
    echo(f"{target}: change it, then 'resetsim run {target}'")


@app.command()
def schema(
    kind: Annotated[
        str | None, typer.Argument(help="experiment, model, drug, hypothesis or population")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder to write to, in place of the terminal")
    ] = None,
) -> None:
    """Print or write the JSON schema of a kind of file, for an editor that helps to write one."""
    from resetsim.declare.files import KINDS, schema_file

    if kind is not None and kind not in KINDS:
        raise InputError(f"schema: found '{kind}'; {nearest(kind, KINDS)}")
    if kind is None and out is None:
        raise InputError("schema: say of which kind of file, or --out FOLDER for all")

    from resetsim.views.schemas import schema_text
    from resetsim.whole_file import whole_file

    for each in KINDS:
        if kind not in (each, None):
            continue
        if out is None:
            echo(schema_text(each).rstrip())
            continue
        path = out / schema_file(each).name
        with whole_file(path) as partial:
            partial.write_text(schema_text(each), encoding="utf-8")
        echo(path)
