"""Published facts that models and documents cite by number, in ``models/facts.csv``."""

import csv
import re
from dataclasses import dataclass
from pathlib import Path

from resetsim.declare.files import shipped_root

NUMBER = re.compile(r"\b(?:[PMN][0-9]{3}|[VWN][0-9]{2}b?)\b")
"""A cited number: P, M and W are facts, V and N are targets."""

CHECKED = frozenset({"verified in search", "abstract checked"})
"""Statuses of facts that a parameter called ``measured`` may rest on."""


@dataclass(frozen=True)
class Fact:
    """One published fact.

    Attributes
    ----------
    number
        As it is cited: a letter and digits.
    topic
        Where it belongs.
    quantity, value, unit, uncertainty
        What was found, as it was written down.
    conditions
        In what, and how.
    source
        Publication.
    status
        How sure it is that the publication says so; see :data:`CHECKED`.
    """

    number: str
    topic: str
    quantity: str
    value: str
    unit: str
    uncertainty: str
    conditions: str
    source: str
    status: str


def facts_file() -> Path:
    """Return the file of the facts, shipped with the models."""
    return shipped_root() / "models" / "facts.csv"


def read_facts() -> dict[str, Fact]:
    """Return the facts by number, in the order of the file."""
    with facts_file().open(newline="", encoding="utf-8") as stream:
        return {row["number"]: Fact(**row) for row in csv.DictReader(stream)}


def cited(text: str) -> tuple[str, ...]:
    """Return the numbers of facts and targets that a text cites.

    Parameters
    ----------
    text
        Such as the source of a parameter.

    Returns
    -------
    tuple of str
        In the order of the text, each once.
    """
    return tuple(dict.fromkeys(NUMBER.findall(text)))
