"""Pain, plasticity and memory of every arm over time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from resetsim.records.result import ArmResult, Result
from resetsim.views.band import draw_band
from resetsim.views.grouping import Grouping, group_arms
from resetsim.views.style import legend_beside, nested_widths, new_figure, scaled_once, shade

_PANEL_WIDTH_IN = 3.4
_ROW_HEIGHT_IN = 1.5


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
    dosing_d = np.concatenate([arm.dosing_d for arm in result.arms] or [np.empty((0, 2))])
    if not len(dosing_d):
        return None
    start_d, end_d = dosing_d[:, 0].min(), dosing_d[:, 1].max()
    margin_d = max(0.4 * (end_d - start_d), 0.25)
    figure, panels = _panels(group_arms(result.arms), [_BLOCKADE, _PAIN, _EFFICACY])
    for _, column in panels:
        column[0].set_xlim(start_d - margin_d, end_d + 2 * margin_d)
    return figure


def _panels(
    grouping: Grouping, rows: Sequence[_Row]
) -> tuple[Figure, list[tuple[ArmResult, Sequence[Axes]]]]:
    """Return a figure with a column of panels for each group, and the panels of each arm."""
    heights = [row.height for row in rows]
    figure = new_figure(
        height_in=_ROW_HEIGHT_IN * sum(heights) + 0.6,
        width_in=_PANEL_WIDTH_IN * len(grouping.panels) + 1.6,
    )
    grid = figure.subplots(
        len(rows),
        len(grouping.panels),
        sharex=True,
        sharey="row",
        squeeze=False,
        height_ratios=heights,
    )
    panels = []
    for column, (title, arms) in zip(grid.T, grouping.panels.items(), strict=True):
        column[0].set_title(title)
        column[-1].set_xlabel("time (days)")
        with scaled_once(figure):
            for arm, width in zip(arms, nested_widths(len(arms)), strict=True):
                panels.append((arm, column))
                for axes, row in zip(column, rows, strict=True):
                    row.draw(axes, arm, _Line(grouping.colours[arm.name], width))
    for axes, row in zip(grid[:, 0], rows, strict=True):
        axes.set_ylabel(row.label)
        low, high = axes.get_ylim()
        axes.set_ylim(min(low, row.low), max(high, row.high))
    figure.align_ylabels(grid[:, 0])
    if grouping.legend:
        legend_beside(figure, grouping.legend, grouping.legend_title)
    return figure, panels


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
