"""What is asked of the slow clock for many patients at once: rows of numbers, as the kernel reads.

A row is a segment between two edges: its start and end, input that stays and that falls, how fast
it falls, the share of kinases left, what fixed effects leave along each axis, and for each drug its
curve, the concentration that it tends to and the exponentials on top.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from resetsim.declare.axes import AXES
from resetsim.slow.drive import MODES, Array, Drive, DrugDrive
from resetsim.slow.system import Asked

_HEAD = 6  # columns before the axes
DRUG_COLUMNS = 5 + 2 * MODES
"""Columns of each drug."""


class DrugColumns(NamedTuple):
    """One drug over segments; see :class:`resetsim.slow.drive.DrugDrive`.

    Attributes
    ----------
    half, steepness, maximum, acts_on
        The same in all segments.
    level
        Shape (..., S).
    falls_per_d, amplitude
        Shapes (..., modes) and (..., S, modes).
    """

    half: float
    steepness: float
    maximum: float
    acts_on: int
    level: Array
    falls_per_d: Array
    amplitude: Array


def rows(
    starts_d: Array,
    ends_d: Array,
    input_hz: tuple[Array, Array, Array],
    kinase_left: Array,
    left: Array,
    drugs: Sequence[DrugColumns],
) -> Array:
    """Return segments as rows.

    Parameters
    ----------
    starts_d, ends_d
        In days; shape (..., S).
    input_hz
        What stays, what falls at the start, and how fast that falls, per day; of that shape.
    kinase_left
        Of that shape.
    left
        Share that fixed effects leave along each axis; shape (..., S, axes).
    drugs
        What drugs do.

    Returns
    -------
    array
        Shape (..., S, columns).
    """
    shape = starts_d.shape
    parts = [np.stack([starts_d, ends_d, *input_hz, kinase_left], axis=-1), left]
    for drug in drugs:
        curve = [drug.half, drug.steepness, drug.maximum, drug.acts_on]
        falls = _padded(drug.falls_per_d)[..., None, :]
        parts += [
            np.broadcast_to(curve, (*shape, len(curve))),
            drug.level[..., None],
            np.broadcast_to(falls, (*shape, MODES)),
            _padded(drug.amplitude),
        ]
    return np.ascontiguousarray(np.concatenate(parts, axis=-1), dtype=np.float64)


def nothing(shape: tuple[int, ...]) -> DrugColumns:
    """Return a drug that is not there, over segments of a shape."""
    modes = np.zeros((*shape[:-1], MODES))
    return DrugColumns(1.0, 0.0, 0.0, 0, np.zeros(shape), modes, np.zeros((*shape, MODES)))


def segments_of(drive: Drive, drug_count: int) -> Array:
    """Return the segments of one patient's drive as rows.

    Parameters
    ----------
    drive
        Of the patient.
    drug_count
        How many drugs the rows have room for.

    Returns
    -------
    array
        Shape (S, columns).
    """
    drugs = [
        DrugColumns(
            each.half,
            each.steepness,
            each.maximum,
            each.acts_on,
            each.level,
            each.falls_per_d,
            each.amplitude,
        )
        for each in drive.drugs
    ]
    drugs += [nothing(drive.rate_hz.shape)] * (drug_count - len(drugs))
    return rows(
        drive.starts_d,
        np.append(drive.edges_d, np.inf),
        (drive.rate_hz, drive.falling_hz, drive.falls_per_d),
        drive.kinase_left,
        drive.left,
        drugs,
    )


def drive_of(segments: Array) -> Drive:
    """Return the drive of one patient from its rows.

    Parameters
    ----------
    segments
        From :func:`rows`; shape (S, columns). Those that begin at infinity are not there.

    Returns
    -------
    Drive
        The same.
    """
    there = segments[np.append(True, np.isfinite(segments[1:, 0]))]
    axes = slice(_HEAD, _HEAD + len(AXES))
    drugs = []
    for first in range(axes.stop, segments.shape[1], DRUG_COLUMNS):
        half, steepness, maximum, acts_on = there[0, first : first + 4].tolist()
        level, falls, amplitude = np.split(
            there[:, first + 4 : first + DRUG_COLUMNS], [1, 1 + MODES], 1
        )
        drugs.append(
            DrugDrive(int(acts_on), falls[0], level[:, 0], amplitude, half, steepness, maximum)
        )
    rate, falling, falls_per_d, kinase_left = there[:, 2:_HEAD].T
    return Drive(
        there[1:, 0], rate, falling, falls_per_d, kinase_left, there[:, axes], tuple(drugs)
    )


def _padded(values: Array) -> Array:
    missing = MODES - values.shape[-1]
    return np.pad(values, [*[(0, 0)] * (values.ndim - 1), (0, missing)])


@dataclass(frozen=True, eq=False)
class Batch:
    """The courses of many patients' units that are asked for.

    Attributes
    ----------
    segments
        What acts on each; shape (P, S, columns). Unused segments begin and end at infinity.
    moments_d
        When states are wanted, rising, in days: from the first, where they start; shape (M,), or
        (P, M) where patients have moments of their own.
    start
        States at the first moment; shape (P, U, states).
    multiplier
        Input of each unit relative to that of the drive; shape (P, U).
    constants
        Of slow plasticity and of the tissue, in SI units, that patients have of their own; each of
        shape (P,).
    """

    segments: Array
    moments_d: Array
    start: Array
    multiplier: Array
    constants: Mapping[str, Array] = field(default_factory=dict)

    @property
    def moments_of_each_d(self) -> Array:
        """The same of each patient; shape (P, M)."""
        return np.broadcast_to(self.moments_d, (len(self.start), self.moments_d.shape[-1]))

    @property
    def drugs(self) -> int:
        """For how many drugs there are columns."""
        columns: int = self.segments.shape[2]
        return (columns - _HEAD - len(AXES)) // DRUG_COLUMNS

    def asked(self, patient: int) -> Asked:
        """Return what is asked for one patient, constants aside."""
        return Asked(
            drive_of(self.segments[patient]),
            self.moments_of_each_d[patient],
            self.start[patient],
            self.multiplier[patient],
        )

    def own(self, patient: int) -> dict[str, float]:
        """Return the constants that one patient has of their own."""
        return {name: float(each[patient]) for name, each in self.constants.items()}

    def of(self, patients: Array) -> "Batch":
        """Return what is asked for some of the patients."""
        constants = {name: each[patients] for name, each in self.constants.items()}
        return Batch(
            self.segments[patients],
            self.moments_of_each_d[patients],
            self.start[patients],
            self.multiplier[patients],
            constants,
        )
