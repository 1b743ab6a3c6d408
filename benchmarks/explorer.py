"""How long does the explorer take to answer? Prints a table; asserts nothing.

It needs Chromium and ``pip install 'resetsim[browser]'``; times are of the page's own clock.
"""

import shutil
import tempfile
from itertools import cycle, islice, product
from pathlib import Path
from statistics import median

from machine import describe
from playwright.sync_api import CDPSession, Page, sync_playwright
from rich.console import Console
from rich.table import Table

from resetsim.views.explorer.page import page_html

MOVES = 15
LONGEST = "start=150&hours=720"
ADDRESSES = {
    "blockade": "",
    "ketamine": "treatment=ketamine",
    "no spread": "spread=0",
    "6 flare-ups a month": "flares=6",
    "the same, longest infusion": f"flares=6&treatment=ketamine&{LONGEST}",
    "most of everything": f"flares=8&flare=2&spread=1&treatment=s_ketamine&dose=6&{LONGEST}",
}
UNFOLD = """rivals => {
    document.querySelectorAll("#controls details").forEach(group => group.open = true);
    document.getElementById("rivals").open = rivals;
}"""


def main() -> None:
    """Open the page at each address, then move the slider that changes all there is."""
    console = Console(width=100)
    console.print(describe())
    title = f"How long until the explorer answers? In ms: the median of {MOVES} moves (the least)"
    table = Table(title=title)
    for heading in ("page", "interactive", "a move answered", "all of it", "CPU"):
        table.add_column(heading, justify="left" if heading == "page" else "right")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as started:
        file = Path(folder) / "explorer.html"
        file.write_text(page_html(), encoding="utf-8")
        chromium = started.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        for (name, address), rivals in product(ADDRESSES.items(), (False, True)):
            page = chromium.new_page()
            page.goto(f"{file.as_uri()}#{address}")
            _settle(page)
            page.evaluate(UNFOLD, rivals)
            first = page.get_attribute("html", "data-ready")
            times = page.context.new_cdp_session(page)
            times.send("Performance.enable")
            keys = islice(cycle(("ArrowRight", "ArrowLeft")), MOVES)
            moves = [_moved(page, key, times) for key in keys]
            found = (f"{median(each):.0f} ({min(each):.0f})" for each in zip(*moves, strict=True))
            table.add_row(f"{name}, all hypotheses" if rivals else name, first, *found)
            page.close()
        console.print(table)
        console.print(f"the living network: {_wound_up(chromium.new_page(), file.as_uri())}")
        console.print(f"one file of {file.stat().st_size / 1e6:.2f} MB")


def _wound_up(page: Page, address: str) -> str:
    page.goto(f"{address}#lesson=windup")
    _settle(page)
    page.locator("#choice-options input").first.check()
    page.click("#choice-reveal")
    page.select_option("#network-speed", "As fast as it goes")
    page.click("#network-run")
    page.wait_for_selector("#network-panel[data-runs=false]")
    return page.inner_text("#network-said")


def _moved(page: Page, key: str, times: CDPSession) -> tuple[float, float, float]:
    """Return until when a move was answered, then all of it, and the CPU time of all threads."""
    page.evaluate("delete document.documentElement.dataset.allMs")
    page.focus("#residual")
    before = _cpu_ms(times)
    page.keyboard.press(key)
    _settle(page)
    used = _cpu_ms(times) - before
    root = page.locator("html")
    answered, everything = (root.get_attribute(f"data-{name}-ms") for name in ("answered", "all"))
    return float(answered or "nan"), float(everything or "nan"), used


def _cpu_ms(times: CDPSession) -> float:
    metrics = times.send("Performance.getMetrics")["metrics"]
    return next(1e3 * each["value"] for each in metrics if each["name"] == "ProcessTime")


def _settle(page: Page) -> None:
    page.wait_for_selector("html[data-all-ms]", state="attached")


if __name__ == "__main__":
    main()
