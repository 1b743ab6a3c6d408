"""LTP: the slope of the C-fibre EPSP of NK1R projection neurons, in per cent of its baseline.

The initial slope of an EPSP is proportional to the AMPA conductance, hence to the efficacy of the
synapse; test stimuli are too rare to change it. Single volleys say what the change does to firing.
"""

import numpy as np

from resetsim.declare.model import Model
from resetsim.declare.protocol import DURATION
from resetsim.protocols.assay import Assay, Condition, Protocol
from resetsim.protocols.dorsal_horn import WARM_UP_S, arguments_at, mean_reading, task
from resetsim.records.reading import Reading
from resetsim.spiking.task import Circuit, Recording, Task
from resetsim.tissue.plasticity.dynamics import constants_of, efficacy_of

MINUTES_PER_DAY = 1440.0


def _tasks(circuit: Circuit, condition: Condition, protocol: Protocol, seed: int) -> list[Task]:
    arguments = arguments_at(circuit.model, condition)
    arguments |= {"c_fibre.volley_start": WARM_UP_S, "c_fibre.volley_count": 1.0}
    return [task(circuit, arguments, WARM_UP_S + protocol["window"], seed)]


def _read(
    model: Model, condition: Condition, protocol: Protocol, recordings: list[Recording]
) -> list[Reading]:
    population = model.plastic_connection.target
    cells, minutes = model.size(population), condition.moment_d * MINUTES_PER_DAY
    efficacy = efficacy_of(constants_of(model.plasticity))(condition.early, condition.late)
    window = WARM_UP_S, WARM_UP_S + protocol["window"]
    spikes = recordings[0].counts(population, cells, *window).astype(np.float64)
    slope = Reading(
        population, "epsp_slope_percent", 100 * float(efficacy[0]), "%", np.nan, 1, minutes, "min"
    )
    return [slope, mean_reading(population, "c_spikes", spikes, "1", minutes, "min")]


LTP = Assay("ltp", "dorsal_horn", {"window": DURATION}, _tasks, _read)
