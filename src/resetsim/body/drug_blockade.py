"""The blockade one drug gives over days, tabulated so that straight lines between knots do."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from resetsim.body.dosing import HOURS_PER_DAY, Dosing
from resetsim.body.kinetics import (
    Infusion,
    plasma_and_effect_site,
    shortest_and_longest_time_h,
)
from resetsim.body.receptor_block import block_fraction, concentration_um
from resetsim.declare.drug import Drug

NEGLIGIBLE_BLOCKADE = 1e-4

# Concentrations relax as sums of exponentials after every change of rate, so first knots whose
# distance grows in proportion to the time since the change meet the fast phases and the slow ones.
# Much wider apart, an S-bend could cross its chord halfway and hide from the refinement.
_KNOT_SPACING = 0.05
_FIRST_KNOT = 1e-3  # of the shortest time constant

_ERROR_HALFWAY = 4e-4  # between knots; leaves room for where the largest error is elsewhere

_CLOSEST_D = 1e-9  # a steep curve at the start of a dose is not resolved within 0.1 ms

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
        Within 1e-3 of the exact blockade at any time.
    """
    infusions = [each.infusion for each in dosings if each.infusion is not None]
    changes_d = sorted({float(time) for each in dosings for time in (each.start_d, each.end_d)})
    end_d = _negligible_from(drug, infusions, changes_d[-1])
    stretches = [_knots_between(drug, start, end) for start, end in pairwise([*changes_d, end_d])]
    knots_d = _refined(drug, infusions, np.concatenate([*stretches, [end_d]]))
    blockade = _blockade_at(drug, infusions, knots_d)
    blockade[-1] = 0.0
    return DrugBlockade(knots_d, blockade, _tail(knots_d, blockade, changes_d))


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


def _refined(
    drug: Drug, infusions: Sequence[Infusion], knots_d: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the knots with others added until straight lines between them are close enough."""
    while True:
        level = _blockade_at(drug, infusions, knots_d)
        halfway_d = (knots_d[:-1] + knots_d[1:]) / 2
        error = _blockade_at(drug, infusions, halfway_d) - (level[:-1] + level[1:]) / 2
        missing_d = halfway_d[(np.abs(error) > _ERROR_HALFWAY) & (np.diff(knots_d) > _CLOSEST_D)]
        if missing_d.size == 0:
            return knots_d
        knots_d = np.sort(np.concatenate([knots_d, missing_d]))


def _tail(
    knots_d: NDArray[np.float64], blockade: NDArray[np.float64], changes_d: Sequence[float]
) -> frozenset[float]:
    """Return the first knots at which blockade is down to a tail fraction, and the last knot."""
    stretches = np.split(np.arange(len(knots_d)), np.searchsorted(knots_d, changes_d[1:]))
    falls = {
        float(knots_d[stretch][np.argmax(fallen)])
        for stretch in stretches
        for fraction in _TAIL_FRACTIONS
        if (fallen := blockade[stretch] < fraction * blockade[stretch[0]]).any()
    }
    return frozenset({*falls, float(knots_d[-1])})
