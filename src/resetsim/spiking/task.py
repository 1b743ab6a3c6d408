"""One simulation: what is run, and what comes back."""

import hashlib
import json
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from importlib.metadata import version
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from resetsim.declare.model import Model
from resetsim.tissue import equations
from resetsim.tissue.arguments import Arguments
from resetsim.tissue.plasticity.maintenance import MaintenanceRule
from resetsim.tissue.wiring import wire


@dataclass(frozen=True, eq=False)
class Circuit:
    """What is compiled: a model's structure and the maintenance rule, not its numbers.

    Attributes
    ----------
    model
        The declared system.
    rule
        The maintenance rule compiled in, or None for a fixed late phase.
    """

    model: Model
    rule: MaintenanceRule | None = None

    @cached_property
    def key(self) -> str:
        """Hash of everything that the compiled network depends on, apart from the machine."""
        digest = hashlib.sha256(_code_key().encode())
        digest.update(
            str((self.model.time_step.value, self.model.calcium_time_step.value)).encode()
        )
        postsynaptic = self.model.plastic_connection.target
        for name, population in self.model.population.items():
            text = "afferent"
            if population.kind != "afferent":
                text = "".join(
                    equations.neuron(
                        population,
                        name == postsynaptic,
                        name == self.model.heterosynaptic_target,
                        self.rule is not None,
                    )
                )
            digest.update(f"{name} {self.model.size(name)} {text}".encode())
        for connection in self.model.connection:
            text = equations.steps(connection) + equations.on_spike(connection)
            if connection.plastic:
                text += equations.plastic_synapse(self.rule, connection.in_degree)
            digest.update(f"{connection.name} {text}".encode())
        for wiring in wire(self.model).values():
            for array in (wiring.source, wiring.target, wiring.delay_s):
                digest.update(np.ascontiguousarray(array).tobytes())
        return digest.hexdigest()[:24]


@lru_cache
def _code_key() -> str:
    """Hash of Brian2's version and of the code that writes the network."""
    digest = hashlib.sha256(version("brian2").encode())
    for module in sorted(Path(equations.__file__).parent.glob("*.py")):
        digest.update(module.read_bytes())
    return digest.hexdigest()


@dataclass(frozen=True, eq=False)
class Task:
    """One run of a circuit.

    Attributes
    ----------
    circuit
        What is run.
    arguments
        Every number of it, ``object.variable`` in SI units.
    duration_s
        How long, in seconds.
    seed
        Of the run's random numbers.
    spikes
        Populations whose spikes come back.
    arrays
        Variables whose values at the end (of ``course``: over time) come back.
    """

    circuit: Circuit
    arguments: Arguments
    duration_s: float
    seed: int
    spikes: tuple[str, ...] = ()
    arrays: tuple[str, ...] = ()

    def key(self, built_for: str) -> str:
        """Return the hash of everything that the result depends on.

        Parameters
        ----------
        built_for
            What the network is compiled for and how: seeds give other spikes elsewhere.

        Returns
        -------
        str
            Hexadecimal.
        """
        head = [built_for, self.circuit.key, self.duration_s, self.seed, self.spikes, self.arrays]
        digest = hashlib.sha256(json.dumps(head).encode())
        for name in sorted(self.arguments):
            digest.update(name.encode())
            digest.update(np.asarray(self.arguments[name], dtype=np.float64).tobytes())
        return digest.hexdigest()[:40]


@dataclass(frozen=True, eq=False)
class Recording:
    """What came back from one run.

    Attributes
    ----------
    spike_index, spike_time_s
        By population: which cell fired, and when.
    arrays
        By variable: its values.
    """

    spike_index: dict[str, NDArray[np.int32]] = field(default_factory=dict)
    spike_time_s: dict[str, NDArray[np.float64]] = field(default_factory=dict)
    arrays: dict[str, NDArray[np.float64]] = field(default_factory=dict)

    def fault(self, task: Task) -> str | None:
        """Say what is wrong with it as the outcome of a task.

        Parameters
        ----------
        task
            What was run.

        Returns
        -------
        str or None
            None if it has every array that the task asks for, and spikes with cell and time.
        """
        if (set(self.spike_index), set(self.spike_time_s), set(self.arrays)) != (
            set(task.spikes),
            set(task.spikes),
            set(task.arrays),
        ):
            return "it holds other arrays"
        for name in task.spikes:
            cell, time = self.spike_index[name], self.spike_time_s[name]
            if (cell.dtype.str, time.dtype.str) != ("<i4", "<f8") or cell.shape != time.shape:
                return f"the spikes of {name} are incomplete"
        if not all(array.dtype.kind in "biuf" for array in self.arrays.values()):
            return "it holds other things than numbers"
        return None

    def counts(
        self, population: str, cells: int, start_s: float, end_s: float
    ) -> NDArray[np.int64]:
        """Return how often each cell fired in a window.

        Parameters
        ----------
        population
            Its name.
        cells
            How many cells it has.
        start_s, end_s
            The window, closed below and open above, in seconds.

        Returns
        -------
        array of int, shape (cells,)
            Spikes per cell.
        """
        time = self.spike_time_s[population]
        inside = (time >= start_s) & (time < end_s)
        return np.bincount(self.spike_index[population][inside], minlength=cells)
