import math

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


def test_the_range_of_a_stretch_is_what_it_passes_through():
    blocked = InputCourse(0.0, 4.0, 1.4, 10.0, (Extra(20.0, 30.0, fraction_left=0.0),))
    assert blocked.range_between(-1.0, 0.0) == (0.0, 0.0)
    low, high = blocked.range_between(0.0, 20.0)
    assert (low, high) == (pytest.approx(CHRONIC(20.0)), 4.0)
    assert blocked.range_between(20.0, 30.0) == (0.0, 0.0)
    assert blocked.range_between(10.0, 40.0)[0] == 0.0
