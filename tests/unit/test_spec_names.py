"""Names in a model file: what cannot be the name of an object is refused when the file is read."""

import json
from pathlib import Path

import pytest

from resetsim.declare.files import find_file, read_text
from resetsim.declare.model import Model, read_model
from resetsim.errors import InputError

SHIPPED = read_text(find_file("dorsal_horn", "model"))


def read(folder: Path, text: str) -> Model:
    path = folder / "model.toml"
    path.write_text(text, encoding="utf-8")
    return read_model(path)


def renamed(name: str) -> str:
    """The shipped model, one of its populations named otherwise throughout."""
    quoted = json.dumps(name)
    text = SHIPPED.replace("population.excitatory", f"population.{quoted}")
    assert '"excitatory"' in text
    return text.replace('"excitatory"', quoted)


@pytest.mark.parametrize(
    "name",
    [
        *("a b", "a.b", "a/b", "../up", "1st", "_hidden", "a__b", "a_", "a-b", "é", "α"),
        *("a\n", "\u202ea", 'a"b', "a;b", "a\\b", "²"),
    ],
)
def test_what_is_no_identifier_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match=r"model\.toml: population: found the name .*begins with"):
        read(tmp_path, renamed(name))


@pytest.mark.parametrize(
    "name",
    [
        *("control", "course", "course_clock", "defaultclock", "network", "spikes_wdr"),
        *("wdr_pre", "wdr_post", "wdr_stateupdater", "wdr_thresholder", "new_clock"),
        *("class", "lambda", "None", "double", "template", "static_cast"),
    ],
)
def test_what_is_taken_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(
        InputError, match=rf"toml: population: found the name '{name}', which is reserved; choose"
    ):
        read(tmp_path, renamed(name))


def test_what_is_too_long_is_refused(tmp_path: Path) -> None:
    assert "x" * 40 in read(tmp_path, renamed("x" * 40)).population
    with pytest.raises(InputError, match="of 41 characters; 40 are allowed"):
        read(tmp_path, renamed("x" * 41))


@pytest.mark.parametrize("name", ["Excitatory2", "lamina_I", "to", "e", "spikes", "pre"])
def test_other_names_are_as_good_as_ours(tmp_path: Path, name: str) -> None:
    assert name in read(tmp_path, renamed(name)).population


def test_a_protocol_needs_a_name_too(tmp_path: Path) -> None:
    text = SHIPPED.replace("[protocol.brush]", '[protocol."a brush"]')
    with pytest.raises(InputError, match=r"model\.toml: protocol: found the name 'a brush'"):
        read(tmp_path, text)


def test_two_connections_between_the_same_populations_are_refused(tmp_path: Path) -> None:
    text = SHIPPED.replace('source = "nk1r"\ntarget = "wdr"', 'source = "c_fibre"\ntarget = "wdr"')
    assert text != SHIPPED
    with pytest.raises(InputError, match=r"found 2 that are named 'c_fibre_to_wdr'.*; give one"):
        read(tmp_path, text)


def test_a_population_named_like_a_connection_is_refused(tmp_path: Path) -> None:
    text = renamed("c_fibre_to_wdr")
    with pytest.raises(InputError, match=r"population\.c_fibre_to_wdr: a connection has this name"):
        read(tmp_path, text)


def test_the_shipped_models_are_read() -> None:
    for name in ("dorsal_horn", "memory"):
        assert read_model(find_file(name, "model")).population
