"""The verdicts that are committed: what ``resetsim validate`` said when it was last accepted."""

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from resetsim.declare.files import shipped_root
from resetsim.declare.hypothesis import Hypothesis
from resetsim.evidence.targets import Target, read_targets


class Said(NamedTuple):
    """What was said of one target under one hypothesis: a verdict, and the model's value."""

    verdict: str
    value: float | None


@dataclass(frozen=True)
class PinnedVerdict:
    """What became of one published observation under one hypothesis.

    Attributes
    ----------
    target
        The observation.
    verdict
        ``inside``, ``outside``, or ``fitted`` where agreement is no success: parameters were fitted
        to it, or the hypothesis made for it.
    value
        What the model gave, in the target's unit; None where nothing of the kind happens.
    """

    target: Target
    verdict: str
    value: float | None


def verdicts_file() -> Path:
    """Return the file of the verdicts, shipped with the targets."""
    return shipped_root() / "experiments" / "evidence" / "verdicts.csv"


def read_verdicts(path: Path) -> dict[tuple[str, str], Said]:
    """Read a ``validation.csv``, or what was accepted of it.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    dict
        By target and hypothesis.
    """
    with path.open(newline="", encoding="utf-8") as stream:
        return {
            (row["target"], row["hypothesis"]): Said(
                row["verdict"], float(row["model"]) if row["model"] else None
            )
            for row in csv.DictReader(stream)
        }


def pinned_verdicts(hypothesis: Hypothesis) -> list[PinnedVerdict]:
    """Return what became of every published observation that is judged.

    Parameters
    ----------
    hypothesis
        A shipped one.

    Returns
    -------
    list of PinnedVerdict
        In the order of the targets.
    """
    said = read_verdicts(verdicts_file())
    lines = []
    for target in read_targets():
        verdict, value = said[target.id, hypothesis.name]
        if verdict == "not judged":
            continue
        fitted = target.fitted or target.id in hypothesis.made_for
        word = "fitted" if fitted and verdict == "inside" else verdict
        lines.append(PinnedVerdict(target, word, value))
    return lines
