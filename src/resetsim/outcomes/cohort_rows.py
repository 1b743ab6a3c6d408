"""One arm of a cohort in one row: the columns of ``outcomes.csv``."""

from collections.abc import Iterator

from resetsim.outcomes.cohort import TREATED_OUTCOMES, VISITS, ArmOutcomes, CohortOutcomes
from resetsim.outcomes.cohort_memory import ArmMemory
from resetsim.outcomes.estimate import Estimate
from resetsim.outcomes.relapse_free import DAYS_FREE
from resetsim.outcomes.responders import RESPONSES, needed_to_treat
from resetsim.outcomes.risks import risks
from resetsim.records.cohort import MEMORY_MOMENTS, of_session
from resetsim.store.csv_file import Cell
from resetsim.store.tables import varied_cells

NEEDED_RESPONSE = 50
"""Per cent less pain that number needed to treat is for."""


def outcome_rows(outcomes: CohortOutcomes) -> list[dict[str, Cell]]:
    """Return the rows of ``outcomes.csv``.

    Parameters
    ----------
    outcomes
        Of a cohort.

    Returns
    -------
    list of dict
        One row for each arm, all with the same columns; None where something cannot be said.
        ``_low`` and ``_high`` are the ends of the 95 % interval.
    """
    rows = []
    for arm in outcomes.arms:
        varied = arm.settings.get("hypothesis")
        row: dict[str, Cell] = {
            "experiment": outcomes.result.name,
            "hypothesis": str(varied.written) if varied else outcomes.result.hypothesis,
            "arm": arm.name,
            **varied_cells(arm.settings),
            "n": arm.n,
            "failed": arm.failed,
            "screened": outcomes.result.screened,
        }
        for column, estimate in _estimates(outcomes, arm):
            row[column] = _cell(estimate.value if estimate else None)
            row[f"{column}_low"] = _cell(estimate.low if estimate else None)
            row[f"{column}_high"] = _cell(estimate.high if estimate else None)
        row["relieved_patients"] = len(arm.relapse_free.followed.until_d) if arm.relapse_free else 0
        row["followed_until_day"] = float(arm.course.day[-1])
        row["main_week"] = outcomes.main_week
        rows.append(row)
    columns = dict.fromkeys(column for row in rows for column in row)
    return [{column: row.get(column) for column in columns} for row in rows]


def needed(outcomes: CohortOutcomes, arm: ArmOutcomes) -> Estimate | None:
    """Return the number needed to treat against control in the main week.

    None where the arm alone expects relief: who responds to that does not respond to treatment.

    Parameters
    ----------
    outcomes
        Of a cohort.
    arm
        One of its arms.
    """
    if outcomes.expects_more(arm):
        return None
    found = arm.week(outcomes.main_week)
    more = found.more_responders.get(NEEDED_RESPONSE) if found else None
    return needed_to_treat(more) if more else None


def _estimates(outcomes: CohortOutcomes, arm: ArmOutcomes) -> Iterator[tuple[str, Estimate | None]]:
    weeks = {number: arm.week(number) for number in VISITS}
    yield "included", outcomes.included
    yield "pain_before", arm.before
    yield "pain_end_of_treatment", arm.end_of_treatment
    for number, week in weeks.items():
        yield f"pain_week_{number}", week.pain if week else None
    for number, week in weeks.items():
        yield f"change_week_{number}", week.change if week else None
    for number, week in weeks.items():
        yield f"difference_week_{number}", week.difference if week else None
    yield "pain_all_weeks", arm.all_weeks
    yield "difference_all_weeks", arm.difference_all_weeks
    for percent in RESPONSES:
        for number, week in weeks.items():
            yield (
                f"responders_{percent}_week_{number}",
                week.responders.get(percent) if week else None,
            )
    yield "number_needed_to_treat", needed(outcomes, arm)
    found = risks(outcomes, arm)
    for risk in found:
        yield f"in_pain_{risk.when.replace(' ', '_')}", risk.share
    for risk in found:
        yield f"relative_risk_{risk.when.replace(' ', '_')}", risk.relative
    free = arm.relapse_free
    for day in DAYS_FREE:
        yield f"relapse_free_day_{day}", free.on_day.get(day) if free else None
    yield "median_relapse_day", free.median_d if free else None
    yield "restricted_mean_relapse_free_days", free.mean_d if free else None
    for outcome in TREATED_OUTCOMES:
        yield f"share_{outcome.replace(' ', '_')}", arm.shares.get(outcome)
    yield "treatment_days", arm.treatment_days
    for place, memory in enumerate(arm.memories or (None,)):
        for column, estimate in _of_memory(memory):
            yield of_session(column, place, len(arm.memories)), estimate


def _of_memory(memory: ArmMemory | None) -> Iterator[tuple[str, Estimate | None]]:
    for moment in MEMORY_MOMENTS:
        yield f"recall_{moment}", memory.recall.get(moment) if memory else None
    for moment in MEMORY_MOMENTS:
        yield f"memory_efficacy_{moment}", memory.efficacy.get(moment) if memory else None
    yield "memory_learned", memory.learned if memory else None
    yield "memory_kept", memory.kept if memory else None


def _cell(number: float | None) -> float | None:
    return None if number is None or number != number else number
