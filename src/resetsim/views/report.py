"""The report of a result: one HTML file that opens offline."""

from base64 import b64encode
from collections.abc import Iterable
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

from jinja2 import Environment, FunctionLoader, StrictUndefined

from resetsim.outcomes.forgetting import forgetting_columns
from resetsim.outcomes.varied import all_described
from resetsim.records.cohort import CohortResult
from resetsim.records.result import Result, ThresholdDuration
from resetsim.views.answer import MAIN_VIEWS, answer
from resetsim.views.drawing import AnyView
from resetsim.views.evidence_lines import HEADINGS, evidence_lines
from resetsim.views.explorer.page import BUILT, LIVE_SCRIPT, LIVE_STYLE
from resetsim.views.figures import VIEWS, first_arms
from resetsim.views.glossary import Glossary
from resetsim.views.live import Live, live_courses
from resetsim.views.parameters_table import parameter_rows
from resetsim.views.terminal_tables import (
    COMPACT_CAPTION,
    FORGETTING_CAPTION,
    band_words,
    compact_columns,
)
from resetsim.whole_file import whole_file

_MAINTENANCE = "maintenance of "
_OVER_TIME = ("courses", "treatment")
_View = TypeVar("_View", bound=AnyView[Any])


def write_report(result: Result, figures_folder: Path, path: Path) -> None:
    """Write the report.

    Parameters
    ----------
    result
        What an experiment gave.
    figures_folder
        Where :func:`resetsim.views.drawing.drawing` has drawn its figures.
    path
        The HTML file; figures are inside it.
    """
    columns, forgotten = compact_columns(result.arms), forgetting_columns(result.arms)
    figures = {
        view.name: (view, source, view.says(result))
        for view, source in drawn_figures(figures_folder, VIEWS)
    }
    shown = next((name for name in MAIN_VIEWS if name in figures), None)
    arms = first_arms(result.arms)
    write_page(
        path,
        "report.html.jinja",
        result,
        answer=list(answer(result)),
        live=live_courses(arms),
        left_out=len(result.arms) - len(arms),
        main_figure=figures.pop(shown) if shown else None,
        stills=[figures.pop(name) for name in _OVER_TIME if name in figures],
        summary_headings=list(columns),
        summary_rows=list(zip(*columns.values(), strict=True)),
        summary_caption=COMPACT_CAPTION,
        forgetting_headings=list(forgotten),
        forgetting_rows=list(zip(*forgotten.values(), strict=True)),
        forgetting_caption=FORGETTING_CAPTION,
        thresholds=[_threshold_cells(threshold) for threshold in result.thresholds],
        figures=list(figures.values()),
    )


def write_page(
    path: Path, template: str, result: Result | CohortResult, live: Live | None, **said: object
) -> None:
    """Write a report from its template.

    Parameters
    ----------
    path
        The HTML file.
    template
        Its name, among the files of ``views``.
    result
        What an experiment gave.
    live
        What its curves are drawn from, if it has any.
    **said
        What else the template shows. All of it is escaped.
    """
    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        loader=FunctionLoader(_template),
    )
    glossary = Glossary()
    environment.filters["words"] = glossary.link
    script = (BUILT / LIVE_SCRIPT).read_text(encoding="utf-8")
    rows = list(parameter_rows(result.parameters, result.texts))
    html = environment.get_template(template).render(
        result=result,
        live=live,
        script=script,
        # Only this script may run, whatever a text in the page has in mind.
        script_hash=b64encode(sha256(script.encode()).digest()).decode(),
        live_style=(BUILT / LIVE_STYLE).read_text(encoding="utf-8"),
        glossary=glossary,
        evidence=list(evidence_lines(result.texts)),
        evidence_headings=HEADINGS,
        parameter_rows=rows,
        maintenance={
            name.removeprefix(_MAINTENANCE): rule
            for name, rule in result.provenance.items()
            if name.startswith(_MAINTENANCE)
        },
        estimated=sum(row.status == "estimated" for row in rows),
        **said,
    )
    with whole_file(path) as partial:
        partial.write_text(html, encoding="utf-8")


def drawn_figures(folder: Path, views: Iterable[_View]) -> list[tuple[_View, str]]:
    """Return the figures that were drawn, each as the source of an image.

    Parameters
    ----------
    folder
        Where their files are.
    views
        Those that there might be.
    """
    drawn = [(view, folder / f"{view.name}.png") for view in views]
    return [(view, _inline(png)) for view, png in drawn if png.exists()]


def _template(name: str) -> str:
    return files("resetsim.views").joinpath(name).read_text(encoding="utf-8")


def _inline(png: Path) -> str:
    return "data:image/png;base64," + b64encode(png.read_bytes()).decode()


def _threshold_cells(threshold: ThresholdDuration) -> tuple[str, ...]:
    from_arms, from_fixed_points = threshold.from_arms_h, threshold.from_fixed_points_h
    return (
        all_described(threshold.settings) or "all",
        f"{round(threshold.input_rate_hz, 3):g} Hz",
        f"{100 * threshold.blockade:.3g} %",
        "not within a year" if from_arms is None else f"{from_arms:.1f} h",
        band_words(threshold),
        "no threshold" if from_fixed_points is None else f"{from_fixed_points:.1f} h",
    )
