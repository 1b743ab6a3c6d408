"""What the terminal, and the report, show of a cohort as a table."""

from collections.abc import Sequence
from math import isnan

from resetsim.outcomes.cohort import ArmOutcomes, CohortOutcomes
from resetsim.outcomes.cohort_rows import NEEDED_RESPONSE, needed
from resetsim.outcomes.estimate import Estimate
from resetsim.outcomes.in_pain import IN_PAIN
from resetsim.outcomes.responders import needed_words
from resetsim.outcomes.risks import last_risk
from resetsim.views.cohort.arms import arm_labels
from resetsim.views.fitted_table import FittedTable

_NOTHING = "–"
_FREE_DAY = 30


def cohort_table(outcomes: CohortOutcomes) -> FittedTable:
    """Return what the terminal shows of a cohort.

    Parameters
    ----------
    outcomes
        Of a cohort.

    Returns
    -------
    FittedTable
        One row for each arm.
    """
    columns = cohort_columns(outcomes)
    names = {"arm": columns.pop("arm")}
    return FittedTable(names, columns, cohort_caption(outcomes), gap=1)


def cohort_columns(outcomes: CohortOutcomes) -> dict[str, Sequence[str]]:
    """Return the main outcomes, ready to be shown.

    Parameters
    ----------
    outcomes
        Of a cohort.

    Returns
    -------
    dict
        By heading, a cell for each arm; at most eight columns, without those that say nothing.
    """
    columns = {
        "arm": arm_labels(outcomes.arms),
        "n": [arm.followed for arm in outcomes.arms],
        "pain before": [_before(arm) for arm in outcomes.arms],
        **_compared(outcomes),
        f"free day {_FREE_DAY} (%)": [_free(arm) for arm in outcomes.arms],
    }
    return {
        heading: cells for heading, cells in columns.items() if not {_NOTHING}.issuperset(cells)
    }


def cohort_caption(outcomes: CohortOutcomes) -> str:
    """Return what the columns of a cohort mean.

    Parameters
    ----------
    outcomes
        Of a cohort.
    """
    failed = sum(arm.failed for arm in outcomes.arms)
    return (
        "Reported pain 0-10, and how much less it is than in the control arm; "
        + _what_is_compared(outcomes)
        + f"relapse-free {_FREE_DAY} days after treatment, of "
        "those relieved. In brackets 95 % intervals. –: cannot be said."
        + _who_is_included(outcomes)
        + (f" {failed} courses failed and are in no number." if failed else "")
    )


def _what_is_compared(outcomes: CohortOutcomes) -> str:
    if outcomes.treated_again:
        return "days of treatment in all; "
    if outcomes.prevents:
        last = next(filter(None, (last_risk(outcomes, arm) for arm in outcomes.arms)), None)
        when = f" in {last.when}" if last else ""
        return f"risk of felt pain of {IN_PAIN:g} or more{when}, and relative to control; "
    number = any(needed(outcomes, arm) for arm in outcomes.arms)
    return (
        f"responders have at least {NEEDED_RESPONSE} % less than before in week "
        f"{outcomes.main_week}, and have not left; "
        + ("the number needed to treat; " if number else "")
    )


def _who_is_included(outcomes: CohortOutcomes) -> str:
    share = outcomes.included
    if share is None:
        return ""
    return (
        f" {len(outcomes.result.number)} of {share.n} who were injured fulfil the rule of "
        f"inclusion: {interval(share, 0, 100)} %."
    )


def _compared(outcomes: CohortOutcomes) -> dict[str, Sequence[str]]:
    if outcomes.treated_again:
        return _over_all_weeks(outcomes)
    return _of_prevention(outcomes) if outcomes.prevents else _in_week(outcomes)


def _of_prevention(outcomes: CohortOutcomes) -> dict[str, Sequence[str]]:
    week, arms = outcomes.main_week, outcomes.arms
    last = [last_risk(outcomes, arm) for arm in arms]
    return {
        f"pain week {week}": [_pain(arm, week) for arm in arms],
        "less than control": [_difference(arm, week) for arm in arms],
        "risk of pain (%)": [cell(risk.share if risk else None, 0, 100) for risk in last],
        "relative risk": [cell(risk.relative if risk else None, 2) for risk in last],
    }


def _in_week(outcomes: CohortOutcomes) -> dict[str, Sequence[str]]:
    week, arms = outcomes.main_week, outcomes.arms
    return {
        f"pain week {week}": [_pain(arm, week) for arm in arms],
        "less than control": [_difference(arm, week) for arm in arms],
        f"responders {NEEDED_RESPONSE} (%)": [_responders(arm, week) for arm in arms],
        "needed to treat": [_needed(outcomes, arm) for arm in arms],
    }


def _over_all_weeks(outcomes: CohortOutcomes) -> dict[str, Sequence[str]]:
    arms = outcomes.arms
    return {
        "pain all weeks": [cell(arm.all_weeks) for arm in arms],
        "less than control": [cell(arm.difference_all_weeks, 2, scale=-1) for arm in arms],
        "days of treatment": [
            f"{arm.treatment_days.value:.0f}" if arm.treatment_days else _NOTHING for arm in arms
        ],
    }


def interval(estimate: Estimate, decimals: int = 1, scale: float = 1.0) -> str:
    """Return a number with its interval in words.

    Parameters
    ----------
    estimate
        The number.
    decimals
        How many to show.
    scale
        That it is multiplied by.
    """
    value = f"{scale * estimate.value:.{decimals}f}"
    if isnan(estimate.low):
        return f"{value} ({_NOTHING})"
    ends = sorted((scale * estimate.low, scale * estimate.high))
    low, high = (f"{each:.{decimals}f}" for each in ends)
    dash = " to " if "-" in low + high else "–"
    return f"{value} ({low}{dash}{high})"


def _before(arm: ArmOutcomes) -> str:
    return f"{arm.before.value:.1f}" if arm.before else _NOTHING


def cell(estimate: Estimate | None, decimals: int = 1, scale: float = 1.0) -> str:
    """Return the same, or a dash where nothing can be said."""
    return interval(estimate, decimals, scale) if estimate else _NOTHING


def _pain(arm: ArmOutcomes, week: int | None) -> str:
    found = arm.week(week)
    return cell(found.pain) if found else _NOTHING


def _difference(arm: ArmOutcomes, week: int | None) -> str:
    found = arm.week(week)
    return cell(found.difference, scale=-1) if found else _NOTHING


def _responders(arm: ArmOutcomes, week: int | None) -> str:
    found = arm.week(week)
    return cell(found.responders.get(NEEDED_RESPONSE), 0, 100) if found else _NOTHING


def _needed(outcomes: CohortOutcomes, arm: ArmOutcomes) -> str:
    found = needed(outcomes, arm)
    return needed_words(found) if found else _NOTHING


def _free(arm: ArmOutcomes) -> str:
    return cell(arm.relapse_free.on_day.get(_FREE_DAY), 0, 100) if arm.relapse_free else _NOTHING
