"""Measure the nodes of the drift table that a timeline visits, each until it is precise enough."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from resetsim.drift.sample import Node, Sample, average
from resetsim.drift.table import DriftTable, early_error, position
from resetsim.plasticity.dynamics import Constants
from resetsim.simulation.engine import Engine, Progress
from resetsim.simulation.task import Recording, Task
from resetsim.spec.model import Sampling

Point = tuple[float, float]
"""Input rate in Hz, and share of the NMDA conductance left."""

Ranges = Sequence[tuple[Point, Point]]
"""Lowest and highest point that a timeline visits, piece by piece."""


@dataclass(frozen=True, eq=False)
class Sampler:
    """How one system's drift is sampled.

    Attributes
    ----------
    system
        ``dorsal_horn`` or ``memory``.
    sampling
        Grid and precision.
    constants
        Of slow plasticity: they say what is precise enough.
    tasks
        From a point and the number of the sample to the runs for it.
    read
        From those runs to the sample.
    measured
        Nodes measured so far, by point: other timelines through the same system reuse them.
    """

    system: str
    sampling: Sampling
    constants: Constants
    tasks: Callable[[Point, int], list[Task]]
    read: Callable[[list[Recording]], Sample]
    measured: dict[Point, Node] = field(default_factory=dict)


def measure_nodes(
    sampler: Sampler, points: Iterable[Point], engine: Engine, progress: Progress
) -> dict[Point, Node]:
    """Measure drift at the given points.

    Parameters
    ----------
    sampler
        How.
    points
        Where.
    engine
        What runs the simulations.
    progress
        Told how many simulations have finished.

    Returns
    -------
    dict
        By point. What a node is does not depend on which others are measured with it.
    """
    wanted = sorted(set(points))
    samples: dict[Point, list[Sample]] = {
        point: [] for point in wanted if point not in sampler.measured
    }
    unfinished = list(samples)
    while unfinished:
        _add_samples(sampler, samples, unfinished, engine, progress)
        unfinished = [point for point in unfinished if _imprecise(sampler, samples[point])]
    sampler.measured.update({point: average(each) for point, each in samples.items()})
    return {point: sampler.measured[point] for point in wanted}


def _add_samples(
    sampler: Sampler,
    samples: dict[Point, list[Sample]],
    points: list[Point],
    engine: Engine,
    progress: Progress,
) -> None:
    wanted = [
        (point, number)
        for point in points
        for number in range(len(samples[point]), _next_count(sampler, len(samples[point])))
    ]
    groups = [sampler.tasks(point, number) for point, number in wanted]
    recordings = iter(engine.run([task for group in groups for task in group], progress))
    for (point, _), group in zip(wanted, groups, strict=True):
        samples[point].append(sampler.read([next(recordings) for _ in group]))


def _next_count(sampler: Sampler, done: int) -> int:
    if not done:
        return sampler.sampling.samples
    return min(2 * done, sampler.sampling.samples_at_most)


def _imprecise(sampler: Sampler, samples: list[Sample]) -> bool:
    if len(samples) >= sampler.sampling.samples_at_most:
        return False
    return early_error(average(samples), sampler.constants) > sampler.sampling.early_error


def measure_table(
    sampler: Sampler, ranges: Ranges, engine: Engine, progress: Progress
) -> DriftTable:
    """Measure the part of the table that a timeline visits; refine it where that matters.

    The grid of input rates is halved beside every node that its neighbours, taken alone, predict
    so badly that interpolation between nodes would be worse than their sampling error.

    Parameters
    ----------
    sampler
        How.
    ranges
        What the timeline visits.
    engine
        What runs the simulations.
    progress
        Told how many simulations have finished.

    Returns
    -------
    DriftTable
        It depends on the timeline alone, not on what else is measured.
    """
    rates, nmda = tuple(sampler.sampling.input_rates_hz), tuple(sampler.sampling.nmda_free)
    while True:
        places = _places(rates, nmda, ranges)
        nodes = measure_nodes(
            sampler, [(rates[i], nmda[j]) for i, j in places], engine, progress
        )
        table = DriftTable(
            rates,
            nmda,
            sampler.sampling.efficacies,
            {(i, j): nodes[rates[i], nmda[j]] for i, j in places},
        )
        finer = _refined(table, sampler)
        if finer == rates:
            return table
        rates = finer


def _places(
    rates: tuple[float, ...], nmda: tuple[float, ...], ranges: Ranges
) -> set[tuple[int, int]]:
    places = set()
    for low, high in ranges:
        rows = _span(rates, low[0], high[0])
        columns = _span(nmda, low[1], high[1])
        places |= {(i, j) for i in rows for j in columns}
    return places


def _span(grid: tuple[float, ...], low: float, high: float) -> range:
    first, _ = position(grid, low)
    last, share = position(grid, high)
    if share > 0:
        last += 1
    if position(grid, low)[1] == 1.0:
        first += 1
    return range(first, last + 1)


def _refined(table: DriftTable, sampler: Sampler) -> tuple[float, ...]:
    rates = table.input_rates_hz
    finer = set(rates)
    for (i, _), error in table.left_out_error(sampler.constants).items():
        # A node left out is interpolated across twice the usual distance: four times the error.
        if error / 4 > 2 * sampler.sampling.early_error:
            for low, high in ((rates[i - 1], rates[i]), (rates[i], rates[i + 1])):
                if high - low > sampler.sampling.finest_rate_step_hz:
                    finer.add(round((low + high) / 2, 6))
    return tuple(sorted(finer))


def largest(errors: dict[tuple[int, int], float]) -> float:
    """Return the largest of some errors, 0 where there is none.

    Parameters
    ----------
    errors
        By node.

    Returns
    -------
    float
        The largest.
    """
    return float(np.max(list(errors.values()), initial=0.0))
