"""A drug in many bodies against one body at a time."""

import numpy as np
import pytest

from resetsim.body.dosing import Dosing
from resetsim.body.drug_blockade import NEGLIGIBLE_BLOCKADE, DrugBlockade
from resetsim.body.many_bodies import ManyDrugCourses, ManyInfusions
from resetsim.declare.drug import read_drug
from resetsim.patients.dosings import in_body

CLEARANCE, VOLUME = np.array([1.0, 0.4, 2.5, 1.0]), np.array([1.0, 1.7, 0.5, 1.0])
# The last one gets nothing, the second one no more than the first infusion.
STARTS = np.array([[1.0, 2.0, 1.5, np.inf], [3.0, np.inf, 3.5, np.inf], [3.2, np.inf, 6.0, np.inf]])
LASTS = np.array([1.0, 0.3, 5.0])
RATES = np.array([[3.0, 1.0, 5.0, 1.0], [1.0, 1.0, 2.0, 1.0], [0.5, 1.0, 0.1, 1.0]])


@pytest.fixture(scope="module", params=["ketamine", "s_ketamine"])
def both(request):
    drug = read_drug(request.param)
    infusions = [
        ManyInfusions(start, start + lasts, rate)
        for start, lasts, rate in zip(STARTS, LASTS, RATES, strict=True)
    ]
    many = ManyDrugCourses(drug, CLEARANCE, VOLUME, infusions)
    alone = []
    for body in range(3):
        own = in_body(drug, float(CLEARANCE[body]), float(VOLUME[body]))
        dosings = tuple(
            Dosing(start, start + lasts, drug=own, rate_mg_per_kg_h=rate)
            for start, lasts, rate in zip(STARTS[:, body], LASTS, RATES[:, body], strict=True)
            if np.isfinite(start)
        )
        alone.append(DrugBlockade(own, dosings))
    return many, alone


def test_the_effect_is_that_in_each_body(both):
    many, alone = both
    times = np.linspace(0, 14, 300)
    found = many.before(np.tile(times, (4, 1)))
    assert found[:3].max() > 0.3
    for body, one in enumerate(alone):
        assert found[body] == pytest.approx(one(times, before=True), abs=2 * NEGLIGIBLE_BLOCKADE)
        busy = found[body] > 0.01
        assert found[body][busy] == pytest.approx(one(times, before=True)[busy], rel=1e-9)
    assert (found[3] == 0).all()


def test_segments_are_those_of_each_body(both):
    many, alone = both
    starts = np.sort(np.concatenate([np.linspace(0.5, 9, 40), [1.0, 2.0, 3.0, 3.2, 3.3]]))
    level, amplitude = many.segments(np.tile(starts, (4, 1)))
    for body, one in enumerate(alone):
        exact_level, exact = one.segments(starts)
        both_act = (starts < many.end_d[body]) & (starts < one.end_d)
        assert level[body][both_act] == pytest.approx(exact_level[both_act], rel=1e-9)
        total = amplitude[body].sum(axis=1)[both_act]
        assert total == pytest.approx(exact.sum(axis=1)[both_act], rel=1e-8, abs=1e-12)
    assert not level[3].any()
    assert not amplitude[3].any()


def test_it_ends_where_the_effect_is_negligible_for_good(both):
    many, _ = both
    assert many.end_d[3] == -np.inf
    last = np.where(np.isfinite(STARTS), STARTS + LASTS[:, None], 0).max(axis=0)
    for body in range(3):
        later = many.end_d[body] + np.array([0.0, 1.0, 10.0, 100.0])
        exact = many._exact(np.tile(later, (4, 1)))[body]
        assert (exact <= NEGLIGIBLE_BLOCKADE).all()
        assert many.end_d[body] > last[body]
        assert many.before(np.tile(later + 1e-6, (4, 1)))[body].max() == 0
