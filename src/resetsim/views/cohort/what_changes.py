"""What would change the answer of a cohort, as far as its own numbers say."""

from collections.abc import Iterator

from resetsim.outcomes.cohort import ArmOutcomes, CohortOutcomes
from resetsim.outcomes.varied import described, varied_settings, written
from resetsim.outcomes.who_responds import responses
from resetsim.views.cohort.arms import DrawnArm
from resetsim.views.cohort.table import interval
from resetsim.views.cohort.who_responds import lower_pain, name_of

_MOST = 2
_SEEN = 0.05  # points of pain


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
    """Yield what relief depends on most, in the last week in which that can be seen."""
    pain, than = lower_pain(outcomes).split(" lower ")
    for response in reversed(responses(outcomes)):
        strongest = max(response.model.predictors, key=lambda each: abs(each.effect.value))
        effect = strongest.effect
        if effect.low * effect.high > 0 and abs(effect.value) >= _SEEN:
            log = "the logarithm of " if strongest.logarithm else ""
            does = "adds" if effect.value > 0 else "takes"
            to = "to" if effect.value > 0 else "from"
            low, size, high = sorted(map(abs, (effect.low, effect.value, effect.high)))
            yield (
                f"in week {response.week} one standard deviation more of {log}"
                f"{name_of(strongest)} {does} {size:.2f} ({low:.2f} to {high:.2f}) points {to} "
                f"the {response.relief.value:.1f} by which {pain} is lower {than}"
            )
            return


def _left(arm: ArmOutcomes, week: int | None) -> Iterator[str]:
    """Yield how many have left, if anybody has."""
    found, followed = arm.week(week), arm.n - arm.failed
    if found and found.pain.n < followed:
        yield f"the {followed - found.pain.n} of {followed} who had left by week {week}"
