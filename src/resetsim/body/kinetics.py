"""Infusions into a patient, and the concentrations they give in plasma and at the effect site."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.linalg import expm
from threadpoolctl import ThreadpoolController

from resetsim.declare.drug import Drug

_PLASMA, _EFFECT_SITE, _INPUT = 0, 3, 4

# Matrices here are 5 x 5. Threads of linear algebra would only wait for each other: 60 times slower
# beside other work on two cores.
_linear_algebra = ThreadpoolController()


@dataclass(frozen=True)
class Infusion:
    """A constant intravenous infusion.

    Attributes
    ----------
    start_h, end_h
        When it runs, in hours.
    rate_mg_per_kg_h
        Rate, in mg per kg body weight and hour.
    """

    start_h: float
    end_h: float
    rate_mg_per_kg_h: float


def plasma_and_effect_site(
    drug: Drug, infusions: Sequence[Infusion], time_h: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the concentrations that infusions give, exactly.

    Infusions may overlap; their rates add. Between changes of rate the system is linear with
    constant coefficients, so each stretch is one matrix exponential and has no step size.

    Parameters
    ----------
    drug
        The drug that is infused.
    infusions
        All infusions since the body was free of the drug.
    time_h
        Times, in hours, in any order.

    Returns
    -------
    tuple of numpy.ndarray
        Total concentration in plasma and at the effect site, in mg/L, each of `time_h`'s shape.
    """
    times = np.asarray(time_h, dtype=float)
    matrix = _rate_matrix_per_h(drug)
    state = np.zeros(len(matrix))
    plasma, effect_site = np.zeros_like(times), np.zeros_like(times)
    with _linear_algebra.limit(limits=1, user_api="blas"):
        for start, end in pairwise([*_rate_changes_h(infusions), np.inf]):
            state[_INPUT] = _rate_at(infusions, start) / _central_volume_l_per_kg(drug)
            here = (start <= times) & (times < end)
            states = expm(matrix * (times[here] - start)[:, None, None]) @ state
            plasma[here], effect_site[here] = states[:, _PLASMA], states[:, _EFFECT_SITE]
            if end < np.inf:
                state = expm(matrix * (end - start)) @ state
    return plasma, effect_site


def shortest_and_longest_time_h(drug: Drug) -> tuple[float, float]:
    """Return the shortest and the longest mean stay in any compartment.

    Parameters
    ----------
    drug
        The drug.

    Returns
    -------
    tuple of float
        Times, in hours: concentrations do not change faster than on the first.
    """
    leaving_per_h = -np.diag(_rate_matrix_per_h(drug))
    stays_h = 1 / leaving_per_h[leaving_per_h > 0]
    return float(stays_h.min()), float(stays_h.max())


def _rate_matrix_per_h(drug: Drug) -> NDArray[np.float64]:
    """Return d(state)/dt = matrix @ state.

    The state holds the amounts in the central and both peripheral compartments, each divided by the
    central volume, then the effect-site concentration (all mg/L), then the infusion rate (mg/L/h),
    which is constant and enters the central compartment.
    """
    rates = drug.kinetics
    k10, k12, k21, k13, k31, ke0 = (
        rate.value.m_as("1/hour")
        for rate in (rates.k10, rates.k12, rates.k21, rates.k13, rates.k31, rates.ke0)
    )
    return np.array(
        [
            [-(k10 + k12 + k13), k21, k31, 0, 1],
            [k12, -k21, 0, 0, 0],
            [k13, 0, -k31, 0, 0],
            [ke0, 0, 0, -ke0, 0],
            [0, 0, 0, 0, 0],
        ]
    )


def _central_volume_l_per_kg(drug: Drug) -> float:
    return float(drug.kinetics.central_volume.value.m_as("L/kg"))


def _rate_changes_h(infusions: Sequence[Infusion]) -> list[float]:
    return sorted({time for each in infusions for time in (each.start_h, each.end_h)})


def _rate_at(infusions: Sequence[Infusion], time_h: float) -> float:
    return sum(each.rate_mg_per_kg_h for each in infusions if each.start_h <= time_h < each.end_h)
