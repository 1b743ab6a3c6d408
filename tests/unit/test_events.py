"""Relapse as an event: which return counts, and that its moment is found on the solution."""

import numpy as np
import pytest
from known_drift import SHARPER, known_model, known_system, known_table

from resetsim.body.dosing import Dosing
from resetsim.declare.hypothesis import DrugAction
from resetsim.patients.patient import Patient
from resetsim.patients.periphery import InputCourse
from resetsim.slow.clock import course_times
from resetsim.slow.events import relapse
from resetsim.slow.reference import integrate as reference
from resetsim.slow.system import Asked
from resetsim.study.dorsal_horn_course import solved_dorsal_horn
from resetsim.study.relapses import relapses_of

TIME = np.arange(0.0, 100.25, 0.25)
TREATED = (20.0, 25.0)


class Felt:
    """Pain 8 everywhere but in the given stretches (start, end, level)."""

    def __init__(self, *stretches, times=TIME):
        self.stretches, self.times = stretches, times

    def __call__(self, moments, before=False):
        felt = np.full(len(moments), 8.0)
        for start, end, level in self.stretches:
            if before:
                felt[(start < moments) & (moments <= end)] = level
            else:
                felt[(start <= moments) & (moments < end)] = level
        return felt

    def relapse(self, **kwargs):
        values = self(self.times, before=True)
        return relapse(self.times, values, TREATED, lambda _, moments: self(moments), **kwargs)


def test_relapse_is_the_first_return_that_lasts_three_days():
    assert Felt((21, 40, 0.0)).relapse() == pytest.approx(40.0, abs=1e-6)


def test_its_moment_does_not_depend_on_what_is_stored():
    for step in (0.25, 0.9, 1.7):
        felt = Felt((21, 40.123, 0.0), times=np.arange(0.0, 100.0, step))
        assert felt.relapse() == pytest.approx(40.123, abs=1e-6)


def test_a_return_of_two_days_is_not_a_relapse():
    assert Felt((21, 40, 0.0), (42, 101, 0.0)).relapse() is None


@pytest.mark.parametrize(("lasts", "found"), [(2.99, None), (3.01, 40.1)])
def test_three_days_are_counted_between_crossings(lasts, found):
    assert Felt((21, 40.1, 0.0), (40.1 + lasts, 101, 0.0)).relapse() == pytest.approx(
        found, abs=1e-6
    )


def test_half_of_the_pain_before_is_the_line():
    assert Felt((21, 101, 3.9)).relapse() is None
    # It is back while treatment lasts: from its end on it counts.
    assert Felt((21, 22, 3.9), (22, 101, 4.1)).relapse() == 25.0


def test_without_pain_before_there_is_no_relapse():
    assert Felt((0, 22, 0.0)).relapse(hardly_any=0.05) is None
    assert Felt((21, 40, 0.0)).relapse(hardly_any=9.0) is None


def test_pain_that_never_halved_does_not_relapse():
    assert Felt((21, 101, 4.1)).relapse() is None


@pytest.fixture(scope="module")
def arm():
    """A blockade too short for a reset: potentiation comes back, not at once."""
    patient = Patient(
        InputCourse(0.0, 4.0, 1.6, 10.0),
        (Dosing(60.0, 61.5, fixed_effect=0.95),),
        DrugAction(),
        0.0,
        120.0,
        0.0,
    )
    system = known_system(known_table(), heterosynaptic="input-dependent")
    return system, patient


def test_a_relapse_is_where_the_reference_crosses(arm):
    system, patient = arm
    model = known_model()
    time_d, solved = solved_dorsal_horn(system, patient, [])
    found = relapses_of(system, model, patient, (60.0, 61.5), time_d, solved)
    dense = np.unique(np.concatenate([[0.0, 60.0, 61.5], np.arange(61.5, 70.0, 1e-4), [120.0]]))
    states = reference(system, Asked(patient.drive, dense, system.naive()), 1e-9).states[:, 0]
    weight = SHARPER["early_gain"] * states[:, 0] + SHARPER["late_gain"] * states[:, 1]
    half = weight[dense == 60.0][0] / 2
    crossing = dense[(dense > 61.5) & (weight > half)][0]
    assert found.weight == pytest.approx(crossing, abs=2e-4)
    assert 61.5 < found.pain < 62.0
    coarse = course_times(0.0, 120.0, [60.0, 61.5])[::3]
    coarse = np.unique(np.append(coarse, [60.0, 61.5, 120.0]))
    places = np.searchsorted(time_d, coarse)
    fewer = type(solved)(solved.states[places], solved.output_hz[places])
    again = relapses_of(system, model, patient, (60.0, 61.5), time_d[places], fewer)
    assert again.pain == pytest.approx(found.pain, abs=1e-6)
    assert again.weight == pytest.approx(found.weight, abs=1e-6)
