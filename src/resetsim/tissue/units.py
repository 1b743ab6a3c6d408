"""The border between quantities with units and the numerical core, which counts in SI."""

from resetsim.declare.parameters import Parameter
from resetsim.declare.quantities import Quantity


def si(quantity: Parameter | Quantity) -> float:
    """Return a quantity in SI base units.

    Parameters
    ----------
    quantity
        A quantity, or a parameter of a model file.

    Returns
    -------
    float
        Its magnitude in seconds, volts, siemens, farads, ...
    """
    if isinstance(quantity, Parameter):
        return quantity.si_value
    return float(quantity.to_base_units().magnitude)
