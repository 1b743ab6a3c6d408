"""Sensitisation: what noxious stimuli, a brush and nothing at all evoke, over time."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from resetsim.records.reading import Reading
from resetsim.records.result import ArmResult, Result
from resetsim.views.grouping import group_arms
from resetsim.views.style import legend_beside, nested_widths, new_figure, scaled_once, shade

# Hyperalgesia is read where nociception starts, allodynia where touch and pain converge.
_COLUMNS = {
    ("evoked_pain", "nk1r"): "hyperalgesia: NK1R,\nstrongest noxious stimulus",
    ("brush", "wdr"): "allodynia: WDR,\nbrush",
    ("ongoing", "nk1r"): "ongoing pain: NK1R,\nno stimulus",
}


def draw_sensitisation(result: Result) -> Figure | None:
    """Draw the firing of projection neurons in three assays over time, with standard errors.

    Parameters
    ----------
    result
        What an experiment gave.

    Returns
    -------
    Figure or None
        None unless all three were assayed, at two moments at least.
    """
    arms = [arm for arm in result.arms if all(len(_rates(arm, *key)) > 1 for key in _COLUMNS)]
    if not arms:
        return None
    grouping = group_arms(arms)
    figure = new_figure(height_in=1.6 * len(grouping.panels) + 0.9, width_in=9.0)
    grid = figure.subplots(
        len(grouping.panels), len(_COLUMNS), sharex=True, sharey="col", squeeze=False
    )
    for axes, heading in zip(grid[0], _COLUMNS.values(), strict=True):
        axes.set_title(heading)
    for axes in grid[-1]:
        axes.set_xlabel("time (days)")
    for line, (title, members) in zip(grid, grouping.panels.items(), strict=True):
        line[0].set_ylabel(
            title.replace(", ", "\n"), fontsize=8, rotation=0, ha="right", va="center"
        )
        with scaled_once(figure):
            for arm, width in zip(members, nested_widths(len(members)), strict=True):
                _draw(line, arm, grouping.colours[arm.name], width)
    for axes in grid[0]:
        axes.set_ylim(bottom=0)
    figure.supylabel("firing (Hz)", fontsize=9)
    if grouping.legend:
        legend_beside(figure, grouping.legend, grouping.legend_title)
    return figure


def _draw(line: Sequence[Axes], arm: ArmResult, colour: str, width: float) -> None:
    for axes, (assay, population) in zip(line, _COLUMNS, strict=True):
        rates = _rates(arm, assay, population)
        axes.errorbar(
            [day for day, _ in rates],
            [reading.value for _, reading in rates],
            [reading.standard_error for _, reading in rates],
            color=colour,
            linewidth=width,
            marker="o",
            markersize=3,
        )
        for start, end in np.asarray(arm.dosing_d):
            shade(axes, start, end)


def _rates(arm: ArmResult, assay: str, population: str) -> list[tuple[float, Reading]]:
    """Return the reading of each moment; of a graded stimulus, the strongest."""
    found = []
    for each in arm.assays:
        readings = [reading for reading in each.readings if reading.population == population]
        if each.name == assay and readings:
            found.append((each.day, max(readings, key=lambda reading: reading.x)))
    return found
