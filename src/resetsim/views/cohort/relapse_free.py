"""Relapse-free survival with numbers at risk."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from resetsim.outcomes.cohort import CohortOutcomes
from resetsim.outcomes.relapse_free import LogRank, RelapseFree, log_rank
from resetsim.views.cohort.arms import drawn_arms, say_left_out
from resetsim.views.style import legend_beside, new_figure


def draw_relapse_free(outcomes: CohortOutcomes) -> Figure | None:
    """Draw Kaplan-Meier curves of those relieved, above how many are at risk.

    Parameters
    ----------
    outcomes
        Of a cohort.

    Returns
    -------
    Figure or None
        None where nobody was relieved in any arm.
    """
    arms = [(each, free) for each in drawn_arms(outcomes) if (free := each.arm.relapse_free)]
    if not arms:
        return None
    figure = new_figure(height_in=3.2 + 0.17 * len(arms), width_in=8.5)
    curves, table = figure.subplots(2, sharex=True, height_ratios=[3.0, 0.35 + 0.17 * len(arms)])
    end = max(free.followed.end_d for _, free in arms)
    for each, free in arms:
        _draw_curve(curves, free, each.colour)
    curves.set_xlim(-0.01 * end, end)
    curves.set_ylim(-2, 102)
    curves.set_ylabel("relapse-free\n(% of those relieved)")
    if len(arms) > 1:
        test = log_rank([free.followed for _, free in arms])
        curves.set_title(f"log-rank {log_rank_words(test)}", loc="right")
    _draw_at_risk(table, [(free, each.colour) for each, free in arms], curves.get_xticks())
    legend_beside(
        figure,
        [
            (f"{each.label}\n({len(free.followed.until_d)} of {each.arm.n} relieved)", each.colour)
            for each, free in arms
        ],
    )
    say_left_out(figure, outcomes)
    return figure


def log_rank_words(test: LogRank) -> str:
    """Return a test in words.

    Parameters
    ----------
    test
        Of some arms.
    """
    p = "p < 0.001" if test.p_value < 0.001 else f"p = {test.p_value:.2g}"
    return f"χ² = {test.chi_squared:.1f}, {test.degrees_of_freedom} d.f., {p}"


def _draw_curve(axes: Axes, free: RelapseFree, colour: str) -> None:
    day = np.concatenate([[0.0], free.day, [free.followed.end_d]])
    share, low, high = (
        100 * np.concatenate([[1.0], curve, curve[-1:]])
        for curve in (free.share, free.low, free.high)
    )
    axes.step(day, share, where="post", color=colour)
    axes.fill_between(day, low, high, step="post", color=colour, alpha=0.2, linewidth=0)


def _draw_at_risk(axes: Axes, arms: list[tuple[RelapseFree, str]], days: np.ndarray) -> None:
    for row, (free, colour) in enumerate(arms):
        for day in days[(days >= 0) & (days <= free.followed.end_d)]:
            axes.text(day, -row, str(free.at_risk(day)), color=colour, ha="center", va="center")
    axes.set_ylim(-len(arms) + 0.4, 0.6)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.set_ylabel("at risk", rotation=0, ha="right", va="center", labelpad=14)
    axes.set_xlabel("days after the end of treatment")
