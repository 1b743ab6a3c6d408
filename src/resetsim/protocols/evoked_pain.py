"""Evoked pain: graded noxious stimuli, firing of projection neurons while they last."""

from resetsim.declare.model import Model
from resetsim.declare.protocol import DURATION, FIRING
from resetsim.protocols.assay import Assay, Condition, Protocol
from resetsim.protocols.dorsal_horn import WARM_UP_S, arguments_at, rate_readings, stimulate, task
from resetsim.records.reading import Reading
from resetsim.spiking.task import Circuit, Recording, Task
from resetsim.streams import seed_for

STRENGTHS = ("weak", "medium", "strong")
_SETTINGS = {"duration": DURATION, **dict.fromkeys(STRENGTHS, FIRING)}


def _tasks(circuit: Circuit, condition: Condition, protocol: Protocol, seed: int) -> list[Task]:
    end = WARM_UP_S + protocol["duration"]
    return [
        task(
            circuit,
            arguments_at(circuit.model, condition)
            | stimulate("c_fibre", protocol[strength], WARM_UP_S, end),
            end,
            seed_for("evoked_pain", seed, strength),
        )
        for strength in STRENGTHS
    ]


def _read(
    model: Model, _: Condition, protocol: Protocol, recordings: list[Recording]
) -> list[Reading]:
    window = WARM_UP_S, WARM_UP_S + protocol["duration"]
    return [
        reading
        for strength, recording in zip(STRENGTHS, recordings, strict=True)
        for reading in rate_readings(model, recording, window, protocol[strength], "Hz")
    ]


EVOKED_PAIN = Assay("evoked_pain", "dorsal_horn", _SETTINGS, _tasks, _read)
