"""From a model to Brian2 objects."""

from brian2 import (
    Clock,
    Network,
    NeuronGroup,
    SpikeMonitor,
    StateMonitor,
    Synapses,
    defaultclock,
    second,
)

from resetsim.declare.cells import Afferent
from resetsim.declare.model import Model
from resetsim.declare.synapses import Connection
from resetsim.tissue import equations
from resetsim.tissue.plasticity.maintenance import MaintenanceRule
from resetsim.tissue.units import si
from resetsim.tissue.wiring import Wiring, wire

MEAN_STEP_S = 0.05  # of the mean phases of a neuron, which change over seconds or more slowly


def build_network(model: Model, rule: MaintenanceRule | None) -> Network:
    """Build the spiking network of a model; its numbers are set when it is run.

    Parameters
    ----------
    model
        The declared system.
    rule
        The maintenance rule of its plastic synapses, or None where the late phase stays fixed.

    Returns
    -------
    Network
        Named objects: ``control``, each population, each connection, a spike monitor
        ``spikes_POPULATION`` each, and with a rule ``course``, the mean phases of each neuron.
    """
    defaultclock.dt = si(model.time_step) * second
    calcium_clock = Clock(si(model.calcium_time_step) * second, name="calcium_clock")
    control = NeuronGroup(1, equations.CONTROL, name="control")
    groups = {name: _group(model, name, rule) for name in model.population}
    groups[model.plastic_connection.target].run_regularly(
        equations.SPINES_OF_NEURON, clock=calcium_clock, when="before_groups"
    )
    wiring = wire(model)
    synapses = [
        _synapses(connection, groups, wiring[connection.name], rule, calcium_clock)
        for connection in model.connection
    ]
    spikes = [SpikeMonitor(group, name=f"spikes_{name}") for name, group in groups.items()]
    network = Network([control, *groups.values(), *synapses, *spikes])
    if rule is not None:
        network.add(_course(groups[model.plastic_connection.target]))
    return network


def draw_first_spikes(network: Network, model: Model) -> None:
    """Draw when each afferent fires first; for a network whose random numbers are seeded.

    Parameters
    ----------
    network
        From :func:`build_network`.
    model
        The declared system.
    """
    for name, population in model.population.items():
        if isinstance(population, Afferent):
            network[name].fires_at = equations.FIRES_AT


def _course(neurons: NeuronGroup) -> StateMonitor:
    return StateMonitor(
        neurons,
        ["mean_early", "mean_late"],
        record=True,
        clock=Clock(equations.MONITOR_STEP_S * second, name="course_clock"),
        when="after_groups",
        name="course",
    )


def _group(model: Model, name: str, rule: MaintenanceRule | None) -> NeuronGroup:
    declared = model.population[name]
    if isinstance(declared, Afferent):
        return NeuronGroup(
            declared.size,
            equations.AFFERENT,
            threshold=equations.AFFERENT_FIRES,
            reset=equations.AFFERENT_RESET,
            refractory=equations.REFRACTORY,
            method="euler",
            name=name,
        )
    postsynaptic = name == model.plastic_connection.target
    text, reset = equations.neuron(
        declared, postsynaptic, name == model.heterosynaptic_target, rule is not None
    )
    return NeuronGroup(
        model.size(name),
        text,
        threshold="v > threshold",
        reset=reset,
        refractory=equations.REFRACTORY,
        method="exponential_euler",
        name=name,
    )


def _synapses(
    connection: Connection,
    groups: dict[str, NeuronGroup],
    wiring: Wiring,
    rule: MaintenanceRule | None,
    calcium_clock: Clock,
) -> Synapses:
    text = equations.steps(connection)
    if connection.plastic:
        text += equations.plastic_synapse(rule, connection.in_degree)
    synapses = Synapses(
        groups[connection.source],
        groups[connection.target],
        text,
        on_pre=equations.on_spike(connection),
        method="euler" if connection.plastic else None,
        clock=calcium_clock if connection.plastic else defaultclock,
        name=connection.name,
    )
    synapses.connect(i=wiring.source, j=wiring.target)
    synapses.delay = wiring.delay_s * second
    if synapses.summed_updaters:
        mean_clock = Clock(MEAN_STEP_S * second, name="mean_clock")
        for updater in synapses.summed_updaters.values():
            updater._clock = mean_clock  # at every time step these sums take 70 % of the time
    return synapses
