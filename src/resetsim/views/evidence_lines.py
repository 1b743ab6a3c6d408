"""What the hypotheses of a result meet and fail of published observations."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from resetsim.declare.files import find_file, read_text, shipped_names
from resetsim.evidence.pinned import PinnedVerdict, pinned_verdicts
from resetsim.evidence.said import tally

HEADINGS = ("verdict", "observation", "published", "model", "would agree", "source")
CONTROL = "none"
"""The hypothesis without any late phase: what it agrees with speaks for no other."""
_SAYS = {"outside": "fails", "inside": "agrees", "no success": "agrees"}


@dataclass(frozen=True)
class EvidenceLines:
    """What became of the observations under one hypothesis.

    Attributes
    ----------
    hypothesis
        Its name.
    summary
        In a sentence.
    rows
        What it fails, then what it agrees with; as :data:`HEADINGS`.
    """

    hypothesis: str
    summary: str
    rows: tuple[tuple[str, ...], ...]


def evidence_lines(texts: Mapping[str, str]) -> Iterator[EvidenceLines]:
    """Yield the evidence for each hypothesis that a result was made under, as it is shipped.

    Parameters
    ----------
    texts
        The files of a result. One that was edited since, or one's own, has no verdicts.
    """
    of_result = set(texts.values())
    by_control = tally(each.said for each in pinned_verdicts(CONTROL)).inside
    for name in shipped_names("hypothesis"):
        if read_text(find_file(name, "hypothesis")) in of_result:
            verdicts = pinned_verdicts(name)
            counts = tally(each.said for each in verdicts)
            yield EvidenceLines(
                name,
                f"Of {len(verdicts)} published observations it agrees with {counts.inside}, with "
                f"{counts.no_success} more where that is no success, and fails {counts.outside}. "
                f"The control without any late phase agrees with {by_control}.",
                tuple(
                    _row(each)
                    for standing in _SAYS
                    for each in verdicts
                    if each.said.standing == standing
                ),
            )


def _row(pinned: PinnedVerdict) -> tuple[str, ...]:
    target, said = pinned.target, pinned.said
    unit = "" if target.unit == "1" else f" {target.unit}"
    model = "nothing of the kind" if said.value is None else f"{said.value:.3g}{unit}"
    low, high = target.tolerance_low, target.tolerance_high
    parts = [] if low is None else [f"from {low:g}"]
    parts += [] if high is None else [f"up to {high:g}"]
    alone = low is not None and low == high
    agrees = f"{low:g}{unit}" if alone else f"{' '.join(parts)}{unit}"
    return (
        _SAYS[said.standing] + (f"; no success: {said.no_success}" if said.no_success else ""),
        f"{target.id}: {target.title}",
        target.observed,
        model,
        agrees,
        target.source,
    )
