"""The two plastic systems of a patient, made ready for sampling and integration."""

from dataclasses import dataclass

from resetsim.declare.axes import Point
from resetsim.declare.inhibition import Disinhibition
from resetsim.declare.model import Model
from resetsim.slow import dorsal_horn_sampling, memory_sampling
from resetsim.slow.measure import Sampler
from resetsim.slow.sample import Sample
from resetsim.slow.system import SlowSystem, tissue_constants
from resetsim.slow.table import DriftTable
from resetsim.spiking.task import Circuit, Recording, Task
from resetsim.streams import seed_for
from resetsim.tissue.plasticity.dynamics import constants_of
from resetsim.tissue.plasticity.maintenance import MaintenanceRule


@dataclass(frozen=True, eq=False)
class PlasticSystem:
    """A network with its slow dynamics.

    Attributes
    ----------
    sampler
        How its drift is measured; systems that differ in the rule alone share it.
    rule
        The maintenance rule of its late phase.
    """

    sampler: Sampler
    rule: MaintenanceRule

    @property
    def circuit(self) -> Circuit:
        """The network at frozen weights."""
        return self.sampler.circuit

    @property
    def model(self) -> Model:
        """The declared system."""
        return self.circuit.model

    def with_table(
        self,
        table: DriftTable,
        heterosynaptic: MaintenanceRule | None = None,
        chloride: Disinhibition | None = None,
    ) -> SlowSystem:
        """Return what the slow clock integrates.

        Parameters
        ----------
        table
            Measured drift.
        heterosynaptic
            Maintenance of heterosynaptic potentiation; of a dorsal horn.
        chloride
            How an injury takes the inhibition of a dorsal horn away; None where it does not.

        Returns
        -------
        SlowSystem
            The table with the slow dynamics.
        """
        tissue = tissue_constants(self.model, chloride) if heterosynaptic else {}
        return SlowSystem(table, self.rule, self.sampler.constants, heterosynaptic, tissue)


def dorsal_horn_sampler(model: Model) -> Sampler:
    """Return how the drift of a dorsal horn is measured, whatever its maintenance rule.

    Parameters
    ----------
    model
        The declared dorsal horn.

    Returns
    -------
    Sampler
        One run samples all efficacies.
    """
    circuit = Circuit(model)

    def tasks(point: Point, number: int) -> list[Task]:
        seed = seed_for("drift", "dorsal_horn", number)
        return [dorsal_horn_sampling.sampling_task(circuit, point, seed)]

    def read(recordings: list[Recording]) -> Sample:
        return dorsal_horn_sampling.read_sample(model, recordings[0])

    constants = constants_of(model.plasticity)
    return Sampler("dorsal_horn", circuit, model.sampling, constants, tasks, read)


def memory_sampler(model: Model, taught: int, replay_rate_hz: float) -> Sampler:
    """Return how the drift of a memory is measured, whatever its maintenance rule.

    Parameters
    ----------
    model
        The declared memory.
    taught
        How many assemblies have been taught; the others stay at health while it is sampled.
    replay_rate_hz
        How often each taught assembly is replayed, in Hz; 0 for not at all.

    Returns
    -------
    Sampler
        One run for each efficacy, and another one with replay.
    """
    circuit = Circuit(model)

    def tasks(point: Point, number: int) -> list[Task]:
        seed = seed_for("drift", "memory", number)
        kinds = [memory_sampling.sampling_task]
        if replay_rate_hz:
            kinds.append(memory_sampling.replay_task)
        return [
            kind(circuit, point, efficacy, taught, seed)
            for kind in kinds
            for efficacy in model.sampling.efficacies
        ]

    def read(recordings: list[Recording]) -> Sample:
        count = len(model.sampling.efficacies)
        quiet, replayed = recordings[:count], recordings[count:]
        return memory_sampling.read_sample(model, taught, quiet, replayed, replay_rate_hz)

    constants = constants_of(model.plasticity)
    read_with = (taught, replay_rate_hz)
    return Sampler("memory", circuit, model.sampling, constants, tasks, read, read_with)
