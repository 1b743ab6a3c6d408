"""Prints a table: wind-up in the sensitised state against health, over five networks."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from resetsim.declare.axes import Point
from resetsim.declare.files import find_file
from resetsim.declare.model import Model, read_model
from resetsim.declare.quantities import parse_quantity
from resetsim.protocols.assay import Condition
from resetsim.protocols.dorsal_horn import WARM_UP_S
from resetsim.protocols.registry import ASSAYS, protocol_of
from resetsim.records.reading import Reading
from resetsim.spiking.engine import Engine, best_engine
from resetsim.spiking.task import Circuit

NETWORKS = range(1, 6)
LATE_PHASE = 0.95
STATES = {
    "health": Condition(np.zeros(1), np.zeros(1), Point()),
    "1.4 Hz of ongoing input": Condition(np.zeros(1), np.full(1, LATE_PHASE), Point(1.4)),
    "1.8 Hz of ongoing input": Condition(np.zeros(1), np.full(1, LATE_PHASE), Point(1.8)),
}
TRAINS = {"1 Hz": 20, "0.5 Hz": 16, "0.33 Hz": 12, "0.2 Hz": 6}
AFTER_S = (4.0, 7.0)  # after the last stimulus: 3 to 6 s after the response to it

Measure = Callable[[Circuit, Condition, Engine], float]


def main() -> None:
    """Print a row for each measure, a column for each state."""
    model = read_model(find_file("dorsal_horn", "model"))
    circuits = [Circuit(model.model_copy(update={"wiring_seed": seed})) for seed in NETWORKS]
    engine = best_engine(jobs=2)
    print("| |", " | ".join(STATES), "|\n|", " | ".join(["---"] * (1 + len(STATES))), "|")
    for name, measure in _measures().items():
        found = [
            np.mean([measure(circuit, state, engine) for circuit in circuits])
            for state in STATES.values()
        ]
        print(f"| {name} |", " | ".join(f"{value:.1f}" for value in found), "|", flush=True)


def _measures() -> dict[str, Measure]:
    trains: dict[str, Measure] = {
        f"absolute wind-up, {frequency} × {stimuli}": _train(frequency, stimuli, _absolute)
        for frequency, stimuli in TRAINS.items()
    }
    return {
        "first response": _train("1 Hz", 1, lambda response: float(response[0])),
        **trains,
        "firing 3-6 s after the response to the last of 0.5 Hz, Hz": _after,
        "at rest, Hz": lambda *given: _rate("ongoing", *given),
        "brush, Hz": lambda *given: _rate("brush", *given),
        "strongest noxious stimulus, Hz": lambda *given: _rate("evoked_pain", *given),
    }


def _absolute(response: np.ndarray) -> float:
    return float(response.sum() - len(response) * response[0])


def _train(frequency: str, stimuli: int, measure: Callable[[np.ndarray], float]) -> Measure:
    def measured(circuit: Circuit, state: Condition, engine: Engine) -> float:
        response = np.zeros(stimuli)
        protocol = _protocol(circuit.model, frequency, stimuli)
        for each in _readings("windup", circuit, state, engine, protocol):
            if each.population == "wdr" and each.quantity != "a_spikes":
                response[int(each.x) - 1] += each.value
        return measure(response)

    return measured


def _protocol(model: Model, frequency: str, stimuli: int) -> dict[str, float]:
    changes = {"frequency": parse_quantity(frequency)}
    return {**protocol_of("windup", model, changes), "stimuli": stimuli}


def _after(circuit: Circuit, state: Condition, engine: Engine) -> float:
    stimuli = TRAINS["0.5 Hz"]
    last_s = WARM_UP_S + (stimuli - 1) * 2.0
    begin_s, end_s = (last_s + each for each in AFTER_S)
    protocol = _protocol(circuit.model, "0.5 Hz", stimuli)
    (task,) = ASSAYS["windup"].tasks(circuit, state, protocol, circuit.model.wiring_seed)
    (recording,) = engine.run([replace(task, duration_s=end_s)])
    counts = recording.counts("wdr", circuit.model.size("wdr"), begin_s, end_s)
    return float(counts.mean() / (end_s - begin_s))


def _rate(name: str, circuit: Circuit, state: Condition, engine: Engine) -> float:
    """Return the firing of WDR neurons, under the strongest stimulus where there are several."""
    readings = _readings(name, circuit, state, engine, protocol_of(name, circuit.model, {}))
    of_wdr = [each for each in readings if each.population == "wdr"]
    return max(of_wdr, key=lambda each: each.x).value


def _readings(
    name: str, circuit: Circuit, state: Condition, engine: Engine, protocol: Mapping[str, float]
) -> list[Reading]:
    tasks = ASSAYS[name].tasks(circuit, state, protocol, circuit.model.wiring_seed)
    return list(ASSAYS[name].read(circuit.model, state, protocol, list(engine.run(tasks))))


if __name__ == "__main__":
    main()
