"""A drift table that is a formula: steep and bistable like the measured one, and no simulations."""

from functools import cache
from itertools import product

import numpy as np

from resetsim.declare.axes import AXES, Point
from resetsim.declare.files import find_file
from resetsim.declare.model import read_model
from resetsim.declare.quantities import parse_quantity
from resetsim.slow.drive import Drive
from resetsim.slow.sample import Node
from resetsim.slow.system import SlowSystem
from resetsim.slow.table import table_of
from resetsim.tissue.plasticity.maintenance import RULES

CONSTANTS = {
    "early_gain": 0.5,
    "late_gain": 1.5,
    "potentiation_rate": 0.25,
    "depression_rate": 0.02,
    "early_decay": 3600.0,
    "tag_threshold": 0.4,
    "tag_width": 0.04,
    "protein_threshold": 0.3,
    "protein_width": 0.04,
    "protein_decay": 3600.0,
    "capture_rate": 1 / 3600.0,
    "late_decay": 4 * 86400.0,
    "well_rate": 10 / 86400.0,
    "well_barrier": 0.5,
    "ageing_time": 14 * 86400.0,
    "depotentiation_rate": 0.02,
}
EFFICACIES = (1.0, 1.15, 1.3, 1.45, 1.6, 1.75, 1.9, 2.1, 2.3, 2.5, 2.75, 3.0)
GRID = (
    (0.0, 0.4, 0.8, 1.2, 1.4, 1.6, 1.8, 2.0, 2.4, 3.2, 4.0, 5.0, 6.0, 8.0),
    (0.0, 0.05, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 1.0),
    (0.0, 1.0),
    (0.0, 1.0),
)
SHARPER = CONSTANTS | {
    "tag_threshold": 0.45,
    "tag_width": 0.02,
    "protein_threshold": 0.4,
    "protein_width": 0.02,
    "protein_decay": 1800.0,
    "capture_rate": 6 / 3600.0,
    "late_decay": 3 * 86400.0,
}
TISSUE = {
    "heterosynaptic_rate": 1 / 3600.0,
    "heterosynaptic_decay": 2 * 86400.0,
    "loses_inhibition": 0.0,
    "half_input": 1.0,
    "onset": 2 * 86400.0,
    "recovery": 7 * 86400.0,
}


def node(point):
    """Induction that is nothing below an efficacy which falls as input rises, and steep above."""
    efficacy = np.array(EFFICACIES)
    # How strongly the network is driven: above 1 it induces.
    driven = efficacy * point.input_rate_hz * (1 + 0.3 * point.disinhibition)
    driven = driven * (1 - 0.4 * point.descending) / 2.9
    above = np.maximum(driven * point.nmda_free**1.5 - 0.8, 0.0)
    value = {
        "potentiating": np.minimum(0.02 * above**2, 0.5),
        "depressing": np.minimum(0.03 * np.sqrt(above) * driven**0.5, 0.5),
        "output_hz": driven + 10 * above,
        "inducing": np.minimum(0.2 * above**2, 1.0),
    }
    return Node(value, {name: 0 * each for name, each in value.items()}, 4)


@cache
def known_table(grid=GRID):
    """Return a table with every node of a grid."""
    points = [Point(*coordinates) for coordinates in product(*grid)]
    return table_of(grid, EFFICACIES, {point: node(point) for point in points})


def known_model():
    """Return the shipped dorsal horn, its pain read on the scale of the known table's output."""
    model = read_model(find_file("dorsal_horn", "model"))
    half = model.pain.half_output.model_copy(update={"value": parse_quantity("12 Hz")})
    return model.model_copy(update={"pain": model.pain.model_copy(update={"half_output": half})})


def known_system(table, rule="input-dependent", heterosynaptic=None, loses_inhibition=False):
    """Return a plastic system with a drift; a memory without heterosynaptic potentiation."""
    tissue = TISSUE | {"loses_inhibition": float(loses_inhibition)} if heterosynaptic else {}
    return SlowSystem(
        table, RULES[rule], SHARPER, RULES[heterosynaptic] if heterosynaptic else None, tissue
    )


def share_table(share):
    """Return a table of induction that is a given function of efficacy, in proportion to NMDA."""
    efficacies = tuple(np.linspace(1.0, 3.0, 81))
    value = np.array([share(efficacy) for efficacy in efficacies])

    def of(nmda_free):
        shares = {"potentiating": nmda_free * value, "depressing": 0 * value}
        shares |= {"output_hz": 0 * value, "inducing": 0 * value}
        return Node(shares, {name: 0 * each for name, each in shares.items()}, 4)

    grid = ((0.0,), (0.0, 1.0), (0.0,), (0.0,))
    return table_of(grid, efficacies, {Point(0.0, free): of(free) for free in (0.0, 1.0)})


def given_table():
    """Return a table whose shares of time are squares of coordinates of the point.

    Potentiation of NMDA left, depression of the descending drive.
    """
    ends = (0.0, 1.0)

    def of(potentiating, depressing):
        shares = {"potentiating": potentiating, "depressing": depressing}
        shares |= {"output_hz": 0.0, "inducing": 0.0}
        full = {name: np.full(3, share) for name, share in shares.items()}
        return Node(full, {name: 0 * each for name, each in full.items()}, 4)

    nodes = {Point(0.0, p, 0.0, d): of(p, d) for p in ends for d in ends}
    return table_of(((0.0,), ends, (0.0,), ends), (1.0, 2.0, 3.0), nodes)


def stretches(edges_d, nmda_left, descending_left=None, kinase_left=None):
    """Return a drive without input whose shares jump at edges."""
    segments = len(edges_d) + 1

    def filled(values):
        return np.ones(segments) if values is None else np.array(values, dtype=float)

    none = np.zeros(segments)
    left = {"nmda_free": nmda_left, "descending": descending_left}
    return Drive(
        np.array(edges_d, dtype=float),
        *(none, none, none),
        filled(kinase_left),
        np.stack([filled(left.get(name)) for name in AXES], axis=1),
    )
