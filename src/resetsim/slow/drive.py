"""What acts on a plastic system over a timeline, in closed form between the moments where it jumps.

Input falls as one exponential, fixed blockades are constant, and the concentration of a drug at its
effect site is a sum of exponentials, of which its effect is a Hill curve. So nothing has to be
tabulated and a solver may step as it likes from one edge to the next.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from resetsim.body.dosing import HOURS_PER_DAY
from resetsim.body.drug_blockade import DrugBlockade
from resetsim.body.receptor_block import concentration_um
from resetsim.declare.axes import AXES, INPUT, Point, place_of

Array = NDArray[np.float64]

MODES = 4  # exponentials of an effect-site concentration: three compartments and the site itself
ROUNDING_D = 1e-9


@dataclass(frozen=True, eq=False)
class DrugDrive:
    """One drug over the segments of a drive.

    Attributes
    ----------
    acts_on
        Place of its axis among the coordinates of a point.
    falls_per_d
        Rate at which each exponential falls, per day; shape (modes,).
    level, amplitude
        Concentration that a segment tends to, and each exponential at its start; shapes (segments,)
        and (segments, modes). Zero where the drug is not there.
    half, steepness, maximum
        Concentration of half the effect, Hill coefficient and largest effect.
    """

    acts_on: int
    falls_per_d: Array
    level: Array
    amplitude: Array
    half: float
    steepness: float
    maximum: float

    def effect(self, segment: NDArray[np.int64], since_d: Array) -> Array:
        """Return the effect in segments.

        Parameters
        ----------
        segment, since_d
            Which, and days since its start; any shape.

        Returns
        -------
        array
            0 to 1, of that shape.
        """
        falling = self.amplitude[segment] * np.exp(-self.falls_per_d * since_d[..., None])
        concentration = np.maximum(self.level[segment] + falling.sum(axis=-1), 0.0)
        odds = (concentration / self.half) ** self.steepness
        return np.asarray(self.maximum * odds / (1 + odds))


@dataclass(frozen=True, eq=False)
class Drive:
    """What acts over a timeline.

    Segment 0 is all time before the first edge, the last one all time after the last edge; at an
    edge the new segment already holds.

    Attributes
    ----------
    edges_d
        Where something jumps, in days, rising; shape (segments - 1,).
    rate_hz, falling_hz, falls_per_d
        Input: a constant and, at the start of each segment, what falls, with its rate per day;
        shape (segments,).
    kinase_left
        Share of kinases not inhibited; shape (segments,).
    left
        Share that fixed effects leave along each axis, 1 where none can act; shape
        (segments, axes).
    drugs
        What drugs do besides.
    """

    edges_d: Array
    rate_hz: Array
    falling_hz: Array
    falls_per_d: Array
    kinase_left: Array
    left: Array
    drugs: tuple[DrugDrive, ...] = field(default=())

    @property
    def starts_d(self) -> Array:
        """Start of each segment, in days; the first, which has none, counts from its end."""
        return (
            np.concatenate([self.edges_d[:1], self.edges_d]) if len(self.edges_d) else np.zeros(1)
        )

    def at(self, time_d: ArrayLike, before: bool = False) -> tuple[Array, Array]:
        """Return what acts at a time.

        Parameters
        ----------
        time_d
            In days; any shape.
        before
            Whether at an edge what acted just before it is meant.

        Returns
        -------
        tuple of array
            Coordinates, shape (..., axes), without loss of inhibition; and the share of kinases
            left.
        """
        times = np.asarray(time_d, dtype=float)
        segment = np.searchsorted(self.edges_d, times, side="left" if before else "right")
        since = np.maximum(
            times - self.starts_d[segment], 0.0
        )  # before the first edge nothing falls
        falling = self.falling_hz[segment] * np.exp(-self.falls_per_d[segment] * since)
        rate = self.rate_hz[segment] + falling
        left = np.array(self.left[segment])
        for drug in self.drugs:
            left[..., drug.acts_on] *= 1 - drug.effect(segment, since)
        along = zip(AXES.values(), np.moveaxis(left, -1, 0), strict=True)
        coordinates = np.stack([axis.at_left(each) for axis, each in along], axis=-1)
        coordinates[..., place_of(INPUT)] = rate
        return coordinates, self.kinase_left[segment]

    def point(self, time_d: float) -> Point:
        """Return what acts at one time.

        Parameters
        ----------
        time_d
            In days.

        Returns
        -------
        Point
            Without loss of inhibition.
        """
        return Point(*self.at(time_d)[0].tolist())


def drug_drive(blockade: DrugBlockade, acts_on: int, edges_d: Array) -> DrugDrive:
    """Return a drug over the segments between edges.

    Parameters
    ----------
    blockade
        What it does.
    acts_on
        Place of its axis among the coordinates of a point.
    edges_d
        In days, rising; its own are among them.

    Returns
    -------
    DrugDrive
        With one segment more than edges: nothing acts before the first.
    """
    curve, falls = blockade.drug.receptor_block, blockade.modes.falls_per_h * HOURS_PER_DAY
    level, amplitude = blockade.segments(edges_d)
    with np.errstate(divide="ignore"):
        per_mg_l = concentration_um(blockade.drug, 1.0) * curve.unbound_fraction.si_value
        half = float(np.divide(curve.ic50.value.m_as("uM"), per_mg_l))
    return DrugDrive(
        acts_on,
        falls,
        np.append(0.0, level),
        np.concatenate([np.zeros((1, len(falls))), amplitude]),
        half,
        curve.hill_coefficient.si_value,
        curve.maximum_block.si_value,
    )


def constant(point: Point, kinase_left: float = 1.0) -> Drive:
    """Return a drive that never changes.

    Parameters
    ----------
    point
        What acts; loss of inhibition is a state, not part of a drive.
    kinase_left
        Share of kinases not blocked.

    Returns
    -------
    Drive
        Of one segment.
    """
    one = np.ones(1)
    along = zip(AXES.values(), point, strict=True)
    left = [1.0 if axis.target is None else axis.left_at(at) for axis, at in along]
    return Drive(
        np.empty(0),
        one * point.input_rate_hz,
        0 * one,
        0 * one,
        one * kinase_left,
        np.array([left]),
    )


def merged(edges_d: Sequence[float]) -> Array:
    """Return edges, those that only rounding tells apart as one.

    Parameters
    ----------
    edges_d
        In days, in any order.

    Returns
    -------
    array
        Rising, each the last of those that it stands for.
    """
    rising = np.unique(np.asarray(edges_d, dtype=float))
    if not len(rising):
        return rising
    return np.asarray(rising[np.append(np.diff(rising) > ROUNDING_D, True)])
