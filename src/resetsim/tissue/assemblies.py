"""Which principal neurons and which recurrent synapses belong to which stored assembly.

The slow units of the memory are its assemblies (the synapses within each), then one unit for all
other recurrent synapses. Assemblies are consecutive blocks of principal neurons.
"""

import numpy as np
from numpy.typing import NDArray

from resetsim.declare.cells import Assemblies
from resetsim.declare.model import Model
from resetsim.tissue.wiring import wire


def assemblies_of(model: Model) -> Assemblies:
    """Return the assemblies that a model declares.

    Parameters
    ----------
    model
        The declared system.

    Returns
    -------
    Assemblies
        Their number and size.

    Raises
    ------
    ValueError
        If it declares none: it is not a memory.
    """
    if model.assemblies is None:
        raise ValueError("the model declares no assemblies")
    return model.assemblies


def members(model: Model, assembly: int) -> NDArray[np.int64]:
    """Return the principal neurons of an assembly.

    Parameters
    ----------
    model
        The declared system.
    assembly
        Its number, from 0.

    Returns
    -------
    array of int, shape (size,)
        Indices in the principal population.
    """
    size = assemblies_of(model).size
    return np.arange(assembly * size, (assembly + 1) * size)


def synapse_units(model: Model) -> NDArray[np.int64]:
    """Return the slow unit of each plastic synapse.

    Parameters
    ----------
    model
        The declared system.

    Returns
    -------
    array of int, shape (synapses,)
        Number of the assembly that both neurons are in, or the number of assemblies.
    """
    assemblies = assemblies_of(model)
    wiring = wire(model)[model.plastic_connection.name]
    source, target = wiring.source // assemblies.size, wiring.target // assemblies.size
    within = (source == target) & (source < assemblies.count)
    return np.where(within, source, assemblies.count)


def per_synapse(model: Model, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give each plastic synapse the value of its slow unit.

    Parameters
    ----------
    model
        The declared system.
    values
        One per slow unit, shape (assemblies + 1,).

    Returns
    -------
    array, shape (synapses,)
        In the order of the wiring.
    """
    return np.asarray(values, dtype=np.float64)[synapse_units(model)]


def per_unit(model: Model, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Average over the plastic synapses of each slow unit.

    Parameters
    ----------
    model
        The declared system.
    values
        One per synapse, in the order of the wiring.

    Returns
    -------
    array, shape (assemblies + 1,)
        Means.
    """
    units = synapse_units(model)
    return np.asarray(np.bincount(units, values) / np.bincount(units))
