"""Pages opened in a browser: what is needed for it, and what no page may do."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

NEEDED = "pip install 'resetsim[browser]', apt install chromium"
playwright = pytest.importorskip("playwright.sync_api", reason=f"Playwright is missing: {NEEDED}")
axe = pytest.importorskip(
    "axe_playwright_python.sync_playwright", reason=f"axe is missing: {NEEDED}"
)
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason=f"Chromium is missing: {NEEDED}")

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}


@contextmanager
def opened_browser() -> Iterator["playwright.Browser"]:
    """Start Chromium, and close it when the block ends."""
    with playwright.sync_playwright() as started:
        chromium = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


class OpenedPage:
    """A page of one file or address; it fails on whatever it should not do."""

    def __init__(self, browser, address, viewport=DESK, theme="light", fragment="", **options):
        self.address, self.trouble = address, []
        self.context = browser.new_context(viewport=viewport, color_scheme=theme, **options)
        self.page = self.context.new_page()
        self.page.on("console", lambda message: self.trouble.append(message.text))
        self.page.on("pageerror", lambda error: self.trouble.append(str(error)))
        self.page.on("request", self._asked)
        self.page.goto(address + fragment)

    def _asked(self, request) -> None:
        own = request.url.split("#")[0] == self.address
        if not own and not request.url.startswith(("data:", "blob:")):  # in the page
            self.trouble.append(f"asked for {request.url}")

    def assert_accessible(self, said="") -> None:
        """Ask axe, with everything unfolded, and whether the page is as wide as the screen."""
        self.page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        found = axe.Axe().run(self.page)
        assert found.violations_count == 0, f"{said}: {found.generate_report()}"
        width = self.page.evaluate("document.documentElement.scrollWidth")
        assert width <= self.page.viewport_size["width"]

    def close(self) -> None:
        assert self.trouble == []
        self.context.close()
