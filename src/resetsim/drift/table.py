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
from numpy.typing import NDArray
from scipy.interpolate import PchipInterpolator

from resetsim.drift.sample import QUANTITIES, Node
from resetsim.plasticity.dynamics import Constants, early_equilibrium

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
        Those measured, by index on the grid: only the part that is asked for need be there.
    """

    input_rates_hz: tuple[float, ...]
    nmda_free: tuple[float, ...]
    efficacies: tuple[float, ...]
    nodes: Mapping[tuple[int, int], Node]

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
        i, above = position(self.input_rates_hz, input_rate_hz)
        j, right = position(self.nmda_free, nmda_free)
        return [
            (self._dense[row, column], weight)
            for row, row_weight in ((i, 1 - above), (i + 1, above))
            for column, column_weight in ((j, 1 - right), (j + 1, right))
            if (weight := row_weight * column_weight) > 0
        ]

    @cached_property
    def _per_efficacy(self) -> float:
        return (FINE - 1) / (self.efficacies[-1] - self.efficacies[0])

    @cached_property
    def _dense(self) -> dict[tuple[int, int], list[list[float]]]:
        fine = np.linspace(self.efficacies[0], self.efficacies[-1], FINE)
        return {
            place: np.transpose(
                [
                    PchipInterpolator(self.efficacies, np.sqrt(node.value[name]))(fine)
                    for name in QUANTITIES
                ]
            ).tolist()
            for place, node in self.nodes.items()
        }

    def sampling_error(self, constants: Constants) -> dict[tuple[int, int], float]:
        """Return how far sampling noise moves the early phase that each node leads to.

        Parameters
        ----------
        constants
            Of slow plasticity.

        Returns
        -------
        dict
            By node: the largest standard error over the efficacies.
        """
        return {place: early_error(node, constants) for place, node in self.nodes.items()}

    def left_out_error(self, constants: Constants) -> dict[tuple[int, int], float]:
        """Return how far interpolation misses each inner node when that node is left out.

        Parameters
        ----------
        constants
            Of slow plasticity.

        Returns
        -------
        dict
            By node that has both neighbours in input rate: the largest difference of the early
            phase it leads to. Between neighbours half as far apart the error is about a quarter.
        """
        errors = {}
        for (i, j), node in self.nodes.items():
            below, above = self.nodes.get((i - 1, j)), self.nodes.get((i + 1, j))
            if below is None or above is None:
                continue
            ends = self.input_rates_hz[i - 1], self.input_rates_hz[i + 1]
            weight = (self.input_rates_hz[i] - ends[0]) / (ends[1] - ends[0])
            shares = [
                ((1 - weight) * np.sqrt(below.value[name]) + weight * np.sqrt(above.value[name]))
                ** 2
                for name in ("potentiating", "depressing")
            ]
            difference = early_equilibrium(*shares, constants) - _early(node, constants)
            errors[i, j] = float(np.abs(difference).max())
        return errors


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


def early_error(node: Node, constants: Constants) -> float:
    """Return the standard error of the early phase that a node leads to.

    Parameters
    ----------
    node
        Measured drift.
    constants
        Of slow plasticity.

    Returns
    -------
    float
        The largest over the efficacies.
    """
    shares = {name: node.value[name] for name in ("potentiating", "depressing")}
    variance = np.zeros_like(shares["potentiating"])
    for name in shares:
        shifted = shares | {name: shares[name] + node.standard_error[name]}
        variance += (early_equilibrium(**shifted, constants=constants) - _early(node, constants)) ** 2
    return float(np.sqrt(variance.max()))


def _early(node: Node, constants: Constants) -> NDArray[np.float64]:
    return early_equilibrium(node.value["potentiating"], node.value["depressing"], constants)
