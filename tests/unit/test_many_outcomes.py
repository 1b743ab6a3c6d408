"""What became of many patients, from readings, against one at a time on the course itself."""

import numpy as np
import pytest

from resetsim.outcomes.many import relapse_days
from resetsim.outcomes.outcome import SOME_PAIN, outcome_of
from resetsim.records.cohort import OUTCOMES
from resetsim.slow import events

DAY = np.arange(-10, 60.001, 0.125)
START = -3.0


def courses(count=200, seed=4):
    """Patients who relapse, or not, or for a while: from one level of pain to others."""
    draw = np.random.default_rng(seed)
    levels = draw.uniform(0, 8, (count, 8)) * draw.choice([0.02, 1], (count, 8))
    levels[:, 0] = draw.uniform(0.1, 9, count)
    levels[:20, 1:] = levels[:20, :1] * draw.uniform(0.6, 1, (20, 7))
    moments = np.sort(draw.uniform(-3, 50, (count, 7)), axis=1)
    places = (DAY[None, :, None] > moments[:, None]).sum(axis=2)
    pain = np.take_along_axis(levels, places, axis=1)
    kernel = np.hanning(7) / np.hanning(7).sum()
    smooth = np.array([np.convolve(np.pad(each, 3, mode="edge"), kernel, "valid") for each in pain])
    smooth[:, DAY <= START] = levels[:, :1]  # baseline is flat: its mean is its last reading
    return smooth


def test_outcome_and_relapse_are_those_of_each_course(monkeypatch):
    pain = courses()
    moment, outcome = relapse_days(DAY, pain, START)
    seen = set()
    lasts = events.RELAPSE_LASTS_D
    for patient, course in enumerate(pain):

        def within(_, moments, course=course):
            return np.interp(moments, DAY, course)

        # How long pain stays is known to two gaps between readings.
        found = []
        for longer in (0.0, 2 * (DAY[1] - DAY[0])):
            monkeypatch.setattr(events, "RELAPSE_LASTS_D", lasts + longer)
            found.append(events.relapse(DAY, course, (START, 0.0), within, SOME_PAIN))
        exact, sure = found
        if exact != sure:
            continue
        word = outcome_of(DAY, course, (START, 0.0), exact)
        assert OUTCOMES[outcome[patient]] == word, patient
        seen.add(word)
        if exact is None:
            assert np.isnan(moment[patient])
        else:
            assert moment[patient] == pytest.approx(exact, abs=1e-5)
    assert seen == set(OUTCOMES) - {"not treated", "failed"}


DAYS = np.array([-7.0, -1.0, 0.0, 1.0, 2.0, 3.5, 7.0, 10.5, 14.0])
BY_HAND = {
    "back between two readings": ([8, 8, 1, 1, 1, 7, 7, 7, 7], "relapsed", 2.75),
    "never below half": ([8, 8, 4.1, 5, 6, 8, 8, 8, 8], "not relieved", None),
    "high for less than three days": ([8, 8, 1, 1, 7, 7, 1, 1, 1], "relieved", None),
    "high for the last reading alone": ([8, 8, 1, 1, 1, 1, 1, 1, 8], "relieved", None),
    "back within a day": ([8, 8, 1, 8, 8, 8, 8, 8, 8], "relapsed", 3 / 7),
    "hardly any pain": ([0.4, 0.4, 0, 0, 0, 0.4, 0.4, 0.4, 0.4], "no pain before", None),
    "late relief": ([8, 8, 8, 8, 8, 8, 1, 1, 1], "relieved", None),
    "late relief and relapse": ([8, 8, 8, 8, 1, 8, 8, 8, 8], "relapsed", None),
}


@pytest.mark.parametrize("name", BY_HAND)
def test_cases_by_hand(name):
    pain, word, day = BY_HAND[name]
    moment, outcome = relapse_days(DAYS, np.array([pain]), -1.0)
    assert OUTCOMES[outcome[0]] == word
    if day is not None:
        assert moment[0] == pytest.approx(day)
    assert np.isnan(moment[0]) == (word != "relapsed")


def test_back_before_the_end_of_treatment_is_back_at_its_end():
    days = np.array([-7.0, -5.0, -2.0, -1.0, 0.0, 1 / 24, 1.0, 2.0, 4.0])
    pain = np.array([[8, 8, 1, 7, 7, 7, 7, 7, 7], [8, 8, 1, 1, 4, 8, 8, 8, 8]])
    moment, outcome = relapse_days(days, pain, -5.0)
    assert moment == pytest.approx([0.0, 0.0])
    assert [OUTCOMES[each] for each in outcome] == ["relapsed"] * 2


def test_a_course_that_is_not_known_has_no_moment_of_relapse():
    moment, _ = relapse_days(DAYS, np.full((1, len(DAYS)), np.nan), -1.0)
    assert np.isnan(moment[0])
