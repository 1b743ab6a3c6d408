"""From yes or no to how likely: the page, its figure and ``results/how_likely``.

Open constants of every hypothesis are drawn from their stated ranges; under each draw trials are
run on small cohorts and read as the targets ask. Then: how many targets draws meet, which targets
exclude each other, and an approximate Bayesian comparison.

``python analysis/how_likely/how_likely.py`` simulates what is missing of
``results/how_likely/draws.csv``, then writes figure and page; with the argument ``draw`` it only
writes. Remove the file first if models, populations, trials or ranges have changed. All draws take
some 20 minutes of CPU time, 1.6 s each, on all cores, once drift tables are in the store.
"""

import os
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import pandas as pd
from choose import comparisons
from counted import with_patients
from likely_figure import draw
from likely_page import page
from open_constants import drawn
from rich.console import Console
from trials_under import Trials, judged, simulated, trials_of

from resetsim.declare.files import shipped_names
from resetsim.spiking.engine import best_engine
from resetsim.study.workers import workers
from resetsim.views.progress import ProgressBar
from resetsim.whole_file import whole_file

ROOT = Path(__file__).resolve().parents[2]
DRAWS, PATIENTS, SEED = 125, 30, 1
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
    found = comparisons(draws[with_patients(draws)])
    draw(draws, targets, found[False, False], ROOT / "docs" / "figures" / "how_likely.png")
    text = page(draws, targets, found, PATIENTS)
    (ROOT / "docs" / "explanation" / "how_likely.md").write_text(text, encoding="utf-8")


def _simulate(file: Path) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    known = pd.read_csv(file) if file.exists() else pd.DataFrame({"hypothesis": []})
    names = [each for each in shipped_names("hypothesis") if each not in ALIKE]
    missing = [
        (place, name, draw)
        for name in names
        for place, draw in enumerate(drawn(name, DRAWS, SEED))
        if place >= (known["hypothesis"] == name).sum()
    ]
    if not missing:
        return
    # All hypotheses in turn: what there is can be used at any time.
    missing.sort(key=lambda each: each[0])
    engine = best_engine(1)
    with ProgressBar(Console(stderr=True)) as progress, workers(os.cpu_count() or 1) as crew:
        trials = {name: trials_of(name, PATIENTS, engine, progress) for name in names}
        progress.stage("draws")
        progress.expect(len(missing))
        given = crew.each(partial(_given, trials), [(name, draw) for _, name, draw in missing])
        for (_, name, draw), values in zip(missing, given, strict=True):
            row = pd.DataFrame([{"hypothesis": name, **draw, **values}])
            known = pd.concat([known, row], ignore_index=True)
            with whole_file(file) as partly:
                known.to_csv(partly, index=False)
            progress.finished(1)


def _given(trials: Mapping[str, Trials], item: tuple[str, dict[str, float]]) -> dict[str, float]:
    name, draw = item
    return simulated(trials[name], draw)


if __name__ == "__main__":
    main()
