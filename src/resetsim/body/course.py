"""The course of a patient's blockade over all treatments, exact at any time."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import overload

import numpy as np
from numpy.typing import NDArray

from resetsim.body.dosing import Dosing
from resetsim.body.drug_blockade import DrugBlockade, drug_blockades

Array = NDArray[np.float64]


@dataclass(frozen=True)
class BlockadeCourse:
    """Blockade over time, with jumps where a fixed blockade starts or ends.

    At a jump the course already has its new value. An integrator that ends a step there needs the
    old one, `before`.

    Attributes
    ----------
    dosings
        Those that act, in any order. Infusions of one drug add up in the body. Different drugs, and
        fixed blockades, act independently: the fractions of conductance they leave multiply.
    """

    dosings: tuple[Dosing, ...] = ()

    @overload
    def __call__(self, time_d: float) -> float: ...

    @overload
    def __call__(self, time_d: Array) -> Array: ...

    def __call__(self, time_d: float | Array) -> float | Array:
        """Return the blockade at a time.

        Parameters
        ----------
        time_d
            Time or times, in days.

        Returns
        -------
        float or numpy.ndarray
            Fraction of NMDA conductance removed at rest, 0 to 1.
        """
        return self._at(time_d, before=False)

    @overload
    def before(self, time_d: float) -> float: ...

    @overload
    def before(self, time_d: Array) -> Array: ...

    def before(self, time_d: float | Array) -> float | Array:
        """Return the blockade just before a time: other than the one at it only at a jump.

        Parameters
        ----------
        time_d
            Time or times, in days.

        Returns
        -------
        float or numpy.ndarray
            Fraction of NMDA conductance removed at rest, 0 to 1.
        """
        return self._at(time_d, before=True)

    def fixed_left(self, time_d: Array, before: bool = False) -> Array:
        """Return the fraction of conductance that fixed blockades leave.

        Parameters
        ----------
        time_d
            Times, in days.
        before
            Whether the moment just before each is meant.

        Returns
        -------
        array
            0 to 1.
        """
        left = np.ones(np.shape(time_d))
        for each in self.dosings:
            if each.fixed_effect is None:
                continue
            if before:
                acts = (each.start_d < time_d) & (time_d <= each.end_d)
            else:
                acts = (each.start_d <= time_d) & (time_d < each.end_d)
            left = left * np.where(acts, 1 - each.fixed_effect, 1.0)
        return left

    def range_between(self, start_d: float, end_d: float) -> tuple[float, float]:
        """Return the lowest and the highest blockade from a time until just before another.

        Parameters
        ----------
        start_d, end_d
            The two times, in days.

        Returns
        -------
        tuple of float
            Lowest and highest blockade.
        """
        knots, at, before = self._turns
        inner = (knots > start_d) & (knots < end_d)
        levels = [self(start_d), *at[inner].tolist(), *before[inner].tolist()]
        if end_d > start_d:
            levels.append(self.before(end_d))
        return min(levels), max(levels)

    @property
    def peak(self) -> float:
        """The highest blockade ever reached."""
        _, at, before = self._turns
        return float(max([0.0, *at, *before]))

    @cached_property
    def drugs(self) -> tuple[DrugBlockade, ...]:
        """What each drug does."""
        return drug_blockades(self.dosings)

    @cached_property
    def breakpoints_d(self) -> tuple[float, ...]:
        """Where an integrator should end one step and begin another, in days, rising.

        Starts and ends of dosing, and points of the tail a drug leaves behind.
        """
        edges = {float(time) for each in self.dosings for time in (each.start_d, each.end_d)}
        return tuple(sorted(edges.union(*(each.tail_d for each in self.drugs))))

    @cached_property
    def _turns(self) -> tuple[Array, Array, Array]:
        """Times among which are all jumps and turns, and the blockade at and before them."""
        knots = np.unique(np.concatenate([self.breakpoints_d, *(d.knots_d for d in self.drugs)]))
        level = self(knots)
        if len(knots) > 2 and self.drugs:
            high = np.flatnonzero((level[1:-1] > level[:-2]) & (level[1:-1] > level[2:])) + 1
            tops = [self._top(*knots[[i - 1, i + 1]]) for i in high]
            knots = np.unique(np.concatenate([knots, tops]))
        return knots, self(knots), self.before(knots)

    def _top(self, low_d: float, high_d: float) -> float:
        from scipy.optimize import minimize_scalar  # imported late: only drugs with a tail need it

        found = minimize_scalar(
            lambda time_d: -self(float(time_d)),
            bounds=(low_d, high_d),
            method="bounded",
            options={"xatol": 1e-9},
        )
        return float(found.x)

    def _at(self, time_d: float | Array, before: bool) -> float | Array:
        times = np.asarray(time_d, dtype=float)
        left = self.fixed_left(times, before)
        for each in self.drugs:
            left = left * (1 - each(times, before))
        return 1 - left if isinstance(time_d, np.ndarray) else float(1 - left)


NO_BLOCKADE = BlockadeCourse()


def blockade_course(dosings: Sequence[Dosing]) -> BlockadeCourse:
    """Return the blockade that a patient's dosings give together.

    Parameters
    ----------
    dosings
        All dosings of one patient, in any order.

    Returns
    -------
    BlockadeCourse
        The course, zero before the first dosing and after the last one's tail.
    """
    return BlockadeCourse(tuple(each for each in dosings if each.end_d > each.start_d))
