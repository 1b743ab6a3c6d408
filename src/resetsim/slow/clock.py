"""The second clock: slow plasticity of many units over months."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from resetsim.slow import kernel
from resetsim.slow.batch import Batch
from resetsim.slow.system import Asked, SlowSystem, Solved, StuckError

TIGHT, USUAL, COARSE = 1e-8, 1e-5, 1e-4
"""Tolerances of a step: of single patients, whose states go into simulations; of cohorts; of tables
drawn from noise that is larger."""

_STEP_D = 0.25  # of the stored course; events are stored besides
_SOON_AFTER = np.geomspace(0.005, 0.75, 20)  # of a step: pain returns within minutes to hours


def integrate(
    system: SlowSystem, asked: Sequence[Asked], tolerance: float = TIGHT, threads: int = 1
) -> list[Solved]:
    """Integrate the units of many patients: with a compiled kernel, or NumPy without a compiler.

    Parameters
    ----------
    system
        The plastic system.
    asked
        One entry for each patient.
    tolerance
        Of each step: largest error of any state; at least 1e-5 with NumPy.
    threads
        How many share the units; the result does not depend on it.

    Returns
    -------
    list of Solved
        In their order; none depends on the others.
    """
    if kernel.available():
        return kernel.integrate(system, asked, tolerance, threads)
    from resetsim.slow import twin  # with SymPy, which takes long to import

    return twin.integrate(system, asked, max(tolerance, USUAL))


def integrate_batch(system: SlowSystem, batch: Batch, tolerance: float = COARSE) -> Solved:
    """Integrate the units of many patients that are given as arrays.

    Parameters
    ----------
    system
        The plastic system.
    batch
        What is asked.
    tolerance
        As :func:`integrate` takes it.

    Returns
    -------
    Solved
        With an axis for patients first; not a number where a course could not be integrated.
    """
    try:
        return _solved_batch(system, batch, tolerance)
    except StuckError:
        if len(batch.start) == 1:
            patients, units, states = batch.start.shape
            shape = (patients, batch.moments_d.shape[-1], units)
            return Solved(np.full((*shape, states), np.nan), np.full(shape, np.nan))
    halves = np.array_split(np.arange(len(batch.start)), 2)
    solved = [integrate_batch(system, batch.of(half), tolerance) for half in halves]
    return Solved(*(np.concatenate(parts) for parts in zip(*solved, strict=True)))


def _solved_batch(system: SlowSystem, batch: Batch, tolerance: float) -> Solved:
    if kernel.available():
        return kernel.integrate_batch(system, batch, tolerance)
    from resetsim.slow import twin  # with SymPy, which takes long to import

    solved = [
        twin.integrate(system.with_own(batch.own(each)), [batch.asked(each)], max(tolerance, USUAL))
        for each in range(len(batch.start))
    ]
    return Solved(*(np.stack(parts) for parts in zip(*(one for (one,) in solved), strict=True)))


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
