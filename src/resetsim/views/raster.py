"""Spikes of some cells in one assay, before and after treatment, around its first stimulus."""

from collections.abc import Iterable, Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from resetsim.outcomes.varied import all_described
from resetsim.records.result import ArmResult, Array, AssayResult, Result
from resetsim.views.moments import chosen_moments
from resetsim.views.style import fitted, new_figure

MOST_CELLS = 12
WINDOW_S = 4.0
_SHARE_BEFORE = 0.25  # of the window, before firing jumps
_BIN_S = 0.5
_COLUMN_WIDTH_IN = 4.4


def draw_raster(result: Result) -> Figure | None:
    """Draw the spikes of a few cells in the first assay that kept spikes, for a few seconds.

    Parameters
    ----------
    result
        What an experiment gave.

    Returns
    -------
    Figure or None
        Columns for the moments, rows for the populations, of the arm with the longest treatment
        and, of those, the strongest input; None without spikes.
    """
    arms = [arm for arm in result.arms if _moments(result, arm)]
    if not arms:
        return None
    arm = max(
        arms, key=lambda arm: (np.diff(arm.dosing_d).sum(), arm.pain.acting["input_rate"][-1])
    )
    moments = _moments(result, arm)
    populations = _populations(moments)
    start_s = _start_s(moments.values(), populations)
    width_in = _COLUMN_WIDTH_IN * len(moments) + 0.8
    figure = new_figure(height_in=1.3 * len(populations) + 0.9, width_in=width_in)
    named = all_described(arm.settings) or arm.name
    name = next(iter(moments.values())).name
    figure.suptitle(fitted(f"assay {name}, {named}", width_in), fontsize=9)
    grid = figure.subplots(len(populations), len(moments), sharex=True, sharey="row", squeeze=False)
    for column, (moment, assay) in zip(grid.T, moments.items(), strict=True):
        column[0].set_title(f"{moment} (day {assay.day:g})")
        column[-1].set_xlabel("time (s)")
        column[-1].set_xlim(start_s, start_s + WINDOW_S)
        for axes, source in zip(column, populations, strict=True):
            _draw(axes, assay, source, start_s)
    for axes, population in zip(grid[:, 0], populations.values(), strict=True):
        axes.set_ylabel(f"{population} cell")
        axes.yaxis.get_major_locator().set_params(integer=True)
    return figure


def _moments(result: Result, arm: ArmResult) -> dict[str, AssayResult]:
    """Return before and after treatment of the first kind of assay that kept spikes."""
    name = next((assay.name for assay in arm.assays if assay.spike_step), "")
    return dict(list(chosen_moments(result.arms, arm, name).items())[:2])


def _populations(moments: Mapping[str, AssayResult]) -> dict[str, str]:
    """Return the sources ``run/population`` of the first run, and the population's name of each."""
    sources = list(next(iter(moments.values())).spike_step)
    first_run = sources[0].rpartition("/")[0]
    split = {source: source.rpartition("/") for source in sources}
    return {source: name for source, (run, _, name) in split.items() if run == first_run}


def _start_s(assays: Iterable[AssayResult], sources: Iterable[str]) -> float:
    """Return where the window begins: before the half second in which firing rises most."""
    first = next(iter(assays))
    time_s = np.concatenate([_time_s(first, source) for source in sources])
    if not len(time_s) or time_s.max() <= WINDOW_S:
        return 0.0
    counts, edges = np.histogram(time_s, np.arange(0.0, time_s.max() + _BIN_S, _BIN_S))
    jump_s = edges[1 + np.argmax(np.diff(counts))] if len(counts) > 1 else 0.0
    start_s = max(float(jump_s) - _SHARE_BEFORE * WINDOW_S, 0.0)
    return min(start_s, float(time_s.max()) - WINDOW_S)


def _time_s(assay: AssayResult, source: str) -> Array:
    return np.asarray(assay.spike_step[source] * assay.time_step_s, dtype=np.float64)


def _draw(axes: Axes, assay: AssayResult, source: str, start_s: float) -> None:
    time_s, cell = _time_s(assay, source), assay.spike_index[source]
    shown = (time_s >= start_s) & (time_s <= start_s + WINDOW_S)
    cells = _some_cells(cell)
    rows = [time_s[shown & (cell == each)] for each in cells]
    if rows:
        axes.eventplot(
            rows,
            lineoffsets=list(range(1, len(cells) + 1)),
            linelengths=0.7,
            linewidths=0.5,
            colors="black",
            rasterized=True,  # thousands of marks would make an SVG slow to open
        )
    axes.set_ylim(0.4, MOST_CELLS + 0.6)


def _some_cells(cell: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return so many cells as have rows that can be told apart, from all that fired."""
    fired: NDArray[np.int32] = np.unique(cell)
    if len(fired) <= MOST_CELLS:
        return fired
    some: NDArray[np.int32] = fired[np.linspace(0, len(fired) - 1, MOST_CELLS).astype(int)]
    return some
