"""Which slow dynamics a unit has: its rules, and the names of its states and constants.

What they say as symbols is in ``symbols.py``; a kernel that is compiled already runs without it.
"""

from dataclasses import dataclass

from resetsim.declare.axes import INHIBITION
from resetsim.declare.plasticity import Plasticity
from resetsim.tissue.plasticity.maintenance import MaintenanceRule

UNIT = ("early", "late", "protein", "age")
DORSAL_HORN = (*UNIT, INHIBITION, "potentiation", "potentiation_age")

QUANTITIES = ("potentiating", "depressing", "inducing")
"""Of a drift table, those that rates of change depend on; its slopes along efficacy, along loss of
inhibition and in time have the endings ``_x``, ``_d`` and ``_t``."""

DRIVEN = ("rate", "rate_t", "kinase")
"""What acts besides: input in Hz and its change per day, share of kinases not blocked."""

CONSTANTS = tuple(Plasticity.model_fields)
OF_THE_DORSAL_HORN = (
    "heterosynaptic_rate",
    "heterosynaptic_decay",
    "loses_inhibition",
    "half_input",
    "onset",
    "recovery",
)


@dataclass(frozen=True)
class SlowEquations:
    """The slow dynamics of a kind of unit.

    Attributes
    ----------
    rule
        Maintenance of its late phase.
    heterosynaptic
        Maintenance of heterosynaptic potentiation; None for tissue that has neither that nor a loss
        of inhibition, such as the memory.
    """

    rule: MaintenanceRule
    heterosynaptic: MaintenanceRule | None = None

    @property
    def states(self) -> tuple[str, ...]:
        """Names of the states, in order."""
        return UNIT if self.heterosynaptic is None else DORSAL_HORN

    @property
    def constants(self) -> tuple[str, ...]:
        """Names of the constants, in order."""
        return CONSTANTS if self.heterosynaptic is None else CONSTANTS + OF_THE_DORSAL_HORN
