"""Who is connected to whom, and after which delay."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from resetsim.declare.cells import Afferent
from resetsim.declare.model import Model
from resetsim.declare.synapses import Connection
from resetsim.streams import generator_for
from resetsim.tissue.units import si


@dataclass(frozen=True)
class Wiring:
    """The synapses of one connection, in the order of their targets.

    Attributes
    ----------
    source, target
        Index of the cell on either side, one entry per synapse.
    delay_s
        Conduction and synaptic delay, in seconds.
    """

    source: NDArray[np.int64]
    target: NDArray[np.int64]
    delay_s: NDArray[np.float64]


def wire(model: Model) -> dict[str, Wiring]:
    """Draw all connections of a model from its wiring seed.

    Every target of a connection gets the same number of inputs, so that the neurons of a plastic
    population obey one mean rule: see ``docs/explanation/closure.md``.

    Parameters
    ----------
    model
        The declared system.

    Returns
    -------
    dict of Wiring
        By connection name. Each has a random stream of its own, named after it: adding one
        connection leaves the others as they were.
    """
    travel = {name: _travel_s(model, name) for name in model.population}
    return {
        connection.name: _wire(model, connection, travel[connection.source])
        for connection in model.connection
    }


def _travel_s(model: Model, population: str) -> NDArray[np.float64]:
    declared = model.population[population]
    cells = model.size(population)
    if not isinstance(declared, Afferent):
        return np.zeros(cells)
    mean, spread = si(declared.velocity), si(declared.velocity_sd)
    velocity = generator_for(model.wiring_seed, population).normal(mean, spread, cells)
    return np.asarray(si(declared.distance) / np.clip(velocity, mean / 2, 2 * mean))


def _wire(model: Model, connection: Connection, travel_s: NDArray[np.float64]) -> Wiring:
    sources, targets = model.size(connection.source), model.size(connection.target)
    random = generator_for(model.wiring_seed, connection.name)
    chosen = [
        random.choice(_candidates(model, connection, target, sources), connection.in_degree, False)
        for target in range(targets)
    ]
    source = np.concatenate([np.sort(inputs) for inputs in chosen])
    target = np.repeat(np.arange(targets), connection.in_degree)
    return Wiring(source, target, travel_s[source] + si(connection.delay))


def _candidates(
    model: Model, connection: Connection, target: int, sources: int
) -> NDArray[np.int64]:
    if connection.one_to_one:
        return np.array([target])
    if connection.within_column:
        per_column = sources // model.columns
        column = target // (model.size(connection.target) // model.columns)
        return np.arange(column * per_column, (column + 1) * per_column)
    everyone = np.arange(sources)
    return everyone[everyone != target] if connection.source == connection.target else everyone
