"""Does the main conclusion survive what is not known? Writes ``docs/robustness.md`` and its figure.

The constants of slow plasticity, the residual input, the blockade and the calcium influx are drawn
together from ``experiments/evidence/ranges.csv`` (Sobol sample, SALib). Each sample is one chronic
patient of ``experiments/blockade_duration.toml`` and one memory. Drift at frozen weights does not
depend on the slow constants, so that all samples share a few measured tables.

``python analysis/robustness.py`` evaluates all samples. With the argument ``draw`` it takes those
of ``results/robustness/robustness.csv`` and only writes figure and page again. Once the simulations
are stored, all takes some ten minutes on two cores.
"""

import csv
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, fields, replace
from itertools import compress, pairwise
from pathlib import Path

import matplotlib
import numpy as np
from figure import FIGURES, ROOT
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track
from SALib.analyze import sobol as sobol_analysis
from SALib.sample import sobol as sobol_sample
from scipy.stats import binomtest

from resetsim.agents.learning import Session, learned_early, learning_task
from resetsim.agents.patient import Patient
from resetsim.drift.averaged import Drive, SlowSystem, integrate
from resetsim.drift.measure import Ranges, measure_table
from resetsim.drift.sample import Drift, Point
from resetsim.drift.table import FINE, DriftTable, position
from resetsim.networks.assemblies import assemblies_of
from resetsim.plasticity.dynamics import constants_of, early_equilibrium, slow_rates
from resetsim.plasticity.maintenance import maintenance_rule
from resetsim.results.whole_file import whole_file
from resetsim.running.arm import PreparedArm
from resetsim.running.dorsal_horn_course import dorsal_horn_course
from resetsim.running.experiment import prepare
from resetsim.running.systems import PlasticSystem, dorsal_horn_sampler
from resetsim.running.thresholds import threshold_duration
from resetsim.simulation.engine import Engine, best_engine
from resetsim.simulation.progress import Progress
from resetsim.simulation.streams import seed_for
from resetsim.spec.experiment import read_experiment, with_variations
from resetsim.spec.model import Model
from resetsim.spec.quantities import parse_quantity
from resetsim.views.progress import ProgressBar
from resetsim.views.style import GREY, OKABE_ITO, STYLE, new_figure

RANGES = ROOT / "experiments" / "evidence" / "ranges.csv"
TABLE = ROOT / "results" / "robustness" / "robustness.csv"
CHECKS = TABLE.with_name("checks.csv")
PAGE = ROOT / "docs" / "robustness.md"
BASE_SAMPLES = 256
SEED = 1
WINDOW_SAMPLES = 128
WINDOW_HZ = tuple(np.linspace(1.0, 2.0, 11).round(1).tolist())
PUBLISHED_RATIO = 200 / 322  # of depression to potentiation: Graupner & Brunel 2012 (P093)

RESIDUAL, BLOCKADE = "patient.injury.residual_rate", "treatment.blockade"
INFLUX, DEPRESSION = "spine.calcium_influx", "plasticity.depression_rate"
INFLUX_FACTORS = (0.9, 1.0, 1.1)
CHECKED_FACTOR = 0.95

PAIN = "prediction for pain"
WHOLE = "whole prediction"
DURATION = "threshold duration (logarithm)"

Index = Mapping[str, NDArray[np.float64]]
"""``S1`` and ``ST`` by parameter, and the half widths of their intervals."""

Values = tuple[float, ...]
"""Of one sample, in the order of the ranges."""

HOURS_PER_DAY = 24.0
TREATED_D = 60.0
LEAST_LATE = 0.1  # of the late phase: less is no lasting state
SHORT_H, LONG_H = 4.0, 7 * HOURS_PER_DAY
KEPT = 0.9  # of the late phase of the memory
FORMED = 0.5
SHORTEST_H, NEVER_H = 0.5, 365 * HOURS_PER_DAY  # what thresholds beyond count as, in the logarithm

INPUTS = "inputs that hold"
HOLDS = "prediction holds"
NO_STATE = "injury leaves no lasting state"
SHORT = "blockade of less than 4 h suffices"
LONG = "more than 7 days, or never"
LOST = "pain is reset, the blockade takes the memory"
UNTAUGHT = "pain is reset, no memory had formed"
OUTCOMES = (HOLDS, UNTAUGHT, LOST, NO_STATE, SHORT, LONG)
LOOKS = {
    LONG: ("^", OKABE_ITO[1]),
    NO_STATE: ("v", OKABE_ITO[4]),
    SHORT: ("x", "black"),
    LOST: ("*", OKABE_ITO[3]),
    UNTAUGHT: ("D", OKABE_ITO[5]),
    HOLDS: ("o", OKABE_ITO[0]),
}


TEXT = """# Does the conclusion survive what is not known?

Written by `analysis/robustness.py`. {parameters} uncertain parameters are drawn together from
the ranges [below](#what-was-drawn). Each draw is judged by what the reset hypothesis predicts:
an injury leaves lasting pain plasticity, a blockade of 4 h does not reset it, one of at most 7
days does, and a memory keeps at least 90 % of its late phase through 7 days of blockade. The
patient is the chronic one of `blockade_duration`: a peak of 4 Hz that heals with 10 days,
treated at day 60.

- **The prediction for pain holds in {pain} of the space.**
- **The whole prediction, with a memory taught once, holds in {whole}.**
- **For {some} of the draws there is some residual input from 1 to 2 Hz at which the prediction
  for pain holds.**

A window of input exists in most of the space. Where it lies hangs on constants that nobody has
measured. These are shares of a space of guesses, not probabilities, and other ranges give other
shares: where the rate of depression is at most twice what is declared, the three are {near_pain},
{near_whole} and {near_some}. In brackets 95 % binomial intervals. The first two shares are
counted over {draws} draws of a Sobol sequence, which spread more evenly than chance, so that
the intervals are rather too wide.

| outcome | share |
| --- | --- |
{outcomes}

Each draw counts once, for the first part that fails, pain before memory.

![Sobol indices, and outcomes over the two parameters that matter most](figures/robustness.png)

## What the memory adds

One session of the shipped protocol (6 s) leaves a memory that consolidates in {formed} of the
space. Elsewhere the early phase fades before it is captured. The blockade took {lost} memories
that had formed. That is no finding: the double well of `self-sustaining` has no NMDA receptors
in it, so that no blockade can reach a consolidated late phase, whatever the constants. The
ranges only decide whether one session is enough. Longer or repeated teaching is not tried here.
The declared constants lie close to that edge: an early phase of {needed} is needed, the session
leaves {taught}.

## Which parameters decide

Sobol indices (SALib, {all} patients): the share of the variance that a parameter explains
together with all others (*total*), and *alone* (first order), with half the width of the 95 %
interval. The prediction counts as 1 or 0. The threshold duration is taken as its logarithm,
*never* as one year, *none needed* and all that is shorter as {shortest} h, the shortest blockade
of the experiment.

| parameter | pain: total | alone | whole: total | alone | duration: total | alone |
| --- | --- | --- | --- | --- | --- | --- |
{indices}

Indices below 0 are sampling noise. Alone no parameter decides whether the prediction holds: total
indices far above those of first order mean that each matters through the others. More input,
faster potentiation, less depression and more calcium make up for each other.

## Where it fails

Where the draws of each outcome lie in the range of a parameter, on average: 0 is its low end, 1
its high end. 0.5 throughout a row means that the parameter does not sort the outcomes.

| parameter | no lasting state | prediction holds for pain | more than 7 days, or never |
| --- | --- | --- | --- |
{positions}

It fails on both sides. With little input, slow potentiation, much depression or little calcium
the injury leaves nothing that lasts. With the opposite pain returns after every blockade, or
after any of up to 7 days. How deep the blockade is, from 50 % up, explains {blockade} of the
variance of the threshold duration: with half of the receptors blocked induction has stopped
already, which [is itself at odds with observations](limits.md).

Pain by residual input, with everything else anywhere in its range:

| residual input | no lasting state | less than 4 h | holds | more than 7 days, or never |
| --- | --- | --- | --- | --- |
{inputs}

## Is there any input at which it holds?

The declared window was fitted to lie around 1.4 Hz. For the first {scanned} draws the residual
input was therefore set to {steps} values from 1 to 2 Hz in turn, all else kept. The prediction
for pain holds at one of them at least in {some} of these draws, and there at {width} of the
{steps} on average. Inputs below 1 and above 2 Hz, and between the steps, were not tried.

## What was drawn

Ranges that span a factor of three or more are drawn uniformly in their logarithm, the others in
their value. P numbers are rows of the project's collection of published facts. From
`experiments/evidence/ranges.csv`:

| parameter | declared | low | high | uniform in its | why this range |
| --- | --- | --- | --- | --- | --- |
{ranges}

The constants of plasticity are those of the dorsal horn and of the memory at once, as in the
shipped models. The early phase e that teaching leaves follows the rate of potentiation: 1 - (1 -
{taught})^r, with r the rate over the declared one. Simulated sessions at the corners of both
rates differ from that by 0.01 with the declared rate of depression, by 0.03 with the highest.

With the published ratio of the rates of depression and potentiation (P093), and all else as
declared, {published}. As declared the threshold duration is {declared} h.

## How it was computed

Drift at frozen weights does not depend on the slow constants: all draws share the same tables,
which are as precise as the declared constants ask for. Drift of the dorsal horn was measured at
0.9, 1 and 1.1 times the declared calcium influx. In between the square roots of the shares of
time are interpolated linearly. Compared with a table measured at 0.95, the early phase that they
lead to differs by {early} at most, and the threshold duration of the declared patient is
{interpolated} h instead of {measured} h. Drift was sampled up to an efficacy of 3. Above it,
where gains are high and the late phase is nearly full, drift at 3 is taken.

A lasting state is a late phase above {least} at day 240 without treatment, and above half of
what it was at day 60. A memory has formed where the late phase is above {formed_at} 60 days
after teaching. The threshold duration is found by bisection as in every experiment.

## What was not varied

- The networks, but for the calcium influx of the dorsal horn: neurons, synapses, wiring,
  receptors, thresholds of calcium, and all of the memory's network. [Mechanisms](mechanisms.md)
  changes some of them one at a time; several move the threshold as much as calcium influx does.
- Widths of the smooth thresholds; peak and healing of the injury; the day of treatment.
  Blockades are square, without the kinetics of a drug.
- Disinhibition, which this experiment does not have.
- The maintenance rules: `input-dependent` for pain, `self-sustaining` for the memory. Rivals are
  what `resetsim validate` compares.
"""


@dataclass(frozen=True)
class Range:
    """What is known of one uncertain parameter.

    Attributes
    ----------
    name, unit
        As in the model or experiment file.
    low, high, declared
        In that unit.
    source
        Why this range.
    """

    name: str
    unit: str
    low: float
    high: float
    declared: float
    source: str

    @property
    def logarithmic(self) -> bool:
        """Whether it is drawn uniformly in its logarithm: it spans a factor of three or more."""
        return self.high >= 3 * self.low

    @property
    def bounds(self) -> tuple[float, float]:
        """Of what is drawn."""
        return (np.log(self.low), np.log(self.high)) if self.logarithmic else (self.low, self.high)

    @property
    def constant(self) -> str:
        """Its last name."""
        return self.name.rpartition(".")[2]

    @property
    def si(self) -> float:
        """One of its units in SI."""
        return float(parse_quantity(f"1 {self.unit}").to_base_units().magnitude) if self.unit else 1


def read_ranges() -> list[Range]:
    """Return the uncertain parameters.

    Returns
    -------
    list of Range
        In the order of the file.
    """
    with RANGES.open(newline="", encoding="utf-8") as stream:
        return [
            Range(
                row["parameter"],
                row["unit"],
                *(float(row[column]) for column in ("low", "high", "declared")),
                row["source"],
            )
            for row in csv.DictReader(stream)
        ]


def problem_of(ranges: Sequence[Range]) -> dict[str, object]:
    """Return the parameters as SALib takes them.

    Parameters
    ----------
    ranges
        What is drawn.

    Returns
    -------
    dict
        Names and bounds.
    """
    return {
        "num_vars": len(ranges),
        "names": [each.constant for each in ranges],
        "bounds": [list(each.bounds) for each in ranges],
    }


def drawn(ranges: Sequence[Range]) -> NDArray[np.float64]:
    """Return the sample.

    Parameters
    ----------
    ranges
        What is drawn.

    Returns
    -------
    array, shape (BASE_SAMPLES * (parameters + 2), parameters)
        In their units, in the blocks that the estimator of the indices asks for: the first and the
        last row of each block are independent draws.
    """
    values = sobol_sample.sample(
        problem_of(ranges), BASE_SAMPLES, calc_second_order=False, seed=SEED
    )
    logarithmic = [each.logarithmic for each in ranges]
    values[:, logarithmic] = np.exp(values[:, logarithmic])
    return values


@dataclass(frozen=True, eq=False)
class Roots:
    """Square roots of the shares of time on a dense grid, for several calcium influxes.

    Attributes
    ----------
    rates_hz
        Ongoing input.
    free
        Of the NMDA conductance.
    values
        Shape (influxes, free, rates, 2, efficacies): potentiating and depressing.
    """

    rates_hz: tuple[float, ...]
    free: tuple[float, ...]
    values: NDArray[np.float64]

    def mixed(self, influx_factor: float, free: float) -> list[list[list[float]]]:
        """Return the roots at one influx and one share of NMDA, by rate.

        Parameters
        ----------
        influx_factor
            Calcium influx relative to the declared one.
        free
            Share of the NMDA conductance that is left.

        Returns
        -------
        list
            Interpolated linearly along both.
        """
        along_influx = _between(self.values, INFLUX_FACTORS, influx_factor)
        mixed: list[list[list[float]]] = _between(along_influx, self.free, free).tolist()
        return mixed


def _between(
    values: NDArray[np.float64], grid: tuple[float, ...], at: float
) -> NDArray[np.float64]:
    below, above = position(grid, at)
    if not above:
        return np.asarray(values[below])
    return np.asarray((1 - above) * values[below] + above * values[below + 1])


class SampleDrift:
    """Drift of the dorsal horn at the calcium influx and the blockade of one sample.

    Parameters
    ----------
    setup
        What all samples share.
    influx_factor, blockade
        Of the sample.
    """

    def __init__(self, setup: "Setup", influx_factor: float, blockade: float) -> None:
        untreated, treated = setup.untreated, setup.treated
        self._untreated = untreated.rates_hz, untreated.mixed(influx_factor, 1.0)
        self._treated = treated.rates_hz, treated.mixed(influx_factor, 1 - blockade)
        self._lowest, highest = setup.efficacies
        self._per_efficacy = (FINE - 1) / (highest - self._lowest)

    def __call__(self, point: Point, efficacy: float) -> Drift:
        """Return drift, as :class:`~resetsim.drift.table.DriftTable` does.

        Parameters
        ----------
        point, efficacy
            Where; NMDA is either free or blocked as in the sample.

        Returns
        -------
        Drift
            Without what only pain is read from.
        """
        rates, rows = self._untreated if point.nmda_free > 0.999 else self._treated
        below, above = position(rates, point.input_rate_hz)
        along = (efficacy - self._lowest) * self._per_efficacy
        place = min(max(int(along), 0), FINE - 2)
        share = min(max(along - place, 0.0), 1.0)
        roots = []
        for low, high in zip(rows[below], rows[below + 1], strict=True):
            first = low[place] + share * (low[place + 1] - low[place])
            second = high[place] + share * (high[place + 1] - high[place])
            roots.append(first + above * (second - first))
        return Drift(roots[0] ** 2, roots[1] ** 2, 0.0, 0.0)


@dataclass(frozen=True, eq=False)
class Setup:
    """What all samples share.

    Attributes
    ----------
    ranges
        What is drawn.
    patient
        The chronic patient as declared.
    constants, memory_constants
        Of slow plasticity, as declared.
    untreated, treated
        Drift of the dorsal horn.
    efficacies
        First and last of its dense grid.
    memory
        Drift of the memory.
    taught_early
        Early phase that a session leaves with the declared constants.
    """

    ranges: list[Range]
    patient: Patient
    constants: dict[str, float]
    memory_constants: dict[str, float]
    untreated: Roots
    treated: Roots
    efficacies: tuple[float, float]
    memory: DriftTable
    taught_early: float


@dataclass(frozen=True)
class Checked:
    """What was checked beside the sample, with the declared patient.

    Attributes
    ----------
    early
        Largest difference at ``CHECKED_FACTOR`` between interpolated and measured drift, in terms
        of the early phase that it leads to, 0 to 1.
    interpolated_h, measured_h
        Threshold duration there, with either table.
    declared_h, published_ratio_h
        Threshold duration as declared, and with the published ratio of the rates of potentiation
        and depression.
    taught_early, needed_early
        Early phase that a session leaves, and the least one that is consolidated.
    """

    early: float
    interpolated_h: float
    measured_h: float
    declared_h: float
    published_ratio_h: float
    taught_early: float
    needed_early: float


@dataclass(frozen=True)
class Pain:
    """What became of pain plasticity.

    Attributes
    ----------
    late_before, late_untreated
        Its late phase at the day of treatment, and at the end without treatment.
    threshold_h
        Shortest blockade that resets; infinity for none up to a year, nan without lasting state.
    """

    late_before: float
    late_untreated: float
    threshold_h: float

    @property
    def lasting(self) -> bool:
        """Whether the injury left pain plasticity that stays."""
        return self.late_untreated > max(self.late_before / 2, LEAST_LATE)

    @property
    def holds(self) -> bool:
        """Whether the prediction holds for pain."""
        return self.lasting and SHORT_H <= self.threshold_h <= LONG_H

    @property
    def log_threshold(self) -> float:
        """Logarithm to base 10 of the threshold in hours, limited on both sides."""
        hours = self.threshold_h if self.lasting else 0.0
        return float(np.log10(np.clip(hours, SHORTEST_H, NEVER_H)))


@dataclass(frozen=True)
class Memory:
    """What became of what was taught once.

    Attributes
    ----------
    taught_early
        Early phase after teaching.
    late_before, late_after
        Late phase before the blockade; the lower one of at its end and 60 days later.
    """

    taught_early: float
    late_before: float
    late_after: float

    @property
    def formed(self) -> bool:
        """Whether teaching left a memory."""
        return self.late_before > FORMED

    @property
    def kept(self) -> bool:
        """Whether it is there after the blockade."""
        return self.formed and self.late_after >= KEPT * self.late_before


@dataclass(frozen=True)
class Evaluated:
    """One sample.

    Attributes
    ----------
    values
        By parameter, in their units.
    pain, memory
        What came out.
    """

    values: Values
    pain: Pain
    memory: Memory

    @property
    def outcome(self) -> str:
        """What holds, or the first part of the prediction that fails, pain first."""
        if not self.pain.lasting:
            return NO_STATE
        if not self.pain.holds:
            return SHORT if self.pain.threshold_h < SHORT_H else LONG
        if not self.memory.formed:
            return UNTAUGHT
        return HOLDS if self.memory.kept else LOST


def main() -> None:
    """Evaluate or read the samples, then write figure and page."""
    ranges = read_ranges()
    if sys.argv[1:] != ["draw"]:
        with ProgressBar(Console(stderr=True)) as progress:
            setup, checked = prepared(ranges, best_engine(jobs=1), progress)
        _write_rows(CHECKS, [asdict(checked)])
        write_table(ranges, *evaluate_all(setup))
    evaluated, windows = read_table(ranges)
    indices = sobol_indices(ranges, evaluated)
    with matplotlib.rc_context(STYLE):
        FIGURES.mkdir(exist_ok=True)
        draw(ranges, evaluated, indices).savefig(FIGURES / "robustness.png", dpi=150)
    PAGE.write_text(page(ranges, evaluated, windows, indices, _read_checks()), encoding="utf-8")


def prepared(ranges: list[Range], engine: Engine, progress: Progress) -> tuple[Setup, Checked]:
    """Measure what all samples share.

    Parameters
    ----------
    ranges
        What is drawn.
    engine, progress
        For the simulations.

    Returns
    -------
    tuple
        The setup, and what interpolation along calcium influx misses, see :func:`_checked`.
    """
    arm = _arm()
    progress.stage("drift of the dorsal horn")
    model, visited = arm.dorsal_horn.model, _visited(ranges)
    tables = {
        factor: measure_table(
            dorsal_horn_sampler(_with_influx(model, factor)), visited, engine, progress
        )
        for factor in (*INFLUX_FACTORS, CHECKED_FACTOR)
    }
    checked_against = tables.pop(CHECKED_FACTOR)
    progress.stage("drift of the memory")
    assert arm.memory is not None
    blockades = _range(ranges, BLOCKADE)
    memory = measure_table(
        arm.memory.sampler, [(Point(0.0, 1 - blockades.high), Point(0.0))], engine, progress
    )
    efficacies = model.sampling.efficacies
    setup = Setup(
        ranges,
        replace(arm.patient, start_d=0.0),
        constants_of(model.plasticity),
        constants_of(arm.memory.model.plasticity),
        _roots(list(tables.values()), visited[0]),
        _roots(list(tables.values()), visited[1]),
        (efficacies[0], efficacies[-1]),
        memory,
        _taught_early(arm.memory, arm.plan.seed, engine, progress),
    )
    return setup, _checked(setup, checked_against)


def _arm() -> PreparedArm:
    chosen = {"treatment.duration": ["5 day"], RESIDUAL: ["1.4 Hz"]}
    (arm,) = prepare(with_variations(read_experiment("blockade_duration"), chosen))
    return arm


def _range(ranges: Sequence[Range], name: str) -> Range:
    return next(each for each in ranges if each.name == name)


def _visited(ranges: Sequence[Range]) -> Ranges:
    """Return what the patients of all samples visit: untreated, then treated."""
    residual, blockade = _range(ranges, RESIDUAL), _range(ranges, BLOCKADE)
    periphery = _arm().patient.periphery
    highest = replace(periphery, residual_hz=residual.high)(TREATED_D)
    return [
        (Point(residual.low), Point(periphery.peak_hz)),
        (Point(residual.low, 1 - blockade.high), Point(highest, 1 - blockade.low)),
    ]


def _with_influx(model: Model, factor: float) -> Model:
    """Return the model with another calcium influx, which the same compiled network runs."""
    declared = model.spine.calcium_influx
    influx = declared.model_copy(update={"value": declared.value * factor})
    spine = model.spine.model_copy(update={"calcium_influx": influx})
    return model.model_copy(update={"spine": spine})


def _roots(
    tables: Sequence[DriftTable],
    piece: tuple[Point, Point],
    rates: tuple[float, ...] | None = None,
) -> Roots:
    low, high = piece
    nodes = sorted({rate for table in tables for rate in table.grid[0]})
    rates = rates or _spanned(nodes, low.input_rate_hz, high.input_rate_hz)
    free = _spanned(tables[0].grid[1], low.nmda_free, high.nmda_free)
    efficacies = np.linspace(tables[0].efficacies[0], tables[0].efficacies[-1], FINE)
    drift = np.array(
        [
            [
                [[table(Point(rate, left), each)[:2] for each in efficacies] for rate in rates]
                for left in free
            ]
            for table in tables
        ]
    )
    return Roots(rates, free, np.sqrt(np.moveaxis(drift, -1, -2)))


def _spanned(grid: Sequence[float], low: float, high: float) -> tuple[float, ...]:
    """Return the part of a grid that interpolation from low to high reads."""
    first = max(i for i, value in enumerate(grid) if value <= low + 1e-9)
    last = min(i for i, value in enumerate(grid) if value >= high - 1e-9)
    return tuple(grid[first : last + 1])


def _taught_early(memory: PlasticSystem, seed: int, engine: Engine, progress: Progress) -> float:
    naive = np.zeros(assemblies_of(memory.model).count + 1)
    session = Session(range(1), naive, naive)
    task = learning_task(memory.circuit, session, seed_for("learning", seed, 0))
    return float(learned_early(memory.model, engine.run([task], progress)[0])[0])


def _checked(setup: Setup, measured: DriftTable) -> Checked:
    roots = setup.untreated
    piece = Point(roots.rates_hz[0]), Point(roots.rates_hz[-1])
    interpolated = roots.mixed(CHECKED_FACTOR, 1.0)
    compared = interpolated, _roots([measured], piece, roots.rates_hz).values[0, 0]
    early = [
        early_equilibrium(*np.moveaxis(np.square(each), 1, 0), constants=setup.constants)
        for each in compared
    ]
    declared = {each.name: each.declared for each in setup.ranges}
    patient = _patient(setup.patient, declared[RESIDUAL], declared[BLOCKADE])

    def hours(drift: object, **changes: float) -> float:
        horn = _slow_system(drift, "input-dependent", setup.constants | changes)
        return _threshold_h(horn, patient)

    as_declared = SampleDrift(setup, 1.0, declared[BLOCKADE])
    depression_rate = PUBLISHED_RATIO * setup.constants["potentiation_rate"]
    return Checked(
        float(np.abs(early[0] - early[1]).max()),
        hours(SampleDrift(setup, CHECKED_FACTOR, declared[BLOCKADE])),
        hours(measured),
        hours(as_declared),
        hours(as_declared, depression_rate=depression_rate),
        setup.taught_early,
        _needed_early(setup, declared),
    )


def _needed_early(setup: Setup, declared: Mapping[str, float]) -> float:
    low, high = 0.0, 1.0
    while high - low > 1e-3:
        middle = (low + high) / 2
        formed = _memory(replace(setup, taught_early=middle), declared).formed
        low, high = (low, middle) if formed else (middle, high)
    return high


_SETUP: Setup


def _start(setup: Setup) -> None:
    global _SETUP
    _SETUP = setup


def evaluate_all(setup: Setup) -> tuple[list[Evaluated], list[int]]:
    """Evaluate every sample, and the first independent ones at other inputs, over all cores.

    Parameters
    ----------
    setup
        What they share.

    Returns
    -------
    tuple
        Samples in the order of :func:`drawn`, and of how many inputs the prediction holds for pain.
    """
    sample = list(map(tuple, drawn(setup.ranges).tolist()))
    first = sample[:: len(setup.ranges) + 2][:WINDOW_SAMPLES]
    console = Console(stderr=True)
    with ProcessPoolExecutor(os.cpu_count(), initializer=_start, initargs=(setup,)) as executor:
        finished = executor.map(_evaluate, sample, chunksize=4)
        evaluated = list(track(finished, "samples", len(sample), console=console))
        finished_windows = executor.map(_window, first)
        windows = list(track(finished_windows, "inputs", len(first), console=console))
    return evaluated, windows


def _evaluate(values: Values) -> Evaluated:
    return evaluate(_SETUP, values)


def _window(values: Values) -> int:
    others = {each.name: value for each, value in zip(_SETUP.ranges, values, strict=True)}
    pains = (_pain(_SETUP, others | {RESIDUAL: residual_hz}) for residual_hz in WINDOW_HZ)
    return sum(pain.holds for pain in pains)


def evaluate(setup: Setup, values: Values) -> Evaluated:
    """Follow the patient and the memory of one sample.

    Parameters
    ----------
    setup
        What all samples share.
    values
        Of the sample.

    Returns
    -------
    Evaluated
        What comes out.
    """
    by_name = {each.name: value for each, value in zip(setup.ranges, values, strict=True)}
    return Evaluated(values, _pain(setup, by_name), _memory(setup, by_name))


def _slow_constants(setup: Setup, by_name: Mapping[str, float]) -> dict[str, float]:
    """Return the constants of slow plasticity that a sample changes, in SI."""
    return {
        each.constant: by_name[each.name] * each.si
        for each in setup.ranges
        if each.name.startswith("plasticity.")
    }


def _pain(setup: Setup, by_name: Mapping[str, float]) -> Pain:
    influx_factor = by_name[INFLUX] / _range(setup.ranges, INFLUX).declared
    drift = SampleDrift(setup, influx_factor, by_name[BLOCKADE])
    constants = setup.constants | _slow_constants(setup, by_name)
    horn = _slow_system(drift, "input-dependent", constants)
    patient = _patient(setup.patient, by_name[RESIDUAL], by_name[BLOCKADE])
    untreated = dorsal_horn_course(horn, replace(patient, dosings=()), [TREATED_D])
    before = float(untreated.late[np.searchsorted(untreated.time_d, TREATED_D), 0])
    pain = Pain(before, float(untreated.late[-1, 0]), float("nan"))
    return replace(pain, threshold_h=_threshold_h(horn, patient)) if pain.lasting else pain


def _slow_system(drift: object, rule: str, constants: Mapping[str, float]) -> SlowSystem:
    return SlowSystem(drift, slow_rates(maintenance_rule(rule), constants), constants)  # type: ignore[arg-type]


def _patient(declared: Patient, residual_hz: float, blockade: float) -> Patient:
    (dosing,) = declared.dosings
    return replace(
        declared,
        periphery=replace(declared.periphery, residual_hz=residual_hz),
        dosings=(replace(dosing, blockade=blockade),),
    )


def _threshold_h(horn: SlowSystem, patient: Patient) -> float:
    hours = threshold_duration(horn, patient, {}).from_arms_h
    return float("inf") if hours is None else hours


def _memory(setup: Setup, by_name: Mapping[str, float]) -> Memory:
    slow = _slow_constants(setup, by_name)
    system = _slow_system(setup.memory, "self-sustaining", setup.memory_constants | slow)
    # A session is so short and so strong that only its potentiation counts.
    ratio = slow["potentiation_rate"] / setup.memory_constants["potentiation_rate"]
    early = 1 - (1 - setup.taught_early) ** ratio
    begin_d, end_d = TREATED_D, TREATED_D + LONG_H / HOURS_PER_DAY

    def point(time_d: float) -> Point:
        return Point(0.0, 1 - by_name[BLOCKADE] if begin_d <= time_d < end_d else 1.0)

    times_d = np.array([0.0, begin_d, end_d, end_d + TREATED_D])
    late = integrate(system, Drive(point, (begin_d, end_d)), (early, 0.0, 0.0, 0.0), times_d)[1]
    return Memory(early, float(late[1]), float(late[2:].min()))


def write_table(
    ranges: Sequence[Range], evaluated: Sequence[Evaluated], windows: Sequence[int]
) -> None:
    """Write one row per sample.

    Parameters
    ----------
    ranges
        What was drawn.
    evaluated, windows
        From :func:`evaluate_all`.
    """
    rows = []
    for number, each in enumerate(evaluated):
        block, place = divmod(number, len(ranges) + 2)
        scanned = not place and block < len(windows)
        rows.append(
            {column.name: value for column, value in zip(ranges, each.values, strict=True)}
            | {f"pain.{name}": value for name, value in asdict(each.pain).items()}
            | {f"memory.{name}": value for name, value in asdict(each.memory).items()}
            | {"outcome": each.outcome, INPUTS: windows[block] if scanned else ""}
        )
    _write_rows(TABLE, rows)


def _write_rows(path: Path, rows: Sequence[Mapping[str, object]]) -> None:
    with whole_file(path) as partial, partial.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def read_table(ranges: Sequence[Range]) -> tuple[list[Evaluated], list[int]]:
    """Return what :func:`write_table` wrote.

    Parameters
    ----------
    ranges
        What was drawn.

    Returns
    -------
    tuple
        As of :func:`evaluate_all`.
    """
    with TABLE.open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    evaluated = [
        Evaluated(
            tuple(float(row[each.name]) for each in ranges),
            Pain(*(float(row[f"pain.{each.name}"]) for each in fields(Pain))),
            Memory(*(float(row[f"memory.{each.name}"]) for each in fields(Memory))),
        )
        for row in rows
    ]
    return evaluated, [int(row[INPUTS]) for row in rows if row[INPUTS]]


def _read_checks() -> Checked:
    with CHECKS.open(newline="", encoding="utf-8") as stream:
        (row,) = csv.DictReader(stream)
    return Checked(**{name: float(value) for name, value in row.items()})


def independent(ranges: Sequence[Range], evaluated: Sequence[Evaluated]) -> list[Evaluated]:
    """Return the samples that were drawn independently of each other: two of each block.

    Parameters
    ----------
    ranges
        What was drawn.
    evaluated
        All samples.

    Returns
    -------
    list of Evaluated
        Those that shares are counted from.
    """
    length = len(ranges) + 2
    return [each for number, each in enumerate(evaluated) if number % length in (0, length - 1)]


def sobol_indices(ranges: Sequence[Range], evaluated: Sequence[Evaluated]) -> dict[str, Index]:
    """Return the indices of every parameter, by what they explain.

    Parameters
    ----------
    ranges
        What was drawn.
    evaluated
        All samples.

    Returns
    -------
    dict
        First-order and total index with the half widths of their 95 % intervals, as of SALib.
    """
    outputs = {
        PAIN: [each.pain.holds for each in evaluated],
        WHOLE: [each.outcome == HOLDS for each in evaluated],
        DURATION: [each.pain.log_threshold for each in evaluated],
    }
    return {
        name: sobol_analysis.analyze(
            problem_of(ranges),
            np.array(values, dtype=float),
            calc_second_order=False,
            num_resamples=1000,
            seed=SEED,
        )
        for name, values in outputs.items()
    }


def _ranked(ranges: Sequence[Range], index: Index) -> list[int]:
    """Return the parameters, the most influential one first."""
    return sorted(range(len(ranges)), key=lambda place: -index["ST"][place])


def draw(
    ranges: Sequence[Range], evaluated: Sequence[Evaluated], indices: Mapping[str, Index]
) -> Figure:
    """Draw the indices, and the outcomes over the two parameters that matter most.

    Parameters
    ----------
    ranges
        What was drawn.
    evaluated
        All samples.
    indices
        From :func:`sobol_indices`.

    Returns
    -------
    Figure
        Three panels of indices and a map.
    """
    figure = new_figure(5.0, 12.0)
    *left, right = figure.subplots(1, 4, width_ratios=(1, 1, 1, 2.2))
    order = _ranked(ranges, indices[PAIN])
    for axes, (name, index) in zip(left, indices.items(), strict=True):
        _draw_indices(axes, index, order)
        axes.set_title(name)
        axes.set_yticks(range(len(order)), [""] * len(order))
    left[0].set_yticks(range(len(order)), [_words(ranges[place]) for place in order])
    left[1].set_xlabel("Sobol index (share of the variance), with 95 % interval")
    left[2].legend(loc="lower right")
    across, down = order[:2]
    handles = _draw_map(right, independent(ranges, evaluated), ranges, across, down)
    figure.legend(handles=handles, loc="outside upper right", ncols=3)
    return figure


def _draw_indices(axes: Axes, index: Index, order: Sequence[int]) -> None:
    kinds = (
        ("ST", "total", "o", OKABE_ITO[0], -0.15),
        ("S1", "alone (first order)", "s", OKABE_ITO[1], 0.15),
    )
    for key, label, marker, colour, shift in kinds:
        axes.errorbar(
            index[key][order],
            np.arange(len(order)) + shift,
            xerr=index[f"{key}_conf"][order],
            fmt=marker,
            color=colour,
            elinewidth=1,
            label=label,
        )
    axes.axvline(0, color=GREY, linewidth=0.8)
    axes.set_xlim(-0.25, 1.2)
    axes.invert_yaxis()


def _draw_map(
    axes: Axes, evaluated: Sequence[Evaluated], ranges: Sequence[Range], across: int, down: int
) -> list[Line2D]:
    handles = []
    for outcome, (marker, colour) in LOOKS.items():
        points = np.array([each.values for each in evaluated if each.outcome == outcome])
        if not len(points):
            continue
        axes.plot(points[:, across], points[:, down], marker, color=colour, markersize=4.5)
        share = _percent(len(points) / len(evaluated))
        label = f"{outcome} ({share})"
        handles.append(Line2D([], [], marker=marker, color=colour, linewidth=0, label=label))
    for place, axis, set_scale in (
        (across, axes.xaxis, axes.set_xscale),
        (down, axes.yaxis, axes.set_yscale),
    ):
        axis.set_label_text(_with_unit(ranges[place]))
        if ranges[place].logarithmic:
            set_scale("log")
            ticks = [ranges[place].low, ranges[place].declared, ranges[place].high]
            axis.set_ticks(ticks, [f"{tick:g}" for tick in ticks])
            axis.set_ticks([], minor=True)
    return handles[::-1]


def _words(each: Range) -> str:
    return each.constant.replace("_", " ")


def _with_unit(each: Range) -> str:
    return f"{_words(each)} ({each.unit})" if each.unit else _words(each)


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %" if share < 0.1 else f"{100 * share:.0f} %"


def page(
    ranges: Sequence[Range],
    evaluated: Sequence[Evaluated],
    windows: Sequence[int],
    indices: Mapping[str, Index],
    checked: Checked,
) -> str:
    """Return the text of the page.

    Parameters
    ----------
    ranges
        What was drawn.
    evaluated, windows
        From :func:`evaluate_all`.
    indices
        From :func:`sobol_indices`.
    checked
        What was checked beside it.

    Returns
    -------
    str
        Markdown.
    """
    draws = independent(ranges, evaluated)
    names = [each.name for each in ranges]
    declared = _range(ranges, DEPRESSION).declared
    near = [each.values[names.index(DEPRESSION)] <= 2 * declared for each in draws]
    near_draws = list(compress(draws, near))
    near_windows = list(compress(windows, near[::2]))  # of the two draws of a block the first
    formed = [each for each in evaluated if each.memory.formed]
    lost = sum(not each.memory.kept for each in formed)
    return TEXT.format(
        draws=len(draws),
        all=len(evaluated),
        parameters=len(ranges),
        whole=_share_of(each.outcome == HOLDS for each in draws),
        pain=_share_of(each.pain.holds for each in draws),
        formed=_share_of(each.memory.formed for each in draws),
        lost=f"{lost} of {len(formed)}",
        outcomes="\n".join(
            f"| {name} | {_share_of(each.outcome == name for each in draws)} |" for name in OUTCOMES
        ),
        indices="\n".join(_index_rows(ranges, indices)),
        positions="\n".join(_position_rows(ranges, indices, draws)),
        inputs="\n".join(_input_rows(ranges, draws)),
        some=_share_of(windows),
        near_pain=_share_of(each.pain.holds for each in near_draws),
        near_whole=_share_of(each.outcome == HOLDS for each in near_draws),
        near_some=_share_of(near_windows),
        scanned=len(windows),
        width=f"{np.mean([each for each in windows if each]):.1f}",
        steps=len(WINDOW_HZ),
        ranges="\n".join(_range_rows(ranges)),
        shortest=f"{SHORTEST_H:g}",
        blockade=_percent(indices[DURATION]["ST"][names.index(BLOCKADE)]),
        taught=f"{checked.taught_early:.2f}",
        needed=f"{checked.needed_early:.2f}",
        formed_at=FORMED,
        early=f"{checked.early:.3f}",
        interpolated=f"{checked.interpolated_h:.0f}",
        measured=f"{checked.measured_h:.0f}",
        declared=f"{checked.declared_h:.0f}",
        published=_said(checked.published_ratio_h),
        least=LEAST_LATE,
    )


def _share_of(cases: Iterable[object]) -> str:
    """Return the share of cases that are true, with its 95 % interval."""
    true = list(map(bool, cases))
    low, high = binomtest(sum(true), len(true)).proportion_ci(method="wilson")
    return f"{_percent(sum(true) / len(true))} ({100 * low:.1f} to {100 * high:.1f})"


def _said(hours: float) -> str:
    if np.isinf(hours):
        return "no blockade resets any more"
    return f"it is {hours:.0f} h" if hours else "the injury leaves no lasting state at all"


def _index_rows(ranges: Sequence[Range], indices: Mapping[str, Index]) -> Iterator[str]:
    for place in _ranked(ranges, indices[PAIN]):
        cells = [
            f"{index[key][place]:.2f} ± {index[f'{key}_conf'][place]:.2f}"
            for index in indices.values()
            for key in ("ST", "S1")
        ]
        yield f"| `{ranges[place].constant}` | {' | '.join(cells)} |"


def _position_rows(
    ranges: Sequence[Range], indices: Mapping[str, Index], draws: Sequence[Evaluated]
) -> Iterator[str]:
    low, high = np.array([each.bounds for each in ranges]).T
    logarithmic = np.array([each.logarithmic for each in ranges])
    groups = []
    for wanted in (
        lambda each: each.outcome == NO_STATE,
        lambda each: each.pain.holds,
        lambda each: each.outcome == LONG,
    ):
        values = np.array([each.values for each in draws if wanted(each)])
        values[:, logarithmic] = np.log(values[:, logarithmic])
        groups.append(((values - low) / (high - low)).mean(axis=0))
    for place in _ranked(ranges, indices[PAIN]):
        cells = " | ".join(f"{group[place]:.2f}" for group in groups)
        yield f"| `{ranges[place].constant}` | {cells} |"


def _input_rows(ranges: Sequence[Range], draws: Sequence[Evaluated]) -> Iterator[str]:
    place = [each.name for each in ranges].index(RESIDUAL)
    edges = np.linspace(ranges[place].low, ranges[place].high, 6)
    for low, high in pairwise(edges):
        inside = [each for each in draws if low <= each.values[place] < high]
        counts = (
            sum(each.outcome == NO_STATE for each in inside),
            sum(each.outcome == SHORT for each in inside),
            sum(each.pain.holds for each in inside),
            sum(each.outcome == LONG for each in inside),
        )
        cells = " | ".join(f"{100 * count / len(inside):.0f} %" for count in counts)
        yield f"| {low:.1f} to {high:.1f} Hz | {cells} |"


def _range_rows(ranges: Sequence[Range]) -> Iterator[str]:
    for each in ranges:
        scale = "logarithm" if each.logarithmic else "value"
        cells = (f"{value:g} {each.unit}".strip() for value in (each.declared, each.low, each.high))
        yield f"| `{each.name}` | {' | '.join(cells)} | {scale} | {each.source} |"


if __name__ == "__main__":
    main()
