"""Crossover trials: their analysis against published numbers and least squares, their reading."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from cohort_fixture import toy_cohort
from known_cohort import TRIAL, job_of, written
from pandas import DataFrame

from resetsim.api import CohortExperimentResult
from resetsim.errors import InputError
from resetsim.outcomes.cohort import cohort_outcomes
from resetsim.outcomes.crossover import EFFECTS, crossover_rows, crossover_trials, two_by_two
from resetsim.records.cohort import Sequences
from resetsim.records.setting import Setting
from resetsim.store.csv_file import write_table
from resetsim.study.cohort import follow
from resetsim.study.cohort_arm import days_of
from resetsim.study.cohort_prepared import prepare_cohort
from resetsim.study.crossovers import sequences_of
from resetsim.views.cohort.answer import answer
from resetsim.views.cohort.crossover import crossover_table

# Peak expiratory flow, l/min, after formoterol and salbutamol, and in the reverse order: Senn 2002,
# Cross-over Trials in Clinical Research, table 3.1; there 46.6 (95 % from 23 to 70). Typed from
# memory and not looked up again; that the data give this effect is what speaks for both.
FORMOTEROL_FIRST = np.array(
    [[310, 270], [310, 260], [370, 300], [410, 390], [250, 210], [380, 350], [330, 365]], float
)
SALBUTAMOL_FIRST = np.array(
    [[370, 385], [310, 400], [380, 410], [290, 320], [260, 340], [90, 220]], float
)


def found(first, second):
    return {each.name: each for each in two_by_two(first, second)}


def test_the_published_trial_gives_its_published_effect():
    treatment = found(FORMOTEROL_FIRST, SALBUTAMOL_FIRST)["treatment"].estimate
    assert treatment.value == pytest.approx(46.6, abs=0.05)
    assert treatment.low == pytest.approx(23, abs=0.5)
    assert treatment.high == pytest.approx(70, abs=0.5)


def test_treatment_and_period_are_those_of_least_squares_with_patients():
    rows = [
        {"patient": f"{sequence}{patient}", "period": period, "pef": pef,
         "formoterol": int(period == (0 if sequence == "first" else 1))}
        for sequence, group in (("first", FORMOTEROL_FIRST), ("second", SALBUTAMOL_FIRST))
        for patient, both in enumerate(group)
        for period, pef in enumerate(both)
    ]  # fmt: skip
    model = smf.ols("pef ~ C(patient) + period + formoterol", DataFrame(rows)).fit()
    interval = model.conf_int()
    effects = found(FORMOTEROL_FIRST, SALBUTAMOL_FIRST)
    for name, term, sign in (("treatment", "formoterol", 1), ("period", "period", -1)):
        estimate = effects[name].estimate
        assert sign * estimate.value == pytest.approx(model.params[term])
        assert sorted((sign * estimate.low, sign * estimate.high)) == pytest.approx(
            interval.loc[term].tolist()
        )
        assert effects[name].p == pytest.approx(model.pvalues[term])


def test_what_is_carried_over_makes_the_effect_wrong_by_half_of_it():
    generator = np.random.default_rng(1)
    level = generator.normal(6, 2, (2, 2000, 1)) + generator.normal(0, 0.1, (2, 2000, 2))
    relief, later, carried = -3.0, 0.4, -1.0
    first = level[0] + [relief, later + carried]
    second = level[1] + [0, later + relief]
    effects = {name: each.estimate for name, each in found(first, second).items()}
    assert effects["treatment"].value == pytest.approx(relief - carried / 2, abs=0.02)
    assert effects["treatment"].low > relief
    assert effects["period"].value == pytest.approx(-later - carried / 2, abs=0.02)
    assert effects["carry-over"].low < carried < effects["carry-over"].high
    assert effects["first period alone"].low < relief < effects["first period alone"].high


def test_without_any_difference_nothing_can_be_tested():
    alike = np.full((3, 2), 5.0)
    for each in two_by_two(alike, alike):
        assert each.estimate.value == 0
        assert np.isnan([each.estimate.low, each.estimate.high, each.p]).all()


def toy():
    """A cohort whose second arm has relief in its second period, and its first in the first."""
    result = toy_cohort(dropout=0.0, noise=0.3)
    control, treated = result.arms
    before = control.day < 0
    first = np.where(before, control.reported - 2, control.reported)
    second = np.where(before, control.reported, control.reported - 2)
    arms = (replace(control, reported=first), replace(treated, reported=second))
    names = [arm.name for arm in arms]
    return replace(result, arms=arms, crossovers=(Sequences(*names, "", -11.0, 6.0),))


def test_each_patient_is_randomised_to_one_sequence_and_has_both_in_the_cohort():
    result = toy()
    (trial,) = crossover_trials(result)
    assert [each.name for each in trial.effects] == list(EFFECTS)
    assert sum(trial.n) == 399  # one course failed
    assert 150 < trial.n[0] < 250
    assert trial.effects[0].estimate.value == pytest.approx(-2, abs=0.1)
    assert trial.effects[-1].estimate.value == pytest.approx(-2, abs=1e-5)
    # Who stands in which sequence depends on the patient alone.
    some = slice(100, 300)
    arrays = ("pain", "reported", "amplified", "failed", "recall")
    arms = [
        replace(arm, **{name: getattr(arm, name)[some] for name in arrays}) for arm in result.arms
    ]
    part = replace(result, number=result.number[some], arms=tuple(arms))
    (fewer,) = crossover_trials(part)
    assert 0 < trial.n[0] - fewer.n[0] < 150
    rows = crossover_rows([trial])
    assert [row["effect"] for row in rows] == list(EFFECTS)
    assert rows[0]["n_first"] + rows[0]["n_second"] == rows[0]["n"]
    table = crossover_table(cohort_outcomes(result))
    assert table.outcomes["p"][0] == "<0.001"
    assert "-2.0" in table.outcomes["pain"][0]
    assert "trial" not in table.names


def test_trials_are_named_by_what_else_varies_between_them():
    result = toy()
    late = {"treatment[1].at": Setting("198 day", 198.0, "day")}
    arms = tuple(replace(each, settings={**late, **each.settings}) for each in result.arms)
    outcomes = cohort_outcomes(replace(result, arms=arms, crossovers=2 * result.crossovers))
    table = crossover_table(outcomes)
    assert set(table.names["trial"]) == {"second treatment at 198 day"}
    doses = [f"treatment dose {each.settings['treatment.dose'].written}" for each in arms]
    assert table.caption.startswith(f"Patients randomised to {doses[0]}, or {doses[1]}. ")
    assert "with second treatment at 198 day: " in next(iter(answer(outcomes)))


def test_the_answer_of_a_crossover_trial_is_what_it_finds():
    result = toy()
    said, _ = answer(cohort_outcomes(result))
    first, second = re.split(r"(?<=\.) (?=[A-Z])", said)
    effects = {each.name: each.estimate for each in crossover_trials(result)[0].effects}
    assert f"less the other: {effects['treatment'].value:.1f} (" in first
    assert f"less what the other does: {effects['carry-over'].value:.1f} (" in second


def test_python_has_the_table_that_is_written(tmp_path):
    result = toy()
    rows = crossover_rows(crossover_trials(result))
    write_table(tmp_path / "crossover.csv", list(rows[0]), rows)
    found = CohortExperimentResult(result).crossover
    # What is written has fewer digits, and nothing where there are no settings.
    written = pd.read_csv(tmp_path / "crossover.csv", keep_default_na=False)
    pd.testing.assert_frame_equal(found, written, rtol=1e-4)
    assert CohortExperimentResult(replace(result, crossovers=())).crossover.empty


def test_a_cohort_too_small_for_two_groups_gives_no_trial():
    result = toy()
    arms = [replace(arm, failed=np.arange(400) > 1) for arm in result.arms]
    assert crossover_trials(replace(result, arms=tuple(arms))) == ()


SEQUENCES = """sequences = [
    "treatment[0].blockade=0.95, treatment[1].blockade=0",
    "treatment[0].blockade=0, treatment[1].blockade=0.95",
]"""
CROSSOVER = (
    TRIAL[: TRIAL.index("[[treatment]]")]
    + f"""
[[treatment]]
at = "30 day"
blockade = 0.95
duration = "2 day"

[[treatment]]
at = "50 day"
blockade = 0
duration = "2 day"

[trial.crossover]
{SEQUENCES}

[vary]
"treatment[1].at" = ["50 day", "60 day"]

[vary_together]
"treatment[0].blockade" = [0.95, 0]
"treatment[1].blockade" = [0, 0.95]

[follow_up]
until = "100 day"
"""
)


def test_arms_are_paired_and_weeks_after_either_treatment_are_read_alike(tmp_path):
    experiment = written(tmp_path, CROSSOVER)
    pairs = sequences_of(prepare_cohort(experiment))
    assert [each.settings for each in pairs] == ["at=50 day", "at=60 day"]
    assert [each.first_end_day for each in pairs] == [-20, -30]
    job, numbers, _ = job_of(experiment)
    chunk = follow(job, numbers)
    by_name = {arm.name: (arm, part) for arm, part in zip(job.arms, chunk.arms, strict=True)}
    for each in pairs:
        (arm, one), (_, other) = by_name[each.first], by_name[each.second]
        day, start = days_of(arm)
        assert start == each.first_end_day - 2
        weeks = [day[(day > end) & (day <= end + 7)] - end for end in (each.first_end_day, 0)]
        assert weeks[0] == pytest.approx(weeks[1])
        # The one is relieved when the other is not, and the reverse.
        during_first, during_second = day == each.first_end_day, day == 0
        assert (one.pain[:, during_first] < other.pain[:, during_first] - 1).all()
        assert (one.pain[:, during_second] > other.pain[:, during_second] + 1).all()


THIRD = '[[treatment]]\nat = "80 day"\nduration = "1 day"\nblockade = 0.5\n\n'
CLINIC = '[clinic]\nvisits = "7 day"\ntreat = "on relapse"\nat_most = 3\n\n'
NONE = '"treatment[0].blockade=0"'
REFUSED = {
    r"sequences: no arm is named 'blockade=1'": (
        SEQUENCES,
        f'sequences = ["blockade=1", {NONE}]',
    ),
    r"sequences: no two arms differ in nothing but": (SEQUENCES, f"sequences = [{NONE}, {NONE}]"),
    r"read: found '21 day', but between the treatments there are 18 days": (
        SEQUENCES,
        f'{SEQUENCES}\nread = "21 day"',
    ),
    r"found 3 and 3 treatments in its arms": ("[trial.crossover]", f"{THIRD}[trial.crossover]"),
    r"not possible with a \[clinic\]": ("[vary]", f"{CLINIC}[vary]"),
}


@pytest.mark.parametrize("message", REFUSED)
def test_what_is_no_crossover_is_refused(tmp_path, message):
    before, after = REFUSED[message]
    assert CROSSOVER.count(before) == 1
    with pytest.raises(InputError, match=rf"trial\.crossover.*{message}"):
        prepare_cohort(written(tmp_path, CROSSOVER.replace(before, after)))
