"""Drift of the dorsal horn between tables that were measured at a few calcium influxes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from resetsim.declare.axes import Point
from resetsim.slow.sample import Node
from resetsim.slow.table import FINE, DriftTable, position

INFLUX_FACTORS = (0.9, 1.0, 1.1)


@dataclass(frozen=True, eq=False)
class Roots:
    """Square roots of drift and output on a dense grid, for several calcium influxes.

    Attributes
    ----------
    rates_hz
        Ongoing input.
    free
        Of the NMDA conductance.
    efficacies
        First and last of the dense grid.
    values
        Shape (influxes, free, rates, 3, efficacies): potentiating, depressing and output.
    """

    rates_hz: tuple[float, ...]
    free: tuple[float, ...]
    efficacies: tuple[float, float]
    values: NDArray[np.float64]

    def mixed(self, influx_factor: float, free: float) -> list[list[list[float]]]:
        """Return the roots at one influx and one share of NMDA, by rate: linear along both."""
        along_influx = _between(self.values, INFLUX_FACTORS, influx_factor)
        roots: list[list[list[float]]] = _between(along_influx, self.free, free).tolist()
        return roots


def _between(
    values: NDArray[np.float64], grid: tuple[float, ...], at: float
) -> NDArray[np.float64]:
    below, above = position(grid, at)
    mixed: NDArray[np.float64] = values[below]
    return mixed if not above else (1 - above) * mixed + above * values[below + 1]


def roots_of(
    tables: Sequence[DriftTable],
    piece: tuple[Point, Point],
    rates: tuple[float, ...] | None = None,
) -> Roots:
    """Return the part of measured tables that a piece of a timeline reads, at given rates."""
    low, high = piece
    nodes = sorted({rate for table in tables for rate in table.grid[0]})
    rates = rates or _spanned(nodes, low.input_rate_hz, high.input_rate_hz)
    free = _spanned(tables[0].grid[1], low.nmda_free, high.nmda_free)
    ends = tables[0].efficacies[0], tables[0].efficacies[-1]
    efficacies = np.linspace(*ends, FINE)
    drift = np.array(
        [
            [
                [[table(Point(rate, left), each)[:3] for each in efficacies] for rate in rates]
                for left in free
            ]
            for table in tables
        ]
    )
    return Roots(rates, free, ends, np.sqrt(np.moveaxis(drift, -1, -2)))


def _spanned(grid: Sequence[float], low: float, high: float) -> tuple[float, ...]:
    """Return the part of a grid that interpolation from low to high reads."""
    first = max(i for i, value in enumerate(grid) if value <= low + 1e-9)
    last = min(i for i, value in enumerate(grid) if value >= high - 1e-9)
    return tuple(grid[first : last + 1])


def sample_drift(
    untreated: Roots, treated: Roots, influx_factor: float, blockade: float
) -> DriftTable:
    """Return drift at the calcium influx and the blockade of one sample.

    It has what plasticity depends on and what pain is read from, not what brush is felt from.
    """
    rates = tuple(sorted({*untreated.rates_hz, *treated.rates_hz}))
    rows = {}
    for roots, free in ((treated, 1 - blockade), (untreated, 1.0)):
        values = np.array(roots.mixed(influx_factor, free))
        for rate in rates:
            below, above = position(roots.rates_hz, rate)
            between = (1 - above) * values[below] + above * values[below + (above > 0)]
            rows[Point(rate, free)] = np.pad(between.T, ((0, 0), (0, 1)))
    first, last = untreated.efficacies
    efficacies = tuple(np.linspace(first, last, FINE).tolist())
    nodes = {point: Node({}, {}, 0) for point in rows}
    grid = (rates, tuple(sorted({1 - blockade, 1.0})), (0.0,), (0.0,))
    return DriftTable(grid, efficacies, nodes, np.array(list(rows.values())))
