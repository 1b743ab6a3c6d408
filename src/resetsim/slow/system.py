"""A plastic system made ready for the slow clock, and what is asked of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import ArrayLike

from resetsim.declare.axes import INHIBITION, Point
from resetsim.declare.inhibition import Disinhibition
from resetsim.declare.model import Model
from resetsim.slow.drive import Array, Drive
from resetsim.slow.equations import SlowEquations
from resetsim.slow.sample import Drift
from resetsim.tissue.plasticity.dynamics import Constants, SlowRates, slow_rates
from resetsim.tissue.plasticity.maintenance import MaintenanceRule
from resetsim.tissue.units import si

SECONDS_PER_DAY = 86400.0


class Table(Protocol):
    """Drift as a function of a point and efficacy."""

    def __call__(self, point: Point, efficacy: float) -> Drift:
        """Return drift at one point.

        Parameters
        ----------
        point, efficacy
            What acts, and efficacy relative to health.
        """

    def lookup(self, points: ArrayLike, efficacy: ArrayLike) -> Array:
        """Return the quantities of drift at many points.

        Parameters
        ----------
        points, efficacy
            Where; shapes (..., axes) and (...).
        """


@dataclass(frozen=True, eq=False)
class SlowSystem:
    """What the slow clock needs to know of one plastic system.

    Attributes
    ----------
    table
        Its drift.
    rule
        Maintenance of its late phase.
    constants
        Of its slow plasticity.
    heterosynaptic
        Maintenance of heterosynaptic potentiation; None for tissue without it.
    tissue
        Constants of loss of inhibition and heterosynaptic potentiation, see
        :func:`tissue_constants`.
    """

    table: Table
    rule: MaintenanceRule
    constants: Constants
    heterosynaptic: MaintenanceRule | None = None
    tissue: Mapping[str, float] = field(default_factory=dict)

    @cached_property
    def rates(self) -> SlowRates:
        """The rates of change of one unit, in 1/s."""
        return slow_rates(self.rule, self.constants)

    @cached_property
    def equations(self) -> SlowEquations:
        """Which dynamics they are, and the names of their states and constants."""
        return SlowEquations(self.rule, self.heterosynaptic)

    @property
    def states(self) -> int:
        """How many states a unit has."""
        return len(self.equations.states)

    def with_own(self, own: Mapping[str, float]) -> "SlowSystem":
        """Return the system of a patient with constants of their own.

        Parameters
        ----------
        own
            Any of plasticity or of the tissue, in SI units.

        Returns
        -------
        SlowSystem
            The same in all else.
        """
        tissue = {name: own.get(name, each) for name, each in self.tissue.items()}
        plasticity = {name: own.get(name, each) for name, each in self.constants.items()}
        return replace(self, constants=plasticity, tissue=tissue)

    def naive(self, units: int = 1, late: float = 0.0, disinhibition: float = 0.0) -> Array:
        """Return the state of units that nothing has happened to.

        Parameters
        ----------
        units
            Number of units.
        late, disinhibition
            What they begin with.

        Returns
        -------
        array, shape (units, states)
            Zero in all else.
        """
        state = dict.fromkeys(self.equations.states, 0.0) | {"late": late}
        if self.heterosynaptic is not None:
            state[INHIBITION] = disinhibition
        return np.tile(list(state.values()), (units, 1))


def tissue_constants(model: Model, chloride: Disinhibition | None) -> dict[str, float]:
    """Return the constants of a dorsal horn besides those of plasticity.

    Parameters
    ----------
    model
        The declared dorsal horn; what it does not declare does not happen.
    chloride
        How an injury takes inhibition away; None where it does not.

    Returns
    -------
    dict
        In SI units.
    """
    other, lost = model.heterosynaptic, chloride or model.disinhibition
    return {
        "heterosynaptic_rate": si(other.potentiation_rate) if other else 0.0,
        "heterosynaptic_decay": si(other.decay) if other else 1.0,
        "loses_inhibition": float(chloride is not None),
        "half_input": si(lost.half_input) if lost else 1.0,
        "onset": si(lost.onset) if lost else 1.0,
        "recovery": si(lost.recovery) if lost else 1.0,
    }


@dataclass(frozen=True, eq=False)
class Asked:
    """The course of one patient's units that is asked for.

    Attributes
    ----------
    drive
        What acts on them.
    moments_d
        When their states are wanted, rising, in days: from the first, where they start, to the
        last.
    start
        States at the first moment; shape (units, states).
    multiplier
        Input of each unit relative to that of the drive; shape (units,); all 1 by default.
    """

    drive: Drive
    moments_d: Array
    start: Array
    multiplier: Array | None = None


class Solved(NamedTuple):
    """The course of one patient's units.

    Attributes
    ----------
    states
        At each moment; shape (moments, units, states).
    output_hz
        Mean firing of the projection neurons there, in Hz, where the drive jumps just before the
        jump; shape (moments, units).
    """

    states: Array
    output_hz: Array


class StuckError(RuntimeError):
    """A course could not be integrated."""
