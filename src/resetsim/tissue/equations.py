"""Brian2 equations, one block per mechanism.

Every number in them is a variable, set when the compiled network is run, so that one binary
serves every parameter set, weight and dose. Times of stimuli count from the start of a run.
"""

from resetsim.declare.cells import Neurons
from resetsim.declare.synapses import Connection
from resetsim.tissue.plasticity.expressions import AGE, EARLY, EFFICACY, PROTEIN
from resetsim.tissue.plasticity.maintenance import MaintenanceRule

MONITOR_STEP_S = 0.5  # of the recorded mean phases of plasticity

CONTROL = """
random_seed : integer (shared)
duration : second (shared)
"""

# Ongoing (ectopic) firing is Poisson at `background`; a stimulus adds a rate for a while; a volley
# makes each fibre fire once (electrical stimulation), every `volley_period`, `volley_count` times,
# in trains every `train_period`, `train_count` times. Fibres follow up to one over their refractory
# period. A Poisson process fires when the integral of its rate reaches an exponentially distributed
# number, here `fires_at`: one random number per spike instead of one per step.
AFFERENT = """
dhazard/dt = rate : 1 (unless refractory)
fires_at : 1
refractory_period : second (shared, constant)
background : Hz (constant)
stimulus : Hz (constant)
stimulus_start : second (constant)
stimulus_end : second (constant)
volley_start : second (shared, constant)
volley_period : second (shared, constant)
volley_count : 1 (shared, constant)
train_period : second (shared, constant)
train_count : 1 (shared, constant)
rate = background + stimulus*int(t >= stimulus_start)*int(t < stimulus_end) : Hz
train_index = clip(floor((t - volley_start)/train_period + 1e-6), 0, train_count - 1) : 1 (shared)
since_train = t - volley_start - train_index*train_period : second (shared)
volley_index = floor(since_train/volley_period + 1e-6) : 1 (shared)
since_volley = since_train - volley_index*volley_period : second (shared)
volley = int(volley_index >= 0)*int(volley_index < volley_count)\
    *int(since_volley < 0.99*dt) : 1 (shared)
"""
AFFERENT_FIRES = "hazard > fires_at or volley > 0"
FIRES_AT = "-log(rand())"
AFFERENT_RESET = f"hazard = 0; fires_at = {FIRES_AT}"

# In seconds: the compiler cannot vectorise the count of steps that Brian2 makes of a mere period.
REFRACTORY = "t - lastspike < refractory_period - 0.5*dt"

# Leaky integrate-and-fire with conductance synapses; an after-hyperpolarisation limits the rate.
MEMBRANE = """
dv/dt = (leak + excitation + inhibition + ahp {slow_currents})/capacitance \
    : volt (unless refractory)
leak = leak_conductance*(resting_potential - v) : amp
excitation = (ampa + nmda*nmda_free*nmda_unblock)*(excitatory_reversal - v) : amp
inhibition = gaba*(inhibitory_reversal - v) : amp
ahp = ahp_gate*(ahp_reversal - v) : amp
dampa/dt = -ampa/ampa_decay : siemens
dnmda/dt = -nmda/nmda_decay : siemens
dgaba/dt = -gaba/gaba_decay : siemens
dahp_gate/dt = -ahp_gate/ahp_decay : siemens
capacitance : farad (shared, constant)
leak_conductance : siemens (shared, constant)
resting_potential : volt (shared, constant)
threshold : volt (shared, constant)
reset_potential : volt (shared, constant)
refractory_period : second (shared, constant)
ahp_conductance : siemens (shared, constant)
ahp_decay : second (shared, constant)
ahp_reversal : volt (shared, constant)
ampa_decay : second (shared, constant)
nmda_decay : second (shared, constant)
gaba_decay : second (shared, constant)
excitatory_reversal : volt (shared, constant)
inhibitory_reversal : volt (shared, constant)
"""

# Mg block: Jahr & Stevens 1990 J Neurosci 10:3178. The blockade by a drug removes a share of the
# conductance; direct simulations switch it on and off within a run.
NMDA = """
nmda_unblock = 1/(1 + exp(-magnesium_slope*v)*magnesium_ratio) : 1 (constant over dt)
nmda_free = 1 - blockade*int(t >= blockade_start)*int(t < blockade_end) : 1 (shared)
magnesium_slope : 1/volt (shared, constant)
magnesium_ratio : 1 (shared, constant)
blockade : 1 (shared, constant)
blockade_start : second (shared, constant)
blockade_end : second (shared, constant)
"""

# Substance P from C-fibres opens a slow cation current through NK1 receptors (seconds): De Koninck
# & Henry 1991 PNAS 88:11344.
NK1 = """
nk1_current = nk1_conductance*substance_p/(1 + substance_p)*(excitatory_reversal - v) : amp
dsubstance_p/dt = -substance_p/substance_p_decay : 1
nk1_conductance : siemens (shared, constant)
substance_p_decay : second (shared, constant)
"""

# NK1 receptors make NMDA receptors of the neuron's spines pass more calcium (protein kinase C),
# which is why LTP at C-fibre synapses needs both: Drdla & Sandkuehler 2008 Mol Pain 4:18.
NK1_OF_SPINES = """
nmda_gain = 1 + nk1_nmda_gain*substance_p/(1 + substance_p) : 1
nk1_nmda_gain : 1 (shared, constant)
"""
NO_NK1_OF_SPINES = "nmda_gain = 1 : 1 (shared)"

# Calcium from NMDA receptors and, with each spike, L-type channels opens a calcium-activated
# non-specific cation current: Morisset & Nagy 1999 J Neurosci 19:7309; Aguiar 2010 J Neurophysiol
# 104:1155.
CAN = """
can_current = can_conductance*calcium**2/(1 + calcium**2)*(excitatory_reversal - v) : amp
dcalcium/dt = calcium_through_nmda*nmda*nmda_free*nmda_unblock - calcium/calcium_decay : 1
can_conductance : siemens (shared, constant)
calcium_decay : second (shared, constant)
calcium_through_nmda : 1/farad (shared, constant)
calcium_per_spike : 1 (shared, constant)
"""

# Heterosynaptic potentiation of A-beta synapses is driven by calcium that C-fibres bring into the
# neuron: the time it spends above a threshold. Sandkuehler 2007 Mol Pain 3:9.
HETEROSYNAPTIC = """
dtime_induced/dt = int(calcium > induction_threshold)*int(t >= record_from)/second : 1
induction_threshold : 1 (shared, constant)
record_from : second (shared, constant)
"""

# What a neuron with plastic synapses adds is what its spines share: the spike that they see, and
# how much calcium they take up, once per calcium time step. It enters through NMDA receptors (share
# not blocked by the drug, Mg unblock at the spine's voltage, driving force) and, with each spike,
# through voltage-gated channels.
POSTSYNAPTIC = """
dspine_spike/dt = -spine_spike/backpropagated_decay : volt
spine_v = v + spine_spike : volt
spine_influx : Hz
voltage_gated : Hz
plastic : 1 (shared, constant)
backpropagated_spike : volt (shared, constant)
backpropagated_decay : second (shared, constant)
calcium_influx : Hz (shared, constant)
calcium_reversal : volt (shared, constant)
spine_calcium_per_spike : 1 (shared, constant)
"""
SPINES_OF_NEURON = """
spine_influx = calcium_influx*nmda_gain*nmda_free*(1 - spine_v/calcium_reversal)\
    /(1 + exp(-magnesium_slope*spine_v)*magnesium_ratio)
voltage_gated = spine_calcium_per_spike*spine_spike/(backpropagated_spike*backpropagated_decay)
"""

# Where the late phase moves too: plasticity proteins, made when the neuron's synapses are induced.
CONSOLIDATION = f"""
dprotein/dt = plastic*({PROTEIN}) : 1
mean_early : 1
mean_late : 1
protein_threshold : 1 (shared, constant)
protein_width : 1 (shared, constant)
protein_decay : second (shared, constant)
"""

# Calcium in a spine follows the NMDA current of that synapse: transmitter on the receptor times the
# uptake that the spines of a neuron share (unit: the depression threshold). Voltage-gated channels
# (T and L type) add some with each back-propagated spike; without them there is no LTP in lamina I:
# Ikeda 2003 Science 299:1237. Graupner & Brunel 2012 PNAS 109:3991 for thresholds on calcium.
SPINE = """
dtransmitter/dt = -transmitter/nmda_decay_post : 1 (clock-driven)
dspine_calcium/dt = spine_influx_post*transmitter + voltage_gated_post \
    - spine_calcium/spine_calcium_decay : 1 (clock-driven)
potentiating = int(spine_calcium > potentiation_threshold) : 1
depressing = int(spine_calcium > depression_threshold)*(1 - potentiating) : 1
dtime_potentiating/dt = potentiating*int(t >= record_from)/second : 1 (clock-driven)
dtime_depressing/dt = depressing*int(t >= record_from)/second : 1 (clock-driven)
nmda_saturation : 1 (shared, constant)
spine_calcium_decay : second (shared, constant)
depression_threshold : 1 (shared, constant)
potentiation_threshold : 1 (shared, constant)
record_from : second (shared, constant)
"""


SLOW_CONSTANTS = {
    "early_gain": "1",
    "late_gain": "1",
    "potentiation_rate": "Hz",
    "depression_rate": "Hz",
    "early_decay": "second",
    "tag_threshold": "1",
    "tag_width": "1",
    "capture_rate": "Hz",
    "late_decay": "second",
    "well_rate": "Hz",
    "well_barrier": "1",
    "ageing_time": "second",
    "depotentiation_rate": "Hz",
}


def neuron(
    population: Neurons, postsynaptic: bool, heterosynaptic: bool, consolidates: bool
) -> tuple[str, str]:
    """Return the equations and the reset of a population of neurons.

    Parameters
    ----------
    population
        Its declaration; mechanisms that it does not declare are left out.
    postsynaptic
        Whether plastic synapses end on it.
    heterosynaptic
        Whether synapses end on it that its calcium potentiates.
    consolidates
        Whether their late phase moves.

    Returns
    -------
    tuple of str
        Equations; statements at each spike.
    """
    slow = ["nk1"] * (population.nk1 is not None) + ["can"] * (population.can is not None)
    membrane = MEMBRANE.format(slow_currents=" ".join(f"+ {name}_current" for name in slow))
    blocks = [membrane, NMDA]
    reset = ["v = reset_potential", "ahp_gate += ahp_conductance"]
    if population.nk1 is not None:
        blocks.append(NK1)
    if population.can is not None:
        blocks.append(CAN)
        reset.append("calcium += calcium_per_spike")
    if heterosynaptic:
        blocks.append(HETEROSYNAPTIC)
    if postsynaptic:
        blocks.append(NK1_OF_SPINES if population.nk1 is not None else NO_NK1_OF_SPINES)
        blocks += [POSTSYNAPTIC, CONSOLIDATION] if consolidates else [POSTSYNAPTIC]
        reset.append("spine_spike += backpropagated_spike")
    return "\n".join(blocks), "\n".join(reset)


def plastic_synapse(rule: MaintenanceRule | None, in_degree: int) -> str:
    """Return the equations of a plastic projection.

    Parameters
    ----------
    rule
        The maintenance rule of its late phase; without one the late phase stays as it was set,
        which is all that frozen weights and minutes of learning need.
    in_degree
        Plastic inputs of each neuron.

    Returns
    -------
    str
        Equations; ``plastic_post`` switches all plasticity off at 0.
    """
    constants = "\n".join(
        f"{name} : {unit} (shared, constant)" for name, unit in SLOW_CONSTANTS.items()
    )
    return f"""
{SPINE}
dearly/dt = plastic_post*({EARLY}) : 1 (clock-driven)
{_late(rule, in_degree) if rule else "late : 1"}
{constants}
"""


def _late(rule: MaintenanceRule, in_degree: int) -> str:
    return f"""
dlate/dt = plastic_post*({rule.late}) : 1 (clock-driven)
dage/dt = plastic_post*({AGE}) : 1 (clock-driven)
kinase = 1 : 1 (shared)
mean_early_post = early/{in_degree} : 1 (summed)
mean_late_post = late/{in_degree} : 1 (summed)
"""


def on_spike(connection: Connection) -> str:
    """Return what an arriving spike does.

    Parameters
    ----------
    connection
        Its declaration.

    Returns
    -------
    str
        Statements; a plastic connection scales its AMPA conductance by its efficacy.
    """
    statements = []
    if connection.ampa is not None:
        scale = f"*({EFFICACY})" if connection.plastic else ""
        statements.append(f"ampa_post += ampa_step{scale}")
    if connection.nmda is not None:
        statements.append("nmda_post += nmda_step")
    if connection.gaba is not None:
        statements.append("gaba_post += gaba_step")
    if connection.substance_p is not None:
        statements.append("substance_p_post += substance_p_step")
    if connection.plastic:
        statements.append("transmitter += nmda_saturation*(1 - transmitter)")
    return "\n".join(statements)


def steps(connection: Connection) -> str:
    """Return the declarations of what :func:`on_spike` adds.

    Parameters
    ----------
    connection
        Its declaration.

    Returns
    -------
    str
        One shared variable per receptor that the connection has.
    """
    units = {"ampa": "siemens", "nmda": "siemens", "gaba": "siemens", "substance_p": "1"}
    return "\n".join(
        f"{receptor}_step : {unit} (shared, constant)"
        for receptor, unit in units.items()
        if getattr(connection, receptor) is not None
    )
