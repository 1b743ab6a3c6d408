"""Drift of the dorsal horn: one run gives the whole curve, a column for each efficacy."""

import numpy as np
from numpy.typing import NDArray

from resetsim.drift.sample import Sample
from resetsim.networks.frozen import frozen_arguments
from resetsim.simulation.task import Circuit, Recording, Task
from resetsim.spec.model import Model

INPUT = "c_fibre"
OUTPUT = ("nk1r", "wdr")


def sampling_task(circuit: Circuit, input_rate_hz: float, nmda_free: float, seed: int) -> Task:
    """Return the run that samples drift at one input rate and blockade.

    Parameters
    ----------
    circuit
        The dorsal horn.
    input_rate_hz
        Ongoing C-fibre firing, in Hz.
    nmda_free
        Share of the NMDA conductance that is left.
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
    arguments = frozen_arguments(
        model, efficacies[column_of_synapse(model)], round(1 - nmda_free, 12)
    )
    arguments[f"{INPUT}.background"] = input_rate_hz
    arguments[f"{plastic.name}.record_from"] = model.sampling.warm_up_s
    return Task(
        circuit,
        arguments,
        model.sampling.warm_up_s + model.sampling.sample_s,
        seed,
        spikes=OUTPUT,
        arrays=(f"{plastic.name}.time_potentiating", f"{plastic.name}.time_depressing"),
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
    return {
        "potentiating": _per_column(model, recording.arrays[f"{name}.time_potentiating"]) / length,
        "depressing": _per_column(model, recording.arrays[f"{name}.time_depressing"]) / length,
        "output_hz": np.mean(rates, axis=0),
    }


def _per_column(model: Model, values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(values.reshape(model.columns, -1).mean(axis=1))
