"""The course of a patient's blockade over all treatments, cheap enough for a right-hand side."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np
from numpy.typing import NDArray

from resetsim.body.dosing import Dosing
from resetsim.body.drug_blockade import DrugBlockade, tabulate_blockade


@dataclass(frozen=True)
class BlockadeCourse:
    """Blockade over time: straight segments, with jumps where a fixed blockade starts or ends.

    At a jump the course already has its new value. An integrator that ends a step there needs the
    old one, `before`.

    Attributes
    ----------
    starts_d
        Start of each segment, in days, rising; each ends where the next starts.
    levels
        Blockade at the start of each segment. The last is 0 and lasts.
    slopes_per_d
        Change of blockade per day in each segment. The last is 0.
    breakpoints_d
        Where an integrator should end one step and begin another, in days, rising: starts and ends
        of dosing, and points of the tail a drug leaves behind.
    """

    starts_d: tuple[float, ...]
    levels: tuple[float, ...]
    slopes_per_d: tuple[float, ...]
    breakpoints_d: tuple[float, ...]

    @overload
    def __call__(self, time_d: float) -> float: ...

    @overload
    def __call__(self, time_d: NDArray[np.float64]) -> NDArray[np.float64]: ...

    def __call__(self, time_d: float | NDArray[np.float64]) -> float | NDArray[np.float64]:
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
        if isinstance(time_d, np.ndarray):
            return self._at_all(time_d)
        return self._on_segment(bisect_right(self.starts_d, time_d) - 1, time_d)

    def before(self, time_d: float) -> float:
        """Return the blockade just before a time: other than the one at it only at a jump.

        Parameters
        ----------
        time_d
            Time, in days.

        Returns
        -------
        float
            Fraction of NMDA conductance removed at rest, 0 to 1.
        """
        return self._on_segment(bisect_left(self.starts_d, time_d) - 1, time_d)

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
        inner = self.starts_d[
            bisect_right(self.starts_d, start_d) : bisect_left(self.starts_d, end_d)
        ]
        from_left = [self(time) for time in (start_d, *inner)]
        from_right = [self.before(time) for time in (*inner, end_d) if time > start_d]
        return min(from_left + from_right), max(from_left + from_right)

    @property
    def peak(self) -> float:
        """The highest blockade ever reached."""
        return self.range_between(self.starts_d[0], self.starts_d[-1])[1]

    def _on_segment(self, segment: int, time_d: float) -> float:
        # Before the first start the segment is -1: the last one, which is free of blockade too.
        change = self.slopes_per_d[segment] * (time_d - self.starts_d[segment])
        return max(0.0, self.levels[segment] + change)  # rounding leaves -1e-20 where a tail ends

    def _at_all(self, time_d: NDArray[np.float64]) -> NDArray[np.float64]:
        starts_d = np.array(self.starts_d)
        segment = np.searchsorted(starts_d, time_d, side="right") - 1
        since_start_d = time_d - starts_d[segment]
        change = np.array(self.slopes_per_d)[segment] * since_start_d
        return np.asarray(np.maximum(0.0, np.array(self.levels)[segment] + change))


NO_BLOCKADE = BlockadeCourse(starts_d=(0.0,), levels=(0.0,), slopes_per_d=(0.0,), breakpoints_d=())


def blockade_course(dosings: Sequence[Dosing]) -> BlockadeCourse:
    """Return the blockade that a patient's dosings give together.

    Infusions of one drug add up in the body. Different drugs, and fixed blockades, act
    independently: the fractions of conductance they leave multiply.

    Parameters
    ----------
    dosings
        All dosings of one patient, in any order.

    Returns
    -------
    BlockadeCourse
        The course, zero before the first dosing and after the last one's tail.
    """
    given = [each for each in dosings if each.end_d > each.start_d]
    if not given:
        return NO_BLOCKADE
    drugs = dict.fromkeys(each.drug for each in given if each.drug is not None)
    tables = [
        tabulate_blockade(drug, [each for each in given if each.drug == drug]) for drug in drugs
    ]
    return _combine(given, tables)


def _combine(dosings: Sequence[Dosing], tables: Sequence[DrugBlockade]) -> BlockadeCourse:
    edges_d = {float(time) for each in dosings for time in (each.start_d, each.end_d)}
    knots_d = np.unique(np.concatenate([sorted(edges_d), *(each.knots_d for each in tables)]))
    left_by_fixed = _left_by_fixed(dosings, knots_d)
    left_by_drugs = _left_by_drugs(tables, knots_d)
    levels = 1 - left_by_fixed * left_by_drugs
    # A fixed blockade holds up to the next knot, a drug's moves on to its value there.
    ends = 1 - left_by_fixed[:-1] * left_by_drugs[1:]
    slopes_per_d = (ends - levels[:-1]) / np.diff(knots_d)
    return BlockadeCourse(
        starts_d=tuple(knots_d.tolist()),
        levels=tuple(levels.tolist()),
        slopes_per_d=(*slopes_per_d.tolist(), 0.0),
        breakpoints_d=tuple(sorted(edges_d.union(*(each.tail_d for each in tables)))),
    )


def _left_by_fixed(dosings: Sequence[Dosing], knots_d: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the fraction of conductance that fixed blockades leave from each knot on."""
    left = np.ones_like(knots_d)
    for each in dosings:
        if each.blockade is not None:
            left[(each.start_d <= knots_d) & (knots_d < each.end_d)] *= 1 - each.blockade
    return left


def _left_by_drugs(
    tables: Sequence[DrugBlockade], knots_d: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the fraction of conductance that drugs leave at each knot."""
    left = np.ones_like(knots_d)
    for each in tables:
        left *= 1 - np.interp(knots_d, each.knots_d, each.blockade, left=0.0, right=0.0)
    return left
