"""Reported pain week by week, in every arm and against control."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from resetsim.outcomes.cohort import CohortOutcomes
from resetsim.outcomes.estimate import Estimate
from resetsim.records.cohort import PublishedPoint
from resetsim.views.cohort.arms import DrawnArm, drawn_arms, say_left_out
from resetsim.views.style import legend_beside, new_figure


def draw_pain_by_week(outcomes: CohortOutcomes) -> Figure | None:
    """Draw mean reported pain of each arm, and how much more it is than in the control arm.

    Parameters
    ----------
    outcomes
        Of a cohort; published means are shown beside the model's.

    Returns
    -------
    Figure or None
        None without weeks after a treatment.
    """
    arms = [each for each in drawn_arms(outcomes) if each.arm.weeks]
    if not arms:
        return None
    compared = [each for each in arms if any(week.difference for week in each.arm.weeks)]
    figure = new_figure(height_in=3.4 if not compared else 5.2, width_in=7.5)
    panels = figure.subplots(2 if compared else 1, sharex=True, squeeze=False)[:, 0]
    for each in arms:
        _draw_pain(panels[0], each)
    _draw_published(panels[0], outcomes.result.published)
    panels[0].set_ylabel("mean reported pain (0-10)")
    panels[0].set_ylim(0, 10)
    if compared:
        panels[1].axhline(0, color="black", linewidth=0.8)
        for each in compared:
            weeks = [week for week in each.arm.weeks if week.difference]
            differences = [week.difference for week in weeks if week.difference]
            draw_estimates(panels[1], [week.week for week in weeks], differences, each.colour)
        panels[1].set_ylabel("pain more than\nunder control")
    panels[-1].set_xlabel("week after the end of treatment (0: before treatment)")
    legend_beside(figure, [(f"{each.label}\n({_staying(each)})", each.colour) for each in arms])
    say_left_out(figure, outcomes)
    return figure


def draw_estimates(
    axes: Axes, x: Sequence[float], estimates: Sequence[Estimate], colour: str, scale: float = 1.0
) -> None:
    """Draw numbers as a curve in a band of their 95 % intervals.

    Parameters
    ----------
    axes
        The panel.
    x
        Where they stand.
    estimates
        The numbers.
    colour
        Of both.
    scale
        That numbers are multiplied by.
    """
    value, low, high = scale * np.array([[each.value, each.low, each.high] for each in estimates]).T
    axes.plot(x, value, "o-", color=colour, markersize=3)
    axes.fill_between(x, low, high, color=colour, alpha=0.25, linewidth=0)


def _staying(each: DrawnArm) -> str:
    first, last = each.arm.weeks[0], each.arm.weeks[-1]
    return f"n = {first.pain.n} in week {first.week}, {last.pain.n} in {last.week}"


def _draw_pain(axes: Axes, each: DrawnArm) -> None:
    weeks = each.arm.weeks
    draw_estimates(axes, [week.week for week in weeks], [week.pain for week in weeks], each.colour)
    before = each.arm.before
    if before:
        axes.errorbar(
            0,
            before.value,
            [[before.value - before.low], [before.high - before.value]],
            fmt="o",
            color=each.colour,
            markersize=3,
        )


def _draw_published(axes: Axes, published: Sequence[PublishedPoint]) -> None:
    markers = dict(zip(dict.fromkeys(each.label for each in published), "sD^vP*X", strict=False))
    for label, marker in markers.items():
        points = [each for each in published if each.label == label]
        value = np.array([each.value for each in points])
        low, high = (
            np.array([each.value if end is None else end for each, end in ends])
            for ends in (
                [(each, each.low) for each in points],
                [(each, each.high) for each in points],
            )
        )
        axes.errorbar(
            [each.day / 7 for each in points],
            value,
            [value - low, high - value],
            fmt=marker,
            color="black",
            markerfacecolor="white",
            capsize=2,
            label=label,
        )
    if markers:
        axes.legend(title="published", loc="lower right")
