"""How good a table of drift is: sampling noise, and what interpolation misses.

Both are told as differences of the early phase that a node leads to, which is what the shares of
time matter for and lies between 0 and 1.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from resetsim.declare.axes import Point
from resetsim.slow.sample import Node
from resetsim.tissue.plasticity.dynamics import Constants, early_equilibrium

_SHARES = ("potentiating", "depressing")


def sampling_error(node: Node, constants: Constants) -> float:
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
    shares = {name: node.value[name] for name in _SHARES}
    variance = np.zeros_like(shares["potentiating"])
    for name in _SHARES:
        shifted = shares | {name: shares[name] + node.standard_error[name]}
        variance += (
            early_equilibrium(**shifted, constants=constants) - _early(node, constants)
        ) ** 2
    return float(np.sqrt(variance.max()))


def left_out_errors(nodes: Mapping[Point, Node], constants: Constants) -> dict[Point, float]:
    """Return how far interpolation misses each inner node when that node is left out.

    Parameters
    ----------
    nodes
        Measured drift by point.
    constants
        Of slow plasticity.

    Returns
    -------
    dict
        By point with a neighbour on either side in input rate. Between neighbours half as far
        apart the error is about a quarter of it.
    """
    errors = {}
    for line in {point[1:] for point in nodes}:
        points = sorted(point for point in nodes if point[1:] == line)
        for below, point, above in zip(points, points[1:], points[2:], strict=False):
            weight = (point[0] - below[0]) / (above[0] - below[0])
            guess = {name: _between(nodes[below], nodes[above], name, weight) for name in _SHARES}
            missed = early_equilibrium(**guess, constants=constants)
            errors[point] = float(np.abs(missed - _early(nodes[point], constants)).max())
    return errors


def _between(low: Node, high: Node, name: str, weight: float) -> NDArray[np.float64]:
    roots = (1 - weight) * np.sqrt(low.value[name]) + weight * np.sqrt(high.value[name])
    return np.asarray(roots**2)


def _early(node: Node, constants: Constants) -> NDArray[np.float64]:
    return early_equilibrium(node.value["potentiating"], node.value["depressing"], constants)
