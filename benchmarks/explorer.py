"""How long does the explorer take to answer? Prints a table; asserts nothing.

It needs Chromium and ``pip install 'resetsim[browser]'``; times are of the page's own clock.
"""

import shutil
import tempfile
from pathlib import Path
from statistics import median

from machine import describe
from playwright.sync_api import Page, sync_playwright
from rich.console import Console
from rich.table import Table

from resetsim.views.explorer.page import page_html

MOVES = 15
ADDRESSES = {
    "blockade": "",
    "ketamine": "treatment=ketamine",
    "no spread": "spread=0",
    "6 flare-ups a month": "flares=6",
    "with all hypotheses": "lesson=rivals",
}


def main() -> None:
    """Open the page at each address, then move a slider."""
    console = Console(width=100)
    console.print(describe())
    table = Table(title="How long until the explorer answers? In ms; a move is the median of 15")
    for heading in ("page", "interactive", "a move answered", "thirty patients too"):
        table.add_column(heading, justify="left" if heading == "page" else "right")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as started:
        file = Path(folder) / "explorer.html"
        file.write_text(page_html(), encoding="utf-8")
        chromium = started.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        for name, address in ADDRESSES.items():
            page = chromium.new_page()
            page.goto(f"{file.as_uri()}#{address}")
            _settle(page)
            first = page.get_attribute("html", "data-ready")
            moves = [_moved(page) for _ in range(MOVES)]
            table.add_row(
                name, first, *(f"{median(each):.0f}" for each in zip(*moves, strict=True))
            )
            page.close()
        console.print(f"the living network: {_wound_up(chromium.new_page(), file.as_uri())}")
        console.print(f"one file of {file.stat().st_size / 1e6:.2f} MB")
    console.print(table)


def _wound_up(page: Page, address: str) -> str:
    page.goto(f"{address}#lesson=windup")
    _settle(page)
    page.select_option("#network-speed", "As fast as it goes")
    page.click("#network-run")
    page.wait_for_selector("#network-panel[data-runs=false]")
    return page.inner_text("#network-said")


def _moved(page: Page) -> tuple[float, float]:
    page.evaluate("delete document.documentElement.dataset.allMs")
    page.focus("#hours")
    page.keyboard.press("ArrowRight")
    _settle(page)
    root = page.locator("html")
    answered, everything = (root.get_attribute(f"data-{name}-ms") for name in ("answered", "all"))
    return float(answered or "nan"), float(everything or "nan")


def _settle(page: Page) -> None:
    page.wait_for_selector("html[data-all-ms]", state="attached")


if __name__ == "__main__":
    main()
