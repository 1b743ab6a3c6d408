"""Spikes of one assay, before and after treatment."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from resetsim.records.result import ArmResult, AssayResult, Result
from resetsim.views.moments import chosen_moments
from resetsim.views.style import new_figure


def draw_raster(result: Result) -> Figure | None:
    """Draw every spike of the first assay that kept spikes.

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
    figure = new_figure(height_in=1.1 * len(populations) + 0.9, width_in=4.0 * len(moments) + 0.8)
    figure.suptitle(f"{next(iter(moments.values())).name}, arm {arm.name}", fontsize=9)
    grid = figure.subplots(len(populations), len(moments), sharex=True, sharey="row", squeeze=False)
    for column, (moment, assay) in zip(grid.T, moments.items(), strict=True):
        column[0].set_title(f"{moment} (day {assay.day:g})")
        column[-1].set_xlabel("time (s)")
        for axes, source in zip(column, populations, strict=True):
            _draw(axes, assay, source)
    for axes, population in zip(grid[:, 0], populations.values(), strict=True):
        axes.set_ylabel(f"{population}\ncell")
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


def _draw(axes: Axes, assay: AssayResult, source: str) -> None:
    # As pixels inside the SVG: a hundred thousand marks would make it slow to open.
    axes.plot(
        assay.spike_step[source] * assay.time_step_s,
        assay.spike_index[source],
        linestyle="",
        marker="|",
        markersize=2.5,
        markeredgewidth=0.6,
        color="black",
        rasterized=True,
    )
