"""The figure of ``how_likely.md``: targets met, by draw and by pair, and who is told from whom."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib
import numpy as np
import pandas as pd
from choose import Choice
from counted import Hits, met_by_treatment, of
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from resetsim.evidence.targets import Target
from resetsim.views.style import STYLE

_WIDTH, _HEIGHT = 12.0, 9.5
_SHOWN = "reset"


def draw(draws: pd.DataFrame, targets: Sequence[Target], choice: Choice, path: Path) -> None:
    """Write the figure.

    Parameters
    ----------
    draws
        From ``results/how_likely/draws.csv``.
    targets
        That cohorts are judged by.
    choice
        Of the comparison of hypotheses in trials as published.
    path
        Of the PNG.
    """
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(_WIDTH, _HEIGHT), layout="constrained")
        (met, by_target), (pairs, who) = figure.subplots(2, 2)
        hits = met_by_treatment(draws, targets)
        _met(met, draws, hits)
        _by_target(by_target, draws, hits, targets)
        _pairs(pairs, hits[of(draws, _SHOWN)], targets)
        _who(who, choice)
        figure.savefig(path, dpi=150)


def _met(axes: Axes, draws: pd.DataFrame, hits: Hits) -> None:
    counts, names = hits.sum(axis=1), sorted(set(draws["hypothesis"]))
    for row, name in enumerate(names):
        own = counts[of(draws, name)]
        values, how_many = np.unique(own, return_counts=True)
        axes.scatter(
            values, np.full(len(values), row), s=500 * how_many / len(own), color="#0072B2"
        )
        axes.plot([own.mean()] * 2, [row - 0.35, row + 0.35], color="#D55E00", linewidth=2)
    axes.set(
        yticks=range(len(names)),
        yticklabels=[_words(each) for each in names],
        xlabel=f"met beyond expectation, of {hits.shape[1]} (area: share of draws; bar: mean)",
    )
    axes.invert_yaxis()


def _words(name: str) -> str:
    return name.replace("_", " ")


def _by_target(axes: Axes, draws: pd.DataFrame, hits: Hits, targets: Sequence[Target]) -> None:
    names = sorted(set(draws["hypothesis"]))
    shares = np.array([hits[of(draws, each)].mean(axis=0) for each in names])
    columns = [each.id for each in targets]
    label = "draws that meet it beyond expectation (%)"
    _heat(axes, 100 * shares, [_words(each) for each in names], columns, label)


def _pairs(axes: Axes, hits: Hits, targets: Sequence[Target]) -> None:
    both = hits.astype(float).T @ hits / len(hits)
    labels = [each.id for each in targets]
    _heat(axes, 100 * both, labels, labels, f"draws of {_SHOWN} that meet both (%)")


def _heat(
    axes: Axes,
    values: NDArray[np.float64],
    rows: Sequence[str],
    columns: Sequence[str],
    label: str,
) -> None:
    image = axes.imshow(values, vmin=0, vmax=100, cmap="cividis", aspect="auto")
    axes.set_xticks(range(len(columns)), columns, rotation=90)
    axes.set_yticks(range(len(rows)), rows)
    axes.figure.colorbar(image, ax=axes, label=label)


def _who(axes: Axes, choice: Choice) -> None:
    names = [_words(each) for each in choice.names]
    shares = choice.taken_for / choice.taken_for.sum(axis=1, keepdims=True)
    _heat(axes, 100 * shares, names, names, "draws of a hypothesis (row) taken for another (%)")
