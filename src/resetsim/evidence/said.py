"""What was said of a target under a hypothesis, and how such verdicts are counted everywhere."""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple


class Said(NamedTuple):
    """What was said of one target under one hypothesis.

    Attributes
    ----------
    verdict
        ``inside``, ``outside`` or ``not judged``.
    value
        What the model gave, in the target's unit; None where nothing of the kind happens.
    no_success
        Why agreement is none: parameters were fitted to it, the hypothesis was made for it, what
        patients expect is enough for it, or it is by the letter of the tolerance. Empty where it is
        one, and where there is no agreement.
    """

    verdict: str
    value: float | None
    no_success: str = ""

    @property
    def standing(self) -> str:
        """The verdict, or ``no success`` for agreement that is none."""
        return "no success" if self.no_success else self.verdict


class Tally(NamedTuple):
    """How many targets a hypothesis agrees with, does so without success, and fails."""

    inside: int
    no_success: int
    outside: int


def tally(said: Iterable[Said]) -> Tally:
    """Count verdicts, each target once; those that are not judged are in no number.

    Parameters
    ----------
    said
        Of one hypothesis.
    """
    counts = Counter(each.standing for each in said)
    return Tally(counts["inside"], counts["no success"], counts["outside"])
