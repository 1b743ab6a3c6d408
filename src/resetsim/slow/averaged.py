"""The averaged engine: slow plasticity over months, driven by measured drift."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

from resetsim.slow.measure import Ranges
from resetsim.slow.sample import Point
from resetsim.slow.table import DriftTable
from resetsim.tissue.plasticity.dynamics import Constants, SlowRates, efficacy_of

SECONDS_PER_DAY = 86400.0
_STEP_D = 0.25  # of the stored course; events are stored besides
_SOON_AFTER = np.geomspace(0.005, 0.75, 20)  # of a step: pain returns within minutes to hours
_TOLERANCE = 1e-6
_ROUNDING_D = 1e-9

State = tuple[float, float, float, float]
"""Early phase, late phase, protein, age of the late phase."""

NAIVE: State = (0.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True, eq=False)
class SlowSystem:
    """What the averaged engine needs to know of one plastic system.

    Attributes
    ----------
    table
        Its drift.
    rates
        Its slow dynamics.
    constants
        Of its slow plasticity.
    """

    table: DriftTable
    rates: SlowRates
    constants: Constants


@dataclass(frozen=True, eq=False)
class Drive:
    """What acts on a plastic system over the timeline.

    Attributes
    ----------
    point
        From time in days to where its drift is to be read.
    breakpoints_d
        Where any of it jumps, in days.
    kinase
        From time in days to the share of persistent kinases that is not inhibited.
    """

    point: Callable[[float], Point]
    breakpoints_d: tuple[float, ...]
    kinase: Callable[[float], float] = lambda _: 1.0


def course_times(start_d: float, end_d: float, extra_d: Sequence[float]) -> NDArray[np.float64]:
    """Return the moments at which a course is stored.

    Parameters
    ----------
    start_d, end_d
        The timeline, in days.
    extra_d
        Moments that must be among them.

    Returns
    -------
    array
        Rising, in days; at most a quarter of a day, or a 400th of the timeline, apart, and closer
        after the moments named.
    """
    step = min(_STEP_D, (end_d - start_d) / 400)
    regular = start_d + step * np.arange(int(np.ceil((end_d - start_d) / step)))
    named = np.array(sorted({start_d, end_d, *extra_d}))
    soon_after = (named[:, None] + step * _SOON_AFTER).ravel()
    moments = np.concatenate([regular, named, soon_after])
    return np.unique(moments[(start_d <= moments) & (moments <= end_d)])


def integrate(
    system: SlowSystem, drive: Drive, start: State, times_d: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Integrate the slow state of one unit.

    Parameters
    ----------
    system
        The plastic system.
    drive
        What acts on it.
    start
        State at the first moment.
    times_d
        Rising moments, in days.

    Returns
    -------
    array, shape (4, len(times_d))
        Early phase, late phase, protein and age at each. Each stretch between breakpoints is
        integrated on its own with LSODA (Petzold 1983 SIAM J Sci Stat Comput 4:136), which switches
        between a stiff and a non-stiff method.
    """
    edges = _edges(drive.breakpoints_d, float(times_d[0]), float(times_d[-1]))
    states = np.empty((len(start), len(times_d)))
    states[:, 0] = start
    state = np.array(start)
    for begin, end in pairwise(edges):
        wanted = (times_d > begin) & (times_d <= end)
        stored = np.unique(np.append(times_d[wanted], end))
        solution = solve_ivp(
            _right_hand_side(system, drive, end),
            (begin, end),
            state,
            method="LSODA",
            t_eval=stored,
            rtol=_TOLERANCE,
            atol=_TOLERANCE,
        )
        if not solution.success:
            raise RuntimeError(f"integration failed between {begin} d and {end} d")
        state = solution.y[:, -1]
        states[:, wanted] = solution.y[:, np.isin(stored, times_d[wanted])]
    return states


def _edges(breakpoints_d: Sequence[float], start_d: float, end_d: float) -> list[float]:
    """Return where integration pauses; what only rounding tells apart is one moment."""
    edges = [start_d]
    for moment in sorted(breakpoints_d):
        if edges[-1] + _ROUNDING_D < moment < end_d - _ROUNDING_D:
            edges.append(moment)
    return [*edges, end_d] if end_d > start_d else edges


def _right_hand_side(
    system: SlowSystem, drive: Drive, end_d: float
) -> Callable[[float, NDArray[np.float64]], list[float]]:
    last = np.nextafter(end_d, -np.inf)  # at a breakpoint the drive already has its new value
    efficacy = efficacy_of(system.constants)

    def rates(time_d: float, state: NDArray[np.float64]) -> list[float]:
        early, late, protein, age = state.tolist()
        moment = min(time_d, last)
        drift = system.table(drive.point(moment), efficacy(early, late))
        shares = drift.potentiating, drift.depressing
        changes = system.rates(early, late, protein, age, *shares, drive.kinase(moment))
        return [change * SECONDS_PER_DAY for change in changes]

    return rates


def visited(
    range_between: Callable[[float, float], tuple[Point, Point]], edges_d: Sequence[float]
) -> Ranges:
    """Return the points that a timeline visits, piece by piece.

    Parameters
    ----------
    range_between
        From start and end, in days, to the lowest and highest point in between.
    edges_d
        Ends of the pieces, rising, in days.

    Returns
    -------
    sequence
        Lowest and highest point of each piece.
    """
    return [range_between(begin, end) for begin, end in pairwise(edges_d)]
