"""What would change the answer of a cohort, as far as its own numbers say."""

from collections.abc import Iterator

from resetsim.outcomes.cohort import ArmOutcomes, CohortOutcomes
from resetsim.outcomes.varied import described, varied_settings, words, written
from resetsim.views.cohort.arms import DrawnArm
from resetsim.views.cohort.table import interval
from resetsim.views.cohort.who_responds import RESPONSE, model_of_response

_MOST = 2
_HUNDRED = 100


def what_would_change_it(outcomes: CohortOutcomes, main: DrawnArm) -> str:
    """Return a sentence: arms with other pain, who responds, or how many left.

    Parameters
    ----------
    outcomes
        Of a cohort.
    main
        The arm that its answer is about.
    """
    said = list(_other_pain(outcomes, main.arm))[:_MOST]
    said += list(_strongest(outcomes))
    said = said or list(_left(main.arm, outcomes.main_week))
    if said:
        return f"What would change it: {'; '.join(said)}."
    return "What would change it: nothing here says; no arm has other pain, and nobody left."


def _other_pain(outcomes: CohortOutcomes, main: ArmOutcomes) -> Iterator[str]:
    """Yield, for each varied setting, the arm furthest off in pain that differs in it alone.

    Only where the intervals are apart.
    """
    here = main.week(outcomes.main_week)
    if here is None:
        return
    varied = varied_settings(arm.settings for arm in outcomes.arms)
    for key in varied:
        differ = [
            (arm, found.pain)
            for arm in outcomes.arms
            if [name for name in varied if arm.settings[name] != main.settings[name]] == [key]
            and (found := arm.week(outcomes.main_week))
            and (found.pain.low > here.pain.high or found.pain.high < here.pain.low)
        ]
        if differ:
            arm, pain = max(differ, key=lambda each: abs(each[1].value - here.pain.value))
            instead = written(main.settings[key])
            yield (
                f"with {described(key, arm.settings[key])} instead of {instead} pain in week "
                f"{outcomes.main_week} is {interval(pain)}"
            )


def _strongest(outcomes: CohortOutcomes) -> Iterator[str]:
    """Yield what response depends on most, where that is more than chance."""
    model = model_of_response(outcomes)
    if model is None:
        return
    strongest = model.predictors[0]
    ratio = strongest.odds_ratio
    if ratio.low > 1 or ratio.high < 1:
        log = "the logarithm of " if strongest.logarithm else ""
        name = words(strongest.key).removeprefix("patient ")
        yield (
            f"one standard deviation more of {log}{name} multiplies the odds of {RESPONSE} % less "
            f"pain by {_ratio(ratio.value)} ({_ratio(ratio.low)} to {_ratio(ratio.high)})"
        )


def _ratio(value: float) -> str:
    return f"{value:.2g}" if value < _HUNDRED else f"{value:.0f}"


def _left(arm: ArmOutcomes, week: int | None) -> Iterator[str]:
    """Yield how many have left, if anybody has."""
    found, followed = arm.week(week), arm.n - arm.failed
    if found and found.pain.n < followed:
        yield f"the {followed - found.pain.n} of {followed} who had left by week {week}"
