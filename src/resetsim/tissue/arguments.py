"""The numbers of a model as run arguments: ``object.variable`` to a value in SI units."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from resetsim.declare.axes import AXES, Point
from resetsim.declare.cells import Afferent, Membrane, Neurons
from resetsim.declare.model import Model
from resetsim.declare.synapses import Connection
from resetsim.tissue.equations import SLOW_CONSTANTS
from resetsim.tissue.units import si

Value = float | NDArray[np.float64]
Arguments = Mapping[str, Value]

NEVER_S = 1e9


def model_arguments(model: Model) -> dict[str, Value]:
    """Return every number of a model that the network needs; no stimulus, healthy weights.

    Parameters
    ----------
    model
        The declared system.

    Returns
    -------
    dict
        Run arguments, in SI units.
    """
    arguments: dict[str, Value] = {}
    for name, population in model.population.items():
        if isinstance(population, Afferent):
            values = _afferent(population)
        else:
            values = _neurons(model, population)
            if name == model.plastic_connection.target:
                values |= _postsynaptic(model, population)
            if model.heterosynaptic is not None and name == model.heterosynaptic_target:
                values["induction_threshold"] = si(model.heterosynaptic.calcium_threshold)
                values["record_from"] = 0.0
        arguments |= {f"{name}.{variable}": value for variable, value in values.items()}
    for connection in model.connection:
        arguments |= {
            f"{connection.name}.{variable}": value
            for variable, value in _synapses(model, connection).items()
        }
    return arguments


def consolidation_arguments(model: Model) -> dict[str, Value]:
    """Return the arguments that a network with a maintenance rule needs besides.

    Parameters
    ----------
    model
        The declared system.

    Returns
    -------
    dict
        Run arguments.
    """
    return {
        f"{model.plastic_connection.target}.{name}": si(getattr(model.plasticity, name))
        for name in ("protein_threshold", "protein_width", "protein_decay")
    }


def blockade_arguments(
    model: Model, blockade: float, start_s: float = -1.0, end_s: float = NEVER_S
) -> dict[str, Value]:
    """Return the arguments for an NMDA blockade in all neurons.

    Parameters
    ----------
    model
        The declared system.
    blockade
        Share of the NMDA conductance removed, 0 to 1.
    start_s, end_s
        When within the run, in seconds; by default all the time.

    Returns
    -------
    dict
        Run arguments.
    """
    values = {"blockade": blockade, "blockade_start": start_s, "blockade_end": end_s}
    return {
        f"{name}.{variable}": value
        for name, population in model.population.items()
        if isinstance(population, Neurons)
        for variable, value in values.items()
    }


def acting_arguments(model: Model, acting: Point) -> dict[str, Value]:
    """Return the arguments for what acts on the tissue throughout a run.

    Parameters
    ----------
    model
        The declared system.
    acting
        A coordinate for each axis.

    Returns
    -------
    dict
        Run arguments.
    """
    return {
        name: value
        for axis, coordinate in zip(AXES.values(), acting, strict=True)
        for name, value in axis.arguments(model, coordinate).items()
    }


def _afferent(population: Afferent) -> dict[str, Value]:
    return {
        "background": si(population.background),
        "refractory_period": si(population.refractory_period),
        "stimulus": 0.0,
        "stimulus_start": NEVER_S,
        "stimulus_end": NEVER_S,
        "volley_start": NEVER_S,
        "volley_period": 1.0,
        "volley_count": 0.0,
        "train_period": NEVER_S,
        "train_count": 1.0,
    }


def _neurons(model: Model, population: Neurons) -> dict[str, Value]:
    receptors = model.receptors
    values: dict[str, Value] = {name: si(getattr(population.membrane, name)) for name in _MEMBRANE}
    values |= {name: si(getattr(receptors, name)) for name in _RECEPTORS}
    values["magnesium_ratio"] = si(receptors.magnesium) / si(receptors.magnesium_half_block)
    values["v"] = si(population.membrane.resting_potential)
    values |= {"blockade": 0.0, "blockade_start": -1.0, "blockade_end": NEVER_S}
    if population.nk1 is not None:
        values["nk1_conductance"] = si(population.nk1.conductance)
        values["substance_p_decay"] = si(population.nk1.substance_p_decay)
    if population.can is not None:
        values["can_conductance"] = si(population.can.conductance)
        values["calcium_decay"] = si(population.can.calcium_decay)
        values["calcium_through_nmda"] = si(population.can.calcium_through_nmda)
        values["calcium_per_spike"] = si(population.can.calcium_per_spike)
    return values


_MEMBRANE = tuple(Membrane.model_fields)
_RECEPTORS = (
    "ampa_decay",
    "nmda_decay",
    "gaba_decay",
    "excitatory_reversal",
    "inhibitory_reversal",
    "magnesium_slope",
)


def _postsynaptic(model: Model, population: Neurons) -> dict[str, Value]:
    spine = model.spine
    values: dict[str, Value] = {
        "plastic": 0.0,
        "backpropagated_spike": si(spine.backpropagated_spike),
        "backpropagated_decay": si(spine.backpropagated_decay),
        "spine_calcium_per_spike": si(spine.calcium_per_spike),
        "calcium_influx": si(spine.calcium_influx),
        "calcium_reversal": si(spine.calcium_reversal),
    }
    if population.nk1 is not None:
        gain = population.nk1.nmda_gain
        values["nk1_nmda_gain"] = si(gain) if gain is not None else 0.0
    return values


def _synapses(model: Model, connection: Connection) -> dict[str, Value]:
    values: dict[str, Value] = {}
    for receptor in ("ampa", "nmda", "gaba", "substance_p"):
        step = getattr(connection, receptor)
        if step is not None:
            values[f"{receptor}_step"] = si(step)
    if connection.plastic:
        spine = model.spine
        values |= {name: si(getattr(model.plasticity, name)) for name in SLOW_CONSTANTS}
        values |= {
            "nmda_saturation": si(spine.nmda_saturation),
            "spine_calcium_decay": si(spine.calcium_decay),
            "depression_threshold": si(spine.depression_threshold),
            "potentiation_threshold": si(spine.potentiation_threshold),
            "record_from": 0.0,
            "early": 0.0,
            "late": 0.0,
        }
    return values
