"""Loss of inhibition against the exponentials that a constant input gives."""

import numpy as np
import pytest
from known_drift import known_table

from resetsim.declare.experiment import read_experiment, remarks
from resetsim.declare.files import find_file
from resetsim.declare.model import read_model
from resetsim.declare.quantities import written
from resetsim.errors import InputError
from resetsim.patients.disinhibition import disinhibition_course
from resetsim.patients.periphery import Extra, InputCourse
from resetsim.study.experiment import prepare
from resetsim.study.provenance import parameters_of

DECLARED = read_model(find_file("dorsal_horn", "model")).disinhibition  # half 1 Hz, 2 d, 7 d


def test_a_constant_input_takes_inhibition_away_with_the_time_constant_of_onset():
    course = disinhibition_course(DECLARED, InputCourse(0.0, 3.0, 3.0, 1.0), -5.0, 20.0)
    assert course(-1.0) == 0.0
    for day in (1.0, 2.0, 6.0, 20.0):
        assert course(day) == pytest.approx(0.75 * (1 - np.exp(-day / 2)), abs=2e-3)


def test_without_input_it_recovers_with_its_own_time_constant():
    block = (Extra(10.0, 30.0, fraction_left=0.0),)
    course = disinhibition_course(DECLARED, InputCourse(0.0, 3.0, 3.0, 1.0, block), 0.0, 30.0)
    for day in (12.0, 17.0, 29.0):
        assert course(day) == pytest.approx(course(10.0) * np.exp(-(day - 10) / 7), abs=2e-3)


def test_its_range_holds_what_it_reaches_between_two_times():
    course = disinhibition_course(DECLARED, InputCourse(0.0, 3.0, 3.0, 1.0), 0.0, 20.0)
    low, high = course.range_between(1.0, 5.0)
    assert (low, high) == (pytest.approx(course(1.0)), pytest.approx(course(5.0)))
    assert course.range_between(25.0, 30.0) == (course(20.0), course(20.0))


OF_ONE = """
question = "How much inhibition is lost?"
model = "dorsal_horn"

[patient.disinhibition]
half_input = "3 Hz"
recovery = "1 day"

[mechanisms]
disinhibition = true

[follow_up]
until = "30 day"
"""


def read(folder, text=OF_ONE):
    """Write an experiment and read it."""
    (folder / "own.toml").write_text(text)
    return read_experiment(folder / "own.toml")


def test_a_patient_has_constants_other_than_the_model(tmp_path):
    (arm,) = prepare(read(tmp_path))
    own = arm.patient.chloride
    values = (own.half_input.value, own.onset.value, own.recovery.value, own.shifted_reversal.value)
    assert [written(each) for each in values] == ["3 Hz", "2 day", "1 day", "-49 mV"]
    assert own.half_input.source == "set by the experiment file"
    assert parameters_of([arm])["dorsal_horn.disinhibition.half_input"] == "3 Hz (estimated)"
    tissue = arm.dorsal_horn.with_table(known_table(), arm.heterosynaptic, own).tissue
    assert (tissue["half_input"], tissue["onset"], tissue["recovery"]) == (3.0, 172800.0, 86400.0)


@pytest.mark.parametrize(
    ("found", "instead", "message"),
    [
        ('"3 Hz"', '"0 Hz"', r"patient\.disinhibition\.half_input: found '0 Hz'.* 0\.001 Hz"),
        ('"3 Hz"', '"-1 Hz"', r"patient\.disinhibition\.half_input: found '-1 Hz'"),
        ('"3 Hz"', '"3 day"', r"patient\.disinhibition\.half_input: found '3 day'"),
        ('"1 day"', '"0 day"', r"patient\.disinhibition\.recovery: found '0 day'"),
        ("recovery", "shifted_reversal", r"patient\.disinhibition\.shifted_reversal: unknown key"),
    ],
)
def test_what_cannot_be_is_refused_by_name(tmp_path, found, instead, message):
    assert OF_ONE.count(found) == 1
    with pytest.raises(InputError, match=message):
        read(tmp_path, OF_ONE.replace(found, instead))


def test_constants_of_a_mechanism_that_does_not_act_are_remarked_on(tmp_path):
    assert not remarks(read(tmp_path))
    off = OF_ONE.replace("disinhibition = true", "disinhibition = false")
    (line,) = remarks(read(tmp_path, off))
    assert "patient.disinhibition changes nothing" in line
    varies = '[vary]\n"mechanisms.disinhibition" = [false, true]\n\n[follow_up]'
    assert not remarks(read(tmp_path, off.replace("[follow_up]", varies)))
