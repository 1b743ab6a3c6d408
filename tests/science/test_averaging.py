"""Does the averaged engine give what direct simulation of the plastic network gives?"""

import numpy as np
import pytest

from resetsim.declare.experiment import read_experiment
from resetsim.progress import Silent
from resetsim.slow.measure import measure_table
from resetsim.spiking.task import Circuit
from resetsim.study.courses import all_courses
from resetsim.study.direct import direct_courses, direct_tasks
from resetsim.study.experiment import prepare
from resetsim.study.thresholds import from_arms, threshold_ranges

UNTREATED, BELOW, ABOVE = "0 s", "28 s", "42.5 s"
SEPARATIONS = {UNTREATED: (0.5, 0.125), BELOW: (0.25,), ABOVE: (0.25,)}


@pytest.fixture(scope="module")
def prepared():
    """Return the arms; drift as precise as the model has it is enough for coarse separations."""
    experiment = read_experiment("averaging_check")
    arms = [
        arm.model_copy(update={"plan": arm.plan.model_copy(update={"sampling": None})})
        for arm in experiment.arms
    ]
    return prepare(experiment.model_copy(update={"arms": tuple(arms)}))


@pytest.fixture(scope="module")
def averaged(prepared, engine):
    return all_courses(prepared, engine, Silent())


@pytest.fixture(scope="module")
def direct(prepared, averaged, engine):
    """Courses by duration and epsilon."""
    circuit = Circuit(prepared[0].dorsal_horn.model, prepared[0].dorsal_horn.rule)
    asked, tasks = {}, []
    for arm in prepared:
        epsilon = SEPARATIONS[arm.arm.settings["treatment.duration"]]
        asked[arm] = arm.plan.direct.model_copy(update={"epsilon": epsilon, "seeds": 1})
        tasks += direct_tasks(circuit, arm.patient, asked[arm], arm.plan.seed)
    recordings = iter(engine.run(tasks))
    found = {}
    for arm, courses in zip(prepared, averaged, strict=True):
        own = [next(recordings) for _ in asked[arm].epsilon]
        for course in direct_courses(
            circuit.model, arm.patient, asked[arm], courses.pain_system, own
        ):
            found[arm.arm.settings["treatment.duration"], course.epsilon] = course
    return found


def error(course):
    return np.abs(course.late - course.averaged_late).max()


def test_the_difference_shrinks_as_time_scales_separate(direct):
    coarse, fine = (error(direct[UNTREATED, epsilon]) for epsilon in SEPARATIONS[UNTREATED])
    assert fine < 0.7 * coarse
    assert fine < 0.1


def test_both_engines_fall_on_the_same_side_a_fifth_from_the_threshold(direct):
    for duration, comes_back in ((BELOW, True), (ABOVE, False)):
        (epsilon,) = SEPARATIONS[duration]
        course = direct[duration, epsilon]
        assert bool(course.averaged_late[-1] > 0.5) == comes_back
        assert bool(course.late[-1] > 0.5) == comes_back


def test_the_durations_lie_a_fifth_from_the_threshold(prepared, engine):
    arm = next(each for each in prepared if each.patient.dosings)
    system = arm.dorsal_horn
    table = measure_table(system.sampler, threshold_ranges(arm.patient), engine, Silent())
    hours = from_arms(system.with_table(table), arm.patient)
    assert pytest.approx(3600 * hours, rel=0.06) == 28 / 0.8
    assert pytest.approx(3600 * hours, rel=0.06) == 42.5 / 1.2
