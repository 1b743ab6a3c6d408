"""What is told of networks wired anew: means and spreads of known numbers."""

from math import inf

import pytest
from graded_levels import Graded
from wiring_seeds import BAND_SD, FROM, HEALED, MUCH, SOME, TO, Found, _beginning, page

PAINS = [f"{rate}, {when}" for rate in (SOME, MUCH) for when in ("before", "untreated")]
PAINS += [f"{rate}, after a week" for rate in (SOME, MUCH)]


def network(pain, hours):
    band = Found(pain, pain - 0.1 * BAND_SD / 2, pain + 0.1 * BAND_SD / 2)
    names = [FROM, TO, f"{HEALED}, before", *PAINS]
    thresholds = {
        f"threshold at {SOME}": Found(hours, hours - 5, hours + 5),
        f"threshold at {MUCH}": Found(inf, 200, inf),
    }
    return dict.fromkeys(names, band) | thresholds


def test_mean_and_spread_over_networks_stand_below_each_table():
    doses = {1: Graded((9, 8, 8), 0.0), 2: Graded((8, 8, 7), 0.123)}
    text = page({1: network(5.0, 100.0), 2: network(7.0, 120.0)}, doses)
    assert text.endswith("| 1 | 9 | 8 | 8 | 0.00 |\n| 2 | 8 | 8 | 7 | 0.12 |\n")
    assert "from 2 seeds" in text
    networks, _ = text.split("## Grades")
    rows = [line.split(" | ") for line in networks.splitlines() if line.startswith("| ")]
    pain = [row[1] for row in rows if row[0] != "| 1" and row[0] != "| 2"]
    assert pain.count("6.00") == 2  # mean of 5 and 7, below both tables
    assert pain.count("1.41") == 2  # root of ((5 - 6)² + (7 - 6)²) / 1
    assert pain.count("0.10") == 2
    assert "110 h | median never |" in text
    assert "100 h (95 h to 105 h) | never (200 h to never) |" in text


def test_an_edge_is_found_where_it_is():
    assert _beginning(lambda rate: rate > 1.337, 1.3, 1.4) == pytest.approx(1.337, abs=0.003)
