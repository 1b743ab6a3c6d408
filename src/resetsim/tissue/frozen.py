"""Arguments of a network whose weights are held: for drift and for assays."""

import numpy as np
from numpy.typing import NDArray

from resetsim.declare.model import Model
from resetsim.tissue.arguments import (
    Value,
    blockade_arguments,
    descending_arguments,
    disinhibition_arguments,
    model_arguments,
)
from resetsim.tissue.equations import SLOW_CONSTANTS
from resetsim.tissue.plasticity.dynamics import late_of


def frozen_arguments(
    model: Model,
    efficacy: float | NDArray[np.float64],
    blockade: float,
    disinhibition: float = 0.0,
    descending: float = 0.0,
) -> dict[str, Value]:
    """Return the arguments of a network at frozen weights.

    The constants of slow plasticity have no effect there and are set to 1, so that a stored
    simulation serves every choice of them.

    Parameters
    ----------
    model
        The declared system.
    efficacy
        Efficacy relative to the healthy synapse; one number or one for each plastic synapse.
    blockade
        Share of the NMDA conductance removed, 0 to 1.
    disinhibition
        Share of the full loss of inhibition, 0 to 1.
    descending
        How far a drug engages descending fibres, 0 to 1.

    Returns
    -------
    dict
        Run arguments in SI units.
    """
    plastic = model.plastic_connection.name
    arguments = model_arguments(model) | blockade_arguments(model, blockade)
    arguments |= disinhibition_arguments(model, disinhibition)
    arguments |= descending_arguments(model, descending)
    constants = dict.fromkeys(SLOW_CONSTANTS, 1.0)
    arguments |= {f"{plastic}.{name}": value for name, value in constants.items()}
    arguments[f"{plastic}.late"] = late_of(efficacy, constants)
    return arguments
