"""The table of drift: measured at nodes of input rate × NMDA left × efficacy, interpolated between.

Along efficacy the interpolation is monotone (PCHIP); along input rate and NMDA it is linear in the
square root of each share, which rises less steeply than the share. The square root keeps shares
positive and never overshoots. How good that is, is measured by leaving nodes out.
"""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.interpolate import PchipInterpolator

from resetsim.drift.sample import QUANTITIES, Node, Point

FINE = 241  # points of the dense efficacy grid that lookups read


@dataclass(frozen=True, eq=False)
class DriftTable:
    """Drift as a function of input rate, NMDA left and efficacy.

    Attributes
    ----------
    input_rates_hz, nmda_free
        The grid, ascending.
    efficacies
        Where each node was sampled.
    nodes
        Those measured, by point of the grid: only the part that is asked for need be there.
    """

    input_rates_hz: tuple[float, ...]
    nmda_free: tuple[float, ...]
    efficacies: tuple[float, ...]
    nodes: Mapping[Point, Node]

    def __call__(
        self, input_rate_hz: float, nmda_free: float, efficacy: float
    ) -> tuple[float, float, float]:
        """Return drift at one point.

        Parameters
        ----------
        input_rate_hz, nmda_free, efficacy
            The point; outside the grid the nearest edge counts.

        Returns
        -------
        tuple of float
            ``potentiating``, ``depressing`` and ``output_hz``.
        """
        along = (efficacy - self.efficacies[0]) * self._per_efficacy
        place = min(max(int(along), 0), FINE - 2)
        share = min(max(along - place, 0.0), 1.0)
        potentiating = depressing = output = 0.0
        for rows, weight in self._corners(input_rate_hz, nmda_free):
            low, high = rows[place], rows[place + 1]
            potentiating += weight * (low[0] + share * (high[0] - low[0]))
            depressing += weight * (low[1] + share * (high[1] - low[1]))
            output += weight * (low[2] + share * (high[2] - low[2]))
        return potentiating**2, depressing**2, output**2

    def _corners(
        self, input_rate_hz: float, nmda_free: float
    ) -> list[tuple[list[list[float]], float]]:
        rates, shares = self.input_rates_hz, self.nmda_free
        i, above = position(rates, input_rate_hz)
        j, right = position(shares, nmda_free)
        return [
            (self._dense[rates[row], shares[column]], row_weight * column_weight)
            for row, row_weight in ((i, 1 - above), (i + 1, above))
            if row_weight > 0
            for column, column_weight in ((j, 1 - right), (j + 1, right))
            if column_weight > 0
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
                    for name in QUANTITIES
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
