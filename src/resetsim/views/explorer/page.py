"""The page of the explorer, put together from what ``make explorer`` has built."""

from base64 import b64encode
from gzip import compress
from html import escape
from pathlib import Path

from resetsim import __version__

FOLDER = Path(__file__).parent
SOURCE, BUILT = FOLDER / "source", FOLDER / "built"

STYLE, SCRIPT = "page.css", "page.js"
LIVE_STYLE, LIVE_SCRIPT = "report.css", "report.js"  # of reports, which share the curves
PARTS = {
    "data": "data.json",
    "roots": "roots.bin.gz",
    "kernels": "kernels.wasm",
    "solver": "solver.js",
    "network": "network.wasm",
    "player": "player.js",
}
"""By the id of their element: what the script unpacks."""


def page_html() -> str:
    """Return the whole page: it opens from disk, and asks nobody for anything.

    Returns
    -------
    str
        HTML.
    """
    parts = [
        f'<script type="application/octet-stream" id="{name}">{_packed(BUILT / file)}</script>'
        for name, file in PARTS.items()
    ]
    filled = {
        "version": escape(__version__),
        "style": (BUILT / STYLE).read_text(encoding="utf-8"),
        "parts": "\n".join(parts),
        "script": (BUILT / SCRIPT).read_text(encoding="utf-8"),
    }
    html = (SOURCE / "page.html").read_text(encoding="utf-8")
    for name, text in filled.items():
        html = html.replace(f"<!--{name}-->", text)
    return html


def _packed(file: Path) -> str:
    content = file.read_bytes()
    return b64encode(content if file.suffix == ".gz" else compress(content, mtime=0)).decode()
