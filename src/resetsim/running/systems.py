"""The two plastic systems of a patient, made ready for sampling and integration."""

from dataclasses import dataclass

from resetsim.drift import dorsal_horn_sampling, memory_sampling
from resetsim.drift.averaged import SlowSystem
from resetsim.drift.measure import Sampler
from resetsim.drift.sample import Point, Sample
from resetsim.drift.table import DriftTable
from resetsim.plasticity.dynamics import SlowRates, constants_of, slow_rates
from resetsim.plasticity.maintenance import MaintenanceRule
from resetsim.simulation.streams import seed_for
from resetsim.simulation.task import Circuit, Recording, Task
from resetsim.spec.model import Model


@dataclass(frozen=True, eq=False)
class PlasticSystem:
    """A network with its slow dynamics.

    Attributes
    ----------
    circuit
        The network at frozen weights.
    rule
        The maintenance rule of its late phase.
    sampler
        How its drift is measured.
    rates
        Its slow dynamics.
    """

    circuit: Circuit
    rule: MaintenanceRule
    sampler: Sampler
    rates: SlowRates

    @property
    def model(self) -> Model:
        """The declared system."""
        return self.circuit.model

    def with_table(self, table: DriftTable) -> SlowSystem:
        """Return what the averaged engine integrates.

        Parameters
        ----------
        table
            Measured drift.

        Returns
        -------
        SlowSystem
            The table with the slow dynamics.
        """
        return SlowSystem(table, self.rates, self.sampler.constants)


def dorsal_horn_system(model: Model, rule: MaintenanceRule) -> PlasticSystem:
    """Return the dorsal horn as a plastic system.

    Parameters
    ----------
    model
        The declared dorsal horn.
    rule
        Maintenance of its late phase.

    Returns
    -------
    PlasticSystem
        One run samples all efficacies.
    """
    circuit = Circuit(model)

    def tasks(point: Point, number: int) -> list[Task]:
        seed = seed_for("drift", "dorsal_horn", number)
        return [dorsal_horn_sampling.sampling_task(circuit, point, seed)]

    def read(recordings: list[Recording]) -> Sample:
        return dorsal_horn_sampling.read_sample(model, recordings[0])

    constants = constants_of(model.plasticity)
    sampler = Sampler("dorsal_horn", model.sampling, constants, tasks, read)
    return PlasticSystem(circuit, rule, sampler, slow_rates(rule, constants))


def memory_system(model: Model, rule: MaintenanceRule, taught: int) -> PlasticSystem:
    """Return the memory as a plastic system.

    Parameters
    ----------
    model
        The declared memory.
    rule
        Maintenance of its late phase.
    taught
        How many assemblies have been taught; the others stay at health while it is sampled.

    Returns
    -------
    PlasticSystem
        One run for each efficacy.
    """
    circuit = Circuit(model)

    def tasks(point: Point, number: int) -> list[Task]:
        seed = seed_for("drift", "memory", number)
        return [
            memory_sampling.sampling_task(circuit, point.nmda_free, efficacy, taught, seed)
            for efficacy in model.sampling.efficacies
        ]

    def read(recordings: list[Recording]) -> Sample:
        return memory_sampling.read_sample(model, taught, recordings)

    constants = constants_of(model.plasticity)
    sampler = Sampler("memory", model.sampling, constants, tasks, read)
    return PlasticSystem(circuit, rule, sampler, slow_rates(rule, constants))
