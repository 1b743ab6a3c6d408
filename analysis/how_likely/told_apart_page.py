"""Of ``how_likely.md``: which hypotheses trials can tell apart, and what they say of trials."""

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd
from choose import (
    ENOUGH,
    IN_TRIALS,
    TREES,
    UNLIMITED,
    Choice,
    as_far,
    published,
    statistics,
)
from counted import CONTROL
from numpy.typing import NDArray
from statistics_of_trials import STATISTICS, WITHOUT_CHANCE

_SHOWN, _RIVAL = "reset", "washout"
_HARDLY_ANY = 0.01  # of draws
_ODD = 0.05  # of draws as far from others: what is farther than all but these is of another kind


def told_apart(found: Mapping[tuple[bool, bool], Choice], draws: pd.DataFrame) -> Iterator[str]:
    """Yield how often what a hypothesis made is found again.

    Parameters
    ----------
    found
        From :func:`choose.comparisons`.
    draws
        Those of ``results/how_likely/draws.csv`` that have patients.
    """
    yield (
        "An approximate Bayesian comparison by random forest (Pudlo 2016 Bioinformatics 32:859; "
        f"scikit-learn, {TREES} trees). Beforehand all hypotheses are alike, and constants are "
        f"drawn as said; the {len(draws)} draws in which there is anybody to treat are used. It "
        f"learns from {len(STATISTICS)} numbers that trials "
        "published ([below](#which-hypothesis-made-what-was-published)), each read from a trial "
        "of the published size with other patients in each group; there is no distance and no "
        "tolerance. Every draw is classed by the trees that have not seen it: *found again* is how "
        "often that is right, with its 95 % interval. *Without chance* the same patients, with the "
        "same days, have both treatments: what a hypothesis can be told by if trials were large.\n"
    )
    trials, unlimited = found[False, False], found[False, True]
    yield (
        "| hypothesis | found again | most often taken for | found again without chance | most "
        "often taken for |\n| --- | --- | --- | --- | --- |"
    )
    for place, name in enumerate(trials.names):
        cells = [
            f"{_share(each, place)} | {_mistaken(each, place)}" for each in (trials, unlimited)
        ]
        yield f"| {name} | {' | '.join(cells)} |"
    yield (
        "\n**"
        + _verdict(trials)
        + "** Many of them are the same on these numbers but for chance. They are to be read in "
        "classes:\n"
    )
    yield "| class | hypotheses | found again |\n| --- | --- | --- |"
    for classes, choice in ((IN_TRIALS, found[True, False]), (UNLIMITED, found[True, True])):
        for place, name in enumerate(choice.names):
            members = ", ".join(each for each in trials.names if classes[each] == name)
            kind = "" if classes is IN_TRIALS else ", without chance"
            yield f"| {name}{kind} | {members} | {_share(choice, place)} |"
    weeks = draws.groupby("hypothesis")["pooled" + WITHOUT_CHANCE].median()
    yield (
        "\nEven without chance the second division is a fine one: over the two weeks after an "
        f"infusion pain is {-weeks[_SHOWN]:.2f} NRS lower under `{_SHOWN}` in the median draw, and "
        f"{abs(weeks[CONTROL]):.2f} under `{CONTROL}`. No trial sees that."
    )
    yield (
        "\nWhat would part those of one class is no trial of this list. `reset` and "
        "`descending_only` differ in how much relief there is during an infusion, which chance and "
        "potency hide; they part on wind-up under the drug and on what is learned under it. "
        "`ageing_trace` and `self_sustaining_pain` are one where pain is older than weeks, as in "
        "all these trials: they part where the input is blocked in the first weeks. `none` parts "
        "from both where the input ends: pain ends with it. "
        "[Which experiment tells which apart](discriminating.md)."
    )


def _share(choice: Choice, place: int) -> str:
    share, low, high = choice.found_again(place)
    return f"{share:.0%} ({100 * low:.0f}-{100 * high:.0f})"


def _mistaken(choice: Choice, place: int) -> str:
    others = choice.taken_for[place].copy()
    others[place] = 0
    if not others.any():
        return "–"
    share = others.max() / choice.taken_for[place].sum()
    return f"{choice.names[int(others.argmax())]} ({share:.0%})"


def _verdict(choice: Choice) -> str:
    again = [choice.found_again(place)[0] >= ENOUGH for place in range(len(choice.names))]
    good = [f"`{name}`" for name, each in zip(choice.names, again, strict=True) if each]
    if all(again):
        return f"All are found again in {ENOUGH:.0%} or more."
    found = f"Only {' and '.join(good)} is" if good else "None is"
    return (
        f"{found} found again in {ENOUGH:.0%} of its draws: the numbers of these trials cannot "
        "tell the others apart."
    )


def of_published(draws: pd.DataFrame, choice: Choice) -> Iterator[str]:
    """Yield what is said of what was published, and how far it is from all draws.

    Parameters
    ----------
    draws
        As :func:`told_apart` takes them.
    choice
        Between classes of hypotheses.
    """
    by_votes = sorted(zip(choice.votes, choice.names, strict=True), reverse=True)
    votes = ", ".join(f"*{name}* {share:.0%}" for share, name in by_votes)
    reached = np.array([min(_as_low_and_high(draws, name)) >= _HARDLY_ANY for name in STATISTICS])
    far, far_without = _far(draws, np.ones(len(STATISTICS), dtype=bool)), _far(draws, reached)
    yield (
        f"Asked for what was published, the trees vote: {votes}. A second forest, which learns "
        "where the first one errs on draws, gives the first of these a probability of "
        f"{choice.probability:.0%}, if one of the hypotheses is right. Whether one is, the draws "
        "say: what was published is farther from the draws nearest to it than "
        f"{1 - max(far.values()):.0%} of the draws of any hypothesis are from each other, and than "
        f"{1 - max(far_without.values()):.0%} without the {np.sum(~reached)} numbers that fewer "
        f"than {_HARDLY_ANY:.0%} of draws reach."
    )
    if max(far.values()) < _ODD:
        yield (
            "**What was published is nothing that any of them gives.** Votes and probability are "
            "then between hypotheses that are all wrong, and say nothing of which is right."
        )
    yield ""
    shown = [_SHOWN, _RIVAL, CONTROL]
    yield (
        f"| number | published | {' | '.join(f'`{each}`' for each in shown)} | of all draws as "
        "low | as high | source |\n| --- | --- |" + " --- |" * (len(shown) + 3)
    )
    for name, each in STATISTICS.items():
        cells = [_middle(draws.loc[draws["hypothesis"] == one, name]) for one in shown]
        low, high = _as_low_and_high(draws, name)
        yield (
            f"| {each.words} | {each.published:.3g} | {' | '.join(cells)} | {low:.0%} | {high:.0%} "
            f"| {each.source} |"
        )
    yield (
        "\nMedian and 5-95 % of draws; – where nothing of the kind happens in most. Shares and "
        "risks are of 1, pain is on 0-10. P and M: [facts](../reference/facts.md); V and N: "
        "[targets](evidence.md). Left out: N02 is published as significance alone; trials on "
        "single patients, evoked pain and memory are not run on cohorts, and memory makes no "
        "difference between most of these."
    )


def _far(draws: pd.DataFrame, chosen: NDArray[np.bool_]) -> dict[str, float]:
    """Return by hypothesis how many draws are as far from others as what was published."""
    return {
        str(name): as_far(statistics(own)[:, chosen], published()[chosen])
        for name, own in draws.groupby("hypothesis")
    }


def _as_low_and_high(draws: pd.DataFrame, name: str) -> tuple[float, float]:
    """Return the shares of draws in which a number is as low, and as high, as was published."""
    there, number = draws[name].dropna(), STATISTICS[name].published
    return float((there <= number).mean()), float((there >= number).mean())


def _middle(values: pd.Series) -> str:
    if values.isna().mean() > 0.5:
        return "–"
    low, middle, high = np.nanpercentile(values, [5, 50, 95]) + 0.0
    return f"{middle:.2g} ({low:.2g} to {high:.2g})"
