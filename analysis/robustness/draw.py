"""The figure: the indices, and the outcomes over the two parameters that matter most."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from outcomes import HOLDS, LONG, LOST, NO_STATE, SHORT, UNTAUGHT, Evaluated
from pandas import DataFrame
from ranges import Range, Ranges
from shares import percent
from sobol import Indices, independent, ranked

from resetsim.views.style import GREY, OKABE_ITO, new_figure

LOOKS = {
    LONG: ("^", OKABE_ITO[1]),
    NO_STATE: ("v", OKABE_ITO[4]),
    SHORT: ("x", "black"),
    LOST: ("*", OKABE_ITO[3]),
    UNTAUGHT: ("D", OKABE_ITO[5]),
    HOLDS: ("o", OKABE_ITO[0]),
}


def draw(ranges: Ranges, evaluated: Sequence[Evaluated], indices: Indices) -> Figure:
    """Draw three panels of indices and a map."""
    figure = new_figure(5.0, 12.0)
    *left, right = figure.subplots(1, 4, width_ratios=(1, 1, 1, 2.2))
    order = ranked(indices)
    for axes, (name, index) in zip(left, indices.items(), strict=True):
        _draw_indices(axes, index.loc[order])
        axes.set_title(name)
        axes.set_yticks(range(len(order)), [""] * len(order))
    left[0].set_yticks(range(len(order)), [_words(ranges[name]) for name in order])
    left[1].set_xlabel("Sobol index (share of the variance), with 95 % interval")
    left[2].legend(loc="lower right")
    across, down = (ranges[name] for name in order[:2])
    handles = _draw_map(right, independent(evaluated), across, down)
    figure.legend(handles=handles, loc="outside upper right", ncols=3)
    return figure


def _draw_indices(axes: Axes, index: DataFrame) -> None:
    kinds = (
        ("ST", "total", "o", OKABE_ITO[0], -0.15),
        ("S1", "alone (first order)", "s", OKABE_ITO[1], 0.15),
    )
    for key, label, marker, colour, shift in kinds:
        axes.errorbar(
            index[key],
            np.arange(len(index)) + shift,
            xerr=index[f"{key}_conf"],
            fmt=marker,
            color=colour,
            elinewidth=1,
            label=label,
        )
    axes.axvline(0, color=GREY, linewidth=0.8)
    axes.set_xlim(-0.25, 1.2)
    axes.invert_yaxis()


def _draw_map(axes: Axes, draws: Sequence[Evaluated], across: Range, down: Range) -> list[Line2D]:
    handles = []
    for outcome, (marker, colour) in LOOKS.items():
        values = [each.values for each in draws if each.outcome == outcome]
        if not values:
            continue
        x, y = ([each[of.name] for each in values] for of in (across, down))
        axes.plot(x, y, marker, color=colour, markersize=4.5)
        label = f"{outcome} ({percent(len(values) / len(draws))})"
        handles.append(Line2D([], [], marker=marker, color=colour, linewidth=0, label=label))
    for each, axis, set_scale in (
        (across, axes.xaxis, axes.set_xscale),
        (down, axes.yaxis, axes.set_yscale),
    ):
        axis.set_label_text(f"{_words(each)} ({each.unit})" if each.unit else _words(each))
        if each.logarithmic:
            set_scale("log")
            ticks = [each.low, each.declared, each.high]
            axis.set_ticks(ticks, [f"{tick:g}" for tick in ticks])
            axis.set_ticks([], minor=True)
    return handles[::-1]


def _words(each: Range) -> str:
    return each.constant.replace("_", " ")
