"""Assays made directly on the dorsal horn, at chosen states, over a few seeds."""

import numpy as np

from resetsim.declare.axes import Point
from resetsim.declare.quantities import parse_quantity, units
from resetsim.protocols.assay import Condition
from resetsim.protocols.registry import ASSAYS, protocol_of
from resetsim.spiking.task import Circuit


def state(late=0.0, blockade=0.0, heterosynaptic=0.0, **acting):
    point = Point(nmda_free=1 - blockade, **acting)
    return Condition(np.zeros(1), np.full(1, late), point, heterosynaptic)


def read(name, model, engine, condition, seeds=range(2), **settings):
    """Readings of one assay, one list per seed."""
    changes = {key: _quantity(value) for key, value in settings.items()}
    protocol = protocol_of(name, model, changes)
    assay, circuit = ASSAYS[name], Circuit(model)
    groups = [assay.tasks(circuit, condition, protocol, seed) for seed in seeds]
    recordings = iter(engine.run([task for group in groups for task in group]))
    return [
        assay.read(model, condition, protocol, [next(recordings) for _ in group])
        for group in groups
    ]


def _quantity(value):
    return parse_quantity(value) if isinstance(value, str) else units.Quantity(value, "")


def rates(readings, population):
    """Mean over seeds of each reading of a population, by its x."""
    found = {}
    for seed in readings:
        for each in seed:
            if each.population == population:
                found.setdefault(each.x, []).append(each.value)
    return {x: float(np.mean(values)) for x, values in sorted(found.items())}
