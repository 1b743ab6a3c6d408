"""The effect of one drug over days: exact, and where it may be left out."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from resetsim.body.dosing import HOURS_PER_DAY, Dosing
from resetsim.body.kinetics import (
    Infusion,
    Modes,
    filled,
    modes_of,
    shortest_and_longest_time_h,
)
from resetsim.body.receptor_block import block_fraction, concentration_um
from resetsim.declare.drug import Drug

Array = NDArray[np.float64]

NEGLIGIBLE_BLOCKADE = 1e-4

# Concentrations relax as sums of exponentials after every change of rate: knots whose distance
# grows in proportion to the time since the change meet the fast phases and the slow ones.
_KNOT_SPACING = 0.05
_FIRST_KNOT = 1e-3  # of the shortest time constant

_TAIL_FRACTIONS = (0.5, 0.1)


@dataclass(frozen=True, eq=False)
class DrugBlockade:
    """Blockade by one drug; it ends where it has become negligible.

    Attributes
    ----------
    drug
        The drug.
    dosings
        Infusions of it, at least one.
    """

    drug: Drug
    dosings: tuple[Dosing, ...]

    def __call__(self, time_d: Array, before: bool = False) -> Array:
        """Return the blockade at times.

        Parameters
        ----------
        time_d
            In days.
        before
            Whether the moment just before is meant: it matters where the blockade ends.

        Returns
        -------
        array
            Fraction of NMDA conductance removed at rest.
        """
        acts = time_d <= self.end_d if before else time_d < self.end_d
        return np.where(acts, self._exact(time_d), 0.0)

    def segments(self, starts_d: Array) -> tuple[Array, Array]:
        """Return the concentration at the effect site as sums of exponentials.

        Parameters
        ----------
        starts_d
            Starts of stretches in which no rate changes, in days.

        Returns
        -------
        tuple of array
            What each stretch tends to, shape (starts,), and its exponentials at its start, shape
            (starts, modes), in mg/L; zero where the blockade is over or has not begun.
        """
        hours = starts_d * HOURS_PER_DAY
        rate = sum(
            each.rate_mg_per_kg_h * ((each.start_h <= hours) & (hours < each.end_h))
            for each in self._infusions
        )
        settled = np.outer(rate, self.modes.effect_site / self.modes.falls_per_h)
        amplitude = filled(self.modes, self._infusions, hours) * self.modes.effect_site - settled
        acts = (starts_d >= self._changes_d[0]) & (starts_d < self.end_d)
        return np.where(acts, settled.sum(axis=1), 0.0), np.where(acts[:, None], amplitude, 0.0)

    @cached_property
    def modes(self) -> Modes:
        """The exponentials of its kinetics."""
        return modes_of(self.drug)

    @cached_property
    def end_d(self) -> float:
        """From when it stays negligible, in days; less than twice as late as need be."""
        _, tail_h = shortest_and_longest_time_h(self.drug)
        tail_d, last_change_d = tail_h / HOURS_PER_DAY, self._changes_d[-1]
        while self._exact(np.array(last_change_d + tail_d)) > NEGLIGIBLE_BLOCKADE:
            tail_d *= 2
        return float(last_change_d + tail_d)

    @cached_property
    def knots_d(self) -> Array:
        """Times between which it bends little, in days, rising; the last is its end."""
        between = pairwise([*self._changes_d, self.end_d])
        return np.concatenate([*(_knots(self.drug, *each) for each in between), [self.end_d]])

    @cached_property
    def tail_d(self) -> frozenset[float]:
        """Points that a solver should not step over, in days.

        When, after each change of rate, it has fallen to half and to a tenth of what it was at the
        change, and when it ends.
        """
        blockade = self(self.knots_d)
        places = np.searchsorted(self.knots_d, self._changes_d[1:])
        falls = {
            float(self.knots_d[stretch][np.argmax(fallen)])
            for stretch in np.split(np.arange(len(self.knots_d)), places)
            for fraction in _TAIL_FRACTIONS
            if (fallen := blockade[stretch] < fraction * blockade[stretch[0]]).any()
        }
        return frozenset({*falls, self.end_d})

    @cached_property
    def _infusions(self) -> list[Infusion]:
        return [each.infusion for each in self.dosings if each.infusion is not None]

    @cached_property
    def _changes_d(self) -> list[float]:
        return sorted({float(time) for each in self.dosings for time in (each.start_d, each.end_d)})

    def _exact(self, time_d: Array) -> Array:
        amounts = filled(self.modes, self._infusions, time_d * HOURS_PER_DAY)
        concentration = (amounts * self.modes.effect_site).sum(axis=-1)
        return block_fraction(self.drug, concentration_um(self.drug, concentration))


def drug_blockades(dosings: Sequence[Dosing]) -> tuple[DrugBlockade, ...]:
    """Return the blockade that each drug gives.

    Parameters
    ----------
    dosings
        All dosings of one patient.

    Returns
    -------
    tuple of DrugBlockade
        One for each drug among them; its infusions add up in the body.
    """
    drugs = dict.fromkeys(each.drug for each in dosings if each.drug is not None)
    return tuple(
        DrugBlockade(drug, tuple(each for each in dosings if each.drug == drug)) for drug in drugs
    )


def _knots(drug: Drug, start_d: float, end_d: float) -> Array:
    """Return knots from a change of rate up to, but without, the next."""
    shortest_h, _ = shortest_and_longest_time_h(drug)
    first_d = min(_FIRST_KNOT * shortest_h / HOURS_PER_DAY, (end_d - start_d) / 2)
    count = int(np.ceil(np.log((end_d - start_d) / first_d) / _KNOT_SPACING))
    since_change_d = np.geomspace(first_d, end_d - start_d, count, endpoint=False)
    return start_d + np.concatenate([[0.0], since_change_d])
