"""From yes or no to how likely: the page, its figure and ``results/how_likely``.

Open constants of every hypothesis are drawn from their stated ranges; under each draw trials are
run on small cohorts and read as the targets ask. Then: how many targets draws meet, which targets
exclude each other, and an approximate Bayesian comparison.

``python analysis/how_likely/how_likely.py`` simulates what is missing of
``results/how_likely/draws.csv``; with the argument ``draw`` it only writes figure and page again.
"""

import os
import sys
from functools import partial
from pathlib import Path

import pandas as pd
from choose import chosen
from figure import ROOT
from likely_figure import draw
from likely_page import page
from open_constants import drawn
from rich.console import Console
from trials_under import Trials, judged, simulated, trials_of

from resetsim.declare.files import shipped_names
from resetsim.spiking.engine import best_engine
from resetsim.study.workers import workers
from resetsim.views.progress import ProgressBar

DRAWS, PATIENTS, SEED = 100, 30, 1
# What memories do makes no difference to pain: these have the pain of "reset".
ALIKE = ("active_forgetting", "fragile_memory", "input_dependent_memory")
FOLDER = ROOT / "results" / "how_likely"


def main() -> None:
    """Simulate what is missing, then write figure and page."""
    file = FOLDER / "draws.csv"
    if sys.argv[1:] != ["draw"]:
        _simulate(file)
    draws = pd.read_csv(file)
    targets = judged()
    choice = chosen(draws, targets)
    draw(draws, targets, choice, ROOT / "docs" / "figures" / "how_likely.png")
    text = page(draws, targets, choice, PATIENTS)
    (ROOT / "docs" / "explanation" / "how_likely.md").write_text(text, encoding="utf-8")


def _simulate(file: Path) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    known = pd.read_csv(file) if file.exists() else pd.DataFrame({"hypothesis": []})
    engine = best_engine(1)
    for name in (each for each in shipped_names("hypothesis") if each not in ALIKE):
        done = int((known["hypothesis"] == name).sum())
        missing = drawn(name, DRAWS, SEED)[done:]
        if not missing:
            continue
        with (
            ProgressBar(Console(stderr=True)) as progress,
            workers(os.cpu_count() or 1) as crew,
        ):
            trials: Trials = trials_of(name, PATIENTS, engine, progress)
            progress.stage(name, "draws")
            progress.expect(len(missing))
            for each, values in zip(
                missing, crew.each(partial(simulated, trials), missing), strict=True
            ):
                row = pd.DataFrame([{"hypothesis": name, **each, **values}])
                known = pd.concat([known, row], ignore_index=True)
                known.to_csv(file, index=False)
                progress.finished(1)


if __name__ == "__main__":
    main()
