"""The landscape of one unit: where its late phase rests, without and under the treatment."""

from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure

from resetsim.records.result import Array, DriftCurve, Result
from resetsim.views.drift_curves import draw_curve, legend_of_fixed_points, scale_drift
from resetsim.views.style import GREY, OKABE_ITO, legend_beside, new_figure


class Landscape(NamedTuple):
    """Drift of a unit at the input that stays: without treatment, and under its blockade."""

    free: DriftCurve
    blocked: DriftCurve


def landscape_of(result: Result) -> Landscape | None:
    """Return the landscape of a unit of mean input that two states are open to, if there is one.

    Parameters
    ----------
    result
        What an experiment gave.

    Returns
    -------
    Landscape or None
        Else that with the strongest input; None where nobody's NMDA receptors are blocked.
    """
    free = {curve.input_rate_hz: curve for curve in result.drift_curves if not curve.blockade}
    both = [
        Landscape(free[curve.input_rate_hz], curve)
        for curve in result.drift_curves
        if curve.blockade and curve.input_rate_hz in free
    ]
    return max(both, key=lambda one: (len(one.free.unstable), one.free.input_rate_hz), default=None)


def draw_landscape(result: Result) -> Figure | None:
    """Draw the drift of one unit before and under the treatment, with its fixed points.

    Parameters
    ----------
    result
        What an experiment gave.

    Returns
    -------
    Figure or None
        None where nobody's NMDA receptors are blocked.
    """
    landscape = landscape_of(result)
    if landscape is None:
        return None
    figure = new_figure(height_in=3.6, width_in=7.5)
    axes = figure.subplots()
    axes.axhline(0, color=GREY, linewidth=0.8)
    for curve, colour in zip(landscape, OKABE_ITO[1::-1], strict=True):
        draw_curve(axes, curve, colour, 7)
    scale_drift(axes, landscape)
    axes.set_xlabel("late phase of the unit (0-1)")
    axes.set_ylabel("drift of the late phase (1/day)")
    labels = ("without treatment", f"NMDA blocked by {100 * landscape.blocked.blockade:.3g} %")
    legend_beside(
        figure,
        list(zip(labels, OKABE_ITO[1::-1], strict=True)),
        f"a unit with {landscape.free.input_rate_hz:.3g} Hz",
    )
    legend_of_fixed_points(axes)
    return figure


def landscape_sentence(result: Result) -> str:
    """Say what the landscape means, in its numbers.

    Parameters
    ----------
    result
        What an experiment gave.

    Returns
    -------
    str
        Empty without a landscape.
    """
    landscape = landscape_of(result)
    if landscape is None:
        return ""
    free, blocked = landscape
    unit = f"With the mean input that stays, {free.input_rate_hz:.3g} Hz, the late phase of a unit"
    under = f"under a blockade of {100 * blocked.blockade:.3g} %"
    rests, under_rests = free.stable, _listed(blocked.stable)
    if not len(free.unstable):
        comes_back = f"so that after any treatment it goes to {_listed(rests)} again"
        return f"{unit} rests at {_listed(rests)} alone, {under} at {under_rests}, {comes_back}."
    hilltop, top = float(free.unstable[-1]), float(rests[-1])
    text = (
        f"{unit} rests at {_listed(rests)}, and from above {hilltop:.2f}, the hilltop between, it "
        f"returns to {top:.2f}; {under} it goes to {under_rests}"
    )
    if not (blocked.stable < hilltop).any() or (blocked.stable > hilltop).any():
        return f"{text}, which does not lead below the hilltop."
    hours = _hours(result, landscape)
    after = f", after {hours:.3g} h," if hours is not None else ""
    return f"{text}, and once it is below the hilltop{after} the treatment can end: it stays away."


def _hours(result: Result, landscape: Landscape) -> float | None:
    """Return how long it takes from the upper fixed point to the hilltop, where that was asked."""
    multiplier = {float(arm.multiplier.mean()) for arm in result.arms}
    found = {
        each.from_fixed_points_h
        for each in result.thresholds
        if any(
            round(each.input_rate_hz * one, 3) == landscape.free.input_rate_hz for one in multiplier
        )
        and np.isclose(each.blockade, landscape.blocked.blockade)
    }
    return found.pop() if len(found) == 1 else None


def _listed(points: Array) -> str:
    return " or ".join(f"{round(float(point), 2):g}" for point in points)
