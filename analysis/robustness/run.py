"""Does the main conclusion survive what is not known? Writes the page and its figure.

The constants of slow plasticity, the residual input, the blockade and the calcium influx are drawn
together from ``experiments/evidence/ranges.csv`` (Sobol sample, SALib). Each sample is one chronic
patient of ``experiments/blockade_duration.toml`` and one memory. Drift at frozen weights does not
depend on the slow constants, so that all samples share a few measured tables.

``python analysis/robustness/run.py`` evaluates all samples. With the argument ``draw`` it takes
those of ``results/robustness/robustness.csv`` and only writes figure and page again. Some 1500
simulations of 0.45 s that nothing else needs come first; samples take six minutes of one core.
"""

import os
import sys
from concurrent.futures import ProcessPoolExecutor

import matplotlib
from checks import checked
from draw import draw
from outcomes import Evaluated
from page import results
from paths import FIGURE, PAGES
from patients import evaluate
from ranges import Ranges, Values, read_ranges
from rich.console import Console
from rich.progress import track
from shared import Shared, measured
from sobol import BASE_SAMPLES, drawn, sobol_indices
from stored import read_checks, read_samples, write_checks, write_samples

from resetsim.spiking.engine import best_engine
from resetsim.views.progress import ProgressBar
from resetsim.views.style import STYLE

WINDOW_SAMPLES = 128


def main() -> None:
    """Evaluate or read the samples, then write figure and pages."""
    ranges = read_ranges()
    if sys.argv[1:] != ["draw"]:
        _compute(ranges)
    evaluated = read_samples(ranges)
    indices = sobol_indices(ranges, evaluated)
    with matplotlib.rc_context(STYLE):
        FIGURE.parent.mkdir(exist_ok=True)
        draw(ranges, evaluated, indices).savefig(FIGURE, dpi=150)
    found = results(ranges, evaluated, indices, read_checks())
    for template, page in PAGES.items():
        page.write_text(template.read_text(encoding="utf-8").format(**found), encoding="utf-8")


def _compute(ranges: Ranges) -> None:
    with ProgressBar(Console(stderr=True)) as progress:
        shared, checked_against = measured(ranges, best_engine(jobs=1), progress)
    write_checks(checked(shared, checked_against))
    write_samples(_evaluate_all(shared))


def _evaluate_all(shared: Shared) -> list[Evaluated]:
    """Evaluate every sample, the first ones of the first blocks at other inputs too."""
    sample = drawn(shared.ranges)
    length = len(sample) // BASE_SAMPLES
    scanned = [not i % length and i // length < WINDOW_SAMPLES for i in range(len(sample))]
    with ProcessPoolExecutor(os.cpu_count(), initializer=_start, initargs=(shared,)) as executor:
        finished = executor.map(_evaluate, sample, scanned, chunksize=4)
        return list(track(finished, "samples", len(sample), console=Console(stderr=True)))


_SHARED: Shared


def _start(shared: Shared) -> None:
    global _SHARED
    _SHARED = shared


def _evaluate(values: Values, scanned: bool) -> Evaluated:
    return evaluate(_SHARED, values, scanned)


if __name__ == "__main__":
    main()
