"""Outcome over two settings that vary, as a map."""

from collections.abc import Mapping, Sequence
from math import ceil

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from numpy.typing import NDArray

from resetsim.outcomes.varied import varied_settings, words, written
from resetsim.records.result import ArmResult, Result
from resetsim.records.setting import Setting
from resetsim.views.grouping import title
from resetsim.views.pain_after import PainAfter, pain_after
from resetsim.views.style import SHADE, fitted, new_figure

_COLOURS = matplotlib.colormaps["cividis"].with_extremes(bad=SHADE)
_CELL_WIDTH_IN, _CELL_HEIGHT_IN = 0.85, 0.65  # with room for words
_LABEL_HEIGHT_IN = 0.2
_LARGEST_PANEL_IN = (
    12.0  # either way: more cells are smaller, and say what they say by colour alone
)
_MOST_PANELS = 12

Axis = tuple[str, Sequence[Setting]]
"""A key and its values, in order."""


def draw_outcome_map(result: Result) -> Figure | None:
    """Draw the outcome of every arm over duration, or what varies first, and the next setting.

    Parameters
    ----------
    result
        What an experiment gave.

    Returns
    -------
    Figure or None
        A panel for each combination of further settings; None where fewer than two vary. Of many
        panels the first twelve are drawn, and it says so.
    """
    varied = varied_settings(arm.settings for arm in result.arms)
    if len(varied) < 2:
        return None
    across = next((key for key in varied if key.endswith("duration")), next(iter(varied)))
    down, *further = (key for key in varied if key != across)
    panels: dict[str, list[ArmResult]] = {}
    for arm in result.arms:
        panels.setdefault(title(further, arm.settings), []).append(arm)
    axes = ((across, varied[across]), (down, varied[down]))
    return _maps(panels, pain_after(result.arms), *axes)


def _maps(
    panels: Mapping[str, Sequence[ArmResult]], outcome: PainAfter, across: Axis, down: Axis
) -> Figure:
    cell_in = (
        min(_CELL_WIDTH_IN, _LARGEST_PANEL_IN / len(across[1])),
        min(_CELL_HEIGHT_IN, _LARGEST_PANEL_IN / len(down[1])),
    )
    shown = list(panels.items())[:_MOST_PANELS]
    figure = new_figure(
        width_in=cell_in[0] * len(across[1]) + 2.8,
        height_in=(cell_in[1] * len(down[1]) + 0.4) * len(shown) + 0.6,
    )
    grid = figure.subplots(len(shown), squeeze=False, sharex=True)[:, 0]
    scale = Normalize(0, outcome.highest)
    for axes, (heading, members) in zip(grid, shown, strict=True):
        axes.set_title(fitted(heading, cell_in[0] * len(across[1]) + 1))
        values = _cells(axes, members, outcome, across, down, scale)
        if cell_in == (_CELL_WIDTH_IN, _CELL_HEIGHT_IN):
            _words(axes, members, outcome, across, down, _COLOURS(scale(values)))
        _name_some(axes, across, down, cell_in)
    if len(shown) < len(panels):
        figure.suptitle(f"the first {len(shown)} of {len(panels)} panels", fontsize=9)
    grid[-1].set_xlabel(words(across[0]))
    bar = figure.colorbar(ScalarMappable(scale, _COLOURS), ax=grid.tolist(), extend="max")
    bar.set_label(outcome.label.replace(" (", "\n("))
    return figure


def _cells(
    axes: Axes,
    arms: Sequence[ArmResult],
    outcome: PainAfter,
    across: Axis,
    down: Axis,
    scale: Normalize,
) -> NDArray[np.float64]:
    """Draw a cell for each arm; return what they show, row by row."""
    values = np.full((len(down[1]), len(across[1])), np.nan)
    for arm in arms:
        value = outcome.values[arm.name]
        values[_place(arm, across, down)] = np.nan if value is None else value
    edges = (np.arange(length + 1) - 0.5 for length in reversed(values.shape))
    width = 2 * min(1.0, 20 / max(values.shape))
    axes.pcolormesh(*edges, values, cmap=_COLOURS, norm=scale, edgecolors="white", linewidth=width)
    axes.set_ylabel(words(down[0]))
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    return values


def _words(
    axes: Axes,
    arms: Sequence[ArmResult],
    outcome: PainAfter,
    across: Axis,
    down: Axis,
    colours: NDArray[np.float64],
) -> None:
    for arm in arms:
        row, column = _place(arm, across, down)
        colour = _readable_on(colours[row, column])
        axes.text(
            column, row, outcome.text(arm), color=colour, ha="center", va="center", fontsize=7
        )


def _name_some(axes: Axes, across: Axis, down: Axis, cell_in: tuple[float, float]) -> None:
    """Name as many columns and rows as there is room for."""
    for name, (_, values), per_in, room_in in (
        (axes.set_xticks, across, cell_in[0], _CELL_WIDTH_IN),
        (axes.set_yticks, down, cell_in[1], _LABEL_HEIGHT_IN),
    ):
        some = range(0, len(values), ceil(room_in / per_in))
        name(some, [written(values[i]) for i in some])


def _place(arm: ArmResult, across: Axis, down: Axis) -> tuple[int, int]:
    return down[1].index(arm.settings[down[0]]), across[1].index(arm.settings[across[0]])


def _readable_on(colour: Sequence[float]) -> str:
    red, green, blue, _ = colour
    return "black" if 0.3 * red + 0.59 * green + 0.11 * blue > 0.5 else "white"
