"""Every link of the documentation leads to a page, a file or a heading that is there."""

import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [
    *sorted(ROOT.glob("*.md")),
    *(page for page in sorted((ROOT / "docs").rglob("*.md")) if "_build" not in page.parts),
    ROOT / "src/resetsim/views/explorer/source/README.md",
]
FENCED = re.compile(r"^(```+).*?^\1$", re.M | re.S)
LINK = re.compile(r"\]\(([^)\s]+)\)")


# Every byte of these is in the key of stored simulations: they name pages without their room.
KEYS_OF_THE_STORE = ("src/resetsim/tissue/", "src/resetsim/spiking/")


def text_of(page):
    return FENCED.sub("", page.read_text("utf-8"))


@cache
def anchors(page):
    """Return what a link may name behind #: headings as GitHub and MyST call them, and ids."""
    text = text_of(page)
    found = set(re.findall(r'<a id="([^"]+)">', text))
    for heading in re.findall(r"^#{1,6} (.+)$", text, re.M):
        shown = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
        found.add(re.sub(r"[^\w\- ]", "", shown).replace(" ", "-"))
    return found


def is_lost(page, link):
    path, _, anchor = link.partition("#")
    target = page.parent / path if path else page
    return not target.exists() or bool(anchor and anchor not in anchors(target.resolve()))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    links = [link for link in LINK.findall(text_of(page)) if "://" not in link]
    assert [link for link in links if is_lost(page, link)] == []


def test_a_lost_page_and_a_lost_heading_are_noticed():
    page = ROOT / "docs/index.md"
    assert not is_lost(page, "course/index.md#course")
    assert is_lost(page, "gone.md")
    assert is_lost(page, "course/index.md#gone")


def test_pages_that_code_names_are_there():
    named = {
        (str(file.relative_to(ROOT)), page)
        for folder in ("src", "tests", "analysis", "benchmarks", "models", "experiments", ".ci")
        for file in (ROOT / folder).rglob("*")
        if file.suffix in {"", ".py", ".toml", ".csv"} and file.is_file()
        for page in re.findall(r"docs/[\w/]+\.md", file.read_text("utf-8", "ignore"))
        if not str(file.relative_to(ROOT)).startswith(KEYS_OF_THE_STORE)
    }
    assert len(named) > 10
    assert [pair for pair in sorted(named) if not (ROOT / pair[1]).exists()] == []
