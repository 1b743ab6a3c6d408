"""The sentences that a report opens with say what the numbers say."""

import re
from dataclasses import replace

import numpy as np
import pytest
from results_fixture import toy_result

from resetsim.records.result import DriftCurve, ThresholdDuration
from resetsim.records.setting import Setting
from resetsim.views.answer import answer
from resetsim.views.what_changes import SAYS


def made(*arms):
    """Return a result whose arms have these outcomes and pains a month after treatment."""
    toy = toy_result()
    changed = []
    for place, (outcome, pain, share) in enumerate(arms):
        summary = {
            **toy.arms[0].summary,
            "outcome": outcome,
            "pain_before": 7.0,
            "pain_day_30": pain,
            "outcome_share": share,
            **dict.fromkeys(("pain_day_30_low", "pain_day_30_high")),
            **dict.fromkeys(("pain_before_low", "pain_before_high")),
        }
        settings = {"treatment.duration": Setting(f"{place + 1} day", place + 1.0, "d")}
        changed.append(
            replace(toy.arms[0], name=f"arm {place}", summary=summary, settings=settings)
        )
    return replace(toy, arms=tuple(changed), thresholds=())


def sentences(result):
    """Return the two sentences of the answer."""
    said, changes = answer(result)
    assert changes.startswith("What would change it: ")
    first, second = re.split(r"(?<=\.) (?=[A-Z])", said)
    return first, second


@pytest.mark.parametrize(
    ("outcome", "says"),
    [
        ("relieved", "stays away"),
        ("relapsed", "comes back"),
        ("not relieved", "never falls to half"),
        ("no pain before", "is not there before treatment"),
    ],
)
def test_one_arm_says_in_two_sentences_what_became_of_it(outcome, says):
    much, became = sentences(made((outcome, 2.5, 1.0)))
    assert ("2.5" in much) == (outcome != "no pain before")
    assert "7.0 before treatment" in much or much == "Before treatment pain is 7.0."
    assert says in became


def test_pain_that_stays_as_it_was_is_unchanged():
    much, _ = sentences(made(("not relieved", 6.98, 1.0)))
    assert much == "A month after treatment pain is unchanged at 7.0."


def test_a_band_is_written_where_it_is_wider_than_the_number():
    result = made(("relapsed", 2.5, 1.0))
    (arm,) = result.arms
    for (low, high), says in (((2.46, 2.54), "2.5,"), ((2.1, 2.54), "2.5 (2.1 to 2.5),")):
        ends = {"pain_day_30_low": low, "pain_day_30_high": high}
        arms = (replace(arm, summary={**arm.summary, **ends}),)
        much, _ = sentences(replace(result, arms=arms))
        assert f"pain is {says}" in much


def test_many_arms_are_counted_and_the_best_is_named():
    arms = [("relieved", 1.0, 1.0), ("relapsed", 5.0, 0.9), ("relapsed", 6.5, 1.0)]
    month, became = sentences(made(*arms))
    assert "stays away to the end of follow-up in treatment duration 1 day" in became
    assert "comes back in 2 of 3 arms" in became
    assert "outcome of 1 of these 3 arms open" in became
    assert re.search(r"1\.0 at best \(treatment duration 1 day\) and 6\.5 at worst", month)


@pytest.mark.parametrize(
    ("key", "values"),
    [
        ("hypothesis", ("reset", "reset", "none")),
        ("patient.injury.residual_rate", ("0.5 Hz", "0.5 Hz", "0.8 Hz")),
    ],
)
def test_each_hypothesis_and_patient_is_named_with_its_pain(key, values):
    made_of = made(("relapsed", 5.0, 1.0), ("relapsed", 6.0, 1.0), ("not relieved", 1.6, 1.0))
    arms = tuple(
        replace(arm, settings={**arm.settings, key: Setting(value)})
        for arm, value in zip(made_of.arms, values, strict=True)
    )
    month, became = sentences(replace(made_of, arms=arms))
    assert re.match(r"Pain falls to .* comes back in 2 of 3 arms and never .* in .*3 day", became)
    first, second = (values[0], values[2])
    assert re.search(
        rf"{first} it is 5\.0 at best .* and 6\.0 at worst .*; with .*{second} it is 1\.6", month
    )


def test_hypotheses_that_leave_the_same_pain_are_named_together():
    result = made(("relapsed", 5.0, 1.0), ("relapsed", 5.01, 1.0), ("relapsed", 1.6, 1.0))
    arms = tuple(
        replace(arm, settings={"hypothesis": Setting(name)})
        for arm, name in zip(result.arms, ("reset", "descending_only", "none"), strict=True)
    )
    month, _ = sentences(replace(result, arms=arms))
    assert "with hypothesis reset or hypothesis descending_only it is 5.0" in month
    assert "with hypothesis none it is 1.6" in month


def test_treatments_that_leave_the_same_pain_are_not_ranked():
    month, became = sentences(made(("relapsed", 5.31, 1.0), ("relapsed", 5.32, 1.0)))
    assert "in both arms" in became
    assert "5.3 whichever the treatment" in month
    assert "at best" not in month


def test_without_treatment_nothing_is_claimed():
    (only,) = answer(made(("not treated", None, None)))
    assert "No arm is treated" in only


def test_an_arm_that_ends_otherwise_would_change_it():
    arms = [("relieved", 1.0, 1.0), ("relieved", 2.0, 1.0), ("relapsed", 5.0, 0.9)]
    *_, changes = answer(made(*arms))
    said = (
        "with treatment duration 3 day instead of 1 day pain falls to half or less and comes back"
    )
    assert said in changes
    assert "in 90% of tables" in changes


@pytest.mark.parametrize("first", list(SAYS))
@pytest.mark.parametrize("second", list(SAYS))
def test_only_another_outcome_would_change_it(first, second):
    *_, changes = answer(made((first, 2.0, 1.0), (second, 2.5, 1.0)))
    assert (" instead of " in changes) == (first != second)


def test_a_rival_hypothesis_would_change_it():
    result = made(("relapsed", 5.0, 1.0), ("relieved", 5.5, 1.0))
    arms = tuple(
        replace(arm, settings={"hypothesis": Setting(name)})
        for arm, name in zip(result.arms, ("reset", "washout"), strict=True)
    )
    *_, changes = answer(replace(result, arms=arms))
    assert "with hypothesis washout instead of reset pain stays away" in changes


@pytest.mark.parametrize(
    ("hours", "says"),
    [
        (24.0, "longer than 129 h (90 % band 120 h to 139 h), where it lasts 24 h, for more than"),
        (168.0, "shorter than 129 h (90 % band 120 h to 139 h), where it lasts 168 h, for less"),
    ],
)
def test_the_threshold_would_change_it(hours, says):
    result = made(("relapsed", 5.0, 1.0))
    (arm,) = result.arms
    arms = (replace(arm, summary={**arm.summary, "blockade_hours": hours}),)
    threshold = ThresholdDuration({}, 0.5, 0.95, 129.0, 120.0, 139.0, 57.0)
    *_, changes = answer(replace(result, arms=arms, thresholds=(threshold,)))
    assert says in changes


@pytest.mark.parametrize(
    ("late", "says"),
    [
        ((0.0, 0.8, 0.9), "67% of active patches"),
        ((0.0, 0.8, 0.9), "have 0.5 Hz or more; up to 0.25 Hz none is"),
        ((0.7, 0.8, 0.9), "all are amplified in the end, from 0.25 Hz on"),
        ((0.0, 0.1, 0.2), "none is amplified in the end, up to 1 Hz"),
    ],
)
def test_the_input_of_patches_would_change_a_single_arm(late, says):
    result = made(("relapsed", 5.0, 1.0))
    (arm,) = result.arms
    course = replace(arm.pain_system, late=np.tile(late, (len(arm.pain_system.time_d), 1)))
    summary = {**arm.summary, "residual_rate_hz": 0.5}
    multiplier = np.array([0.5, 1.0, 2.0])
    changed = replace(arm, summary=summary, pain_system=course, multiplier=multiplier)
    *_, changes = answer(replace(result, arms=(changed,)))
    assert says in changes


@pytest.mark.parametrize(
    ("outcome", "residual_hz", "says"),
    [
        ("relieved", 1.5, "more input: at 3 Hz the late phase of a unit rests at 0.9 alone"),
        ("no pain before", 0.5, "more input: at 2 Hz the late phase of a unit rests at 0.9 once"),
        ("relapsed", 2.5, "less input: at 1 Hz the late phase of a unit rests at 0 alone"),
        ("relieved", 4.0, "only this one setting was run"),
    ],
)
def test_the_input_at_which_a_unit_rests_elsewhere_would_change_it(outcome, residual_hz, says):
    result = made((outcome, 1.0, 1.0))
    (arm,) = result.arms
    late = np.array([0.0, 1.0])
    stable = {1.0: [0.0], 2.0: [0.0, 0.9], 3.0: [0.9]}
    curves = tuple(
        DriftCurve(rate, late, late, np.array(rests), np.array([]))
        for rate, rests in stable.items()
    )
    summary = {**arm.summary, "residual_rate_hz": residual_hz}
    arms = (replace(arm, summary=summary, multiplier=np.ones(1)),)
    *_, changes = answer(replace(result, arms=arms, drift_curves=curves))
    assert says in changes


def test_a_single_setting_says_nothing_of_others():
    *_, changes = answer(replace(made(("relieved", 1.0, 1.0)), drift_curves=()))
    assert "only this one setting was run" in changes
