"""Drift of the memory: induction by spontaneous activity, and by replay, at frozen weights.

Replay: now and then part of an assembly fires in a short burst, as in sharp-wave ripples (Buzsaki
2015 Hippocampus 25:1073), and the rest of it follows where its synapses are strong. Events are
seconds apart and act for a fraction of one, so what they induce is that of one event times their
rate.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from resetsim.declare.axes import Point
from resetsim.declare.model import Model
from resetsim.declare.protocol import DURATION, FIRING, PAUSE, SHARE, protocol_settings
from resetsim.slow.sample import Sample
from resetsim.spiking.task import Circuit, Recording, Task
from resetsim.streams import generator_for
from resetsim.tissue.assemblies import assemblies_of, members, per_synapse, synapse_units
from resetsim.tissue.cueing import CueSchedule, cue_arguments
from resetsim.tissue.frozen import frozen_arguments
from resetsim.tissue.units import si

_REPLAY = {"share": SHARE, "rate": FIRING, "duration": DURATION, "pause": PAUSE}


def sampling_task(circuit: Circuit, point: Point, efficacy: float, taught: int, seed: int) -> Task:
    """Return a run of spontaneous activity at frozen weights.

    Parameters
    ----------
    circuit
        The memory.
    point
        What acts on the network.
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
    arguments = frozen_arguments(model, per_synapse(model, efficacies), point)
    arguments[f"{plastic.name}.record_from"] = sampling.warm_up_s
    return Task(
        circuit,
        arguments,
        sampling.warm_up_s + sampling.sample_s,
        seed,
        spikes=(plastic.target,),
        arrays=(f"{plastic.name}.time_potentiating", f"{plastic.name}.time_depressing"),
    )


def replay_task(circuit: Circuit, point: Point, efficacy: float, taught: int, seed: int) -> Task:
    """Return a run in which each taught assembly is replayed once.

    Parameters
    ----------
    circuit, point, efficacy, taught
        As in :func:`sampling_task`.
    seed
        Of the run; it also draws which members begin.

    Returns
    -------
    Task
        The run; spontaneous activity goes on meanwhile.
    """
    model = circuit.model
    quiet = sampling_task(circuit, point, efficacy, taught, seed)
    schedule, share = replay_schedule(model)
    draw = generator_for(seed, "replayed members")
    size = assemblies_of(model).size
    cued = [
        np.sort(draw.choice(members(model, pattern), round(share * size), replace=False))
        for pattern in range(taught)
    ]
    return replace(
        quiet,
        arguments=dict(quiet.arguments) | cue_arguments(model, cued, schedule),
        duration_s=schedule.length_s(taught),
        spikes=(),
    )


def replay_schedule(model: Model) -> tuple[CueSchedule, float]:
    """Return how patterns are replayed.

    Parameters
    ----------
    model
        The memory.

    Returns
    -------
    tuple
        When and how strongly, and the share of members that begin: from ``[protocol.replay]``.

    Raises
    ------
    InputError
        If a setting is missing, unknown, of another dimension or outside its range.
    """
    found = {
        name: si(value) for name, value in protocol_settings(model, "replay", _REPLAY, {}).items()
    }
    return CueSchedule(found["rate"], found["duration"], found["pause"]), found["share"]


def read_sample(
    model: Model,
    taught: int,
    recordings: Sequence[Recording],
    replayed: Sequence[Recording] = (),
    replay_rate_hz: float = 0.0,
) -> Sample:
    """Return what the runs for each sampled efficacy measured.

    Parameters
    ----------
    model
        The memory.
    taught
        How many assemblies have been taught, at least one.
    recordings
        Of :func:`sampling_task`, in the order of the efficacies.
    replayed
        Of :func:`replay_task`, in the same order; none without replay.
    replay_rate_hz
        How often each assembly is replayed, in Hz.

    Returns
    -------
    Sample
        Shares of time of the synapses within the taught assemblies, and firing of all principal
        neurons.
    """
    plastic = model.plastic_connection
    start, length = model.sampling.warm_up_s, model.sampling.sample_s
    shares = {}
    for quantity in ("potentiating", "depressing"):
        shares[quantity] = _mean_time_s(model, taught, quantity, recordings) / length
        if replayed:
            length_s = replay_schedule(model)[0].length_s(taught) - start
            in_event = _mean_time_s(model, taught, quantity, replayed) - shares[quantity] * length_s
            shares[quantity] = shares[quantity] + replay_rate_hz * np.maximum(in_event, 0.0)
    cells = model.size(plastic.target)
    rates = [
        recording.counts(plastic.target, cells, start, start + length).mean() / length
        for recording in recordings
    ]
    return {**shares, "output_hz": np.array(rates), "inducing": np.zeros(len(rates))}


def _mean_time_s(
    model: Model, taught: int, quantity: str, recordings: Sequence[Recording]
) -> NDArray[np.float64]:
    name = f"{model.plastic_connection.name}.time_{quantity}"
    within = synapse_units(model) < taught
    return np.array([recording.arrays[name][within].mean() for recording in recordings])
