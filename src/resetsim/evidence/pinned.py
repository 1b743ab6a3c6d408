"""The verdicts that are committed: what ``resetsim validate`` said when it was last accepted."""

import csv
from dataclasses import dataclass
from pathlib import Path

from resetsim.declare.files import shipped_root
from resetsim.evidence.said import Said
from resetsim.evidence.targets import Target, read_targets


@dataclass(frozen=True)
class PinnedVerdict:
    """What became of one published observation under one hypothesis.

    Attributes
    ----------
    target
        The observation.
    said
        What was said of it.
    """

    target: Target
    said: Said


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
                row["verdict"],
                float(row["model"]) if row["model"] else None,
                row["no_success"],
            )
            for row in csv.DictReader(stream)
        }


def pinned_verdicts(hypothesis: str) -> list[PinnedVerdict]:
    """Return what became of every published observation that is judged.

    Parameters
    ----------
    hypothesis
        Name of a shipped one.

    Returns
    -------
    list of PinnedVerdict
        In the order of the targets.
    """
    said = read_verdicts(verdicts_file())
    lines = [PinnedVerdict(target, said[target.id, hypothesis]) for target in read_targets()]
    return [each for each in lines if each.said.verdict != "not judged"]
