"""How much do the results depend on the wiring? Writes the page ``wiring_seeds.md``.

The dorsal horn is wired anew from each seed, all numbers as declared, and its drift measured anew.
The patient and the units are those of ``blockade_duration``. Each network takes some minutes.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import matplotlib
import numpy as np
from figure import FIGURES, ROOT
from graded_levels import LATER_D, Graded, graded, relief_of
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from rich.console import Console

from resetsim.declare.axes import Point
from resetsim.declare.experiment import read_experiment, with_variations
from resetsim.progress import Progress
from resetsim.slow.fixed_points import late_drift
from resetsim.slow.measure import measure_table
from resetsim.slow.system import SlowSystem
from resetsim.spiking.engine import Engine, best_engine
from resetsim.study.arm import Courses, PreparedArm
from resetsim.study.courses import all_courses
from resetsim.study.experiment import prepare
from resetsim.study.systems import PlasticSystem, dorsal_horn_sampler
from resetsim.study.thresholds import threshold_duration, threshold_ranges
from resetsim.study.uncertainty import band_of
from resetsim.views.progress import ProgressBar
from resetsim.views.style import OKABE_ITO, STYLE, legend_above, new_figure

NAME = "wiring_seeds"
PAGE = ROOT / "docs" / "explanation" / f"{NAME}.md"
SEEDS = range(1, 6)  # that of the model file is 1
HEALED, SOME, MUCH = "0 Hz", "0.5 Hz", "0.8 Hz"
NO_TREATMENT, WEEK = "0 s", "7 day"
BEFORE, UNTREATED, TREATED = "before", "untreated", "after a week"
WHEN = (BEFORE, UNTREATED, TREATED)
BEFORE_D, MONTH_AFTER_D = 59.9, 97.0
FROM, TO = "window from (Hz)", "to (Hz)"
SCANNED_HZ = np.arange(0.9, 2.85, 0.1).round(1).tolist()
EDGE_HZ = 0.005
BAND_SD = 3.29  # width of a 90 % band in standard deviations
HEADER = """# What hangs on the wiring

Written by `analysis/wiring_seeds.py`. The shipped dorsal horn has one wiring, drawn from the seed
of its file. Here it is wired anew from {count} seeds, that of the file (1) among them, with all
numbers as declared, and its drift is measured anew for each. The patient is that of
`blockade_duration`, with the same units and inputs; the blockade is 95 %.

*Window* is the input of the active fibres at which two states are stable. Pain (0-10) is that
before treatment, and 30 days after the end of a week of blockade or on that day without any. The
threshold is the blockade after which half of the late phase, mean over the units, stays away. In
brackets what sampling of drift leaves open (90 % band). The SD over networks holds that noise too;
its share is in the last row.

**Networks differ by about as much as two samples of drift in one of them.** All units of a patient
share one network here, as everywhere.

![Window, pain and threshold by wiring seed](../figures/wiring_seeds.png)

"""
GRADED = """

## Grades of relief

`dose_duration` on the same networks: how many levels of relief more than 0.3 NRS apart its five
doses for five durations take, and by how much relief falls at most where dose or duration rises.

"""


@dataclass(frozen=True)
class Found:
    """One reading of one network.

    Attributes
    ----------
    value
        With drift as it was measured; infinite for a threshold beyond a year.
    low, high
        Between which it lies with 90 % of the tables drawn from the noise of sampling.
    """

    value: float
    low: float
    high: float


Network = dict[str, Found]
"""By the name of the reading."""


def main() -> None:
    """Measure every network, then write figure and page."""
    with ProgressBar(Console(stderr=True)) as progress:
        engine = best_engine(jobs=1)
        networks = {seed: _network(seed, engine, progress) for seed in SEEDS}
        doses = {seed: _graded(seed, engine, progress) for seed in SEEDS}
    with matplotlib.rc_context(STYLE):
        _drawn(networks).savefig(FIGURES / f"{NAME}.png", dpi=150)
    PAGE.write_text(page(networks, doses), encoding="utf-8")


def _network(seed: int, engine: Engine, progress: Progress) -> Network:
    arms = _arms(seed)
    found = _window(arms[0].dorsal_horn, engine, progress)
    for arm, course in zip(arms, all_courses(arms, engine, progress), strict=True):
        rate = f"{arm.patient.periphery.residual_hz:g} Hz"
        treated = bool(arm.patient.dosings)
        found[f"{rate}, {BEFORE}"] = _pain(course, BEFORE_D)
        found[f"{rate}, {TREATED if treated else UNTREATED}"] = _pain(course, MONTH_AFTER_D)
        if treated and rate != HEALED:
            found[f"threshold at {rate}"] = _threshold(arm, engine, progress)
    return found


def _arms(seed: int) -> list[PreparedArm]:
    varied = {
        "treatment.duration": [NO_TREATMENT, WEEK],
        "patient.injury.residual_rate": [HEALED, SOME, MUCH],
    }
    return _rewired("blockade_duration", varied, seed)


def _graded(seed: int, engine: Engine, progress: Progress) -> Graded:
    return graded(relief_of(_rewired("dose_duration", {}, seed), (5, 5), engine, progress))


def _rewired(name: str, varied: Mapping[str, Sequence[str]], seed: int) -> list[PreparedArm]:
    """Return the arms with a dorsal horn wired from a seed, and without memory."""
    arms = prepare(with_variations(read_experiment(name), varied))
    declared = arms[0].dorsal_horn
    model = declared.model.model_copy(update={"wiring_seed": seed})
    rewired = PlasticSystem(dorsal_horn_sampler(model), declared.rule)
    return [replace(arm, dorsal_horn=rewired, memory=None, replayed=None) for arm in arms]


def _pain(course: Courses, day: float) -> Found:
    assert course.band is not None
    levels = (course.pain.pain, course.band.low, course.band.high)
    return Found(*(float(np.interp(day, course.pain_system.time_d, each)) for each in levels))


def _window(horn: PlasticSystem, engine: Engine, progress: Progress) -> Network:
    """Return the lowest and the highest input of the active fibres with two stable states."""
    scanned = [(Point(SCANNED_HZ[0]), Point(SCANNED_HZ[-1]))]
    table = measure_table(horn.sampler, scanned, engine, progress)
    measured = _edges(horn.with_table(table))
    drawn = np.array([_edges(horn.with_table(each)) for each in horn.sampler.drawn_from(table)])
    found = zip((FROM, TO), measured, drawn.T.tolist(), strict=True)
    return {name: Found(value, *band_of(values)) for name, value, values in found}


def _edges(system: SlowSystem) -> tuple[float, float]:
    def bistable(rate_hz: float) -> bool:
        return bool(len(late_drift(system, Point(rate_hz)).unstable))

    inside = np.flatnonzero([bistable(rate) for rate in SCANNED_HZ])
    first, last = inside[0], inside[-1]
    return (
        _beginning(bistable, SCANNED_HZ[first - 1], SCANNED_HZ[first]),
        _beginning(lambda rate: not bistable(rate), SCANNED_HZ[last], SCANNED_HZ[last + 1]),
    )


def _beginning(holds: Callable[[float], bool], low: float, high: float) -> float:
    """Return where something begins to hold, by bisection."""
    while high - low > EDGE_HZ:
        middle = (low + high) / 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return (low + high) / 2


def _threshold(arm: PreparedArm, engine: Engine, progress: Progress) -> Found:
    horn, patient = arm.dorsal_horn, arm.patient
    table = measure_table(horn.sampler, threshold_ranges(patient), engine, progress)
    tables = (table, *horn.sampler.drawn_from(table))
    measured, *drawn = (horn.with_table(each, arm.heterosynaptic) for each in tables)
    hours = threshold_duration(measured, patient, {}, drawn)
    found = (hours.from_arms_h, hours.from_arms_low_h, hours.from_arms_high_h)
    return Found(*(float("inf") if each is None else each for each in found))


def page(networks: Mapping[int, Network], doses: Mapping[int, Graded]) -> str:
    """Return the text of the page.

    Parameters
    ----------
    networks, doses
        What was found, by wiring seed.
    """
    pains = [f"{rate}, {when}" for rate in (SOME, MUCH) for when in WHEN]
    others = [FROM, TO, f"{HEALED}, {BEFORE}", *(f"threshold at {rate}" for rate in (SOME, MUCH))]
    tables = "\n\n".join(_table(networks, names) for names in (others, pains))
    return HEADER.format(count=len(networks)) + tables + GRADED + _of_doses(doses)


def _of_doses(doses: Mapping[int, Graded]) -> str:
    heads = ["seed", *(f"levels after {later}" for later in LATER_D), "largest fall (NRS)"]
    rows = [heads, ["---"] * len(heads)]
    rows += [
        [str(each), *map(str, of.levels), f"{of.largest_fall:.2f}"] for each, of in doses.items()
    ]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _table(networks: Mapping[int, Network], names: Sequence[str]) -> str:
    rows = [
        ["seed", *names],
        ["---"] * (1 + len(names)),
        *(
            [str(seed), *(_said(name, each[name]) for name in names)]
            for seed, each in networks.items()
        ),
    ]
    summaries = [_summary(name, [each[name] for each in networks.values()]) for name in names]
    labels = ("**mean**", "**SD over networks**", "SD of sampling")
    rows += [[label, *cells] for label, *cells in zip(labels, *summaries, strict=True)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _said(name: str, found: Found) -> str:
    low, high = _written(name, found.low), _written(name, found.high)
    return f"{_written(name, found.value)} ({low} to {high})"


def _summary(name: str, found: Sequence[Found]) -> tuple[str, str, str]:
    """Return mean and SD over networks, and what sampling alone has; a median where some never."""
    values = np.array([each.value for each in found])
    if np.isinf([each.high for each in found]).any():
        return f"median {_written(name, float(np.median(values)))}", "", ""
    sampling = np.array([each.high - each.low for each in found]) / BAND_SD
    spreads = values.std(ddof=1), np.sqrt(np.mean(sampling**2))
    mean, over_networks, of_sampling = (_written(name, each) for each in (values.mean(), *spreads))
    return mean, over_networks, of_sampling


def _written(name: str, value: float) -> str:
    if np.isinf(value):
        return "never"
    return f"{value:.0f} h" if name.startswith("threshold") else f"{value:.2f}"


def _drawn(networks: Mapping[int, Network]) -> Figure:
    figure = new_figure(height_in=3.4, width_in=10.0)
    window, pain, threshold = figure.subplots(1, 3)
    for name, colour in zip((FROM, TO), OKABE_ITO, strict=False):
        _draw_each(window, networks, name, colour)
    window.set(
        ylabel="input of active fibres (Hz)", ylim=(1.0, 2.6), title="two stable states between"
    )
    handles = [
        _draw_each(pain, networks, f"{rate}, {when}", colour, shift)
        for rate in (SOME, MUCH)
        for when, colour, shift in zip(WHEN, OKABE_ITO, (-0.2, 0.0, 0.2), strict=False)
    ]
    legend_above(pain, handles[: len(WHEN)], WHEN)
    pain.set(ylabel=f"pain (0-10) with {SOME} (lower)\nand {MUCH} (upper)", ylim=(0, 10))
    _draw_each(threshold, networks, f"threshold at {SOME}", OKABE_ITO[0])
    threshold.set(ylabel="threshold duration (h)", ylim=(0, None), title=f"threshold at {SOME}")
    for axes in (window, pain, threshold):
        axes.set(xlabel="wiring seed", xticks=list(networks))
    return figure


def _draw_each(
    axes: Axes, networks: Mapping[int, Network], name: str, colour: str, shift: float = 0.0
) -> Artist:
    found = [each[name] for each in networks.values()]
    values, low, high = np.array([(each.value, each.low, each.high) for each in found]).T
    seeds = np.array(list(networks)) + shift
    errors = (values - low, high - values)
    axes.axhline(values.mean(), color=colour, linewidth=0.6)
    marks: Artist = axes.errorbar(seeds, values, errors, fmt="o", color=colour, elinewidth=1)[0]
    return marks


if __name__ == "__main__":
    main()
