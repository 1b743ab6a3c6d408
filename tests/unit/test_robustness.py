"""The robustness analysis: ranges as shipped, and its arithmetic on cases known beforehand."""

import csv
from dataclasses import astuple, replace
from types import SimpleNamespace

import numpy as np
import pytest
import stored
from checks import Checked
from drift import INFLUX_FACTORS, Roots, sample_drift
from outcomes import HOLDS, LONG, LOST, NO_STATE, SHORT, UNTAUGHT, Evaluated, Memory, Pain
from page import _input_rows, _position_rows, _relief_rows
from patients import Followed, _changed, _factors, after_the_longest
from ranges import RESIDUAL, Range, read_ranges
from shares import share_of
from sobol import BASE_SAMPLES, drawn, independent, indices_of

from resetsim.declare.axes import Point
from resetsim.declare.files import find_file, read_toml
from resetsim.declare.quantities import parse_quantity
from resetsim.slow.table import FINE

RANGES = find_file("dorsal_horn", "model").parents[1] / "experiments" / "evidence" / "ranges.csv"


def rows():
    with RANGES.open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def shipped(name):
    """The value of a parameter in the model file, or in the file of the experiment."""
    table, *steps = name.split(".")
    model = read_toml(find_file("dorsal_horn", "model"))
    place = (model if table in model else read_toml(find_file("blockade_duration", "experiment")))[
        table
    ]
    if isinstance(place, list):
        (place,) = place
    for step in steps:
        place = place[step]
    return place["value"] if isinstance(place, dict) else place


def si(value, unit=""):
    if isinstance(value, str):
        return parse_quantity(value).to_base_units().magnitude
    return value * (parse_quantity(f"1 {unit}").to_base_units().magnitude if unit else 1)


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["parameter"])
def test_a_range_holds_what_is_shipped_and_says_why(row):
    low, high, declared = (float(row[column]) for column in ("low", "high", "declared"))
    assert 0 < low <= declared <= high
    assert low < high
    assert si(declared, row["unit"]) == pytest.approx(si(shipped(row["parameter"])))
    assert row["source"]


LINEAR = Range("a.linear", "Hz", 1.0, 2.0, 1.4, "")
LOGARITHMIC = Range("a.logarithmic", "h", 0.5, 8.0, 2.0, "")


def test_a_range_of_a_factor_of_three_is_drawn_in_its_logarithm():
    assert [LINEAR.place(value) for value in (1.0, 1.5, 2.0)] == pytest.approx([0, 0.5, 1])
    assert [LOGARITHMIC.place(value) for value in (0.5, 2.0, 8.0)] == pytest.approx([0, 0.5, 1])
    assert (LINEAR.si, LOGARITHMIC.si) == (1.0, 3600.0)
    assert LINEAR.constant == "linear"


# Ishigami & Homma 1990, with a = 7 and b = 0.1: Sobol indices in closed form.
ISHIGAMI = {each.name: each for each in (LINEAR, LOGARITHMIC, replace(LINEAR, name="third"))}
FIRST, TOTAL = (0.3139, 0.4424, 0.0), (0.5576, 0.4424, 0.2437)


def ishigami(values):
    one, two, three = (
        2 * np.pi * (ISHIGAMI[name].place(value) - 0.5) for name, value in values.items()
    )
    return np.sin(one) * (1 + 0.1 * three**4) + 7 * np.sin(two) ** 2


def test_sobol_indices_are_those_of_a_function_whose_indices_are_known():
    sample = drawn(ISHIGAMI)
    assert len(sample) == BASE_SAMPLES * (len(ISHIGAMI) + 2)
    found = indices_of(ISHIGAMI, [ishigami(values) for values in sample])
    for name, first, total in zip(ISHIGAMI, FIRST, TOTAL, strict=True):
        assert found["S1"][name] == pytest.approx(first, abs=0.06)
        assert found["ST"][name] == pytest.approx(total, abs=0.06)
        assert abs(found["S1"][name] - first) < 1.5 * found["S1_conf"][name]


def test_draws_counted_as_shares_are_independent_and_fill_the_ranges():
    draws = independent(drawn(ISHIGAMI))
    assert len(draws) == 2 * BASE_SAMPLES
    places = np.array([[ISHIGAMI[name].place(each[name]) for name in ISHIGAMI] for each in draws])
    for place in places.T:
        assert np.sort(place) == pytest.approx((np.arange(len(draws)) + 0.5) / len(draws), abs=0.01)
    pairs = places.reshape(BASE_SAMPLES, 2 * len(ISHIGAMI))
    apart = np.corrcoef(pairs.T) - np.eye(2 * len(ISHIGAMI))
    assert np.abs(apart).max() < 0.1


@pytest.mark.parametrize(
    ("true", "of", "said"),
    [  # intervals: Newcombe 1998 Stat Med 17:857, table I, method 3
        (81, 263, "31 % (25.5 to 36.6)"),
        (15, 148, "10 % (6.2 to 16.0)"),
        (0, 20, "0.0 % (0.0 to 16.1)"),
        (1, 29, "3.4 % (0.6 to 17.2)"),
    ],
)
def test_shares_have_wilsons_interval(true, of, said):
    assert share_of([True] * true + [False] * (of - true)) == said


REMEMBERED = Memory(taught_early=0.7, late_before=0.95, late_after=0.95)


@pytest.mark.parametrize(
    ("pain", "memory", "outcome"),
    [
        (Pain(0.9, 0.9, 80.0), REMEMBERED, HOLDS),
        (Pain(0.9, 0.9, 80.0), Memory(0.7, 0.95, 0.8), LOST),
        (Pain(0.9, 0.9, 80.0), Memory(0.3, 0.4, 0.4), UNTAUGHT),
        (Pain(0.9, 0.9, 3.9), REMEMBERED, SHORT),
        (Pain(0.9, 0.9, 169.0), Memory(0.3, 0.4, 0.4), LONG),
        (Pain(0.9, 0.9, float("inf")), REMEMBERED, LONG),
        (Pain(0.9, 0.4, float("nan")), REMEMBERED, NO_STATE),
        (Pain(0.05, 0.09, float("nan")), REMEMBERED, NO_STATE),
    ],
)
def test_a_sample_counts_for_the_first_part_that_fails(pain, memory, outcome):
    assert Evaluated({}, pain, memory, None).outcome == outcome


def test_thresholds_that_do_not_exist_have_a_logarithm_too():
    hours = [(0.9, 100.0), (0.9, float("inf")), (0.9, 0.0), (0.0, float("nan"))]
    found = [Pain(0.9, late, threshold).log_threshold for late, threshold in hours]
    assert 10 ** np.array(found) == pytest.approx([100, 365 * 24, 0.5, 0.5])


INF = float("inf")
RESET, GONE, KEPT = (
    Pain(0.9, 0.9, 80.0),
    Pain(0.1, 0.02, float("nan")),
    Pain(0.9, 0.9, float("inf")),
)


def sample_of(rate, pain, window=None):
    values = {name: each.low for name, each in read_ranges().items()}
    return Evaluated(values | {RESIDUAL: rate}, pain, REMEMBERED, window)


def test_rows_of_the_page_count_by_input_and_place():
    draws = [sample_of(0.37, GONE), sample_of(0.42, RESET), sample_of(0.5, RESET)]
    draws += [sample_of(rate, KEPT) for rate in (0.58, 0.66, 0.75)]
    first, second, *_ = _input_rows(read_ranges(), draws)
    assert first == ("0.35 to 0.44 Hz", "50 %", "0 %", "50 %", "0 %")
    assert second == ("0.44 to 0.53 Hz", "0 %", "0 %", "100 %", "0 %")
    (row,) = _position_rows(read_ranges(), [RESIDUAL], draws)
    assert row == ("`residual_rate`", "0.04", "0.24", "0.70")


def test_drift_between_measured_influxes_is_linear_in_its_root():
    influx, free, rate, efficacy = np.meshgrid(
        INFLUX_FACTORS, (0.05, 0.5, 1.0), (1.0, 2.0), np.linspace(1, 3, FINE), indexing="ij"
    )
    root = influx + 10 * free + 100 * rate + 1000 * efficacy
    values = np.stack([root, 2 * root, 3 * root], axis=-2)
    roots = Roots((1.0, 2.0), (0.05, 0.5, 1.0), (1.0, 3.0), values)
    drift = sample_drift(roots, roots, 0.96, blockade=0.7)
    for point, left in ((Point(1.25), 1.0), (Point(1.25, 0.3), 0.3)):
        wanted = 0.96 + 10 * left + 125 + 2201
        found = drift(point, 2.201)
        assert found.potentiating == pytest.approx(wanted**2)
        assert found.depressing == pytest.approx(4 * wanted**2)
        assert found.output_hz == pytest.approx(9 * wanted**2)


def test_samples_are_read_as_they_were_written(tmp_path, monkeypatch):
    monkeypatch.setattr(stored, "SAMPLES", tmp_path / "robustness.csv")
    written = [
        sample_of(1.2, KEPT, window=3),
        sample_of(1.7, GONE),
    ]
    stored.write_samples(written)
    for one, other in zip(stored.read_samples(read_ranges()), written, strict=True):
        assert one.values == pytest.approx(other.values)
        assert (one.memory, one.window, one.outcome) == (other.memory, other.window, other.outcome)
        assert astuple(one.pain) == pytest.approx(astuple(other.pain), nan_ok=True)


def test_checks_are_read_as_they_were_written(tmp_path, monkeypatch):
    monkeypatch.setattr(stored, "CHECKS", tmp_path / "checks.csv")
    declared = replace(RESET, nrs_before=6.9, nrs_half_back_d=INF)
    written = Checked(0.01, 0.4, 0.5, declared, 90.0, 0.7, 0.6)
    stored.write_checks(written)
    found = stored.read_checks()
    assert astuple(found.declared) == pytest.approx(astuple(declared), nan_ok=True)
    assert replace(found, declared=declared) == written


def test_relief_is_told_in_quartiles():
    lasting = [
        replace(RESET, lowered_week=week, nrs_less_week=10 * week, nrs_half_back_d=back_d)
        for week, back_d in zip(
            (0.8, 0.4, 0.2, 0.1, 0.9), (0.001, 0.25, INF, INF, 0.02), strict=True
        )
    ]
    told = {words: cells for words, *cells in _relief_rows(lasting, lasting[0])}
    assert told["plasticity missing after 7 days"] == ["20 %", "40 %", "80 %", "80 %"]
    assert told["pain lower after 7 days (NRS)"] == ["2.0", "4.0", "8.0", "8.0"]
    gone = told["half of the relief at the end is gone after"]
    assert gone == ["29 min", "6 h", "not by day 240", "within 2 min"]


def test_relief_is_told_beside_the_same_patient_untreated():
    time_d = np.array([0.0, 60.0, 67.0, 68.0, 74.0, 97.0, 240.0])
    untreated = Followed(time_d, np.full(7, 0.8), np.array([0.0, 7.0, 6.5, 6.0, 6.0, 6.0, 6.0]))
    treated = Followed(
        time_d,
        np.array([0.0, 0.8, 0.2, 0.3, 0.4, 0.6, 0.6]),
        np.array([0.0, 7.0, 0.5, 4.0, 4.5, 5.0, 5.0]),
    )
    found = after_the_longest(RESET, untreated, treated, end_d=67.0)
    assert astuple(found)[3:] == pytest.approx((0.5, 0.25, 30.0, 7.0, 1.5, 1.0, 1.0))


def test_constants_of_both_tissues_change_by_the_same_factor():
    ranges = read_ranges()
    values = {name: each.declared for name, each in ranges.items()}
    shared = SimpleNamespace(ranges=ranges)
    values["plasticity.potentiation_rate"] *= 2
    factors = _factors(shared, values)
    assert factors.pop("potentiation_rate") == 2
    assert set(factors.values()) == {1.0}
    assert _changed({"early_decay": 3600.0, "tag_width": 0.1}, {"early_decay": 0.5}) == {
        "early_decay": 1800.0,
        "tag_width": 0.1,
    }
