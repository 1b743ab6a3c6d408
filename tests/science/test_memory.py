"""Does the memory behave like one: learning needs NMDA receptors, retrieval does not.

Learning and retrieval under D-AP5: Bast 2005 J Neurosci 25:5845 (P085).
"""

from pathlib import Path

import numpy as np
import pytest

from resetsim.agents.learning import learned_early, learning_task
from resetsim.assays.assay import Condition
from resetsim.assays.recall import RECALL
from resetsim.assays.registry import protocol_of
from resetsim.drift.memory_sampling import read_sample, sampling_task
from resetsim.networks.assemblies import per_unit
from resetsim.networks.units import si
from resetsim.plasticity.dynamics import constants_of, early_equilibrium
from resetsim.simulation.task import Circuit
from resetsim.spec.model import read_model

TAUGHT = 3
BLOCKADE = 0.95


@pytest.fixture(scope="module")
def circuit():
    return Circuit(read_model(Path(__file__).parents[2] / "models" / "memory.toml"))


def early_after(circuit, engine, blockade):
    (recording,) = engine.run([learning_task(circuit, TAUGHT, blockade, seed=1)])
    return learned_early(circuit.model, recording)


def recall_at(circuit, engine, late, blockade):
    phases = np.zeros(circuit.model.assemblies.count + 1)
    phases[:TAUGHT] = late
    condition = Condition(early=np.zeros_like(phases), late=phases, blockade=blockade)
    protocol = protocol_of("recall", circuit.model, {})
    recordings = engine.run(RECALL.tasks(circuit, condition, protocol, 1))
    return np.array(
        [each.value for each in RECALL.read(circuit.model, condition, protocol, recordings)]
    )


@pytest.fixture(scope="module")
def intact_recall(circuit, engine):
    return recall_at(circuit, engine, late=1.0, blockade=0.0)


def test_teaching_potentiates_the_taught_assemblies_alone(circuit, engine):
    early = early_after(circuit, engine, blockade=0.0)
    assert np.all(early[:TAUGHT] > 0.6)
    assert np.all(early[:TAUGHT] < 0.9)
    assert np.all(early[TAUGHT:] < 0.02)


def test_teaching_sets_tags_and_drives_protein_synthesis(circuit, engine):
    early = early_after(circuit, engine, blockade=0.0)
    plasticity = circuit.model.plasticity
    # Proteins follow the mean over all of a neuron's recurrent synapses.
    assert np.all(early[:TAUGHT] > si(plasticity.tag_threshold) + 3 * si(plasticity.tag_width))
    assert np.all(
        early[:TAUGHT] > si(plasticity.protein_threshold) + 3 * si(plasticity.protein_width)
    )


def test_nothing_is_learned_under_blockade(circuit, engine):
    assert np.all(early_after(circuit, engine, BLOCKADE) < 0.01)


def test_a_part_completes_learned_patterns_and_no_others(intact_recall):
    assert np.all(intact_recall[:TAUGHT] > 0.8)
    assert np.all(intact_recall[TAUGHT:] < 0.15)


def test_recall_is_graded_with_the_weights(circuit, engine, intact_recall):
    half = recall_at(circuit, engine, late=0.5, blockade=0.0)[:TAUGHT].mean()
    assert 0.2 < half < 0.9 * intact_recall[:TAUGHT].mean()


def test_recall_does_not_need_nmda_receptors(circuit, engine, intact_recall):
    blocked = recall_at(circuit, engine, late=1.0, blockade=BLOCKADE)
    assert blocked[:TAUGHT].mean() > 0.9 * intact_recall[:TAUGHT].mean()


@pytest.mark.parametrize("late", [0.0, 1.0])
def test_spontaneous_activity_is_sparse_and_teaches_nothing(circuit, engine, late):
    model, constants = circuit.model, constants_of(circuit.model.plasticity)
    taught, length = model.assemblies.count, model.sampling.sample_s
    efficacy = 1 + constants["late_gain"] * late
    tasks = [sampling_task(circuit, 1.0, efficacy, taught, seed) for seed in (1, 2)]
    for recording in engine.run(tasks):
        potentiating, depressing = (
            per_unit(model, recording.arrays[f"{model.plastic_connection.name}.{time}"]) / length
            for time in ("time_potentiating", "time_depressing")
        )
        early = early_equilibrium(potentiating, depressing, constants)
        assert np.all(early < constants["tag_threshold"] / 4)
        assert 0.5 < read_sample(model, taught, [recording])["output_hz"][0] < 2.2
