"""The report of a cohort: one HTML file that opens offline."""

from pathlib import Path

from resetsim.outcomes.cohort import CohortOutcomes
from resetsim.views.cohort.answer import answer
from resetsim.views.cohort.figures import COHORT_VIEWS
from resetsim.views.cohort.further import further_tables
from resetsim.views.cohort.table import cohort_caption, cohort_columns
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
