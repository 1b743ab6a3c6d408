"""The slow dynamics of one plastic synapse, as expressions that both engines integrate.

The spiking network integrates them per synapse, with ``potentiating`` and ``depressing`` equal to
0 or 1 at each moment; the averaged engine integrates the very same text with the shares of time
that were measured at frozen weights. The two can therefore differ only in the averaging.

``early`` and ``late`` are the early and late phase of potentiation (0 to 1), ``protein`` the
availability of plasticity proteins in the neuron (0 to 1), ``mean_early`` the mean early phase of
the neuron's synapses, ``age`` how far the late phase has been consolidated (0 to 1), ``kinase`` the
share of persistent kinases that no drug blocks. A synapse sees the protein of its neuron as
``protein_post``.
"""

EFFICACY = "1 + early_gain*early + late_gain*late"
"""Efficacy relative to the healthy synapse."""

# Graupner & Brunel 2012 PNAS 109:3991: potentiation and depression in proportion to the time that
# calcium spends above two thresholds; here the synapse also returns to baseline (early phase).
EARLY = (
    "potentiation_rate*potentiating*(1 - early)"
    " - depression_rate*depressing*early"
    " - early/early_decay"
)

# Synaptic tagging and capture, Frey & Morris 1997; the smooth thresholds on the early phase (tag)
# and on its mean over the neuron (protein synthesis) follow Luboeinski & Tetzlaff 2021 Commun Biol.
PROTEIN = "(1/(1 + exp((protein_threshold - mean_early)/protein_width)) - protein)/protein_decay"
CAPTURE = "capture_rate*protein_post*(1 - late)/(1 + exp((tag_threshold - early)/tag_width))"

# A trace ages while it lasts: consolidation over weeks, Dudai 2004 Annu Rev Psychol 55:51. Only
# some maintenance rules ask for its age.
AGE = "(late - age)/ageing_time"
