"""Populations of a model file: afferents, neurons and the currents of their membrane."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from resetsim.declare.model_parameters import (
    CalciumPerConductance,
    Capacitance,
    Conductance,
    Delay,
    Length,
    Rate,
    Ratio,
    Time,
    Velocity,
    VelocitySpread,
    Voltage,
)
from resetsim.declare.quantities import Count
from resetsim.declare.validation import Spec

Size = Annotated[Count, Field(le=10_000)]
"""Cells of a population, or inputs of a cell."""


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
