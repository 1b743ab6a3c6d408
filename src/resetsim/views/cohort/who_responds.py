"""Who responds: what relief depends on, and how good the model is on other patients."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from resetsim.outcomes.cohort import CohortOutcomes
from resetsim.outcomes.estimate import Estimate
from resetsim.outcomes.varied import words
from resetsim.outcomes.who_responds import (
    RESPONSE,
    Predictor,
    Response,
    because_of_treatment,
    responses,
)
from resetsim.views.cohort.arms import main_arm
from resetsim.views.style import GREY, OKABE_ITO, fitted, new_figure

_COLOURS = (OKABE_ITO[1], OKABE_ITO[0])
_APART = 0.22  # of a row, of two weeks


def draw_who_responds(outcomes: CohortOutcomes) -> Figure | None:
    """Draw what relief in the arm with least pain depends on.

    Parameters
    ----------
    outcomes
        Of a cohort.

    Returns
    -------
    Figure or None
        None where no model can be fitted.
    """
    main, found = main_arm(outcomes), responses(outcomes)
    if main is None or not found:
        return None
    rows = len(found[0].model.predictors)
    figure = new_figure(height_in=max(3.4, 0.34 * rows + 1.9), width_in=8.5)
    forest, tried = figure.subplots(1, 2, width_ratios=[1.4, 1])
    _draw_forest(forest, found)
    _draw_tried(tried, found)
    lower = lower_pain(outcomes)
    forest.set_xlabel(f"points of {lower}\nfor one standard deviation more")
    weeks = "; ".join(map(_in_words, found))
    figure.suptitle(fitted(f"{main.label}: {lower}\n{weeks}", 8.0), fontsize=9)
    return figure


def lower_pain(outcomes: CohortOutcomes) -> str:
    """Return in words what relief is.

    Parameters
    ----------
    outcomes
        Of a cohort.
    """
    if because_of_treatment(outcomes):
        return "felt pain lower than in the control arm"
    return "reported pain lower than before"


def name_of(predictor: Predictor) -> str:
    """Return what a predictor is called.

    Parameters
    ----------
    predictor
        Of a model.
    """
    return words(predictor.key).removeprefix("patient ")


def _in_words(response: Response) -> str:
    return (
        f"week {response.week}: {response.relief.value:.2f} points ({RESPONSE} % or more in "
        f"{response.responders} of {response.counted})"
    )


def _draw_forest(axes: Axes, found: Sequence[Response]) -> None:
    predictors = found[0].model.predictors
    rows = np.arange(len(predictors))
    axes.axvline(0, color=GREY, linewidth=0.8)
    for response, colour, aside in zip(found, _COLOURS, (-_APART, _APART), strict=False):
        value, errors = _with_errors([each.effect for each in response.model.predictors])
        label = f"week {response.week}"
        axes.errorbar(value, rows + aside, xerr=errors, fmt="s", color=colour, label=label)
    logarithms = [" (log)" if each.logarithm else "" for each in predictors]
    axes.set_yticks(rows, map("".join, zip(map(name_of, predictors), logarithms, strict=True)))
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.legend()
    axes.set_title(f"fitted on {found[0].model.fitted_on} patients")


def _draw_tried(axes: Axes, found: Sequence[Response]) -> None:
    for response, colour in zip(found, _COLOURS, strict=False):
        model = response.model
        predicted = [each.predicted for each in model.groups]
        value, errors = _with_errors([each.observed for each in model.groups])
        r = model.correlation
        label = f"week {response.week}: r = {r.value:.2f} ({r.low:.2f}–{r.high:.2f})"
        axes.errorbar(predicted, value, errors, fmt="o", color=colour, label=label)
    low, high = axes.get_xlim()
    axes.plot([low, high], [low, high], color=GREY, linewidth=0.8, zorder=0)
    axes.set_xlabel("predicted points lower")
    axes.set_ylabel("observed")
    axes.legend()
    axes.set_title(f"tried on {found[0].model.tried_on} others")


def _with_errors(estimates: Sequence[Estimate]) -> tuple[np.ndarray, np.ndarray]:
    value, low, high = np.array([[each.value, each.low, each.high] for each in estimates]).T
    return value, np.array([value - low, high - value])
