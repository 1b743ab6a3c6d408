"""Hypothesis files, shipped and the user's own."""

from pathlib import Path

import pytest

from resetsim.declare.hypothesis import read_hypothesis
from resetsim.declare.quantities import parse_quantity
from resetsim.errors import InputError

OWN = """
description = "Pain ages into a memory"
source = "mine"
[maintenance]
dorsal_horn = "ageing-trace"
memory = "self-sustaining"
"""


@pytest.mark.parametrize(
    ("name", "dorsal_horn", "memory"),
    [
        ("reset", "input-dependent", "self-sustaining"),
        ("self_sustaining_pain", "self-sustaining", "self-sustaining"),
        ("input_dependent_memory", "input-dependent", "input-dependent"),
        ("none", "none", "none"),
        ("ageing_trace", "ageing", "self-sustaining"),
        ("washout", "permanent", "self-sustaining"),
        ("descending_only", "input-dependent", "self-sustaining"),
        ("fragile_memory", "input-dependent", "input-dependent"),
        ("active_forgetting", "input-dependent", "activity-driven decay"),
    ],
)
def test_shipped(name: str, dorsal_horn: str, memory: str) -> None:
    hypothesis = read_hypothesis(name)
    assert hypothesis.name == name
    assert hypothesis.maintenance.dorsal_horn == dorsal_horn
    assert hypothesis.maintenance.memory == memory


def test_what_is_not_said_is_left_as_it_was() -> None:
    plain, drug = read_hypothesis("reset"), read_hypothesis("washout").drug
    assert (plain.drug.acts_on, plain.reactivation) == ("nmda", None)
    assert plain.maintenance.heterosynaptic is None
    assert (drug.acts_on, read_hypothesis("descending_only").drug.acts_on) == ("pain", "descending")
    replayed = read_hypothesis("fragile_memory").reactivation
    assert replayed is not None
    assert replayed.rate == parse_quantity("500 1/h")


def test_own_file(tmp_path: Path) -> None:
    (tmp_path / "ageing.toml").write_text(OWN)
    hypothesis = read_hypothesis("ageing.toml", relative_to=tmp_path)
    assert (hypothesis.name, hypothesis.source) == ("ageing", "mine")


def test_unknown_name() -> None:
    with pytest.raises(InputError, match="no hypothesis is named 'rest'; did you mean 'reset'"):
        read_hypothesis("rest")


@pytest.mark.parametrize(
    ("old", "new", "part"),
    [
        ('memory = "self-sustaining"', "", "maintenance.memory: missing"),
        ("memory =", "memori =", "maintenance.memori: unknown key; did you mean 'memory'?"),
        ('source = "mine"', 'source = ""', "source: found ''"),
        ('source = "mine"', 'source = "mine"\nname = "x"', "name: unknown key"),
    ],
)
def test_refusals(tmp_path: Path, old: str, new: str, part: str) -> None:
    path = tmp_path / "own.toml"
    path.write_text(OWN.replace(old, new))
    with pytest.raises(InputError) as caught:
        read_hypothesis(path)
    assert part in str(caught.value)
