import numpy as np
import pytest

from resetsim.declare.hypothesis import DrugAction
from resetsim.outcomes.summary import relapse_day, taught_before
from resetsim.patients.patient import Learning, Patient
from resetsim.patients.periphery import InputCourse

TIME = np.arange(0.0, 100.0, 0.25)


def pain(*stretches):
    """Pain 8 everywhere but in the given stretches (start, end, level)."""
    felt = np.full(len(TIME), 8.0)
    for start, end, level in stretches:
        felt[(start <= TIME) & (end > TIME)] = level
    return felt


def test_relapse_is_the_first_return_that_lasts_three_days():
    assert relapse_day(TIME, pain((21, 40, 0.0)), 20.0, 25.0) == pytest.approx(15.0)


def test_a_return_of_two_days_is_not_a_relapse():
    felt = pain((21, 40, 0.0), (42, 100, 0.0))
    assert relapse_day(TIME, felt, 20.0, 25.0) is None


def test_half_of_the_pain_before_is_the_line():
    assert relapse_day(TIME, pain((21, 100, 3.9)), 20.0, 25.0) is None
    back = pain((21, 22, 3.9), (22, 100, 4.1))
    assert relapse_day(TIME, back, 20.0, 25.0) == pytest.approx(0.25)


def test_without_pain_before_there_is_no_relapse():
    assert relapse_day(TIME, pain((0, 22, 0.0)), 20.0, 25.0) is None


def test_pain_that_never_halved_does_not_relapse():
    assert relapse_day(TIME, pain((21, 100, 4.1)), 20.0, 25.0) is None


def test_a_trace_of_pain_does_not_relapse():
    felt = pain((21, 40, 0.0)) * 1e-5
    assert relapse_day(TIME, felt, 20.0, 25.0) is None


def test_what_is_learned_during_or_after_treatment_was_not_taught_before():
    sessions = (Learning(-30.0, 2, None), Learning(60.0, 1, None), Learning(70.0, 1, 3.2))
    no_input = InputCourse(float("inf"), 0.0, 0.0, 1.0)
    patient = Patient(no_input, (), DrugAction(), -30.0, 90.0, 0.0, learnings=sessions)
    assert taught_before(patient, (60.0, 65.0)) == 2
    assert taught_before(patient, (60.5, 65.0)) == 3
    assert taught_before(patient, None) == 4
