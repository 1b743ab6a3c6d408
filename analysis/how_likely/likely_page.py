"""The text of ``docs/explanation/how_likely.md``."""

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
from choose import NEAREST, TREES, Choice
from likely_figure import met
from numpy.typing import NDArray
from open_constants import ranges

from resetsim.evidence.targets import Target

_BEST = 5
_SHOWN = "reset"


def page(draws: pd.DataFrame, targets: Sequence[Target], choice: Choice, patients: int) -> str:
    """Return the page.

    Parameters
    ----------
    draws
        From ``results/how_likely/draws.csv``.
    targets
        That cohorts are judged by.
    choice
        Of the comparison.
    patients
        In each cohort.
    """
    return "\n".join(_lines(draws, targets, choice, patients)) + "\n"


def _lines(
    draws: pd.DataFrame, targets: Sequence[Target], choice: Choice, patients: int
) -> Iterator[str]:
    hits = met(draws, targets)
    per_hypothesis = len(draws) // len(choice.hypotheses)
    yield "# How likely is each hypothesis?\n"
    yield (
        "A verdict at one declared set of guesses is weak. Here the open constants of every "
        f"hypothesis are drawn {per_hypothesis} times, log-uniformly between the ends of their "
        "stated ranges (`experiments/evidence/ranges.csv`, and those below), and under each draw "
        f"the trials are run on {patients} patients, drawn and included anew. Nothing is fitted. "
        "Hypotheses that differ in the memory alone have the pain of `reset` and are left out. "
        "Written by `analysis/how_likely/how_likely.py`.\n"
    )
    yield "![Targets met, by draw and by pair, and who is chosen](../figures/how_likely.png)\n"
    yield "## How many targets draws meet\n"
    yield from _counts(draws, hits, targets, choice.hypotheses)
    yield "\n## Which targets exclude each other\n"
    yield from _exclusions(hits[(draws["hypothesis"] == _SHOWN).to_numpy()], targets)
    yield "\n## Which hypothesis made what was published?\n"
    yield from _comparison(choice, len(draws))
    yield f"\n## The best draws of {_SHOWN}\n"
    yield from _best(draws, hits)
    yield "\n## What was drawn\n"
    yield "| constant | from | to | unit |\n| --- | --- | --- | --- |"
    for name, each in ranges().items():
        yield f"| `{name}` | {each.low:g} | {each.high:g} | {each.unit or '–'} |"
    yield (
        "\n`potency` is a factor on every dose: it stands for an IC50 of 0.4-2 µM (M087). The "
        "last two are of the effect compartment of `washout` alone."
    )


def _counts(
    draws: pd.DataFrame,
    hits: NDArray[np.bool_],
    targets: Sequence[Target],
    names: Sequence[str],
) -> Iterator[str]:
    yield f"Of {len(targets)} targets: {', '.join(each.id for each in targets)}.\n"
    yield "| hypothesis | median | 5-95 % | best | nobody in pain |"
    yield "| --- | --- | --- | --- | --- |"
    for name in names:
        own = (draws["hypothesis"] == name).to_numpy()
        counts = hits[own].sum(axis=1)
        low, middle, high = np.percentile(counts, [5, 50, 95])
        empty = draws.loc[own, targets[0].id].isna().mean()
        yield f"| {name} | {middle:g} | {low:g}-{high:g} | {counts.max()} | {empty:.0%} |"
    yield (
        "\n*Nobody in pain*: with these constants hardly anybody who was injured is in pain that "
        "is bad and lasting enough for a trial."
    )


def _exclusions(hits: NDArray[np.bool_], targets: Sequence[Target]) -> Iterator[str]:
    alone = hits.mean(axis=0)
    found = []
    for i, one in enumerate(targets):
        for j, other in enumerate(targets[:i]):
            expected = alone[i] * alone[j] * len(hits)
            together = int((hits[:, i] & hits[:, j]).sum())
            if expected >= 3 and together < expected / 3:
                found.append((expected - together, other.id, one.id, together, expected))
    never = [each.id for each, share in zip(targets, alone, strict=True) if not share]
    if never:
        yield f"No draw of `{_SHOWN}` meets {', '.join(never)}."
    if not found:
        yield (
            f"Of the others no two exclude each other under `{_SHOWN}`: wherever three draws or "
            "more would be expected to meet both if they were independent, a third of that or "
            "more do."
        )
        return
    yield "| met together | expected if independent | in draws |\n| --- | --- | --- |"
    for _, first, second, together, expected in sorted(found, reverse=True):
        yield f"| {first} and {second} | {expected:.1f} | {together} |"


def _comparison(choice: Choice, count: int) -> Iterator[str]:
    yield (
        f"Two approximate Bayesian comparisons, all hypotheses alike beforehand. *Rejection* keeps "
        f"the {NEAREST:.0%} of all {count} draws that lie nearest to what was published, each "
        "target measured in half widths of its tolerance (1 of its unit where it has one bound), "
        f"5 at most and where nothing of the kind happens. A *random forest* of {TREES} trees "
        "(scikit-learn) learns which hypothesis made a draw. Both are asked, too, for draws whose "
        "hypothesis is known and that they were not shown: *found again*. A share of votes is no "
        "probability, and where a hypothesis is not found again its row says nothing.\n"
    )
    yield (
        "| hypothesis | rejection | forest | found again, rejection | found again, forest | taken "
        "for most often |\n| --- | --- | --- | --- | --- | --- |"
    )
    rejected, learned = choice.confusion
    for place, name in enumerate(choice.hypotheses):
        others = learned[place].copy()
        others[place] = 0
        confused = choice.hypotheses[int(others.argmax())]
        yield (
            f"| {name} | {choice.accepted[place]:.0%} | {choice.votes[place]:.0%} | "
            f"{rejected[place, place]:.0%} | {learned[place, place]:.0%} | {confused} "
            f"({others.max():.0%}) |"
        )


def _best(draws: pd.DataFrame, hits: NDArray[np.bool_]) -> Iterator[str]:
    own = (draws["hypothesis"] == _SHOWN).to_numpy()
    counts = np.where(own, hits.sum(axis=1), -1)
    best = np.argsort(-counts, kind="stable")[:_BEST]
    names = [name for name in ranges() if not name.startswith("drug.")]
    yield "| constant | " + " | ".join(f"{counts[each]} met" for each in best) + " |"
    yield "| --- |" + " --- |" * len(best)
    for name in names:
        values = " | ".join(f"{draws[name].iloc[each]:.3g}" for each in best)
        yield f"| `{name}` | {values} |"
