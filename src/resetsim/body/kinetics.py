"""Infusions into a patient, and the concentrations they give in plasma and at the effect site."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from resetsim.declare.drug import Drug

_APART = 1e-6  # relative: closer rate constants of plasma and effect site count as so far apart


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


@dataclass(frozen=True, eq=False)
class Modes:
    """The exponentials that concentrations in the body are sums of.

    Each obeys ``d(mode)/dt = gain*rate - fall*mode`` on its own, ``rate`` being the infusion, and
    the concentration is the sum of its modes.

    Attributes
    ----------
    falls_per_h
        How fast each falls, per hour; shape (modes,). The last is that of the effect site.
    plasma, effect_site
        Gains of either, in 1/(L/kg); shape (modes,); of many bodies all with an axis for these
        before.
    """

    falls_per_h: NDArray[np.float64]
    plasma: NDArray[np.float64]
    effect_site: NDArray[np.float64]


def modes_of(drug: Drug) -> Modes:
    """Return the exponentials of a drug's kinetics.

    Parameters
    ----------
    drug
        The drug.

    Returns
    -------
    Modes
        At most four: three compartments and the effect site. A compartment that gives nothing back,
        or gets nothing, has none of its own; what goes there is lost.
    """
    many = modes_of_bodies(drug, np.ones(1), np.ones(1))
    return Modes(many.falls_per_h[0], many.plasma[0], many.effect_site[0])


def modes_of_bodies(
    drug: Drug, clearance: NDArray[np.float64], volume: NDArray[np.float64]
) -> Modes:
    """Return the exponentials of a drug's kinetics in many bodies.

    Parameters
    ----------
    drug
        The drug.
    clearance, volume
        Of each body, relative to the drug's file: elimination from the central compartment, and all
        volumes (exchange between compartments keeps its rate constants); shape (P,).

    Returns
    -------
    Modes
        Each of shape (P, modes).
    """
    out, exchange = _rates_per_h(drug)
    eliminated = float(drug.kinetics.k10.value.m_as("1/hour"))
    joined = [(to, back) for to, back in exchange if to > 0 and back > 0]
    # Scaled by sqrt(to/back) the exchange is symmetric, so that modes are real and well separated.
    matrix = np.diag([0.0, *(-back for _, back in joined)])
    matrix[0, 1:] = matrix[1:, 0] = [np.sqrt(to * back) for to, back in joined]
    matrices = np.repeat(matrix[None], len(clearance), axis=0)
    matrices[:, 0, 0] = -(out + eliminated * (clearance / volume - 1))
    eigenvalues, vectors = np.linalg.eigh(matrices)
    falls = -eigenvalues
    share = vectors[:, 0] ** 2 / (volume * _central_volume_l_per_kg(drug))[:, None]
    ke0 = np.full((len(falls), 1), float(drug.kinetics.ke0.value.m_as("1/hour")))
    while (near := (np.abs(falls - ke0) < _APART * ke0).any(axis=1)).any():
        ke0[near] *= 1 + 2 * _APART
    delayed = share * ke0 / (ke0 - falls)
    return Modes(
        np.hstack([falls, ke0]),
        np.hstack([share, np.zeros_like(ke0)]),
        np.hstack([delayed, -delayed.sum(axis=1, keepdims=True)]),
    )


def filled(modes: Modes, infusions: Sequence[Infusion], time_h: ArrayLike) -> NDArray[np.float64]:
    """Return what infusions have brought into each mode, exactly.

    Parameters
    ----------
    modes
        Of the drug.
    infusions
        All infusions since the body was free of it; they may overlap, their rates add.
    time_h
        Times, in hours; any shape.

    Returns
    -------
    array, shape (..., modes)
        For a gain of 1, in mg/kg.
    """
    times = np.asarray(time_h, dtype=float)[..., None]
    total = np.zeros((*times.shape[:-1], len(modes.falls_per_h)))
    for each in infusions:
        running = np.clip(times - each.start_h, 0.0, each.end_h - each.start_h)
        since_end = np.maximum(times - each.end_h, 0.0)
        rise = -np.expm1(-modes.falls_per_h * running) / modes.falls_per_h
        total += each.rate_mg_per_kg_h * rise * np.exp(-modes.falls_per_h * since_end)
    return total


def plasma_and_effect_site(
    drug: Drug, infusions: Sequence[Infusion], time_h: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the concentrations that infusions give, exactly.

    Parameters
    ----------
    drug
        The drug that is infused.
    infusions
        All infusions since the body was free of the drug; they may overlap, their rates add.
    time_h
        Times, in hours, in any order.

    Returns
    -------
    tuple of numpy.ndarray
        Total concentration in plasma and at the effect site, in mg/L, each of `time_h`'s shape.
    """
    modes = modes_of(drug)
    amounts = filled(modes, infusions, time_h)
    return (amounts * modes.plasma).sum(-1), (amounts * modes.effect_site).sum(-1)


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
    out, exchange = _rates_per_h(drug)
    leaving_per_h = [out, *(back for _, back in exchange), drug.kinetics.ke0.value.m_as("1/hour")]
    stays_h = [1 / rate for rate in leaving_per_h if rate > 0]
    return min(stays_h), max(stays_h)


def _rates_per_h(drug: Drug) -> tuple[float, list[tuple[float, float]]]:
    """Return what leaves the central compartment, and what goes to each other one and back."""
    rates = drug.kinetics
    k10, k12, k21, k13, k31 = (
        float(rate.value.m_as("1/hour"))
        for rate in (rates.k10, rates.k12, rates.k21, rates.k13, rates.k31)
    )
    return k10 + k12 + k13, [(k12, k21), (k13, k31)]


def _central_volume_l_per_kg(drug: Drug) -> float:
    return float(drug.kinetics.central_volume.value.m_as("L/kg"))
