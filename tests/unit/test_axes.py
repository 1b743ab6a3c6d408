"""A new axis is one entry of the registry: everything from the model file to the result has it."""

from dataclasses import replace

import numpy as np
import pytest
from known_drift import EFFICACIES, SHARPER, known_system
from known_drift import node as known_node
from results_fixture import same, toy_result
from test_measure import EchoEngine

from resetsim.body.dosing import Dosing
from resetsim.declare.axes import AXES, NMDA, Axis, Point, targets
from resetsim.declare.drug import read_drug
from resetsim.declare.experiment import read_experiment
from resetsim.declare.files import find_file
from resetsim.declare.hypothesis import DrugAction
from resetsim.declare.model import read_model
from resetsim.declare.sampling import Sampling
from resetsim.errors import InputError
from resetsim.patients.patient import Patient, patient_of
from resetsim.patients.periphery import InputCourse
from resetsim.progress import Silent
from resetsim.protocols.assay import Condition
from resetsim.protocols.dorsal_horn import arguments_at
from resetsim.slow import kernel, reference, twin
from resetsim.slow.dorsal_horn_sampling import sampling_task
from resetsim.slow.measure import Sampler, measure_table
from resetsim.slow.saved import load_table, save_table
from resetsim.slow.system import Asked
from resetsim.spiking.task import Circuit
from resetsim.store.hdf5 import read_result, write_result
from resetsim.study.dorsal_horn_course import dorsal_horn_ranges, pain_course
from resetsim.study.experiment import prepare

MODEL = read_model(find_file("dorsal_horn", "model"))
OPIOID = Axis(
    name="opioid",
    meaning="share of opioid receptors that are bound",
    resting=0.0,
    lowest=0.0,
    highest=1.0,
    arguments=lambda model, bound: {"wdr.opened": 2 * bound} if model.pain else {},
    course="opioid",
    unit="1",
    stored="share of opioid receptors that are bound",
    target="opioid",
    grid=(0.0, 0.5, 1.0),
)
DAY, BOUND = 33.0, 0.7
TREATED = Patient(
    InputCourse(0.0, 4.0, 1.6, 8.0),
    (Dosing(30.0, 40.0, fixed_effect=BOUND, acts_on="opioid"),),
    DrugAction(),
    0.0,
    60.0,
    0.0,
)
TREATMENT = """
question = "What does an opioid do?"
model = "dorsal_horn"

[patient.injury]
at = "0 day"
peak_rate = "4 Hz"
residual_rate = "1.6 Hz"
heals_with = "8 day"

[[treatment]]
at = "30 day"
duration = "10 day"
{treatment}

[follow_up]
until = "60 day"
"""


@pytest.fixture(autouse=True)
def _opioid(monkeypatch):
    monkeypatch.setitem(AXES, OPIOID.name, OPIOID)


def drift(point):
    """Nothing where all receptors are bound."""
    known = known_node(point).value
    return {name: value * (1 - point.opioid) ** 4 for name, value in known.items()}


@pytest.fixture
def table():
    sampling = MODEL.sampling.model_copy(update={"efficacies": EFFICACIES})
    sampler = Sampler(
        "known",
        None,
        sampling,
        SHARPER,
        lambda point, number: [(point, number)],
        lambda recordings: drift(recordings[0][0]),
    )
    return measure_table(sampler, dorsal_horn_ranges(TREATED), EchoEngine(), Silent())


def asked(system, patient=TREATED):
    return Asked(patient.drive, np.linspace(0.0, 60.0, 61), system.naive())


def test_a_point_has_it_and_is_at_rest_without_it():
    assert Point(1.4) == (1.4, 1, 0, 0, 0)
    assert Point(1.4, opioid=0.5).opioid == 0.5
    assert Point().moved(opioid=0.25).named()["opioid"] == 0.25


def test_it_is_sampled_on_its_grid_and_reaches_the_network():
    assert MODEL.sampling.grid[-1] == OPIOID.grid
    task = sampling_task(Circuit(MODEL), Point(1.4, opioid=0.5), 1)
    assert task.arguments["wdr.opened"] == 1.0
    at = Condition(np.zeros(1), np.zeros(1), Point(opioid=0.2))
    assert arguments_at(MODEL, at)["wdr.opened"] == pytest.approx(0.4)


def test_a_table_has_what_the_timeline_visits_of_it(table):
    visited = {point.opioid for point in table.nodes}
    assert visited == {0.0, 0.5, 1.0}
    assert len(table.nodes) < np.prod([len(along) for along in table.grid])
    for bound in (0.5, 1.0):
        node = Point(1.6, opioid=bound)
        assert table(node, 2.1).output_hz == pytest.approx(drift(node)["output_hz"][7])
    between = Point(1.6, opioid=0.7)
    low, high = (table(Point(1.6, opioid=bound), 2.1).output_hz for bound in (1.0, 0.5))
    assert low < table(between, 2.1).output_hz < high


def test_a_saved_table_comes_back_with_it(tmp_path, table):
    file = tmp_path / "table.npz"
    save_table(file, table, "a key")
    loaded = load_table(file, "a key")
    assert loaded.grid == table.grid
    assert list(loaded.nodes) == list(table.nodes)
    at = Point(1.6, opioid=0.7)
    assert loaded(at, 2.1) == table(at, 2.1)
    assert np.array_equal(loaded.lookup([at], [2.1]), table.lookup([at], [2.1]))


def test_both_clocks_integrate_what_a_treatment_does_along_it(table):
    system = known_system(table)
    wanted = asked(system)
    exact = reference.integrate(system, wanted, 1e-8)
    (compiled,) = kernel.integrate(system, [wanted], 1e-7)
    (plain,) = twin.integrate(system, [wanted], 1e-3)
    assert compiled.states == pytest.approx(exact.states, abs=2e-4)
    assert compiled.output_hz == pytest.approx(exact.output_hz, abs=1e-2)
    assert plain.states[..., 1] == pytest.approx(compiled.states[..., 1], abs=1e-2)
    (untreated,) = kernel.integrate(system, [asked(system, replace(TREATED, dosings=()))], 1e-7)
    assert np.array_equal(compiled.states[:30], untreated.states[:30])
    assert compiled.states[40, 0, 1] < untreated.states[40, 0, 1] - 0.1


def test_its_course_is_written_and_read(tmp_path, table):
    system = known_system(table, heterosynaptic="input-dependent")
    wanted = asked(system)
    (solved,) = kernel.integrate(system, [wanted], 1e-5)
    pain = pain_course(system, MODEL, TREATED, wanted.moments_d, solved)
    bound = np.where((wanted.moments_d > 30) & (wanted.moments_d <= 40), BOUND, 0.0)
    assert pain.acting["opioid"] == pytest.approx(bound)
    toy = toy_result(("4 h",), ("0 Hz",), ())
    course = replace(
        toy.arms[0].pain_system,
        time_d=wanted.moments_d,
        **dict.fromkeys(("early", "late", "efficacy"), solved.states[:, :, 1]),
    )
    result = replace(toy, arms=(replace(toy.arms[0], pain=pain, pain_system=course),))
    write_result(result, tmp_path / "result.h5")
    assert same(read_result(tmp_path / "result.h5"), result)


@pytest.mark.parametrize(
    "treatment", ['acts_on = "opioid"\neffect = 0.7', 'drug = "{drug}"\ndose = "1 mg/kg/h"']
)
def test_an_experiment_names_it(tmp_path, treatment):
    shipped = find_file("ketamine", "drug").read_text()
    drug = tmp_path / "agonist.toml"
    drug.write_text(shipped.replace('name = "ketamine"', 'name = "agonist"\nacts_on = "opioid"'))
    file = tmp_path / "opioid.toml"
    file.write_text(TREATMENT.format(treatment=treatment.format(drug=drug)))
    # What blockers of NMDA receptors act on is no business of an opioid.
    action = DrugAction(acts_on="descending")
    patient = patient_of(read_experiment(file).arms[0].plan, MODEL, action)
    acting = patient.point(DAY)
    assert acting == Point(acting[0], opioid=acting.opioid)
    assert acting.opioid == pytest.approx(BOUND) if "effect" in treatment else acting.opioid > 0.3
    assert patient.drive.point(DAY) == pytest.approx(acting)
    low, high = patient.range_between(30.0, 40.0)
    assert low.opioid <= acting.opioid <= high.opioid
    assert patient.memory_point(DAY) == Point()


def test_what_nothing_acts_on_is_refused_by_name(tmp_path):
    file = tmp_path / "opioid.toml"
    file.write_text(TREATMENT.format(treatment='acts_on = "opoid"\neffect = 0.7'))
    with pytest.raises(InputError, match=r"acts_on: found 'opoid'; did you mean 'opioid'\?"):
        read_experiment(file)


def test_every_other_axis_can_be_given_a_grid_in_a_model_file():
    keys = {axis.key for axis in AXES.values() if axis is not OPIOID}
    assert keys <= Sampling.model_fields.keys()


def test_an_effect_on_an_axis_that_a_model_samples_at_rest_alone_is_refused(tmp_path, monkeypatch):
    monkeypatch.setitem(AXES, OPIOID.name, replace(OPIOID, grid=(0.0,)))
    file = tmp_path / "opioid.toml"
    file.write_text(TREATMENT.format(treatment='acts_on = "opioid"\neffect = 0.7'))
    with pytest.raises(InputError, match=r"something acts on 'opioid', but .* samples it at rest"):
        prepare(read_experiment(file))


def test_an_effect_leads_from_rest_to_where_it_is_full():
    free = targets()[NMDA]
    for axis, effect, coordinate in ((free, 0.2, 0.8), (OPIOID, 0.2, 0.2)):
        assert axis.at_effect(effect) == pytest.approx(coordinate)
        assert axis.at_left(1 - effect) == pytest.approx(coordinate)
        assert axis.left_at(coordinate) == pytest.approx(1 - effect)
        assert axis.from_rest(coordinate) == pytest.approx(effect)


def test_a_drug_of_no_axis_is_refused(tmp_path):
    file = tmp_path / "drug.toml"
    shipped = find_file("ketamine", "drug").read_text()
    file.write_text(shipped.replace('name = "ketamine"', 'name = "x"\nacts_on = "ampa"'))
    with pytest.raises(InputError, match="acts_on: found 'ampa'"):
        read_drug(file)
