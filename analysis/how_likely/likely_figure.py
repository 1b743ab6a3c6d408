"""The figure of ``how_likely.md``: targets met, by draw and by pair, and who is chosen."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib
import numpy as np
import pandas as pd
from choose import Choice
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
        Of the comparison.
    path
        Of the PNG.
    """
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(_WIDTH, _HEIGHT), layout="constrained")
        (met, by_target), (pairs, who) = figure.subplots(2, 2)
        _met(met, draws, targets)
        _by_target(by_target, draws, targets)
        _pairs(pairs, draws, targets)
        _who(who, choice)
        figure.savefig(path, dpi=150)


def met(draws: pd.DataFrame, targets: Sequence[Target]) -> NDArray[np.bool_]:
    """Return which targets each draw meets; shape (draws, targets)."""
    columns = [
        [bool(np.isfinite(v) and each.agrees(v)) for v in draws[each.id]] for each in targets
    ]
    return np.array(columns).T


def _met(axes: Axes, draws: pd.DataFrame, targets: Sequence[Target]) -> None:
    counts = met(draws, targets).sum(axis=1)
    names = list(dict.fromkeys(draws["hypothesis"]))
    for row, name in enumerate(names):
        own = counts[(draws["hypothesis"] == name).to_numpy()]
        values, how_many = np.unique(own, return_counts=True)
        axes.scatter(
            values, np.full(len(values), row), s=500 * how_many / len(own), color="#0072B2"
        )
        axes.plot([own.mean()] * 2, [row - 0.35, row + 0.35], color="#D55E00", linewidth=2)
    axes.set(
        yticks=range(len(names)),
        yticklabels=[each.replace("_", " ") for each in names],
        xlabel=f"targets met, of {len(targets)} (area: share of draws; bar: mean)",
    )
    axes.invert_yaxis()


def _by_target(axes: Axes, draws: pd.DataFrame, targets: Sequence[Target]) -> None:
    names = list(dict.fromkeys(draws["hypothesis"]))
    hits = met(draws, targets)
    shares = np.array(
        [hits[(draws["hypothesis"] == each).to_numpy()].mean(axis=0) for each in names]
    )
    _heat(
        axes,
        100 * shares,
        [each.replace("_", " ") for each in names],
        targets,
        "draws that meet it (%)",
    )


def _pairs(axes: Axes, draws: pd.DataFrame, targets: Sequence[Target]) -> None:
    hits = met(draws[draws["hypothesis"] == _SHOWN], targets).astype(float)
    both = hits.T @ hits / len(hits)
    labels = [each.id for each in targets]
    _heat(axes, 100 * both, labels, targets, f"draws of {_SHOWN} that meet both (%)")


def _heat(
    axes: Axes,
    values: NDArray[np.float64],
    rows: Sequence[str],
    targets: Sequence[Target],
    label: str,
) -> None:
    image = axes.imshow(values, vmin=0, vmax=100, cmap="cividis", aspect="auto")
    axes.set_xticks(range(len(targets)), [each.id for each in targets], rotation=90)
    axes.set_yticks(range(len(rows)), rows)
    axes.figure.colorbar(image, ax=axes, label=label)


def _who(axes: Axes, choice: Choice) -> None:
    places = np.arange(len(choice.hypotheses))
    axes.barh(places - 0.2, 100 * choice.accepted, height=0.38, color="#0072B2", label="rejection")
    axes.barh(places + 0.2, 100 * choice.votes, height=0.38, color="#E69F00", label="random forest")
    right = 100 * np.diag(choice.confusion[1])
    axes.scatter(
        right, places, marker="|", s=120, color="black", label="found again where it is true"
    )
    axes.set(
        yticks=places,
        yticklabels=[each.replace("_", " ") for each in choice.hypotheses],
        xlabel="chosen for what was published (%)",
        xlim=(0, 100),
    )
    axes.invert_yaxis()
    axes.legend(loc="upper right")
