"""What a section of the soak counts, and the table of all sections."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

KINDS = ("wrong", "lost", "stuck", "traceback")


@dataclass
class Counts:
    """How the trials of a section ended.

    Attributes
    ----------
    section
        Its name.
    tried
        How many kills, mutations or cases.
    wrong
        Other content than an undisturbed run gives, accepted; or no clear message.
    lost
        A file of somebody else, or an earlier result, gone or changed.
    stuck
        Something that did not end, could not be run again, or was left behind.
    traceback
        Tracebacks shown.
    """

    section: str
    tried: int = 0
    wrong: int = 0
    lost: int = 0
    stuck: int = 0
    traceback: int = 0
    failures: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)

    def add(self, kind: str, said: str) -> None:
        """Count a failure of one of the kinds, and say at once what it was."""
        setattr(self, kind, getattr(self, kind) + 1)
        self.failures.append(f"{kind}: {said}")
        print(f"  {self.section}: {kind}: {said}", flush=True)

    def skip(self, reason: str) -> None:
        """Say that something could not be tried here."""
        self.skipped.append(reason)
        print(f"  {self.section}: not tried: {reason}", flush=True)

    @property
    def good(self) -> bool:
        return not any(getattr(self, kind) for kind in KINDS)


def table(sections: Iterable[Counts]) -> str:
    """Return the counts as a table, one row for each section."""
    rows: list[Sequence[object]] = [("section", "tried", *KINDS)]
    rows += [
        (each.section, each.tried, *(getattr(each, kind) for kind in KINDS)) for each in sections
    ]
    total = ("together", *(sum(int(str(row[at])) for row in rows[1:]) for at in range(1, 6)))
    width = max(len(str(row[0])) for row in rows)
    return "\n".join(
        f"{row[0]!s:<{width}}" + "".join(f"{value!s:>11}" for value in row[1:])
        for row in [*rows, total]
    )
