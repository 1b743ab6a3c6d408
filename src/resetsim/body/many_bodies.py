"""The effect of one drug in many patients at once, exact as in ``drug_blockade.py``."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from resetsim.body.dosing import HOURS_PER_DAY
from resetsim.body.drug_blockade import NEGLIGIBLE_BLOCKADE
from resetsim.body.kinetics import Modes, modes_of_bodies, shortest_and_longest_time_h
from resetsim.body.receptor_block import block_fraction, concentration_um
from resetsim.declare.drug import Drug

Array = NDArray[np.float64]

_LONGEST_TAIL_D = 3650.0


@dataclass(frozen=True, eq=False)
class ManyInfusions:
    """One infusion of every patient.

    Attributes
    ----------
    start_d, end_d
        In days; both infinite for patients who do not get it; shape (P,).
    rate_mg_per_kg_h
        Shape (P,).
    """

    start_d: Array
    end_d: Array
    rate_mg_per_kg_h: Array


@dataclass(frozen=True, eq=False)
class ManyDrugCourses:
    """What a drug does in many patients; it ends where it has become negligible.

    Attributes
    ----------
    drug
        The drug.
    clearance, volume
        Of each body, relative to the drug's file; shape (P,).
    infusions
        All of it that is given; those of one patient add up.
    """

    drug: Drug
    clearance: Array
    volume: Array
    infusions: Sequence[ManyInfusions]

    @cached_property
    def modes(self) -> Modes:
        """The exponentials of its kinetics, of each body."""
        return modes_of_bodies(self.drug, self.clearance, self.volume)

    @cached_property
    def end_d(self) -> Array:
        """From when it stays negligible, in days; minus infinity for who gets none; shape (P,)."""
        ends = np.array([each.end_d for each in self.infusions])
        last = np.where(np.isfinite(ends), ends, -np.inf).max(axis=0)
        _, tail_h = shortest_and_longest_time_h(self.drug)
        tail = np.full(len(last), tail_h / HOURS_PER_DAY)
        asked = np.isfinite(last)
        while True:
            far = asked & (self._exact((last + tail)[:, None])[:, 0] > NEGLIGIBLE_BLOCKADE)
            far &= tail < _LONGEST_TAIL_D
            if not far.any():
                return np.asarray(last + tail)
            tail[far] *= 2

    def segments(self, starts_d: Array) -> tuple[Array, Array]:
        """Return the concentration at the effect site as sums of exponentials.

        Parameters
        ----------
        starts_d
            Starts of stretches in which no rate changes, in days; shape (P, S).

        Returns
        -------
        tuple of array
            What each stretch tends to, and its exponentials at its start, in mg/L; shapes (P, S)
            and (P, S, modes); zero where it is over or has not begun.
        """
        rate = np.zeros(starts_d.shape)
        for each in self.infusions:
            runs = (each.start_d[:, None] <= starts_d) & (starts_d < each.end_d[:, None])
            rate += np.where(runs, each.rate_mg_per_kg_h[:, None], 0.0)
        gain = (self.modes.effect_site / self.modes.falls_per_h)[:, None, :]
        settled = rate[:, :, None] * gain
        amplitude = self._filled(starts_d) * self.modes.effect_site[:, None, :] - settled
        first = np.min([each.start_d for each in self.infusions], axis=0)
        acts = (starts_d >= first[:, None]) & (starts_d < self.end_d[:, None])
        level = np.where(acts, settled.sum(axis=2), 0.0)
        return level, np.where(acts[:, :, None], amplitude, 0.0)

    def before(self, time_d: Array) -> Array:
        """Return the effect just before some times.

        Parameters
        ----------
        time_d
            In days; shape (P, T).

        Returns
        -------
        array
            0 to 1, of that shape.
        """
        return np.where(time_d <= self.end_d[:, None], self._exact(time_d), 0.0)

    def _exact(self, time_d: Array) -> Array:
        amounts = self._filled(time_d) * self.modes.effect_site[:, None, :]
        return block_fraction(self.drug, concentration_um(self.drug, amounts.sum(axis=2)))

    def _filled(self, time_d: Array) -> Array:
        """Return what infusions have brought into each mode, see ``kinetics.filled``."""
        falls = self.modes.falls_per_h[:, None, :]
        # Infinity less infinity is not a number; of who gets nothing no time is looked at.
        times = np.where(np.isfinite(time_d), time_d, 0.0)[:, :, None] * HOURS_PER_DAY
        total = np.zeros((*time_d.shape, falls.shape[2]))
        for each in self.infusions:
            given = np.isfinite(each.start_d)
            if not given.any():
                continue
            start, end = (
                np.where(given, when, 0.0)[:, None, None] * HOURS_PER_DAY
                for when in (each.start_d, each.end_d)
            )
            running = np.clip(times - start, 0.0, end - start)
            since_end = np.maximum(times - end, 0.0)
            rise = -np.expm1(-falls * running) / falls
            rate = np.where(given, each.rate_mg_per_kg_h, 0.0)[:, None, None]
            total += rate * rise * np.exp(-falls * since_end)
        return total
