"""Do hypotheses about memory do what they claim, with what the network induces?

NMDA receptors lost for the two weeks after learning: Shimizu 2000 Science 290:1170.
"""

import numpy as np
import pytest

from resetsim.declare.experiment import read_experiment, with_variations
from resetsim.evidence.reading import arm_with, recall_at
from resetsim.evidence.runs import run_under
from resetsim.progress import Silent
from resetsim.study.experiment import prepare, run_arms

EXPERIMENT = "nmda_loss_after_learning"
LEARNED = slice(0, 3)
LOSS, INTACT = 0.95, 0.0


@pytest.fixture(scope="module")
def arms(engine):
    runs = run_under([EXPERIMENT], ["fragile_memory", "reset"], engine, Silent())
    return {
        (hypothesis, level): arm_with(found, blockade=level)
        for (_, hypothesis), found in runs.items()
        for level in (LOSS, INTACT)
    }


def late_at(arm, day):
    """Late phase of the learned assemblies."""
    return np.array(
        [np.interp(day, arm.memory.time_d, unit) for unit in arm.memory.late.T[LEARNED]]
    )


@pytest.mark.parametrize("hypothesis", ["fragile_memory", "reset"])
@pytest.mark.parametrize("level", [LOSS, INTACT])
def test_before_the_loss_all_is_learned_and_nothing_else_known(arms, hypothesis, level):
    arm = arms[hypothesis, level]
    assert recall_at(arm, 0.9, LEARNED) > 0.9
    assert recall_at(arm, 0.9, slice(3, 5)) < 0.1


def test_a_fragile_memory_needs_its_replay(arms):
    assert recall_at(arms["fragile_memory", INTACT], 30, LEARNED) >= 0.9
    assert recall_at(arms["fragile_memory", LOSS], 30, LEARNED) < 0.2
    # Nothing is induced meanwhile: 14 days of decay with a time constant of 3 days.
    lost = late_at(arms["fragile_memory", LOSS], 15) / late_at(arms["fragile_memory", LOSS], 1)
    assert lost == pytest.approx(np.exp(-14 / 3), rel=0.02)


def test_a_self_sustaining_memory_needs_no_nmda_receptors(arms):
    for level in (LOSS, INTACT):
        assert recall_at(arms["reset", level], 30, LEARNED) >= 0.9
        assert recall_at(arms["reset", level], 30, LEARNED, "hard_recall") > 0.5


def test_memories_that_are_kept_last_for_six_months(engine):
    longer = with_variations(
        read_experiment(EXPERIMENT),
        {
            "follow_up.until": ["190 day"],
            "follow_up.at[1]": ["182 day"],
            "treatment.blockade": [LOSS, INTACT],
            "hypothesis": ["reset", "fragile_memory"],
        },
    )
    kept = {
        (arm.settings["hypothesis"].written, arm.settings["treatment.blockade"].written): recall_at(
            arm, 182, LEARNED
        )
        / recall_at(arm, 0.9, LEARNED)
        for arm in run_arms(prepare(longer), engine, Silent())
    }
    assert kept["reset", LOSS] >= 0.9
    assert kept["reset", INTACT] >= 0.9
    assert kept["fragile_memory", INTACT] >= 0.9
    assert kept["fragile_memory", LOSS] < 0.2
