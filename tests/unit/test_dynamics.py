"""The averaged dynamics against what can be worked out by hand."""

import numpy as np
import pytest
from known_drift import CONSTANTS, share_table, stretches
from scipy.integrate import solve_ivp

from resetsim.declare.axes import Point
from resetsim.slow import kernel, reference, twin
from resetsim.slow.clock import course_times
from resetsim.slow.drive import merged
from resetsim.slow.fixed_points import late_drift, settled
from resetsim.slow.system import Asked, SlowSystem
from resetsim.tissue.plasticity.dynamics import early_equilibrium, slow_rates
from resetsim.tissue.plasticity.maintenance import RULES

CLOCKS = {
    "kernel": lambda system, asked: kernel.integrate(system, [asked], 1e-8)[0],
    "twin": lambda system, asked: twin.integrate(system, [asked], 1e-6)[0],
    "reference": reference.integrate,
}


@pytest.fixture(params=CLOCKS)
def integrate(request):
    def integrate(system, drive, start, times_d):
        asked = Asked(drive, np.array(times_d), np.array([start]))
        return CLOCKS[request.param](system, asked).states[:, 0].T

    return integrate


def system(share, rule="input-dependent"):
    return SlowSystem(share_table(share), RULES[rule], CONSTANTS)


NAIVE = (0.0, 0.0, 0.0, 0.0)
UNDRIVEN = stretches([], [1.0])


def test_without_induction_an_input_dependent_trace_decays_exponentially(integrate):
    times = np.linspace(0.0, 12.0, 49)
    start = (0.0, 0.9, 0.0, 0.0)
    early, late, *_ = integrate(system(lambda _: 0.0), UNDRIVEN, start, times)
    assert late == pytest.approx(0.9 * np.exp(-times / 4.0), abs=1e-5)
    assert early == pytest.approx(0.0, abs=1e-6)


def test_without_induction_a_self_sustaining_trace_keeps_its_side_of_the_barrier(integrate):
    times = np.linspace(0.0, 30.0, 31)
    for start, end in ((0.45, 0.0), (0.55, 1.0)):
        slow = system(lambda _: 0.0, "self-sustaining")
        late = integrate(slow, UNDRIVEN, (0.0, start, 0.0, 0.0), times)[1]
        assert late[-1] == pytest.approx(end, abs=1e-3)


def test_the_early_phase_settles_where_induction_and_decay_balance(integrate):
    share = 2e-3
    times = np.linspace(0.0, 1.0, 201)
    early = integrate(system(lambda _: share), UNDRIVEN, NAIVE, times)[0]
    gain, loss = 0.25 * share, 1 / 3600.0
    expected = gain / (gain + loss) * (1 - np.exp(-(gain + loss) * times * 86400))
    assert early == pytest.approx(expected, abs=1e-4)
    zero = np.array(0.0)
    assert early_equilibrium(np.array(share), zero, CONSTANTS) == pytest.approx(
        gain / (gain + loss)
    )


def test_integration_agrees_with_another_solver(integrate):
    def share(efficacy):
        return 2e-3 * max(efficacy - 1.0, 0.0) ** 2

    times = np.linspace(0.0, 5.0, 41)
    start = (0.3, 0.6, 0.2, 0.1)
    states = integrate(system(share), UNDRIVEN, start, times)
    rates = slow_rates(RULES["input-dependent"], CONSTANTS)

    def right_hand_side(_, state):
        efficacy = 1 + 0.5 * state[0] + 1.5 * state[1]
        return [86400 * rate for rate in rates(*state, share(efficacy), 0.0, 1.0)]

    other = solve_ivp(
        right_hand_side, (0.0, 5.0), start, method="Radau", t_eval=times, rtol=1e-9, atol=1e-9
    )
    assert states == pytest.approx(other.y, abs=2e-4)


def test_a_short_event_between_stored_moments_is_not_stepped_over(integrate):
    pulse = stretches([5.0, 5.01], [0.0, 1.0, 0.0])
    times = np.array([0.0, 4.0, 5.1])
    early = integrate(system(lambda _: 1.0), pulse, NAIVE, times)[0]
    assert early[1] == pytest.approx(0.0, abs=1e-9)
    # It fills the early phase, which then decays with a time constant of an hour.
    assert early[2] == pytest.approx(np.exp(-24 * (5.1 - 5.01)), rel=0.01)


def test_treatments_that_touch_but_for_rounding_are_integrated(integrate):
    # 0.8 day + 21.6 h, and 1.7 day.
    edges = (0.0, 1.7, 0.8 + 0.9, 4.0)
    assert edges[1] < edges[2]
    drive = stretches(merged(edges), np.ones(4))
    late = integrate(system(lambda _: 0.0), drive, (0.0, 0.9, 0.0, 0.0), [0.0, 4.0])[1]
    assert late[-1] == pytest.approx(0.9 / np.e, abs=1e-5)


def test_a_stretch_of_no_length_changes_nothing(integrate):
    start = (0.1, 0.5, 0.2, 0.3)
    states = integrate(system(lambda _: 0.5), UNDRIVEN, start, [3.0])
    assert states.shape == (4, 1)
    assert tuple(states[:, 0]) == start


def test_fixed_points_lie_where_a_long_integration_ends(integrate):
    slow = system(lambda efficacy: 3e-3 / (1 + np.exp(-(efficacy - 1.8) / 0.05)))
    drift = late_drift(slow, Point(0.0))
    (saddle,) = drift.unstable
    low, high = drift.stable
    times = np.linspace(0.0, 200.0, 101)
    for start, end in ((saddle - 0.02, low), (saddle + 0.02, high)):
        state = settled(slow, Point(0.0), start)
        late = integrate(slow, UNDRIVEN, state, times)[1]
        assert late[-1] == pytest.approx(end, abs=5e-3)


def test_stored_moments_hold_every_event_once():
    times = course_times(-1.0, 10.0, [3.3, 3.3, 5.0])
    assert {-1.0, 3.3, 5.0, 10.0} <= set(times)
    assert (np.diff(times) > 0).all()
