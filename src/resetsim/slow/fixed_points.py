"""Fixed points of the late phase at constant input, with the faster variables settled."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from resetsim.declare.axes import Point
from resetsim.slow.sample import Drift
from resetsim.slow.system import SECONDS_PER_DAY, SlowSystem
from resetsim.tissue.plasticity.dynamics import early_equilibrium, efficacy_of, slow_rates

Array = NDArray[np.float64]

_LATE = np.linspace(0.0, 1.0, 400)  # a symmetric barrier at 0.5 is not a grid point
_ROUNDS = 200
_SETTLED = 1e-9


@dataclass(frozen=True, eq=False)
class LateDrift:
    """Drift of the late phase at one input rate and blockade.

    Attributes
    ----------
    late
        Where it was evaluated; shape (L,).
    per_day
        Rate of change there, in 1/day; shape (L,).
    stable, unstable
        Fixed points, ascending.
    """

    late: Array
    per_day: Array
    stable: Array
    unstable: Array


def settled(system: SlowSystem, point: Point, late: ArrayLike) -> Array:
    """Return the states that early phase and proteins settle to at a held late phase.

    Parameters
    ----------
    system
        The plastic system.
    point
        Constant input, and what acts on the network.
    late
        Late phases, 0 to 1; any shape.

    Returns
    -------
    array, shape (4, ...)
        Early phase reached from below, as after a blockade; late phase; protein; age of a trace
        that has been there for long.
    """
    held = np.asarray(late, dtype=float)
    constants = system.constants
    early = np.zeros_like(held)
    moving = np.ones(held.shape, dtype=bool)
    for _ in range(_ROUNDS):
        drift = _drift(system, point, early, held)
        shares = np.asarray(drift.potentiating), np.asarray(drift.depressing)
        reached = early_equilibrium(*shares, constants)
        change = np.abs(reached - early)
        early = np.where(moving, reached, early)
        moving &= change >= _SETTLED
        if not moving.any():
            break
    _, _, synthesis, _ = _rates(system, point, np.array([early, held, 0 * held, held]))
    return np.array([early, held, synthesis * constants["protein_decay"], held])


def late_drift(system: SlowSystem, point: Point) -> LateDrift:
    """Return the drift of the late phase and its fixed points.

    Parameters
    ----------
    system
        The plastic system.
    point
        Constant input, and what acts on the network.

    Returns
    -------
    LateDrift
        A zero crossing is stable where the drift falls, unstable where it rises; between grid
        points it is interpolated.
    """
    drift = _rates(system, point, settled(system, point, _LATE))[1] * SECONDS_PER_DAY
    crossing = np.flatnonzero(np.sign(drift[:-1]) * np.sign(drift[1:]) < 0)
    share = drift[crossing] / (drift[crossing] - drift[crossing + 1])
    points = _LATE[crossing] + share * (_LATE[1] - _LATE[0])
    falls = drift[crossing] > 0
    stable = points[falls]
    if drift[0] <= 0:
        stable = np.concatenate([[0.0], stable])
    if drift[-1] >= 0:
        stable = np.concatenate([stable, [1.0]])
    return LateDrift(_LATE, drift, stable, points[~falls])


def _rates(system: SlowSystem, point: Point, state: Array) -> tuple[Array, Array, Array, Array]:
    """Return the rates of change of states, in 1/s, without any inhibitor of kinases."""
    drift = _drift(system, point, state[0], state[1])
    rates = slow_rates(system.rule, system.constants, of_arrays=True)
    return rates(*state, drift.potentiating, drift.depressing, 1.0)


def _drift(system: SlowSystem, point: Point, early: Array, late: Array) -> Drift:
    efficacy = efficacy_of(system.constants)(early, late)
    points = np.broadcast_to(np.array(point), (*efficacy.shape, len(point)))
    return Drift(*np.moveaxis(system.table.lookup(points, efficacy), -1, 0))
