"""``explore``: the slow clock in a web page."""

from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from resetsim.cli.app import app
from resetsim.errors import InputError
from resetsim.terminal import echo

Port = Annotated[int, typer.Option(min=0, max=65535, help="Port; any that is free for 0")]


@app.command("explore")
def explore(
    export: Annotated[
        Path | None, typer.Option(help="Write the page as one file, and serve nothing")
    ] = None,
    port: Port = 0,
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Whether to open it in the browser")
    ] = True,
) -> None:
    """Explore pain, treatments and hypotheses in a page in the browser, offline."""
    if export is not None:
        _export(export)
        return
    from resetsim.cli import Stopped
    from resetsim.views.explorer.serve import HOST, open_browser, server

    with server(port) as serving:
        address = f"http://{HOST}:{serving.server_port}/"
        echo(f"{address} (Ctrl-C ends it)")
        if browser:
            open_browser(address)
        with suppress(Stopped):
            serving.serve_forever()


def _export(path: Path) -> None:
    from resetsim.views.explorer.page import page_html
    from resetsim.whole_file import whole_file

    if path.is_dir():
        raise InputError(f"--export: {path} is a folder; name a file, such as explorer.html")
    html = page_html()
    with whole_file(path) as partial:
        partial.write_text(html, encoding="utf-8")
    echo(f"{path}: {path.stat().st_size / 1e6:.2f} MB; it opens from disk, without a network")
