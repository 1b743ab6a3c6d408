"""Single patients of a cohort: their diaries, and what became of them."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from resetsim.outcomes.cohort import CohortOutcomes
from resetsim.views.cohort.arms import DrawnArm, drawn_arms, main_arm, say_left_out
from resetsim.views.style import GREY, OKABE_ITO, SHADE, fitted, new_figure, shade

_COLUMNS = 3
_DIARY_WIDTH_IN, _SWIMMERS_WIDTH_IN = 2.4, 3.8
_MOST_DIARIES = 120  # over all arms: more are a grey mass, and a picture of megabytes
_TREATMENT, _RELIEF, _RELAPSE = OKABE_ITO[0], OKABE_ITO[2], OKABE_ITO[1]
_MARK = 3.5


def draw_diaries(outcomes: CohortOutcomes) -> Figure | None:
    """Draw the diaries of some patients in each arm, with mean and quartiles of all.

    Parameters
    ----------
    outcomes
        Of a cohort.

    Returns
    -------
    Figure or None
        None without a treated arm.
    """
    arms = drawn_arms(outcomes)
    if not arms:
        return None
    columns = min(len(arms), _COLUMNS)
    rows = -(-len(arms) // columns)
    figure = new_figure(height_in=2.4 * rows + 0.5, width_in=2.6 * columns + 0.6)
    grid = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
    for axes, each in zip(grid.flat, arms, strict=False):
        _draw_diaries(axes, each, _MOST_DIARIES // len(arms))
    for axes in grid.flat[len(arms) :]:
        axes.remove()
    grid[0][0].set_ylim(0, 10)
    figure.supxlabel("days after the end of treatment", fontsize=9)
    figure.supylabel("reported pain (0-10)", fontsize=9)
    say_left_out(figure, outcomes)
    return figure


def _draw_diaries(axes: Axes, each: DrawnArm, most: int) -> None:
    arm, course = each.arm, each.arm.course
    shown = arm.shown.reported[:most]
    axes.plot(course.day, shown.T, color=GREY, linewidth=0.4, alpha=0.35)
    axes.fill_between(
        course.day, course.low, course.high, color=each.colour, alpha=0.3, linewidth=0
    )
    axes.plot(course.day, course.mean, color=each.colour, linewidth=2)
    shade(axes, arm.start_day, 0)
    title = f"{each.label}: {len(shown)} of {arm.n} patients"
    axes.set_title(fitted(title, _DIARY_WIDTH_IN))


def draw_swimmers(outcomes: CohortOutcomes) -> Figure | None:
    """Draw what became of some patients, one line for each, in an arm and under control.

    Parameters
    ----------
    outcomes
        Of a cohort.

    Returns
    -------
    Figure or None
        None without a treated arm beside the control arm.
    """
    main = main_arm(outcomes)
    if main is None:
        return None
    own = outcomes.control_of(main.arm)
    control = [each for each in drawn_arms(outcomes) if each.arm is own]
    arms = [main, *control]
    order = _order(main)
    figure = new_figure(height_in=0.11 * len(order) + 1.6, width_in=4.0 * len(arms) + 0.4)
    grid = figure.subplots(1, len(arms), sharey=True, squeeze=False)[0]
    for axes, each in zip(grid, arms, strict=True):
        _draw_swimmers(axes, each, order)
    grid[0].set_ylabel(f"patients, the same in each arm ({len(order)} of {main.arm.n})")
    figure.legend(handles=_key(), loc="outside lower center", ncols=5 if len(arms) > 1 else 3)
    return figure


def _order(main: DrawnArm) -> np.ndarray:
    """Return the patients, those relieved longest last."""
    shown = main.arm.shown
    end = np.where(np.isnan(shown.relapse_d), main.arm.course.day[-1], shown.relapse_d)
    return np.argsort(np.where(np.isnan(shown.relieved_d), -1.0, end - shown.relieved_d))


def _draw_swimmers(axes: Axes, each: DrawnArm, order: np.ndarray) -> None:
    arm, shown = each.arm, each.arm.shown
    rows, last = np.arange(len(order)), arm.course.day[-1]
    relieved, relapse, left = (
        values[order] for values in (shown.relieved_d, shown.relapse_d, shown.left_d)
    )
    failed = shown.failed[order]
    axes.barh(rows[~failed], last - arm.start_day, left=arm.start_day, height=0.7, color=SHADE)
    for row in rows[failed]:
        axes.annotate("course failed", (0, row), fontsize=6, va="center")
    who = np.isfinite(relieved)
    until = np.where(np.isnan(relapse), last, relapse)
    axes.barh(rows[who], (until - relieved)[who], left=relieved[who], height=0.7, color=_RELIEF)
    axes.barh(rows, -arm.start_day, left=arm.start_day, height=0.3, color=_TREATMENT)
    axes.plot(relapse, rows, "D", color=_RELAPSE, markersize=_MARK)
    axes.plot(left, rows, "x", color="black", markersize=4)
    for row, count in zip(rows, shown.treatments[order], strict=True):
        if count > 1:
            axes.annotate(f"{count}×", (last, row), fontsize=6, va="center")
    axes.set_yticks([])
    axes.set_ylim(-1, len(order))
    axes.set_xlabel("days after the end of treatment")
    axes.set_title(fitted(each.label, _SWIMMERS_WIDTH_IN))


def _key() -> list[Patch | Line2D]:
    return [
        Patch(color=_TREATMENT, label="planned treatment"),
        Patch(color=_RELIEF, label="pain at most half"),
        Patch(color=SHADE, label="more pain"),
        Line2D(
            [], [], marker="D", linestyle="none", color=_RELAPSE, markersize=_MARK, label="relapse"
        ),
        Line2D([], [], marker="x", linestyle="", color="black", label="left the trial"),
    ]
