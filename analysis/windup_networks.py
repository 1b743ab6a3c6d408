"""Figure: wind-up over ten networks, wired anew each, next to what was published.

Each network is compiled on its own, which takes some minutes in all.
"""

from collections.abc import Mapping

import matplotlib
import numpy as np
from figure import FIGURES
from matplotlib.axes import Axes
from numpy.typing import NDArray

from resetsim.declare.axes import Point
from resetsim.declare.files import find_file
from resetsim.declare.model import read_model
from resetsim.declare.quantities import parse_quantity
from resetsim.protocols.assay import Condition
from resetsim.protocols.registry import ASSAYS, protocol_of
from resetsim.spiking.engine import best_engine
from resetsim.spiking.task import Circuit
from resetsim.views.style import GREY, STYLE, new_figure, sequential

SEEDS = range(1, 11)
STIMULI = 20
NMDA_LEFT = (1.0, 0.75, 0.5, 0.25, 0.05)
FREQUENCIES_HZ = (0.1, 0.17, 0.33, 0.5, 1.0, 2.0)
# First response and absolute wind-up at 1 Hz: Br J Anaesth 2005 (Antognini, Carstens).
FIRST, ABSOLUTE = (10, 22), (260, 790)

Trains = NDArray[np.float64]
"""Spikes 100-1000 ms after each stimulus, per network; shape (networks, stimuli)."""


def main() -> None:
    """Measure, draw, and print the numbers."""
    slow = {rate: _trains(rate, 1.0, 6 if rate < 0.3 else STIMULI) for rate in FREQUENCIES_HZ[:-2]}
    by_rate = slow | {rate: _trains(rate, 1.0, STIMULI) for rate in FREQUENCIES_HZ[-2:]}
    by_nmda = {left: _trains(1.0, left, STIMULI) for left in NMDA_LEFT}
    with matplotlib.rc_context(STYLE):
        figure = new_figure(height_in=3.2, width_in=10.0)
        left_axes, right_axes = figure.subplots(1, 2, sharey=True)
        _draw(left_axes, {f"{rate:g} Hz": trains for rate, trains in by_rate.items()}, "frequency")
        _draw(right_axes, {f"{left:.0%}": each for left, each in by_nmda.items()}, "NMDA left")
        left_axes.set(title="healthy tissue", ylabel="spikes per stimulus\n(100-1000 ms)")
        right_axes.set_title("1 Hz, NMDA receptors blocked")
        figure.savefig(FIGURES / "windup_networks.png", dpi=150)
    for label, trains in [*by_rate.items(), *by_nmda.items()]:
        first, absolute = trains[:, 0], trains.sum(axis=1) - trains.shape[1] * trains[:, 0]
        print(
            f"{label:g}: first {first.mean():.1f} ± {first.std(ddof=1):.1f}, "
            f"absolute {absolute.mean():.0f} ± {absolute.std(ddof=1):.0f}, "
            f"last/first {np.mean(trains[:, -1] / trains[:, 0]):.2f}"
        )
    print(f"published at 1 Hz: first {FIRST}, absolute {ABSOLUTE}")


def _trains(frequency_hz: float, nmda_left: float, stimuli: int) -> Trains:
    model = read_model(find_file("dorsal_horn", "model"))
    protocol = {
        **protocol_of("windup", model, {"frequency": parse_quantity(f"{frequency_hz} Hz")}),
        "stimuli": stimuli,
    }
    condition = Condition(np.zeros(1), np.zeros(1), Point(nmda_free=nmda_left))
    assay = ASSAYS["windup"]
    models = [model.model_copy(update={"wiring_seed": seed}) for seed in SEEDS]
    tasks = [
        task
        for seed, each in zip(SEEDS, models, strict=True)
        for task in assay.tasks(Circuit(each), condition, protocol, seed)
    ]
    found = np.zeros((len(SEEDS), stimuli))
    for row, recording in enumerate(best_engine(jobs=2).run(tasks)):
        for reading in assay.read(model, condition, protocol, [recording]):
            if reading.population == "wdr" and reading.quantity != "a_spikes":
                found[row, int(reading.x) - 1] += reading.value
    return found


def _draw(axes: Axes, groups: Mapping[str, Trains], legend: str) -> None:
    for (label, trains), colour in zip(groups.items(), sequential(len(groups)), strict=True):
        stimulus = np.arange(1, trains.shape[1] + 1)
        mean, spread = trains.mean(axis=0), trains.std(axis=0, ddof=1)
        axes.plot(stimulus, mean, color=colour, label=label)
        axes.fill_between(stimulus, mean - spread, mean + spread, color=colour, alpha=0.2)
    axes.plot([1, 1], FIRST, color=GREY, linewidth=5, alpha=0.5, label="published\nfirst response")
    axes.set(xlabel="stimulus number", ylim=(0, None), xticks=[1, 5, 10, 15, 20])
    axes.legend(title=legend, loc="center left", bbox_to_anchor=(1, 0.5))


if __name__ == "__main__":
    main()
