import math

import numpy as np
import pytest

from resetsim.patients.periphery import Extra, InputCourse

CHRONIC = InputCourse(injury_d=0.0, peak_hz=4.0, residual_hz=1.4, heals_with_d=10.0)


def test_input_decays_exponentially_to_what_stays():
    assert CHRONIC(-0.1) == 0.0
    assert CHRONIC(0.0) == 4.0
    assert CHRONIC(10.0) == pytest.approx(1.4 + 2.6 / math.e)
    assert CHRONIC(1000.0) == pytest.approx(1.4)


def test_a_nerve_block_removes_its_share_and_gives_it_back():
    blocked = InputCourse(0.0, 4.0, 1.4, 10.0, (Extra(20.0, 30.0, fraction_left=0.25),))
    assert blocked(25.0) == pytest.approx(CHRONIC(25.0) / 4)
    assert blocked(30.0) == CHRONIC(30.0)
    assert blocked.breakpoints_d == (0.0, 20.0, 30.0)


def test_a_flare_up_adds_input_that_a_block_removes_too():
    both = InputCourse(
        0.0, 4.0, 1.4, 10.0, (Extra(20.0, 30.0, extra_rate_hz=1.0), Extra(25.0, 30.0, 0.0, 0.5))
    )
    assert both(22.0) == pytest.approx(CHRONIC(22.0) + 1.0)
    assert both(27.0) == pytest.approx((CHRONIC(27.0) + 1.0) / 2)


def test_activity_changes_the_input_of_the_injury_alone():
    flare = Extra(20.0, 30.0, extra_rate_hz=1.0)
    resting = InputCourse(0.0, 4.0, 1.4, 10.0, (flare,), (5.0, 25.0), (0.5, 0.2))
    for day, share, extra in ((4.0, 1, 0), (5.0, 0.5, 0), (22.0, 0.5, 1), (40.0, 0.2, 0)):
        assert resting(day) == pytest.approx(share * CHRONIC(day) + extra)
    assert resting.times(2.0)(22.0) == pytest.approx(CHRONIC(22.0) + 2)
    assert resting.breakpoints_d == (0.0, 5.0, 20.0, 25.0, 30.0)
    steady, falling, _ = resting.segments(np.array([-1.0, *resting.breakpoints_d]))
    starts = (0.0, 5.0, 20.0, 25.0, 30.0)
    assert steady + falling == pytest.approx([0.0, *map(resting, starts)])


def test_the_range_of_a_stretch_is_what_it_passes_through():
    blocked = InputCourse(0.0, 4.0, 1.4, 10.0, (Extra(20.0, 30.0, fraction_left=0.0),))
    assert blocked.range_between(-1.0, 0.0) == (0.0, 0.0)
    low, high = blocked.range_between(0.0, 20.0)
    assert (low, high) == (pytest.approx(CHRONIC(20.0)), 4.0)
    assert blocked.range_between(20.0, 30.0) == (0.0, 0.0)
    assert blocked.range_between(10.0, 40.0)[0] == 0.0
