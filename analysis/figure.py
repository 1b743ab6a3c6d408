"""What every script of this folder does: read a result, draw one figure, write it for the docs."""

import sys
from collections.abc import Callable
from pathlib import Path

import matplotlib
from matplotlib.figure import Figure

from resetsim.records.result import Result
from resetsim.store.folder import RESULT
from resetsim.store.hdf5 import read_result
from resetsim.views.style import STYLE

ROOT = Path(__file__).parents[1]
FIGURES = ROOT / "docs" / "figures"


def results_folder() -> Path:
    """Return the folder with a result for each experiment: the first argument, or ``results``."""
    return Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "results"


def write_figure(name: str, experiment: str, draw: Callable[[Result], Figure | None]) -> None:
    """Draw a figure of an experiment's result into ``docs/figures/NAME.png``."""
    result = read_result(results_folder() / experiment / RESULT)
    with matplotlib.rc_context(STYLE):
        figure = draw(result)
        if figure is None:
            raise SystemExit(f"the result of {experiment} has no data for {name}")
        FIGURES.mkdir(exist_ok=True)
        figure.savefig(FIGURES / f"{name}.png", dpi=150)
