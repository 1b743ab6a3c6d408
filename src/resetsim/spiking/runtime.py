"""Brian2's runtime mode: NumPy where there is no compiler, or Cython; the slow second engine."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from resetsim.spiking.task import Circuit, Recording, Task


def run(task: Task, codegen: str) -> Recording:
    """Run a circuit in this process.

    Parameters
    ----------
    task
        The circuit, its numbers, duration and seed.
    codegen
        ``numpy`` or ``cython``.

    Returns
    -------
    Recording
        What the task asks for.
    """
    from brian2 import second, seed

    from resetsim.tissue.build import draw_first_spikes

    network = _network(task.circuit, codegen)
    network.restore("start")
    for name, value in task.arguments.items():
        owner, variable = name.split(".")
        setattr(network[owner], f"{variable}_", value)
    seed(task.seed)
    draw_first_spikes(network, task.circuit.model)
    network.run(task.duration_s * second)

    def array(name: str) -> NDArray[np.float64]:
        owner, variable = name.split(".")
        value = np.array(getattr(network[owner], f"{variable}_"))
        return value.T.ravel() if owner == "course" else value

    return Recording(
        {name: array(f"spikes_{name}.i").astype(np.int32) for name in task.spikes},
        {name: array(f"spikes_{name}.t") for name in task.spikes},
        {name: array(name) for name in task.arrays},
    )


# By what is compiled: a worker process gets a new circuit with every task.
_networks: dict[tuple[str, str], Any] = {}


def _network(circuit: Circuit, codegen: str) -> Any:  # a Brian2 Network
    if (circuit.key, codegen) not in _networks:
        _networks[circuit.key, codegen] = _built(circuit, codegen)
    return _networks[circuit.key, codegen]


def _built(circuit: Circuit, codegen: str) -> Any:
    from brian2 import BrianLogger, prefs, start_scope

    from resetsim.tissue.build import build_network

    # Calcium has a longer time step than the rest on purpose.
    BrianLogger.suppress_name("synapses_dt_mismatch")
    prefs.codegen.target = codegen
    start_scope()
    network = build_network(circuit.model, circuit.rule)
    network.store("start")
    return network
