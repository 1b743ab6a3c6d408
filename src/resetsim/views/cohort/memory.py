"""What became of memories beside pain: a table and a figure."""

from math import isnan

from matplotlib.figure import Figure

from resetsim.outcomes.cohort import ArmOutcomes, CohortOutcomes
from resetsim.outcomes.estimate import Estimate
from resetsim.views.cohort.arms import arm_labels, drawn_arms, say_left_out
from resetsim.views.cohort.table import cell
from resetsim.views.fitted_table import FittedTable
from resetsim.views.style import legend_beside, new_figure

_HEADINGS = {
    "recall before": "before",
    "day after learning": "day_after_learning",
    "end of treatment": "end_of_treatment",
    "end of follow-up": "after",
}


def memory_table(outcomes: CohortOutcomes) -> FittedTable | None:
    """Return what became of memories, ready to be shown.

    Parameters
    ----------
    outcomes
        Of a cohort.

    Returns
    -------
    FittedTable or None
        One row for each arm and session; None for patients without a memory.
    """
    labelled = zip(outcomes.arms, arm_labels(outcomes.arms), strict=True)
    shown = [
        (memory, label, str(place))
        for arm, label in labelled
        for place, memory in enumerate(arm.memories, start=1)
    ]
    if not shown:
        return None
    memories = [memory for memory, _, _ in shown]
    names = {"arm": [label for _, label, _ in shown]}
    if any(place != "1" for _, _, place in shown):
        names["session"] = [place for _, _, place in shown]
    columns = {
        heading: [cell(each.recall.get(moment), 2) for each in memories]
        for heading, moment in _HEADINGS.items()
    }
    columns["learned (%)"] = [cell(each.learned, 0, 100) for each in memories]
    columns["kept (%)"] = [cell(each.kept, 0, 100) for each in memories]
    caption = (
        "Recall, 0 to 1, as it is without the drug: means over patients; learned: any recalled "
        "before treatment, or a day after learning where that came later; kept: at the end nine "
        "tenths or more of that recall, of those who learned. In brackets 95 % intervals of what "
        "differs between patients. –: not learned yet, or cannot be said."
    )
    return FittedTable(names, columns, caption, gap=1)


def draw_pain_and_memory(outcomes: CohortOutcomes) -> Figure | None:
    """Draw how much less pain each arm has against how many memories it keeps, by session.

    Parameters
    ----------
    outcomes
        Of a cohort.

    Returns
    -------
    Figure or None
        None where no arm has both a week after treatment and memories that could be lost.
    """
    week = outcomes.main_week
    arms = [(each, _less_and_kept(each.arm, week)) for each in drawn_arms(outcomes)]
    arms = [(each, found) for each, found in arms if found]
    if not arms:
        return None
    sessions = sorted({session for _, found in arms for session in found})
    figure = new_figure(height_in=3.4, width_in=9.0)
    panels = figure.subplots(1, len(sessions), sharex=True, sharey=True, squeeze=False)[0]
    for axes, session in zip(panels, sessions, strict=True):
        for each, found in arms:
            if session in found:
                less, kept = found[session]
                y, ends = 100 * kept.value, (100 * kept.low, 100 * kept.high)
                axes.plot((less.low, less.high), (y, y), color=each.colour)
                axes.plot((less.value, less.value), ends, color=each.colour)
                axes.plot(less.value, y, "o", color=each.colour, markerfacecolor="white")
        axes.axvline(0, color="black", linewidth=0.8)
        axes.set_ylim(-3, 103)
        if len(sessions) > 1:
            axes.set_title(f"session {session}")
    figure.supxlabel(f"pain less than before, in week {week}", fontsize="medium")
    panels[0].set_ylabel("memories kept (% of those who learned)")
    legend_beside(figure, [(each.label, each.colour) for each, _ in arms])
    say_left_out(figure, outcomes)
    return figure


def _less_and_kept(arm: ArmOutcomes, week: int | None) -> dict[int, tuple[Estimate, Estimate]]:
    """Return how much less pain there is than before treatment, and the share kept, by session."""
    found = arm.week(week)
    if not found or not found.change or isnan(found.change.low):
        return {}
    change = found.change
    less = Estimate(-change.value, -change.high, -change.low, change.n)
    sessions = enumerate(arm.memories, start=1)
    return {session: (less, memory.kept) for session, memory in sessions if memory.kept}
