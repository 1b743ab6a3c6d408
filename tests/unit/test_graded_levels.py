"""How graded relief is, on relief that is known."""

import numpy as np
import pytest
from graded_levels import graded, levels


@pytest.mark.parametrize(
    ("relief", "count"),
    [([1.0, 1.0], 1), ([0.0, 0.3, 0.31], 2), ([0.0, 0.2, 0.4, 0.8], 3), ([2.0, 1.0, 0.0], 3)],
)
def test_levels_lie_apart_counted_from_the_lowest(relief, count):
    assert levels(np.array(relief)) == count


def test_a_fall_is_found_in_dose_and_in_duration():
    rising = np.arange(8.0).reshape(2, 2, 2)
    assert graded(rising) == ((4, 4), 0.0)
    less_with_dose, less_with_time = rising.copy(), rising.copy()
    less_with_dose[1, 0, 0] = -0.5
    less_with_time[0, 1, 1] = 0.25
    assert graded(less_with_dose).largest_fall == 0.5
    assert graded(less_with_time).largest_fall == 0.75
