"""How far the averaged engine is from the direct one as time scales separate."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import LogFormatter, NullLocator

from resetsim.records.result import ArmResult, DirectCourse, Result
from resetsim.views.style import GREY, categorical, legend_above, legend_beside, new_figure

_SECONDS_PER_DAY = 86400.0


def draw_averaging(result: Result) -> Figure | None:
    """Draw the error of averaging over epsilon, and the trajectories at the smallest epsilon.

    Parameters
    ----------
    result
        What an experiment gave.

    Returns
    -------
    Figure or None
        None without direct runs.
    """
    arms = [arm for arm in result.arms if arm.direct]
    if not arms:
        return None
    colours = categorical(len(arms))
    figure = new_figure(height_in=3.6, width_in=9.5)
    error_axes, course_axes = figure.subplots(1, 2)
    for arm, colour in zip(arms, colours, strict=True):
        _draw_error(error_axes, arm, colour)
        _draw_courses(course_axes, arm, colour)
    _draw_slope(error_axes, arms)
    error_axes.set(xscale="log", yscale="log")
    epsilons = sorted({course.epsilon for arm in arms for course in arm.direct})
    error_axes.set_xticks(epsilons, [f"{epsilon:g}" for epsilon in epsilons])
    error_axes.xaxis.set_minor_locator(NullLocator())
    error_axes.yaxis.set_major_formatter("{x:g}")
    error_axes.yaxis.set_minor_formatter(LogFormatter())
    error_axes.set_xlabel("separation of time scales ε")
    error_axes.set_ylabel("largest difference\nof the late phase")
    course_axes.set_xlabel("time (s), at ε = 1")
    course_axes.set_ylabel("late phase (0-1)")
    _legends(error_axes, course_axes)
    names = [arm.name for arm in arms]
    legend_beside(figure, list(zip(names, colours, strict=True)), "arm")
    return figure


def averaging_error(course: DirectCourse) -> float:
    """Return the largest difference of the late phase between the engines over a run.

    Parameters
    ----------
    course
        A direct run.

    Returns
    -------
    float
        On the scale of the late phase, 0 to 1.
    """
    return float(np.max(np.abs(course.late - course.averaged_late)))


def _errors(arm: ArmResult) -> dict[float, list[float]]:
    errors: dict[float, list[float]] = {}
    for course in arm.direct:
        errors.setdefault(course.epsilon, []).append(averaging_error(course))
    return dict(sorted(errors.items()))


def _draw_error(axes: Axes, arm: ArmResult, colour: str) -> None:
    errors = _errors(arm)
    for epsilon, found in errors.items():
        axes.plot([epsilon] * len(found), found, "o", color=colour, alpha=0.5)
    mean = [float(np.mean(found)) for found in errors.values()]
    axes.plot(list(errors), mean, color=colour)


def _draw_slope(axes: Axes, arms: Sequence[ArmResult]) -> None:
    """Draw a line on which the error is proportional to epsilon, below that of the runs."""
    epsilon = np.array([course.epsilon for arm in arms for course in arm.direct])
    error = np.array([averaging_error(course) for arm in arms for course in arm.direct])
    some = error > 0
    if some.any():
        level = np.exp(np.mean(np.log(error[some] / epsilon[some])))
        ends = np.array([epsilon.min(), epsilon.max()])
        axes.plot(ends, 0.5 * level * ends, color=GREY, linestyle=":")


def _draw_courses(axes: Axes, arm: ArmResult, colour: str) -> None:
    smallest = min(course.epsilon for course in arm.direct)
    runs = [course for course in arm.direct if course.epsilon == smallest]
    for run in runs:
        axes.plot(_SECONDS_PER_DAY * run.time_d, run.late, color=colour, linewidth=0.8, alpha=0.8)
        axes.fill_between(
            _SECONDS_PER_DAY * run.time_d,
            run.late - run.spread,
            run.late + run.spread,
            color=colour,
            alpha=0.12,
            linewidth=0,
        )
    time_s = _SECONDS_PER_DAY * runs[0].time_d
    axes.plot(time_s, runs[0].averaged_late, color=colour, linestyle="--")


def _legends(error_axes: Axes, course_axes: Axes) -> None:
    seed = Line2D([], [], color=GREY, marker="o", linestyle="")
    mean = Line2D([], [], color=GREY)
    slope = Line2D([], [], color=GREY, linestyle=":")
    legend_above(error_axes, [seed, mean, slope], ["one seed", "mean", "slope 1"])
    direct = Line2D([], [], color=GREY, linewidth=0.8)
    averaged = Line2D([], [], color=GREY, linestyle="--")
    legend_above(course_axes, [direct, averaged], ["direct ± spread, smallest ε", "averaged"])
