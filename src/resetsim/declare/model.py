"""A model file: populations, connections, kinetics and plasticity, each number with its source."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, Field, Strict, model_validator

from resetsim.declare.files import read_toml
from resetsim.declare.names import named, require_different
from resetsim.declare.parameters import (
    CalciumInflux,
    CalciumPerConductance,
    CalciumTime,
    CalciumTimeStep,
    Capacitance,
    Concentration,
    Conductance,
    Delay,
    Gain,
    HalfConcentration,
    HalfRate,
    Length,
    PerVoltage,
    PhaseThreshold,
    PhaseWidth,
    Rate,
    Ratio,
    Share,
    SlowRate,
    SlowTime,
    Time,
    TimeStep,
    Velocity,
    VelocitySpread,
    Voltage,
)
from resetsim.declare.quantities import (
    Count,
    Parameter,
    Quantity,
    Seed,
    require_dimension,
)
from resetsim.declare.sampling import Precision, Sampling
from resetsim.declare.units import Units
from resetsim.declare.validation import Spec, Text, validated
from resetsim.declare.wiring_rules import wiring_problems
from resetsim.errors import InputError, nearest

Size = Annotated[Count, Field(le=10_000)]
"""Cells of a population, or inputs of a cell."""

Flag = Annotated[bool, Strict()]


class Receptors(Spec):
    """Kinetics that all synapses of the model share.

    Parameters
    ----------
    ampa_decay, nmda_decay, gaba_decay
        Time constant of the decay of the conductance.
    excitatory_reversal, inhibitory_reversal
        Reversal potential of AMPA and NMDA, and of GABA and glycine receptors.
    magnesium
        Concentration outside the cells.
    magnesium_half_block
        Concentration that blocks half of the NMDA conductance at 0 mV.
    magnesium_slope
        How steeply the block depends on voltage.
    """

    ampa_decay: Time
    nmda_decay: Time
    gaba_decay: Time
    excitatory_reversal: Voltage
    inhibitory_reversal: Voltage
    magnesium: Concentration
    magnesium_half_block: HalfConcentration
    magnesium_slope: PerVoltage


class Membrane(Spec):
    """Conductance-based leaky integrate-and-fire membrane with after-hyperpolarisation.

    Parameters
    ----------
    capacitance, leak_conductance, resting_potential
        Of the passive membrane.
    threshold
        Potential at which a neuron spikes.
    reset_potential
        Potential after a spike.
    refractory_period
        Time after a spike without another.
    ahp_conductance, ahp_decay, ahp_reversal
        Of the after-hyperpolarisation: what a spike adds, how it decays, and where it pulls
        to.
    """

    capacitance: Capacitance
    leak_conductance: Conductance
    resting_potential: Voltage
    threshold: Voltage
    reset_potential: Voltage
    refractory_period: Delay
    ahp_conductance: Conductance
    ahp_decay: Time
    ahp_reversal: Voltage


class Nk1Current(Spec):
    """Slow cation current through NK1 receptors, driven by substance P from C-fibres.

    On neurons with plastic synapses the receptors may also raise calcium through NMDA receptors of
    the spines, up to 1 + ``nmda_gain`` times.

    Parameters
    ----------
    conductance
        Of the current at full activation.
    nmda_gain
        How much the receptors add at most to calcium through NMDA receptors.
    substance_p_decay
        Time constant at which substance P goes.
    """

    conductance: Conductance
    nmda_gain: Ratio | None = None
    substance_p_decay: Time


class CanCurrent(Spec):
    """Calcium-activated non-specific cation current; calcium from NMDA and L-type channels.

    Parameters
    ----------
    conductance
        Of the current at full activation.
    calcium_decay
        Time constant at which calcium goes.
    calcium_through_nmda
        Calcium that an NMDA conductance brings in.
    calcium_per_spike
        Calcium that a spike brings in.
    """

    conductance: Conductance
    calcium_decay: Time
    calcium_through_nmda: CalciumPerConductance
    calcium_per_spike: Ratio


class Afferent(Spec):
    """A population of spike sources: primary afferents, descending fibres or background.

    Parameters
    ----------
    kind
        Spike sources.
    size
        How many fibres.
    background
        Firing of each without a stimulus.
    refractory_period
        Time after a spike without another.
    velocity, velocity_sd
        Mean and standard deviation of conduction velocities.
    distance
        From the stimulus to the synapse.
    """

    kind: Literal["afferent"]
    size: Size
    background: Rate
    refractory_period: Delay
    velocity: Velocity
    velocity_sd: VelocitySpread
    distance: Length


class Neurons(Spec):
    """A population of neurons; ``projection`` neurons stand in columns, once per column.

    Parameters
    ----------
    kind
        Of neuron.
    size
        How many, in each column for projection neurons.
    membrane
        Their membrane.
    nk1
        Their current through NK1 receptors, where they have it.
    can
        Their calcium-activated current, where they have it.
    """

    kind: Literal["projection", "interneuron", "principal"]
    size: Size
    membrane: Membrane
    nk1: Nk1Current | None = None
    can: CanCurrent | None = None


Population: TypeAlias = Annotated[Afferent | Neurons, Field(discriminator="kind")]


class Connection(Spec):
    """Synapses from one population to another with a fixed number of inputs per target.

    Parameters
    ----------
    source, target
        Populations.
    in_degree
        Inputs of each target cell.
    within_column
        Whether columns keep to themselves.
    one_to_one
        Whether each target has one source of its own.
    plastic
        Whether these are the synapses that potentiate.
    delay
        From spike to conductance.
    ampa, nmda, gaba
        Conductance that a spike opens.
    substance_p
        Substance P that a spike releases.
    """

    source: Text
    target: Text
    in_degree: Size
    within_column: Flag = False
    one_to_one: Flag = False
    plastic: Flag = False
    delay: Delay
    ampa: Conductance | None = None
    nmda: Conductance | None = None
    gaba: Conductance | None = None
    substance_p: Ratio | None = None

    @property
    def name(self) -> str:
        """Name of the Brian2 object."""
        return f"{self.source}_to_{self.target}"


class Spine(Spec):
    """Calcium at a plastic synapse, through NMDA receptors and voltage-gated channels.

    Parameters
    ----------
    nmda_saturation
        Share of free receptors that one release binds.
    calcium_per_spike
        Calcium through voltage-gated channels with each spike.
    calcium_decay
        Time constant at which calcium goes.
    calcium_influx
        Calcium through NMDA receptors.
    calcium_reversal
        Reversal potential of calcium.
    backpropagated_spike, backpropagated_decay
        Height and decay of a spike in the spine.
    depression_threshold, potentiation_threshold
        Calcium above which the early phase falls, and above which it rises.
    """

    nmda_saturation: Ratio
    calcium_per_spike: Ratio
    calcium_decay: CalciumTime
    calcium_influx: CalciumInflux
    calcium_reversal: Voltage
    backpropagated_spike: Voltage
    backpropagated_decay: Time
    depression_threshold: Ratio
    potentiation_threshold: Ratio


class Plasticity(Spec):
    """Constants of induction, capture and every maintenance rule.

    Parameters
    ----------
    early_gain, late_gain
        Efficacy is 1 + early_gain * early phase + late_gain * late phase.
    potentiation_rate, depression_rate
        Change of the early phase while calcium is above, or between, the thresholds.
    early_decay
        Decay of the early phase.
    tag_threshold, tag_width
        Smooth threshold of the early phase for a tag.
    protein_threshold, protein_width
        Smooth threshold of the mean early phase for proteins.
    protein_decay
        How long proteins stay available.
    capture_rate
        Capture of a tagged synapse into the late phase.
    late_decay
        Decay of the late phase under the rule ``input-dependent``.
    well_rate, well_barrier
        The double well of the rules ``self-sustaining`` and ``ageing``.
    ageing_time
        How fast a trace becomes self-sustaining under the rule ``ageing``.
    depotentiation_rate
        Loss of the late phase while calcium is between the thresholds, under the rule
        ``activity-driven decay``.
    """

    early_gain: Gain
    late_gain: Gain
    potentiation_rate: SlowRate
    depression_rate: SlowRate
    early_decay: SlowTime
    tag_threshold: PhaseThreshold
    tag_width: PhaseWidth
    protein_threshold: PhaseThreshold
    protein_width: PhaseWidth
    protein_decay: SlowTime
    capture_rate: SlowRate
    late_decay: SlowTime
    well_rate: SlowRate
    well_barrier: Share
    ageing_time: SlowTime
    depotentiation_rate: SlowRate


class Heterosynaptic(Spec):
    """Potentiation of other synapses on a neuron by the calcium that its C input brings in.

    Parameters
    ----------
    source, target
        Populations of the connection.
    gain
        Efficacy is 1 + gain * potentiation.
    calcium_threshold
        Calcium of the neuron above which they potentiate.
    potentiation_rate, decay
        How fast potentiation comes and goes.
    """

    source: Text
    target: Text
    gain: Gain
    calcium_threshold: Ratio
    potentiation_rate: SlowRate
    decay: SlowTime


class Disinhibition(Spec):
    """Loss of inhibition while the injured periphery fires: a shift of the chloride gradient.

    Parameters
    ----------
    shifted_reversal
        Reversal potential at full loss.
    half_input
        Ongoing C-fibre firing at which half the shift is reached.
    onset, recovery
        Time constants.
    """

    shifted_reversal: Voltage
    half_input: HalfRate
    onset: SlowTime
    recovery: SlowTime


class Descending(Spec):
    """Descending fibres that a drug may engage.

    Parameters
    ----------
    source
        Their population.
    highest_rate
        How fast they fire when a drug engages them fully.
    """

    source: Text
    highest_rate: Rate


class PainReading(Spec):
    """How projection-neuron output is read as pain.

    Parameters
    ----------
    half_output
        Mean firing that reads as half of the worst pain.
    """

    half_output: HalfRate


class Assemblies(Spec):
    """Groups of principal neurons that patterns are stored in.

    Parameters
    ----------
    count
        How many groups.
    size
        Neurons of each.
    """

    count: Size
    size: Size


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
        if self.heterosynaptic is not None:
            name = f"{self.heterosynaptic.source}_to_{self.heterosynaptic.target}"
            names = [connection.name for connection in self.connection]
            ending = self.population.get(self.heterosynaptic.target)
            if name not in names or not isinstance(ending, Neurons) or ending.can is None:
                raise ValueError(
                    f"heterosynaptic: no connection '{name}' to neurons with a can current; "
                    f"{nearest(name, names)}"
                )
        if self.descending is not None:
            fibres = self.population.get(self.descending.source)
            if not isinstance(fibres, Afferent):
                found = f"descending.source: no afferents '{self.descending.source}'"
                raise ValueError(f"{found}; {nearest(self.descending.source, self.population)}")
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
        if len(self.plastic) != 1:
            raise ValueError(f"needs exactly 1 plastic connection, found {len(self.plastic)}")
        return self

    @model_validator(mode="after")
    def _can_be_wired(self) -> "Model":
        if problems := "\n".join(wiring_problems(self)):
            raise ValueError(problems)
        return self

    @property
    def plastic(self) -> tuple[Connection, ...]:
        """The plastic connections."""
        return tuple(connection for connection in self.connection if connection.plastic)

    @property
    def plastic_connection(self) -> Connection:
        """The plastic connection of the model."""
        return self.plastic[0]

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
