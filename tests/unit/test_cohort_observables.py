"""What is computed for targets on groups of patients, on groups whose pain is known."""

import numpy as np
import pytest
from statistics_of_trials import STATISTICS, WITHOUT_CHANCE, read_statistics

from resetsim.declare.experiment import read_experiment
from resetsim.evidence.cohort_observables import COHORT_OBSERVABLES
from resetsim.evidence.targets import find_target, read_targets
from resetsim.evidence.trials import CohortObservable, Groups
from resetsim.records.cohort import CohortArm

START = -100 / 24
DAY = np.unique(
    np.concatenate([START - np.arange(8), START + np.arange(5), [0, 1 / 24, 0.5], np.arange(190.0)])
)
PATIENTS = 60
BEFORE = np.linspace(5, 9, PATIENTS)


def group(share_left, expected=0.0):
    """Patients who keep a share of their pain from the start on, in all or on each day."""
    after = [share_left(day) if callable(share_left) else share_left for day in DAY]
    left = np.where(DAY <= START, 1.0, after)
    felt = (BEFORE[:, None] * left).astype(np.float32)
    reported = np.maximum(felt - expected * (DAY > START), 0).astype(np.float32)
    none = np.zeros(PATIENTS)
    return CohortArm(
        name="group",
        settings={},
        start_day=START,
        treated=True,
        day=DAY,
        pain=felt,
        reported=reported,
        amplified=felt,
        outcome=none.astype(np.int8),
        relapse_day=none,
        treatments=none.astype(np.int16),
        treatment_days=none,
        failed=none.astype(bool),
        memory_efficacy=np.empty((PATIENTS, 0)),
        recall=np.empty((PATIENTS, 0)),
    )


def untreated(expected=0.0):
    return group(1.0, expected)


def value(target, control, treated):
    return COHORT_OBSERVABLES[target].read(Groups(control, treated)).value


def test_v03_is_the_difference_in_the_week_that_began_with_the_infusion():
    treated = group(lambda day: 0.5 if day < 5 else 1.0, expected=1)
    assert value("V03", untreated(1), treated) == pytest.approx(-3.5, abs=1e-5)


@pytest.mark.parametrize(("at_seven", "expected"), [(0.5, 0.7), (0.9, None)])
def test_v04_is_relief_in_week_12_if_there_was_some_in_week_7(at_seven, expected):
    treated = group(lambda day: at_seven if day < 60 else 0.9)
    found = value("V04", untreated(), treated)
    assert found == (None if expected is None else pytest.approx(expected, abs=1e-5))


@pytest.mark.parametrize("half_life", [2.0, 10.9, 40.0])
def test_v05_is_the_half_life_of_an_exponential_washout(half_life):
    treated = group(lambda day: 1 - 0.7 * 2 ** (-max(day, 0) / half_life))
    assert value("V05", untreated(), treated) == pytest.approx(half_life, rel=0.02)


@pytest.mark.parametrize("left", [0.99, 0.3])
def test_v05_is_nothing_where_nothing_wears_off(left):
    assert value("V05", untreated(), group(left)) is None


def test_v08_is_the_mean_from_two_days_to_two_weeks():
    treated = group(lambda day: 0.5 if 1.5 < day < 14.5 else 0.0)
    assert value("V08", untreated(), treated) == pytest.approx(-3.5, abs=1e-5)


def test_v10_is_the_day_on_which_a_third_of_pain_is_gone():
    treated = group(lambda day: 1 - 0.2 * np.ceil(day - START - 1e-6))
    assert value("V10", untreated(), treated) == 2
    assert value("V10", untreated(), untreated()) is None


def test_v10b_is_the_share_without_relief():
    # 2 NRS less are 30 % for those with 6.67 or less.
    some = group(1.0, expected=2)
    assert value("V10b", untreated(), some) == pytest.approx((BEFORE > 2 / 0.3).mean())


def test_v11_is_the_share_free_of_pain_after_six_months():
    assert value("V11", untreated(), group(0.05)) == 1
    assert value("V11", untreated(), group(lambda day: 0.05 if day < 60 else 1)) == 0


def test_n01_is_how_many_more_respond_after_a_week():
    assert value("N01", untreated(), group(lambda day: 0.4 if day < 9 else 1)) == 1
    assert value("N01", untreated(), group(lambda day: 0.4 if day < 5 else 1)) == 0


@pytest.mark.parametrize(("first", "expected"), [(0.6, 0.25), (0.95, None)])
def test_n02_is_what_is_left_of_the_difference_after_three_weeks(first, expected):
    treated = group(lambda day: first if day < 14 else 0.9)
    assert value("N02", untreated(), treated) == (expected and pytest.approx(expected, abs=1e-4))


@pytest.mark.parametrize(("target", "first_until"), [("N03", 20), ("N11", 0.01)])
def test_n03_and_n11_are_the_share_of_relief_that_is_left(target, first_until):
    treated = group(lambda day: 0.2 if day < first_until else 0.8)
    assert value(target, untreated(), treated) == pytest.approx(0.25, abs=1e-4)
    assert value(target, untreated(), group(0.95)) is None


def test_n06_is_the_share_relieved_for_three_weeks():
    assert value("N06", untreated(), group(lambda day: 0.6 if day < 24.5 else 1)) == 1
    assert value("N06", untreated(), group(lambda day: 0.6 if day < 15 else 1)) == 0


def test_n12_is_lasting_responders_relative_to_those_at_the_end():
    # At the end 2 less, later 1.6: 30 % for those with 6.67, and with 5.33, or less.
    treated = group(1.0, expected=2)
    later = (DAY > 100)[None, :]
    treated.reported[:] += 0.4 * later
    share = (BEFORE <= 1.6 / 0.3).mean() / (BEFORE <= 2 / 0.3).mean()
    assert value("N12", untreated(), treated) == pytest.approx(share)
    assert value("N12", untreated(), group(0.1)) is None


def test_n14_is_the_relative_risk():
    half = group(1 / 7)
    assert value("N14", untreated(), half) == pytest.approx((BEFORE >= 7).mean())


def test_n20_is_the_change_with_placebo():
    assert value("N20", untreated(1.2), untreated()) == pytest.approx(-1.2, abs=1e-5)


def test_intervals_are_those_of_trials_of_the_published_size():
    target = find_target("V03")
    control, treated = untreated(), group(0.7)
    spread = BEFORE.std() * np.sqrt((1 + 0.7**2) / 30)
    found = COHORT_OBSERVABLES["V03"](target, (control, treated))
    assert found.value == pytest.approx(-0.3 * 7, abs=1e-5)
    assert (found.high - found.low) / 2 == pytest.approx(1.96 * spread, rel=0.15)
    assert COHORT_OBSERVABLES["V03"](target, (control, treated)) == found
    # Of a cohort that is smaller than the study no more is known than its own size tells.
    read = COHORT_OBSERVABLES["V03"].read
    whole, larger = (
        CohortObservable(size, read)(target, (control, treated))
        for size in (len(BEFORE), 100 * len(BEFORE))
    )
    shrunk = (found.high - found.low) * np.sqrt(30 / len(BEFORE))
    assert whole.high - whole.low == pytest.approx(shrunk, rel=0.2)
    assert larger == whole


def test_agreement_for_what_is_expected_is_told():
    target = find_target("N06")
    expecting = COHORT_OBSERVABLES["N06"](target, (untreated(), group(1.0, 2)))
    assert target.agrees(expecting.value)
    assert expecting.not_of_treatment
    target = target.model_copy(update={"tolerance_high": 1.0})
    relieved = COHORT_OBSERVABLES["N06"](target, (untreated(), group(0.5)))
    assert target.agrees(relieved.value)
    assert not relieved.not_of_treatment


@pytest.mark.parametrize("target", COHORT_OBSERVABLES)
def test_control_comes_before_treatment_in_the_experiment(target):
    (of_target,) = (each for each in read_targets() if each.id == target)
    plans = [arm.plan for arm in read_experiment(of_target.experiment).arms]
    control, treated = plans
    if target == "N11":
        given = [plan.patient.nerve_blocks[0].fraction for plan in plans]
    else:
        given = [plan.treatments[0].dose.magnitude for plan in plans]
    assert given[0] == 0 < given[1]
    assert control.treatments[0].duration == treated.treatments[0].duration


def test_statistics_are_read_from_a_trial_of_the_published_size_and_without_chance():
    treated = group(lambda day: 0.2 if day < 1 else 0.5, expected=1)
    groups = Groups(untreated(), treated)
    found = read_statistics("lidocaine_six_days", groups, np.random.default_rng(1))
    exact = {"block_before": 7, "block_end": 0.42, "block_later": 2.5}
    for name, expected in exact.items():
        assert found[name + WITHOUT_CHANCE] == pytest.approx(expected, abs=0.02)
        # Of 261 patients: four standard errors of a mean over an even spread.
        spread = 4 / np.sqrt(12) / np.sqrt(STATISTICS[name].patients)
        assert 0 < abs(found[name] - found[name + WITHOUT_CHANCE]) < 4 * spread


def test_what_trials_of_one_infusion_publish():
    treated = group(lambda day: 0.4 if day < 10 else 1.0)
    found = read_statistics(
        "single_infusion_trial", Groups(untreated(), treated), np.random.default_rng(1)
    )
    values = [found[f"single_{when}{WITHOUT_CHANCE}"] for when in ("end", "week_1", "week_8")]
    assert values == [1, 1, 0]


def test_every_statistic_is_read_from_a_trial_that_targets_ask_for():
    experiments = {each.experiment for each in read_targets() if each.id in COHORT_OBSERVABLES}
    for name, each in STATISTICS.items():
        assert each.experiment in experiments, name
