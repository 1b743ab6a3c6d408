"""Recall: part of each pattern is cued; how much of the rest fires, corrected for chance.

A neuron responds if it fires at least ``spikes`` times while the cue lasts. With the share of
uncued members that respond, ``hits``, and the share of all other neurons, ``chance``, recall is
``(hits - chance)/(1 - chance)``, not below 0: it is 0 if members respond like everyone else and 1
if all of them do. In each repetition another part of the pattern is the cue.

``hard_recall`` is the same with a smaller, weaker cue.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from resetsim.declare.model import Model
from resetsim.declare.protocol import DURATION, FIRING, PAUSE, SHARE, at_most
from resetsim.protocols.assay import Assay, Condition, Protocol
from resetsim.records.reading import Reading
from resetsim.spiking.task import Circuit, Recording, Task
from resetsim.streams import seed_for
from resetsim.tissue.arguments import Value
from resetsim.tissue.assemblies import assemblies_of, members, per_synapse
from resetsim.tissue.cueing import CueSchedule, cue_arguments
from resetsim.tissue.frozen import frozen_arguments
from resetsim.tissue.plasticity.dynamics import constants_of, efficacy_of

_SETTINGS = {
    "share": SHARE,
    "rate": FIRING,
    "duration": DURATION,
    "pause": PAUSE,
    "spikes": at_most(1000),
    "repetitions": at_most(100),
}


@dataclass(frozen=True)
class Completion:
    """How well one pattern was completed.

    Attributes
    ----------
    recall
        0 to 1.
    standard_error
        Over the members.
    n
        Members that were uncued at least once.
    """

    recall: float
    standard_error: float
    n: int


def completion(uncued: NDArray[np.float64], others: NDArray[np.float64]) -> Completion:
    """Return recall of one pattern, corrected for chance.

    Parameters
    ----------
    uncued
        For each member: share of the cues without it that it responded to, 0 to 1.
    others
        For each neuron that is no member: share of the cues that it responded to.

    Returns
    -------
    Completion
        Recall 0 if every other neuron responds: the pattern cannot be told from the rest.
    """
    hits, chance = float(uncued.mean()), float(others.mean())
    error = float(uncued.std(ddof=1)) / len(uncued) ** 0.5
    if chance == 1.0:
        return Completion(0.0, error, len(uncued))
    recall = max((hits - chance) / (1 - chance), 0.0)
    return Completion(recall, error / (1 - chance), len(uncued))


def _tasks(circuit: Circuit, condition: Condition, protocol: Protocol, seed: int) -> list[Task]:
    model = circuit.model
    patterns, schedule = assemblies_of(model).count, _schedule(protocol)
    frozen = _arguments_at(model, condition)
    tasks = []
    for repetition in range(int(protocol["repetitions"])):
        cued = [_cued(model, pattern, repetition, protocol) for pattern in range(patterns)]
        tasks.append(
            Task(
                circuit,
                frozen | cue_arguments(model, cued, schedule),
                schedule.length_s(patterns),
                seed_for("recall", seed, repetition),
                spikes=(model.plastic_connection.target,),
            )
        )
    return tasks


def _read(
    model: Model, _: Condition, protocol: Protocol, recordings: list[Recording]
) -> list[Reading]:
    population = model.plastic_connection.target
    readings = []
    for pattern in range(assemblies_of(model).count):
        found = completion(*_responses(model, pattern, protocol, recordings))
        readings.append(
            Reading(
                population,
                "recall",
                found.recall,
                "1",
                found.standard_error,
                found.n,
                x=float(pattern + 1),
                x_unit="pattern",
            )
        )
    return readings


RECALL = Assay("recall", "memory", _SETTINGS, _tasks, _read)
HARD_RECALL = Assay("hard_recall", "memory", _SETTINGS, _tasks, _read)


def _schedule(protocol: Protocol) -> CueSchedule:
    return CueSchedule(protocol["rate"], protocol["duration"], protocol["pause"])


def _arguments_at(model: Model, condition: Condition) -> dict[str, Value]:
    efficacy = efficacy_of(constants_of(model.plasticity))
    weights = per_synapse(model, efficacy(condition.early, condition.late))
    return frozen_arguments(model, weights, condition.acting)


def _cued(model: Model, pattern: int, repetition: int, protocol: Protocol) -> NDArray[np.int64]:
    neurons = members(model, pattern)
    cues = round(protocol["share"] * len(neurons))
    return np.roll(neurons, -repetition * cues)[:cues]


def _responses(
    model: Model, pattern: int, protocol: Protocol, recordings: list[Recording]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the share of cues that each uncued member, and each other neuron, responded to."""
    population = model.plastic_connection.target
    cells = model.size(population)
    window = _schedule(protocol).window_s(pattern)
    responded, uncued = np.zeros(cells), np.zeros(cells)
    for repetition, recording in enumerate(recordings):
        watched = np.ones(cells, dtype=bool)
        watched[_cued(model, pattern, repetition, protocol)] = False
        fired = recording.counts(population, cells, *window) >= protocol["spikes"]
        responded += fired & watched
        uncued += watched
    share = np.divide(responded, uncued, out=np.zeros(cells), where=uncued > 0)
    member = np.zeros(cells, dtype=bool)
    member[members(model, pattern)] = True
    return share[member & (uncued > 0)], share[~member]
