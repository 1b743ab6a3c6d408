"""The answer of a cohort in sentences, made from its numbers: what its report opens with."""

from collections.abc import Iterator
from math import isnan

from resetsim.outcomes.cohort import ArmOutcomes, CohortOutcomes, Week
from resetsim.outcomes.cohort_rows import NEEDED_RESPONSE
from resetsim.outcomes.estimate import Estimate
from resetsim.outcomes.in_pain import IN_PAIN
from resetsim.outcomes.risks import last_risk
from resetsim.outcomes.varied import all_described
from resetsim.views.cohort.arms import arm_labels, main_arm
from resetsim.views.cohort.crossover import others_of
from resetsim.views.cohort.table import interval
from resetsim.views.cohort.what_changes import what_would_change_it

_MOST_TRIALS = 4
_SEEN = 0.05  # points of pain: less is written as 0.0


def answer(outcomes: CohortOutcomes) -> Iterator[str]:
    """Yield two paragraphs: the answer in two sentences, and what would change it.

    Of a crossover trial it is what the trial finds; else pain in the main week and whether what
    treatment does to it lasts, and how long pain stays away or, for patients with a memory, what
    becomes of that, or, for those without pain before, how many are in pain later.

    Parameters
    ----------
    outcomes
        Of a cohort.
    """
    main = main_arm(outcomes)
    if main is None:
        yield (
            "No arm is treated and followed long enough to tell what a treatment does. The answer "
            "is in the figures and the table below."
        )
        return
    chosen = len(outcomes.compared)
    among = f", the arm with least pain of {chosen}, chosen afterwards" if chosen > 1 else ""
    if outcomes.crossovers:
        yield " ".join(_crossover_sentences(outcomes))
    else:
        named = main.label + among
        if outcomes.treated_again:
            pain = _all_weeks_sentence(outcomes, main.arm, named)
        else:
            pain = _pain_sentence(outcomes, main.arm, named)
        became = _risk_sentence(outcomes, main.arm) or _memory_sentences(outcomes, main.arm)
        yield f"{pain} {became or _relapse_sentence(main.arm)}"
    yield what_would_change_it(outcomes, main)


def _pain_sentence(outcomes: CohortOutcomes, arm: ArmOutcomes, named: str) -> str:
    week = outcomes.main_week
    found = arm.week(week)
    assert found is not None  # it is the arm with least pain in this week
    start = f"In week {week} after treatment with {named}, patients report pain of "
    text = start + interval(found.pain)
    if found.difference:
        text += f", {_difference(found.difference)}{_later(found.difference, arm.weeks[-1])}"
        text += _expected(outcomes, arm)
    share = found.responders.get(NEEDED_RESPONSE)
    if share:
        text += (
            f"; {interval(share, 0, 100)} % of patients have at least {NEEDED_RESPONSE} % less "
            "than before"
        )
    return f"{text}."


def _expected(outcomes: CohortOutcomes, arm: ArmOutcomes) -> str:
    """Say what is left without expectation, where the control arm was told that it gets nothing."""
    week = outcomes.main_week
    if week is None or not outcomes.expects_more(arm):
        return ""
    text = ", which is also what they expect, as the trial is not blinded"
    felt = outcomes.felt_difference(arm, week)
    return f"{text} (felt pain in week {week}: {interval(felt, scale=-1)} less)" if felt else text


def _all_weeks_sentence(outcomes: CohortOutcomes, arm: ArmOutcomes, named: str) -> str:
    assert arm.all_weeks is not None  # it is the arm with least pain in all weeks
    text = (
        f"Over the {len(arm.weeks)} weeks after the planned treatment with {named}, patients "
        f"report pain of {interval(arm.all_weeks)}"
    )
    if arm.difference_all_weeks:
        text += f", {_difference(arm.difference_all_weeks)}{_expected(outcomes, arm)}"
    if arm.treatment_days:
        text += f"; they are treated for {interval(arm.treatment_days)} days in all"
    return f"{text}."


def _difference(difference: Estimate) -> str:
    if _rounds_to_none(difference):
        return "no less than the same patients under control"
    if more := _more(difference):
        return f"{_size(difference)} {more} than the same patients under control"
    return f"not clearly other than the same patients under control ({_size(difference)})"


def _later(difference: Estimate, last: Week) -> str:
    """Say whether what treatment does to pain is still there in the last week."""
    now = last.difference
    if now is None or now is difference:
        return ""
    before, size = _more(difference), _size(now)
    if _more(now):
        which = "and still" if before == _more(now) else "but"
        return f" {which} {size} {_more(now)} in week {last.week}"
    return f", a difference that has faded by week {last.week} ({size})" if before else ""


def _more(difference: Estimate) -> str:
    """Return whether pain is less or more than under control; nothing where that is open."""
    if _rounds_to_none(difference) or not difference.low * difference.high > 0:
        return ""
    return "less" if difference.value < 0 else "more"


def _rounds_to_none(difference: Estimate) -> bool:
    ends = (difference.low, difference.high)
    return abs(difference.value) < _SEEN and max(map(abs, ends)) < 2 * _SEEN


def _size(difference: Estimate) -> str:
    """Write a difference: without its sign where that is sure, else from how much less on."""
    low, high = difference.low, difference.high
    if _more(difference):
        low, high = sorted((abs(low), abs(high)))
        return interval(Estimate(abs(difference.value), low, high, difference.n))
    if isnan(low) or _rounds_to_none(difference):
        return _signed(difference.value)
    return f"{_signed(difference.value)}, between {_signed(low)} and {_signed(high)}"


def _signed(difference: float) -> str:
    if abs(difference) < _SEEN:
        return "no less"
    return f"{abs(difference):.1f} {'less' if difference < 0 else 'more'}"


def _risk_sentence(outcomes: CohortOutcomes, arm: ArmOutcomes) -> str:
    """Say how many are in pain, with treatment and under control, where it is to be prevented."""
    risk, control = last_risk(outcomes, arm), outcomes.control_of(arm)
    if not outcomes.prevents or risk is None or risk.share is None:
        return ""
    text = f"In {risk.when}, {interval(risk.share, 0, 100)} % feel pain of {IN_PAIN:g} or more"
    under = last_risk(outcomes, control) if control else None
    if risk.relative and under and under.share:
        text += (
            f", {interval(under.share, 0, 100)} % under control: a relative risk of "
            f"{interval(risk.relative, 2)}"
        )
    return f"{text}."


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


def _memory_sentences(outcomes: CohortOutcomes, main: ArmOutcomes) -> str:
    """Say how often what was learned in each session is kept; or nothing."""
    if len(main.memories) == 1:
        return _kept_sentence(outcomes, main, 0, "Memory")
    return " ".join(
        _kept_sentence(outcomes, main, place, f"What was learned in session {place + 1}")
        or f"In session {place + 1} none of these patients learned anything."
        for place in range(len(main.memories))
    )


def _kept_sentence(outcomes: CohortOutcomes, main: ArmOutcomes, place: int, what: str) -> str:
    """Say how often it is kept, here and in the arms that differ most; or nothing."""
    if not (here := main.memories[place].kept):
        return ""
    labelled = zip(outcomes.arms, arm_labels(outcomes.arms), strict=True)
    of_arms = ((arm.memories[place].kept, label) for arm, label in labelled if arm.memories)
    kept = [(each, label) for each, label in of_arms if each]
    who = "of these patients" if here.n == main.n - main.failed else f"of {here.n} who learned it"
    text = f"{what} is kept to the end by {interval(here, 0, 100)} % {who}"
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


def _crossover_sentences(outcomes: CohortOutcomes) -> tuple[str, str]:
    """Say what each trial finds for its treatment, and for what is carried over."""
    found, carried = [], []
    for trial in outcomes.crossovers[:_MOST_TRIALS]:
        effects = {effect.name: effect.estimate for effect in trial.effects}
        others = all_described(others_of(outcomes, trial))
        where = f"with {others}: " if others else ""
        over = effects["carry-over"]
        biased = "which biases it" if over.low * over.high > 0 else "not for sure any"
        found.append(where + interval(effects["treatment"]))
        carried.append(f"{where}{interval(over)}, {biased}")
    return (
        "Of pain, a crossover trial finds for the treatment that is first in the first sequence, "
        f"less the other: {'; '.join(found)}.",
        f"What it carries over, less what the other does: {'; '.join(carried)}.",
    )
