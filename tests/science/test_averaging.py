"""Does the averaged engine give what direct simulation of the plastic network gives?"""

import numpy as np
import pytest

from resetsim.running.courses import all_courses
from resetsim.running.direct import direct_courses, direct_tasks
from resetsim.running.experiment import prepare
from resetsim.simulation.progress import Silent
from resetsim.simulation.task import Circuit
from resetsim.spec.experiment import read_experiment, with_variations

UNTREATED, LONG = "0 s", "60 s"  # well below and above the threshold duration


@pytest.fixture(scope="module")
def direct(engine):
    """Courses by duration and epsilon."""
    experiment = with_variations(
        read_experiment("averaging_check"), {"treatment.duration": [UNTREATED, LONG]}
    )
    prepared = prepare(experiment)
    averaged = all_courses(prepared, engine, Silent())
    found = {}
    for arm, courses in zip(prepared, averaged, strict=True):
        asked = arm.plan.direct.model_copy(update={"epsilon": (1.0, 0.25), "seeds": 1})
        circuit = Circuit(arm.dorsal_horn.model, arm.dorsal_horn.rule)
        recordings = engine.run(direct_tasks(circuit, arm.patient, asked, arm.plan.seed))
        for course in direct_courses(
            circuit.model, arm.patient, asked, courses.pain_system, recordings
        ):
            found[arm.arm.settings["treatment.duration"], course.epsilon] = course
    return found


def error(course):
    return np.abs(course.late - course.averaged_late).max()


def test_the_difference_shrinks_as_time_scales_separate(direct):
    for duration in (UNTREATED, LONG):
        assert error(direct[duration, 0.25]) < 0.7 * error(direct[duration, 1.0])
        assert error(direct[duration, 0.25]) < 0.1


def test_both_engines_fall_on_the_same_side_of_the_threshold(direct):
    for duration, side in ((UNTREATED, True), (LONG, False)):
        course = direct[duration, 0.25]
        assert bool(course.averaged_late[-1] > 0.5) == side
        assert bool(course.late[-1] > 0.5) == side
