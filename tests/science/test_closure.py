"""One state for each unit gives what direct simulation gives, at points drawn beforehand."""

import numpy as np
import pytest
from closure_points import Window, compared_at, holds

from resetsim.declare.experiment import read_experiment
from resetsim.progress import Silent
from resetsim.study.experiment import prepare, run_experiment

HELD = 0.9


@pytest.mark.slow
def test_the_closure_holds_away_from_chance(engine):
    experiment = read_experiment("closure_points")
    result = run_experiment(experiment, prepare(experiment), engine, Silent())
    window = Window(engine, Silent())
    far = [each for each in (compared_at(arm, window) for arm in result.arms) if not each.near]
    assert len(far) >= 10
    assert np.mean([holds(each) for each in far]) >= HELD
