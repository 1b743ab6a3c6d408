"""Every number that is cited is explained inside the project, and says how sure it is."""

from pathlib import Path

import parameter_table
import pytest
from parameter_table import parameters_of

from resetsim.declare.facts import CHECKED, cited, read_facts
from resetsim.declare.files import read_text, shipped_root
from resetsim.evidence.targets import read_targets

ROOT = shipped_root()
FACTS = read_facts()
EXPLAINED = {*FACTS, *(target.id for target in read_targets())}
CITING = sorted(
    file
    for pattern in (
        "README.md",
        "docs/**/*.md",
        "models/**/*.toml",
        "experiments/**/*.toml",
        "experiments/**/*.csv",
        "src/**/*.py",
        "analysis/**/*.py",
        "tests/**/*.py",
    )
    for file in ROOT.glob(pattern)
    if file != Path(__file__)
)
MEASURED = {
    name: parameter for name, parameter in parameters_of() if parameter.status == "measured"
}


def test_a_cited_number_is_a_letter_and_digits():
    text = "P054 and PMC1234567, (V07b, V18), P043 to P048; M001 in N02, W05; P12, V123, P054"
    numbers = ["P054", "V07b", "V18", "P043", "P048", "M001", "N02", "W05"]
    assert list(cited(text)) == numbers


@pytest.mark.parametrize("file", CITING, ids=lambda file: str(file.relative_to(ROOT)))
def test_every_cited_number_is_explained(file):
    assert set(cited(read_text(file))) <= EXPLAINED


@pytest.mark.parametrize("number", FACTS)
def test_a_fact_says_what_was_found_and_where(number):
    fact = FACTS[number]
    assert cited(number) == (number,)
    assert fact.quantity
    assert fact.source or fact.status == "from memory, unverified"
    assert fact.status in CHECKED | {
        "from memory, unverified",
        "secondary source",
        "partly verified",
        "not recorded",
    }


@pytest.mark.parametrize("name", MEASURED)
def test_what_is_called_measured_rests_on_a_fact_that_was_checked(name):
    rests_on = [FACTS[number].status for number in cited(MEASURED[name].source) if number in FACTS]
    assert CHECKED & set(rests_on), rests_on


@pytest.mark.parametrize("page", ["parameters", "facts"])
def test_the_pages_are_what_the_files_say(page):
    written = read_text(ROOT / "docs" / "reference" / f"{page}.md")
    assert written == getattr(parameter_table, f"{page}_page")()
