"""The table of drift: measured at nodes along every axis, and of efficacy.

Along efficacy the interpolation is monotone (PCHIP); along the others it is linear in the square
root of each share, which rises less steeply than the share. The square root keeps shares positive
and never overshoots. How good that is, is measured by leaving nodes out.

Only nodes that a timeline visits are measured: the grid says where nodes may lie, and a lookup that
needs one that is not there is an error.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from math import prod

import numpy as np
from numpy.typing import ArrayLike, NDArray

from resetsim.declare.axes import AXES, Point
from resetsim.declare.sampling import Grid
from resetsim.slow.sample import Drift, Node

FINE = 241  # points of the dense efficacy grid that lookups read

Array = NDArray[np.float64]


class MissingNodeError(LookupError):
    """Drift was asked for where it has not been measured."""


@dataclass(frozen=True, eq=False)
class DriftTable:
    """Drift as a function of a point and efficacy.

    Attributes
    ----------
    grid
        Where the nodes may lie.
    efficacies
        Where each node was sampled.
    nodes
        Those measured, by point of the grid: only the part that is asked for need be there.
    roots
        Square root of each quantity of :class:`Drift` on the dense efficacy grid, for each node;
        shape (nodes, FINE, quantities).
    """

    grid: Grid
    efficacies: tuple[float, ...]
    nodes: Mapping[Point, Node]
    roots: Array

    def __call__(self, point: Point, efficacy: float) -> Drift:
        """Return drift at one point.

        Parameters
        ----------
        point, efficacy
            Where; outside the grid the nearest edge counts.

        Returns
        -------
        Drift
            Interpolated.

        Raises
        ------
        MissingNodeError
            If a node that this needs has not been measured.
        """
        along = (efficacy - self.efficacies[0]) * self.per_efficacy
        place = min(max(int(along), 0), FINE - 2)
        share = min(max(along - place, 0.0), 1.0)
        potentiating = depressing = output = inducing = 0.0
        for rows, weight in self._corners(point):
            low, high = rows[place], rows[place + 1]
            potentiating += weight * (low[0] + share * (high[0] - low[0]))
            depressing += weight * (low[1] + share * (high[1] - low[1]))
            output += weight * (low[2] + share * (high[2] - low[2]))
            inducing += weight * (low[3] + share * (high[3] - low[3]))
        return Drift(potentiating**2, depressing**2, output**2, inducing**2)

    def lookup(self, points: ArrayLike, efficacy: ArrayLike) -> Array:
        """Return drift at many points.

        Parameters
        ----------
        points
            Coordinates as in :class:`Point`; shape (..., axes).
        efficacy
            Relative to health; of the shape of the points without their last axis.

        Returns
        -------
        array
            The quantities of :class:`Drift`; shape (..., quantities).

        Raises
        ------
        MissingNodeError
            If a node that this needs has not been measured.
        """
        where, at = np.asarray(points, dtype=float), np.asarray(efficacy, dtype=float)
        along = (at - self.efficacies[0]) * self.per_efficacy
        place = np.clip(along.astype(int), 0, FINE - 2)
        share = np.clip(along - place, 0.0, 1.0)[..., None]
        positions = [_positions(values, where[..., axis]) for axis, values in enumerate(self.grid)]
        roots = np.zeros((*at.shape, self.roots.shape[-1]))
        for above in product((0, 1), repeat=len(positions)):
            weight = np.ones(at.shape)
            cells = []
            for side, (below, of_the_way) in zip(above, positions, strict=True):
                weight = weight * (of_the_way if side else 1 - of_the_way)
                cells.append(below + side)
            used = weight > 0
            if not used.any():
                continue
            node = self.index[tuple(cell[used] for cell in cells)]
            if (node < 0).any():
                first = np.flatnonzero(node < 0)[0]
                raise MissingNodeError(_missing(where[used][first]))
            low, high = self.roots[node, place[used]], self.roots[node, place[used] + 1]
            roots[used] += weight[used][:, None] * (low + share[used] * (high - low))
        return roots**2

    @cached_property
    def index(self) -> NDArray[np.int32]:
        """Row of each point of the grid in the roots, -1 where none has been measured."""
        index = np.full([len(values) for values in self.grid], -1, dtype=np.int32)
        places = [{value: i for i, value in enumerate(values)} for values in self.grid]
        for row, point in enumerate(self.nodes):
            cell = [place.get(value) for place, value in zip(places, point, strict=True)]
            if None not in cell:
                index[tuple(cell)] = row
        return index

    def _corners(self, point: Point) -> list[tuple[list[list[float]], float]]:
        sides = []
        for values, value in zip(self.grid, point, strict=True):
            below, above = position(values, value)
            ends = [(values[below], 1 - above)] if above < 1 else []
            sides.append([*ends, (values[below + 1], above)] if above > 0 else ends)
        try:
            return [
                (
                    self._rows[tuple(value for value, _ in corner)],
                    prod(each[1] for each in corner),
                )
                for corner in product(*sides)
            ]
        except KeyError:
            raise MissingNodeError(_missing(point)) from None

    @cached_property
    def per_efficacy(self) -> float:
        """Steps of the dense grid per unit of efficacy."""
        return (FINE - 1) / (self.efficacies[-1] - self.efficacies[0])

    @cached_property
    def _rows(self) -> dict[tuple[float, ...], list[list[float]]]:
        return dict(zip(self.nodes, self.roots.tolist(), strict=True))


def _missing(point: Sequence[float] | Array) -> str:
    where = ", ".join(f"{name} {float(value):g}" for name, value in zip(AXES, point, strict=True))
    return f"drift has not been measured around {where}"


def dense_roots(efficacies: tuple[float, ...], nodes: Sequence[Node]) -> Array:
    """Return what lookups read of nodes.

    Parameters
    ----------
    efficacies
        Where they were sampled.
    nodes
        Measured drift.

    Returns
    -------
    array, shape (nodes, FINE, quantities)
        Square root of each quantity on the dense efficacy grid.
    """
    from scipy.interpolate import PchipInterpolator  # imported late: a kept table has its roots

    fine = np.linspace(efficacies[0], efficacies[-1], FINE)
    measured = np.array([[node.value[name] for name in Drift._fields] for node in nodes])
    dense = PchipInterpolator(efficacies, np.sqrt(measured), axis=-1)(fine)
    return np.ascontiguousarray(dense.swapaxes(1, 2))


def table_of(grid: Grid, efficacies: tuple[float, ...], nodes: Mapping[Point, Node]) -> DriftTable:
    """Return the table of measured nodes.

    Parameters
    ----------
    grid, efficacies, nodes
        As in :class:`DriftTable`.

    Returns
    -------
    DriftTable
        Its splines made.
    """
    return DriftTable(grid, efficacies, nodes, dense_roots(efficacies, list(nodes.values())))


def position(grid: tuple[float, ...], value: float) -> tuple[int, float]:
    """Return where a value lies on an ascending grid.

    Parameters
    ----------
    grid
        At least one point.
    value
        Anything; beyond the ends the nearest end counts.

    Returns
    -------
    tuple
        Index of the point below, and the share of the way to the next one.
    """
    below = min(max(bisect_right(grid, value) - 1, 0), max(len(grid) - 2, 0))
    if len(grid) == 1:
        return 0, 0.0
    share = (value - grid[below]) / (grid[below + 1] - grid[below])
    return below, min(max(share, 0.0), 1.0)


def _positions(grid: tuple[float, ...], values: Array) -> tuple[NDArray[np.int64], Array]:
    """Return the same as :func:`position` for many values."""
    if len(grid) == 1:
        return np.zeros(values.shape, dtype=np.int64), np.zeros(values.shape)
    nodes = np.array(grid)
    below = np.clip(np.searchsorted(nodes, values, side="right") - 1, 0, len(grid) - 2)
    share = (values - nodes[below]) / (nodes[below + 1] - nodes[below])
    return below, np.clip(share, 0.0, 1.0)
