"""Antagonists take away what they are named for, and nothing else."""

import pytest

from resetsim.declare.blocked import Blocked, with_blocked
from resetsim.declare.files import find_file
from resetsim.declare.model import read_model
from resetsim.tissue.arguments import model_arguments

CHANGED = {
    "nk1": {
        "nk1r.nk1_conductance",
        "nk1r.nk1_nmda_gain",
        "wdr.nk1_conductance",
    },
    "can": {"nk1r.can_conductance", "wdr.can_conductance"},
    "voltage_gated_calcium": {
        "nk1r.calcium_per_spike",
        "wdr.calcium_per_spike",
        "nk1r.spine_calcium_per_spike",
    },
    "inhibition": {f"inhibitory_to_{target}.gaba_step" for target in ("nk1r", "wdr", "excitatory")},
}


@pytest.mark.parametrize("mechanism", CHANGED)
def test_an_antagonist_scales_its_mechanism_alone(mechanism):
    model = read_model(find_file("dorsal_horn", "model"))
    before = model_arguments(model)
    after = model_arguments(with_blocked(model, Blocked(**{mechanism: 0.75})))
    assert {name for name in before if after[name] != before[name]} == CHANGED[mechanism]
    for name in CHANGED[mechanism]:
        assert after[name] == pytest.approx(0.25 * before[name])
