"""What the bands take sampling noise to be is what simulations give."""

import numpy as np

from resetsim.declare.axes import Point
from resetsim.progress import Silent
from resetsim.study.systems import dorsal_horn_sampler

RUNS = 24


def test_efficacies_of_one_run_share_half_of_their_noise(engine, dorsal_horn):
    sampler = dorsal_horn_sampler(dorsal_horn.model)
    between = []
    for rate_hz in (1.6, 2.0):
        runs = [sampler.tasks(Point(rate_hz), number) for number in range(RUNS)]
        recordings = engine.run([task for run in runs for task in run], Silent())
        shares = np.array([sampler.read([each])["potentiating"] for each in recordings])
        inducing = shares[:, shares.mean(axis=0) > 1e-3]
        between.append(np.corrcoef(inducing.T)[np.triu_indices(inducing.shape[1], 1)].mean())
    assert 0.3 < np.mean(between) < 0.6
