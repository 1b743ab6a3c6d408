"""What the page does to its spiking network: run arguments, from the modules that any run has."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from explorer_network import model_of_network

from resetsim.declare.axes import AXES
from resetsim.declare.experiment import read_experiment
from resetsim.patients.periphery import days
from resetsim.protocols.assay import Condition
from resetsim.protocols.brush import BRUSH
from resetsim.protocols.dorsal_horn import WARM_UP_S, arguments_at
from resetsim.protocols.registry import protocol_of
from resetsim.protocols.windup import WINDOWS_S, WINDUP
from resetsim.spiking.task import Circuit, Task
from resetsim.streams import seed_for
from resetsim.tissue.arguments import Value
from resetsim.tissue.frozen import frozen_arguments

FREQUENCIES_HZ = (0.33, 0.5, 1.0, 2.0)
REST_S = 10.0
AFTER_S = 2.0
TRIALS = 50


def network_contents() -> dict[str, Any]:
    """Return what the page needs to run the network."""
    model = model_of_network()
    circuit = Circuit(model)
    healthy = Condition(np.zeros(1), np.zeros(1))
    base = arguments_at(model, healthy)

    def stimulus(label: str, task: Task, times_s: list[float], **more: float) -> dict[str, Any]:
        own = {name: value for name, value in task.arguments.items() if base[name] != value}
        duration_s = task.duration_s + AFTER_S
        return {"label": label, "arguments": own, "duration_s": duration_s, "at_s": times_s} | more

    windup = protocol_of("windup", model, {})

    def train(label: str, frequency_hz: float, count: float) -> dict[str, Any]:
        protocol = {**windup, "frequency": frequency_hz, "stimuli": count}
        (task,) = WINDUP.tasks(circuit, healthy, protocol, 0)
        times_s = [WARM_UP_S + number * (1 / frequency_hz) for number in range(int(count))]
        return stimulus(label, task, times_s, frequency_hz=frequency_hz)

    (brushed,) = BRUSH.tasks(circuit, healthy, protocol_of("brush", model, {}), 0)
    resting = Task(circuit, base, WARM_UP_S + REST_S - AFTER_S, 0)
    count = windup["stimuli"]
    return {
        "populations": {name: model.size(name) for name in model.population},
        "arguments": base,
        "moved_by": {
            "efficacy": _between(
                frozen_arguments(model, 0.0, healthy.acting),
                frozen_arguments(model, 1.0, healthy.acting),
            )
        }
        | {
            name: _between(*(axis.arguments(model, x) for x in (0.0, 1.0)))
            for name, axis in AXES.items()
        },
        "warm_up_s": WARM_UP_S,
        "c_window_s": WINDOWS_S["c_spikes"],
        "stimuli": {
            "rest": stimulus("Nothing", resting, []),
            "brush": stimulus("A brush, for 2 s", brushed, []),
            "one": train("One stimulus of C strength", 1.0, 1),
        }
        | {
            f"windup_{hz:g}": train(f"{count:g} stimuli at {hz:g} Hz", hz, count)
            for hz in FREQUENCIES_HZ
        },
        "seeds": _seeds(),
    }


def _between(low: Mapping[str, Value], high: Mapping[str, Value]) -> dict[str, list[Value]]:
    """Return the arguments that a coordinate moves, linearly: at 0 and at 1."""
    return {name: [low[name], high[name]] for name in low if low[name] != high[name]}


def _seeds() -> list[int]:
    """Return the seed of each trial; the first is that of the wind-up that is recorded."""
    plan = read_experiment("windup").arms[0].plan
    recorded = seed_for("assay", plan.seed, "windup", days(plan.follow_up.at[0]))
    return [recorded, *(seed_for("explorer", trial) for trial in range(2, TRIALS + 1))]
