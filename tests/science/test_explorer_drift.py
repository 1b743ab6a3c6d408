"""Is the drift in the explorer's page what the network of today gives?"""

import numpy as np
from explorer_contents import arms
from explorer_in_python import table

from resetsim.declare.axes import Point
from resetsim.progress import Silent
from resetsim.slow.measure import measure_nodes
from resetsim.slow.sample import Drift
from resetsim.spiking.engine import best_engine

POINTS = (Point(0.8), Point(2.0), Point(2.0, 0.5))


def test_nodes_are_those_that_are_measured_today():
    sampler = arms()["reset"].dorsal_horn.sampler
    kept = table("dorsal_horn")
    for point, node in measure_nodes(sampler, POINTS, best_engine(1), Silent()).items():
        at = np.array(sampler.sampling.efficacies)
        found = kept.lookup(np.tile(np.array(point), (len(at), 1)), at)
        for i, name in enumerate(Drift._fields):
            allowed = 5 * node.standard_error[name] + 0.005 * np.max(node.value[name])
            assert (np.abs(found[:, i] - node.value[name]) <= allowed).all(), (point, name)
