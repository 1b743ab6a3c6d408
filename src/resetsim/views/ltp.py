"""LTP: the slope of the C-fibre EPSP over time."""

from math import ceil

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from resetsim.records.result import ArmResult, Result
from resetsim.views.grouping import group_arms
from resetsim.views.style import GREY, fitted, legend_beside, nested_widths, new_figure, shade

_MOST_COLUMNS = 4
_HOURS_PER_DAY = 24.0
_MINUTES_PER_HOUR = 60.0


def draw_ltp(result: Result) -> Figure | None:
    """Draw the EPSP slope of each arm: measured points on the course of the efficacy.

    Parameters
    ----------
    result
        What an experiment gave.

    Returns
    -------
    Figure or None
        None where LTP was not assayed.
    """
    arms = [arm for arm in result.arms if any(assay.name == "ltp" for assay in arm.assays)]
    if not arms:
        return None
    grouping = group_arms(arms)
    bands = ceil(len(grouping.panels) / _MOST_COLUMNS)
    across = ceil(len(grouping.panels) / bands)
    figure = new_figure(height_in=2.8 * bands, width_in=2.0 + 3.0 * across)
    grid = figure.subplots(bands, across, sharey=True, squeeze=False)
    for spare in grid.flat[len(grouping.panels) :]:
        spare.remove()
    for axes, (title, members) in zip(grid.flat, grouping.panels.items(), strict=False):
        axes.set_title(fitted(title, 2.6))
        axes.set_xlabel("time (h)")
        axes.axhline(100, color=GREY, linewidth=0.8, linestyle=":")
        for arm, width in zip(members, nested_widths(len(members)), strict=True):
            _draw(axes, arm, grouping.colours[arm.name], width)
    for axes in grid[:, 0]:
        axes.set_ylabel("C-fibre EPSP slope\n(% of baseline)")
    if grouping.legend:
        legend_beside(figure, grouping.legend, grouping.legend_title)
    return figure


def _draw(axes: Axes, arm: ArmResult, colour: str, width: float) -> None:
    course = arm.pain_system
    axes.plot(
        course.time_d * _HOURS_PER_DAY,
        100 * course.efficacy.mean(axis=1),
        color=colour,
        linewidth=width,
    )
    slopes = [
        reading
        for assay in arm.assays
        for reading in assay.readings
        if reading.quantity == "epsp_slope_percent"
    ]
    hours = [reading.x / _MINUTES_PER_HOUR for reading in slopes]
    axes.plot(hours, [reading.value for reading in slopes], "o", color=colour)
    for start, end in arm.dosing_d * _HOURS_PER_DAY:
        shade(axes, start, end)
