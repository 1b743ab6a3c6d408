"""Which experiment tells two hypotheses apart: a table, a matrix of pairs, and the courses."""

from collections.abc import Sequence

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from resetsim.evidence.discriminating import Difference
from resetsim.evidence.runs import Runs
from resetsim.records.result import ArmResult
from resetsim.views.fitted_table import FittedTable
from resetsim.views.style import categorical, legend_beside, nested_widths, new_figure, shade

_COLOURS = matplotlib.colormaps["cividis"].with_extremes(bad="white")
_LARGE = 3.0  # effect sizes beyond it are all the same colour

# What a teacher shows: one arm of each experiment on pain. Names as in the experiments.
_SHOWN = {
    "coma": ("5-day coma, 0.5 Hz left", "duration=5 day, residual_rate=0.5 Hz"),
    "ketamine_100h": ("100 h of S-ketamine, low dose", "duration=100 h"),
    "early_or_late": ("Coma early, under strong input", "at=2 day"),
    "prevention": ("Coma across the injury", "at=-0.5 day"),
    "local_block": ("Local block for six weeks, early", "at=1 day, duration=6 week"),
}
_MARGIN_D = (10.0, 60.0)


def differences_table(differences: Sequence[Difference]) -> FittedTable:
    """Return the best experiment for each pair.

    Parameters
    ----------
    differences
        From :func:`resetsim.evidence.discriminating.discriminate`.

    Returns
    -------
    FittedTable
        The largest effects first.
    """
    largest_first = sorted(differences, key=lambda difference: -difference.effect_size)
    names = {
        "hypotheses": [f"{each.first}, {each.second}" for each in largest_first],
        "experiment: reading": [f"{each.experiment}: {each.reading}" for each in largest_first],
    }
    outcomes = {
        "values": [f"{each.of_first:.2g}, {each.of_second:.2g}" for each in largest_first],
        "effect": [f"{each.effect_size:.1f}" for each in largest_first],
    }
    caption = "Effect: Cohen's d of pain (SD 2.8 NRS between patients), Cohen's h of recall"
    return FittedTable(names, outcomes, caption)


def draw_differences(differences: Sequence[Difference]) -> Figure:
    """Draw the matrix of pairs.

    Parameters
    ----------
    differences
        One for each pair.

    Returns
    -------
    Figure
        Each cell names the best experiment and its effect size.
    """
    names = list(dict.fromkeys(name for each in differences for name in (each.first, each.second)))
    count = len(names)
    figure = new_figure(width_in=2.2 + 1.15 * (count - 1), height_in=1.3 + 0.62 * (count - 1))
    axes = figure.subplots()
    scale = Normalize(0, _LARGE)
    values = np.full((count - 1, count - 1), np.nan)
    for each in differences:
        row, column = names.index(each.second) - 1, names.index(each.first)
        values[row, column] = min(each.effect_size, _LARGE)
        dark = values[row, column] < 0.55 * _LARGE
        text = f"{each.experiment.replace('_', chr(10), 1)}\n{each.effect_size:.1f}"
        colour = "white" if dark else "black"
        axes.text(column, row, text, ha="center", va="center", fontsize=6.5, color=colour)
    edges = np.arange(count) - 0.5
    axes.pcolormesh(edges, edges, values, cmap=_COLOURS, norm=scale, edgecolors="white")
    axes.set_ylim(count - 1.5, -0.5)
    axes.set_xticks(range(count - 1), [name.replace("_", "\n") for name in names[:-1]])
    axes.set_yticks(range(count - 1), [name.replace("_", "\n") for name in names[1:]])
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    axes.set_title("Best experiment for each pair, and its effect size (Cohen's d or h)")
    return figure


def draw_rivals(runs: Runs) -> Figure:
    """Draw the course of pain under every hypothesis, an experiment a panel.

    Parameters
    ----------
    runs
        By experiment and hypothesis.

    Returns
    -------
    Figure
        Hypotheses that give the same pain throughout share a line.
    """
    shown = {name: what for name, what in _SHOWN.items() if any(name == run for run, _ in runs)}
    groups = _same_pain(runs, shown)
    colours = categorical(len(groups))
    figure = new_figure(height_in=1.5 * len(shown) + 0.6, width_in=8.5)
    panels = figure.subplots(len(shown), sharey=True, squeeze=False)[:, 0]
    for axes, (name, (title, arm_name)) in zip(panels, shown.items(), strict=True):
        axes.set_title(title, loc="left")
        widths = nested_widths(len(groups))
        for members, colour, width in zip(groups, colours, widths, strict=True):
            _course(axes, _arm(runs[name, members[0]], arm_name), colour, width)
        axes.set_ylabel("pain (0-10)")
        axes.set_ylim(-0.3, 10.3)
        axes.set_yticks([0, 5, 10])
    panels[-1].set_xlabel("time (days); grey: treatment, or no input")
    labels = ["\n".join(members) for members in groups]
    legend_beside(figure, list(zip(labels, colours, strict=True)), "hypotheses")
    return figure


def _course(axes: Axes, arm: ArmResult, colour: str, width: float) -> None:
    time_d = arm.pain_system.time_d
    axes.plot(time_d, arm.pain.pain, color=colour, linewidth=width)
    spans = [(float(start), float(end)) for start, end in arm.dosing_d] or _silent(arm)
    if not axes.patches:
        for start, end in spans:
            shade(axes, start, end)
    first, last = min(start for start, _ in spans), max(end for _, end in spans)
    axes.set_xlim(max(first - _MARGIN_D[0], time_d[0]), min(last + _MARGIN_D[1], time_d[-1]))


def _silent(arm: ArmResult) -> list[tuple[float, float]]:
    """Return when an input that had begun was removed."""
    time_d, rate = arm.pain_system.time_d, arm.pain.acting["input_rate"]
    begun = time_d[rate > 0]
    silent = time_d[(rate == 0) & (time_d > begun[0])]
    return [(float(silent[0]), float(silent[-1]))]


def _arm(arms: Sequence[ArmResult], name: str) -> ArmResult:
    return next(arm for arm in arms if arm.name.rpartition(", hypothesis")[0] == name)


def _same_pain(runs: Runs, shown: dict[str, tuple[str, str]]) -> list[list[str]]:
    groups: list[list[str]] = []
    for hypothesis in dict.fromkeys(name for _, name in runs):
        for members in groups:
            if all(
                _alike(_arm(runs[name, hypothesis], arm), _arm(runs[name, members[0]], arm))
                for name, (_, arm) in shown.items()
            ):
                members.append(hypothesis)
                break
        else:
            groups.append([hypothesis])
    return groups


def _alike(one: ArmResult, other: ArmResult) -> bool:
    days = one.pain_system.time_d
    return np.allclose(
        one.pain.pain, np.interp(days, other.pain_system.time_d, other.pain.pain), atol=0.05
    )
