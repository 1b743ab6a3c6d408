"""Drift of the late phase over the late phase, with fixed points."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from resetsim.records.result import Array, DriftCurve, Result
from resetsim.views.style import (
    GREY,
    legend_above,
    legend_beside,
    nested_widths,
    new_figure,
    sequential,
)

# Capture can be a hundred times faster than decay; beyond this a linear axis hides the decay.
_LARGEST_LINEAR_RATIO = 8


def draw_drift_curves(result: Result) -> Figure | None:
    """Draw the drift at each input; fixed points filled where stable, open where unstable.

    Parameters
    ----------
    result
        What an experiment gave.

    Returns
    -------
    Figure or None
        None without drift curves.
    """
    free = [curve for curve in result.drift_curves if not curve.blockade]
    if not free:
        return None
    curves = sorted(free, key=lambda curve: curve.input_rate_hz)
    colours = sequential(len(curves))
    figure = new_figure(height_in=4.2)
    axes = figure.subplots()
    axes.axhline(0, color=GREY, linewidth=0.8)
    sizes = [5 + width for width in nested_widths(len(curves))]
    for curve, colour, size in zip(curves, colours, sizes, strict=True):
        draw_curve(axes, curve, colour, size)
    scale_drift(axes, curves)
    axes.set_xlabel("late phase (0-1)")
    axes.set_ylabel("drift of the late phase (1/day)")
    labels = [f"{curve.input_rate_hz:g} Hz" for curve in curves]
    legend_beside(figure, list(zip(labels, colours, strict=True)), "ongoing input")
    legend_of_fixed_points(axes)
    return figure


def draw_curve(axes: Axes, curve: DriftCurve, colour: str, size: float) -> None:
    """Draw one curve; fixed points filled where stable, open where unstable.

    Parameters
    ----------
    axes
        The panel.
    curve
        What is drawn.
    colour, size
        Of the curve and its points, these in points.
    """
    axes.plot(curve.late, curve.drift_per_day, color=colour)
    for late, face in ((curve.stable, colour), (curve.unstable, "white")):
        _mark(axes, late, color=colour, markerfacecolor=face, markersize=size)


def _mark(axes: Axes, late: Array, **look: Any) -> None:
    axes.plot(late, np.zeros_like(late), marker="o", linestyle="", zorder=3, **look)


def scale_drift(axes: Axes, curves: Sequence[DriftCurve]) -> None:
    """Have slow decay be seen beside fast growth.

    Parameters
    ----------
    axes
        The panel.
    curves
        What is drawn in it.
    """
    drift = np.concatenate([curve.drift_per_day for curve in curves])
    fastest_decay = -drift.min()
    if fastest_decay > 0 and drift.max() > _LARGEST_LINEAR_RATIO * fastest_decay:
        axes.set_yscale("symlog", linthresh=fastest_decay)
        axes.yaxis.set_major_formatter("{x:g}")


def legend_of_fixed_points(axes: Axes) -> None:
    """Say above a panel what filled and open points are.

    Parameters
    ----------
    axes
        The panel.
    """
    handles = [
        Line2D([], [], color=GREY, marker="o", markersize=7, markerfacecolor=face, linestyle="")
        for face in (GREY, "white")
    ]
    legend_above(axes, handles, ["stable", "unstable"])
