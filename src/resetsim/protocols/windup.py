"""Wind-up: C-strength volleys at a steady frequency, spikes after each stimulus.

Windows as in the literature: A-fibre response to 100 ms, C-fibre response to 400 ms, after-
discharge to 1 s or the next stimulus (Dickenson & Sullivan 1987 Neuropharmacology 26:1235).
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from resetsim.declare.model import Model
from resetsim.declare.protocol import REPEATS, at_most
from resetsim.protocols.assay import Assay, Condition, Protocol
from resetsim.protocols.dorsal_horn import PROJECTION, WARM_UP_S, arguments_at, mean_reading, task
from resetsim.records.reading import Reading
from resetsim.spiking.task import Circuit, Recording, Task

WINDOWS_S = {
    "a_spikes": (0.0, 0.1),
    "c_spikes": (0.1, 0.4),
    "after_discharge_spikes": (0.4, 1.0),
}
C_RESPONSE = ("c_spikes", "after_discharge_spikes")
"""What winds up: the response to C-fibres, with what goes on after it."""

_SETTINGS = {"frequency": REPEATS, "stimuli": at_most(200)}


def _tasks(circuit: Circuit, condition: Condition, protocol: Protocol, seed: int) -> list[Task]:
    period = 1 / protocol["frequency"]
    arguments = arguments_at(circuit.model, condition)
    for fibres in ("c_fibre", "a_beta"):  # C strength excites A-fibres too
        arguments |= {
            f"{fibres}.volley_start": WARM_UP_S,
            f"{fibres}.volley_period": period,
            f"{fibres}.volley_count": protocol["stimuli"],
        }
    duration = WARM_UP_S + (protocol["stimuli"] - 1) * period + 1.0
    return [task(circuit, arguments, duration, seed)]


def _read(
    model: Model, _: Condition, protocol: Protocol, recordings: list[Recording]
) -> list[Reading]:
    period = 1 / protocol["frequency"]
    (recording,) = recordings
    readings = []
    for stimulus in range(int(protocol["stimuli"])):
        at = WARM_UP_S + stimulus * period
        for population in PROJECTION:
            for quantity, (start, end) in WINDOWS_S.items():
                window = at + min(start, period), at + min(end, period)
                counts = recording.counts(population, model.size(population), *window)
                readings.append(
                    mean_reading(
                        population,
                        quantity,
                        counts.astype(np.float64),
                        "1",
                        stimulus + 1,
                        "stimulus",
                        {"frequency_hz": protocol["frequency"]},
                    )
                )
    return readings


WINDUP = Assay("windup", "dorsal_horn", _SETTINGS, _tasks, _read)


def windup_gain(readings: list[Reading]) -> float | None:
    """Return how much the response of WDR neurons grows over a train.

    Parameters
    ----------
    readings
        Of one wind-up assay.

    Returns
    -------
    float or None
        C response and after-discharge of the last stimulus over those of the first; None where
        the first gave no spike.
    """
    responses = c_responses(readings)
    return float(responses[-1] / responses[0]) if responses[0] > 0 else None


def c_responses(readings: Sequence[Reading]) -> NDArray[np.float64]:
    """Return the responses of WDR neurons to C-fibres over a train.

    Parameters
    ----------
    readings
        Of one wind-up assay.

    Returns
    -------
    array, shape (stimuli,)
        C response and after-discharge to each stimulus, in spikes per cell.
    """
    total: dict[float, float] = {}
    for reading in readings:
        if reading.population == "wdr" and reading.quantity in C_RESPONSE:
            total[reading.x] = total.get(reading.x, 0.0) + reading.value
    return np.array([total[stimulus] for stimulus in sorted(total)])
