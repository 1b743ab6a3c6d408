"""What an assay is: the simulations it needs and how their spikes are read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

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
    blockade
        Share of the NMDA conductance removed, 0 to 1.
    input_rate_hz
        Ongoing C-fibre firing, in Hz.
    disinhibition, heterosynaptic, descending
        Share of the full loss of inhibition; heterosynaptic potentiation; how far a drug engages
        descending fibres; 0 to 1.
    moment_d
        In days on the timeline.
    """

    early: NDArray[np.float64]
    late: NDArray[np.float64]
    blockade: float
    input_rate_hz: float = 0.0
    disinhibition: float = 0.0
    heterosynaptic: float = 0.0
    descending: float = 0.0
    moment_d: float = 0.0


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
