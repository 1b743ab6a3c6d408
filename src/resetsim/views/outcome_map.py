"""Outcome over two settings that vary, as a map."""

from collections.abc import Mapping, Sequence

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from resetsim.outcomes.varied import varied_settings, words, written
from resetsim.records.result import ArmResult, Result
from resetsim.records.setting import Setting
from resetsim.views.grouping import title
from resetsim.views.pain_after import PainAfter, pain_after
from resetsim.views.style import SHADE, new_figure

_COLOURS = matplotlib.colormaps["cividis"].with_extremes(bad=SHADE)
_CELL_WIDTH_IN, _CELL_HEIGHT_IN = 0.85, 0.65


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
        A panel for each combination of further settings; None where fewer than two vary.
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
    figure = new_figure(
        width_in=_CELL_WIDTH_IN * len(across[1]) + 2.8,
        height_in=(_CELL_HEIGHT_IN * len(down[1]) + 0.4) * len(panels) + 0.6,
    )
    grid = figure.subplots(len(panels), squeeze=False, sharex=True)[:, 0]
    scale = Normalize(0, outcome.highest)
    for axes, (heading, members) in zip(grid, panels.items(), strict=True):
        axes.set_title(heading)
        _cells(axes, members, outcome, across, down, scale)
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
) -> None:
    values = np.full((len(down[1]), len(across[1])), np.nan)
    for arm in arms:
        row = down[1].index(arm.settings[down[0]])
        column = across[1].index(arm.settings[across[0]])
        value = outcome.values[arm.name]
        values[row, column] = np.nan if value is None else value
        colour = _readable_on(_COLOURS(float(scale(values[row, column]))))
        axes.text(
            column, row, outcome.text(arm), color=colour, ha="center", va="center", fontsize=7
        )
    edges = (np.arange(length + 1) - 0.5 for length in reversed(values.shape))
    axes.pcolormesh(*edges, values, cmap=_COLOURS, norm=scale, edgecolors="white", linewidth=2)
    axes.set_xticks(range(len(across[1])), [written(value) for value in across[1]])
    axes.set_yticks(range(len(down[1])), [written(value) for value in down[1]])
    axes.set_ylabel(words(down[0]))
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)


def _readable_on(colour: Sequence[float]) -> str:
    red, green, blue, _ = colour
    return "black" if 0.3 * red + 0.59 * green + 0.11 * blue > 0.5 else "white"
