from resetsim.declare.hypothesis import DrugAction
from resetsim.declare.plan import Learning
from resetsim.declare.quantities import parse_quantity
from resetsim.outcomes.summary import taught_before
from resetsim.patients.patient import Patient
from resetsim.patients.periphery import InputCourse


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
