"""Hypothesis files, shipped and the user's own."""

from pathlib import Path

import pytest

from resetsim.errors import InputError
from resetsim.spec.hypothesis import read_hypothesis

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
    ],
)
def test_shipped(name: str, dorsal_horn: str, memory: str) -> None:
    hypothesis = read_hypothesis(name)
    assert hypothesis.name == name
    assert hypothesis.maintenance.dorsal_horn == dorsal_horn
    assert hypothesis.maintenance.memory == memory


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
