"""Disinhibition: inhibition fails while the injured periphery fires, and recovers after it.

Nerve injury shifts the chloride reversal potential of projection neurons within days, Coull 2003
Nature 424:938. Its share of the full shift follows a saturating function of the ongoing input.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from resetsim.declare.inhibition import Disinhibition
from resetsim.patients.periphery import InputCourse, days
from resetsim.tissue.units import si

_STEP_D = 0.1


@dataclass(frozen=True, eq=False)
class DisinhibitionCourse:
    """Share of the full loss of inhibition over time: straight between its points.

    Attributes
    ----------
    time_d, share
        Its points, in days and 0 to 1; the last share lasts.
    """

    time_d: NDArray[np.float64]
    share: NDArray[np.float64]

    def __call__(self, time_d: float) -> float:
        """Return the share at a time.

        Parameters
        ----------
        time_d
            In days.

        Returns
        -------
        float
            0 to 1.
        """
        return float(np.interp(time_d, self.time_d, self.share))

    def range_between(self, start_d: float, end_d: float) -> tuple[float, float]:
        """Return the lowest and highest share between two times.

        Parameters
        ----------
        start_d, end_d
            In days.

        Returns
        -------
        tuple of float
            Lowest and highest.
        """
        inside = self.share[(start_d <= self.time_d) & (self.time_d <= end_d)]
        values = [self(start_d), self(end_d), *inside.tolist()]
        return min(values), max(values)


NO_DISINHIBITION = DisinhibitionCourse(np.zeros(1), np.zeros(1))


def disinhibition_course(
    declared: Disinhibition, periphery: InputCourse, start_d: float, end_d: float
) -> DisinhibitionCourse:
    """Return the course that a patient's input drives, from health on.

    Parameters
    ----------
    declared
        Of the dorsal horn.
    periphery
        Ongoing input.
    start_d, end_d
        The timeline, in days.

    Returns
    -------
    DisinhibitionCourse
        From start to end.
    """
    from scipy.integrate import solve_ivp  # imported late: few patients need it

    half, onset, recovery = (
        si(declared.half_input),
        days(declared.onset.value),
        days(declared.recovery.value),
    )

    def change(time_d: float, share: NDArray[np.float64], last: float) -> NDArray[np.float64]:
        rate = periphery(min(time_d, last))
        missing = rate / (rate + half) - share
        return np.where(missing > 0, missing / onset, missing / recovery)

    edges = [edge for edge in periphery.breakpoints_d if start_d < edge < end_d]
    moments, shares = [np.array([start_d])], [np.zeros(1)]
    for begin, end in pairwise([start_d, *edges, end_d]):
        wanted = np.linspace(begin, end, max(int((end - begin) / _STEP_D), 1) + 1)[1:]
        last = float(np.nextafter(end, -np.inf))  # at a jump the input already has its new value
        solution = solve_ivp(
            change,
            (begin, end),
            shares[-1][-1:],
            t_eval=wanted,
            args=(last,),
            max_step=1.0,
            rtol=1e-8,
            atol=1e-10,
        )
        moments.append(wanted)
        shares.append(solution.y[0])
    return DisinhibitionCourse(np.concatenate(moments), np.concatenate(shares))
