"""Who responds: odds ratios of a fitted model, and how good it is on other patients."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from resetsim.outcomes.cohort import ArmOutcomes, CohortOutcomes
from resetsim.outcomes.responders import responds
from resetsim.outcomes.varied import words
from resetsim.outcomes.who_responds import WhoResponds, who_responds
from resetsim.views.cohort.arms import main_arm
from resetsim.views.style import GREY, OKABE_ITO, new_figure

RESPONSE = 30
"""Per cent less pain that counts as one."""


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
    main, model = main_arm(outcomes), model_of_response(outcomes)
    if main is None or model is None:
        return None
    figure = new_figure(height_in=max(3.0, 0.34 * len(model.predictors) + 1.3), width_in=8.5)
    forest, calibration = figure.subplots(1, 2, width_ratios=[1.4, 1])
    _draw_forest(forest, model)
    _draw_calibration(calibration, model)
    responding = _responding(outcomes, main.arm)[1]
    figure.suptitle(
        f"{RESPONSE} % less pain in week {outcomes.main_week}, {main.label}: "
        f"{responding.sum()} of {len(responding)} patients respond",
        fontsize=9,
    )
    return figure


def model_of_response(outcomes: CohortOutcomes) -> WhoResponds | None:
    """Return what a response to the arm with least pain depends on.

    Parameters
    ----------
    outcomes
        Of a cohort.

    Returns
    -------
    WhoResponds or None
        None where no model can be fitted.
    """
    best = outcomes.best
    if best is None:
        return None
    who, response = _responding(outcomes, best)
    drawn = {key: values[who] for key, values in outcomes.result.drawn.items()}
    return who_responds(drawn, response, outcomes.seed)


def _responding(
    outcomes: CohortOutcomes, arm: ArmOutcomes
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which patients count, and which of these respond in the main week."""
    assert arm.visits is not None  # it has pain in that week
    assert outcomes.main_week is not None
    who = arm.visits.counted
    return who, responds(arm.visits.at([outcomes.main_week]), RESPONSE)[who, 0]


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
