"""Pain, plasticity and memory of every arm over time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from resetsim.records.result import ArmResult, Array, Result
from resetsim.views.band import draw_band
from resetsim.views.grouping import Grouping, group_arms
from resetsim.views.style import (
    fitted,
    legend_beside,
    nested_widths,
    new_figure,
    scaled_once,
    shade,
)

_PANEL_WIDTH_IN = 3.4
_ROW_HEIGHT_IN = 1.5
_MOST_COLUMNS = 4

# Durations further apart than this, longest over shortest, cannot be seen beside each other.
_WIDE = 20
_TICKS_APART = 0.08  # of the width of a panel
_SINCE = (
    (0.0, "0"),
    (1 / 144, "10 min"),
    (1 / 24, "1 h"),
    (4 / 24, "4 h"),
    *((float(days), f"{days} d") for days in (1, 2, 4, 7, 14, 28, 60, 120, 365, 1000)),
)


@dataclass(frozen=True)
class _Line:
    colour: str
    width: float

    @property
    def keywords(self) -> dict[str, Any]:
        return {"color": self.colour, "linewidth": self.width}


@dataclass(frozen=True)
class _Row:
    """What a row of panels shows, and the range that it shows at least."""

    label: str
    draw: Callable[[Axes, ArmResult, _Line], None]
    low: float
    high: float
    height: float = 1.0


def draw_courses(result: Result) -> Figure | None:
    """Draw the whole follow-up: input, pain, efficacy and, with a memory, how it fares.

    Parameters
    ----------
    result
        What an experiment gave.

    Returns
    -------
    Figure or None
        None without arms.
    """
    if not result.arms:
        return None
    rows = [_INPUT, _PAIN, _EFFICACY]
    if any(arm.memory is not None for arm in result.arms):
        rows.append(_MEMORY)
    if any(_recalls(arm) for arm in result.arms):
        rows.append(_RECALL)
    figure, panels = _panels(group_arms(result.arms), rows)
    for arm, column in panels:
        for axes in column:
            for start, end in arm.dosing_d:
                shade(axes, start, end)
    return figure


def draw_treatment(result: Result) -> Figure | None:
    """Draw the days around the treatment: blockade, pain, efficacy.

    Parameters
    ----------
    result
        What an experiment gave.

    Returns
    -------
    Figure or None
        None where nobody is treated.
    """
    window_d = treatment_window_d(result.arms)
    if window_d is None:
        return None
    figure, panels = _panels(group_arms(result.arms), [_BLOCKADE, _PAIN, _EFFICACY])
    for _, column in panels:
        column[0].set_xlim(*window_d)
    dosing_d = _dosing_d(result.arms)
    lasting_d = dosing_d[:, 1] - dosing_d[:, 0]
    if np.ptp(dosing_d[:, 0]) == 0 and lasting_d.max() > _WIDE * lasting_d.min():
        for axes in figure.axes:
            _compress_time(axes, dosing_d[0, 0], window_d[1], lasting_d.min())
    return figure


def treatment_window_d(arms: Sequence[ArmResult]) -> tuple[float, float] | None:
    """Return from when to when the treatments of some arms are seen, from before to after.

    Parameters
    ----------
    arms
        Of one result.

    Returns
    -------
    tuple of float, or None
        In days on the timeline; None where nobody is treated.
    """
    dosing_d = _dosing_d(arms)
    if not len(dosing_d):
        return None
    start_d, end_d = float(dosing_d[:, 0].min()), float(dosing_d[:, 1].max())
    margin_d = max(0.4 * (end_d - start_d), 0.25)
    return start_d - margin_d, end_d + 2 * margin_d


def _dosing_d(arms: Sequence[ArmResult]) -> Array:
    return np.concatenate([arm.dosing_d for arm in arms] or [np.empty((0, 2))])


def _compress_time(axes: Axes, start_d: float, until_d: float, shortest_d: float) -> None:
    """Draw time since the start of treatment as its cube root: minutes, hours and days are seen.

    Within a quarter of the shortest treatment it is nearly linear, so that what begins at once is
    seen to.
    """
    linear_d = shortest_d / 4

    def root(day: Array) -> Array:
        roots: Array = np.cbrt(np.abs(day - start_d) + linear_d) - np.cbrt(linear_d)
        return np.copysign(roots, day - start_d)

    def day(root: Array) -> Array:
        since_d: Array = (np.abs(root) + np.cbrt(linear_d)) ** 3 - linear_d
        return np.copysign(since_d, root) + start_d

    end = float(root(np.array(until_d)))
    axes.set_xscale("function", functions=(root, day))
    axes.set_xlim(float(day(np.array(-0.05 * end))), until_d)
    ticks: dict[float, str] = {}
    last = -np.inf
    for since_d, text in _SINCE:
        at = float(root(np.array(start_d + since_d)))
        if last + _TICKS_APART * end <= at <= end:
            ticks[start_d + since_d] = text
            last = at
    axes.set_xticks(list(ticks), labels=list(ticks.values()))
    axes.minorticks_off()
    if axes.get_xlabel():
        axes.set_xlabel("time since the start of treatment")


def _panels(
    grouping: Grouping, rows: Sequence[_Row]
) -> tuple[Figure, list[tuple[ArmResult, Sequence[Axes]]]]:
    """Return a figure with a column of panels for each group, and the panels of each arm.

    Of many groups the columns stand in several bands, below each other.
    """
    bands = ceil(len(grouping.panels) / _MOST_COLUMNS)
    across = ceil(len(grouping.panels) / bands)
    heights = [row.height for row in rows]
    figure = new_figure(
        height_in=(_ROW_HEIGHT_IN * sum(heights) + 0.6) * bands,
        width_in=_PANEL_WIDTH_IN * across + 1.6,
    )
    grid = figure.subplots(
        len(rows) * bands,
        across,
        sharex=True,
        sharey="row",
        squeeze=False,
        height_ratios=heights * bands,
    )
    columns = [column for band in np.split(grid, bands) for column in band.T]
    for spare in columns[len(grouping.panels) :]:
        for axes in spare:
            axes.remove()
    panels = []
    for column, (title, arms) in zip(columns, grouping.panels.items(), strict=False):
        column[0].set_title(fitted(title, _PANEL_WIDTH_IN))
        column[-1].set_xlabel("time (days)")
        column[-1].tick_params(labelbottom=True)
        with scaled_once(figure):
            for arm, width in zip(arms, nested_widths(len(arms)), strict=True):
                panels.append((arm, column))
                for axes, row in zip(column, rows, strict=True):
                    row.draw(axes, arm, _Line(grouping.colours[arm.name], width))
    _scale(columns[: len(grouping.panels)], rows, across)
    figure.align_ylabels(grid[:, 0])
    if grouping.legend:
        legend_beside(figure, grouping.legend, grouping.legend_title)
    return figure, panels


def _scale(columns: Sequence[Sequence[Axes]], rows: Sequence[_Row], across: int) -> None:
    """Give all panels of a quantity the same limits, and its name to the first of each band."""
    for place, row in enumerate(rows):
        limits = [column[place].get_ylim() for column in columns]
        low, high = min(low for low, _ in limits), max(high for _, high in limits)
        for column in columns[::across]:
            column[place].set_ylim(min(low, row.low), max(high, row.high))
            column[place].set_ylabel(row.label)


def _draw_input(axes: Axes, arm: ArmResult, line: _Line) -> None:
    axes.plot(arm.pain_system.time_d, arm.pain.acting["input_rate"], **line.keywords)


def _draw_blockade(axes: Axes, arm: ArmResult, line: _Line) -> None:
    axes.plot(arm.pain_system.time_d, 100 * arm.pain.acting["blockade"], **line.keywords)


def _draw_pain(axes: Axes, arm: ArmResult, line: _Line) -> None:
    axes.plot(arm.pain_system.time_d, arm.pain.pain, **line.keywords)
    draw_band(axes, arm, line.colour)


def _draw_efficacy(axes: Axes, arm: ArmResult, line: _Line) -> None:
    axes.plot(arm.pain_system.time_d, arm.pain_system.efficacy.mean(axis=1), **line.keywords)


def _draw_memory(axes: Axes, arm: ArmResult, line: _Line) -> None:
    if arm.memory is None:
        return
    time_d, late = arm.memory.time_d, arm.memory.late
    axes.plot(time_d, late[:, :-1], **line.keywords)
    axes.plot(time_d, late[:, -1], **line.keywords, linestyle=":")


def _draw_recall(axes: Axes, arm: ArmResult, line: _Line) -> None:
    for readings in _recalls(arm).values():
        day, value, error = zip(*readings, strict=True)
        axes.errorbar(day, value, error, **line.keywords, marker=".", capsize=3)


def _recalls(arm: ArmResult) -> dict[float, list[tuple[float, float, float]]]:
    """Return day, recall and its standard error at each moment, by pattern."""
    patterns: dict[float, list[tuple[float, float, float]]] = {}
    for assay in (each for each in arm.assays if each.name == "recall"):
        for reading in assay.readings:
            found = (assay.day, reading.value, reading.standard_error)
            patterns.setdefault(reading.x, []).append(found)
    return patterns


_INPUT = _Row("ongoing\ninput (Hz)", _draw_input, 0, 1, height=0.6)
_BLOCKADE = _Row("NMDA\nblocked (%)", _draw_blockade, -4, 104, height=0.7)
_PAIN = _Row("pain (0-10)", _draw_pain, -0.3, 10.3)
_EFFICACY = _Row("efficacy\n(healthy = 1)", _draw_efficacy, 0.95, 1.5)
_MEMORY = _Row("memory,\nlate phase (0-1)", _draw_memory, -0.04, 1.04, height=0.8)
_RECALL = _Row("recall (0-1)", _draw_recall, -0.04, 1.04, height=0.8)
