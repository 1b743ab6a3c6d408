"""Drift of the dorsal horn: one run gives the whole curve, a column for each efficacy."""

import numpy as np
from numpy.typing import NDArray

from resetsim.declare.axes import Point
from resetsim.declare.model import Model
from resetsim.slow.sample import Sample
from resetsim.spiking.task import Circuit, Recording, Task
from resetsim.tissue.frozen import frozen_arguments

OUTPUT = ("nk1r", "wdr")


def sampling_task(circuit: Circuit, point: Point, seed: int) -> Task:
    """Return the run that samples drift at one point.

    Parameters
    ----------
    circuit
        The dorsal horn.
    point
        What acts on the network.
    seed
        Of the sample.

    Returns
    -------
    Task
        Its columns carry the efficacies of ``[sampling]``.
    """
    model = circuit.model
    plastic = model.plastic_connection
    efficacies = np.array(model.sampling.efficacies)
    arguments = frozen_arguments(model, efficacies[column_of_synapse(model)], point)
    arrays = [f"{plastic.name}.time_potentiating", f"{plastic.name}.time_depressing"]
    arguments[f"{plastic.name}.record_from"] = model.sampling.warm_up_s
    if model.heterosynaptic is not None:
        arrays.append(f"{model.heterosynaptic.target}.time_induced")
        arguments[f"{model.heterosynaptic.target}.record_from"] = model.sampling.warm_up_s
    return Task(
        circuit,
        arguments,
        model.sampling.warm_up_s + model.sampling.sample_s,
        seed,
        spikes=OUTPUT,
        arrays=tuple(arrays),
    )


def column_of_synapse(model: Model) -> NDArray[np.int64]:
    """Return the column that each plastic synapse ends in.

    Parameters
    ----------
    model
        The dorsal horn.

    Returns
    -------
    array of int
        One entry per synapse, in the order of the wiring.
    """
    plastic = model.plastic_connection
    per_column = model.population[plastic.target].size * plastic.in_degree
    return np.repeat(np.arange(model.columns), per_column)


def read_sample(model: Model, recording: Recording) -> Sample:
    """Return what a sampling run measured.

    Parameters
    ----------
    model
        The dorsal horn.
    recording
        What came back.

    Returns
    -------
    Sample
        Over the sampled efficacies.
    """
    name = model.plastic_connection.name
    start, length = model.sampling.warm_up_s, model.sampling.sample_s
    rates = [
        recording.counts(population, model.size(population), start, start + length)
        .reshape(model.columns, -1)
        .mean(axis=1)
        / length
        for population in OUTPUT
    ]
    inducing = np.zeros(model.columns)
    if model.heterosynaptic is not None:
        times = recording.arrays[f"{model.heterosynaptic.target}.time_induced"]
        inducing = _per_column(model, times) / length
    return {
        "potentiating": _per_column(model, recording.arrays[f"{name}.time_potentiating"]) / length,
        "depressing": _per_column(model, recording.arrays[f"{name}.time_depressing"]) / length,
        "output_hz": np.mean(rates, axis=0),
        "inducing": inducing,
    }


def _per_column(model: Model, values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(values.reshape(model.columns, -1).mean(axis=1))
