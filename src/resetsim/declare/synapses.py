"""Synapses of a model file: kinetics of receptors, connections, and calcium in spines."""

from typing import Annotated

from pydantic import Strict

from resetsim.declare.cells import Size
from resetsim.declare.model_parameters import (
    CalciumInflux,
    CalciumTime,
    Concentration,
    Conductance,
    Delay,
    HalfConcentration,
    PerVoltage,
    Ratio,
    Time,
    Voltage,
)
from resetsim.declare.validation import Spec, Text

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
