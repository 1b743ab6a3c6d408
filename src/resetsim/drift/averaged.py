"""The averaged engine: slow plasticity over months, driven by measured drift."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

from resetsim.drift.measure import Ranges
from resetsim.drift.sample import Point
from resetsim.drift.table import DriftTable
from resetsim.plasticity.dynamics import Constants, SlowRates, efficacy_of

SECONDS_PER_DAY = 86400.0
_STEP_D = 0.25  # of the stored course; events are stored besides
_SOON_AFTER = np.geomspace(0.005, 0.75, 20)  # of a step: pain returns within minutes to hours
_TOLERANCE = 1e-6

State = tuple[float, float, float]
"""Early phase, late phase, protein."""


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
    input_rate_hz, blockade, disinhibition
        From time in days to ongoing input, in Hz, to the share of NMDA conductance removed, and to
        the share of the full loss of inhibition.
    breakpoints_d
        Where any of them jumps, in days.
    """

    input_rate_hz: Callable[[float], float]
    blockade: Callable[[float], float]
    disinhibition: Callable[[float], float]
    breakpoints_d: tuple[float, ...]


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
    array, shape (3, len(times_d))
        Early phase, late phase and protein at each. Each stretch between breakpoints is integrated
        on its own with LSODA (Petzold 1983 SIAM J Sci Stat Comput 4:136), which switches between
        a stiff and a non-stiff method.
    """
    inner = [moment for moment in drive.breakpoints_d if times_d[0] < moment < times_d[-1]]
    edges = [times_d[0], *inner, times_d[-1]]
    states = np.empty((3, len(times_d)))
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


def _right_hand_side(
    system: SlowSystem, drive: Drive, end_d: float
) -> Callable[[float, NDArray[np.float64]], list[float]]:
    last = np.nextafter(end_d, -np.inf)  # at a breakpoint the drive already has its new value
    efficacy = efficacy_of(system.constants)

    def rates(time_d: float, state: NDArray[np.float64]) -> list[float]:
        early, late, protein = state.tolist()
        moment = min(time_d, last)
        point = Point(
            drive.input_rate_hz(moment), 1 - drive.blockade(moment), drive.disinhibition(moment)
        )
        drift = system.table(point, efficacy(early, late))
        changes = system.rates(early, late, protein, drift.potentiating, drift.depressing)
        return [change * SECONDS_PER_DAY for change in changes]

    return rates


def visited(
    rate_range: Callable[[float, float], tuple[float, float]],
    blockade_range: Callable[[float, float], tuple[float, float]],
    disinhibition_range: Callable[[float, float], tuple[float, float]],
    edges_d: Sequence[float],
) -> Ranges:
    """Return the points that a timeline visits, piece by piece.

    Parameters
    ----------
    rate_range, blockade_range, disinhibition_range
        From start and end, in days, to the lowest and highest value in between.
    edges_d
        Ends of the pieces, rising, in days.

    Returns
    -------
    sequence
        Lowest and highest point of each piece.
    """
    ranges = []
    for begin, end in pairwise(edges_d):
        low_rate, high_rate = rate_range(begin, end)
        low_block, high_block = blockade_range(begin, end)
        low_loss, high_loss = disinhibition_range(begin, end)
        ranges.append(
            (
                Point(low_rate, 1 - high_block, low_loss),
                Point(high_rate, 1 - low_block, high_loss),
            )
        )
    return ranges
