"""What patients report of their pain: paired between arms, and until they leave."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import kstest

from resetsim.declare.cohort import Trial
from resetsim.patients.population import Population
from resetsim.patients.reports import Reports

NUMBERS = np.arange(4000)
TIMES = np.arange(50.0, 130.0, 1.0)
PAIN = np.full((len(NUMBERS), len(TIMES)), 5.0)


def reports(expects=True, drawn=None, numbers=NUMBERS, **keys):
    trial = Trial.model_validate(keys, context={})
    return Reports(trial, Population(1, {}), numbers, drawn or {}, 60.0, expects)


def test_without_a_trial_pain_is_reported_as_it_is():
    assert np.array_equal(reports().of(PAIN, TIMES), PAIN)


def test_noise_has_the_declared_spread_and_is_the_same_in_every_arm():
    noisy = reports(diary_noise=0.8)
    found = noisy.of(PAIN, TIMES)
    assert found.std() == pytest.approx(0.8, rel=0.01)
    assert found.mean() == pytest.approx(5.0, abs=0.01)
    assert np.abs(np.corrcoef(found[:, :20].T)[~np.eye(20, dtype=bool)]).max() < 0.08
    other_arm = replace(noisy, expects=False, start_d=70.0).of(PAIN + 1, TIMES[::-1])[:, ::-1]
    assert other_arm - 1 == pytest.approx(found)
    some = np.array([7, 8, 3999])
    few = reports(diary_noise=0.8, numbers=some).of(PAIN[:3, 5:7], TIMES[5:7])
    assert np.array_equal(few, found[some, 5:7])


def test_reports_stay_on_the_scale():
    found = reports(diary_noise=5).of(PAIN, TIMES)
    assert (found.min(), found.max()) == (0.0, 10.0)


WHO_EXPECTS = [(1, 0, 1.5), (1, 1, 1.5), (0, 0, 0), (0, 1, 1.5)]


@pytest.mark.parametrize(("blinded", "expects", "less"), WHO_EXPECTS)
def test_expectation_begins_after_the_start_of_treatment(blinded, expects, less):
    found = reports(bool(expects), blinded=bool(blinded), expectation=1.5).of(PAIN, TIMES)
    assert (found[:, TIMES <= 60] == 5.0).all()
    assert (found[:, TIMES > 60] == 5.0 - less).all()


def test_expectation_may_fade():
    fading = reports(expectation=2, expectation_fades_with="10 day").of(PAIN, TIMES)
    assert (fading[:, TIMES <= 60] == 5.0).all()
    assert fading[0, TIMES == 70] == pytest.approx(5 - 2 / np.e)
    assert fading[0, TIMES == 80] == pytest.approx(5 - 2 / np.e**2)


def test_the_natural_course_goes_on_whatever_is_done():
    own = np.linspace(-1, 1, len(NUMBERS))
    drawn = {"trial.natural_course": own}
    found = reports(False, drawn, blinded=False, natural_course=9).of(PAIN, TIMES)
    assert (found[:, TIMES <= 60] == 5.0).all()
    assert found[:, TIMES == 120][:, 0] == pytest.approx(5.0 - 2 * own)


def test_patients_leave_at_the_declared_rate_and_do_not_come_back():
    leaving = reports(drop_out="0.05 1/week")
    stays = leaving.leaves_d - 60.0
    assert (stays > 0).all()
    assert kstest(stays, "expon", args=(0, 20 * 7)).pvalue > 0.001
    found = leaving.of(PAIN, TIMES)
    there = np.isfinite(found)
    assert np.array_equal(there, leaving.leaves_d[:, None] > TIMES)
    assert there[:, TIMES <= 60].all()
    assert np.isinf(reports(drop_out="0 1/week").leaves_d).all()
    other_arm = reports(False, drop_out="0.1 1/week")
    assert other_arm.leaves_d - 60 == pytest.approx(stays / 2)
