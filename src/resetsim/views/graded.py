"""How pain is graded in two settings, a day, a week and a month after treatment."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from resetsim.outcomes.varied import as_numbers, varied_settings, words, written
from resetsim.records.result import ArmResult, Array, Result
from resetsim.views.dose_response import label_axis
from resetsim.views.style import legend_beside, new_figure, sequential

DAYS = (1, 7, 30)
_MOST_LINES = 8


def draw_graded(result: Result) -> Figure | None:
    """Draw pain after treatment over duration, or what varies first, a line for each other value.

    Parameters
    ----------
    result
        What an experiment gave.

    Returns
    -------
    Figure or None
        With bands of the sampling noise of drift. None where not two settings with numbers vary,
        or where an arm is not treated or not followed for a month.
    """
    varied = varied_settings(arm.settings for arm in result.arms)
    if len(varied) != 2 or not all(_followed(arm) for arm in result.arms):
        return None
    across = next((key for key in varied if key.endswith("duration")), next(iter(varied)))
    (other,) = (key for key in varied if key != across)
    if (
        as_numbers(varied[across]) is None
        or len(varied[across]) < 3
        or len(varied[other]) > _MOST_LINES
    ):
        return None
    figure = new_figure(height_in=2.9, width_in=8.6)
    panels = figure.subplots(1, len(DAYS), sharey=True)
    colours = sequential(len(varied[other]))
    for axes, after_d in zip(panels, DAYS, strict=True):
        position = label_axis(axes, across, varied[across])
        for value, colour in zip(varied[other], colours, strict=True):
            arms = [arm for arm in result.arms if arm.settings[other] == value]
            arms.sort(key=lambda arm: varied[across].index(arm.settings[across]))
            _draw(axes, position, arms, after_d, colour)
        axes.set_title(f"{after_d} {'days' if after_d > 1 else 'day'} after")
    panels[0].set(ylabel="pain (0-10)", ylim=(0, 10))
    entries = [
        (written(value), colour) for value, colour in zip(varied[other], colours, strict=True)
    ]
    legend_beside(figure, entries, words(other))
    return figure


def _followed(arm: ArmResult) -> bool:
    return bool(len(arm.dosing_d)) and arm.dosing_d[-1, 1] + DAYS[-1] <= arm.pain_system.time_d[-1]


def _draw(
    axes: Axes, position: Array, arms: Sequence[ArmResult], after_d: float, colour: str
) -> None:
    def at(arm: ArmResult, course: Array) -> float:
        return float(np.interp(arm.dosing_d[-1, 1] + after_d, arm.pain_system.time_d, course))

    axes.plot(position, [at(arm, arm.pain.pain) for arm in arms], "o-", color=colour, markersize=4)
    if all(arm.band for arm in arms):
        low, high = ([at(arm, getattr(arm.band, end)) for arm in arms] for end in ("low", "high"))
        axes.fill_between(position, low, high, color=colour, alpha=0.25, linewidth=0)
