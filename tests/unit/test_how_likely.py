"""Which hypothesis made what was seen: on data whose maker is known."""

import numpy as np
import pandas as pd
import pytest
from choose import IN_TRIALS, UNLIMITED, as_far, compared
from counted import by_nothing, met, met_by_treatment
from open_constants import LEFT_OUT, RANGES, drawn, population_under, ranges
from scipy import stats

from resetsim.declare.distributions import Beta, Lognormal
from resetsim.declare.files import shipped_names
from resetsim.evidence.targets import find_target
from resetsim.patients.population import Population


def made(centre, count, seed):
    return np.random.default_rng(seed).normal(centre, 1, (count, 2))


def test_what_a_hypothesis_made_is_found_again_and_what_was_seen_is_given_to_it():
    values = np.vstack([made(6, 100, 1), made(0, 100, 2)])
    values[:20, 0] = np.nan  # what one of them often has not at all
    choice = compared(values, ["far"] * 100 + ["near"] * 100, np.zeros(2))
    assert choice.names == ("far", "near")
    assert choice.votes[1] > 0.9
    assert choice.probability > 0.9
    for place in range(2):
        share, low, high = choice.found_again(place)
        assert low < share <= high
        assert share > 0.9


def test_hypotheses_that_make_the_same_are_told_apart_by_nothing():
    values = np.vstack([made(0, 200, seed) for seed in (1, 2)])
    choice = compared(values, ["one"] * 200 + ["other"] * 200, np.zeros(2))
    assert choice.taken_for.sum(axis=1).tolist() == [200, 200]
    shares = [choice.found_again(place)[0] for place in range(2)]
    assert np.mean(shares) == pytest.approx(0.5, abs=0.1)
    assert choice.probability == pytest.approx(0.5, abs=0.25)


def test_what_is_unlike_all_draws_is_farther_than_any_of_them():
    values = made(0, 200, 1)
    assert as_far(values, np.array([8.0, 8.0])) == 0
    assert as_far(values, np.zeros(2)) > 0.2


def test_every_hypothesis_that_is_drawn_has_a_class():
    assert set(IN_TRIALS) == set(UNLIMITED) < set(shipped_names("hypothesis"))


# V11 was made for reset, N06 is met by expectation, N01 asks for hardly any effect.
DRAWS = pd.DataFrame(
    [
        {"hypothesis": "washout", "V03": -2.0, "V11": 0.8, "N06": 0.3, "N01": 0.0},
        {"hypothesis": "reset", "V03": -2.0, "V11": 0.8, "N06": 0.3, "N01": 0.9},
        {"hypothesis": "none", "V03": -0.1, "V11": 0.0, "N06": 0.6, "N01": 0.0},
    ]
).assign(**{"V03, felt": -2.0, "V11, felt": 0.8, "N06, felt": 0.0, "N01, felt": 0.0})
TARGETS = [find_target(name) for name in ("V03", "V11", "N06", "N01")]


def test_what_expectation_gives_and_what_a_hypothesis_was_made_for_are_not_counted():
    within, counted = met(DRAWS, TARGETS), met_by_treatment(DRAWS, TARGETS)
    assert within.astype(int).tolist() == [[1, 1, 1, 1], [1, 1, 1, 0], [0, 0, 0, 1]]
    assert counted.astype(int).tolist() == [[1, 1, 0, 1], [1, 0, 0, 0], [0, 0, 0, 1]]
    assert by_nothing(DRAWS, counted).tolist() == [False, False, False, True]


def test_draws_lie_in_their_ranges_and_more_draws_begin_with_the_same():
    few, many = drawn("reset", 5, 1), drawn("reset", 50, 1)
    assert many[:5] == few
    assert drawn("washout", 5, 1) != few
    for name, each in ranges().items():
        values = [draw[name] for draw in many]
        assert each.low <= min(values) < each.declared < max(values) <= each.high


def test_every_stated_range_is_drawn_or_left_out_for_a_reason():
    stated = set(pd.read_csv(RANGES)["parameter"])
    assert set(LEFT_OUT) == stated - set(ranges())


def test_people_differ_as_a_draw_says():
    share = Beta(distribution="beta", a=7, b=13, source="x")
    sensitivity = Lognormal(distribution="lognormal", median=0.3, sigma=0.35, source="x")
    distributions = {"patient.units.share_active": share, "patient.sensitivity": sensitivity}
    declared = {name: each.declared for name, each in ranges().items()}
    draw = declared | {"units.share_active": 0.42, "patient.sensitivity.sigma": 0.6}
    numbers = np.arange(4000)
    people = population_under(Population(1, distributions), draw).drawn(numbers)
    shares, logs = people["patient.units.share_active"], np.log(people["patient.sensitivity"])
    assert shares.mean() == pytest.approx(0.42, abs=0.01)
    assert shares.std() == pytest.approx(stats.beta(8.4, 11.6).std(), rel=0.05)
    assert np.median(logs) == pytest.approx(np.log(0.3), abs=0.03)
    assert logs.std() == pytest.approx(0.6, rel=0.05)
    same = population_under(Population(1, distributions), declared).drawn(numbers)
    before = Population(1, distributions).drawn(numbers)
    for key, values in before.items():
        np.testing.assert_allclose(same[key], values, rtol=1e-9)
