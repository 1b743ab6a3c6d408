"""What an assay is: the simulations it needs and how their spikes are read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from resetsim.declare.axes import Point
from resetsim.declare.model import Model
from resetsim.declare.protocol import SettingRanges
from resetsim.records.reading import Reading
from resetsim.spiking.task import Circuit, Recording, Task


@dataclass(frozen=True, eq=False)
class Condition:
    """The moment at which an assay is made.

    Attributes
    ----------
    early, late
        Phases of potentiation of each slow unit (dorsal horn: one; memory: each assembly, then all
        other synapses), 0 to 1.
    acting
        What acts on the network.
    heterosynaptic
        Heterosynaptic potentiation, 0 to 1.
    moment_d
        In days on the timeline.
    """

    early: NDArray[np.float64]
    late: NDArray[np.float64]
    acting: Point = field(default_factory=Point)
    heterosynaptic: float = 0.0
    moment_d: float = 0.0

    def __eq__(self, other: object) -> bool:
        """Say whether an assay would give the same."""
        return isinstance(other, Condition) and self._parts == other._parts

    def __hash__(self) -> int:
        """Agree with equality."""
        return hash(self._parts)

    @property
    def _parts(self) -> tuple[object, ...]:
        phases = tuple(self.early.tolist()), tuple(self.late.tolist())
        return (*phases, self.acting, self.heterosynaptic, self.moment_d)


Protocol = Mapping[str, float]
"""Settings of an assay: those of ``[protocol.NAME]`` in the model file, in SI units."""


@dataclass(frozen=True)
class Assay:
    """A measurement by spiking simulation.

    Attributes
    ----------
    name
        What experiment files call it.
    system
        The network it is made on: ``dorsal_horn`` or ``memory``.
    settings
        Of its protocol.
    tasks
        From circuit, condition, protocol and seed to the simulations needed.
    read
        From model, condition, protocol and what came back to the readings.
    """

    name: str
    system: str
    settings: SettingRanges
    tasks: Callable[[Circuit, Condition, Protocol, int], list[Task]]
    read: Callable[[Model, Condition, Protocol, list[Recording]], list[Reading]]
