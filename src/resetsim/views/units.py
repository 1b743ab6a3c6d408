"""The units of each patient over time, from healthy to amplified, beside the pain of their mean."""

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from numpy.typing import NDArray

from resetsim.outcomes.varied import varied_settings
from resetsim.records.result import ArmResult, Result
from resetsim.views.band import draw_band
from resetsim.views.grouping import by_patient, title
from resetsim.views.style import OKABE_ITO, new_figure, shade

_MOST_ARMS = 6
_COLOURS = "cividis"  # for all kinds of sight
_MOMENTS = 600  # columns of a strip
_ROW_HEIGHT_IN = 1.15


def draw_units(result: Result) -> Figure | None:
    """Draw a strip of patches for each arm, ranked by input, and the pain that is felt.

    Parameters
    ----------
    result
        What an experiment gave.

    Returns
    -------
    Figure or None
        None where every patient is one unit. Of many arms six are drawn, and it says which.
    """
    several = [arm for arm in result.arms if len(arm.multiplier) > 1]
    if not several:
        return None
    arms = _some(several)
    figure = new_figure(height_in=_ROW_HEIGHT_IN * len(arms) + 0.9, width_in=9.0)
    grid = figure.subplots(len(arms), 2, sharex=True, sharey="col", squeeze=False)
    varied = list(varied_settings(arm.settings for arm in several))
    for (strip, felt), arm in zip(grid, arms, strict=True):
        image = _draw_strip(strip, arm)
        _draw_pain(felt, arm)
        strip.set_ylabel(
            title(varied, arm.settings).replace(", ", "\n"),
            fontsize=8,
            rotation=0,
            ha="right",
            va="center",
        )
    _name_columns(grid)
    if len(several) > len(arms):
        said = "of each patient from the shortest to the longest treatment"
        figure.suptitle(f"{len(arms)} of {len(several)} arms: {said}", fontsize=9)
    figure.colorbar(
        image, ax=grid.ravel().tolist(), location="bottom", aspect=40, label="late phase (0-1)"
    )
    return figure


def _some(arms: list[ArmResult]) -> list[ArmResult]:
    """Return as many arms as there is room for: of each patient from least to most treated."""
    if len(arms) <= _MOST_ARMS:
        return arms
    patients = by_patient(arms)
    of_each = max(_MOST_ARMS // len(patients), 2)
    shown = {
        patient[round(place)].name
        for patient in patients
        for place in np.linspace(0, len(patient) - 1, min(of_each, len(patient)))
    }
    return [arm for arm in arms if arm.name in shown][:_MOST_ARMS]


def _name_columns(grid: NDArray[np.object_]) -> None:
    grid[0][0].set_title("painful area (%), most input on top")
    grid[0][1].set_title("pain (0-10)")
    grid[0][1].set_ylim(-0.3, 10.3)
    for axes in grid[-1]:
        axes.set_xlabel("time (days)")


def _draw_strip(axes: Axes, arm: ArmResult) -> AxesImage:
    course, silent = arm.pain_system, 100 * (1 - arm.share_active)
    start, end = course.time_d[[0, -1]]
    moments = np.linspace(start, end, _MOMENTS)
    ranked = course.late[:, np.argsort(arm.multiplier, kind="stable")]
    late = np.array([np.interp(moments, course.time_d, unit) for unit in ranked.T])
    axes.set_facecolor(colormaps[_COLOURS](0.0))  # without input the tissue is healthy
    image = axes.imshow(
        late,
        cmap=_COLOURS,
        vmin=0.0,
        vmax=1.0,
        origin="lower",
        aspect="auto",
        interpolation="nearest",
        extent=(start, end, silent, 100.0),
    )
    axes.set_ylim(0, 100)
    if silent:
        axes.axhline(silent, color="white", linewidth=0.6)
    for moment in np.unique(arm.dosing_d):
        axes.axvline(moment, color="white", linewidth=1.0, linestyle="--")
    return image


def _draw_pain(axes: Axes, arm: ArmResult) -> None:
    axes.plot(arm.pain_system.time_d, arm.pain.pain, color=OKABE_ITO[0])
    draw_band(axes, arm, OKABE_ITO[0])
    for start, end in arm.dosing_d:
        shade(axes, start, end)
