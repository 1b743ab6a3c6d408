from resetsim.declare.hypothesis import DrugAction
from resetsim.outcomes.summary import taught_before
from resetsim.patients.patient import Learning, Patient
from resetsim.patients.periphery import InputCourse


def test_what_is_learned_during_or_after_treatment_was_not_taught_before():
    sessions = (Learning(-30.0, 2, None), Learning(60.0, 1, None), Learning(70.0, 1, 3.2))
    no_input = InputCourse(float("inf"), 0.0, 0.0, 1.0)
    patient = Patient(no_input, (), DrugAction(), -30.0, 90.0, 0.0, learnings=sessions)
    assert taught_before(patient, (60.0, 65.0)) == 2
    assert taught_before(patient, (60.5, 65.0)) == 3
    assert taught_before(patient, None) == 4
