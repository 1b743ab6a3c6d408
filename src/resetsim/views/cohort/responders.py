"""Who responds by how much, and when."""

import numpy as np
from matplotlib.figure import Figure

from resetsim.outcomes.cohort import CohortOutcomes
from resetsim.outcomes.responders import RESPONSES, relief_shares
from resetsim.views.cohort.arms import drawn_arms, say_left_out
from resetsim.views.cohort.pain_by_week import draw_estimates
from resetsim.views.style import GREY, legend_beside, new_figure

_RELIEF_PERCENT = np.arange(-50.0, 101.0)


def draw_responders(outcomes: CohortOutcomes) -> Figure | None:
    """Draw the share of responders week by week.

    Parameters
    ----------
    outcomes
        Of a cohort.

    Returns
    -------
    Figure or None
        None without weeks after a treatment, or where nobody had pain before it.
    """
    arms = [
        each for each in drawn_arms(outcomes) if any(week.responders for week in each.arm.weeks)
    ]
    if not arms:
        return None
    figure = new_figure(height_in=3.2, width_in=9.0)
    panels = figure.subplots(1, len(RESPONSES), sharey=True)
    for axes, percent in zip(panels, RESPONSES, strict=True):
        for each in arms:
            weeks = [week for week in each.arm.weeks if percent in week.responders]
            if weeks:
                shares = [week.responders[percent] for week in weeks]
                draw_estimates(axes, [week.week for week in weeks], shares, each.colour, 100)
        axes.set_title(f"at least {percent} % less pain than before")
        axes.set_xlabel("week after the end of treatment")
    panels[0].set_ylabel("responders (% of patients)")
    panels[0].set_ylim(-2, 102)
    legend_beside(figure, [(f"{each.label} (n = {each.arm.n})", each.colour) for each in arms])
    say_left_out(figure, outcomes)
    return figure


def draw_relief(outcomes: CohortOutcomes) -> Figure | None:
    """Draw the cumulative responder function: which share of patients has so much relief.

    Parameters
    ----------
    outcomes
        Of a cohort.

    Returns
    -------
    Figure or None
        None where no visit is inside follow-up, or nobody had pain before treatment.
    """
    week = outcomes.main_week
    arms = [
        each for each in drawn_arms(outcomes) if each.arm.visits and each.arm.visits.counted.any()
    ]
    if week is None or not arms:
        return None
    figure = new_figure(height_in=3.4, width_in=7.5)
    axes = figure.subplots()
    for each in arms:
        assert each.arm.visits is not None  # chosen so
        share = relief_shares(each.arm.visits, week, _RELIEF_PERCENT)
        low, high = _wilson_band(share, int(each.arm.visits.counted.sum()))
        axes.plot(_RELIEF_PERCENT, 100 * share, color=each.colour)
        axes.fill_between(
            _RELIEF_PERCENT, 100 * low, 100 * high, color=each.colour, alpha=0.25, linewidth=0
        )
    for percent in RESPONSES:
        axes.axvline(percent, color=GREY, linewidth=0.8, linestyle=":")
    axes.set_xlabel(f"at least so much less pain than before, in week {week} (%)")
    axes.set_ylabel("patients (%)")
    axes.set_ylim(-2, 102)
    legend_beside(figure, [(f"{each.label} (n = {each.arm.n})", each.colour) for each in arms])
    say_left_out(figure, outcomes)
    return figure


def _wilson_band(share: np.ndarray, n: int) -> tuple[np.ndarray, np.ndarray]:
    from statsmodels.stats.proportion import proportion_confint

    low, high = proportion_confint(np.round(share * n), np.full(share.shape, n), method="wilson")
    return low, high
