"""The table of drift: measured at nodes of input, NMDA left, inhibition and efficacy.

Along efficacy the interpolation is monotone (PCHIP); along the others it is linear in the square
root of each share, which rises less steeply than the share. The square root keeps shares positive
and never overshoots. How good that is, is measured by leaving nodes out.
"""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from math import prod

import numpy as np
from scipy.interpolate import PchipInterpolator

from resetsim.slow.sample import Drift, Node, Point

FINE = 241  # points of the dense efficacy grid that lookups read

Grid = tuple[tuple[float, ...], ...]
"""Ascending values of each coordinate of a :class:`Point`, in its order."""


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
    """

    grid: Grid
    efficacies: tuple[float, ...]
    nodes: Mapping[Point, Node]

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
        """
        along = (efficacy - self.efficacies[0]) * self._per_efficacy
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

    def _corners(self, point: Point) -> list[tuple[list[list[float]], float]]:
        sides = []
        for values, value in zip(self.grid, point, strict=True):
            below, above = position(values, value)
            ends = [(values[below], 1 - above)] if above < 1 else []
            sides.append([*ends, (values[below + 1], above)] if above > 0 else ends)
        return [
            (self._dense[Point(*(value for value, _ in corner))], prod(each[1] for each in corner))
            for corner in product(*sides)
        ]

    @cached_property
    def _per_efficacy(self) -> float:
        return (FINE - 1) / (self.efficacies[-1] - self.efficacies[0])

    @cached_property
    def _dense(self) -> dict[Point, list[list[float]]]:
        fine = np.linspace(self.efficacies[0], self.efficacies[-1], FINE)
        return {
            point: np.transpose(
                [
                    PchipInterpolator(self.efficacies, np.sqrt(node.value[name]))(fine)
                    for name in Drift._fields
                ]
            ).tolist()
            for point, node in self.nodes.items()
        }


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
