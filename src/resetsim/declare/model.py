"""A model file: populations, connections, kinetics and plasticity, each number with its source."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from resetsim.declare.cells import Afferent, Assemblies, Neurons, Population
from resetsim.declare.files import read_toml
from resetsim.declare.inhibition import Descending, Disinhibition
from resetsim.declare.model_parameters import CalciumTimeStep, HalfRate, TimeStep
from resetsim.declare.names import named, require_different
from resetsim.declare.parameters import Parameter
from resetsim.declare.plasticity import Heterosynaptic, Plasticity
from resetsim.declare.quantities import Count, Quantity, Seed, require_dimension
from resetsim.declare.sampling import Precision, Sampling
from resetsim.declare.synapses import Connection, Receptors, Spine
from resetsim.declare.units import Units
from resetsim.declare.validation import Spec, Text, validated
from resetsim.declare.wiring_rules import wiring_problems
from resetsim.errors import InputError, nearest


class PainReading(Spec):
    """How projection-neuron output is read as pain.

    Parameters
    ----------
    half_output
        Mean firing that reads as half of the worst pain.
    """

    half_output: HalfRate


class Model(Spec):
    """A declared system, as read from ``models/NAME.toml``.

    Parameters
    ----------
    description
        For the reader.
    columns
        Copies of the projection neurons side by side, each with an efficacy of its own.
    time_step, calcium_time_step
        Of the simulation, and of calcium in spines.
    wiring_seed
        Where the random wiring starts.
    receptors, spine, plasticity
        Kinetics of synapses, calcium at plastic ones, constants of plasticity.
    population
        Cells, by name.
    connection
        Synapses between populations.
    sampling
        How drift is sampled.
    protocol
        Settings of assays and of learning, by name.
    heterosynaptic, disinhibition, descending
        What else an injury or a drug may do.
    units
        Patches of the painful area.
    pain
        How output is read as pain; a dorsal horn has it.
    assemblies
        Where patterns are stored; a memory has them.
    """

    description: Text
    columns: Annotated[Count, Field(le=100)] = 1
    time_step: TimeStep
    calcium_time_step: CalciumTimeStep
    wiring_seed: Seed
    receptors: Receptors
    population: Annotated[dict[str, Population], AfterValidator(named)]
    connection: tuple[Connection, ...]
    spine: Spine
    plasticity: Plasticity
    sampling: Sampling
    protocol: Annotated[dict[str, dict[str, Parameter]], AfterValidator(named)]
    heterosynaptic: Heterosynaptic | None = None
    disinhibition: Disinhibition | None = None
    descending: Descending | None = None
    units: Units | None = None
    pain: PainReading | None = None
    assemblies: Assemblies | None = None

    @model_validator(mode="after")
    def _connections_fit(self) -> "Model":
        for connection in self.connection:
            for end in (connection.source, connection.target):
                if end not in self.population:
                    raise ValueError(
                        f"connection '{connection.name}': no population '{end}'; "
                        f"{nearest(end, self.population)}"
                    )
            target = self.population[connection.target]
            if isinstance(target, Afferent):
                raise ValueError(f"connection '{connection.name}': an afferent takes no input")
            if connection.substance_p is not None and target.nk1 is None:
                raise ValueError(f"connection '{connection.name}': its target has no nk1 current")
        require_different(self.population, [connection.name for connection in self.connection])
        return self

    @model_validator(mode="after")
    def _heterosynaptic_fits(self) -> "Model":
        if self.heterosynaptic is not None:
            name = f"{self.heterosynaptic.source}_to_{self.heterosynaptic.target}"
            names = [connection.name for connection in self.connection]
            ending = self.population.get(self.heterosynaptic.target)
            if name not in names or not isinstance(ending, Neurons) or ending.can is None:
                raise ValueError(
                    f"heterosynaptic: no connection '{name}' to neurons with a can current; "
                    f"{nearest(name, names)}"
                )
        return self

    @model_validator(mode="after")
    def _descending_fits(self) -> "Model":
        if self.descending is not None:
            fibres = self.population.get(self.descending.source)
            if not isinstance(fibres, Afferent):
                found = f"descending.source: no afferents '{self.descending.source}'"
                raise ValueError(f"{found}; {nearest(self.descending.source, self.population)}")
        return self

    @model_validator(mode="after")
    def _columns_and_units_fit(self) -> "Model":
        lone = self.columns == 1 and self.pain is None  # a memory is sampled at one at a time
        if not lone and self.columns != len(self.sampling.efficacies):
            raise ValueError(
                f"sampling.efficacies: found {len(self.sampling.efficacies)}; one for each of the "
                f"{self.columns} columns is needed"
            )
        if self.units is not None and self.pain is None:
            raise ValueError(
                "units: found in a model without [pain]; a dorsal horn alone has units"
            )
        return self

    @model_validator(mode="after")
    def _one_is_plastic(self) -> "Model":
        plastic = sum(connection.plastic for connection in self.connection)
        if plastic != 1:
            raise ValueError(f"needs exactly 1 plastic connection, found {plastic}")
        return self

    @model_validator(mode="after")
    def _can_be_wired(self) -> "Model":
        if problems := "\n".join(wiring_problems(self)):
            raise ValueError(problems)
        return self

    @property
    def plastic_connection(self) -> Connection:
        """The plastic connection of the model."""
        return next(connection for connection in self.connection if connection.plastic)

    @property
    def heterosynaptic_target(self) -> str | None:
        """The population whose calcium potentiates other synapses on it."""
        return self.heterosynaptic.target if self.heterosynaptic else None

    @property
    def descending_fibres(self) -> Afferent:
        """The population that a drug may engage."""
        assert self.descending is not None
        fibres = self.population[self.descending.source]
        assert isinstance(fibres, Afferent)  # checked while the file was read
        return fibres

    def size(self, population: str) -> int:
        """Return how many cells a population has in the network, all columns together."""
        declared = self.population[population]
        return declared.size * (self.columns if declared.kind == "projection" else 1)


def read_model(path: Path) -> Model:
    """Read and check a model file.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    Model
        The declared system.

    Raises
    ------
    InputError
        If the file cannot be read or used.
    """
    return validated(Model, read_toml(path), str(path))


def with_plasticity(
    model: Model, changes: Mapping[str, Quantity], table: str = "plasticity"
) -> Model:
    """Return a model with other constants of plasticity.

    Parameters
    ----------
    model
        The declared system.
    changes
        Name to value.
    table
        Of an experiment, that they stand in.

    Returns
    -------
    Model
        The same in all else.

    Raises
    ------
    InputError
        If a constant is unknown, or its value has another dimension or is not possible.
    """
    constants = dict(model.plasticity)
    for name, value in changes.items():
        if name not in constants:
            raise InputError(f"{table}.{name}: unknown constant; {nearest(name, constants)}")
        declared: Parameter = constants[name]
        try:
            require_dimension(value, declared.value)
        except ValueError as error:
            raise InputError(f"{table}.{name}: {error}") from None
        constants[name] = declared.model_copy(
            update={"value": value, "source": "set by the experiment file"}
        )
    return model.model_copy(update={"plasticity": validated(Plasticity, constants, table)})


def with_precision(model: Model, precision: Precision) -> Model:
    """Return a model whose drift is sampled with another precision.

    Parameters
    ----------
    model
        The declared system.
    precision
        ``[sampling]`` of an experiment.

    Returns
    -------
    Model
        The same in all else.
    """
    sampling = model.sampling.model_copy(update=dict(precision))
    return model.model_copy(update={"sampling": sampling})
