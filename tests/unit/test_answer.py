"""The sentences that a report opens with say what the numbers say."""

import re
from dataclasses import replace

import pytest
from results_fixture import toy_result

from resetsim.records.setting import Setting
from resetsim.views.answer import answer


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


@pytest.mark.parametrize(
    ("outcome", "says"),
    [
        ("relieved", "stays away"),
        ("relapsed", "comes back"),
        ("not relieved", "never falls to half"),
        ("no pain before", "is not there before treatment"),
    ],
)
def test_one_arm_says_what_became_of_it(outcome, says):
    first, *others = answer(made((outcome, 2.5, 1.0)))
    assert says in first
    month = [each for each in others if "2.5" in each]
    assert len(month) == (outcome != "no pain before")


def test_many_arms_are_counted_and_the_best_is_named():
    arms = [("relieved", 1.0, 1.0), ("relapsed", 5.0, 0.9), ("relapsed", 6.5, 1.0)]
    first, month, *_ = answer(made(*arms))
    assert "stays away to the end of follow-up in treatment duration 1 day" in first
    assert "comes back in 2 of 3 arms" in first
    assert "outcome of 1 of these 3 arms open" in first
    assert re.search(r"1\.0 at best \(treatment duration 1 day\), and 6\.5 in the same", month)


def test_the_best_is_compared_with_the_same_patient():
    made_of = made(("relapsed", 5.0, 1.0), ("relapsed", 6.0, 1.0), ("not relieved", 9.5, 1.0))
    rates = ("0.5 Hz", "0.5 Hz", "0.8 Hz")
    arms = tuple(
        replace(
            arm,
            settings={**arm.settings, "patient.injury.residual_rate": Setting(rate, 0.0, "Hz")},
        )
        for arm, rate in zip(made_of.arms, rates, strict=True)
    )
    _, month, *_ = answer(replace(made_of, arms=arms))
    assert "5.0 at best" in month
    assert "6.0 in the same patient" in month
    assert "9.5" not in month


def test_without_treatment_nothing_is_claimed():
    (only,) = answer(made(("not treated", None, None)))
    assert "No arm is treated" in only


def test_thresholds_belong_to_the_answer():
    text = " ".join(answer(toy_result()))
    assert "without blockade" in text  # at 0 Hz
    assert "a blockade of up to a year" in text  # at 1.4 Hz
