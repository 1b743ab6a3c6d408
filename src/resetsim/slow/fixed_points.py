"""Fixed points of the late phase at constant input, with the faster variables settled."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from resetsim.slow.averaged import SECONDS_PER_DAY, SlowSystem, State
from resetsim.slow.sample import Point
from resetsim.tissue.plasticity.dynamics import early_equilibrium, efficacy_of

_LATE = np.linspace(0.0, 1.0, 400)  # a symmetric barrier at 0.5 is not a grid point
_ROUNDS = 200


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

    late: NDArray[np.float64]
    per_day: NDArray[np.float64]
    stable: NDArray[np.float64]
    unstable: NDArray[np.float64]


def settled(system: SlowSystem, point: Point, late: float) -> State:
    """Return the state that early phase and proteins settle to at a held late phase.

    Parameters
    ----------
    system
        The plastic system.
    point
        Constant input, and what acts on the network.
    late
        Late phase, 0 to 1.

    Returns
    -------
    State
        Early phase reached from below, as after a blockade; late phase; protein; age of a trace
        that has been there for long.
    """
    constants = system.constants
    efficacy = efficacy_of(constants)
    early = 0.0
    for _ in range(_ROUNDS):
        drift = system.table(point, efficacy(early, late))
        shares = np.array(drift.potentiating), np.array(drift.depressing)
        before, early = early, float(early_equilibrium(*shares, constants))
        if abs(early - before) < 1e-9:
            break
    synthesis = system.rates(early, late, 0.0, late, drift.potentiating, drift.depressing, 1.0)[2]
    return early, late, synthesis * constants["protein_decay"], late


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
    drift = np.array([_rate(system, point, late) for late in _LATE])
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


def _rate(system: SlowSystem, point: Point, late: float) -> float:
    state = settled(system, point, late)
    drift = system.table(point, efficacy_of(system.constants)(*state[:2]))
    change = system.rates(*state, drift.potentiating, drift.depressing, 1.0)[1]
    return change * SECONDS_PER_DAY
