"""Loss of inhibition against the exponentials that a constant input gives."""

import numpy as np
import pytest

from resetsim.declare.files import find_file
from resetsim.declare.model import read_model
from resetsim.patients.disinhibition import disinhibition_course
from resetsim.patients.periphery import Extra, InputCourse

DECLARED = read_model(find_file("dorsal_horn", "model")).disinhibition  # half 1 Hz, 2 d, 7 d


def test_a_constant_input_takes_inhibition_away_with_the_time_constant_of_onset():
    course = disinhibition_course(DECLARED, InputCourse(0.0, 3.0, 3.0, 1.0), -5.0, 20.0)
    assert course(-1.0) == 0.0
    for day in (1.0, 2.0, 6.0, 20.0):
        assert course(day) == pytest.approx(0.75 * (1 - np.exp(-day / 2)), abs=2e-3)


def test_without_input_it_recovers_with_its_own_time_constant():
    block = (Extra(10.0, 30.0, fraction_left=0.0),)
    course = disinhibition_course(DECLARED, InputCourse(0.0, 3.0, 3.0, 1.0, block), 0.0, 30.0)
    for day in (12.0, 17.0, 29.0):
        assert course(day) == pytest.approx(course(10.0) * np.exp(-(day - 10) / 7), abs=2e-3)


def test_its_range_holds_what_it_reaches_between_two_times():
    course = disinhibition_course(DECLARED, InputCourse(0.0, 3.0, 3.0, 1.0), 0.0, 20.0)
    low, high = course.range_between(1.0, 5.0)
    assert (low, high) == (pytest.approx(course(1.0)), pytest.approx(course(5.0)))
    assert course.range_between(25.0, 30.0) == (course(20.0), course(20.0))
