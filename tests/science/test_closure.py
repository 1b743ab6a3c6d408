"""One state for each unit gives what direct simulation gives, at points drawn beforehand."""

import numpy as np
import pytest
from closure_points import compared_at, holds, window_edges

from resetsim.declare.experiment import read_experiment
from resetsim.progress import Silent
from resetsim.study.experiment import prepare, run_experiment

HELD = 0.9


@pytest.mark.slow
@pytest.mark.xfail(
    strict=True,
    raises=AssertionError,
    reason="12 of 14 hold, 86 %; two that start low above the window miss: closure_points.md",
)
def test_the_closure_holds_away_from_chance(engine):
    experiment = read_experiment("closure_points")
    prepared = prepare(experiment)
    result = run_experiment(experiment, prepared, engine, Silent())
    edges_hz = window_edges(prepared[0], engine, Silent())
    compared = (
        compared_at(*pair, edges_hz, engine, Silent())
        for pair in zip(result.arms, prepared, strict=True)
    )
    far = [each for each in compared if not each.near]
    assert len(far) >= 10
    assert np.mean([holds(each) for each in far]) >= HELD
