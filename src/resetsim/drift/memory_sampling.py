"""Drift of the memory: induction by spontaneous activity at frozen weights."""

from collections.abc import Sequence

import numpy as np

from resetsim.drift.sample import Sample
from resetsim.networks.assemblies import assemblies_of, per_synapse, synapse_units
from resetsim.networks.frozen import frozen_arguments
from resetsim.simulation.task import Circuit, Recording, Task
from resetsim.spec.model import Model


def sampling_task(
    circuit: Circuit, nmda_free: float, efficacy: float, taught: int, seed: int
) -> Task:
    """Return a run of spontaneous activity at frozen weights.

    Parameters
    ----------
    circuit
        The memory.
    nmda_free
        Share of the NMDA conductance that is left.
    efficacy
        Of the synapses within the taught assemblies, relative to a naive synapse; all others are
        naive.
    taught
        How many assemblies have been taught.
    seed
        Of the run.

    Returns
    -------
    Task
        The run.
    """
    model = circuit.model
    plastic, sampling = model.plastic_connection, model.sampling
    efficacies = np.ones(assemblies_of(model).count + 1)
    efficacies[:taught] = efficacy
    arguments = frozen_arguments(model, per_synapse(model, efficacies), round(1 - nmda_free, 12))
    arguments[f"{plastic.name}.record_from"] = sampling.warm_up_s
    return Task(
        circuit,
        arguments,
        sampling.warm_up_s + sampling.sample_s,
        seed,
        spikes=(plastic.target,),
        arrays=(f"{plastic.name}.time_potentiating", f"{plastic.name}.time_depressing"),
    )


def read_sample(model: Model, taught: int, recordings: Sequence[Recording]) -> Sample:
    """Return what one run for each sampled efficacy measured.

    Parameters
    ----------
    model
        The memory.
    taught
        How many assemblies have been taught, at least one.
    recordings
        Of :func:`sampling_task`, in the order of the efficacies.

    Returns
    -------
    Sample
        Shares of time of the synapses within the taught assemblies, and firing of all principal
        neurons.
    """
    plastic = model.plastic_connection
    start, length = model.sampling.warm_up_s, model.sampling.sample_s
    within = synapse_units(model) < taught
    shares = {
        quantity: np.array(
            [
                recording.arrays[f"{plastic.name}.time_{quantity}"][within].mean() / length
                for recording in recordings
            ]
        )
        for quantity in ("potentiating", "depressing")
    }
    cells = model.size(plastic.target)
    rates = [
        recording.counts(plastic.target, cells, start, start + length).mean() / length
        for recording in recordings
    ]
    return {**shares, "output_hz": np.array(rates), "inducing": np.zeros(len(rates))}
