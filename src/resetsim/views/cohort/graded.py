"""How relief grows with dose and duration, at the end of treatment and weeks later."""

from matplotlib.figure import Figure

from resetsim.outcomes.cohort import ArmOutcomes, CohortOutcomes
from resetsim.outcomes.estimate import Estimate, mean_of
from resetsim.outcomes.varied import as_numbers, varied_settings, words, written
from resetsim.outcomes.who_responds import because_of_treatment, relief_in
from resetsim.views.cohort.pain_by_week import draw_estimates
from resetsim.views.cohort.who_responds import lower_pain
from resetsim.views.dose_response import label_axis
from resetsim.views.style import legend_beside, new_figure, sequential

_MOST_LINES = 8
_AT_END = 0


def draw_graded(outcomes: CohortOutcomes) -> Figure | None:
    """Draw mean relief over dose, or what varies besides duration, a line for each duration.

    Parameters
    ----------
    outcomes
        Of a cohort.

    Returns
    -------
    Figure or None
        None where not two settings vary, the one over three numbers at least, or where a line would
        be a point.
    """
    varied = varied_settings(arm.settings for arm in outcomes.arms)
    if len(varied) != 2 or outcomes.main_week is None:
        return None
    by = next((key for key in varied if key.endswith("duration")), list(varied)[-1])
    (across,) = (key for key in varied if key != by)
    values, numbers = varied[by], as_numbers(varied[across])
    lines = [[arm for arm in outcomes.arms if arm.settings[by] == value] for value in values]
    few = len(varied[across]) < 3 or min(map(len, lines)) < 2 or len(lines) > _MOST_LINES
    if few or numbers is None:
        return None
    figure = new_figure(height_in=3.1, width_in=9.0)
    weeks = _weeks(outcomes)
    for axes, week in zip(figure.subplots(1, len(weeks), squeeze=False)[0], weeks, strict=True):
        position = dict(zip(varied[across], label_axis(axes, across, varied[across]), strict=True))
        for arms, colour in zip(lines, sequential(len(lines)), strict=True):
            found = sorted(
                (float(position[arm.settings[across]]), relief)
                for arm in arms
                if (relief := _relief(outcomes, arm, week))
            )
            if found:
                draw_estimates(axes, [x for x, _ in found], [each for _, each in found], colour)
        axes.axhline(0, color="black", linewidth=0.8)
        axes.set_title(f"week {week}" if week else "at the end of treatment")
    figure.axes[0].set_ylabel(f"points of {lower_pain(outcomes)}".replace(" than", "\nthan"))
    entries = list(zip(map(written, values), sequential(len(lines)), strict=True))
    legend_beside(figure, entries, words(by))
    return figure


def _weeks(outcomes: CohortOutcomes) -> list[int]:
    """Return the end of treatment, where it can be compared, the first visit and the main one."""
    weeks = {int(arm.visits.week[0]) for arm in outcomes.arms if arm.visits}
    assert outcomes.main_week is not None
    later = sorted({min(weeks), outcomes.main_week})
    return [_AT_END, *later] if because_of_treatment(outcomes) else later


def _relief(outcomes: CohortOutcomes, arm: ArmOutcomes, week: int) -> Estimate | None:
    control = outcomes.control_of(arm)
    if arm.visits is None:
        return None
    if week != _AT_END:
        return mean_of(relief_in(week, arm, control).points)
    if control is None or control.felt_at_end is None or arm.felt_at_end is None:
        return None
    return mean_of(control.felt_at_end - arm.felt_at_end)
