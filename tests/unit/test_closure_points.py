"""The points at which the closure is tried: drawn beforehand, and counted as they are."""

from dataclasses import replace

import numpy as np
import pytest
from closure_points import COUNT, Compared, drawn_points, holds, page

from resetsim.declare.experiment import read_experiment
from resetsim.declare.files import find_file, read_toml
from resetsim.records.result import DirectCourse

SERIES = np.array([0.5, 0.8])
COURSE = DirectCourse(1 / 64, 1, SERIES, SERIES, SERIES, 0 * SERIES, SERIES, SERIES)
HELD = Compared((1.5, 0.5, 0.9, 20.0), COURSE, (0.2, 0.04), 0.01, near=False)
MISSED = replace(HELD, differences=(0.2, 0.06))


def test_the_points_of_the_experiment_are_those_of_the_seed():
    shipped = read_toml(find_file("closure_points", "experiment"))["vary_together"]
    assert shipped == drawn_points()
    assert len(read_experiment("closure_points").arms) == COUNT >= 20


def test_constants_are_those_of_the_check_at_chosen_points():
    random, chosen = (
        read_toml(find_file(name, "experiment"))["plasticity"]
        for name in ("closure_points", "averaging_check")
    )
    assert random == chosen


@pytest.mark.parametrize(("point", "held"), [(HELD, True), (MISSED, False)])
def test_a_closure_holds_below_a_twentieth(point, held):
    assert holds(point) == held


def test_the_page_counts_points_away_from_chance():
    points = [HELD, HELD, HELD, MISSED, replace(MISSED, near=True)]
    text = page(points, (1.3, 2.2))
    assert (
        "Of 4 points that are not near, 3 differ by less than 0.05 (75%); of 1\nnear ones 0.**"
        in text
    )
    assert text.count("| near |") == 1
    assert text.count("| 0.040 | 0.010 | 0.200 |") == 3
