"""What the patients of all trials are like untreated agrees with what was published of people.

The population was fitted to these facts, and to nothing that a treatment did.
"""

from types import SimpleNamespace

import numpy as np
import pytest
from scipy.stats import norm

from resetsim.declare.experiment import read_experiment
from resetsim.patients.reports import Reports
from resetsim.progress import Silent
from resetsim.study.cohort_drift import cohort_job
from resetsim.study.cohort_followed import beginning
from resetsim.study.cohort_prepared import prepare_cohort
from resetsim.study.inclusion import find_patients
from resetsim.study.workers import Here

PER_DAY, WEEKS = 6, 6
FOLLOWED = """
question = "What is pain like without treatment?"
model = "dorsal_horn"
hypothesis = "reset"
population = "chronic_pain"
seed = 1

[cohort]
size = 400

[[treatment]]
at = "180 day"
drug = "ketamine"
dose = "0 mg/h"
duration = "1 h"

[follow_up]
until = "210 day"
"""


@pytest.fixture(scope="module")
def people(engine, tmp_path_factory):
    file = tmp_path_factory.mktemp("population") / "untreated.toml"
    file.write_text(FOLLOWED)
    job = cohort_job(prepare_cohort(read_experiment(file)), engine, Silent())
    numbers, _ = find_patients(job, Here(), Silent())
    (arm,) = job.arms
    patients = arm.patients(numbers)
    day = np.arange(-7 * WEEKS * PER_DAY, 28 * PER_DAY + 1) / PER_DAY
    course = beginning(arm, patients, np.append(arm.start_d, arm.split_d + day))
    reports = Reports(
        arm.plan.trial.model_copy(update={"drop_out": None}),
        arm.population,
        numbers,
        patients.drawn,
        arm.split_d,
        expects=True,
    )
    pain = course.pain[:, 1:]
    return SimpleNamespace(
        patients=patients,
        day=day,
        starts=patients.flare_start_d - arm.split_d,
        ends=patients.flare_end_d - arm.split_d,
        pain=pain,
        reported=reports.of(pain, arm.split_d + day),
    )


def test_pain_before_treatment(people):
    week = (people.day > -7) & (people.day <= 0)
    assert people.reported[:, week].mean() == pytest.approx(7.2, abs=0.3)  # P003


def test_momentary_pain_varies(people):
    halves = [
        people.reported[:, (people.day >= low) & (people.day < low + 21)] for low in (-42, -21)
    ]
    spreads = [each.std(axis=1, ddof=1) for each in halves]
    assert 1.3 <= np.mean(spreads) <= 1.9  # N18
    assert 0.4 <= np.corrcoef(spreads)[0, 1] <= 0.9  # N18: stability 0.66


def test_flare_ups(people):
    begun = (people.starts >= -42) & (people.starts < 0)
    assert 2 <= begun.sum(axis=1).mean() <= 5  # N19, all: in six weeks
    lasting = (people.ends - np.where(begun, people.starts, 0))[begun]
    assert 0.6 <= (lasting < 1).mean() <= 0.9
    usual = np.median(people.pain, axis=1)
    rises = []
    for patient, flare in zip(*np.nonzero(begun), strict=True):
        during = (people.day >= people.starts[patient, flare]) & (
            people.day <= people.ends[patient, flare]
        )
        if during.any():
            rises.append(people.pain[patient, during].max() - usual[patient])
    assert 2.4 <= np.mean(rises) <= 3.0
    before = people.pain[:, (people.day >= -42) & (people.day < 0)]
    worst = before.reshape(len(before), 42, PER_DAY).max(axis=2)
    assert 0.05 <= (worst >= usual[:, None] + 2).mean() <= 0.2


def test_placebo(people):
    before = people.reported[:, (people.day > -7) & (people.day <= 0)].mean(axis=1)
    after = people.reported[:, people.day > 21].mean(axis=1)
    fall = before - after
    assert 0.4 <= fall.mean() <= 1.6  # N20, all
    assert 0.34 <= (fall >= 0.3 * before).mean() <= 0.42
    assert 0.20 <= (fall >= 0.5 * before).mean() <= 0.26


def test_persistence_differs_between_people(people):
    persistence_d = people.patients.constants["late_decay"] / 86400
    spread = norm.fit(np.log(persistence_d))[1]
    assert spread == pytest.approx(np.log(10) * 0.395, rel=0.1)  # N15
    gone_d = np.log(10) * persistence_d  # down to a tenth
    assert 0.21 <= (gone_d > 10).mean() <= 0.54
