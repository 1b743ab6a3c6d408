"""Who responds: odds ratios of a fitted model, and how good it is on other patients."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from resetsim.outcomes.cohort import CohortOutcomes
from resetsim.outcomes.responders import responds
from resetsim.outcomes.varied import words
from resetsim.outcomes.who_responds import WhoResponds, who_responds
from resetsim.views.cohort.arms import main_arm
from resetsim.views.style import GREY, OKABE_ITO, new_figure

_RESPONSE = 30


def draw_who_responds(outcomes: CohortOutcomes) -> Figure | None:
    """Draw what a response to the arm with least pain depends on.

    Parameters
    ----------
    outcomes
        Of a cohort.

    Returns
    -------
    Figure or None
        None where no model can be fitted.
    """
    main, week = main_arm(outcomes), outcomes.main_week
    if main is None or main.arm.visits is None or week is None:
        return None
    who = main.arm.visits.counted
    response = responds(main.arm.visits.at([week]), _RESPONSE)[who, 0]
    drawn = {key: values[who] for key, values in outcomes.result.drawn.items()}
    model = who_responds(drawn, response, outcomes.seed)
    if model is None:
        return None
    figure = new_figure(height_in=max(3.0, 0.34 * len(model.predictors) + 1.3), width_in=8.5)
    forest, calibration = figure.subplots(1, 2, width_ratios=[1.4, 1])
    _draw_forest(forest, model)
    _draw_calibration(calibration, model)
    figure.suptitle(
        f"{_RESPONSE} % less pain in week {week}, {main.label}: "
        f"{response.sum()} of {len(response)} patients respond",
        fontsize=9,
    )
    return figure


def _draw_forest(axes: Axes, model: WhoResponds) -> None:
    rows = np.arange(len(model.predictors))
    ratios = np.array(
        [
            [each.odds_ratio.value, each.odds_ratio.low, each.odds_ratio.high]
            for each in model.predictors
        ]
    )
    value, low, high = ratios.T
    axes.axvline(1, color=GREY, linewidth=0.8)
    axes.errorbar(value, rows, xerr=[value - low, high - value], fmt="s", color=OKABE_ITO[0])
    names = [
        words(each.key).removeprefix("patient ") + (" (log)" if each.logarithm else "")
        for each in model.predictors
    ]
    axes.set_yticks(rows, names)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter("{x:g}")
    axes.set_xlabel("odds ratio of response for one\nstandard deviation more (95 % interval)")
    axes.set_title(f"fitted on {model.fitted_on} patients")


def _draw_calibration(axes: Axes, model: WhoResponds) -> None:
    predicted = 100 * np.array([each.predicted for each in model.calibration])
    observed = [each.observed for each in model.calibration]
    value, low, high = 100 * np.array([[each.value, each.low, each.high] for each in observed]).T
    axes.plot([0, 100], [0, 100], color=GREY, linewidth=0.8)
    errors = [np.maximum(value - low, 0), np.maximum(high - value, 0)]
    axes.errorbar(predicted, value, errors, fmt="o", color=OKABE_ITO[1])
    axes.set_xlabel("predicted responders (%)")
    axes.set_ylabel("observed (%)")
    area = model.area
    axes.set_title(
        f"tried on {model.tried_on} others:\nAUC {area.value:.2f} ({area.low:.2f}–{area.high:.2f})"
    )
