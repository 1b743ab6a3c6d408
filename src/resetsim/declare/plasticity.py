"""Plasticity of a model file: constants of its early and late phase, at C and at other synapses."""

from resetsim.declare.model_parameters import (
    Gain,
    PhaseThreshold,
    PhaseWidth,
    Ratio,
    Share,
    SlowRate,
    SlowTime,
)
from resetsim.declare.validation import Spec, Text


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
