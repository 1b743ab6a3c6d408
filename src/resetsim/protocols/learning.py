"""Learning: patterns taught one after the other to a memory whose synapses are plastic.

The synapses run through the same induction equations as those of the dorsal horn. Learning lasts
seconds, so the late phase does not move in it; consolidation over hours is for the slow dynamics.
"""

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from resetsim.declare.axes import Point
from resetsim.declare.model import Model
from resetsim.declare.protocol import DURATION, FIRING, PAUSE, protocol_settings
from resetsim.spiking.task import Circuit, Recording, Task
from resetsim.tissue.arguments import acting_arguments, model_arguments
from resetsim.tissue.assemblies import members, per_synapse, per_unit
from resetsim.tissue.cueing import CueSchedule, cue_arguments
from resetsim.tissue.units import si

_SETTINGS = {"rate": FIRING, "duration": DURATION, "pause": PAUSE}


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
        If a setting is missing, unknown, of another dimension or outside its range.
    """
    settings = protocol_settings(model, "learning", _SETTINGS, {})
    return CueSchedule(si(settings["rate"]), si(settings["duration"]), si(settings["pause"]))


@dataclass(frozen=True)
class Session:
    """What is taught to which memory.

    Attributes
    ----------
    patterns
        Numbers of the assemblies that are taught.
    early, late
        Phases of each slow unit before it: each assembly, then all other synapses.
    acting
        What acts on the network meanwhile.
    duration_s
        How long each pattern is taught, in seconds; None as the model says.
    """

    patterns: range
    early: tuple[float, ...]
    late: tuple[float, ...]
    acting: Point = field(default_factory=Point)
    duration_s: float | None = None


def learning_task(circuit: Circuit, session: Session, seed: int) -> Task:
    """Return the run of a session.

    Parameters
    ----------
    circuit
        The memory, without a maintenance rule.
    session
        What is taught.
    seed
        Of the run.

    Returns
    -------
    Task
        Read it with :func:`learned_early`.
    """
    model = circuit.model
    schedule = learning_schedule(model)
    if session.duration_s is not None:
        schedule = replace(schedule, duration_s=session.duration_s)
    plastic = model.plastic_connection
    taught = [members(model, assembly) for assembly in session.patterns]
    arguments = model_arguments(model) | acting_arguments(model, session.acting)
    arguments |= cue_arguments(model, taught, schedule)
    arguments[f"{plastic.target}.plastic"] = 1.0
    arguments[f"{plastic.name}.early"] = per_synapse(model, np.array(session.early))
    arguments[f"{plastic.name}.late"] = per_synapse(model, np.array(session.late))
    return Task(
        circuit,
        arguments,
        schedule.length_s(len(taught)),
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
