"""The compiled slow clock against LSODA and its NumPy twin, and what it must never do."""

from dataclasses import replace

import numpy as np
import pytest
from known_drift import SHARPER, TISSUE, known_system, known_table, node
from random_timelines import asked_of, compared, timelines

from resetsim.body.dosing import Dosing
from resetsim.declare.axes import NMDA, Point
from resetsim.declare.drug import read_drug
from resetsim.declare.hypothesis import DrugAction, read_hypothesis
from resetsim.patients.patient import Patient
from resetsim.patients.periphery import Extra, InputCourse
from resetsim.slow import kernel, reference, twin
from resetsim.slow.clock import USUAL
from resetsim.slow.drive import constant
from resetsim.slow.system import Asked, SlowSystem, StuckError
from resetsim.slow.table import MissingNodeError, table_of
from resetsim.tissue.plasticity.maintenance import RULES, MaintenanceRule

EVERYTHING = MaintenanceRule(
    "everything",
    "-late*(late + 0.1)**1.5/late_decay + 1e-9*log(1 + early)*sqrt(late + 1)"
    " - 0.1*abs(early - late)/late_decay"
    " + clip(kinase - 0.5, 0, 1)*exp(-age)*protein_post*1e-7 - 2**(-late)*depressing*1e-9",
    "All that a rule may use.",
)


@pytest.fixture(scope="module")
def table():
    return known_table()


def ketamine(start_d, end_d, rate=5.0):
    return Dosing(start_d, end_d, drug=read_drug("ketamine"), rate_mg_per_kg_h=rate)


def patient(*dosings, residual=1.6, flares=(), action=None, until=120.0):
    periphery = InputCourse(0.0, 4.0, residual, 8.0, flares)
    return Patient(periphery, dosings, action or DrugAction(), 0.0, until, 0.0)


def rich(until=120.0):
    """Everything that acts: two infusions, a fixed blockade, a kinase inhibitor, a flare-up."""
    return patient(
        ketamine(30, 33),
        ketamine(32.5, 34, 1.0),
        Dosing(33, 36, fixed_effect=0.5),
        Dosing(50, 60, kinase_block=0.8),
        flares=(Extra(70, 70.5, 1.0), Extra(71, 74, fraction_left=0.2)),
        until=until,
    )


def asked(system, whom, units=1):
    moments = np.unique(np.concatenate([np.linspace(0, whom.end_d, 121), [30, 33, 36, 70, 70.5]]))
    return Asked(whom.drive, moments, system.naive(units), np.linspace(0.8, 1.2, units))


@pytest.mark.parametrize("rule", [*RULES.values(), EVERYTHING], ids=lambda rule: rule.name)
def test_every_rule_agrees_with_the_reference(table, rule):
    system = SlowSystem(table, rule, SHARPER, rule, TISSUE | {"loses_inhibition": 1.0})
    wanted = asked(system, rich(), units=2)
    exact = reference.integrate(system, wanted, 1e-8)
    (tight,) = kernel.integrate(system, [wanted], 1e-8)
    assert tight.states == pytest.approx(exact.states, abs=2e-5)
    assert tight.output_hz == pytest.approx(exact.output_hz, abs=1e-3)
    (usual,) = kernel.integrate(system, [wanted], USUAL)
    assert usual.states[..., 1] == pytest.approx(exact.states[..., 1], abs=1e-3)


def test_the_twin_takes_the_same_steps(table):
    system = known_system(table, "ageing", "activity-driven decay", loses_inhibition=True)
    wanted = asked(system, rich(until=75.0), units=2)
    (compiled,) = kernel.integrate(system, [wanted], 1e-3)
    (plain,) = twin.integrate(system, [wanted], 1e-3)
    assert plain.states == pytest.approx(compiled.states, abs=1e-4)
    assert plain.output_hz == pytest.approx(compiled.output_hz, abs=1e-2)


def test_neither_batch_nor_threads_change_a_bit(table):
    system = known_system(table, heterosynaptic="input-dependent")
    several = [
        asked(system, rich(), units=3),
        asked(system, patient(Dosing(40, 45, fixed_effect=0.9), until=90.0), units=5),
        asked(system, patient(ketamine(20, 27), residual=1.2), units=1),
    ]
    together = kernel.integrate(system, several, USUAL)
    for i, (each, found) in enumerate(zip(several, together, strict=True)):
        (alone,) = kernel.integrate(system, [each], USUAL)
        assert np.array_equal(alone.states, found.states), i
        assert np.array_equal(alone.output_hz, found.output_hz), i
        for unit in range(len(each.start)):
            single = replace(each, start=each.start[[unit]], multiplier=each.multiplier[[unit]])
            (one,) = kernel.integrate(system, [single], USUAL)
            assert np.array_equal(one.states[:, 0], found.states[:, unit])
    for threads in (2, 5, 50):
        again = kernel.integrate(system, several[::-1], USUAL, threads)[::-1]
        for one, other in zip(together, again, strict=True):
            assert np.array_equal(one.states, other.states)


def test_random_timelines_end_on_the_same_side(table):
    system = known_system(table)
    courses = [asked_of(each, system) for each in timelines(16, seed=5)]
    found = kernel.integrate(system, courses, USUAL)
    for course, each in zip(courses, found, strict=True):
        largest, same_side = compared(each, reference.integrate(system, course))
        assert largest < 0.005
        assert same_side


def test_stored_moments_change_nothing(table):
    system = known_system(table)
    many = asked(system, rich())
    few = replace(many, moments_d=np.array([0.0, 33.0, 120.0]))
    (dense,), (sparse,) = (kernel.integrate(system, [each], 1e-7) for each in (many, few))
    places = np.searchsorted(many.moments_d, few.moments_d)
    assert np.array_equal(dense.states[places], sparse.states)


def test_a_unit_on_the_last_nodes_goes_its_own_way_beside_others(table):
    # Every axis at its last node: what the lane beside it needs lies beyond the table.
    last = Point(*(values[-1] for values in table.grid))
    inside = Point(1.7, 0.6, 0.3, 0.4)
    system = known_system(table)
    start = system.naive(late=0.6)
    moments = np.array([0.0, 10.0, 20.0])
    asked = [Asked(constant(point), moments, start) for point in (last, inside) * 4]
    together = kernel.integrate(system, asked, USUAL)
    for each, found in zip(asked, together, strict=True):
        (alone,) = kernel.integrate(system, [each], USUAL)
        assert np.array_equal(found.states, alone.states)
    read = kernel._table(table)["index"]
    corner = sum(np.prod(table.index.shape[axis + 1 :]) for axis in range(table.index.ndim))
    assert len(read) > table.index.size - 1 + corner
    assert (read[table.index.size :] == -1).all()


def test_a_course_beyond_what_was_measured_is_an_error(table):
    grid = ((1.2, 1.6, 2.0), (1.0,), (0.0,), (0.0,))
    nodes = {Point(rate): node(Point(rate)) for rate in (1.2, 1.6)}
    system = known_system(table_of(grid, table.efficacies, nodes))
    times = np.array([0.0, 10.0])
    kernel.integrate(system, [Asked(constant(Point(1.5)), times, system.naive())], USUAL)
    with pytest.raises(MissingNodeError, match=r"day 0, around input_rate_hz 1\.7"):
        kernel.integrate(system, [Asked(constant(Point(1.7)), times, system.naive())], USUAL)


@pytest.mark.parametrize("clock", [kernel, twin])
def test_what_is_not_a_number_is_never_taken_for_a_step(table, clock):
    system = known_system(table)
    broken = SlowSystem(table, system.rule, SHARPER | {"late_decay": float("nan")})
    wanted = Asked(constant(Point(1.6)), np.array([0.0, 10.0]), system.naive(late=0.5))
    with pytest.raises(StuckError, match="beyond day 0"):
        clock.integrate(broken, [wanted], USUAL)


def test_two_compartments_and_an_effect_site_are_not_taken_for_no_drug():
    # Without a third compartment the rate matrix has an eigenvalue of 0.
    given = patient(ketamine(30, 33))
    coordinates, _ = given.drive.at(np.array([29.9, 31.0, 33.0, 33.1, 60.0]))
    blocked = given.effects.on[NMDA](np.array([29.9, 31.0, 33.0, 33.1, 60.0]))
    assert 1 - coordinates[:, 1] == pytest.approx(blocked, abs=1e-12)
    assert blocked[1] > 0.7


@pytest.mark.parametrize("hypothesis", ["reset", "descending_only", "washout"])
def test_the_drive_is_what_acts_on_the_patient(hypothesis):
    action = read_hypothesis(hypothesis).drug if hypothesis != "reset" else DrugAction()
    given = replace(rich(), action=action)
    times = np.unique(np.concatenate([np.linspace(-5, 120, 500), given.edges_d]))
    for before in (False, True):
        coordinates, kinase = given.drive.at(times, before)
        if before:
            times_of = np.nextafter(times, -np.inf).tolist()
            rate = [given.periphery(time) for time in times_of]
            effects = given.effects
            blocked, engaged = (effects.on[name].before(times) for name in (NMDA, "descending"))
            inhibited = effects.kinase_block.before(times)
        else:
            rate = [given.periphery(time) for time in times.tolist()]
            effects = given.effects
            blocked, engaged = (effects.on[name](times) for name in (NMDA, "descending"))
            inhibited = effects.kinase_block(times)
        assert coordinates[:, 0] == pytest.approx(rate, rel=1e-9, abs=1e-12)
        assert coordinates[:, 1] == pytest.approx(1 - blocked, abs=1e-12)
        assert coordinates[:, 3] == pytest.approx(engaged, abs=1e-12)
        assert kinase == pytest.approx(1 - inhibited)


def test_heterosynaptic_potentiation_decays_where_activity_erases(table):
    kept, erased = (
        known_system(table, heterosynaptic=rule) for rule in ("permanent", "activity-driven decay")
    )
    wanted = asked(kept, patient())
    level = kept.equations.states.index("potentiation")
    (lasting,), (fading,) = (kernel.integrate(each, [wanted], 1e-7) for each in (kept, erased))
    assert lasting.states[-1, 0, level] > 0.9
    assert fading.states[-1, 0, level] < lasting.states[-1, 0, level] - 0.05
    (exact,) = [reference.integrate(erased, wanted, 1e-8)]
    assert fading.states == pytest.approx(exact.states, abs=1e-5)
