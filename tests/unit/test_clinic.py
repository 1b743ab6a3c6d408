"""Policies of clinics: who is treated again, with what, and when it stops."""

import numpy as np
import pytest
from pydantic import ValidationError
from test_cohort import BLOCKADE, FOLLOW_UP, VARIES, followed

from resetsim.declare.cohort import Clinic
from resetsim.errors import InputError
from resetsim.patients.clinic import Chart, Charts, decided
from resetsim.study.cohort_arm import days_of
from resetsim.study.cohort_prepared import prepare_cohort
from resetsim.study.provenance import texts_of

PAIN = np.array([0.0, 2.9, 3.1, 6.0, np.nan])


def charts(**changed):
    count = len(PAIN)
    known = {
        "pain_before": np.full(count, 6.0),
        "treatments": np.ones(count, dtype=np.int16),
        "treatment_days": np.full(count, 2.0),
        "failures": np.zeros(count, dtype=np.int16),
        "dose": np.ones(count),
        "duration": np.ones(count),
        "ends_d": np.full(count, 32.0),
        "judged": np.zeros(count, dtype=bool),
    }
    return Charts(**(known | changed))


def clinic(**keys):
    return Clinic.model_validate({"visits": "7 day", "at_most": 9, **keys}, context={})


def asked(keys, **changed):
    treated, dose, duration = decided(clinic(**keys), charts(**changed), PAIN, 40.0, 32.0, 2.0)
    return treated.tolist(), dose, duration


def test_who_has_relapsed_is_treated_again():
    treated, dose, duration = asked({"treat": "on relapse"})
    assert treated == [False, False, True, True, False]
    assert (dose == 1).all()
    assert (duration == 1).all()


def test_everybody_who_has_not_left_is_treated_at_every_visit():
    assert asked({"treat": "every visit"})[0] == [True, True, True, True, False]


def test_nobody_is_treated_while_treated():
    ends = np.array([39.0, 40.0, 41.0, 40.5, 39.0])
    assert asked({"treat": "every visit"}, ends_d=ends)[0] == [True, True, False, False, False]


def test_doses_and_durations_grow_from_treatment_to_treatment():
    keys = {"treat": "every visit", "dose_factor": 1.5, "duration_factor": 2}
    _, dose, duration = asked(keys, dose=np.full(5, 1.5), duration=np.full(5, 4.0))
    assert dose == pytest.approx(np.full(5, 2.25))
    assert duration == pytest.approx(np.full(5, 8.0))


@pytest.mark.parametrize(
    ("keys", "changed", "treated"),
    [
        ({"stop_after": 2}, {"failures": np.array([0, 1, 2, 3, 0])}, [1, 1, 0, 0, 0]),
        ({"at_most": 3}, {"treatments": np.array([1, 2, 3, 4, 1])}, [1, 1, 0, 0, 0]),
        ({"budget": "4 day"}, {"treatment_days": np.array([1.0, 2, 2.1, 3, 1])}, [1, 1, 0, 0, 0]),
        (
            {"budget": "4 day", "duration_factor": 0.5},
            {"treatment_days": np.array([1.0, 3, 3.1, 3, 1])},
            [1, 1, 0, 1, 0],
        ),
    ],
)
def test_a_clinic_stops(keys, changed, treated):
    assert asked({"treat": "every visit", **keys}, **changed)[0] == [*map(bool, treated)]


def test_a_treatment_has_failed_without_a_third_less_pain_at_the_first_visit_after_it():
    known = charts(failures=np.array([0, 1, 1, 1, 2]), judged=np.array([0, 0, 0, 1, 0], dtype=bool))
    seen = known.seen(np.array([4.3, 4.3, 4.1, 6.0, 6.0]), 40.0)  # 70 % of 6 are 4.2
    assert seen.failures.tolist() == [1, 2, 0, 1, 3]
    assert seen.judged.all()
    assert seen.seen(np.full(5, 6.0), 47.0).failures.tolist() == seen.failures.tolist()
    later = charts(ends_d=np.full(5, 41.0)).seen(np.full(5, 6.0), 40.0)
    assert not later.judged.any()
    assert not later.failures.any()


def rule(folder, text):
    path = folder / "mine.py"
    path.write_text(text)
    return Clinic.model_validate(
        {"visits": "7 day", "rule": "mine.py", "at_most": 9}, context={"folder": folder}
    )


def test_a_rule_of_the_user_is_asked_with_the_chart(tmp_path):
    text = (
        "def decide(chart):\n"
        "    if chart.pain > 5: return {'dose': 2, 'duration': 0.5}\n"
        "    if chart.pain > 3: return True\n"
        "    return False if chart.pain > 1 else None\n"
    )
    treated, dose, duration = decided(rule(tmp_path, text), charts(), PAIN, 40.0, 32.0, 2.0)
    assert treated.tolist() == [False, False, True, True, False]
    assert dose[2:4].tolist() == [1.0, 2.0]
    assert duration[2:4].tolist() == [1.0, 0.5]


def test_a_rule_gets_what_the_clinic_knows(tmp_path):
    path = tmp_path / "seen.txt"
    opened = f"    with open({str(path)!r}, 'a') as file:"
    text = f"def decide(chart):\n{opened} print(chart, file=file)\n"
    decided(rule(tmp_path, text), charts(), PAIN, 40.0, 32.0, 2.0)
    lines = path.read_text().splitlines()
    assert len(lines) == 4  # nobody is asked about who has left
    assert lines[1] == str(Chart(8.0, 2.9, 6.0, 1, 2.0, 0))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = 1", "mine.py: has no function decide(chart)"),
        ("decide = 3", "mine.py: has no function decide(chart)"),
        ("1 / 0", "mine.py: cannot be run: ZeroDivisionError: division by zero"),
        ("def decide(chart:", "mine.py: cannot be run: SyntaxError: "),
        ("raise SystemExit", "mine.py: cannot be run: SystemExit"),
        ("def decide(chart): return chart.age", "mine.py: decide() failed for Chart(day=8.0, "),
        ("def decide(): return True", "mine.py: decide() failed for Chart(day=8.0, "),
        *(
            (f"def decide(chart): return {answer}", f"mine.py: decide() answered {said}; it must")
            for answer, said in (
                ("3", "3"),
                ("'yes'", "'yes'"),
                ("{'dose': 0}", "{'dose': 0}"),
                ("{'dose': 1e9}", "{'dose': 1000000000.0}"),
                ("{'dose': float('nan')}", "{'dose': nan}"),
                ("{'dose': True}", "{'dose': True}"),
                ("{'length': 1}", "{'length': 1}"),
                ("{1: 2, 'dose': 1}", "{1: 2, 'dose': 1}"),
            )
        ),
    ],
)
def test_a_wrong_rule_is_refused(tmp_path, text, said):
    with pytest.raises(InputError) as refused:
        decided(rule(tmp_path, text), charts(), PAIN, 40.0, 32.0, 2.0)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_rule_that_has_changed_is_read_again(tmp_path):
    first, second = "def decide(chart): return True", "def decide(chart): return None"
    for text, count in ((first, 4), (second, 0)):
        treated, *_ = decided(rule(tmp_path, text), charts(), PAIN, 40.0, 32.0, 2.0)
        assert treated.sum() == count


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({}, "either treat or rule is needed"),
        ({"rule": "none"}, "either treat or rule is needed"),
        ({"treat": "every visit", "at_most": None}, "never stops treating: say stop_after, budget"),
        ({"treat": "always"}, "'on relapse' or 'every visit'"),
        ({"treat": "every visit", "visits": "1 s"}, "1 h"),
        ({"treat": "every visit", "dose_factor": 0}, "greater than or equal to 0.1"),
        ({"treat": "every visit", "at_most": 0}, "0"),
        ({"rule": "none.py"}, "none.py"),
        ({"rule": "mine.txt"}, "mine.txt"),
    ],
)
def test_a_wrong_policy_is_refused(tmp_path, keys, said):
    given = {"visits": "7 day", "at_most": 9, **keys}
    given = {key: value for key, value in given.items() if value is not None}
    with pytest.raises(ValidationError) as refused:
        Clinic.model_validate(given, context={"folder": tmp_path})
    assert said in str(refused.value)


POLICY = '[clinic]\nvisits = "3 day"\ntreat = "on relapse"\nat_most = 3\n\n'
TRIED = (VARIES, '"treatment.duration" = ["5 day"]')


def test_a_cohort_at_a_clinic(tmp_path):
    _, job, plain = followed(tmp_path, TRIED)
    _, _, again = followed(tmp_path, TRIED, (FOLLOW_UP, POLICY + FOLLOW_UP))
    day, _ = days_of(job.arms[0])
    (before,), (after,) = plain.arms, again.arms
    assert (before.treatments == 1).all()
    assert (after.treatments == 3).all()
    assert after.treatment_days == pytest.approx(np.full(6, 15.0))
    early, later = day < 3, (day > 3.5) & (day < 18)
    # The visit ends a step of the clock: readings before it differ by its error.
    assert after.pain[:, early] == pytest.approx(before.pain[:, early], abs=0.01)
    assert (after.pain[:, later].min(axis=1) < before.pain[:, later].min(axis=1) - 1).all()


def test_days_after_the_end_of_follow_up_are_not_given(tmp_path):
    (tmp_path / "long.py").write_text("def decide(chart): return {'duration': 100}\n")
    policy = POLICY.replace('treat = "on relapse"', 'rule = "long.py"')
    _, _, chunk = followed(tmp_path, TRIED, (FOLLOW_UP, policy + FOLLOW_UP))
    (arm,) = chunk.arms
    assert (arm.treatments == 2).all()
    assert arm.treatment_days == pytest.approx(np.full(6, 5 + 100 - 38))  # visit on day 38 of 100


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ('budget = "1 day"', "clinic.budget: found '1 day', but 5 days of treatment are planned"),
        ('visits = "65 day"', "clinic.visits: found '65 day', so the first visit is on day 100"),
    ],
)
def test_a_policy_that_never_treats_is_refused(tmp_path, keys, said):
    policy = POLICY.replace('visits = "3 day"\n', "") if "visits" in keys else POLICY
    policy = policy.replace("at_most", f"{keys}\nat_most")
    with pytest.raises(InputError) as refused:
        followed(tmp_path, TRIED, (FOLLOW_UP, policy + FOLLOW_UP))
    assert said in str(refused.value)
    least = {'budget = "1 day"': 'budget = "5 day"', 'visits = "65 day"': 'visits = "64.9 day"'}
    followed(tmp_path, TRIED, (FOLLOW_UP, policy.replace(keys, least[keys]) + FOLLOW_UP))


def test_rules_and_policies_stand_beside_each_other(tmp_path):
    (tmp_path / "never.py").write_text("def decide(chart): return None\n")
    (tmp_path / "half.py").write_text("def decide(chart): return {'duration': 0.5}\n")
    rules = (VARIES, '"clinic.rule" = ["none", "never.py", "half.py"]')
    experiment, _, chunk = followed(tmp_path, rules, (FOLLOW_UP, POLICY + FOLLOW_UP))
    names = ["rule=none", "rule=never.py", "rule=half.py"]
    assert [arm.name for arm in experiment.arms] == names
    given = [arm.treatment_days.tolist() for arm in chunk.arms]
    assert given == [[15.0] * 6, [5.0] * 6, [10.0] * 6]
    # One arm is what its policy gives alone.
    *_, alone = followed(tmp_path, TRIED, (FOLLOW_UP, POLICY + FOLLOW_UP))
    assert np.array_equal(alone.arms[0].pain, chunk.arms[0].pain)
    texts = texts_of(experiment, prepare_cohort(experiment))
    assert {"never.py", "half.py"} <= texts.keys()


def test_a_dose_that_rises_is_not_given_again(tmp_path):
    risen = 'drug = "ketamine"\ndose = "20 mg/h"\nrises_from = 0.2\nsteps = 3'
    with pytest.raises(InputError, match="cannot give a treatment again whose dose rises"):
        followed(tmp_path, ("blockade = 0.95", risen), (FOLLOW_UP, POLICY + FOLLOW_UP))


def test_a_clinic_that_treats_nobody_changes_nothing(tmp_path):
    never = "def decide(chart): return None\n"
    (tmp_path / "mine.py").write_text(never)
    policy = '[clinic]\nvisits = "9 day"\nrule = "mine.py"\nat_most = 3\n\n'
    _, _, plain = followed(tmp_path)
    _, _, seen = followed(tmp_path, (FOLLOW_UP, policy + FOLLOW_UP))
    for one, other in zip(plain.arms, seen.arms, strict=True):
        assert np.array_equal(one.treatments, other.treatments)
        assert other.pain == pytest.approx(one.pain, abs=0.02)


@pytest.mark.parametrize(
    ("changes", "policy"),
    [
        ([], "dose_factor = 0.5"),
        ([], "dose_factor = 3"),
        ([(BLOCKADE, 'drug = "ketamine"\ndose = "5 mg/h"')], "duration_factor = 3"),
        ([(BLOCKADE, 'drug = "ketamine"\ndose = "5 mg/h"')], "dose_factor = 3"),
    ],
)
def test_drift_reaches_as_far_as_a_clinic_may_go(tmp_path, changes, policy):
    policy = POLICY.replace("at_most = 3", f"at_most = 6\n{policy}")
    _, _, chunk = followed(tmp_path, *changes, (FOLLOW_UP, policy + FOLLOW_UP))
    untreated, *treated = chunk.arms
    assert not untreated.treatments.any()
    for arm in treated:
        assert (arm.treatments > 2).any()
        assert not arm.failed.any()
