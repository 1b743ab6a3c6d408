"""Inhibition of a model file: what an injury takes of it, and what a drug adds."""

from resetsim.declare.model_parameters import HalfRate, Rate, SlowTime, Voltage
from resetsim.declare.validation import Spec, Text


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
