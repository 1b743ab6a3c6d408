"""Units: how input is spread over a patient, what they make of it, and one is the old model."""

from dataclasses import replace

import numpy as np
import pytest
from known_drift import known_model, known_system, known_table

from resetsim.body.dosing import Dosing
from resetsim.declare.axes import INPUT, Point, place_of
from resetsim.declare.experiment import read_experiment
from resetsim.declare.files import find_file
from resetsim.declare.hypothesis import DrugAction
from resetsim.declare.model import read_model
from resetsim.declare.plan import Direct
from resetsim.declare.units import ONE_UNIT, OwnUnits, units_of
from resetsim.errors import InputError
from resetsim.patients.patient import Patient, patient_of
from resetsim.patients.periphery import Extra, InputCourse
from resetsim.patients.units import Units, drawn_units
from resetsim.records.reading import Reading
from resetsim.records.result import Course, PainBand, PainCourse
from resetsim.slow.clock import integrate
from resetsim.slow.measure import points_of
from resetsim.slow.system import Asked
from resetsim.study.arm import Courses
from resetsim.study.assayed import conditions_of, weighted_means
from resetsim.study.direct import check_direct
from resetsim.study.dorsal_horn_course import dorsal_horn_ranges, pain_course, solved_dorsal_horn
from resetsim.study.experiment import prepare
from resetsim.study.relapses import relapses_of
from resetsim.study.thresholds import from_arms, threshold_duration

MODEL = known_model()
SEVERAL = Units((0.7, 1.3, 2.2, 1.8), 0.6, 3)
FILE = """
question = "How much of it?"
model = "{model}"

[patient.injury]
at = "0 day"
peak_rate = "1 Hz"
residual_rate = "0.5 Hz"
heals_with = "5 day"

[patient.units]
{units}

[follow_up]
until = "30 day"
"""


def patient(*dosings, units=SEVERAL, residual=1.2, until=120.0, **more):
    flares = (Extra(70, 71, 0.8), Extra(72, 74, fraction_left=0.2))
    periphery = InputCourse(0.0, 4.0, residual, 8.0, flares)
    return Patient(periphery, dosings, DrugAction(), 0.0, until, 0.0, units=units, **more)


def declared(**own):
    return units_of(None, OwnUnits(**own))


def test_the_mean_of_the_multipliers_is_the_inverse_of_the_share():
    for count, share, spread in ((1, 0.35, 2.0), (4, 0.35, 0.4), (300, 0.5, 1.0), (20, 1.0, 0.0)):
        units = drawn_units(declared(count=count, share_active=share, spread=spread), 3)
        assert units.count == count
        assert units.inputs.mean() == pytest.approx(1 / share)
        assert min(units.multiplier) > 0
    many = drawn_units(declared(count=1000, spread=0.5), 3)
    assert np.log(many.inputs).std() == pytest.approx(0.5, rel=0.1)
    assert drawn_units(declared(count=5, spread=0.0), 3).multiplier == (1.0,) * 5


def test_units_are_paired_and_more_of_them_begin_with_the_same():
    few, again, many = (drawn_units(declared(count=count, spread=0.4), 3) for count in (5, 5, 20))
    assert few == again
    ratio = np.array(many.multiplier[:5]) / few.inputs
    assert ratio == pytest.approx(np.full(5, ratio[0]))
    assert drawn_units(declared(count=5, spread=0.4), 4) != few
    wider = drawn_units(declared(count=5, spread=0.8), 3)
    assert np.argsort(wider.multiplier).tolist() == np.argsort(few.multiplier).tolist()


def test_a_model_without_units_has_one_with_all_of_the_input():
    assert drawn_units(ONE_UNIT, 3) == Units((1.0,), 1.0, 1)


def test_assays_are_made_on_the_middle_of_groups_of_equal_number():
    units = Units((5.0, 1.0, 3.0, 2.0, 4.0, 0.5, 6.0), 1.0, 3)
    assert units.measured() == [(1, 3 / 7), (2, 2 / 7), (0, 2 / 7)]
    assert Units((2.0, 1.0, 3.0), 1.0, 1).measured() == [(0, 1.0)]
    assert Units().measured() == [(0, 1.0)]


def test_an_experiment_file_says_how_many(tmp_path):
    file = tmp_path / "units.toml"
    file.write_text(FILE.format(model="dorsal_horn", units="count = 4\nspread = 0.4"))
    varied = read_experiment(file, {"patient.units.share_active": [0.35, 1.0]})
    half, whole = (patient_of(arm.plan, MODEL, DrugAction()).units for arm in varied.arms)
    assert half.inputs * 0.35 == pytest.approx(whole.inputs)
    assert (half.count, half.share_active, half.assayed) == (4, 0.35, 3)


@pytest.mark.parametrize(
    ("units", "message"),
    [
        ("count = 0", "patient.units.count: found 0"),
        ("count = 1001", "patient.units.count: found 1001"),
        ("count = 1.5", "patient.units.count: found 1.5"),
        ("share_active = 0.001", "patient.units.share_active: found 0.001"),
        ("spread = 3.5", "patient.units.spread: found 3.5"),
        ("spred = 1", "unknown key; did you mean 'spread'"),
    ],
)
def test_what_cannot_be_is_refused_by_name(tmp_path, units, message):
    file = tmp_path / "units.toml"
    file.write_text(FILE.format(model="dorsal_horn", units=units))
    with pytest.raises(InputError, match=message):
        read_experiment(file)


DECLARED = """
[units]
count = {{ value = {count}, source = "A guess", status = "estimated" }}
share_active = {{ value = 0.35, source = "a test", status = "measured" }}
spread = {{ value = 0.4, source = "a test", status = "estimated" }}
assayed = {{ value = 2, source = "A guess", status = "estimated" }}
"""


def test_a_model_file_declares_them(tmp_path):
    file = tmp_path / "horn.toml"
    text = find_file("dorsal_horn", "model").read_text()
    before, _, after = text.partition("[units]\n")
    text = before + after.partition("\n\n")[2]
    file.write_text(text)
    assert units_of(read_model(file).units, OwnUnits()) == ONE_UNIT
    file.write_text(text + DECLARED.format(count=20))
    model = read_model(file)
    drawn = drawn_units(units_of(model.units, OwnUnits(assayed=5)), 1)
    assert (drawn.count, drawn.share_active, drawn.assayed) == (20, 0.35, 5)
    file.write_text(text + DECLARED.format(count=2.5))
    with pytest.raises(InputError, match=r"units.count: found 2.5; it must be a whole number"):
        read_model(file)
    memory = find_file("memory", "model").read_text()
    file.write_text(memory + DECLARED.format(count=2))
    with pytest.raises(InputError, match="units: found in a model without"):
        read_model(file)


def test_one_unit_is_the_old_model_to_the_last_bit():
    system = known_system(known_table(), heterosynaptic="input-dependent", loses_inhibition=True)
    whom = patient(Dosing(40.0, 43.0, fixed_effect=0.8), units=Units())
    time_d, solved = solved_dorsal_horn(system, whom, [])
    (old,) = integrate(system, [Asked(whom.drive, time_d, system.naive())])
    assert np.array_equal(solved.states, np.round(old.states * 2**30) / 2**30)  # as is kept
    assert np.array_equal(solved.output_hz, old.output_hz)
    found = pain_course(system, MODEL, whom, time_d, solved)
    assert np.array_equal(found.output_hz, old.output_hz[:, 0])


def test_each_unit_goes_its_own_way_as_alone():
    system = known_system(known_table(), heterosynaptic="input-dependent")
    whom = patient(Dosing(40.0, 43.0, fixed_effect=0.8))
    _, solved = solved_dorsal_horn(system, whom, [])
    for unit, multiplier in enumerate(SEVERAL.multiplier):
        alone = replace(whom, periphery=whom.periphery.times(multiplier), units=Units())
        _, own = solved_dorsal_horn(system, alone, [])
        assert solved.states[:, unit] == pytest.approx(own.states[:, 0], abs=1e-6)


def test_pain_is_that_of_the_mean_output_of_the_whole_area():
    system = known_system(known_table(), heterosynaptic="input-dependent")
    whom = patient(Dosing(40.0, 43.0, fixed_effect=0.8))
    time_d, solved = solved_dorsal_horn(system, whom, [])
    found = pain_course(system, MODEL, whom, time_d, solved)
    points, _ = whom.drive.at(time_d, before=True)
    points[:, place_of(INPUT)] = 0.0
    silent = system.table.lookup(points, np.ones(len(time_d)))[:, 2]
    expected = 0.6 * solved.output_hz.mean(axis=1) + 0.4 * silent
    assert found.output_hz == pytest.approx(expected)
    assert found.heterosynaptic.shape == solved.states.shape[:2]
    all_active = replace(whom, units=replace(SEVERAL, share_active=1.0))
    whole = pain_course(system, MODEL, all_active, time_d, solved)
    assert (whole.pain >= found.pain).all()


def test_relapse_is_that_of_the_mean():
    system = known_system(known_table(), heterosynaptic="input-dependent")
    treated = (40.0, 41.0)
    whom = patient(Dosing(*treated, fixed_effect=0.95), until=70.0)
    time_d, solved = solved_dorsal_horn(system, whom, [])
    felt = pain_course(system, MODEL, whom, time_d, solved).pain
    found = relapses_of(system, MODEL, whom, treated, time_d, solved)
    after = (time_d > 41.0) & (felt > np.interp(40.0, time_d, felt) / 2)
    stored = time_d[after][0]
    assert found.pain is not None
    assert stored - 0.3 <= found.pain <= stored


def test_the_table_holds_what_every_unit_visits():
    system = known_system(known_table(), heterosynaptic="input-dependent", loses_inhibition=True)
    whom = patient(Dosing(40.0, 43.0, fixed_effect=0.8), chloride=MODEL.disinhibition)
    visited = points_of(system.table.grid, dorsal_horn_ranges(whom))
    assert any(point.input_rate_hz == 0 and 0 < point.nmda_free < 1 for point in visited)
    time_d, solved = solved_dorsal_horn(system, whom, [])
    points, _ = whom.drive.at(time_d)
    for unit, multiplier in enumerate(SEVERAL.multiplier):
        for place, day in list(enumerate(time_d))[::20]:
            at = Point(*points[place]).moved(
                input_rate_hz=multiplier * points[place, place_of(INPUT)],
                disinhibition=solved.states[place, unit, 4],
            )
            assert points_of(system.table.grid, [(at, at)]) <= visited, (unit, day)


def test_inhibition_is_lost_by_each_units_own_input():
    whom = patient(chloride=MODEL.disinhibition)
    little, much = (whom.point(60.0, multiplier) for multiplier in (0.7, 2.2))
    assert little.disinhibition < whom.point(60.0).disinhibition < much.disinhibition
    assert much.input_rate_hz == pytest.approx(2.2 * whom.periphery(60.0))
    assert whom.disinhibition(0.0)(60.0) == 0


def reading(value, error, n=10):
    return Reading("wdr", "rate", value, "Hz", error, n, 1.0, "Hz")


def test_readings_are_weighted_means():
    parts = [[reading(4.0, 0.3), reading(1.0, 0.0)], [reading(10.0, 0.4), reading(3.0, np.nan)]]
    first, second = weighted_means(parts, [0.75, 0.25])
    assert first.value == pytest.approx(5.5)
    assert first.standard_error == pytest.approx(np.hypot(0.225, 0.1))
    assert (first.n, first.x) == (20, 1.0)
    assert second.value == pytest.approx(1.5)
    assert np.isnan(second.standard_error)
    assert weighted_means(parts[:1], [1.0]) == tuple(parts[0])


def prepared(tmp_path, units, more=""):
    file = tmp_path / "units.toml"
    file.write_text(FILE.format(model="dorsal_horn", units=units) + more)
    (arm,) = prepare(read_experiment(file))
    return arm


def courses(late):
    """Return courses whose units have a late phase that never changes."""
    time_d, states = np.array([0.0, 30.0]), np.tile(late, (2, 1))
    pain = PainCourse({}, time_d, time_d, states / 2, time_d, time_d)
    band = PainBand(time_d, time_d, {})
    return Courses(Course(time_d, 0 * states, states, states), pain, band, None, None)


def test_an_assay_is_made_on_the_distinct_states_of_the_units_chosen(tmp_path):
    arm = prepared(tmp_path, "count = 6\nspread = 0.5\nassayed = 3")
    late = np.linspace(0.1, 0.6, 6)
    measured = [unit for unit, _ in arm.patient.units.measured()]
    found = conditions_of(arm, courses(late), "ongoing", 20.0)
    assert [each.condition.late[0] for each in found] == pytest.approx(late[measured])
    assert [each.condition.heterosynaptic for each in found] == pytest.approx(late[measured] / 2)
    rates = [each.condition.acting.input_rate_hz for each in found]
    own = arm.patient.units.inputs[measured] * arm.patient.periphery(20.0)
    assert rates == pytest.approx(own, abs=6e-4)
    assert [each.weight for each in found] == pytest.approx([1 / 3] * 3)
    assert [each.in_the_middle for each in found] == [False, True, False]
    # Before the injury nothing tells them apart.
    (same,) = conditions_of(arm, courses(np.zeros(6)), "ongoing", -1.0)
    assert (same.weight, same.in_the_middle) == (pytest.approx(1.0), True)


def test_the_direct_engine_takes_one_unit():
    direct = Direct(epsilon=(0.1,))
    constant = InputCourse(-1.0, 1.2, 1.2, 1.0)
    with pytest.raises(InputError, match=r"found 4 units.*patient.units.count to 1"):
        check_direct(replace(patient(until=1.0), periphery=constant), direct)
    check_direct(replace(patient(until=0.01, units=Units((2.0,), 0.5)), periphery=constant), direct)


def test_a_threshold_is_when_half_of_the_mean_stays_away():
    system = known_system(known_table(), heterosynaptic="input-dependent")
    whom = patient(Dosing(50.0, 51.0, fixed_effect=0.95), units=Units(), until=65.0, residual=1.6)
    one = from_arms(system, whom)
    alike = replace(whom, units=Units((1.0,) * 4))
    assert from_arms(system, alike) == pytest.approx(one)
    apart = [from_arms(system, replace(whom, units=Units((each,)))) for each in (0.9, 1.1)]
    both = from_arms(system, replace(whom, units=Units((0.9, 1.1, 1.1))))
    assert apart[0] < apart[1]
    assert both == pytest.approx(apart[1], rel=0.01)
    active = replace(whom, units=Units((2.0,), 0.5), periphery=whom.periphery.times(0.5))
    by_mean, alone = (
        threshold_duration(system, each, {}, [system]).from_fixed_points_h
        for each in (active, whom)
    )
    assert by_mean == pytest.approx(alone)
