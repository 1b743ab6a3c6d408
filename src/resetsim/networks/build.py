"""From a model to Brian2 objects. This module and ``simulation`` are all that import Brian2."""

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

from resetsim.networks import equations
from resetsim.networks.units import si
from resetsim.networks.wiring import Wiring, wire
from resetsim.plasticity.maintenance import MaintenanceRule
from resetsim.spec.model import Afferent, Connection, Model




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
        ``spikes_POPULATION`` each, and ``course``, the mean phases of each plastic neuron.
    """
    defaultclock.dt = si(model.time_step) * second
    control = NeuronGroup(1, equations.CONTROL, name="control")
    groups = {name: _group(model, name) for name in model.population}
    wiring = wire(model)
    synapses = [
        _synapses(model, connection, groups, wiring[connection.name], rule)
        for connection in model.connection
    ]
    spikes = [SpikeMonitor(group, name=f"spikes_{name}") for name, group in groups.items()]
    course = StateMonitor(
        groups[model.plastic_connection.target],
        ["mean_early", "mean_late"],
        record=True,
        clock=Clock(equations.MONITOR_STEP_S * second, name="course_clock"),
        name="course",
    )
    return Network([control, *groups.values(), *synapses, *spikes, course])


def _group(model: Model, name: str) -> NeuronGroup:
    declared = model.population[name]
    if isinstance(declared, Afferent):
        return NeuronGroup(
            declared.size, equations.AFFERENT, threshold=equations.AFFERENT_FIRES, name=name
        )
    text, reset = equations.neuron(declared, name == model.plastic_connection.target)
    return NeuronGroup(
        model.size(name),
        text,
        threshold="v > threshold",
        reset=reset,
        refractory="refractory_period",
        method="exponential_euler",
        name=name,
    )


def _synapses(
    model: Model,
    connection: Connection,
    groups: dict[str, NeuronGroup],
    wiring: Wiring,
    rule: MaintenanceRule | None,
) -> Synapses:
    text = equations.steps(connection)
    clock = defaultclock
    if connection.plastic:
        text += equations.plastic_synapse(rule, connection.in_degree)
        clock = Clock(si(model.calcium_time_step) * second, name="calcium_clock")
    synapses = Synapses(
        groups[connection.source],
        groups[connection.target],
        text,
        on_pre=equations.on_spike(connection),
        method="euler" if connection.plastic else None,
        clock=clock,
        name=connection.name,
    )
    synapses.connect(i=wiring.source, j=wiring.target)
    synapses.delay = wiring.delay_s * second
    return synapses
