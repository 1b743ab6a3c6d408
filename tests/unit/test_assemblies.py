"""Assemblies of the memory, cues, and the formula of recall."""

from pathlib import Path

import numpy as np
import pytest

from resetsim.declare.model import Model, read_model
from resetsim.protocols.recall import completion
from resetsim.tissue.assemblies import (
    assemblies_of,
    members,
    per_synapse,
    per_unit,
    synapse_units,
)
from resetsim.tissue.cueing import WARM_UP_S, CueSchedule, cue_arguments
from resetsim.tissue.wiring import wire

MODELS = Path(__file__).parents[2] / "models"


@pytest.fixture(scope="module")
def memory() -> Model:
    return read_model(MODELS / "memory.toml")


def test_assemblies_are_disjoint_blocks_of_principal_neurons(memory):
    assemblies = assemblies_of(memory)
    neurons = np.concatenate([members(memory, k) for k in range(assemblies.count)])
    assert neurons.tolist() == list(range(assemblies.count * assemblies.size))
    assert neurons[-1] < memory.size("principal")


def test_a_synapse_belongs_to_the_assembly_that_both_its_neurons_are_in(memory):
    wiring = wire(memory)[memory.plastic_connection.name]
    units = synapse_units(memory)
    count = assemblies_of(memory).count
    for source, target, unit in zip(wiring.source, wiring.target, units, strict=True):
        shared = [
            k for k in range(count) if source in members(memory, k) and target in members(memory, k)
        ]
        assert unit == (shared[0] if shared else count)


def test_neurons_outside_all_assemblies_have_only_other_synapses(memory):
    fewer = memory.model_copy(
        update={"assemblies": memory.assemblies.model_copy(update={"count": 3})}
    )
    target = wire(fewer)[fewer.plastic_connection.name].target
    assert set(synapse_units(fewer)[target >= 60]) == {3}


def test_values_of_units_survive_expansion_to_synapses(memory):
    values = np.array([0.1, 0.2, 0.3, 0.4, 0.5, 0.0])
    np.testing.assert_allclose(per_unit(memory, per_synapse(memory, values)), values)


def test_a_model_without_assemblies_is_refused():
    with pytest.raises(ValueError, match="declares no assemblies"):
        synapse_units(read_model(MODELS / "dorsal_horn.toml"))


def test_patterns_are_cued_one_after_the_other(memory):
    schedule = CueSchedule(rate_hz=80.0, duration_s=0.5, pause_s=0.25)
    arguments = cue_arguments(memory, [np.array([3, 4]), np.array([20])], schedule)
    start, end = arguments["cue.stimulus_start"], arguments["cue.stimulus_end"]
    assert start[3] == start[4] == WARM_UP_S
    assert end[3] < start[20] == WARM_UP_S + 0.75
    assert schedule.length_s(2) == end[20] + 0.25
    assert np.flatnonzero(arguments["cue.stimulus"]).tolist() == [3, 4, 20]


@pytest.mark.parametrize(
    ("uncued", "others", "recall"),
    [
        ([1.0, 1.0], [0.0, 0.0], 1.0),
        ([1.0, 0.0], [0.5, 0.5], 0.0),
        ([0.75, 0.75], [0.5, 0.5], 0.5),
        ([0.0, 0.0], [0.5, 0.5], 0.0),
        ([1.0, 1.0], [1.0, 1.0], 0.0),
    ],
)
def test_recall_is_completion_corrected_for_chance(uncued, others, recall):
    assert completion(np.array(uncued), np.array(others)).recall == recall


def test_the_standard_error_of_recall_is_over_members():
    found = completion(np.array([1.0, 0.5, 0.0, 0.5]), np.array([0.0, 0.4]))
    spread = np.std([1.0, 0.5, 0.0, 0.5], ddof=1)
    assert found.standard_error == pytest.approx(spread / 2 / 0.8)
    assert found.n == 4
