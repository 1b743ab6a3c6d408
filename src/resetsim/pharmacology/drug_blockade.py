"""The blockade one drug gives over days, tabulated so that straight lines between knots do."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from resetsim.pharmacology.dosing import HOURS_PER_DAY, Dosing
from resetsim.pharmacology.drug import Drug
from resetsim.pharmacology.kinetics import (
    Infusion,
    plasma_and_effect_site,
    shortest_and_longest_time_h,
)
from resetsim.pharmacology.receptor_block import block_fraction, concentration_um

NEGLIGIBLE_BLOCKADE = 1e-4

# Concentrations relax as sums of exponentials after every change of rate, so knots whose distance
# grows in proportion to the time since the change follow the fast phases and the slow ones alike.
_KNOT_SPACING = 0.02
_FIRST_KNOT = 1e-3  # of the shortest time constant

_TAIL_FRACTIONS = (0.5, 0.1)


@dataclass(frozen=True)
class DrugBlockade:
    """Blockade by one drug, piecewise linear, zero outside the knots.

    Attributes
    ----------
    knots_d
        Times, in days, rising.
    blockade
        Fraction of NMDA conductance removed at rest, at each knot.
    tail_d
        When, after each change of rate, blockade has fallen to half and to a tenth of what it was
        at the change, and from when it is negligible: points an integrator should not step over.
    """

    knots_d: NDArray[np.float64]
    blockade: NDArray[np.float64]
    tail_d: frozenset[float]


def tabulate_blockade(drug: Drug, dosings: Sequence[Dosing]) -> DrugBlockade:
    """Return the blockade that a drug's dosings give together.

    Parameters
    ----------
    drug
        The drug.
    dosings
        Infusions of that drug, at least one.

    Returns
    -------
    DrugBlockade
        Within 1e-3 of the exact blockade, up to concentrations ten thousand times the IC50.
    """
    infusions = [each.infusion for each in dosings if each.infusion is not None]
    changes_d = sorted({float(time) for each in dosings for time in (each.start_d, each.end_d)})
    end_d = _negligible_from(drug, infusions, changes_d[-1])
    stretches = [_knots_between(drug, start, end) for start, end in pairwise([*changes_d, end_d])]
    levels = [_blockade_at(drug, infusions, knots) for knots in stretches]
    falls = {
        time
        for knots, level in zip(stretches, levels, strict=True)
        for time in _falls(knots, level)
    }
    return DrugBlockade(
        np.concatenate([*stretches, [end_d]]),
        np.concatenate([*levels, [0.0]]),
        frozenset({*falls, end_d}),
    )


def _blockade_at(
    drug: Drug, infusions: Sequence[Infusion], time_d: NDArray[np.float64]
) -> NDArray[np.float64]:
    _, effect_site_mg_per_l = plasma_and_effect_site(drug, infusions, time_d * HOURS_PER_DAY)
    return block_fraction(drug, concentration_um(drug, effect_site_mg_per_l))


def _negligible_from(drug: Drug, infusions: Sequence[Infusion], last_change_d: float) -> float:
    """Return a time from which blockade stays negligible, less than twice as late as need be."""
    _, tail_h = shortest_and_longest_time_h(drug)
    tail_d = tail_h / HOURS_PER_DAY
    while _blockade_at(drug, infusions, np.array([last_change_d + tail_d])) > NEGLIGIBLE_BLOCKADE:
        tail_d *= 2
    return last_change_d + tail_d


def _knots_between(drug: Drug, start_d: float, end_d: float) -> NDArray[np.float64]:
    """Return knots from a change of rate up to, but without, the next."""
    shortest_h, _ = shortest_and_longest_time_h(drug)
    first_d = min(_FIRST_KNOT * shortest_h / HOURS_PER_DAY, (end_d - start_d) / 2)
    count = int(np.ceil(np.log((end_d - start_d) / first_d) / _KNOT_SPACING))
    since_change_d = np.geomspace(first_d, end_d - start_d, count, endpoint=False)
    return start_d + np.concatenate([[0.0], since_change_d])


def _falls(knots_d: NDArray[np.float64], level: NDArray[np.float64]) -> list[float]:
    """Return when blockade first falls to the tail fractions of its level at the first knot."""
    if level[0] <= NEGLIGIBLE_BLOCKADE:
        return []
    fallen = [level <= fraction * level[0] for fraction in _TAIL_FRACTIONS]
    return [float(knots_d[np.argmax(each)]) for each in fallen if each.any()]
