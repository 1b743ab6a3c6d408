"""A figure as files: where its parts and ticks are, and how it is saved."""

from collections.abc import Callable
from pathlib import Path

import matplotlib
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import FixedFormatter, FixedLocator

from resetsim.views.style import STYLE
from resetsim.whole_file import whole_file

_DOTS_PER_INCH = 150
_ENDINGS = ("png", "svg")


def save_figure(draw: Callable[[], Figure | None], folder: Path, name: str) -> None:
    """Draw one figure and save it as PNG and SVG.

    Parameters
    ----------
    draw
        Gives the figure, or None where there is nothing to draw.
    folder
        Where to; made if need be.
    name
        Of its files, without the ending.
    """
    with matplotlib.rc_context(STYLE):
        if (figure := draw()) is not None:
            _lay_out(figure)
            for ending in _ENDINGS:
                _save(figure, folder / f"{name}.{ending}")


def files_of_figure(folder: Path, name: str) -> list[Path]:
    """Return the files of a figure that was saved under a name; none if nothing was drawn."""
    return [path for ending in _ENDINGS if (path := folder / f"{name}.{ending}").exists()]


def _lay_out(figure: Figure) -> None:
    """Place parts and ticks once for all formats; left to Matplotlib, each does it again."""
    figure.set_dpi(_DOTS_PER_INCH)
    axises = [axis for axes in figure.axes for axis in (axes.xaxis, axes.yaxis)]
    for axis in axises:
        _leave_out_unlabelled(axis)
    if (engine := figure.get_layout_engine()) is not None:
        engine.execute(figure)
        figure.set_layout_engine(None)
    for axis in axises:
        _hold_ticks(axis)


def _leave_out_unlabelled(axis: Axis) -> None:
    """Have nobody look for a place for texts that are not there, as between panels that share."""
    if axis.label.get_text():
        return
    axis.set_label_coords(0, 0)
    shown = axis.get_tick_params()
    if not any(shown.get(f"label{side}") for side in ("left", "right", "bottom", "top")):
        axis.set_in_layout(False)


def _hold_ticks(axis: Axis) -> None:
    ticks = axis.get_majorticklocs().tolist()
    written = FixedFormatter(axis.get_major_formatter().format_ticks(ticks))
    written.set_offset_string(axis.get_major_formatter().get_offset())
    axis.set_major_locator(FixedLocator(ticks))
    axis.set_major_formatter(written)


def _save(figure: Figure, path: Path) -> None:
    # An SVG would carry the time of drawing.
    metadata = {"Date": None} if path.suffix == ".svg" else None
    with whole_file(path) as partial:
        figure.savefig(partial, dpi=_DOTS_PER_INCH, metadata=metadata)
