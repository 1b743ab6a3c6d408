"""Brush: A-beta fibres alone; firing of projection neurons meanwhile is allodynia."""

from resetsim.declare.model import Model
from resetsim.declare.protocol import DURATION, FIRING
from resetsim.protocols.assay import Assay, Condition, Protocol
from resetsim.protocols.dorsal_horn import WARM_UP_S, arguments_at, rate_readings, stimulate, task
from resetsim.records.reading import Reading
from resetsim.spiking.task import Circuit, Recording, Task


def _tasks(circuit: Circuit, condition: Condition, protocol: Protocol, seed: int) -> list[Task]:
    end = WARM_UP_S + protocol["duration"]
    arguments = arguments_at(circuit.model, condition)
    arguments |= stimulate("a_beta", protocol["rate"], WARM_UP_S, end)
    return [task(circuit, arguments, end, seed)]


def _read(
    model: Model, _: Condition, protocol: Protocol, recordings: list[Recording]
) -> list[Reading]:
    window = WARM_UP_S, WARM_UP_S + protocol["duration"]
    return rate_readings(model, recordings[0], window, protocol["rate"], "Hz")


BRUSH = Assay("brush", "dorsal_horn", {"duration": DURATION, "rate": FIRING}, _tasks, _read)
