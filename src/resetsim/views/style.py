"""How every figure looks: sizes, fonts, lines, and colours that the colour-blind tell apart."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from math import ceil
from textwrap import fill
from typing import Any

import matplotlib
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import BoundaryNorm, ListedColormap, to_hex
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from numpy import linspace

WIDTH_IN = 8.0

# Okabe and Ito 2008, Color Universal Design; without black and yellow, which is faint on white.
OKABE_ITO = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
GREY = "#666666"
SHADE = "#D9D9D9"

_MOST_LINES_OF_LEGEND = 8
_LABEL_HEIGHT_IN = 0.4
_CHARACTER_WIDTH_IN = 0.078  # of titles, on average
_LEGEND_WIDTH_IN = 3.0

STYLE: dict[Any, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "axes.titlesize": 9,
    "axes.labelsize": 9,
    "xtick.labelsize": 8,
    "ytick.labelsize": 8,
    "legend.fontsize": 8,
    "legend.title_fontsize": 8,
    "legend.frameon": False,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.8,
    "lines.linewidth": 1.4,
    "lines.markersize": 4,
    "text.parse_math": False,  # a dollar sign in a name is a dollar sign
    "svg.hashsalt": "resetsim",  # the same result gives the same bytes
}


def new_figure(height_in: float, width_in: float = WIDTH_IN) -> Figure:
    """Return an empty figure that keeps its parts from overlapping.

    Parameters
    ----------
    height_in, width_in
        In inches.

    Returns
    -------
    Figure
        With constrained layout.
    """
    return Figure(figsize=(width_in, height_in), layout="constrained")


def sequential(count: int) -> list[str]:
    """Return colours for an ordered quantity.

    Parameters
    ----------
    count
        Number of colours.

    Returns
    -------
    list of str
        From dark to light, without the lightest, which is faint on white.
    """
    colours = matplotlib.colormaps["viridis"](linspace(0.0, 0.88, count))
    return [to_hex(colour) for colour in colours]


def categorical(count: int) -> list[str]:
    """Return colours for names.

    Parameters
    ----------
    count
        Number of colours.

    Returns
    -------
    list of str
        Beyond six, which are all that the colour-blind tell apart, an ordered palette.
    """
    return list(OKABE_ITO[:count]) if count <= len(OKABE_ITO) else sequential(count)


def nested_widths(count: int) -> list[float]:
    """Return line widths with which curves that coincide can all be seen.

    Parameters
    ----------
    count
        How many curves.

    Returns
    -------
    list of float
        In points, in the order of drawing: a later, thinner line leaves a rim of the earlier one.
    """
    return [float(width) for width in linspace(1.0 + 0.5 * min(count - 1, 6), 1.0, count)]


def legend_beside(
    figure: Figure, entries: Sequence[tuple[str, str]], title: str | None = None
) -> None:
    """Put a legend of coloured lines to the right of all panels; of many, a scale of colours.

    Parameters
    ----------
    figure
        The figure.
    entries
        Label and colour of each line.
    title
        What the labels are.
    """
    if len(entries) > _MOST_LINES_OF_LEGEND:
        _scale_beside(figure, entries, title)
        return
    handles = [
        Line2D([], [], color=colour, label=fitted(label, _LEGEND_WIDTH_IN))
        for label, colour in entries
    ]
    figure.legend(handles=handles, title=title, loc="outside right upper", alignment="left")


def _scale_beside(
    figure: Figure, entries: Sequence[tuple[str, str]], title: str | None = None
) -> None:
    """Put a band of colour for each entry beside all panels, with as many labels as have room."""
    labels, colours = zip(*entries, strict=True)
    scale = BoundaryNorm([place - 0.5 for place in range(len(entries) + 1)], len(entries))
    bar = figure.colorbar(
        ScalarMappable(scale, ListedColormap(colours)),
        ax=figure.axes,
        aspect=30,
        fraction=0.05,
        spacing="proportional",
    )
    height_in = figure.get_figheight() / _LABEL_HEIGHT_IN
    some = range(0, len(entries), ceil(len(entries) / max(height_in, 1)))
    bar.set_ticks(list(some), labels=[labels[place] for place in some])
    bar.ax.tick_params(length=0)
    bar.ax.minorticks_off()
    bar.set_label(title or "", fontsize=8)


def fitted(text: str, width_in: float) -> str:
    """Return a text in lines that are no wider than its place, broken at commas if possible.

    Parameters
    ----------
    text
        Of one line or more.
    width_in
        Of the place.
    """
    most = max(int(width_in / _CHARACTER_WIDTH_IN), 8)
    return "\n".join(_fitted_line(line, most) for line in text.split("\n"))


def _fitted_line(text: str, most: int) -> str:
    lines: list[str] = []
    for part in text.split(", "):
        if lines and len(lines[-1]) + 2 + len(part) <= most:
            lines[-1] += f", {part}"
        else:
            lines.append(part)
    return ",\n".join(fill(line, most) for line in lines)


def legend_above(axes: Axes, handles: Sequence[Artist], labels: Sequence[str]) -> None:
    """Put a legend in one line above a panel.

    Parameters
    ----------
    axes
        The panel.
    handles, labels
        What stands for what.
    """
    axes.legend(
        handles, labels, loc="lower center", bbox_to_anchor=(0.5, 1), ncols=max(len(labels), 1)
    )


@contextmanager
def scaled_once(figure: Figure) -> Iterator[None]:
    """Have panels find their limits when the block ends: else each curve rescales all that share.

    Parameters
    ----------
    figure
        With its panels.
    """
    for axes in figure.axes:
        axes.set_autoscale_on(False)
    yield
    for axes in figure.axes:
        axes.autoscale()


def shade(axes: Axes, start: float, end: float) -> None:
    """Shade a span of time, behind everything else.

    Parameters
    ----------
    axes
        The panel to draw in.
    start, end
        In the unit of the horizontal axis.
    """
    axes.axvspan(start, end, color=SHADE, alpha=0.5, linewidth=0, zorder=0)
