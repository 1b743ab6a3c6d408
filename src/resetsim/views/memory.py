"""The memory in depth: recall of each pattern over time, and how many patterns it holds."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from resetsim.outcomes.forgetting import CUES
from resetsim.records.result import ArmResult, AssayResult, Result
from resetsim.views.style import (
    GREY,
    OKABE_ITO,
    categorical,
    fitted,
    legend_beside,
    new_figure,
    shade,
)

_MARKERS = "osD^vP"
_RECALLED = 0.9
_MOST_ARMS = 8
_PANEL_WIDTH_IN, _ROW_HEIGHT_IN = 2.2, 1.7


def draw_recall(result: Result) -> Figure | None:
    """Draw recall of every pattern over time, with an easy and with a hard cue.

    Parameters
    ----------
    result
        What an experiment gave.

    Returns
    -------
    Figure or None
        A column for each arm, of many the first eight; None where patterns were not learned at
        different times.
    """
    several = [arm for arm in result.arms if len(set(arm.learned_d.tolist())) > 1]
    arms = several[:_MOST_ARMS]
    cues = {cue: name for cue, name in CUES.items() if any(_made(arm, name) for arm in arms)}
    if not arms or not cues:
        return None
    figure = new_figure(
        width_in=_PANEL_WIDTH_IN * len(arms) + 2, height_in=_ROW_HEIGHT_IN * len(cues) + 0.9
    )
    grid = figure.subplots(len(cues), len(arms), sharex=True, sharey=True, squeeze=False)
    for column, arm in zip(grid.T, arms, strict=True):
        lines = [fitted(setting, _PANEL_WIDTH_IN) for setting in arm.name.split(", ")]
        column[0].set_title("\n".join(lines))
        column[-1].set_xlabel("time (days)")
        for axes, name in zip(column, cues.values(), strict=True):
            _draw_patterns(axes, arm, name)
    for axes, cue in zip(grid[:, 0], cues, strict=True):
        axes.set_ylabel(f"{cue} recall (0-1)")
        axes.set_ylim(-0.05, 1.08)
    legend_beside(figure, _legend(arms), "pattern")
    if len(several) > len(arms):
        figure.suptitle(f"the first {len(arms)} of {len(several)} arms", fontsize=9)
    return figure


def _legend(arms: Sequence[ArmResult]) -> list[tuple[str, str]]:
    entries = []
    for number, colour in enumerate(categorical(max(len(arm.learned_d) for arm in arms))):
        days = sorted({arm.learned_d[number] for arm in arms if number < len(arm.learned_d)})
        said = " or ".join(f"{day:.2f}".rstrip("0").rstrip(".") for day in days)
        entries.append((f"{number + 1}, learned on day {said}", colour))
    return entries


def _draw_patterns(axes: Axes, arm: ArmResult, name: str) -> None:
    for start, end in arm.dosing_d:
        shade(axes, start, end)
    made = _made(arm, name)
    colours = categorical(len(arm.learned_d))
    for number, (learned_d, colour) in enumerate(zip(arm.learned_d, colours, strict=True)):
        readings = [(each.day, each.readings[number]) for each in made if each.day > learned_d]
        axes.errorbar(
            [day for day, _ in readings],
            [reading.value for _, reading in readings],
            [reading.standard_error for _, reading in readings],
            color=colour,
            marker=_MARKERS[number % len(_MARKERS)],
            capsize=2,
        )


def _made(arm: ArmResult, name: str) -> list[AssayResult]:
    return [each for each in arm.assays if each.name == name]


def draw_capacity(result: Result) -> Figure | None:
    """Draw recall over the number of patterns stored at random.

    Parameters
    ----------
    result
        What an experiment gave.

    Returns
    -------
    Figure or None
        The first arm, at every moment; None where capacity was not assayed.
    """
    made = _made(result.arms[0], "capacity") if result.arms else []
    if not made:
        return None
    figure = new_figure(height_in=3.2, width_in=5.6)
    axes = figure.subplots()
    axes.axhline(_RECALLED, color=GREY, linestyle="--", linewidth=1)
    for assay, colour, marker in zip(_ends(made), OKABE_ITO, _MARKERS, strict=False):
        axes.errorbar(
            [reading.x for reading in assay.readings],
            [reading.value for reading in assay.readings],
            [reading.standard_error for reading in assay.readings],
            color=colour,
            marker=marker,
            capsize=3,
            label=f"day {assay.day:g}",
        )
    axes.set_xlabel("random, overlapping patterns stored")
    axes.set_ylabel("recall (0-1)")
    axes.set_ylim(-0.05, 1.08)
    axes.legend()
    return figure


def _ends(made: Sequence[AssayResult]) -> Sequence[AssayResult]:
    return made if len(made) == 1 else (made[0], made[-1])
