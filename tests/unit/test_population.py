"""Who the patients are: numbers that depend on seed and number alone, and correlations."""

import numpy as np
import pytest
from scipy.stats import kstest, lognorm, norm, poisson

from resetsim.declare.cohort import Correlation
from resetsim.declare.distributions import distribution_of
from resetsim.errors import InputError
from resetsim.patients.population import Population

MANY = np.arange(20_000)


def of(kind, **keys):
    return distribution_of({"distribution": kind, "source": "a guess", **keys})


RESIDUAL, HEALS = "patient.injury.residual_rate", "patient.injury.heals_with"
DECAY, EXPECTS = "plasticity.late_decay", "trial.expectation"
DRAWN = {
    RESIDUAL: of("lognormal", median="0.5 Hz", sigma=0.4),
    HEALS: of("normal", mean="10 day", sd="1 day"),
    DECAY: of("lognormal", median="3 day", sigma=0.91),
    EXPECTS: of("normal", mean=1, sd=0.5),
    "patient.flare_ups.duration": of("lognormal", median="4 h", sigma=1),
}


def correlated(*triples):
    return tuple(Correlation(between=(a, b), value=v, source="a guess") for a, b, v in triples)


def population(*triples, seed=1, drawn=DRAWN):
    return Population(seed, drawn, correlated(*triples))


def test_draws_have_their_distributions_in_their_units():
    everybody = population()
    drawn = everybody.drawn(MANY)
    assert set(drawn) == set(DRAWN) - {"patient.flare_ups.duration"}
    assert kstest(drawn[RESIDUAL], lognorm(0.4, scale=0.5).cdf).pvalue > 0.001
    assert kstest(drawn[HEALS], norm(10, 1).cdf).pvalue > 0.001
    assert kstest(drawn[DECAY] / 86400, lognorm(0.91, scale=3).cdf).pvalue > 0.001
    units = {key: everybody.unit(key) for key in everybody.keys}
    assert units == {RESIDUAL: "Hz", HEALS: "day", DECAY: "s", EXPECTS: ""}


def test_correlations_of_normal_scores_are_reached():
    triples = ((RESIDUAL, DECAY, 0.6), (HEALS, DECAY, -0.5), (HEALS, EXPECTS, 0.3))
    drawn = population(*triples).drawn(MANY)
    scores = {
        RESIDUAL: np.log(drawn[RESIDUAL]),
        HEALS: drawn[HEALS],
        DECAY: np.log(drawn[DECAY]),
        EXPECTS: drawn[EXPECTS],
    }
    wanted = np.eye(4)
    for a, b, value in triples:
        i, j = list(scores).index(a), list(scores).index(b)
        wanted[i, j] = wanted[j, i] = value
    assert np.corrcoef(list(scores.values())) == pytest.approx(wanted, abs=0.025)
    alone = population().drawn(MANY)
    assert drawn[RESIDUAL] == pytest.approx(alone[RESIDUAL], rel=1e-8)  # the first keeps its draws
    for key in alone:
        assert drawn[key].std() == pytest.approx(alone[key].std(), rel=0.1)


@pytest.mark.parametrize("value", [1, -1])
def test_two_that_go_together_wholly_do(value):
    drawn = population((RESIDUAL, DECAY, value)).drawn(MANY)
    found = np.corrcoef(np.log(drawn[RESIDUAL]), np.log(drawn[DECAY]))[0, 1]
    assert found == pytest.approx(value, abs=1e-6)
    assert np.log(drawn[DECAY]).std() == pytest.approx(0.91, rel=0.03)


@pytest.mark.parametrize("value", [0.5, 1])
def test_a_correlation_changes_no_third_quantity(value):
    alone, drawn = population(), population((RESIDUAL, DECAY, value))
    for key in (RESIDUAL, HEALS, EXPECTS):
        assert drawn.drawn(MANY)[key] == pytest.approx(alone.drawn(MANY)[key], abs=1e-7)


def test_correlations_that_nobody_can_have_are_refused():
    triples = ((RESIDUAL, DECAY, 0.9), (HEALS, DECAY, 0.9), (RESIDUAL, HEALS, -0.9))
    with pytest.raises(InputError, match=r"^cohort\.correlation: no patients can have these"):
        population(*triples).drawn(MANY[:3])


def test_a_patient_is_the_same_whoever_else_there_is():
    everybody = population((RESIDUAL, DECAY, 0.5))
    spread = np.full(len(MANY), 0.4)
    drawn, inputs = everybody.drawn(MANY), everybody.multipliers(MANY, 5, spread)
    some = np.array([4, 17, 18, 5003])
    for key, values in everybody.drawn(some).items():
        assert np.array_equal(values, drawn[key][some])
    assert np.array_equal(everybody.multipliers(some, 5, spread[:4]), inputs[some])
    more = population((RESIDUAL, DECAY, 0.5), drawn={**DRAWN, "patient.volume": DRAWN[EXPECTS]})
    for key, values in more.drawn(some).items():
        assert key == "patient.volume" or np.array_equal(values, drawn[key][some])
    other = population((RESIDUAL, DECAY, 0.5), seed=2).drawn(some)
    assert not any((other[key] == drawn[key][some]).any() for key in other)


def test_units_have_the_declared_spread_around_one():
    inputs = population().multipliers(MANY, 20, np.full(len(MANY), 0.4))
    assert inputs.mean(axis=1) == pytest.approx(np.ones(len(MANY)))
    logs = np.log(inputs)
    # Of 20 numbers the spread around their own mean is smaller by a twentieth in variance.
    assert logs.std(axis=1, ddof=1).mean() == pytest.approx(0.4, rel=0.03)


def test_flare_ups_come_at_random_at_their_rate():
    rate = np.repeat([0.02, 0.2], len(MANY) // 2)
    begins, lasting, sizes = population().flare_ups(MANY, rate, 10.0, 110.0)
    assert (np.isinf(begins) | ((begins > 10) & (begins < 110))).all()
    counts = np.isfinite(begins).sum(axis=1)
    for some, mean in ((counts[: len(MANY) // 2], 2.0), (counts[len(MANY) // 2 :], 20.0)):
        assert some.mean() == pytest.approx(mean, rel=0.02)
        assert some.var() == pytest.approx(mean, rel=0.05)
        assert (some == 2).mean() == pytest.approx(poisson(mean).pmf(2), abs=0.01)
    moments = begins[np.isfinite(begins)]
    assert kstest(moments, "uniform", args=(10, 100)).pvalue > 0.001
    assert lasting.shape == sizes.shape == begins.shape
    assert abs(np.corrcoef(lasting.ravel(), sizes.ravel())[0, 1]) < 0.01


def test_a_longer_timeline_or_a_rarer_neighbour_changes_no_flare_up():
    everybody, few = population(), np.arange(50)
    rate = np.full(50, 0.1)
    short = everybody.flare_ups(few, rate, 0.0, 50.0)
    long = everybody.flare_ups(few, rate, 0.0, 200.0)
    busy = everybody.flare_ups(few, np.where(few == 7, 3.0, rate), 0.0, 50.0)
    had = np.isfinite(short[0])
    for one, longer, beside in zip(short, long, busy, strict=True):
        width = one.shape[1]
        assert np.array_equal(one[had], longer[:, :width][had])
        others = had & (few != 7)[:, None]
        assert np.array_equal(one[others], beside[:, :width][others])


def test_a_patient_without_flare_ups_has_none():
    begins, _, _ = population().flare_ups(np.arange(3), np.array([0.0, 0.1, 0.0]), 0.0, 500.0)
    assert np.isinf(begins[[0, 2]]).all()
    assert np.isfinite(begins[1]).sum() > 10
    nobody, *_ = population().flare_ups(np.arange(3), np.zeros(3), 0.0, 500.0)
    assert not np.isfinite(nobody).any()


def test_more_flare_ups_than_can_be_followed_are_refused():
    with pytest.raises(InputError, match=r"^patient\.flare_ups\.rate: more than 4000 flare-ups"):
        population().flare_ups(np.arange(2), np.full(2, 10.0), 0.0, 1000.0)


def test_draws_end_where_the_file_and_the_quantity_say():
    low = of("lognormal", median="0.5 Hz", sigma=1, at_least="0.3 Hz", at_most="48 1/min")
    share = of("normal", mean=0.5, sd=1)
    drawn = population(drawn={RESIDUAL: low, "patient.units.share_active": share}).drawn(MANY)
    assert (drawn[RESIDUAL].min(), drawn[RESIDUAL].max()) == pytest.approx((0.3, 0.8))
    found = drawn["patient.units.share_active"]
    assert (found.min(), found.max()) == (0.01, 1.0)


def test_a_property_of_flare_ups_is_drawn_where_it_is_declared():
    scores = np.array([[-1.0, 0.0], [1.0, np.inf]])
    found = population().of_flare_ups("patient.flare_ups.duration", scores, 1.0)
    assert found[0] == pytest.approx(np.exp([-1, 0]) / 6)
    assert found[1, 1] == 90.0
    alike = population(drawn={}).of_flare_ups("patient.flare_ups.duration", scores, 1.5)
    assert (alike == 1.5).all()
