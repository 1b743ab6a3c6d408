"""The slow dynamics with measured induction: the declared expressions as Python functions."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resetsim.declare.plasticity import Plasticity
from resetsim.tissue.plasticity.expressions import AGE, EARLY, EFFICACY, PROTEIN
from resetsim.tissue.plasticity.maintenance import MaintenanceRule
from resetsim.tissue.plasticity.parsing import function_of, parsed, renamed
from resetsim.tissue.units import si

Constants = Mapping[str, float]

_ARGUMENTS = ("early", "late", "protein", "age", "potentiating", "depressing", "kinase")
# All synapses of a unit are alike: the mean of their early phases is that phase, and each sees the
# protein of the one neuron.
_OF_A_UNIT = {"mean_early": "early", "protein_post": "protein"}
_SYMBOLS = (*_ARGUMENTS, *_OF_A_UNIT)

SlowRates = Callable[..., tuple[Any, Any, Any, Any]]
"""From ``early, late, protein, age, potentiating, depressing, kinase`` to the rates of change of
the first four, in 1/s."""


Efficacy = Callable[[Any, Any], Any]
"""From early and late phase to efficacy relative to health; of numbers or arrays alike."""


def constants_of(plasticity: Plasticity) -> dict[str, float]:
    """Return the constants of slow plasticity in SI units.

    Parameters
    ----------
    plasticity
        As declared in the model file.

    Returns
    -------
    dict
        In SI units, by the name of the constant.
    """
    return {name: si(getattr(plasticity, name)) for name in Plasticity.model_fields}


def slow_rates(rule: MaintenanceRule, constants: Constants, of_arrays: bool = False) -> SlowRates:
    """Return the rates of change of one slow unit, from the declared expressions.

    This is the plain form, for single points and the reference solver; ``slow/kernel.py`` compiles
    the same expressions.

    Parameters
    ----------
    rule
        The maintenance rule.
    constants
        From :func:`constants_of`.
    of_arrays
        Whether it is to take arrays as well; slower for numbers.

    Returns
    -------
    callable
        Of one slow unit.

    Raises
    ------
    InputError
        If the rule cannot be used; the message names it and the symbol.
    """
    texts = {"early": EARLY, "late": rule.late, "protein": PROTEIN, "age": AGE}
    trees = [
        renamed(parsed(text, {*_SYMBOLS, *constants}, f"{rule.place}, {name}"), _OF_A_UNIT)
        for name, text in texts.items()
    ]
    rates: SlowRates = function_of(trees, _ARGUMENTS, constants, of_arrays)
    return rates


def efficacy_of(constants: Constants) -> Efficacy:
    """Return the efficacy of a synapse as a function of its phases, from the declared expression.

    Parameters
    ----------
    constants
        From :func:`constants_of`.

    Returns
    -------
    callable
        From early and late phase, numbers or arrays, to the efficacy relative to health.
    """
    return _efficacy(tuple(constants.items()))


@lru_cache
def _efficacy(constants: tuple[tuple[str, float], ...]) -> Efficacy:
    values = dict(constants)
    tree = parsed(EFFICACY, {"early", "late", *values}, "efficacy")
    function = function_of([tree], ("early", "late"), values)
    return lambda early, late: function(early, late)[0]


def late_of(efficacy: Any, constants: Constants) -> Any:
    """Return the late phase that an efficacy stands for where the early phase is gone.

    Parameters
    ----------
    efficacy
        Relative to health; number or array.
    constants
        From :func:`constants_of`.

    Returns
    -------
    number or array
        The root of the declared efficacy, which is linear in ``late``.
    """
    of = efficacy_of(constants)
    return (efficacy - of(0.0, 0.0)) / (of(0.0, 1.0) - of(0.0, 0.0))


def early_equilibrium(
    potentiating: NDArray[np.float64], depressing: NDArray[np.float64], constants: Constants
) -> NDArray[np.float64]:
    """Return the early phase at which induction and decay balance, at given induction.

    Parameters
    ----------
    potentiating, depressing
        Shares of time, any shape.
    constants
        From :func:`constants_of`.

    Returns
    -------
    array
        The root of the declared rate of change of ``early``, which is linear in it.
    """
    change = _early_change(tuple(constants.items()))
    (gain,) = change(0.0, potentiating, depressing)
    loss = gain - change(1.0, potentiating, depressing)[0]
    return np.asarray(gain / loss)


@lru_cache
def _early_change(constants: tuple[tuple[str, float], ...]) -> Callable[..., Any]:
    arguments = ("early", "potentiating", "depressing")
    tree = parsed(EARLY, {*arguments, *dict(constants)}, "early phase")
    return function_of([tree], arguments, dict(constants))
