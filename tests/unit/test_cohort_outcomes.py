"""Outcomes of cohorts, against published examples and against what the fixture has put in."""

from dataclasses import replace

import numpy as np
import pytest
from cohort_fixture import DAYS, START_DAY, prevention_cohort, toy_cohort
from scipy.stats import ttest_ind
from statsmodels.stats.power import TTestIndPower
from statsmodels.stats.proportion import proportions_ztest

from resetsim.outcomes.cohort import CohortOutcomes, cohort_outcomes
from resetsim.outcomes.cohort_rows import outcome_rows
from resetsim.outcomes.controls import controls_of
from resetsim.outcomes.diary import diary_of
from resetsim.outcomes.estimate import Estimate, difference_of_shares, mean_of, share_of
from resetsim.outcomes.in_pain import relative_risk
from resetsim.outcomes.relapse_free import Followed, log_rank, relapse_free, restricted_mean
from resetsim.outcomes.responders import (
    more_responders,
    needed_to_treat,
    needed_words,
    relief_shares,
    responder_share,
)
from resetsim.outcomes.telling_apart import contrasts, telling_trials
from resetsim.outcomes.trials import (
    TRIALS,
    Endpoint,
    Power,
    drawn_arms,
    endpoints,
    find_mean,
    find_share,
    power_curve,
    sample_size,
)
from resetsim.outcomes.who_responds import AGE, responses, who_responds
from resetsim.records.cohort import OUTCOMES, CohortArm
from resetsim.records.setting import Setting

# Freireich 1963 Blood 21:699: weeks of remission under 6-mercaptopurine, + where censored.
MERCAPTOPURINE = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"
DRAWN = np.linspace(-3, 3, 400)
PLACEBO = "1 1 2 2 3 4 4 5 5 8 8 8 8 11 11 12 12 15 17 22 23"


def remissions(text: str) -> Followed:
    words = text.split()
    until = np.array([float(word.rstrip("+")) for word in words])
    return Followed(until, np.array([not word.endswith("+") for word in words]), until.max())


@pytest.fixture(scope="module")
def outcomes() -> CohortOutcomes:
    return cohort_outcomes(toy_cohort())


# Intervals


# Newcombe 1998 Stat Med 17:857, table I, method 3.
@pytest.mark.parametrize(
    ("count", "n", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_shares_have_the_published_intervals(count: int, n: int, low: float, high: float) -> None:
    found = share_of(count, n)
    assert found is not None
    assert (found.low, found.high) == pytest.approx((low, high), abs=6e-5)


# Newcombe 1998 Stat Med 17:873, table II, method 10.
@pytest.mark.parametrize(
    ("treated", "control", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((10, 10), (0, 10), 0.6075, 1.0000),
    ],
)
def test_differences_of_shares_have_the_published_intervals(
    treated: tuple[int, int], control: tuple[int, int], low: float, high: float
) -> None:
    found = difference_of_shares(treated, control)
    assert found is not None
    assert (found.low, found.high) == pytest.approx((low, high), abs=6e-5)


def test_a_relative_risk_has_the_published_interval() -> None:
    # Physicians' Health Study, in Agresti 2002 Categorical data analysis, 3.1: 1.82 (1.43 to 2.31).
    placebo, aspirin = (
        np.repeat([1.0, 0.9, np.nan], (count, n - count, 5))
        for count, n in ((189, 11034), (104, 11037))
    )
    found = relative_risk(placebo, aspirin)
    assert found is not None
    assert (found.value, found.low, found.high) == pytest.approx((1.82, 1.43, 2.31), abs=6e-3)
    assert relative_risk(placebo, np.zeros(9)) is None


def test_number_needed_to_treat_through_no_effect_runs_through_infinity() -> None:
    # Altman 1998 BMJ 317:1309: a difference of 10 % (-5 % to 25 %).
    found = needed_to_treat(Estimate(0.10, -0.05, 0.25, 100))
    assert (found.value, found.low, found.high) == pytest.approx((10, 4, -20))
    assert needed_words(found) == "10 (4.0 to ∞ to harm 20)"


def test_number_needed_to_treat_is_told_for_benefit_harm_and_neither() -> None:
    assert needed_words(needed_to_treat(Estimate(0.5, 0.25, 0.625, 9))) == "2.0 (1.6 to 4.0)"
    harm = needed_to_treat(Estimate(-0.5, -0.625, -0.25, 9))
    assert needed_words(harm) == "harm 2.0 (harm 4.0 to harm 1.6)"
    assert needed_words(needed_to_treat(Estimate(0.0, -0.25, 0.25, 9))).startswith("∞ (4.0 to ∞")


def test_a_mean_of_few_has_no_interval() -> None:
    assert mean_of(np.array([np.nan])) is None
    one = mean_of(np.array([3.0, np.nan]))
    assert one is not None
    assert (one.value, one.n) == (3.0, 1)
    assert np.isnan(one.low)


# Diaries


def test_a_week_is_the_mean_of_its_days_and_baseline_what_is_before_treatment() -> None:
    arm = toy_cohort(5).arms[0]
    reported = np.tile(DAYS, (5, 1)).astype(np.float32)
    diary = diary_of(replace(arm, reported=reported))
    assert diary is not None
    assert diary.week.tolist() == list(range(1, 14))
    kept = ~arm.failed
    assert diary.baseline[kept] == pytest.approx(DAYS[DAYS <= START_DAY].mean())
    assert diary.in_week(1)[kept] == pytest.approx(4)  # days 1 to 7
    assert diary.in_week(6)[kept] == pytest.approx((37 + 40.5) / 2)
    assert np.isnan(diary.baseline[arm.failed]).all()


def test_without_a_treatment_there_are_no_weeks() -> None:
    result = toy_cohort(20)
    arms = (replace(result.arms[0], treated=False), result.arms[1])
    rows = outcome_rows(cohort_outcomes(replace(result, arms=arms)))
    assert rows[0]["pain_week_4"] is None
    assert rows[0]["share_relieved"] is None
    assert rows[1]["pain_week_4"] is not None
    assert rows[1]["difference_week_4"] is None


def test_who_has_left_is_a_non_responder_and_missing_from_means() -> None:
    arm = toy_cohort(4, dropout=0).arms[0]
    reported = np.full((4, len(DAYS)), 8, dtype=np.float32)
    reported[:2, DAYS > START_DAY] = 2
    reported[1, DAYS > 10] = np.nan
    nobody = np.zeros(4, dtype=np.bool_)
    diary = diary_of(replace(arm, reported=reported, pain=np.full_like(reported, 8), failed=nobody))
    assert diary is not None
    shares = [responder_share(diary, 50, week) for week in (1, 4)]
    assert [(each.value, each.n) for each in shares if each] == [(0.5, 4), (0.25, 4)]
    assert relief_shares(diary, 4, np.array([-50.0, 0.0, 75.0, 76.0])).tolist() == [
        0.75,
        0.75,
        0.25,
        0,
    ]
    pain = mean_of(diary.in_week(4))
    assert pain is not None
    assert (pain.value, pain.n) == (6, 3)


def test_the_difference_from_control_is_that_of_pairs(outcomes: CohortOutcomes) -> None:
    control, treated = (arm.visits for arm in outcomes.arms)
    found = outcomes.arms[1].week(4)
    assert control is not None
    assert treated is not None
    assert found is not None
    assert found.difference is not None
    pairs = treated.in_week(4) - control.in_week(4)
    pairs = pairs[np.isfinite(pairs)].astype(float)
    assert found.difference.value == pytest.approx(pairs.mean())
    assert found.difference.high - found.difference.value == pytest.approx(
        1.966 * pairs.std(ddof=1) / np.sqrt(len(pairs)), rel=1e-3
    )
    more = more_responders(treated, control, 30, 4)
    assert more == found.more_responders[30]


# Relapse


def test_remissions_have_the_published_survival() -> None:
    found = relapse_free(remissions(MERCAPTOPURINE))
    at = dict(zip(found.day.tolist(), found.share.tolist(), strict=True))
    # Kleinbaum and Klein, Survival Analysis, table 2.3.
    published = {6: 0.8571, 7: 0.8067, 10: 0.7529, 13: 0.6902, 16: 0.6275, 22: 0.5378, 23: 0.4482}
    assert {day: at[day] for day in published} == pytest.approx(published, abs=6e-5)
    assert [found.at_risk(day) for day in (6, 10, 23)] == [21, 15, 6]
    assert (found.median_d.value, found.median_d.low) == (23, 13)
    assert np.isnan(found.median_d.high)
    assert relapse_free(remissions(PLACEBO)).median_d.value == 8


def test_remissions_have_the_published_log_rank() -> None:
    test = log_rank([remissions(MERCAPTOPURINE), remissions(PLACEBO)])
    assert test.chi_squared == pytest.approx(16.79, abs=0.005)
    assert test.degrees_of_freedom == 1
    assert test.p_value < 1e-4


def test_survival_leaves_the_warnings_of_numpy_on() -> None:
    relapse_free(remissions(PLACEBO))
    assert np.geterr()["divide"] == np.geterr()["invalid"] == "warn"


def test_the_restricted_mean_of_those_all_followed_is_their_mean() -> None:
    until = remissions(PLACEBO).until_d
    found = restricted_mean(remissions(PLACEBO), 12.0)
    days = np.minimum(until, 12)
    assert found.value == pytest.approx(days.mean())
    assert found.high - found.value == pytest.approx(1.96 * days.std() / np.sqrt(21), rel=1e-3)


def test_where_nobody_relapses_the_interval_is_still_wide() -> None:
    found = relapse_free(Followed(np.full(10, 84.0), np.zeros(10, dtype=np.bool_), 84.0))
    on = found.on_day[30]
    assert (on.value, on.low) == pytest.approx((1.0, 0.7225), abs=1e-4)
    assert found.mean_d.value == 84
    assert np.isnan(found.mean_d.low)


def test_relapses_at_once_and_early_are_told_for_all_of_follow_up() -> None:
    found = relapse_free(Followed(np.zeros(10), np.ones(10, dtype=np.bool_), 84.0))
    assert found.on_day[30].value == 0
    assert found.on_day[30].high > 0.2
    assert found.median_d.value == found.mean_d.value == 0


def test_those_never_relieved_are_not_followed(outcomes: CohortOutcomes) -> None:
    record, found = outcomes.result.arms[1], outcomes.arms[1]
    relieved = np.isin(record.outcome, [OUTCOMES.index("relapsed"), OUTCOMES.index("relieved")])
    assert found.relapse_free is not None
    assert len(found.relapse_free.followed.until_d) == (relieved & ~record.failed).sum()
    assert sum(share.value for share in found.shares.values()) == pytest.approx(1)


# Trials


def test_power_is_that_of_the_t_test() -> None:
    generator = np.random.default_rng(3)
    treated, control = generator.normal(0.5, 1, 40_000), generator.normal(0, 1, 40_000)
    curve = power_curve(Endpoint("pain", treated, control, share=False), seed=1)
    analytic = TTestIndPower()
    effect = treated.mean() - control.mean()
    for each in curve[3:]:
        wanted = analytic.power(effect, each.per_arm, 0.05)
        assert each.share.value == pytest.approx(wanted, abs=4 * (0.25 / TRIALS) ** 0.5)
    size = sample_size(curve, 0.8)
    wanted = analytic.solve_power(effect, power=0.8, alpha=0.05)
    assert size.low is not None
    assert size.high is not None
    assert size.low - 4 < wanted < size.high + 4


def test_trials_without_an_effect_find_one_in_one_of_twenty() -> None:
    values = np.random.default_rng(3).normal(5, 2, 2000)
    curve = power_curve(Endpoint("pain", values, values, share=False), seed=1)
    assert np.mean([each.share.value for each in curve]) == pytest.approx(0.05, abs=0.01)
    assert sample_size(curve, 0.8).per_arm is None


def test_no_patient_is_in_a_trial_twice() -> None:
    numbers = np.arange(20.0)
    treated, control = drawn_arms(numbers, numbers, 10, seed=1)
    for one, other in zip(treated, control, strict=True):
        assert sorted([*one, *other]) == numbers.tolist()
    assert (drawn_arms(numbers, numbers, 10, seed=1)[0] == treated).all()
    assert (drawn_arms(numbers, numbers, 10, seed=2)[0] != treated).any()


def test_trials_are_tested_as_libraries_test_them() -> None:
    generator = np.random.default_rng(4)
    treated, control = generator.normal(0.7, 1, (50, 12)), generator.normal(0, 2, (50, 12))
    treated[generator.random((50, 12)) < 0.1] = np.nan
    wanted = [
        ttest_ind(a[np.isfinite(a)], b, equal_var=False).pvalue < 0.05
        for a, b in zip(treated, control, strict=True)
    ]
    assert find_mean(treated, control).tolist() == wanted
    assert 0 < sum(wanted) < 50
    shares = [(generator.random((50, 30)) < share).astype(float) for share in (0.5, 0.25)]
    wanted = [
        proportions_ztest([a.sum(), b.sum()], [30, 30])[1] < 0.05
        for a, b in zip(*shares, strict=True)
    ]
    assert find_share(*shares).tolist() == wanted
    assert 0 < sum(wanted) < 50


def test_trials_in_which_all_are_alike_find_nothing() -> None:
    alike = np.full((3, 8), 4.0)
    assert not find_mean(alike, alike).any()
    assert not find_share(alike * 0, alike * 0).any()


def test_sample_size_lies_between_the_sizes_drawn() -> None:
    curve = [
        Power(n, Estimate(share, share - 0.1, share + 0.1, TRIALS))
        for n, share in ((16, 0.6), (36, 1.0))
    ]
    size = sample_size(curve, 0.8)
    assert (size.per_arm, size.low, size.high) == (25, 21, 31)


def test_the_telling_trial_is_that_of_the_largest_effect() -> None:
    slow, fast = (cohort_outcomes(toy_cohort(2000, back_d=back_d)) for back_d in (80.0, 10.0))
    best = telling_trials(slow, fast)[0]
    assert best.contrast.arms == ("dose=0 mg/h", "dose=20 mg/h")
    size = best.sizes[0].per_arm
    assert size is not None
    assert size <= 1.3 * contrasts(slow, fast)[0].about_per_arm + 5
    worst = contrasts(slow, fast)[-1]
    assert worst.about_per_arm > 10 * best.contrast.about_per_arm
    week_2 = next(each for each in contrasts(slow, fast) if each.endpoint == "mean pain in week 2")
    pain = [
        [arm.visits.in_week(2) for arm in each.arms if arm.visits is not None]
        for each in (slow, fast)
    ]
    expected = [
        np.nanmean(control, dtype=float) - np.nanmean(treated, dtype=float)
        for control, treated in pain
    ]
    assert week_2.expected == pytest.approx(expected, abs=0.02)


def test_nothing_tells_a_hypothesis_from_itself() -> None:
    one = cohort_outcomes(toy_cohort(50))
    assert telling_trials(one, one) == []


def test_endpoints_leave_out_those_without_pain_before(outcomes: CohortOutcomes) -> None:
    control, treated = (arm.visits for arm in outcomes.arms)
    assert control is not None
    assert treated is not None
    assert {len(each.treated) for each in endpoints(treated, control, 4)} == {399}


# Who responds


def test_the_model_finds_what_was_put_in() -> None:
    generator = np.random.default_rng(5)
    strong, other = generator.lognormal(0, 1, 4000), generator.normal(3, 2, 4000)
    relief = 2 + 0.5 * np.log(strong) - 0.1 * other + generator.normal(0, 0.5, 4000)
    drawn = {
        "nothing": generator.random(4000),
        "patient.units.share_active": other,
        "strong": strong,
        "the_same": 3 * strong,
        "constant": np.ones(4000),
    }
    found = who_responds(drawn, relief, seed=1)
    assert found is not None
    keys = ["patient.units.share_active", "nothing", "strong"]
    assert [each.key for each in found.predictors] == keys  # what is asked for comes first
    assert [each.logarithm for each in found.predictors] == [False, False, True]
    for each, wanted in zip(found.predictors, (-0.2, 0.0, 0.5), strict=True):
        half = (each.effect.high - each.effect.low) / 2
        assert 0.02 < half < 0.025  # of 2000 patients: 1.96 * 0.5 / sqrt(2000)
        assert abs(each.effect.value - wanted) < 1.5 * half  # three standard errors
    for group in found.groups:
        assert group.observed.value == pytest.approx(group.predicted, abs=0.1)
    explained = 0.5**2 + 0.2**2
    assert found.correlation.value == pytest.approx(
        (explained / (explained + 0.25)) ** 0.5, abs=0.04
    )
    assert (found.fitted_on, found.tried_on) == (2000, 2000)


def test_without_a_fit_there_is_no_model() -> None:
    value = np.linspace(0, 1, 200)
    assert who_responds({"value": value}, value, seed=1) is not None
    assert who_responds({"value": value}, 1e-3 * value, seed=1) is None  # what courses differ by
    assert who_responds({"value": value[:18]}, value[:18], seed=1) is None
    assert who_responds({"value": value[:0]}, value[:0], seed=1) is None
    assert who_responds({}, value, seed=1) is None


def test_relief_is_of_the_treatment_and_not_of_what_is_reported() -> None:
    # All report three points less from then on in either arm, whatever pain they have.
    toy = toy_cohort()
    less = 3 * (DAYS > START_DAY)
    arms = [replace(arm, reported=np.maximum(arm.reported - less, 0)) for arm in toy.arms]
    expecting = replace(toy, arms=tuple(arms), drawn={**toy.drawn, "trial.expectation": DRAWN})
    alike, found = cohort_outcomes(toy), cohort_outcomes(expecting)
    assert responses(found) == responses(alike)
    week_4 = responses(found)[-1]
    assert week_4.model.predictors[0].key == "patient.injury.residual_rate"
    assert week_4.model.predictors[0].effect.high < 0
    during = (DAYS > 21) & (DAYS <= 28)
    control, treated = (arm.pain[:, during].mean(axis=1) for arm in toy.arms)
    known = np.isfinite(treated)
    assert week_4.relief.value == pytest.approx((control - treated)[known].mean(), rel=1e-5)
    assert week_4.responders == (treated <= 0.7 * control).sum()
    # Without a control arm nothing else is known than what they report, with its expectation.
    alone = responses(cohort_outcomes(replace(expecting, control=None)))[-1]
    assert alone.relief.value > week_4.relief.value + 1.5
    assert "trial.expectation" in [each.key for each in alone.model.predictors]


def test_an_older_injury_is_an_earlier_one() -> None:
    toy = toy_cohort()
    at = -np.log(toy.drawn["patient.injury.residual_rate"])  # the earlier, the sooner pain is back
    (*_, found) = responses(cohort_outcomes(replace(toy, drawn={"patient.injury.at": at})))
    (age,) = found.model.predictors
    assert age.key == AGE
    assert age.effect.high < 0


def test_nobody_responds_who_had_no_pain_but_a_noisy_diary() -> None:
    toy = toy_cohort(100)
    until = DAYS <= START_DAY
    arms = tuple(replace(arm, pain=np.where(until, 0, arm.pain)) for arm in toy.arms)
    control, treated = cohort_outcomes(replace(toy, arms=arms)).arms
    assert treated.before is not None
    assert treated.before.value > 1
    for week in treated.weeks:
        assert not week.responders
        assert not week.more_responders
    assert treated.visits is not None
    assert control.visits is not None
    (pain,) = endpoints(treated.visits, control.visits, 4)
    assert len(pain.treated) == 99  # whose course did not fail


# Controls


def test_an_arm_is_compared_with_the_placebo_of_its_own_hypothesis_and_duration() -> None:
    doses = toy_cohort(2).arms

    def arms(key: str, *values: Setting) -> list[CohortArm]:
        return [
            replace(arm, name=f"{arm.name}, {value.written}", settings=arm.settings | {key: value})
            for value in values
            for arm in doses
        ]

    for key, values in {
        "hypothesis": (Setting("reset"), Setting("washout")),
        "trial.expectation": (Setting(0.0, 0.0), Setting(1.6, 1.6)),
        "treatment.duration": (Setting("5 h", 5.0, "h"), Setting("100 h", 100.0, "h")),
    }.items():
        varied = arms(key, *values)
        placebo, drug, other_placebo, other_drug = (arm.name for arm in varied)
        assert controls_of(varied, placebo) == {
            placebo: placebo,
            drug: placebo,
            other_placebo: other_placebo,
            other_drug: other_placebo,
        }
    active = arms("clinic.treat", Setting("on relapse"), Setting("every visit"))
    assert set(controls_of(active, active[1].name).values()) == {active[1].name}


def test_hypotheses_may_be_compared_with_one_of_them() -> None:
    arms = [
        replace(arm, name=name, settings={"hypothesis": Setting(name)})
        for arm, name in zip(toy_cohort(2).arms, ("none", "reset"), strict=True)
    ]
    assert controls_of(arms, "none") == {"none": "none", "reset": "none"}


# Rows


def test_rows_have_every_column_and_the_failed_are_in_no_number(outcomes: CohortOutcomes) -> None:
    control, treated = outcome_rows(outcomes)
    assert control.keys() == treated.keys()
    assert (treated["n"], treated["failed"], treated["main_week"]) == (400, 1, 4)
    assert treated["treatment.dose [mg/h]"] == 20
    reported = outcomes.result.arms[1].reported.astype(float)
    kept = ~outcomes.result.arms[1].failed
    before = reported[kept][:, DAYS <= START_DAY].mean()
    assert treated["pain_before"] == pytest.approx(before, rel=1e-6)
    for column in ("pain_week_1", "responders_50_week_12", "relapse_free_day_30", "share_relapsed"):
        low, value, high = (treated[column + end] for end in ("_low", "", "_high"))
        assert low < value < high
    assert control["difference_week_4"] is None
    assert control["number_needed_to_treat"] is None
    assert treated["relapse_free_day_90"] is not None


def test_rows_tell_who_is_in_pain_and_the_risk_relative_to_control() -> None:
    control, treated = outcome_rows(
        cohort_outcomes(prevention_cohort({"0 mg/h": 20, "20 mg/h": 10}))
    )
    for when in ("week_4", "months_3_to_6"):
        assert control[f"in_pain_{when}"] == pytest.approx(20 / 39)
        assert treated[f"in_pain_{when}"] == pytest.approx(10 / 39)
        assert treated[f"relative_risk_{when}"] == pytest.approx(0.5)
        assert control[f"relative_risk_{when}"] is None
    short, _ = outcome_rows(cohort_outcomes(toy_cohort(20)))
    assert short["in_pain_months_3_to_6"] is None


def test_rows_tell_how_many_of_the_injured_are_included() -> None:
    # Newcombe 1998 Stat Med 17:857, table I, method 3.
    toy = replace(toy_cohort(81), screened=263)
    row, _ = outcome_rows(cohort_outcomes(toy))
    found = [row[f"included{end}"] for end in ("_low", "", "_high")]
    assert found == pytest.approx([0.2553, 81 / 263, 0.3662], abs=6e-5)
    shard = {**toy.provenance, "shard": "1/2"}  # screened are those of all
    for other in (replace(toy, screened=81), replace(toy, provenance=shard)):
        row, _ = outcome_rows(cohort_outcomes(other))
        assert row["included"] is None


def test_whoever_is_treated_again_is_judged_by_all_weeks() -> None:
    toy = toy_cohort(60)
    days = np.where(np.arange(60) < 20, 12.0, 4.0).astype(np.float32)
    late = np.where(DAYS > 60, 0.0, toy.arms[1].reported).astype(np.float32)
    again = replace(toy.arms[1], name="again", reported=late, treatment_days=days)
    outcomes = cohort_outcomes(replace(toy, arms=(*toy.arms, again)))
    assert (outcomes.treated_again, outcomes.main_week) == (True, 12)
    assert outcomes.best is outcomes.arms[2]
    pain = np.array(
        [
            [week.pain.value, week.difference.value]
            for week in outcomes.arms[2].weeks
            if week.difference
        ]
    )
    row = outcome_rows(outcomes)[2]
    assert row["pain_all_weeks"] == pytest.approx(pain[:, 0].mean(), abs=0.3)  # some have left
    assert row["difference_all_weeks"] == pytest.approx(pain[:, 1].mean(), abs=0.3)
    assert not cohort_outcomes(toy).treated_again


def test_estimates_of_many_patients_are_those_of_few_made_sure() -> None:
    few, many = (
        outcome_rows(cohort_outcomes(toy_cohort(patients, seed=seed)))[1]
        for patients, seed in ((200, 1), (20_000, 2))
    )
    for column in ("pain_week_4", "difference_week_4", "responders_30_week_4"):
        width = few[f"{column}_high"] - few[f"{column}_low"]
        assert many[f"{column}_high"] - many[f"{column}_low"] == pytest.approx(width / 10, rel=0.2)
        assert few[column] == pytest.approx(many[column], abs=width)
