"""What became of the patients of each arm, as shares."""

import matplotlib
import numpy as np
from matplotlib.figure import Figure

from resetsim.outcomes.cohort import TREATED_OUTCOMES, ArmOutcomes, CohortOutcomes
from resetsim.outcomes.responders import RESPONSES
from resetsim.outcomes.varied import varied_settings, words, written
from resetsim.views.cohort.arms import MOST_ARMS, arm_labels
from resetsim.views.style import OKABE_ITO, SHADE, fitted, new_figure

_COLOURS = dict(
    zip(TREATED_OUTCOMES, (SHADE, OKABE_ITO[1], OKABE_ITO[5], OKABE_ITO[2]), strict=True)
)
_MAP_COLOURS = matplotlib.colormaps["cividis"].with_extremes(bad=SHADE)


def draw_outcome_shares(outcomes: CohortOutcomes) -> Figure | None:
    """Draw the share of each outcome in each arm, stacked.

    Parameters
    ----------
    outcomes
        Of a cohort.

    Returns
    -------
    Figure or None
        None without a treated arm, or with more than twelve.
    """
    shown = [
        (arm, label)
        for arm, label in zip(outcomes.arms, arm_labels(outcomes.arms), strict=True)
        if arm.shares
    ]
    if not 0 < len(shown) <= MOST_ARMS:
        return None
    figure = new_figure(height_in=0.46 * len(shown) + 1.1, width_in=7.5)
    axes = figure.subplots()
    rows, left = np.arange(len(shown)), np.zeros(len(shown))
    for outcome in reversed(TREATED_OUTCOMES):
        shares = [arm.shares[outcome] for arm, _ in shown]
        value, low, high = 100 * np.array([[each.value, each.low, each.high] for each in shares]).T
        axes.barh(rows, value, left=left, color=_COLOURS[outcome], label=outcome)
        for row in rows[value >= 8]:
            text = f"{value[row]:.0f} %\n({low[row]:.0f}–{high[row]:.0f})"
            axes.text(left[row] + value[row] / 2, row, text, ha="center", va="center", fontsize=6.5)
        left += value
    axes.set_yticks(rows, [fitted(f"{label}\nn = {arm.followed}", 3.0) for arm, label in shown])
    axes.invert_yaxis()
    axes.set_xlim(0, 100)
    axes.set_xlabel("patients (%; 95 % interval)")
    figure.legend(loc="outside upper center", ncols=len(TREATED_OUTCOMES))
    return figure


def draw_responder_map(outcomes: CohortOutcomes) -> Figure | None:
    """Draw responders at the main visit over two settings that vary, such as dose and duration.

    Parameters
    ----------
    outcomes
        Of a cohort.

    Returns
    -------
    Figure or None
        None where not exactly two settings vary, or no visit is inside follow-up.
    """
    varied = varied_settings(arm.settings for arm in outcomes.arms)
    if len(varied) != 2 or outcomes.main_week is None:
        return None
    across = next((key for key in varied if key.endswith("duration")), next(iter(varied)))
    (down,) = (key for key in varied if key != across)
    figure = new_figure(
        height_in=0.62 * len(varied[down]) + 1.3,
        width_in=2 * (0.75 * len(varied[across]) + 0.4) + 1.6,
    )
    panels = figure.subplots(1, len(RESPONSES), sharey=True)
    for axes, percent in zip(panels, RESPONSES, strict=True):
        values = np.full((len(varied[down]), len(varied[across])), np.nan)
        for arm in outcomes.arms:
            row = varied[down].index(arm.settings[down])
            column = varied[across].index(arm.settings[across])
            share = _responders(arm, percent, outcomes.main_week)
            if share is None:
                continue
            values[row, column] = 100 * share[0]
            text = f"{100 * share[0]:.0f} %\n({100 * share[1]:.0f}–{100 * share[2]:.0f})"
            colour = "black" if share[0] > 0.5 else "white"
            axes.text(column, row, text, ha="center", va="center", fontsize=7, color=colour)
        image = axes.imshow(values, cmap=_MAP_COLOURS, vmin=0, vmax=100, aspect="auto")
        axes.set_xticks(range(values.shape[1]), [written(each) for each in varied[across]])
        axes.set_yticks(range(values.shape[0]), [written(each) for each in varied[down]])
        axes.set_xlabel(words(across))
        axes.set_title(f"at least {percent} % less pain")
        axes.spines[:].set_visible(False)
    panels[0].set_ylabel(words(down))
    label = f"responders in week {outcomes.main_week} (%)"
    figure.colorbar(image, ax=panels.tolist(), label=label)
    return figure


def _responders(arm: ArmOutcomes, percent: int, week: int) -> tuple[float, float, float] | None:
    found = arm.week(week)
    share = found.responders.get(percent) if found else None
    return (share.value, share.low, share.high) if share else None
