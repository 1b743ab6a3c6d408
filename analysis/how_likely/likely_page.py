"""The text of ``docs/explanation/how_likely.md``."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd
from choose import Choice
from counted import CONTROL, Hits, by_nothing, met, met_by_treatment, of, with_patients
from numpy.typing import NDArray
from open_constants import LEFT_OUT, OWN, ranges
from told_apart_page import of_published, told_apart

from resetsim.evidence.targets import Target

_BEST = 5
_SHOWN = "reset"
_OFTEN = 0.1  # of draws


def page(
    draws: pd.DataFrame,
    targets: Sequence[Target],
    found: Mapping[tuple[bool, bool], Choice],
    patients: int,
) -> str:
    """Return the page.

    Parameters
    ----------
    draws
        From ``results/how_likely/draws.csv``.
    targets
        That cohorts are judged by.
    found
        From :func:`choose.comparisons`.
    patients
        In each cohort.
    """
    return "\n".join(_lines(draws, targets, found, patients)) + "\n"


def _lines(
    draws: pd.DataFrame,
    targets: Sequence[Target],
    found: Mapping[tuple[bool, bool], Choice],
    patients: int,
) -> Iterator[str]:
    hits, names = met_by_treatment(draws, targets), sorted(set(draws["hypothesis"]))
    yield "# How likely is each hypothesis?\n"
    yield (
        "A verdict at one declared set of guesses is weak. Here the open constants of every "
        f"hypothesis are drawn {len(draws) // len(names)} times, log-uniformly between the ends of "
        "their stated ranges ([below](#what-was-drawn)), and under each draw "
        f"the trials are run on {patients} patients, drawn and included anew. Nothing is fitted. "
        "Hypotheses that differ in the memory alone have the pain of `reset` and are left out. "
        "Written by `analysis/how_likely/how_likely.py`.\n"
    )
    yield "![Targets met, and who is taken for whom](../figures/how_likely.png)\n"
    yield "## How many targets draws meet\n"
    yield from _counts(draws, hits, met(draws, targets), targets, names)
    yield "\n## Which targets exclude each other\n"
    yield from _exclusions(hits[of(draws, _SHOWN)], targets)
    yield "\n## Which hypotheses can trials tell apart?\n"
    yield from told_apart(found, draws[with_patients(draws)])
    yield "\n## Which hypothesis made what was published?\n"
    yield from of_published(draws[with_patients(draws)], found[True, False])
    yield f"\n## The best draws of {_SHOWN}\n"
    yield from _best(draws, hits)
    yield "\n## What was drawn\n"
    yield from _drawn()


def _counts(
    draws: pd.DataFrame,
    hits: Hits,
    by_tolerance: Hits,
    targets: Sequence[Target],
    names: Sequence[str],
) -> Iterator[str]:
    ids = np.array([each.id for each in targets])
    yield (
        f"Of {len(targets)} targets ({', '.join(ids)}). Most of what lies within a tolerance is no "
        "success: what patients expect is enough for it. As [among the verdicts](evidence.md) it "
        "is not counted, nor is what was fitted or what a hypothesis was made for.\n"
    )
    yield (
        "| hypothesis | within tolerance, median | beyond expectation, median | 5-95 % | best | "
        f"more than `{CONTROL}` | fewer | nobody in pain |"
    )
    yield "| --- | --- | --- | --- | --- | --- | --- | --- |"
    counts, nobody = hits.sum(axis=1), ~with_patients(draws)
    control = counts[of(draws, CONTROL)]
    for name in names:
        own = of(draws, name)
        low, middle, high = np.percentile(counts[own], [5, 50, 95])
        alone = np.median(by_tolerance[own].sum(axis=1))
        more = (counts[own][:, None] > control).mean()
        fewer = (counts[own][:, None] < control).mean()
        yield (
            f"| {name} | {alone:g} | {middle:g} | {low:g}-{high:g} | {counts[own].max()} | "
            f"{more:.0%} | {fewer:.0%} | {nobody[own].mean():.0%} |"
        )
    yield (
        f"\n*More than `{CONTROL}`*: of pairs of draws, one of either. *Nobody in pain*: with "
        "these constants hardly anybody who was injured is in pain that is bad and lasting enough "
        "for a trial. What is met beyond expectation, in a tenth of draws or more:\n"
    )
    nothing = by_nothing(draws, hits)
    for name in names:
        shares = hits[of(draws, name)].mean(axis=0)
        often = [f"{ids[at]} ({shares[at]:.0%})" for at in np.flatnonzero(shares >= _OFTEN)]
        yield f"- `{name}`: {', '.join(often) or 'none'}"
    yield "\n" + _left(draws, hits, ids, nothing, names)


def _left(
    draws: pd.DataFrame, hits: Hits, ids: NDArray[np.str_], nothing: Hits, names: Sequence[str]
) -> str:
    """Return what is left when that is taken away which the control meets as well."""
    rest = hits[:, ~nothing].sum(axis=1)
    medians = {name: np.median(rest[of(draws, name)]) for name in names if name != CONTROL}
    said = ", ".join(f"`{name}` {middle:g}" for name, middle in medians.items())
    taken = " and ".join(ids[nothing])
    without = f"Without {taken}, which `{CONTROL}` meets in most draws," if taken else "In all"
    left = f"**What that leaves.** {without} the median is {said}."
    if medians[_SHOWN]:
        return left
    return f"{left} In most draws no target speaks for `{_SHOWN}` rather than for no effect."


def _exclusions(hits: Hits, targets: Sequence[Target]) -> Iterator[str]:
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
        yield f"No draw of `{_SHOWN}` meets {', '.join(never)} beyond expectation."
    if not found:
        yield (
            f"Of the others no two exclude each other under `{_SHOWN}`: wherever three draws or "
            "more would be expected to meet both if they were independent, a third of that or "
            "more do."
        )
        return
    yield "\n| met together | expected if independent | in draws |\n| --- | --- | --- |"
    for _, first, second, together, expected in sorted(found, reverse=True):
        yield f"| {first} and {second} | {expected:.1f} | {together} |"


def _best(draws: pd.DataFrame, hits: Hits) -> Iterator[str]:
    counts = np.where(of(draws, _SHOWN), hits.sum(axis=1), -1)
    best = np.argsort(-counts, kind="stable")[:_BEST]
    names = [name for name in ranges() if not name.startswith("drug.")]
    yield "| constant | " + " | ".join(f"{counts[each]} met" for each in best) + " |"
    yield "| --- |" + " --- |" * len(best)
    for name in names:
        values = " | ".join(f"{draws[name].iloc[each]:.3g}" for each in best)
        yield f"| `{name}` | {values} |"


def _drawn() -> Iterator[str]:
    yield "| constant | from | to | unit | where from |\n| --- | --- | --- | --- | --- |"
    for name, each in ranges().items():
        where = "here" if name in OWN else "`ranges.csv`"
        yield f"| `{name}` | {each.low:g} | {each.high:g} | {each.unit or '–'} | {where} |"
    yield (
        "\n`potency` is a factor on every dose: it stands for an IC50 of 0.4-2 µM (M087). "
        "`drug.half_life` and `drug.c50` are of the effect compartment of `washout` alone. The "
        "`sigma` are of the logarithm between people: how input and sensitivity are spread over "
        "the injured decides who is ill enough for a trial. A factor of 2 either way is a guess, "
        "as they are. `ranges.csv` is in `experiments/evidence/`.\n\nLeft out:\n"
    )
    for name, why in LEFT_OUT.items():
        yield f"- `{name}` {why}."
    yield (
        "- Of the population, what was fitted to untreated people or placebo groups (flare-ups, "
        "expectation, diaries, the spread of persistence, the typical sensitivity), and weight, "
        "clearance, volume and healing, which are narrow or long over when a trial begins."
    )
