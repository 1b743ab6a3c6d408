"""Measure the nodes of the drift table that a timeline visits, each until it is precise enough."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

import numpy as np

from resetsim.declare.axes import Point
from resetsim.declare.sampling import Grid, Sampling
from resetsim.progress import Progress
from resetsim.slow.errors import left_out_errors, sampling_error
from resetsim.slow.resampled import resampled
from resetsim.slow.sample import Node, Sample, average
from resetsim.slow.table import Array, DriftTable, dense_roots, position
from resetsim.spiking.engine import Engine
from resetsim.spiking.task import Circuit, Recording, Task
from resetsim.tissue.plasticity.dynamics import Constants

DRAWS = 20  # tables drawn from the sampling noise
_BEYOND = 2  # nodes: halving twice reaches the finest step, each depends on the next node

Piece = tuple[Point, Point]
"""Lowest and highest point of a piece of a timeline."""

Ranges = Sequence[Piece]
"""What a timeline visits, piece by piece."""


@dataclass(frozen=True, eq=False)
class Sampler:
    """How one system's drift is sampled.

    Attributes
    ----------
    system
        ``dorsal_horn`` or ``memory``.
    circuit
        The network at frozen weights.
    sampling
        Grid and precision.
    constants
        Of slow plasticity: they say what is precise enough.
    tasks
        From a point and the number of the sample to the runs for it.
    read
        From those runs to the sample.
    read_with
        What else than those runs a sample depends on, such as a rate of replay.
    measured
        Nodes measured so far, by point: other timelines through the same system reuse them.
    saved
        Nodes of a saved table, which need not be measured again.
    """

    system: str
    circuit: Circuit
    sampling: Sampling
    constants: Constants
    tasks: Callable[[Point, int], list[Task]]
    read: Callable[[list[Recording]], Sample]
    read_with: tuple[float, ...] = ()
    measured: dict[Point, Node] = field(default_factory=dict)
    saved: dict[Point, Node] = field(default_factory=dict)
    _roots: dict[Point, Array] = field(default_factory=dict)
    _tables: dict[Grid, DriftTable] = field(default_factory=dict)
    _drawn: dict[DriftTable, tuple[DriftTable, ...]] = field(default_factory=dict)

    def table_on(self, grid: Grid, points: Iterable[Point]) -> DriftTable:
        """Return the table of what has been measured, one for all timelines that share a grid.

        Parameters
        ----------
        grid
            Where its nodes may lie.
        points
            Nodes that it must have; they have been measured.

        Returns
        -------
        DriftTable
            With every node measured so far.
        """
        if grid not in self._tables or not set(points) <= self._tables[grid].nodes.keys():
            self._tables[grid] = self.table_of(grid, dict(self.measured))
        return self._tables[grid]

    def table_of(self, grid: Grid, nodes: Mapping[Point, Node]) -> DriftTable:
        """Return the table of some nodes.

        Parameters
        ----------
        grid
            Where its nodes may lie.
        nodes
            Measured drift, by point.

        Returns
        -------
        DriftTable
            Splines are made once for each node.
        """
        efficacies = tuple(self.sampling.efficacies)
        new = [point for point in nodes if point not in self._roots]
        if new:
            found = dense_roots(efficacies, [nodes[point] for point in new])
            self._roots.update(zip(new, found, strict=True))
        roots = np.array([self._roots[point] for point in nodes])
        return DriftTable(grid, efficacies, nodes, roots)

    def drawn_from(self, table: DriftTable) -> tuple[DriftTable, ...]:
        """Return tables as they might have been measured in place of one of this sampler's.

        Parameters
        ----------
        table
            As it was measured.

        Returns
        -------
        tuple of DriftTable
            ``DRAWS`` of them; kept for the arms that share the table.
        """
        if table not in self._drawn:
            self._drawn.clear()
            self._drawn[table] = tuple(resampled(table, number) for number in range(DRAWS))
        return self._drawn[table]

    def restore(self, table: DriftTable) -> None:
        """Take over a table that was saved.

        Parameters
        ----------
        table
            Of the same system.
        """
        self.saved.update(table.nodes)
        self._roots.update(zip(table.nodes, table.roots, strict=True))


def measure_nodes(
    sampler: Sampler, points: Iterable[Point], engine: Engine, progress: Progress
) -> dict[Point, Node]:
    """Measure drift at the given points.

    Parameters
    ----------
    sampler
        Of one system.
    points
        Nodes of the grid.
    engine
        What runs the simulations.
    progress
        Told how many simulations there are and have finished.

    Returns
    -------
    dict
        By point. What a node is does not depend on which others are measured with it.
    """
    wanted = sorted(set(points))
    sampler.measured.update(
        {
            point: sampler.saved[point]
            for point in wanted
            if point in sampler.saved and point not in sampler.measured
        }
    )
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
    return sampling_error(average(samples), sampler.constants) > sampler.sampling.early_error


def measure_table(
    sampler: Sampler, ranges: Ranges, engine: Engine, progress: Progress
) -> DriftTable:
    """Measure the part of the table that a timeline visits.

    Parameters
    ----------
    sampler
        Of one system.
    ranges
        What the timeline visits.
    engine
        What runs the simulations.
    progress
        Told how many simulations there are and have finished.

    Returns
    -------
    DriftTable
        What it says of the timeline depends on that alone, not on what else has been measured.
    """
    grid = grid_of(sampler, ranges, engine, progress)
    points = points_of(grid, ranges)
    measure_nodes(sampler, points, engine, progress)
    return sampler.table_on(grid, points)


def points_of(grid: Grid, ranges: Ranges) -> set[Point]:
    """Return the points of a grid that a timeline visits.

    Parameters
    ----------
    grid
        From :func:`grid_of`.
    ranges
        What the timeline visits.

    Returns
    -------
    set of Point
        Those that interpolation within the ranges reads.
    """
    return {
        Point(*coordinates)
        for low, high in ranges
        for coordinates in product(*map(_span, grid, low, high))
    }


def grid_of(sampler: Sampler, ranges: Ranges, engine: Engine, progress: Progress) -> Grid:
    """Return the grid that a timeline reads: the model's, with input rates refined.

    It is halved beside every node that its neighbours, taken alone, predict so badly that
    interpolation between nodes would be worse than their sampling error. This is measured in
    health, where drift is steepest, and some nodes beyond what the timeline visits, so that another
    timeline, a drift curve or a search for a threshold finds the same grid where they overlap.

    Parameters
    ----------
    sampler
        Of one system.
    ranges
        What the timeline visits.
    engine
        What runs the simulations.
    progress
        Told how many simulations there are and have finished.

    Returns
    -------
    Grid
        Of each coordinate, rising.
    """
    declared, *others = sampler.sampling.grid
    rates = _around(declared, ranges)
    while True:
        nodes = measure_nodes(sampler, map(Point, rates), engine, progress)
        finer = _refined(rates, nodes, sampler)
        if finer == rates:
            break
        rates = finer
    return tuple(sorted({*declared, *rates})), *others


def _around(rates: tuple[float, ...], ranges: Ranges) -> tuple[float, ...]:
    """Return the rates that ranges visit, and the next ones on either side."""
    visited = _span(
        rates,
        min(low[0] for low, _ in ranges),
        max(high[0] for _, high in ranges),
    )
    first, last = rates.index(visited[0]), rates.index(visited[-1])
    return rates[max(first - _BEYOND, 0) : last + _BEYOND + 1]


def _span(values: tuple[float, ...], low: float, high: float) -> tuple[float, ...]:
    """Return the values of the grid that interpolation from low to high reads."""
    first, after_first = position(values, low)
    last, after_last = position(values, high)
    return values[first + (after_first == 1.0) : last + (after_last > 0.0) + 1]


def _refined(
    rates: tuple[float, ...], nodes: Mapping[Point, Node], sampler: Sampler
) -> tuple[float, ...]:
    finer = set(rates)
    for (rate, *_), error in left_out_errors(nodes, sampler.constants).items():
        # A node left out is interpolated across twice the usual distance: four times the error.
        if error / 4 > 2 * sampler.sampling.early_error:
            i = rates.index(rate)
            for low, high in ((rates[i - 1], rate), (rate, rates[i + 1])):
                if high - low > sampler.sampling.finest_rate_step_hz:
                    finer.add(round((low + high) / 2, 6))
    return tuple(sorted(finer))


def worst_errors(sampler: Sampler) -> tuple[float, float]:
    """Return how good everything measured so far is.

    Parameters
    ----------
    sampler
        Of one system.

    Returns
    -------
    tuple of float
        Largest sampling error, and largest error of a node left out.
    """
    nodes = sampler.measured
    sampling = [sampling_error(node, sampler.constants) for node in nodes.values()]
    left_out = left_out_errors(nodes, sampler.constants).values()
    return max(sampling, default=0.0), max(left_out, default=0.0)
