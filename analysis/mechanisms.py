"""Which conclusions about the tissue hang on which mechanism? Writes the page.

The main parameter of each mechanism is changed alone, by a fifth up and down, and wind-up, LTP and
the unstable state at 1.6 Hz of ongoing input are simulated anew.
"""

import copy
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resetsim.declare.axes import Point
from resetsim.declare.files import find_file, read_toml
from resetsim.declare.model import Model
from resetsim.declare.quantities import parse_quantity, units, written
from resetsim.declare.validation import validated
from resetsim.progress import Silent
from resetsim.protocols.assay import Condition
from resetsim.protocols.conditioning import (
    conditioned_early,
    conditioning_protocol,
    conditioning_task,
)
from resetsim.protocols.registry import ASSAYS, protocol_of
from resetsim.slow.fixed_points import late_drift
from resetsim.slow.measure import measure_nodes
from resetsim.slow.table import table_of
from resetsim.spiking.engine import best_engine
from resetsim.spiking.task import Circuit
from resetsim.study.systems import PlasticSystem, dorsal_horn_sampler
from resetsim.tissue.plasticity.maintenance import maintenance_rule

PAGE = Path(__file__).parents[1] / "docs" / "explanation" / "mechanisms.md"
FACTORS = (0.8, 1.2)
ONGOING = Point(1.6)
PARAMETERS = (
    "population.wdr.can.conductance",
    "population.wdr.can.calcium_decay",
    "population.wdr.can.calcium_through_nmda",
    "population.wdr.can.calcium_per_spike",
    "population.wdr.nk1.conductance",
    "connection.excitatory_to_wdr.ampa",
    "connection.excitatory_to_wdr.nmda",
    "connection.inhibitory_to_wdr.gaba",
    "connection.c_fibre_to_excitatory.ampa",
    "connection.c_fibre_to_nk1r.ampa",
    "connection.excitatory_to_nk1r.ampa",
    "connection.inhibitory_to_nk1r.gaba",
    "population.nk1r.nk1.nmda_gain",
    "spine.calcium_influx",
    "spine.calcium_per_spike",
    "spine.potentiation_threshold",
    "receptors.nmda_decay",
)
HEADER = """# What hangs on which mechanism

Written by `analysis/mechanisms.py`. The main parameter of each mechanism is changed alone, by a
fifth. The first response and the absolute wind-up are those of WDR neurons at 1 Hz × 20, without
and with NMDA receptors blocked to 95 %; last / first is that of 12 stimuli at 0.33 Hz. LTP is the
early phase after LFS (captured above 0.3). The threshold duration at 1.6 Hz is the decay time of
the late phase times the logarithm of its upper over its unstable state: *none needed* where no
lasting state is left, *never* where there is no unstable one.

| parameter | × | first | absolute wind-up | blocked | last / first, 0.33 Hz | LTP | threshold |
| --- | --- | --- | --- | --- | --- | --- | --- |
"""


def main() -> None:
    """Write the page: the model as declared, then each change."""
    content = read_toml(find_file("dorsal_horn", "model"))
    lines = [_line("as declared", "", _measured(validated(Model, content, "declared")))]
    for parameter in PARAMETERS:
        for factor in FACTORS:
            changed = _scaled(content, parameter, factor)
            lines.append(
                _line(
                    f"`{parameter}`", f"{factor:g}", _measured(validated(Model, changed, parameter))
                )
            )
            print(lines[-1], flush=True)
    PAGE.write_text(HEADER + "\n".join(lines) + "\n")


def _scaled(content: Mapping[str, Any], parameter: str, factor: float) -> dict[str, Any]:
    changed = copy.deepcopy(dict(content))
    table, *steps = parameter.split(".")
    place: Any = changed[table]
    if table == "connection":
        source, target = steps.pop(0).split("_to_")
        place = next(each for each in place if (each["source"], each["target"]) == (source, target))
    for step in steps:
        place = place[step]
    value = place["value"]
    scaled = (parse_quantity(value) if isinstance(value, str) else units.Quantity(value)) * factor
    place["value"] = written(scaled) if isinstance(value, str) else float(scaled.magnitude)
    return changed


def _measured(model: Model) -> list[str]:
    control, blocked = (_train(model, 1.0, 20, blockade) for blockade in (0.0, 0.95))
    slow = _train(model, 0.33, 12, 0.0)
    return [
        f"{control[0]:.1f}",
        f"{control.sum() - 20 * control[0]:.0f}",
        f"{blocked.sum() - 20 * blocked[0]:.0f}",
        f"{slow[-3:].mean() / slow[0]:.1f}",
        f"{_early_after_lfs(model):.2f}",
        _threshold(model),
    ]


def _healthy(blockade: float = 0.0) -> Condition:
    return Condition(np.zeros(1), np.zeros(1), Point(nmda_free=1 - blockade))


def _train(model: Model, frequency_hz: float, stimuli: int, blockade: float) -> NDArray[np.float64]:
    frequency = {"frequency": parse_quantity(f"{frequency_hz} Hz")}
    protocol = {**protocol_of("windup", model, frequency), "stimuli": stimuli}
    assay, condition = ASSAYS["windup"], _healthy(blockade)
    recordings = best_engine(jobs=1).run(assay.tasks(Circuit(model), condition, protocol, 1))
    response = np.zeros(stimuli)
    for reading in assay.read(model, condition, protocol, recordings):
        if reading.population == "wdr" and reading.quantity != "a_spikes":
            response[int(reading.x) - 1] += reading.value
    return response


def _early_after_lfs(model: Model) -> float:
    protocol = conditioning_protocol(model, "lfs")
    task = conditioning_task(Circuit(model), _healthy(), protocol, 1)
    return conditioned_early(model, best_engine(jobs=1).run([task])[0])


def _threshold(model: Model) -> str:
    system = PlasticSystem(dorsal_horn_sampler(model), maintenance_rule("input-dependent"))
    nodes = measure_nodes(system.sampler, [ONGOING], best_engine(jobs=2), Silent())
    grid = tuple((coordinate,) for coordinate in ONGOING)
    table = table_of(grid, tuple(model.sampling.efficacies), nodes)
    drift = late_drift(system.with_table(table), ONGOING)
    high = drift.stable[-1]
    if high < 0.5:
        return "none needed"
    if not len(drift.unstable):
        return "never"
    days = float(model.plasticity.late_decay.value.to("day").magnitude)
    return f"{24 * days * np.log(high / drift.unstable[-1]):.0f} h"


def _line(name: str, factor: str, cells: list[str]) -> str:
    return "| " + " | ".join([name, factor, *cells]) + " |"


if __name__ == "__main__":
    main()
