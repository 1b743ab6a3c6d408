"""Drift tables as they might have been measured, drawn from their sampling noise."""

import numpy as np
from numpy.typing import NDArray

from resetsim.slow.sample import Drift, Node
from resetsim.slow.table import DriftTable, table_of
from resetsim.streams import generator_for, seed_for

_SHARED = 0.45
"""Share of a node's sampling variance that all efficacies have in common.

They are columns of one run, which hear the same afferents. Correlations between efficacies over 24
runs are 0.3-0.6, at 1.2, 1.6 and 2 Hz: ``tests/science/test_sampling_noise.py``.
"""


def resampled(table: DriftTable, number: int) -> DriftTable:
    """Return a table drawn from the sampling noise of another one.

    Parameters
    ----------
    table
        As it was measured.
    number
        Of the draw: the same one gives every node the same noise, whatever other nodes there are.

    Returns
    -------
    DriftTable
        Each value moved by its standard error times a normal number, never below zero.
    """
    nodes = {
        point: _moved(node, generator_for(seed_for(number, *point), "resampled drift"))
        for point, node in table.nodes.items()
    }
    return table_of(table.grid, table.efficacies, nodes)


def _moved(node: Node, generator: np.random.Generator) -> Node:
    efficacies = len(node.value[Drift._fields[0]])
    common = generator.standard_normal()
    value = {}
    for name in Drift._fields:
        own: NDArray[np.float64] = generator.standard_normal(efficacies)
        noise = np.sqrt(_SHARED) * common + np.sqrt(1 - _SHARED) * own
        value[name] = np.maximum(node.value[name] + noise * node.standard_error[name], 0.0)
    return Node(value, node.standard_error, node.samples)
