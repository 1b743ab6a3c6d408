"""``resetsim validate``: what it writes, and what it refuses."""

import csv

import pytest
from test_cli_errors import refused

from resetsim.cache import cache_root
from resetsim.declare.files import find_file

# Written out here, not imported: scripts of others rely on these names and this order.
COLUMNS = "target,hypothesis,observed,tolerance_low,tolerance_high,model,verdict,reason"
OF_COHORTS = ",model_low,model_high"
COUNTED = ",no_success"
CLEARANCE_L_PER_KG_H = 1.7522 * 60 * 0.0109  # as in tests/unit/test_pharmacology.py
G_PER_MOL = 237.73


def test_one_target_under_one_hypothesis(place):
    # The shipped model is sampled as finely as it asks for: simulations done before are kept.
    kept = str(cache_root())
    words = ("--target", "V01", "--hypothesis", "reset", "--out", place.out)
    ended = place("validate", *words, RESETSIM_CACHE=kept)
    assert ended.returncode == 0, ended.stderr
    assert ended.stderr == ""
    assert {each.name for each in place.out.iterdir()} == {
        "run.json",
        *(f"validation.{kind}" for kind in ("csv", "png", "svg")),
    }
    text = place.table("validation.csv")
    assert text.splitlines()[0] == COLUMNS + OF_COHORTS + COUNTED
    (row,) = csv.DictReader(text.splitlines())
    assert (row["target"], row["hypothesis"], row["verdict"]) == ("V01", "reset", "inside")
    assert (row["tolerance_low"], row["tolerance_high"]) == ("6.98", "11.63")
    # 41 ug/kg/min at steady state, which 24 h all but reach.
    settled = 1000 * 41 * 60e-3 / CLEARANCE_L_PER_KG_H / G_PER_MOL
    assert float(row["model"]) == pytest.approx(settled, rel=0.01)
    assert row["reason"].startswith("plasma settles at 9.0 uM")
    assert "V01" in ended.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--target", "V1"], "--target: no target is 'V1'; did you mean 'V"),
        (["--hypothesis", "rest"], "no hypothesis is named 'rest'; did you mean 'reset'?"),
        (["--target", "V01", "--hypothesis", "rest"], "did you mean 'reset'?"),
        (["--target", "V01", "--jobs", "0"], "--jobs: found 0; it must be at least 1"),
        (["--target", "V01", "--out", "small.toml"], "--out: the folder small.toml cannot be"),
        (["--target", "V01", "--out", "small.toml/x"], "--out: the folder small.toml/x cannot be"),
    ],
)
def test_what_does_not_exist_is_refused(place, words, said):
    before = sorted(place.folder.iterdir())
    refused(place("validate", *words), said)
    assert sorted(place.folder.iterdir()) == before


def test_a_table_of_others_is_refused(place):
    place.out.mkdir()
    (place.out / "validation.csv").write_text("mine")
    words = ("--target", "V01", "--hypothesis", "reset", "--out", place.out)
    refused(place("validate", *words), "holds 'validation.csv' but no list")
    assert [each.name for each in place.out.iterdir()] == ["validation.csv"]
    assert place.table("validation.csv") == "mine"


def test_two_hypotheses_of_one_name_are_refused(place):
    shipped = find_file("reset", "hypothesis").read_text()
    (place.folder / "reset.toml").write_text(shipped)
    words = ("--hypothesis", "reset", "--hypothesis", "reset.toml")
    ended = refused(place("validate", "--target", "V01", *words), "two files are named 'reset'")
    assert "rename one" in ended.stderr
    assert not (place.folder / "results").exists()
