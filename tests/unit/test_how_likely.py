"""Which hypothesis made what was seen: on data whose maker is known."""

import numpy as np
import pandas as pd
import pytest
from choose import chosen, scaled
from likely_figure import met
from open_constants import drawn, ranges

from resetsim.evidence.targets import Target

FIELDS = dict.fromkeys(("title", "observed", "quantity", "source", "status"), "x") | {
    "unit": "",
    "experiment": "x",
    "fitted": "",
    "not_judged": "",
}
TARGETS = [
    Target(id="A", tolerance_low="-1", tolerance_high="1", **FIELDS),
    Target(id="B", tolerance_low="", tolerance_high="2", **FIELDS),
]


def made(centre, count, seed):
    random = np.random.default_rng(seed)
    return pd.DataFrame(
        {"A": random.normal(centre, 1, count), "B": random.normal(centre, 1, count)}
    )


def test_what_a_hypothesis_made_is_found_again_and_what_was_seen_is_given_to_it():
    far, near = made(6, 100, 1), made(0, 100, 2)
    draws = pd.concat([far.assign(hypothesis="far"), near.assign(hypothesis="near")])
    choice = chosen(draws, TARGETS)
    assert choice.hypotheses == ("far", "near")
    assert choice.accepted[1] == 1
    assert choice.votes[1] > 0.9
    for confusion in choice.confusion:
        assert np.diag(confusion).min() > 0.9


def test_hypotheses_that_make_the_same_are_told_apart_by_nothing():
    draws = pd.concat([made(0, 200, seed).assign(hypothesis=str(seed)) for seed in (1, 2)])
    choice = chosen(draws, TARGETS)
    for confusion in choice.confusion:
        assert np.diag(confusion).mean() == pytest.approx(0.5, abs=0.1)


def test_distance_counts_in_half_widths_and_only_beyond_a_single_bound():
    values = np.array([[1.0, 5.0], [0.0, -3.0], [np.nan, 2.5]])
    assert scaled(values, TARGETS).tolist() == [[1.0, 3.0], [0.0, 0.0], [5.0, 0.5]]


def test_nothing_of_the_kind_is_not_met():
    draws = pd.DataFrame({"A": [0.5, np.nan], "B": [3.0, 1.0]})
    assert met(draws, TARGETS).tolist() == [[True, False], [False, True]]


def test_draws_lie_in_their_ranges_and_more_draws_begin_with_the_same():
    few, many = drawn("reset", 5, 1), drawn("reset", 50, 1)
    assert many[:5] == few
    assert drawn("washout", 5, 1) != few
    for name, each in ranges().items():
        values = [draw[name] for draw in many]
        assert each.low <= min(values) < each.declared < max(values) <= each.high
