"""Does removing input reverse sensitisation: for hours reversibly, for weeks for good."""

import numpy as np
import pytest

from resetsim.declare.experiment import read_experiment, with_variations
from resetsim.progress import Silent
from resetsim.study.courses import all_courses
from resetsim.study.experiment import prepare

SHORT, LONG = "6 h", "30 day"


@pytest.fixture(scope="module")
def courses(engine):
    experiment = with_variations(
        read_experiment("sensitisation"),
        {
            "mechanisms.disinhibition": [False, True],
            "mechanisms.heterosynaptic": [True],
            "patient.nerve_block.duration": [SHORT, LONG],
        },
    )
    arms = prepare(experiment)
    return {
        (arm.arm.settings["mechanisms.disinhibition"], arm.arm.settings[BLOCK]): course
        for arm, course in zip(arms, all_courses(arms, engine, Silent()), strict=True)
    }


BLOCK = "patient.nerve_block.duration"


def at(course, values, day):
    return float(np.interp(day, course.pain_system.time_d, values))


@pytest.mark.parametrize("disinhibition", [False, True])
def test_a_local_block_silences_ongoing_pain_while_it_lasts(courses, disinhibition):
    course = courses[disinhibition, SHORT]
    assert at(course, course.pain.pain, 29.0) > 5
    assert at(course, course.pain.pain, 30.2) < 0.5
    assert at(course, course.pain.pain, 35.0) > 5
    assert at(course, course.pain_system.efficacy[:, 0], 59.0) == pytest.approx(
        at(course, course.pain_system.efficacy[:, 0], 29.0), rel=0.05
    )


@pytest.mark.parametrize("disinhibition", [False, True])
def test_thirty_days_without_input_leave_less_that_returns(courses, disinhibition):
    course = courses[disinhibition, LONG]
    assert at(course, course.pain.pain, 59.9) == 0
    assert at(course, course.pain.pain, 90.0) < at(course, course.pain.pain, 29.0) - 0.3
    amplified = [
        sum(at(course, unit, day) > 0.5 for unit in course.pain_system.late.T)
        for day in (29.0, 59.9, 90.0)
    ]
    assert amplified[0] > amplified[2] > amplified[1] == 0  # units with much input are back
    assert at(course, course.pain.heterosynaptic[:, 0], 59.9) < 0.1 * at(
        course, course.pain.heterosynaptic[:, 0], 29.0
    )


def test_inhibition_is_lost_with_the_injury_and_comes_back_without_input(courses):
    lost = courses[True, LONG].pain.acting["disinhibition"][:, 0]
    course = courses[True, LONG]
    assert at(course, lost, 0.0) == 0.0
    assert at(course, lost, 29.0) > 0.4
    assert at(course, lost, 59.9) < 0.05
    assert not courses[False, LONG].pain.acting["disinhibition"].any()
