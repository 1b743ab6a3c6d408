"""Conditioning: electrical stimulation at C strength of a dorsal horn whose synapses are plastic.

It lasts seconds to minutes, so the late phase does not move in it; what becomes of the early phase
is for the slow dynamics. Protocols: Ruscheweyh 2011 Mol Pain 7:20, Table 1.
"""

from resetsim.declare.model import Model
from resetsim.declare.protocol import PAUSE, REPEATS, at_most, protocol_settings
from resetsim.declare.ranges import between
from resetsim.protocols.assay import Condition, Protocol
from resetsim.spiking.task import Circuit, Recording, Task
from resetsim.tissue.arguments import acting_arguments, model_arguments
from resetsim.tissue.units import si

_SETTINGS = {
    "frequency": REPEATS,
    "duration": between("10 ms", "1 h"),
    "trains": at_most(50),
    "interval": PAUSE,
}
_WARM_UP_S = 1.0
_AFTER_S = 2.0  # the last volley has arrived and its calcium is gone


def conditioning_protocol(model: Model, name: str) -> Protocol:
    """Return how the nerve is stimulated.

    Parameters
    ----------
    model
        The dorsal horn.
    name
        Of one of its protocols.

    Returns
    -------
    Protocol
        In SI units.

    Raises
    ------
    InputError
        If a setting is missing, unknown, of another dimension or outside its range.
    """
    settings = protocol_settings(model, name, _SETTINGS, {})
    return {setting: si(value) for setting, value in settings.items()}


def conditioning_task(
    circuit: Circuit, condition: Condition, protocol: Protocol, seed: int
) -> Task:
    """Return the run of a conditioning.

    Parameters
    ----------
    circuit
        The dorsal horn, without a maintenance rule.
    condition
        The moment at which it happens.
    protocol
        From :func:`conditioning_protocol`.
    seed
        Of the run.

    Returns
    -------
    Task
        Read it with :func:`conditioned_early`.
    """
    model = circuit.model
    plastic = model.plastic_connection
    arguments = model_arguments(model) | acting_arguments(model, condition.acting)
    arguments[f"{plastic.target}.plastic"] = 1.0
    arguments[f"{plastic.name}.early"] = float(condition.early[0])
    arguments[f"{plastic.name}.late"] = float(condition.late[0])
    for fibres in ("c_fibre", "a_beta"):
        arguments |= {
            f"{fibres}.volley_start": _WARM_UP_S,
            f"{fibres}.volley_period": 1 / protocol["frequency"],
            f"{fibres}.volley_count": round(protocol["frequency"] * protocol["duration"]),
            f"{fibres}.train_period": protocol["interval"],
            f"{fibres}.train_count": protocol["trains"],
        }
    length = (protocol["trains"] - 1) * protocol["interval"] + protocol["duration"]
    return Task(
        circuit,
        arguments,
        _WARM_UP_S + length + _AFTER_S,
        seed,
        arrays=(f"{plastic.name}.early",),
    )


def conditioned_early(model: Model, recording: Recording) -> float:
    """Return the early phase that a conditioning leaves behind.

    Parameters
    ----------
    model
        The dorsal horn.
    recording
        Of :func:`conditioning_task`.

    Returns
    -------
    float
        Mean over the plastic synapses, 0 to 1.
    """
    return float(recording.arrays[f"{model.plastic_connection.name}.early"].mean())
