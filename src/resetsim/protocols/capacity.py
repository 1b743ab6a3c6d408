"""Capacity: how many overlapping patterns a memory holds before recall fails.

Patterns are drawn at random from all principal neurons, so that they share neurons and synapses, as
in Willshaw, Buneman & Longuet-Higgins 1969 Nature 222:960: a synapse is potentiated if any pattern
has both of its neurons, to the efficacy of the first learned assembly at that moment. Some of the
stored patterns are cued, each in a run of its own.
"""

import numpy as np
from numpy.typing import NDArray

from resetsim.declare.model import Model
from resetsim.declare.protocol import DURATION, FIRING, PAUSE, SHARE, at_most
from resetsim.protocols.assay import Assay, Condition, Protocol
from resetsim.protocols.recall import completion
from resetsim.records.reading import Reading
from resetsim.spiking.task import Circuit, Recording, Task
from resetsim.streams import generator_for, seed_for
from resetsim.tissue.assemblies import assemblies_of
from resetsim.tissue.cueing import CueSchedule, cue_arguments
from resetsim.tissue.frozen import frozen_arguments
from resetsim.tissue.plasticity.dynamics import constants_of, efficacy_of
from resetsim.tissue.wiring import wire

STORED = (2, 5, 10, 15, 20, 30, 40, 60)
_SETTINGS = {
    "share": SHARE,
    "rate": FIRING,
    "duration": DURATION,
    "pause": PAUSE,
    "spikes": at_most(1000),
    "tested": at_most(max(STORED)),
}


def random_patterns(model: Model, count: int) -> list[NDArray[np.int64]]:
    """Return the patterns that are stored.

    Parameters
    ----------
    model
        The memory; its wiring seed draws them.
    count
        Number of patterns.

    Returns
    -------
    list of array of int
        Principal neurons of each; more patterns begin with the same ones.
    """
    draw = generator_for(model.wiring_seed, "overlapping patterns")
    cells = model.size(model.plastic_connection.target)
    size = assemblies_of(model).size
    return [np.sort(draw.choice(cells, size, replace=False)) for _ in range(count)]


def _tasks(circuit: Circuit, condition: Condition, protocol: Protocol, seed: int) -> list[Task]:
    model = circuit.model
    efficacy = efficacy_of(constants_of(model.plasticity))
    strong = float(efficacy(condition.early[0], condition.late[0]))
    schedule = CueSchedule(protocol["rate"], protocol["duration"], protocol["pause"])
    tasks = []
    for stored, tested in _tested(protocol):
        patterns = random_patterns(model, stored)
        weights = np.where(_shared(model, patterns), strong, 1.0)
        cued = _cued(model, patterns[tested], protocol)
        arguments = frozen_arguments(model, weights, condition.acting)
        tasks.append(
            Task(
                circuit,
                arguments | cue_arguments(model, [cued], schedule),
                schedule.length_s(1),
                seed_for("capacity", seed, stored, tested),
                spikes=(model.plastic_connection.target,),
            )
        )
    return tasks


def _read(
    model: Model, _: Condition, protocol: Protocol, recordings: list[Recording]
) -> list[Reading]:
    found: dict[int, list[float]] = {}
    for (stored, tested), recording in zip(_tested(protocol), recordings, strict=True):
        pattern = random_patterns(model, stored)[tested]
        recall = _recalled(model, pattern, protocol, recording)
        found.setdefault(stored, []).append(recall)
    population = model.plastic_connection.target
    return [
        Reading(
            population,
            "recall",
            float(np.mean(values)),
            "1",
            float(np.std(values, ddof=1) / len(values) ** 0.5) if len(values) > 1 else np.nan,
            len(values),
            float(stored),
            "stored patterns",
        )
        for stored, values in found.items()
    ]


CAPACITY = Assay("capacity", "memory", _SETTINGS, _tasks, _read)


def _tested(protocol: Protocol) -> list[tuple[int, int]]:
    """Return how many patterns are stored, and which of them is cued, for each run."""
    most = int(protocol["tested"])
    return [(stored, tested) for stored in STORED for tested in range(min(stored, most))]


def _shared(model: Model, patterns: list[NDArray[np.int64]]) -> NDArray[np.bool_]:
    """Return which plastic synapses lie within any pattern."""
    wiring = wire(model)[model.plastic_connection.name]
    member = np.zeros((len(patterns), model.size(model.plastic_connection.target)), dtype=bool)
    for row, neurons in zip(member, patterns, strict=True):
        row[neurons] = True
    return np.asarray((member[:, wiring.source] & member[:, wiring.target]).any(axis=0))


def _cued(model: Model, pattern: NDArray[np.int64], protocol: Protocol) -> NDArray[np.int64]:
    return pattern[: round(protocol["share"] * assemblies_of(model).size)]


def _recalled(
    model: Model, pattern: NDArray[np.int64], protocol: Protocol, recording: Recording
) -> float:
    population = model.plastic_connection.target
    cells = model.size(population)
    schedule = CueSchedule(protocol["rate"], protocol["duration"], protocol["pause"])
    counts = recording.counts(population, cells, *schedule.window_s(0))
    fired = (counts >= protocol["spikes"]).astype(float)
    uncued = np.setdiff1d(pattern, _cued(model, pattern, protocol))
    others = np.setdiff1d(np.arange(cells), pattern)
    return completion(fired[uncued], fired[others]).recall
