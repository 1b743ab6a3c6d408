"""Relief is graded in dose and duration, though each unit is all or none."""

import numpy as np
import pytest

from resetsim.declare.experiment import read_experiment, with_variations
from resetsim.progress import Silent
from resetsim.study.courses import courses_of, measure_drift
from resetsim.study.experiment import prepare

APART = 0.3  # NRS: levels that people could tell apart, in the mean of many
DAYS = (1.0, 7.0, 30.0)


def relief(engine, **changes):
    """Relief on some days after each treatment; shape (doses, durations, days)."""
    prepared = prepare(with_variations(read_experiment("dose_duration"), changes))
    measure_drift(prepared, engine, Silent())
    found = []
    for arm in prepared:
        courses = courses_of(arm, engine, Silent(), with_band=False)
        start, end = arm.treated_d
        days = np.array([start, *(end + day for day in DAYS)])
        before, *after = np.interp(days, courses.pain_system.time_d, courses.pain.pain)
        found.append(before - np.array(after))
    return np.reshape(found, (5, 5, len(DAYS)))


def levels(values):
    """How many values lie more than the difference apart, counted from the lowest."""
    last, count = -np.inf, 0
    for value in np.sort(np.ravel(values)):
        if value - last > APART:
            last, count = value, count + 1
    return count


@pytest.mark.slow
def test_relief_rises_with_dose_and_duration_in_many_levels(engine):
    found = relief(engine)
    assert np.diff(found, axis=0).min() > -APART
    assert np.diff(found, axis=1).min() > -APART
    assert all(levels(found[..., day]) >= 8 for day in range(len(DAYS)))


@pytest.mark.slow
def test_one_unit_is_all_or_none_once_the_drug_has_left(engine):
    one = relief(engine, **{"patient.units.count": [1]})
    assert [levels(one[..., day]) for day in (1, 2)] == [2, 2]
