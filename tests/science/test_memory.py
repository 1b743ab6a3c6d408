"""Does the memory behave like one: learning needs NMDA receptors, retrieval does not.

Learning and retrieval under D-AP5: Bast 2005 J Neurosci 25:5845 (P085).
"""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from resetsim.declare.axes import Point
from resetsim.declare.model import read_model
from resetsim.protocols.assay import Condition
from resetsim.protocols.learning import Session, learned_early, learning_task
from resetsim.protocols.registry import ASSAYS, protocol_of
from resetsim.slow.memory_sampling import read_sample, replay_task, sampling_task
from resetsim.spiking.task import Circuit
from resetsim.tissue.assemblies import per_unit
from resetsim.tissue.plasticity.dynamics import constants_of, early_equilibrium
from resetsim.tissue.units import si

TAUGHT = 3
BLOCKADE = 0.95


@pytest.fixture(scope="module")
def circuit():
    return Circuit(read_model(Path(__file__).parents[2] / "models" / "memory.toml"))


def phases(circuit, late=0.0):
    """Phases of every slow unit: so much late phase in what was taught."""
    found = np.zeros(circuit.model.assemblies.count + 1)
    found[:TAUGHT] = late
    return found


def early_after(circuit, engine, blockade=0.0, **session):
    naive = tuple(phases(circuit))
    taught = Session(**{"patterns": range(TAUGHT), "early": naive, "late": naive} | session)
    taught = replace(taught, acting=Point(nmda_free=1 - blockade))
    (recording,) = engine.run([learning_task(circuit, taught, seed=1)])
    return learned_early(circuit.model, recording)


def recall_at(circuit, engine, late, blockade, assay="recall"):
    condition = Condition(phases(circuit), phases(circuit, late), Point(nmda_free=1 - blockade))
    protocol = protocol_of(assay, circuit.model, {})
    recordings = engine.run(ASSAYS[assay].tasks(circuit, condition, protocol, 1))
    readings = ASSAYS[assay].read(circuit.model, condition, protocol, recordings)
    return np.array([each.value for each in readings])


@pytest.fixture(scope="module")
def intact_recall(circuit, engine):
    return recall_at(circuit, engine, late=1.0, blockade=0.0)


def test_teaching_potentiates_the_taught_assemblies_alone(circuit, engine):
    early = early_after(circuit, engine)
    assert np.all(early[:TAUGHT] > 0.6)
    assert np.all(early[:TAUGHT] < 0.9)
    assert np.all(early[TAUGHT:] < 0.02)


def test_teaching_sets_tags_and_drives_protein_synthesis(circuit, engine):
    early = early_after(circuit, engine)
    plasticity = circuit.model.plasticity
    # Proteins follow the mean over all of a neuron's recurrent synapses.
    assert np.all(early[:TAUGHT] > si(plasticity.tag_threshold) + 3 * si(plasticity.tag_width))
    assert np.all(
        early[:TAUGHT] > si(plasticity.protein_threshold) + 3 * si(plasticity.protein_width)
    )


def test_nothing_is_learned_under_blockade(circuit, engine):
    assert np.all(early_after(circuit, engine, BLOCKADE) < 0.01)


def test_a_session_teaches_its_own_patterns_beside_what_is_known(circuit, engine):
    known = phases(circuit, late=1.0)
    early = early_after(circuit, engine, patterns=range(TAUGHT, TAUGHT + 1), late=tuple(known))
    assert early[TAUGHT] > 0.6
    assert np.all(np.delete(early, TAUGHT) < 0.1)


def test_a_shorter_session_leaves_a_weaker_trace(circuit, engine):
    short = early_after(circuit, engine, duration_s=3.2)[:TAUGHT]
    assert np.all(short > 0.2)
    assert np.all(short < 0.85 * early_after(circuit, engine)[:TAUGHT])


def test_a_part_completes_learned_patterns_and_no_others(intact_recall):
    assert np.all(intact_recall[:TAUGHT] > 0.8)
    assert np.all(intact_recall[TAUGHT:] < 0.15)


def test_recall_is_graded_with_the_weights(circuit, engine, intact_recall):
    half = recall_at(circuit, engine, late=0.5, blockade=0.0)[:TAUGHT].mean()
    assert 0.2 < half < 0.9 * intact_recall[:TAUGHT].mean()


def test_hard_recall_is_harder_and_finds_nothing_that_was_not_learned(
    circuit, engine, intact_recall
):
    hard = recall_at(circuit, engine, late=1.0, blockade=0.0, assay="hard_recall")
    assert np.all(hard[:TAUGHT] < intact_recall[:TAUGHT])
    assert np.all(hard[TAUGHT:] < 0.1)
    half, naive = (
        recall_at(circuit, engine, late, 0.0, "hard_recall")[:TAUGHT].mean() for late in (0.5, 0.0)
    )
    assert naive < 0.1
    assert half < hard[:TAUGHT].mean()


def test_few_random_patterns_are_recalled_and_many_are_not(circuit, engine):
    condition = Condition(phases(circuit), phases(circuit, late=1.0))
    protocol = protocol_of("capacity", circuit.model, {})
    capacity = ASSAYS["capacity"]
    recordings = engine.run(capacity.tasks(circuit, condition, protocol, 1))
    found = {
        each.x: each.value for each in capacity.read(circuit.model, condition, protocol, recordings)
    }
    assert found[2] > 0.8
    assert found[60] < 0.5 * found[2]


def test_recall_does_not_need_nmda_receptors(circuit, engine, intact_recall):
    blocked = recall_at(circuit, engine, late=1.0, blockade=BLOCKADE)
    assert blocked[:TAUGHT].mean() > 0.9 * intact_recall[:TAUGHT].mean()


@pytest.mark.parametrize("late", [0.0, 1.0])
def test_spontaneous_activity_is_sparse_and_teaches_nothing(circuit, engine, late):
    model, constants = circuit.model, constants_of(circuit.model.plasticity)
    taught, length = model.assemblies.count, model.sampling.sample_s
    efficacy = 1 + constants["late_gain"] * late
    tasks = [sampling_task(circuit, Point(), efficacy, taught, seed) for seed in (1, 2)]
    for recording in engine.run(tasks):
        potentiating, depressing = (
            per_unit(model, recording.arrays[f"{model.plastic_connection.name}.{time}"]) / length
            for time in ("time_potentiating", "time_depressing")
        )
        early = early_equilibrium(potentiating, depressing, constants)
        assert np.all(early < constants["tag_threshold"] / 4)
        assert 0.5 < read_sample(model, taught, [recording])["output_hz"][0] < 2.2


def induced_by_replay(circuit, engine, efficacy, nmda_free=1.0):
    """Mean time in an event that calcium in the spines of taught assemblies suffices to induce."""
    model = circuit.model
    tasks = [
        replay_task(circuit, Point(nmda_free=nmda_free), efficacy, TAUGHT, seed) for seed in (1, 2)
    ]
    name = f"{model.plastic_connection.name}.time_potentiating"
    return np.mean(
        [per_unit(model, each.arrays[name])[:TAUGHT].mean() for each in engine.run(tasks)]
    )


def test_replay_re_induces_what_is_strong_and_needs_nmda_receptors(circuit, engine):
    potentiated = induced_by_replay(circuit, engine, efficacy=2.5)
    assert potentiated > 0.005
    assert potentiated > 3 * induced_by_replay(circuit, engine, efficacy=1.0)
    assert induced_by_replay(circuit, engine, efficacy=2.5, nmda_free=0.0) == 0
