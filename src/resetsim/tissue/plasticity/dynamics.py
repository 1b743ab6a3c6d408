"""The slow dynamics with measured induction: the declared expressions, compiled for Python."""

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resetsim.declare.model import Plasticity
from resetsim.tissue.plasticity.expressions import AGE, EARLY, EFFICACY, PROTEIN
from resetsim.tissue.plasticity.maintenance import MaintenanceRule
from resetsim.tissue.units import si

Constants = Mapping[str, float]

SlowRates = Callable[
    [float, float, float, float, float, float, float], tuple[float, float, float, float]
]
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
        By name.
    """
    return {name: si(getattr(plasticity, name)) for name in Plasticity.model_fields}


def slow_rates(rule: MaintenanceRule, constants: Constants) -> SlowRates:
    """Return the rates of change of one slow unit, from the declared expressions.

    Parameters
    ----------
    rule
        The maintenance rule.
    constants
        From :func:`constants_of`.

    Returns
    -------
    callable
        All synapses of a unit share one early phase, so that its mean is that phase.
    """
    body = ", ".join(f"({text})" for text in (EARLY, rule.late, PROTEIN, AGE))
    body = body.replace("protein_post", "protein").replace("mean_early", "early")
    source = f"lambda early, late, protein, age, potentiating, depressing, kinase: ({body})"
    rates: SlowRates = eval(source, {"exp": math.exp, **constants})
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
    efficacy: Efficacy = eval(f"lambda early, late: {EFFICACY}", dict(constants))
    return efficacy


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
    names = {"potentiating": potentiating, "depressing": depressing, **constants}
    gain = eval(_EARLY, dict(names), {"early": 0.0})
    loss = gain - eval(_EARLY, dict(names), {"early": 1.0})
    return np.asarray(gain / loss)


_EARLY = compile(EARLY, "early", "eval")
