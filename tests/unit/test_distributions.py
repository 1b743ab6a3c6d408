"""Distributions of a file: draws against SciPy, and what is refused."""

import numpy as np
import pytest
from scipy import stats
from scipy.special import ndtri

from resetsim.declare.distributions import distribution_of
from resetsim.patients.population import from_scores

# Scores at the middle of a hundred thousand equal parts of the normal distribution.
SCORES = ndtri((np.arange(100_000) + 0.5) / 100_000)


def of(kind, **keys):
    return distribution_of({"distribution": kind, "source": "a guess", **keys})


@pytest.mark.parametrize(
    ("table", "unit", "exact"),
    [
        (of("lognormal", median="30 min", sigma=0.91), "hour", stats.lognorm(0.91, scale=0.5)),
        (of("normal", mean="70 kg", sd="9000 g"), "kg", stats.norm(70, 9)),
        (of("uniform", low="60 min", high="3 h"), "hour", stats.uniform(1, 2)),
        (of("beta", a=2.5, b=0.8), "", stats.beta(2.5, 0.8)),
    ],
    ids=lambda each: getattr(each, "distribution", ""),
)
def test_draws_are_those_of_scipy(table, unit, exact):
    drawn = from_scores(table, unit, SCORES)
    share = np.array([0.001, 0.05, 0.31, 0.5, 0.77, 0.999])
    assert from_scores(table, unit, ndtri(share)) == pytest.approx(exact.ppf(share), rel=1e-9)
    assert drawn.mean() == pytest.approx(exact.mean(), rel=1e-3)
    assert drawn.std() == pytest.approx(exact.std(), rel=1e-2)
    typical = table.typical
    middle = exact.median() if table.distribution == "lognormal" else exact.mean()
    assert float(typical.m_as(unit)) == pytest.approx(middle)


def test_values_of_a_choice_come_in_proportion_to_their_weights():
    table = of("choice", values=["1 Hz", "60 1/min", "3 Hz"], weights=[1, 0, 3])
    drawn = from_scores(table, "Hz", SCORES)
    found, counts = np.unique(drawn, return_counts=True)
    assert found.tolist() == [1.0, 3.0]
    assert counts / len(drawn) == pytest.approx([0.25, 0.75], abs=1e-4)
    alike = from_scores(of("choice", values=[1, 2, 3]), "", SCORES)
    assert np.bincount(alike.astype(int))[1:] / len(alike) == pytest.approx([1 / 3] * 3, abs=1e-4)
    assert float(table.typical.m_as("Hz")) == 3.0


WRONG = [
    ({"distribution": "lognorml"}, "distribution: found 'lognorml'; did you mean 'lognormal'?"),
    ({"distribution": 3}, "distribution: found 3; "),
    ({"distribution": "normal", "mean": 1}, "sd: missing, but a normal distribution needs it"),
    ({"distribution": "beta", "a": 1, "b": 1, "c": 1}, "c: unknown key; "),
    ({"distribution": "normal", "mean": 1, "sd": -0.5}, "sd: found '-0.5'; it must not be neg"),
    ({"distribution": "normal", "mean": "1 Hz", "sd": "1 s"}, "sd: found '1 s', which is a time"),
    (
        {"distribution": "normal", "mean": "1 Hz", "sd": 1},
        "sd: found 1, which is a number",
    ),
    ({"distribution": "lognormal", "median": "1 Hz", "sigma": -0.1}, "sigma: found -0.1; "),
    ({"distribution": "lognormal", "median": "1 Hz", "sigma": "1 Hz"}, "sigma: found '1 Hz'; "),
    ({"distribution": "lognormal", "median": "0 Hz", "sigma": 1}, "median: found '0 Hz'; it must"),
    ({"distribution": "lognormal", "median": "-1 Hz", "sigma": 1}, "median: found '-1 Hz'; it mu"),
    ({"distribution": "uniform", "low": "2 h", "high": "60 min"}, "low: found '2 h'; it must not"),
    ({"distribution": "uniform", "low": "2 h", "high": "3 Hz"}, "high: found '3 Hz'"),
    ({"distribution": "beta", "a": 0, "b": 1}, "a: found 0; "),
    ({"distribution": "choice", "values": []}, "values: found an empty"),
    ({"distribution": "choice", "values": ["1 h", "1 Hz"]}, "values: found several dimensions"),
    ({"distribution": "choice", "values": [1, 2], "weights": [1]}, "weights: found 1; each of the"),
    ({"distribution": "choice", "values": [1], "weights": [0]}, "weights: found none above zero"),
    ({"distribution": "choice", "values": [1], "weights": [-1]}, "weights.0: found -1; "),
    (
        {"distribution": "uniform", "low": 0, "high": 1, "at_least": 0.7, "at_most": 0.2},
        "found at_least '0.7'; it must not be above at_most '0.2'",
    ),
    ({"distribution": "uniform", "low": "0 h", "high": "1 h", "at_most": "2 Hz"}, "at_most: found"),
    ({"distribution": "lognormal", "median": "1 Hz", "sigma": float("nan")}, "sigma: found nan"),
    ({"distribution": "normal", "mean": "nan Hz", "sd": "1 Hz"}, "mean: found 'nan Hz'"),
]


@pytest.mark.parametrize(("table", "said"), WRONG, ids=[said for _, said in WRONG])
def test_a_wrong_distribution_is_refused(table, said):
    with pytest.raises(ValueError, match=r"found|missing|unknown") as refused:
        distribution_of({"source": "a guess", **table})
    assert str(refused.value).startswith(said)
    assert "\n" not in str(refused.value)


def test_a_distribution_says_where_it_comes_from():
    with pytest.raises(ValueError, match="source: missing, but a beta distribution needs it"):
        distribution_of({"distribution": "beta", "a": 1, "b": 1})
