"""From an experiment file to a patient: doses, and what acts when on the timeline."""

from itertools import pairwise

import numpy as np
import pytest

from resetsim.declare.axes import NMDA, Point
from resetsim.declare.experiment import read_experiment
from resetsim.declare.files import find_file
from resetsim.declare.hypothesis import DrugAction
from resetsim.declare.model import read_model
from resetsim.declare.patient import Learning
from resetsim.declare.quantities import parse_quantity
from resetsim.errors import InputError
from resetsim.patients.patient import patient_of

MODEL = read_model(find_file("dorsal_horn", "model"))
CLEARANCE_L_PER_KG_H = 1.7522 * 60 * 0.0109  # as in tests/unit/test_pharmacology.py
G_PER_MOL = 237.73
FILE = """
question = "What is the dose?"
model = "dorsal_horn"
memory = "memory"

[patient]
weight = "50 kg"
tolerated = {tolerated}

[patient.injury]
at = "{injury}"
peak_rate = "{peak}"
residual_rate = "2 Hz"
heals_with = "1 day"

[[patient.learning]]
at = "-40 day"
patterns = 2

[[patient.learning]]
at = "4 day"
duration = "3.2 s"

[[treatment]]
at = "3 day"
duration = "{duration}"
drug = "ketamine"
dose = "{dose}"
{titrated}

{more}

[follow_up]
until = "90 day"
"""
DEFAULTS = {
    "injury": "0 day", "peak": "2 Hz", "duration": "1 day", "dose": "20 mg/h", "more": "",
    "tolerated": 1, "titrated": "",
}  # fmt: skip


def treated(given, at="10 day"):
    return f'[[treatment]]\nat = "{at}"\nduration = "2 day"\n{given}'


def patient(tmp_path, action=None, **changed):
    path = tmp_path / "dose.toml"
    path.write_text(FILE.format(**(DEFAULTS | changed)))
    return patient_of(read_experiment(path).arms[0].plan, MODEL, action or DrugAction())


@pytest.mark.parametrize("dose", ["20 mg/h", "0.4 mg/kg/h"])
def test_a_dose_for_the_whole_patient_is_shared_by_its_weight(tmp_path, dose):
    (dosing,) = patient(tmp_path, dose=dose).dosings
    assert dosing.rate_mg_per_kg_h == pytest.approx(0.4)


TITRATED = "steps = 4\nrises_from = 0.25"


@pytest.mark.parametrize(
    ("tolerated", "rates"),
    [
        (1, [0.1, 0.2, 0.3, 0.4, 0.4]),
        (0.6, [0.1, 0.2, 0.24, 0.24, 0.24]),
        (0.25, [0.1, 0.1, 0.1, 0.1, 0.1]),
        (0.1, [0.04, 0.04, 0.04, 0.04, 0.04]),
    ],
)
def test_titration_ends_at_the_tolerated_share_of_the_full_dose(tmp_path, tolerated, rates):
    kept = treated('drug = "ketamine"\ndose = "20 mg/h"')
    found = patient(tmp_path, tolerated=tolerated, titrated=TITRATED, more=kept).dosings
    assert [each.rate_mg_per_kg_h for each in found] == pytest.approx(rates)


def test_a_dose_may_rise_from_none(tmp_path):
    from_none = TITRATED.replace("0.25", "0")
    rates = [
        each.rate_mg_per_kg_h
        for each in patient(tmp_path, tolerated=0.5, titrated=from_none).dosings
    ]
    assert rates == pytest.approx([0, 0.4 / 3, 0.2, 0.2])


def test_what_has_no_dose_is_given_whole(tmp_path):
    blocked, inhibited = treated("blockade = 0.5"), treated("kinase_block = 0.9", "20 day")
    _, *found = patient(tmp_path, tolerated=0.5, more=f"{blocked}\n{inhibited}").dosings
    assert [(each.fixed_effect, each.kinase_block) for each in found] == [(0.5, None), (None, 0.9)]


@pytest.mark.parametrize(
    ("tolerated", "allowed"),
    [
        (0, "found 0; it should be greater than 0"),
        (1.2, "found 1.2; .* less than or equal to 1: a"),
    ],
)
def test_a_tolerated_share_is_above_none_and_at_most_all(tmp_path, tolerated, allowed):
    with pytest.raises(InputError, match=f"patient.tolerated: {allowed}"):
        patient(tmp_path, tolerated=tolerated)


def test_the_timeline_begins_with_the_first_event_of_the_dorsal_horn(tmp_path):
    assert patient(tmp_path, injury="-20 day").start_d == -20.0
    assert patient(tmp_path, injury="1 day").start_d == 0.0


def test_sessions_are_learned_as_written(tmp_path):
    first, second = patient(tmp_path).learnings
    assert first == Learning(at=parse_quantity("-40 day"), patterns=2)
    assert second == Learning(at=parse_quantity("4 day"), duration=parse_quantity("3.2 s"))


def test_plasma_settles_at_dose_over_clearance(tmp_path):
    plasma = patient(tmp_path, duration="60 day").plasma_um([0.0, 2.999, 3.0, 62.0, 89.0])
    assert plasma[:3] == pytest.approx([0, 0, 0], abs=1e-12)
    settled = 1000 * 0.4 / CLEARANCE_L_PER_KG_H / G_PER_MOL
    assert plasma[3] == pytest.approx(settled, rel=1e-6)
    assert 0 <= plasma[4] < 1e-6 * settled


def test_plasma_of_two_drugs_adds_up_whatever_they_act_on(tmp_path):
    # The shipped S-ketamine has the kinetics of the racemate.
    second = treated('drug = "s_ketamine"\ndose = "0.2 mg/kg/h"', "30 day")
    first = patient(tmp_path).plasma_um([3.9, 30.9])
    for action in (DrugAction(), DrugAction(acts_on="descending")):
        both = patient(tmp_path, action, more=second).plasma_um([3.9, 30.9])
        assert both == pytest.approx([first[0], first[1] + first[0] / 2])


def test_edges_are_where_something_jumps(tmp_path):
    block = treated("blockade = 0.5", "20 day")
    kinase = treated("kinase_block = 0.9", "30 day")
    nerve = '[[patient.nerve_block]]\nat = "40 day"\nduration = "1 day"'
    found = patient(tmp_path, more="\n".join([nerve, block, kinase])).edges_d
    assert found == sorted(set(found))
    assert {0, 3, 4, 20, 22, 30, 32, 40, 41, 90} <= set(found)
    assert found[0] == 0
    assert found[-1] == 90
    # A session of learning does not touch the dorsal horn.
    assert -40 not in found


def test_just_before_a_jump_what_was_still_acts(tmp_path):
    given = patient(tmp_path, injury="12 day", more=treated("blockade = 0.75", "12 day"))
    free = given.effects.on[NMDA]  # the tail of the infusion of day 3 is over
    assert free(11.9) == 0
    assert given.point_before(12.0) == Point(0.0, 1.0)
    assert given.point(12.0) == Point(2.0, 0.25)
    assert given.point_before(14.0) == Point(2.0, 0.25)
    assert given.point(14.0) == Point(2.0, 1.0)
    assert given.point_before(13.0) == given.point(13.0) == Point(2.0, 0.25)


def test_what_a_drug_acts_on_decides_which_coordinate_moves(tmp_path):
    blocked = patient(tmp_path).point(3.9)
    engaged = patient(tmp_path, DrugAction(acts_on="descending")).point(3.9)
    assert blocked.descending == 0
    assert engaged.nmda_free == 1
    assert 0 < engaged.descending == pytest.approx(1 - blocked.nmda_free)
    low, high = patient(tmp_path, DrugAction(acts_on="descending")).range_between(3.0, 4.0)
    assert (low.nmda_free, high.nmda_free) == (1, 1)
    assert low.descending == 0
    assert high.descending == pytest.approx(engaged.descending, abs=0.02)


@pytest.mark.parametrize("injury", ["0 day", "-20 day"])
def test_the_range_holds_every_point(tmp_path, injury):
    blocked = treated("blockade = 0.5", "5 day" if injury == "0 day" else "-5 day")
    given = patient(tmp_path, injury=injury, peak="4 Hz", more=blocked)
    for start, end in pairwise(given.edges_d):
        low, high = given.range_between(start, end)
        for day in np.linspace(start, end, 20, endpoint=False):
            point = np.array(given.point(float(day)))
            assert (np.array(low) - 1e-9 <= point).all(), day
            assert (point <= np.array(high) + 1e-9).all(), day


def test_kinases_are_inhibited_by_an_inhibitor_alone(tmp_path):
    given = patient(tmp_path, more=treated("kinase_block = 0.9"))
    assert [given.kinase(day) for day in (3.5, 9.9, 11.0, 12.1)] == [1, 1, pytest.approx(0.1), 1]
    assert given.point(11.0).nmda_free > 0.99
