"""Outcome over the one setting that varies, as a curve."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from resetsim.declare.quantities import units
from resetsim.outcomes.outcome import Outcome
from resetsim.outcomes.varied import as_numbers, varied_settings, words, written
from resetsim.records.result import ArmResult, Array, Result, ThresholdDuration
from resetsim.records.setting import Setting
from resetsim.views.pain_after import PainAfter, pain_after
from resetsim.views.style import GREY, OKABE_ITO, legend_above, new_figure

_COLOUR = OKABE_ITO[0]

# Word, marker, face: the shape tells outcomes apart without colour.
_MARKERS: tuple[tuple[Outcome, str, str], ...] = (
    ("relieved", "o", _COLOUR),
    ("relapsed", "o", "white"),
    ("not relieved", "X", "white"),
)

# Values further apart than this, largest over smallest, need a logarithmic axis.
_WIDE = 20


def draw_dose_response(result: Result) -> Figure | None:
    """Draw the outcome over the only setting that varies.

    Parameters
    ----------
    result
        What an experiment gave.

    Returns
    -------
    Figure or None
        None where no setting or several vary.
    """
    varied = varied_settings(arm.settings for arm in result.arms)
    if len(varied) != 1:
        return None
    ((key, values),) = varied.items()
    by_value = {arm.settings[key]: arm for arm in result.arms}
    arms = [by_value[value] for value in values]
    outcome = pain_after(arms)
    figure = new_figure(height_in=3.6, width_in=5.6)
    axes = figure.subplots()
    position = label_axis(axes, key, values)
    _draw(axes, position, arms, outcome, joined=as_numbers(values) is not None)
    if key.endswith("duration") and len(result.thresholds) == 1:
        _mark_threshold(axes, result.thresholds[0], values)
    legend_above(axes, *axes.get_legend_handles_labels())
    axes.set_ylabel(outcome.label.replace(" (", "\n("))
    axes.set_ylim(-0.04 * outcome.highest, max(1.05 * outcome.highest, axes.get_ylim()[1]))
    return figure


def label_axis(axes: Axes, key: str, values: Sequence[Setting]) -> Array:
    """Label the horizontal axis and return where each value stands on it.

    Parameters
    ----------
    axes
        The panel.
    key
        What varies.
    values
        Of it, rising.
    """
    measured = as_numbers(values)
    if measured is None:
        position = np.arange(len(values), dtype=float)
        axes.set_xticks(position, [written(value) for value in values])
        axes.set_xlabel(words(key))
        return position
    position, unit = measured
    axes.set_xlabel(f"{words(key)} ({unit})" if unit else words(key))
    above_zero = position[position > 0]
    if position.min() >= 0 and position.max() > _WIDE * above_zero.min():
        axes.set_xscale("symlog", linthresh=above_zero.min())
        axes.xaxis.set_major_formatter("{x:g}")
    return position


def _draw(
    axes: Axes, position: Array, arms: Sequence[ArmResult], outcome: PainAfter, joined: bool
) -> None:
    height = np.array([outcome.values[arm.name] for arm in arms], dtype=float)
    if joined:
        axes.plot(position, height, color=_COLOUR, zorder=1)
    if not outcome.relative:
        axes.plot(position, height, "o", color=_COLOUR)
        return
    for outcome_word, marker, face in _MARKERS:
        chosen = np.array([arm.summary["outcome"] == outcome_word for arm in arms])
        if chosen.any():
            axes.plot(
                position[chosen],
                height[chosen],
                marker,
                color=_COLOUR,
                markerfacecolor=face,
                label=outcome_word,
            )


def _mark_threshold(axes: Axes, threshold: ThresholdDuration, values: Sequence[Setting]) -> None:
    measured = as_numbers(values)
    if measured is None or not threshold.from_arms_h:
        return
    duration = units.Quantity(threshold.from_arms_h, "h").to(measured[1]).magnitude
    axes.axvline(duration, color=GREY, linestyle="--", label="threshold duration, with 90 % band")
    ends = (threshold.from_arms_low_h, threshold.from_arms_high_h)
    low, high = (None if end is None else end * duration / threshold.from_arms_h for end in ends)
    if low is not None:
        axes.axvspan(low, axes.get_xlim()[1] if high is None else high, color=GREY, alpha=0.2)
