"""Arguments of a network whose weights are held: for drift and for assays."""

import numpy as np
from numpy.typing import NDArray

from resetsim.declare.axes import Point
from resetsim.declare.model import Model
from resetsim.tissue.arguments import Value, acting_arguments, model_arguments
from resetsim.tissue.equations import SLOW_CONSTANTS
from resetsim.tissue.plasticity.dynamics import late_of


def frozen_arguments(
    model: Model, efficacy: float | NDArray[np.float64], acting: Point
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
    acting
        What acts on it all the time.

    Returns
    -------
    dict
        Run arguments in SI units.
    """
    plastic = model.plastic_connection.name
    arguments = model_arguments(model) | acting_arguments(model, acting)
    constants = dict.fromkeys(SLOW_CONSTANTS, 1.0)
    arguments |= {f"{plastic}.{name}": value for name, value in constants.items()}
    arguments[f"{plastic}.late"] = late_of(efficacy, constants)
    return arguments
