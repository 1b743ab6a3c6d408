"""The units of one patient: how much of the patient's input each gets, and what they make together.

Input is declared as the mean over all fibres of the painful area. Of nociceptors beside an injury
about a third are active and the others near silent, Djouhri 2006 J Neurosci 26:1281, and what the
active ones do is skewed. So the active units share all of the input, lognormally, and the rest of
the area gets none: it stays healthy, is not integrated, and counts in the mean output.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from resetsim.declare.units import Units as DeclaredUnits
from resetsim.patients.population import Population
from resetsim.streams import generator_for

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Units:
    """The active units of a patient.

    Attributes
    ----------
    multiplier
        Input of each, relative to the mean over the painful area.
    share_active
        Share of the painful area that they are.
    assayed
        How many of them assays are made on.
    """

    multiplier: tuple[float, ...] = (1.0,)
    share_active: float = 1.0
    assayed: int = 1

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.multiplier)

    @property
    def mean_multiplier(self) -> float:
        """Mean input of an active unit, relative to the mean over the painful area."""
        return 1 / self.share_active

    @property
    def inputs(self) -> Array:
        """The multipliers as an array, shape (units,)."""
        return np.array(self.multiplier)

    def over_the_area(self, active: Array, silent: Array) -> Array:
        """Return the mean over the painful area.

        Parameters
        ----------
        active
            Of each active unit; shape (..., units).
        silent
            Of the area without input; shape (...).

        Returns
        -------
        array
            Shape (...).
        """
        mean = active.mean(axis=-1)
        return np.asarray(self.share_active * mean + (1 - self.share_active) * silent)

    def measured(self) -> list[tuple[int, float]]:
        """Return the units that assays are made on.

        Returns
        -------
        list of tuple
            Which, and the share of all units that it stands for: ranked by input, they fall into
            groups of equal number, and the middle one of each is measured.
        """
        groups = np.array_split(np.argsort(self.multiplier, kind="stable"), self.assayed)
        return [(int(each[(len(each) - 1) // 2]), len(each) / self.count) for each in groups]


ONE_UNIT = Units()
"""The whole painful area as one."""


def drawn_units(declared: DeclaredUnits, seed: int, number: int | None = None) -> Units:
    """Draw the units of a patient.

    Parameters
    ----------
    declared
        How many there are and how their inputs differ.
    seed
        Of the patient: arms with the same seed have the same units, and more units begin with the
        same quantiles.
    number
        Which patient of a cohort it is; None for one who is in none.

    Returns
    -------
    Units
        The mean of the multipliers is 1 over the share that is active.
    """
    count = round(declared.count.si_value)
    spread, share = declared.spread.si_value, declared.share_active.si_value
    if number is None:
        drawn = np.exp(spread * generator_for(seed, "units").standard_normal(count))
        inputs = drawn / drawn.mean()
    else:
        population = Population(seed, {})
        inputs = population.multipliers(np.array([number]), count, np.array([spread]))[0]
    return Units(
        tuple((inputs / share).tolist()),
        share,
        min(round(declared.assayed.si_value), count),
    )
