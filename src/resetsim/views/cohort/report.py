"""The report of a cohort: one HTML file that opens offline."""

from collections.abc import Iterator
from math import isnan
from pathlib import Path

from resetsim.outcomes.cohort import ArmOutcomes, CohortOutcomes
from resetsim.outcomes.cohort_rows import NEEDED_RESPONSE
from resetsim.outcomes.estimate import Estimate
from resetsim.views.cohort.arms import main_arm
from resetsim.views.cohort.figures import COHORT_VIEWS
from resetsim.views.cohort.further import further_tables
from resetsim.views.cohort.table import cohort_caption, cohort_columns, interval
from resetsim.views.fitted_table import FittedTable
from resetsim.views.live import live_weeks
from resetsim.views.report import drawn_figures, write_page

_BY_WEEK = ("pain_by_week", "responders")  # as pictures, what the page opens with


def write_cohort_report(outcomes: CohortOutcomes, figures_folder: Path, path: Path) -> None:
    """Write the report.

    Parameters
    ----------
    outcomes
        Of a cohort.
    figures_folder
        Where its figures were drawn.
    path
        The HTML file; figures are inside it.
    """
    figures = drawn_figures(figures_folder, COHORT_VIEWS)
    columns = cohort_columns(outcomes)
    write_page(
        path,
        "cohort_report.html.jinja",
        outcomes.result,
        live_weeks(outcomes),
        answer=list(answer(outcomes)),
        stills=[figure for figure in figures if figure[0].name in _BY_WEEK],
        figures=[figure for figure in figures if figure[0].name not in _BY_WEEK],
        arms=outcomes.arms,
        headings=list(columns),
        rows=list(zip(*columns.values(), strict=True)),
        caption=cohort_caption(outcomes),
        tables=[
            (title, [*each.names, *each.outcomes], _rows(each), each.caption)
            for title, each in further_tables(outcomes).items()
        ],
        patients=len(outcomes.result.number),
        failed=sum(arm.failed for arm in outcomes.arms),
    )


def _rows(table: FittedTable) -> list[tuple[str, ...]]:
    return list(zip(*table.names.values(), *table.outcomes.values(), strict=True))


def answer(outcomes: CohortOutcomes) -> Iterator[str]:
    """Yield the answer in two sentences: of pain, and of how long it stays away.

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
    yield _pain_sentence(main.arm, outcomes.main_week, main.label + among)
    yield _relapse_sentence(main.arm)


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
