"""What is computed for each target, on arms whose pain is known."""

from dataclasses import replace

import numpy as np
import pytest

from resetsim.declare.axes import AXES
from resetsim.declare.experiment import read_experiment
from resetsim.declare.hypothesis import DrugAction
from resetsim.declare.model import read_model
from resetsim.evidence.observables import OBSERVABLES
from resetsim.evidence.reading import assay_at, evoked_at, pain_at, recall_at, silence_d
from resetsim.evidence.targets import read_targets
from resetsim.patients.patient import patient_of
from resetsim.patients.periphery import days
from resetsim.records.reading import Reading
from resetsim.records.result import ArmResult, AssayResult, Course, PainBand, PainCourse
from resetsim.records.setting import Setting

TIME_D = np.linspace(-10, 260, 10801)
START, END = 60.0, 64.0
BEFORE = 7.0  # pain without treatment


def toy_arm(
    settings,
    pain=BEFORE,
    dosing_d=((START, END),),
    memory=0.0,
    assays=(),
    learned_d=(),
    time_d=TIME_D,
    input_rate_hz=0 * TIME_D,
    **of_pain,
):
    """An arm of which only pain, dosing and the efficacy of a memory matter."""
    nothing = np.zeros((len(time_d), 1))
    quiet = dict.fromkeys(PainCourse.__dataclass_fields__, nothing[:, 0])
    acting = {axis.course: nothing[:, 0] for axis in AXES.values()} | {"input_rate": input_rate_hz}
    course = PainCourse(**(quiet | {"acting": acting, "pain": pain + nothing[:, 0]} | of_pain))
    efficacy = 1 + memory + np.zeros((len(time_d), 6))
    return ArmResult(
        name=", ".join(f"{key}={value}" for key, value in settings.items()),
        settings={key: Setting(value) for key, value in settings.items()},
        summary={},
        dosing_d=np.array(dosing_d).reshape(-1, 2),
        pain_system=Course(time_d, nothing, nothing, nothing),
        pain=course,
        band=PainBand(course.pain, course.pain, {}),
        memory=Course(time_d, 0 * efficacy, 0 * efficacy, efficacy),
        assays=tuple(assays),
        direct=(),
        learned_d=np.array(learned_d),
    )


def treated_and_not(relief, long, none, end=END):
    """A patient whose pain is relieved by so much from the start of treatment, and one untreated.

    ``relief`` is a function of the days since the start and since the end.
    """
    since = np.clip(TIME_D - START, 0, None), np.clip(TIME_D - end, 0, None)
    felt = BEFORE - np.where(TIME_D >= START, relief(*since), 0.0)
    key = "treatment.duration"
    return [toy_arm({key: none}, dosing_d=()), toy_arm({key: long}, felt, ((START, end),))]


def test_v12_is_late_relief_as_a_share_of_early_relief():
    days = 0.25  # relief falls by a factor e in six hours
    arms = treated_and_not(
        lambda day, _: 5 * np.exp(-day / days), "30 min", "0 min", START + 1 / 48
    )

    def mean(first, last):
        return days * (np.exp(-first / days) - np.exp(-last / days)) / (last - first)

    expected = mean(1, 3) / mean(0.02, 3 / 24)
    assert OBSERVABLES["V12"](arms).value == pytest.approx(expected, rel=0.05)
    lasting = treated_and_not(lambda *_: 2.0, "30 min", "0 min", START + 1 / 48)
    assert OBSERVABLES["V12"](lasting).value == pytest.approx(1.0)
    hardly = treated_and_not(lambda *_: 0.4, "30 min", "0 min", START + 1 / 48)
    assert OBSERVABLES["V12"](hardly).value is None


def test_v06_is_the_mean_over_days_1_to_35_in_standard_deviations():
    # Pickering 2020: a standard deviation of 95 NRS x days over 35 days.
    end = START + 45 / 60 / 24
    arms = treated_and_not(lambda *_: 1.0, "45 min", "0 min", end)
    assert OBSERVABLES["V06"](arms).value == pytest.approx(-35 / 95)
    half = treated_and_not(lambda _, after: 2.0 * (after < 18), "45 min", "0 min", end)
    assert OBSERVABLES["V06"](half).value == pytest.approx(-35 / 95, rel=0.02)
    outside = treated_and_not(
        lambda _, after: 7.0 * ((after < 0.9) | (after > 35.1)), "45 min", "0 min", end
    )
    assert OBSERVABLES["V06"](outside).value == pytest.approx(0, abs=1e-9)


def test_v01_is_the_concentration_at_the_end_of_the_infusion():
    plasma = np.interp(TIME_D, [START, END, END + 1], [0, 9.3, 0], left=0, right=0)
    found = OBSERVABLES["V01"]([toy_arm({}, plasma_um=plasma)])
    assert found.value == pytest.approx(9.3, abs=0.1)


def test_v23_is_the_share_of_potentiation_that_blockade_leaves():
    decaying = np.exp(-(TIME_D - 1) / 20)[:, None]
    kept = np.exp(-(TIME_D - 1) / 40)[:, None]
    arms = [
        toy_arm({"treatment.blockade": level}, dosing_d=((1.0, 8.0),), memory=1.5 * late)
        for level, late in ((0.0, decaying), (0.95, kept))
    ]
    assert OBSERVABLES["V23"](arms).value == pytest.approx(np.exp(7 / 40), abs=0.006)
    same = [toy_arm({"treatment.blockade": level}, memory=1.0) for level in (0.0, 0.95)]
    found = OBSERVABLES["V23"](same)
    assert found.value == 1
    assert "no decay" in found.reason


@pytest.mark.parametrize("error", [0.0, 1e-12])
def test_v23_is_nothing_where_nothing_was_potentiated(error):
    arms = [
        toy_arm({"treatment.blockade": level}, memory=size * error)
        for level, size in ((0.0, 1), (0.95, 2))
    ]
    assert OBSERVABLES["V23"](arms).value is None


def made(name, day, *readings):
    """An assay of some readings: population, quantity, x, value."""
    return AssayResult(
        name,
        day,
        tuple(
            Reading(population, quantity, value, "1", 0.0, 1, float(x), "")
            for population, quantity, x, value in readings
        ),
        1e-4,
        {},
        {},
    )


def test_n07_is_the_share_of_pain_taken_away_at_the_end():
    relieved = toy_arm({}, pain=np.where((TIME_D > START) & (TIME_D <= END), 4.0, 8.0))
    assert OBSERVABLES["N07"]([relieved]).value == pytest.approx(50)
    assert OBSERVABLES["N07"]([toy_arm({}, pain=0.5)]).value is None


def evoked(day, excess):
    strengths = [
        (population, "rate", x, 10 * x + excess)
        for population in ("nk1r", "wdr")
        for x in (1, 2, 3)
    ]
    return made("evoked_pain", day, *strengths)


def touched_and_pricked(day, of_brush, of_train):
    spikes = [("wdr", "c_spikes", x, 10 + of_train) for x in range(1, 6)]
    after = [("wdr", "after_discharge_spikes", x, 0) for x in range(1, 6)]
    return made("brush", day, ("wdr", "rate", 30, 5 + of_brush)), made(
        "windup", day, *spikes, *after
    )


@pytest.mark.parametrize(
    ("of_brush", "of_train", "value"),
    [
        ((10, 6, 4, 2), (10, 9, 4, 2), 80),
        ((10, 8, 4, 2), (10, 6, 4, 2), None),
        ((10, 6, 7, 2), (10, 6, 4, 2), None),
        ((10, 6, 4, 2), (10, 6, 7, 2), None),
    ],
)
def test_n08_asks_for_relief_of_touch_from_the_first_dose_on(of_brush, of_train, value):
    arms = [
        toy_arm(
            {"treatment.dose": f"{dose} mg"},
            assays=[*touched_and_pricked(-1.0, 0, 0), *touched_and_pricked(66.5, *excesses)],
        )
        for dose, excesses in enumerate(zip(of_brush, of_train, strict=True))
    ]
    assert OBSERVABLES["N08"](arms).value == (value and pytest.approx(value))


def test_n09_is_of_the_medium_stimulus():
    arms = [
        toy_arm({"treatment.dose": dose}, assays=[evoked(1.0, excess)])
        for dose, excess in (("0 mg/h", 10), ("20 mg/h", -10))
    ]
    assert OBSERVABLES["N09"](arms).value == pytest.approx(100 * (1 - 10 / 30))


@pytest.mark.parametrize(("lasting_h", "left"), [(3.5, 1), (2.5, 0)])
def test_v07b_counts_five_hours_from_the_start(lasting_h, left):
    hour_d = 1 / 24
    arms = treated_and_not(
        lambda since_start, since_end: 4 * ((since_start > 0) & (since_end < lasting_h * hour_d)),
        "2 h",
        "0 h",
        START + 2 * hour_d,
    )
    assert OBSERVABLES["V07b"](arms).value == pytest.approx(left)


def test_n10_is_the_ratio_of_blockades():
    arms = []
    for dose, blockade in (("1 mg", 0.2), ("2 mg", 0.3)):
        arm = toy_arm({"treatment.dose": dose})
        acting = dict(arm.pain.acting) | {"blockade": blockade + 0 * TIME_D}
        arms.append(replace(arm, pain=replace(arm.pain, acting=acting)))
    assert OBSERVABLES["N10"](arms).value == pytest.approx(1.5)


@pytest.mark.parametrize(
    ("without", "with_", "value"),
    [
        ((200, 180, 120), (200, 190, 185), 0.2),
        ((200, 140, 120), (200, 190, 185), None),  # gone too soon
        ((200, 180, 120), (200, 150, 120), None),  # not maintained with synthesis
    ],
)
def test_n16_asks_for_ltp_that_is_carried_over(without, with_, value):
    arms = [
        toy_arm(
            {"plasticity.capture_rate": rate},
            assays=[
                made("ltp", day, ("nk1r", "epsp_slope_percent", 0, slope))
                for day, slope in zip((0.04, 0.1, 0.19), slopes, strict=True)
            ],
        )
        for rate, slopes in (("0 1/h", without), ("1 1/h", with_))
    ]
    assert OBSERVABLES["N16"](arms).value == (value if value is None else pytest.approx(value))


@pytest.mark.parametrize(("little", "much", "signs"), [(0, 7, 2), (3, 7, 1), (3, 0, 0)])
def test_n17_asks_for_pain_at_the_higher_input_alone(little, much, signs):
    rates = (("0.08 Hz", little), ("0.63 Hz", much))
    arms = [toy_arm({"patient.injury.residual_rate": rate}, pain=pain) for rate, pain in rates]
    assert OBSERVABLES["N17"](arms).value == signs


@pytest.mark.parametrize(
    ("brush", "pain", "signs"), [(8.0, 8.0, 2), (10.0, 8.0, 1), (8.0, 4.0, 1), (11.0, 4.0, 0)]
)
def test_n21_asks_for_lower_hyperalgesia_and_the_same_pain(brush, pain, signs):
    arms = [
        toy_arm(
            {"treatment.dose": dose, "seed": seed},
            pain=felt,
            assays=[
                made("brush", day, ("wdr", "rate", 30, rate), ("nk1r", "rate", 30, 99.0))
                for day, rate in ((-1.0, 2.0), (59.0, 12.0), (66.0, 2.0 + excess + seed / 100))
            ],
        )
        for seed in (1, 2)
        for dose, excess, felt in (("0 mg/h", 10.0, 8.0), ("30 mg/h", brush, pain))
    ]
    assert OBSERVABLES["N21"](arms).value == signs


@pytest.mark.parametrize(
    ("first", "growth", "last_discharge", "signs"),
    [(2.0, 1.0, 3.0, 4), (0.5, 1.0, 3.0, 3), (2.0, 0.1, 3.0, 2), (0.5, 0.1, 0.5, 0)],
)
def test_n29_counts_signs(first, growth, last_discharge, signs):
    def windup(day, start, step, discharge):
        c_spikes = [("wdr", "c_spikes", x, start + step * (x - 1)) for x in range(1, 5)]
        after = [("wdr", "after_discharge_spikes", x, 0.0) for x in range(1, 4)]
        last = ("wdr", "after_discharge_spikes", 4, discharge)
        return made("windup", day, *c_spikes, *after, last)

    arms = [
        toy_arm(
            {"assay.windup.frequency": frequency},
            assays=[windup(-1.0, 1.0, 0.5, 1.0), windup(60.0, first, growth, last_discharge)],
        )
        for frequency in ("0.33 Hz", "0.5 Hz")
    ]
    assert OBSERVABLES["N29"](arms).value == signs


# What each observable asks of its experiment.

READINGS = {
    "evoked_pain": [
        (population, "rate", strength) for population in ("nk1r", "wdr") for strength in (1, 2, 3)
    ],
    "windup": [
        ("wdr", quantity, stimulus)
        for quantity in ("c_spikes", "after_discharge_spikes")
        for stimulus in range(1, 17)
    ],
    "brush": [("wdr", "rate", 30), ("nk1r", "rate", 30)],
    "ltp": [("nk1r", "epsp_slope_percent", 60), ("nk1r", "c_spikes", 60)],
    "recall": [("principal", "recall", pattern) for pattern in range(1, 6)],
}


def assay_of(name, day):
    """An assay as an experiment makes it: responses grow along a train, and with the injury."""
    readings = tuple(
        Reading(population, quantity, x + (day > 0), "1", 0.0, 1, float(x), "")
        for population, quantity, x in READINGS[name.removeprefix("hard_")]
    )
    return AssayResult(name, day, readings, 1e-4, {}, {})


def stand_in(arm):
    """An arm with the input, dosing, learning and assays that its plan asks for, and no more."""
    plan = arm.plan
    patient = patient_of(plan, read_model(plan.model), DrugAction())
    moments = [float(moment.m_as("day")) for moment in plan.follow_up.at]
    made = [
        assay_of(name, day)
        for day in moments
        for name in plan.follow_up.assays
        if name != "capacity"
    ]
    time_d = np.linspace(-10, plan.follow_up.until.m_as("day"), 2001)
    return toy_arm(
        arm.settings,
        dosing_d=[(each.start_d, each.end_d) for each in patient.dosings],
        assays=made,
        memory=0.5,
        learned_d=[days(each.at) for each in patient.learnings for _ in range(each.patterns)],
        time_d=time_d,
        input_rate_hz=np.array([patient.periphery(day) for day in time_d]),
    )


@pytest.mark.parametrize(
    "target",
    [each for each in read_targets() if each.id in OBSERVABLES],
    ids=lambda target: target.id,
)
def test_an_observable_finds_what_it_asks_for_in_its_experiment(target):
    arms = [stand_in(arm) for arm in read_experiment(target.experiment).arms]
    assert OBSERVABLES[target.id](arms).reason


def test_an_assay_is_that_of_the_moment_that_was_asked_for():
    arm = toy_arm({"treatment.at": "60 day"}, assays=[assay_of("evoked_pain", 59.0)])
    assert assay_at(arm, "evoked_pain", 59.0 + 1e-9).day == 59.0
    said = r"treatment.at=60 day: evoked_pain was made on 59, not on day 60"
    with pytest.raises(ValueError, match=said):
        evoked_at(arm, 60.0)
    with pytest.raises(ValueError, match="recall was made on no day, not on day 59"):
        recall_at(arm, 59.0, slice(0, 3))


@pytest.mark.parametrize("day", [-10.1, 260.1])
def test_pain_is_read_where_the_arm_was_followed(day):
    with pytest.raises(ValueError, match=f"followed from day -10 to 260, not on day {day:g}"):
        pain_at(toy_arm({}), day)


def test_silence_is_the_time_without_input_after_there_was_some():
    rate = np.select([TIME_D < 0, TIME_D < 60, TIME_D <= 61], [0.0, 1.4, 0.0], 1.4)
    assert silence_d(toy_arm({}, input_rate_hz=rate)) == pytest.approx((60, 61), abs=0.03)
    assert silence_d(toy_arm({}, input_rate_hz=np.where(TIME_D < 0, 0.0, 1.4))) is None
