"""What all assays on the dorsal horn share."""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from resetsim.declare.model import Model
from resetsim.protocols.assay import Condition
from resetsim.records.reading import Reading
from resetsim.spiking.task import Circuit, Recording, Task
from resetsim.tissue.arguments import Value
from resetsim.tissue.frozen import frozen_arguments
from resetsim.tissue.plasticity.dynamics import constants_of, efficacy_of
from resetsim.tissue.units import si

PROJECTION = ("nk1r", "wdr")
WARM_UP_S = 10.0  # as drift: the slowest current, CAN with 3.1 s, settles under ongoing input


def arguments_at(model: Model, condition: Condition) -> dict[str, Value]:
    """Return the arguments of the dorsal horn at one moment, without a stimulus.

    Parameters
    ----------
    model
        The dorsal horn.
    condition
        Its weights, and what acts on it.

    Returns
    -------
    dict
        Run arguments in SI units.
    """
    efficacy = efficacy_of(constants_of(model.plasticity))
    weight = efficacy(float(condition.early[0]), float(condition.late[0]))
    arguments = frozen_arguments(model, weight, condition.acting)
    if model.heterosynaptic is not None:
        potentiated = f"{model.heterosynaptic.source}_to_{model.heterosynaptic.target}.ampa_step"
        gain = si(model.heterosynaptic.gain)
        arguments[potentiated] = arguments[potentiated] * (1 + gain * condition.heterosynaptic)
    return arguments


def stimulate(population: str, rate_hz: float, start_s: float, end_s: float) -> dict[str, Value]:
    """Return the arguments for a stimulus that adds firing to all fibres of a population.

    Parameters
    ----------
    population
        Primary afferents.
    rate_hz
        Firing added, in Hz.
    start_s, end_s
        When in the run, in seconds.

    Returns
    -------
    dict
        Run arguments.
    """
    return {
        f"{population}.stimulus": rate_hz,
        f"{population}.stimulus_start": start_s,
        f"{population}.stimulus_end": end_s,
    }


def task(circuit: Circuit, arguments: dict[str, Value], duration_s: float, seed: int) -> Task:
    """Return a run whose projection neurons are recorded.

    Parameters
    ----------
    circuit
        The dorsal horn.
    arguments
        Its numbers.
    duration_s
        How long, in seconds.
    seed
        Of the run.

    Returns
    -------
    Task
        The run.
    """
    return Task(circuit, arguments, duration_s, seed, spikes=PROJECTION)


def rate_readings(
    model: Model, recording: Recording, window_s: tuple[float, float], x: float, x_unit: str
) -> list[Reading]:
    """Return the firing rate of each projection population in a window.

    Parameters
    ----------
    model
        The dorsal horn.
    recording
        What came back.
    window_s
        Start and end, in seconds.
    x, x_unit
        Where along the assay the window is.

    Returns
    -------
    list of Reading
        ``rate`` in Hz, with the standard error over cells.
    """
    readings = []
    for population in PROJECTION:
        cells = model.size(population)
        rates = recording.counts(population, cells, *window_s) / (window_s[1] - window_s[0])
        readings.append(mean_reading(population, "rate", rates, "Hz", x, x_unit))
    return readings


def mean_reading(
    population: str,
    quantity: str,
    values: NDArray[np.float64],
    unit: str,
    x: float,
    x_unit: str,
    columns: Mapping[str, float] = MappingProxyType({}),
) -> Reading:
    """Return the mean over cells as a reading.

    Parameters
    ----------
    population, quantity, unit, x, x_unit, columns
        As in :class:`Reading`.
    values
        One per cell.

    Returns
    -------
    Reading
        Mean and its standard error.
    """
    cells = len(values)
    error = float(values.std(ddof=1) / np.sqrt(cells))
    value = float(values.mean())
    return Reading(population, quantity, value, unit, error, cells, x, x_unit, dict(columns))
