"""The ranges of the robustness analysis are those of the shipped model and experiment."""

import csv

import pytest

from resetsim.spec.files import find_file, read_toml
from resetsim.spec.quantities import parse_quantity

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
