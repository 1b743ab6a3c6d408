"""Learning: patterns taught one after the other to a naive memory whose synapses are plastic.

The synapses run through the same induction equations as those of the dorsal horn. A session lasts
seconds, so the late phase does not move in it; consolidation over hours is for the slow dynamics.
It takes several sessions, as spaced learning does: ``sessions`` and ``session_interval`` of
``[protocol.learning]``.
"""

import numpy as np
from numpy.typing import NDArray

from resetsim.networks.arguments import blockade_arguments, model_arguments
from resetsim.networks.assemblies import members, per_unit
from resetsim.networks.cueing import CueSchedule, cue_arguments
from resetsim.networks.units import si
from resetsim.simulation.task import Circuit, Recording, Task
from resetsim.spec.model import Model


def learning_task(circuit: Circuit, patterns: int, blockade: float, seed: int) -> Task:
    """Return the run that teaches the first patterns once.

    Parameters
    ----------
    circuit
        The memory, without a maintenance rule.
    patterns
        How many of its assemblies are taught.
    blockade
        Share of the NMDA conductance removed meanwhile, 0 to 1.
    seed
        Of the run.

    Returns
    -------
    Task
        Read it with :func:`learned_early`.
    """
    model = circuit.model
    protocol = model.protocol["learning"]
    schedule = CueSchedule(si(protocol["rate"]), si(protocol["duration"]), si(protocol["pause"]))
    plastic = model.plastic_connection
    taught = [members(model, assembly) for assembly in range(patterns)]
    arguments = model_arguments(model) | blockade_arguments(model, blockade)
    arguments |= cue_arguments(model, taught, schedule)
    arguments[f"{plastic.target}.plastic"] = 1.0
    return Task(
        circuit,
        arguments,
        schedule.length_s(patterns),
        seed,
        spikes=(plastic.target,),
        arrays=(f"{plastic.name}.early",),
    )


def learned_early(model: Model, recording: Recording) -> NDArray[np.float64]:
    """Return what a session left behind.

    Parameters
    ----------
    model
        The memory.
    recording
        Of :func:`learning_task`.

    Returns
    -------
    array, shape (assemblies + 1,)
        Mean early phase of each slow unit: the synapses within each assembly, then all others.
    """
    return per_unit(model, recording.arrays[f"{model.plastic_connection.name}.early"])
