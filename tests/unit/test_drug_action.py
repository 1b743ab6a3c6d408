"""What a dosing does under each hypothesis about drugs."""

import numpy as np
import pytest

from resetsim.body.course import NO_BLOCKADE, blockade_course
from resetsim.body.dosing import Dosing
from resetsim.body.drug_action import effects_of
from resetsim.declare.drug import read_drug
from resetsim.declare.hypothesis import DrugAction, read_hypothesis
from resetsim.declare.quantities import parse_quantity

HALF_LIFE_D, C50_MG_PER_L = 10.9, 0.0105  # Dahan 2011
CLEARANCE_L_PER_KG_H = 1.7522 * 60 * 0.0109  # as in tests/unit/test_pharmacology.py

ACTIONS = {
    "nmda": DrugAction(),
    "descending": DrugAction(acts_on="descending"),
    "pain": DrugAction(
        acts_on="pain", half_life=parse_quantity("10.9 day"), c50=parse_quantity("10.5 ng/ml")
    ),
}
ACTS_AS = {"nmda": "nmda", "descending": "descending", "pain": "relief"}
DRUG = read_drug("s_ketamine")


def infused(days, rate=0.3, start=60.0):
    return Dosing(start, start + days, drug=DRUG, rate_mg_per_kg_h=rate)


def acting(effects):
    """Names of the effects that do anything."""
    courses = {**effects.on, "relief": effects.relief, "kinase_block": effects.kinase_block}
    return {name for name, course in courses.items() if course.peak > 0}


@pytest.mark.parametrize("acts_on", ACTIONS)
def test_a_drug_does_one_thing_alone(acts_on):
    effects = effects_of([infused(4)], ACTIONS[acts_on])
    assert acting(effects) == {ACTS_AS[acts_on]}


def test_descending_fibres_are_engaged_as_far_as_receptors_would_be_blocked():
    dosings = [infused(4)]
    engaged = effects_of(dosings, ACTIONS["descending"]).on["descending"]
    assert engaged == effects_of(dosings, ACTIONS["nmda"]).on["nmda"]
    assert engaged == blockade_course(dosings)


@pytest.mark.parametrize("acts_on", ACTIONS)
def test_a_blockade_given_as_such_acts_under_every_hypothesis(acts_on):
    effects = effects_of([Dosing(60, 65, fixed_effect=0.9)], ACTIONS[acts_on])
    assert acting(effects) == {"nmda"}
    assert effects.on["nmda"](62.0) == 0.9
    with_drug = effects_of(
        [Dosing(60, 65, fixed_effect=0.9), infused(4, start=70.0)], ACTIONS[acts_on]
    )
    assert acting(with_drug) == {"nmda", ACTS_AS[acts_on]}


@pytest.mark.parametrize("acts_on", ACTIONS)
def test_an_inhibitor_of_kinases_neither_blocks_nor_relieves(acts_on):
    effects = effects_of([Dosing(21, 21.25, kinase_block=0.95)], ACTIONS[acts_on])
    assert acting(effects) == {"kinase_block"}
    assert [effects.kinase_block(day) for day in (20.9, 21.1, 21.3)] == [0, 0.95, 0]
    assert effects.on["nmda"] == NO_BLOCKADE
    assert set(effects.breakpoints_d) == {21, 21.25}


def test_half_of_the_pain_goes_where_the_steady_concentration_is_the_c50():
    relief = effects_of([infused(400, C50_MG_PER_L * CLEARANCE_L_PER_KG_H)], ACTIONS["pain"]).relief
    assert relief.before(460.0) == pytest.approx(0.5, abs=1e-3)
    # After one half-life half of that concentration is there, but for the hours of the plasma.
    assert relief(60.0 + HALF_LIFE_D) == pytest.approx(1 / 3, abs=5e-3)


def test_relief_wears_off_with_the_declared_half_life():
    relief = effects_of([infused(4.17, rate=0.05)], ACTIONS["pain"]).relief
    first = 60 + 4.17 + 2  # plasma is empty by then
    levels = relief(first + HALF_LIFE_D * np.arange(4))
    # The Hill curve of exponent 1 is linear in its odds.
    odds = levels / (1 - levels)
    assert odds[1:] / odds[:-1] == pytest.approx([0.5] * 3, rel=0.01)
    assert levels[0] > 0.3
    assert relief(first + 30 * HALF_LIFE_D) == 0


def test_the_shipped_washout_is_the_published_one():
    action = read_hypothesis("washout").drug
    assert action == ACTIONS["pain"]
