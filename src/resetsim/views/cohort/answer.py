"""The answer of a cohort in sentences, made from its numbers: what its report opens with."""

from collections.abc import Iterator
from math import isnan

from resetsim.outcomes.cohort import ArmOutcomes, CohortOutcomes
from resetsim.outcomes.cohort_rows import NEEDED_RESPONSE
from resetsim.outcomes.crossover import CrossoverTrial
from resetsim.outcomes.estimate import Estimate
from resetsim.outcomes.varied import all_described
from resetsim.views.cohort.arms import arm_labels, main_arm
from resetsim.views.cohort.crossover import others_of
from resetsim.views.cohort.table import interval
from resetsim.views.cohort.what_changes import what_would_change_it

_MOST_TRIALS = 4


def answer(outcomes: CohortOutcomes) -> Iterator[str]:
    """Yield the answer, how sure it is, and what would change it.

    Of a crossover trial it is what the trial finds; else pain, and how long it stays away or, for
    patients with a memory, what becomes of that.

    Parameters
    ----------
    outcomes
        Of a cohort.
    """
    main = main_arm(outcomes)
    if main is None:
        yield "No arm is treated and followed long enough to tell what a treatment does."
        return
    chosen = len(outcomes.compared)
    among = f", the arm with least pain of {chosen}, chosen afterwards" if chosen > 1 else ""
    if outcomes.crossovers:
        yield _crossover_sentence(outcomes)
    else:
        yield _pain_sentence(main.arm, outcomes.main_week, main.label + among)
        yield _memory_sentence(outcomes, main.arm) or _relapse_sentence(main.arm)
    yield what_would_change_it(outcomes, main)


def _pain_sentence(arm: ArmOutcomes, week: int | None, named: str) -> str:
    found = arm.week(week)
    assert found is not None  # it is the arm with least pain in this week
    start = f"In week {week} after treatment with {named}, patients report pain of "
    text = start + interval(found.pain)
    if found.difference:
        text += f", {_difference(found.difference)}"
    share = found.responders.get(NEEDED_RESPONSE)
    if share:
        text += (
            f"; {interval(share, 0, 100)} % of patients have at least {NEEDED_RESPONSE} % less "
            "than before"
        )
    return f"{text}."


def _difference(difference: Estimate) -> str:
    if not difference.low * difference.high > 0:
        return f"not for sure different from control ({interval(difference)} more)"
    more = "less" if difference.value < 0 else "more"
    low, high = sorted(abs(end) for end in (difference.low, difference.high))
    size = interval(Estimate(abs(difference.value), low, high, difference.n))
    return f"{size} {more} than the same patients under control"


def _relapse_sentence(arm: ArmOutcomes) -> str:
    free = arm.relapse_free
    if free is None:
        return "In no patient did pain fall to half of what it was."
    text = f"Pain fell to half or less in {len(free.followed.until_d)} of {arm.n - arm.failed}; "
    share, day = f"{free.followed.relapsed.mean():.0%}", f"{free.followed.end_d:.0f}"
    median = free.median_d
    if isnan(median.value):
        return f"{text}{share} of these had relapsed by day {day}, when follow-up ends."
    high = "beyond the follow-up" if isnan(median.high) else f"{median.high:.1f}"
    return (
        f"{text}half of these had relapsed after {median.value:.1f} days ({median.low:.1f} to "
        f"{high}), {share} by day {day}, when follow-up ends."
    )


def _memory_sentence(outcomes: CohortOutcomes, main: ArmOutcomes) -> str:
    """Say how often memory is kept, here and in the arms that differ most; or nothing."""
    if not main.memory or not main.memory.kept:
        return ""
    labelled = zip(outcomes.arms, arm_labels(outcomes.arms), strict=True)
    kept = [(arm.memory.kept, label) for arm, label in labelled if arm.memory and arm.memory.kept]
    text = f"Memory is kept to the end by {interval(main.memory.kept, 0, 100)} % of these patients"
    (least, fewest), (most, best) = (
        choose(kept, key=lambda each: each[0].value) for choose in (min, max)
    )
    if most.value == least.value:
        return text + (
            f", as in {'both' if len(kept) == 2 else f'all {len(kept)}'} arms."
            if len(kept) > 1
            else "."
        )
    return (
        f"{text}; of all arms by {interval(least, 0, 100)} % at least ({fewest}), and by "
        f"{interval(most, 0, 100)} % at most ({best})."
    )


def _crossover_sentence(outcomes: CohortOutcomes) -> str:
    shown = outcomes.crossovers[:_MOST_TRIALS]
    found = "; ".join(_crossover_words(outcomes, each) for each in shown)
    return (
        "Of pain, a crossover trial finds for the treatment that is first in the first sequence, "
        f"less the other: {found}."
    )


def _crossover_words(outcomes: CohortOutcomes, trial: CrossoverTrial) -> str:
    effects = {effect.name: effect.estimate for effect in trial.effects}
    others = all_described(others_of(outcomes, trial))
    where = f"with {others}: " if others else ""
    carried = effects["carry-over"]
    biased = "which biases it" if carried.low * carried.high > 0 else "not for sure any"
    return f"{where}{interval(effects['treatment'])}, carry-over {interval(carried)}, {biased}"
