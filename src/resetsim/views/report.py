"""The report of a result: one HTML file that opens offline."""

from base64 import b64encode
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, StrictUndefined

from resetsim.outcomes.forgetting import forgetting_columns
from resetsim.outcomes.varied import described
from resetsim.records.result import Result, ThresholdDuration
from resetsim.views.figures import VIEWS, View
from resetsim.views.terminal_tables import (
    COMPACT_CAPTION,
    FORGETTING_CAPTION,
    band_words,
    compact_columns,
)
from resetsim.whole_file import whole_file

_MAINTENANCE = "maintenance of "
_ESTIMATED = "(estimated)"


def write_report(result: Result, figures_folder: Path, path: Path) -> None:
    """Write the report.

    Parameters
    ----------
    result
        What an experiment gave.
    figures_folder
        Where :func:`resetsim.views.figures.drawing` has drawn its figures.
    path
        The HTML file; figures are inside it.
    """
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    template = environment.from_string(
        files("resetsim.views").joinpath("report.html.jinja").read_text(encoding="utf-8")
    )
    columns, forgotten = compact_columns(result.arms), forgetting_columns(result.arms)
    html = template.render(
        result=result,
        maintenance={
            name.removeprefix(_MAINTENANCE): rule
            for name, rule in result.provenance.items()
            if name.startswith(_MAINTENANCE)
        },
        summary_headings=list(columns),
        summary_rows=list(zip(*columns.values(), strict=True)),
        summary_caption=COMPACT_CAPTION,
        forgetting_headings=list(forgotten),
        forgetting_rows=list(zip(*forgotten.values(), strict=True)),
        forgetting_caption=FORGETTING_CAPTION,
        thresholds=[_threshold_cells(threshold) for threshold in result.thresholds],
        figures=[
            (view, _inline(figures_folder, view))
            for view in VIEWS
            if _png(figures_folder, view).exists()
        ],
        estimated=sum(value.endswith(_ESTIMATED) for value in result.parameters.values()),
    )
    with whole_file(path) as partial:
        partial.write_text(html, encoding="utf-8")


def _png(folder: Path, view: View) -> Path:
    return folder / f"{view.name}.png"


def _inline(folder: Path, view: View) -> str:
    return "data:image/png;base64," + b64encode(_png(folder, view).read_bytes()).decode()


def _threshold_cells(threshold: ThresholdDuration) -> tuple[str, ...]:
    settings = (described(key, value) for key, value in threshold.settings.items())
    from_arms, from_fixed_points = threshold.from_arms_h, threshold.from_fixed_points_h
    return (
        ", ".join(settings) or "all",
        f"{round(threshold.input_rate_hz, 3):g} Hz",
        f"{100 * threshold.blockade:.3g} %",
        "not within a year" if from_arms is None else f"{from_arms:.1f} h",
        band_words(threshold),
        "no threshold" if from_fixed_points is None else f"{from_fixed_points:.1f} h",
    )
