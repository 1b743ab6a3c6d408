"""What each maintenance rule does to a late phase that nothing induces, against hand work."""

from itertools import product

import numpy as np
import pytest
from known_drift import CONSTANTS
from scipy.integrate import solve_ivp

from resetsim.tissue.plasticity.dynamics import slow_rates
from resetsim.tissue.plasticity.maintenance import RULES, maintenance_rule

DAY = 86400.0
LEVELS = (0.0, 0.2, 0.5, 0.8, 1.0)


def late_change(rule, late, age=0.0, depressing=0.0, kinase=1.0):
    """Rate of change of the late phase per day: no early phase and no protein, so no capture."""
    rates = slow_rates(RULES[rule], CONSTANTS)
    return rates(0.0, late, 0.0, age, 0.0, depressing, kinase)[1] * DAY


def integrated(rule, start, kinase=1.0, days=60.0):
    def change(_, state):
        return [late_change(rule, float(state[0]), kinase=kinase)]

    solution = solve_ivp(change, (0.0, days), [start], "LSODA", rtol=1e-9, atol=1e-12)
    return solution.y[0]


@pytest.mark.parametrize("barrier", [0.35, 0.5, 0.65])
def test_a_double_well_rests_at_0_at_the_barrier_and_at_1(barrier):
    rates = slow_rates(RULES["self-sustaining"], CONSTANTS | {"well_barrier": barrier})

    def change(late):
        return rates(0.0, late, 0.0, 0.0, 0.0, 0.0, 1.0)[1] * DAY

    assert [change(late) for late in (0.0, barrier, 1.0)] == pytest.approx([0, 0, 0], abs=1e-12)
    # Downhill below the barrier, uphill above it: 0 and 1 are stable, the barrier is not.
    assert max(change(late) for late in np.linspace(0.01, barrier - 0.01, 20)) < 0
    assert min(change(late) for late in np.linspace(barrier + 0.01, 0.99, 20)) > 0
    # The cubic as Graupner & Brunel write it.
    assert change(0.9) == pytest.approx(10 * 0.9 * (0.9 - barrier) * (1 - 0.9))


def test_without_kinases_a_double_well_only_decays():
    assert late_change("self-sustaining", 0.0, kinase=0.0) == 0.0
    assert all(
        late_change("self-sustaining", late, kinase=0.0) < 0 for late in np.linspace(0.01, 1, 50)
    )
    course = integrated("self-sustaining", 1.0, kinase=0.0)
    assert np.diff(course).max() < 1e-9
    assert course[-1] < 1e-6
    assert integrated("self-sustaining", 1.0)[-1] == pytest.approx(1.0)


@pytest.mark.parametrize(("age", "same_as"), [(0.0, "input-dependent"), (1.0, "self-sustaining")])
def test_an_ageing_trace_begins_as_one_rule_and_ends_as_another(age, same_as):
    for late, kinase in product(LEVELS, (0.0, 1.0)):
        aged = late_change("ageing", late, age, kinase=kinase)
        assert aged == pytest.approx(late_change(same_as, late, kinase=kinase), abs=1e-12)


@pytest.mark.parametrize("start", [0.0, 0.6])
def test_age_follows_the_late_phase_exponentially_with_the_ageing_time(start):
    rates = slow_rates(RULES["ageing"], CONSTANTS)
    late, days = 0.8, np.linspace(0, 40, 21)

    def change(_, state):
        return [rates(0.0, late, 0.0, float(state[0]), 0.0, 0.0, 1.0)[3] * DAY]

    age = solve_ivp(change, (0, 40), [start], t_eval=days, rtol=1e-9, atol=1e-12).y[0]
    assert age == pytest.approx(late + (start - late) * np.exp(-days / 14), abs=1e-6)


def test_a_permanent_trace_never_changes():
    for late, age, share, kinase in product(LEVELS, (0.0, 1.0), (0.0, 1.0), (0.0, 1.0)):
        assert late_change("permanent", late, age, share, kinase) == 0.0


def test_only_depression_erases_under_activity_driven_decay():
    for late, share in product(LEVELS, (0.0, 0.1, 1.0)):
        change = late_change("activity-driven decay", late, depressing=share)
        assert change == pytest.approx(-0.02 * DAY * share * late)


def test_every_rule_that_captures_does_so_alike_and_the_others_never():
    tagged = (1.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)  # early, late, protein, age, induction, kinase
    expected = CONSTANTS["capture_rate"] / (1 + np.exp((0.4 - 1.0) / 0.04))
    for rule in RULES.values():
        change = slow_rates(rule, CONSTANTS)(*tagged)[1]
        assert change == pytest.approx(expected if rule.captures else 0.0), rule.name
    assert not maintenance_rule("none").captures
