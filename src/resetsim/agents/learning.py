"""Learning: patterns taught one after the other to a naive memory whose synapses are plastic.

The synapses run through the same induction equations as those of the dorsal horn. Learning lasts
seconds, so the late phase does not move in it; consolidation over hours is for the slow dynamics.
"""

import numpy as np
from numpy.typing import NDArray

from resetsim.networks.arguments import blockade_arguments, model_arguments
from resetsim.networks.assemblies import members, per_unit
from resetsim.networks.cueing import CueSchedule, cue_arguments
from resetsim.networks.units import si
from resetsim.simulation.task import Circuit, Recording, Task
from resetsim.spec.model import Model
from resetsim.spec.protocol import protocol_settings

_SETTINGS = {"rate": "Hz", "duration": "s", "pause": "s"}


def learning_schedule(model: Model) -> CueSchedule:
    """Return how patterns are taught.

    Parameters
    ----------
    model
        The memory.

    Returns
    -------
    CueSchedule
        From ``[protocol.learning]``.

    Raises
    ------
    InputError
        If a setting is missing, unknown, of another dimension or not positive.
    """
    settings = protocol_settings(model, "learning", _SETTINGS, {})
    return CueSchedule(si(settings["rate"]), si(settings["duration"]), si(settings["pause"]))


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
    schedule = learning_schedule(model)
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
    """Return what learning left behind.

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
