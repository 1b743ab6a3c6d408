"""Tables drawn from sampling noise, and the bands that they give."""

from dataclasses import replace

import numpy as np
import pytest
from known_drift import GRID, known_model, known_system, known_table

from resetsim.body.dosing import Dosing
from resetsim.declare.axes import Point
from resetsim.declare.hypothesis import DrugAction
from resetsim.patients.patient import Patient
from resetsim.patients.periphery import InputCourse
from resetsim.slow.resampled import resampled
from resetsim.slow.sample import Drift
from resetsim.slow.table import table_of
from resetsim.study.dorsal_horn_course import pain_course, solved_dorsal_horn
from resetsim.study.thresholds import from_arms, threshold_duration
from resetsim.study.uncertainty import band_of, pain_band

MODEL = known_model()
TREATED = (50.0, 53.0)
WHOM = Patient(
    InputCourse(0.0, 4.0, 1.6, 8.0),
    (Dosing(*TREATED, fixed_effect=0.95),),
    DrugAction(),
    0.0,
    120.0,
    0.0,
)


SMALL = (GRID[0], GRID[1], (0.0,), (0.0,))


def noisy_table(share, grid=SMALL):
    """Return the known table, each value with a standard error of a share of it."""
    sure = known_table(grid)
    nodes = {
        point: replace(
            node, standard_error={name: share * each for name, each in node.value.items()}
        )
        for point, node in sure.nodes.items()
    }
    return table_of(sure.grid, sure.efficacies, nodes)


def drawn_from(table, count=20):
    return [
        known_system(resampled(table, number), heterosynaptic="input-dependent")
        for number in range(count)
    ]


def band(table):
    system = known_system(table, heterosynaptic="input-dependent")
    time_d, solved = solved_dorsal_horn(system, WHOM, [])
    pain = pain_course(system, MODEL, WHOM, time_d, solved).pain
    return time_d, pain, pain_band(drawn_from(table), MODEL, WHOM, TREATED, time_d, solved)


def test_values_are_drawn_with_their_standard_error_and_half_of_it_in_common():
    point = Point(2.0)
    table = noisy_table(0.05, ((2.0, 2.4), (1.0,), (0.0,), (0.0,)))
    node = table.nodes[point]
    drawn = [resampled(table, number).nodes[point].value["potentiating"] for number in range(400)]
    z = (np.array(drawn) - node.value["potentiating"])[:, -5:]
    z /= node.standard_error["potentiating"][-5:]
    assert z.mean(axis=0) == pytest.approx(np.zeros(5), abs=0.2)
    assert z.std(axis=0) == pytest.approx(np.ones(5), abs=0.15)
    between = np.corrcoef(z.T)[np.triu_indices(5, 1)]
    assert between.mean() == pytest.approx(0.45, abs=0.1)


def test_a_node_is_drawn_alike_whatever_the_others_are():
    few = noisy_table(0.1, (GRID[0][3:6], (1.0,), (0.0,), (0.0,)))
    many, point = noisy_table(0.1), Point(1.4)
    for name in Drift._fields:
        one, other = (resampled(table, 3).nodes[point].value[name] for table in (few, many))
        assert np.array_equal(one, other)
        assert (one >= 0).all()
    assert not np.array_equal(resampled(many, 4).roots, resampled(many, 3).roots)


def test_without_noise_the_band_is_the_course():
    _, pain, found = band(known_table(SMALL))
    assert found.low == pytest.approx(pain, abs=0.05)  # between moments it is a straight line
    assert found.high == pytest.approx(pain, abs=0.05)
    assert list(found.outcomes.values()) == [1.0]


def test_the_band_widens_with_noise_and_holds_the_course():
    time_d, pain, little = band(noisy_table(0.01))
    _, _, much = band(noisy_table(0.04))
    amplified = (time_d > 30.0) & (time_d < TREATED[0])
    assert ((little.low <= pain) & (pain <= little.high))[amplified].all()
    widths = [(each.high - each.low)[amplified].mean() for each in (little, much)]
    assert widths[1] / widths[0] == pytest.approx(4, rel=0.25)


def test_near_the_threshold_the_outcome_is_open():
    table = noisy_table(0.1)
    hours = from_arms(known_system(table, heterosynaptic="input-dependent"), WHOM)
    outcomes = []
    for factor in (0.25, 1.0, 4.0):
        end_d = TREATED[0] + factor * hours / 24
        whom = replace(WHOM, dosings=(Dosing(TREATED[0], end_d, fixed_effect=0.95),), end_d=200.0)
        system = known_system(table, heterosynaptic="input-dependent")
        solved = solved_dorsal_horn(system, whom, [])
        treated_d = (TREATED[0], end_d)
        found = pain_band(drawn_from(table), MODEL, whom, treated_d, *solved)
        outcomes.append(found.outcomes)
    short, open_, long = outcomes
    assert short == {"relapsed": 1.0}
    assert set(open_) == {"relapsed", "relieved"}
    assert long == {"relieved": 1.0}


def test_the_band_of_a_threshold_is_among_what_the_drawn_tables_give():
    table = noisy_table(0.03)
    system = known_system(table, heterosynaptic="input-dependent")
    drawn = drawn_from(table)
    found = threshold_duration(system, WHOM, {}, drawn)
    each = sorted(from_arms(one, WHOM) for one in drawn)
    assert found.from_arms_low_h == pytest.approx(each[0], rel=0.02)
    assert found.from_arms_high_h == pytest.approx(each[-2], rel=0.02)
    assert found.from_arms_low_h < found.from_arms_h < found.from_arms_high_h


def test_a_band_may_reach_beyond_every_duration():
    assert band_of([3.0, 5.0, float("inf")]) == (3.0, float("inf"))
