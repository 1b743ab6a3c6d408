"""Events of a course: when something crosses a level, found on the solution itself.

The stored moments only say between which of them it happens. From the state at the earlier one the
course is integrated again, closer and closer.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

Within = Callable[[int, Array], Array]
"""From the number of a stored moment and moments from it on, before the next, to the values there;
at a jump the new value."""

RELAPSE_LASTS_D = 3.0
_PARTS = 32
_PRECISION_D = 1e-7  # some hundredth of a second


def relapse(
    time_d: Array,
    values: Array,
    treated_d: tuple[float, float],
    within: Within,
    hardly_any: float = 0.0,
) -> float | None:
    """Return when pain, or efficacy, comes back after a treatment.

    Parameters
    ----------
    time_d, values
        The course: in days, and above health, which is 0; at a jump the old value.
    treated_d
        Start and end of the treatment, in days.
    within
        The course between stored moments.
    hardly_any
        What before treatment is too little to come back.

    Returns
    -------
    float or None
        The moment, in days, from which it stays, having been below half of what it was before
        treatment, above that half for at least three days; None where it does not, or never fell
        so far.
    """
    start_d, end_d = treated_d
    level = float(np.interp(start_d, time_d, values)) / 2
    if not time_d[0] <= start_d <= time_d[-1] or 2 * level < hardly_any:
        return None
    low = np.flatnonzero((time_d > start_d) & (values <= level))
    if not low.size:
        return None
    first = int(np.searchsorted(time_d, max(end_d, time_d[low[0]]), side="right"))
    for begin, end in _runs(values[first:] > level):
        rises, falls = begin + first, end + first
        last = min(falls, len(time_d) - 1)
        if time_d[last] - time_d[rises - 1] < RELAPSE_LASTS_D:
            continue
        since = _crossing(time_d, rises, within, level, up=True)
        until = time_d[-1] if falls > last else _crossing(time_d, falls, within, level, up=False)
        if until - since >= RELAPSE_LASTS_D:
            return since
    return None


def _runs(high: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return where each run of true entries begins, and where the next false one is."""
    steps = np.diff(np.concatenate([[0], high.astype(np.int8), [0]]))
    return np.column_stack([np.flatnonzero(steps == 1), np.flatnonzero(steps == -1)])


def _crossing(time_d: Array, after: int, within: Within, level: float, up: bool) -> float:
    """Return the first moment beyond a level in the gap before a stored moment."""
    low, high = float(time_d[after - 1]), float(time_d[after])
    while high - low > _PRECISION_D:
        moments = np.linspace(low, high, _PARTS + 1)
        above = within(after - 1, moments[:-1]) > level
        beyond = np.flatnonzero(above if up else ~above)
        place = int(beyond[0]) if beyond.size else _PARTS
        if place == 0:
            return low
        low, high = float(moments[place - 1]), float(moments[place])
    return high
