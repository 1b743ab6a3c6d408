"""Do three regimes come out of the network: recovery, a window with reset, relapse."""

import numpy as np
import pytest

from resetsim.declare.axes import Point
from resetsim.declare.experiment import read_experiment, with_variations
from resetsim.progress import Silent
from resetsim.slow.fixed_points import late_drift
from resetsim.slow.measure import measure_table
from resetsim.study.courses import all_courses
from resetsim.study.experiment import prepare, run_arms
from resetsim.study.thresholds import threshold_duration, threshold_ranges

INSIDE, ABOVE = "1.6 Hz", "2.4 Hz"
SHORT, LONG = "1 day", "7 day"
ONE_UNIT = {
    "patient.units.count": [1],
    "patient.units.share_active": [1],
    "patient.units.spread": [0],
    "patient.injury.peak_rate": ["4 Hz"],
}


@pytest.fixture(scope="module")
def arms():
    experiment = with_variations(
        read_experiment("blockade_duration"),
        {
            "treatment.duration": [SHORT, LONG],
            "patient.injury.residual_rate": ["0 Hz", INSIDE, ABOVE],
            **ONE_UNIT,
        },
    )
    return {
        (
            arm.arm.settings["patient.injury.residual_rate"],
            arm.arm.settings["treatment.duration"],
        ): arm
        for arm in prepare(experiment)
    }


@pytest.fixture(scope="module")
def courses(arms, engine):
    return dict(zip(arms, all_courses(list(arms.values()), engine, Silent()), strict=True))


def late_at(courses, key, day):
    course = courses[key].pain_system
    return float(np.interp(day, course.time_d, course.late[:, 0]))


def test_without_input_pain_plasticity_recovers_before_any_treatment(courses):
    assert late_at(courses, ("0 Hz", SHORT), 5.0) > 0.9
    assert late_at(courses, ("0 Hz", SHORT), 59.0) < 0.01


def test_inside_the_window_a_short_blockade_relapses_and_a_long_one_resets(courses):
    assert late_at(courses, (INSIDE, SHORT), 59.0) > 0.9
    assert late_at(courses, (INSIDE, SHORT), 150.0) > 0.9
    assert late_at(courses, (INSIDE, LONG), 150.0) < 0.05


def test_above_the_window_it_returns_after_every_blockade_later_after_longer_ones(courses, arms):
    def soon_after(key):
        return late_at(courses, key, arms[key].patient.dosings[-1].end_d + 0.05)

    assert late_at(courses, (ABOVE, LONG), 150.0) > 0.9
    assert soon_after((ABOVE, LONG)) < soon_after((ABOVE, SHORT)) < 0.9


def felt_inside(courses):
    """Pain long after treatment inside the window: where potentiation stayed, and after a reset."""
    kept, reset = courses[INSIDE, SHORT], courses[INSIDE, LONG]
    return tuple(
        np.interp(150.0, each.pain_system.time_d, each.pain.pain) for each in (kept, reset)
    )


def test_pain_follows(courses):
    stayed, was_reset = felt_inside(courses)
    assert stayed > 5.0
    assert was_reset < stayed
    reset = courses[INSIDE, LONG].pain_system
    efficacy = np.interp(150.0, reset.time_d, reset.efficacy[:, 0])
    assert efficacy == pytest.approx(1.0, abs=0.1)  # amplified 2.6
    assert courses["0 Hz", SHORT].pain.pain[0] == 0.0


@pytest.mark.xfail(
    strict=True,
    reason="41 %: healthy WDR neurons, fitted for wind-up at 2 Hz, fire more under 1.6 Hz",
)
def test_a_reset_leaves_little_of_the_pain(courses):
    stayed, was_reset = felt_inside(courses)
    assert was_reset < 0.4 * stayed


def test_memory_stays(courses):
    memory = courses[INSIDE, LONG].memory
    assert np.all(memory.late[-1, :3] > 0.95)
    assert np.all(memory.late[-1, 3:] < 0.05)


def test_the_threshold_of_the_arms_is_that_of_the_fixed_points(arms, engine):
    arm = arms[INSIDE, LONG]
    table = measure_table(arm.dorsal_horn.sampler, threshold_ranges(arm.patient), engine, Silent())
    system = arm.dorsal_horn.with_table(table)
    found = threshold_duration(system, arm.patient, {}, [system])
    (saddle,) = late_drift(system, Point(1.6)).unstable
    high = late_drift(system, Point(1.6)).stable[-1]
    days = 3.0 * np.log(high / saddle)  # late phase under full blockade: exp(-t / 3 d)
    assert 1 < days < 7
    assert found.from_fixed_points_h == pytest.approx(24 * days, rel=0.1)
    assert found.from_arms_h == pytest.approx(found.from_fixed_points_h, rel=0.1)


def test_a_patient_of_many_units_is_relieved_in_part_more_by_longer_blockades(engine):
    durations = ["4 h", "100 h", "14 day"]
    experiment = with_variations(
        read_experiment("blockade_duration"),
        {"treatment.duration": durations, "patient.injury.residual_rate": ["0.5 Hz"]},
    )
    rows = [arm.summary for arm in run_arms(prepare(experiment), engine, Silent())]
    before = rows[0]["pain_before"]
    relief = [before - row["pain_day_30"] for row in rows]
    assert before == pytest.approx(7, abs=0.5)  # fitted to it
    assert relief[0] < relief[1] < relief[2]
    assert 0.3 < relief[2] < before
    amplified = [row["units_amplified_day_30"] for row in rows]
    assert 1 > amplified[0] > amplified[1] > amplified[2] > 0
