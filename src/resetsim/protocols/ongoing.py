"""Ongoing: no stimulus; what ectopic input alone makes projection neurons do."""

from resetsim.declare.model import Model
from resetsim.declare.protocol import DURATION
from resetsim.protocols.assay import Assay, Condition, Protocol
from resetsim.protocols.dorsal_horn import WARM_UP_S, arguments_at, rate_readings, task
from resetsim.records.reading import Reading
from resetsim.spiking.task import Circuit, Recording, Task


def _tasks(circuit: Circuit, condition: Condition, protocol: Protocol, seed: int) -> list[Task]:
    end = WARM_UP_S + protocol["duration"]
    return [task(circuit, arguments_at(circuit.model, condition), end, seed)]


def _read(
    model: Model, _: Condition, protocol: Protocol, recordings: list[Recording]
) -> list[Reading]:
    window = WARM_UP_S, WARM_UP_S + protocol["duration"]
    return rate_readings(model, recordings[0], window, 0.0, "Hz")


ONGOING = Assay("ongoing", "dorsal_horn", {"duration": DURATION}, _tasks, _read)
