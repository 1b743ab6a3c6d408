"""Inhibition: what an injury takes of it, in a model and in a patient, and what a drug adds."""

from typing import Annotated

from resetsim.declare.model_parameters import HalfRate, Rate, SlowTime, Voltage
from resetsim.declare.quantities import Quantity, of_dimension
from resetsim.declare.ranges import between
from resetsim.declare.validation import Spec, Text

_Half = Annotated[Quantity, of_dimension("1 Hz"), between("0.001 Hz", "1000 Hz")]
_Time = Annotated[Quantity, of_dimension("2 day"), between("1 min", "100 year")]


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


class OwnDisinhibition(Spec):
    """What a patient's loss of inhibition has other than the model's.

    Parameters
    ----------
    half_input
        Ongoing C-fibre firing at which half the shift is reached: the more, the more inhibition is
        kept.
    onset, recovery
        Time constants.
    """

    half_input: _Half | None = None
    onset: _Time | None = None
    recovery: _Time | None = None


def disinhibition_of(declared: Disinhibition, own: OwnDisinhibition) -> Disinhibition:
    """Return the loss of inhibition of a patient.

    Parameters
    ----------
    declared
        Of the model.
    own
        What the experiment file sets.

    Returns
    -------
    Disinhibition
        Each with its source.
    """
    changes = {
        name: getattr(declared, name).model_copy(
            update={"value": value, "source": "set by the experiment file"}
        )
        for name, value in own
        if value is not None
    }
    return declared.model_copy(update=changes)


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
