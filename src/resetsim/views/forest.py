"""Targets on groups of patients: what was published beside each hypothesis, with intervals."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from resetsim.evidence.cohort_observables import COHORT_OBSERVABLES
from resetsim.evidence.validation import Judgement
from resetsim.views.style import GREY, OKABE_ITO, SHADE, new_figure

_COLUMNS = 2


def draw_forest(judgements: Sequence[Judgement]) -> Figure | None:
    """Draw a panel for each target that compares groups of patients.

    Parameters
    ----------
    judgements
        By target, then by hypothesis.

    Returns
    -------
    Figure or None
        The tolerance of what was published is shaded; each line has the value of the cohort and
        between what 95 % of trials of the published size would find. Hypotheses that give the same
        share a line. None without such targets.
    """
    panels: dict[str, list[Judgement]] = {}
    for each in judgements:
        if each.target.id in COHORT_OBSERVABLES:
            panels.setdefault(each.target.id, []).append(each)
    if not panels:
        return None
    rows = -(-len(panels) // _COLUMNS)
    figure = new_figure(height_in=1.9 * rows + 0.4, width_in=10)
    grid = figure.subplots(rows, _COLUMNS, squeeze=False)
    for axes, of_target in zip(grid.flat, panels.values(), strict=False):
        _panel(axes, of_target)
    for axes in grid.flat[len(panels) :]:
        axes.set_axis_off()
    return figure


def _panel(axes: Axes, judgements: Sequence[Judgement]) -> None:
    target = judgements[0].target
    lines = _lines(judgements)
    for place, each in enumerate(lines.values()):
        colour = OKABE_ITO[0] if each.verdict == "inside" else OKABE_ITO[1]
        if each.low is not None and each.high is not None:
            axes.plot([each.low, each.high], [place, place], color=GREY, linewidth=1)
        if each.value is not None:
            axes.plot(each.value, place, "o", color=colour)
        elif each.low is None:
            axes.annotate(
                "none", (0.5, place), xycoords=("axes fraction", "data"), ha="center", va="center"
            )
    low, high = axes.get_xlim()
    axes.axvspan(
        *(
            bound if bound is not None else end
            for bound, end in zip(
                (target.tolerance_low, target.tolerance_high), (low, high), strict=True
            )
        ),
        color=SHADE,
        zorder=0,
        linewidth=0,
    )
    axes.set_yticks(np.arange(len(lines)), ["\n".join(_folded(names)) for names in lines])
    axes.set_ylim(len(lines) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0, labelsize=7)
    unit = "" if target.unit == "1" else f" ({target.unit})"
    axes.set_title(f"{target.id}: {target.title}{unit}", loc="left")


def _lines(judgements: Sequence[Judgement]) -> dict[tuple[str, ...], Judgement]:
    """Return the judgements that differ, by the names of the hypotheses that give each."""
    alike: dict[object, list[Judgement]] = {}
    for each in judgements:
        alike.setdefault((each.value, each.low, each.high, each.reason), []).append(each)
    return {tuple(each.hypothesis for each in same): same[0] for same in alike.values()}


def _folded(names: Sequence[str]) -> list[str]:
    """Return names in lines that are not too long."""
    lines = [""]
    for name in names:
        joined = f"{lines[-1]}, {name}" if lines[-1] else name
        if len(joined) > 36 and lines[-1]:
            lines.append(name)
        else:
            lines[-1] = joined
    return lines
