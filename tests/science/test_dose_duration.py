"""Relief is graded in dose and duration, though each unit is all or none."""

import pytest
from graded_levels import APART, graded, levels, relief_of

from resetsim.declare.experiment import read_experiment, with_variations
from resetsim.progress import Silent
from resetsim.study.experiment import prepare


def relief(engine, **changes):
    arms = prepare(with_variations(read_experiment("dose_duration"), changes))
    return relief_of(arms, (5, 5), engine, Silent())


@pytest.mark.slow
def test_relief_rises_with_dose_and_duration_in_many_levels(engine):
    of_many = graded(relief(engine))
    assert of_many.largest_fall < APART
    assert min(of_many.levels) >= 8


@pytest.mark.slow
def test_one_unit_is_all_or_none_once_the_drug_has_left(engine):
    one = relief(engine, **{"patient.units.count": [1]})
    assert levels(one[..., 1:]) == 2  # after a week and a month together
