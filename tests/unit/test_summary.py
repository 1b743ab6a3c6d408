"""What a row of the summary counts."""

import numpy as np
import pytest

from resetsim.declare.hypothesis import DrugAction
from resetsim.declare.patient import Learning
from resetsim.declare.quantities import parse_quantity
from resetsim.outcomes.summary import summary_row, taught_before
from resetsim.patients.patient import Patient
from resetsim.patients.periphery import InputCourse
from resetsim.records.result import Course, PainBand, PainCourse


def test_what_is_learned_during_or_after_treatment_was_not_taught_before():
    moments = {"-30 day": 2, "60 day": 1, "70 day": 1}
    sessions = tuple(
        Learning(at=parse_quantity(at), patterns=count) for at, count in moments.items()
    )
    no_input = InputCourse(float("inf"), 0.0, 0.0, 1.0)
    patient = Patient(no_input, (), DrugAction(), -30.0, 90.0, 0.0, learnings=sessions)
    assert taught_before(patient, (60.0, 65.0)) == 2
    assert taught_before(patient, (60.5, 65.0)) == 3
    assert taught_before(patient, None) == 4


def test_units_count_as_amplified_above_half_of_the_late_phase():
    time_d = np.array([0.0, 10.0, 12.0, 50.0])
    late = np.array([[0.9, 0.8, 0.6], [0.9, 0.8, 0.6], [0.7, 0.4, 0.2], [0.9, 0.8, 0.0]])
    course = Course(time_d, 0 * late, late, 1 + late)
    pain = PainCourse({"blockade": 0 * time_d}, time_d, time_d, late, time_d, time_d)
    band = PainBand(time_d - 1, time_d + 2, {"not relieved": 0.75, "relapsed": 0.25})
    periphery = InputCourse(float("inf"), 0.0, 0.0, 1.0)
    patient = Patient(periphery, (), DrugAction(), 0.0, 50.0, 0.0)
    row = summary_row(patient, (10.0, 12.0), course, pain, (), 0, (None, None), band)
    assert row["units_amplified_before"] == 1
    assert row["units_amplified_end_of_treatment"] == pytest.approx(1 / 3)
    assert row["units_amplified_day_30"] == pytest.approx(2 / 3)
    assert row["weight_before"] == pytest.approx(1 + 2.3 / 3)
    assert (row["pain_day_30_low"], row["pain_day_30_high"]) == (41.0, 44.0)
    assert (row["outcome"], row["outcome_share"]) == ("not relieved", 0.75)
    late_treatment = summary_row(patient, (10.0, 25.0), course, pain, (), 0, (None, None), band)
    assert late_treatment["units_amplified_day_30"] is None
    untreated = summary_row(patient, None, course, pain, (), 0, (None, None), band)
    assert untreated["units_amplified_before"] is None
