"""What patients of a cohort remember, against the same patients alone and against arithmetic."""

from dataclasses import replace

import numpy as np
import pytest
from known_cohort import EARLY, TEACHER, TRIAL, job_of, with_formula, written

from resetsim.errors import InputError
from resetsim.outcomes.cohort import cohort_outcomes
from resetsim.outcomes.cohort_memory import arm_memories
from resetsim.outcomes.cohort_rows import outcome_rows
from resetsim.patients.one_of_cohort import one_patient
from resetsim.progress import Silent
from resetsim.records.cohort import MEMORY_MOMENTS
from resetsim.store.cohort_tables import arm_table
from resetsim.study.cohort import follow, run_cohort
from resetsim.study.cohort_prepared import prepare_cohort
from resetsim.study.experiment import prepare, run_arms
from resetsim.study.workers import Here
from resetsim.views.cohort.memory import draw_pain_and_memory, memory_table

MODEL = 'model = "horn.toml"'
AGES = """
[[patient.learning]]
at = { distribution = "uniform", low = "-300 day", high = "29.9 day", source = "a guess" }
patterns = 2

[memory_plasticity]
late_decay = { distribution = "lognormal", median = "4 day", sigma = 0.8, source = "a guess" }
"""
PERSISTS = 'late_decay = { distribution = "lognormal", median = "4 day"'
BODY = """
[patient]
clearance = { distribution = "lognormal", median = 1, sigma = 0.5, source = "a guess" }

[patient.history]
ended = { distribution = "uniform", low = "12 h", high = "4 day", source = "a guess" }
duration = "2 day"
blockade = 0.8
share = 0.5

"""
DRUG = ("blockade = 0.95", 'drug = "ketamine"\ndose = "12 mg/h"')


def changed(*changes):
    text = TRIAL.replace(MODEL, MODEL + '\nmemory = "memory"') + AGES
    for found, instead in changes:
        assert text.count(found) == 1, found
        text = text.replace(found, instead)
    return text


def followed(folder, *changes, numbers=range(6)):
    experiment = written(folder, changed(*changes))
    job, _, _ = job_of(experiment)
    return experiment, job, follow(job, np.array(numbers))


ALONE = (1, 4)


def compared_with_alone(experiment, job, chunk):
    """Return how far memories of a cohort are from those of two of its patients alone."""
    largest = 0.0
    for number in ALONE:
        alone = with_formula(prepare(one_patient(experiment, number)))
        results = run_arms(alone, TEACHER, Silent())
        for arm, part, result in zip(job.arms, chunk.arms, results, strict=True):
            course = result.memory
            (_, end_d), until_d = arm.treated_d, arm.after_d[-1]
            sessions = np.split(part.memory_efficacy[number], part.recall.shape[1] // 4)
            for found, learned_d in zip(sessions, sorted(set(result.learned_d)), strict=True):
                patterns = np.flatnonzero(result.learned_d == learned_d)
                efficacy = course.efficacy[:, patterns].mean(axis=1)
                moments = np.array([arm.split_d, end_d, until_d, learned_d + 1])
                exact = np.interp(moments, course.time_d, efficacy)
                exact[moments < learned_d] = np.nan
                assert np.array_equal(np.isnan(found), np.isnan(exact))
                largest = max(largest, np.nanmax(np.abs(found - exact)))
    return largest


@pytest.mark.parametrize("hypothesis", ["reset", "fragile_memory"])
def test_a_memory_of_a_cohort_is_that_of_the_patient_alone(tmp_path, hypothesis):
    drug = (DRUG, ('"reset"', f'"{hypothesis}"'), ("[patient.injury]", BODY + "[patient.injury]"))
    experiment, job, chunk = followed(tmp_path, *drug)
    assert compared_with_alone(experiment, job, chunk) < 0.01
    spread = np.ptp([part.memory_efficacy for part in chunk.arms], axis=(0, 1))
    assert (spread > 0.02).any() == (hypothesis == "fragile_memory")


def test_who_learns_under_blockade_learns_what_his_own_leaves_of_it(tmp_path):
    later = ('low = "-300 day", high = "29.9 day"', 'low = "29 day", high = "34 day"')
    body = ("[patient.injury]", BODY + "[patient.injury]")
    experiment, job, chunk = followed(tmp_path, DRUG, body, later)
    assert compared_with_alone(experiment, job, chunk) < 0.01
    untreated, _, treated = (part.memory_efficacy[list(ALONE), -1] for part in chunk.arms)
    assert (treated < untreated - 0.05).all()


SESSIONS = """
[[patient.learning]]
at = { distribution = "uniform", low = "30.5 day", high = "34 day", source = "a guess" }

[[patient.learning]]
at = "60 day"

[memory_plasticity]"""


def test_each_session_is_remembered_as_by_the_patient_alone(tmp_path):
    two_arms = ('["0 h", "1 day", "5 day"]', '["0 h", "5 day"]')
    fragile = ('"reset"', '"fragile_memory"')
    sessions = ("\n[memory_plasticity]", SESSIONS)
    experiment, job, chunk = followed(tmp_path, DRUG, two_arms, fragile, sessions)
    assert compared_with_alone(experiment, job, chunk) < 0.01
    assert set(chunk.drawn) >= {f"patient.learning[{place}].at" for place in (0, 1)}
    _, treated = (part.recall[:, [3, 7, 11]].mean(axis=0) for part in chunk.arms)
    assert treated[1] < 0.5 * min(treated[0], treated[2])


def test_tables_have_columns_for_each_of_several_sessions(tmp_path):
    one_arm = ('["0 h", "1 day", "5 day"]', '["5 day"]')
    sessions = ("\n[memory_plasticity]", SESSIONS)
    experiment = written(tmp_path, changed(DRUG, one_arm, sessions))
    prepared = with_formula(prepare_cohort(experiment))
    result = run_cohort(experiment, prepared, TEACHER, Here(), Silent())
    patients = arm_table(result, result.arms[0])
    numbered = [f"recall_after_session_{number}" for number in (1, 2, 3)]
    assert list(patients.filter(like="recall_after")) == ["recall_after", *numbered]
    assert patients[["recall_after", "recall_before_session_3"]].isna().all(axis=None)
    outcomes = cohort_outcomes(result)
    (row,) = outcome_rows(outcomes)
    assert row[numbered[2]] == pytest.approx(patients[numbered[2]].mean())
    assert [row[f"memory_learned_session_{number}"] for number in (1, 2, 3)] == [1.0, 0.0, 1.0]
    assert memory_table(outcomes).names["session"] == ["1", "2", "3"]
    panels = draw_pain_and_memory(outcomes).axes
    titles = [axes.get_title() for axes in panels]
    assert titles == ["session 1", "session 3"]  # nobody learned in the second


def test_recall_is_read_off_the_curve_of_the_cued_network(tmp_path):
    _, job, chunk = followed(tmp_path)
    (memory,) = job.arms[0].memories
    learned = memory.learned(np.array([1.0, 0.43]))
    assert learned == pytest.approx(EARLY * np.array([[1.0, 1.0], [0.43, 0.43]]))
    # Members fire in proportion, in steps of one of twenty.
    assert memory.recall == pytest.approx((memory.efficacy - 1) / 2, abs=0.03)
    for part in chunk.arms:
        assert part.recall == pytest.approx((part.memory_efficacy - 1) / 2, abs=0.03)
        assert part.recall[:, 0] == pytest.approx(np.full(6, 0.75), abs=0.04)


def test_what_nothing_holds_decays_by_its_own_constant(tmp_path):
    young = ('low = "-300 day", high = "29.9 day"', 'low = "27 day", high = "28.5 day"')
    slow = (f"{PERSISTS}, sigma = 0.8", f"{PERSISTS.replace('4 day', '40 day')}, sigma = 0.4")
    _, _, chunk = followed(tmp_path, ('"reset"', '"input_dependent_memory"'), young, slow)
    decay_d = chunk.drawn["memory_plasticity.late_decay"] / 86400
    for part in chunk.arms:  # blocked or not
        above = part.memory_efficacy - 1
        assert above[:, 2] / above[:, 0] == pytest.approx(np.exp(-70 / decay_d), rel=0.01)


def test_neither_others_nor_chunks_change_a_memory(tmp_path):
    change = ('"reset"', '"fragile_memory"')
    _, job, whole = followed(tmp_path, DRUG, change)
    part = follow(job, np.array([2, 4]))
    for one, other in zip(part.arms, whole.arms, strict=True):
        assert np.array_equal(one.memory_efficacy, other.memory_efficacy[[2, 4]])
        assert np.array_equal(one.recall, other.recall[[2, 4]])


def test_pain_does_not_depend_on_whether_there_is_a_memory(tmp_path):
    _, _, chunk = followed(tmp_path)
    (tmp_path / "without").mkdir()
    job, numbers, _ = job_of(written(tmp_path / "without", TRIAL))
    for one, other in zip(chunk.arms, follow(job, numbers).arms, strict=True):
        assert np.array_equal(one.pain, other.pain)
        assert other.recall.shape == (6, 0)


def memory_of(arm):
    (memory,) = arm_memories(arm)
    return memory


def test_memories_that_are_kept_are_counted(tmp_path):
    experiment, _, _ = followed(tmp_path, ('"reset"', '"fragile_memory"'))
    prepared = with_formula(prepare_cohort(experiment))
    result = run_cohort(experiment, prepared, TEACHER, Here(), Silent())
    found = [memory_of(arm) for arm in result.arms]
    assert set(found[0].recall) == set(MEMORY_MOMENTS)
    assert [each.kept.value for each in found[:2]] == [1.0, 1.0]
    assert found[2].kept.value < 1
    arm = result.arms[0]
    few = np.array([[0.9, 0.9, 0.82], [0.9, 0.9, 0.8], [0.2, 0.9, 0.9], [0.9, 0.9, 0.9]])
    few = np.hstack([np.tile(few, (2, 1))[:6], np.ones((6, 1))])
    failed = np.arange(6) == 3
    counted = memory_of(replace(arm, recall=few, failed=failed)).kept
    assert (counted.value, counted.n) == (0.5, 4)
    of_before = memory_of(replace(arm, recall=few[:, :3], failed=failed))
    assert of_before.kept == counted
    assert "day_after_learning" not in of_before.recall
    few[:, 0], few[4:, 3] = np.nan, [0.89, 0.1]  # learned later, one of them hardly
    counted = memory_of(replace(arm, recall=few, failed=failed))
    assert (counted.kept.value, counted.kept.n) == (0.5, 4)
    assert (counted.learned.value, counted.learned.n) == (0.8, 5)
    assert "before" not in counted.recall
    assert arm_memories(replace(arm, failed=np.ones(6, dtype=bool))) == ()


AT = '{ distribution = "uniform", low = "-300 day", high = "29.9 day", source = "a guess" }'
SESSION = '[[patient.learning]]\nat = "29.8 day"\n\n[memory_plasticity]'
REFUSED = {
    r"patient\.learning\[0\]\.at: may be day 101, but follow-up ends on day 100: say at_most": [
        ('high = "29.9 day"', 'high = "101 day"')
    ],
    r"patient\.learning\[0\]\.at: found '101 day'": [(AT, '"101 day"')],
    r"patient\.learning\[1\]\.at: may be day 29.8, but the session before it day 29.9": [
        ("[memory_plasticity]", SESSION)
    ],
    r"memory_plasticity\.early_decay: cannot differ between patients": [
        (PERSISTS, PERSISTS.replace("late", "early"))
    ],
    r"memory_plasticity\.lat_decay: unknown constant.*late_decay": [
        (PERSISTS, PERSISTS.replace("late", "lat"))
    ],
    "memory_plasticity: found without a memory model": [
        ('\nmemory = "memory"', ""),
        (AGES[: AGES.index("[memory")], ""),
    ],
}


@pytest.mark.parametrize("message", REFUSED)
def test_what_cannot_be_remembered_is_refused(tmp_path, message):
    with pytest.raises(InputError, match=message):
        prepare_cohort(written(tmp_path, changed(*REFUSED[message])))
