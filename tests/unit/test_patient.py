"""From an experiment file to a patient: doses, and where the timeline begins."""

import pytest

from resetsim.agents.patient import patient_of
from resetsim.spec.experiment import read_experiment
from resetsim.spec.files import find_file
from resetsim.spec.model import read_model

MODEL = read_model(find_file("dorsal_horn", "model"))
FILE = """
question = "What is the dose?"
model = "dorsal_horn"

[patient]
weight = "50 kg"

[patient.injury]
at = "{injury}"
peak_rate = "2 Hz"
heals_with = "1 day"

[[treatment]]
at = "3 day"
duration = "1 day"
drug = "ketamine"
dose = "{dose}"

[follow_up]
until = "9 day"
"""


def patient(tmp_path, injury="0 day", dose="20 mg/h"):
    path = tmp_path / "dose.toml"
    path.write_text(FILE.format(injury=injury, dose=dose))
    return patient_of(read_experiment(path).arms[0].plan, MODEL)


@pytest.mark.parametrize("dose", ["20 mg/h", "0.4 mg/kg/h"])
def test_a_dose_for_the_whole_patient_is_shared_by_its_weight(tmp_path, dose):
    (dosing,) = patient(tmp_path, dose=dose).dosings
    assert dosing.rate_mg_per_kg_h == pytest.approx(0.4)


def test_the_timeline_begins_with_the_first_event(tmp_path):
    assert patient(tmp_path, injury="-20 day").start_d == -20.0
    assert patient(tmp_path, injury="1 day").start_d == 0.0
