"""``new`` and ``schema``: a file to start from, and what an editor needs to help with it."""

import json
import tomllib

import jsonschema
import pytest

from resetsim.declare.files import KINDS, SCHEMA_LINE, find_file


@pytest.fixture
def place(place_inside):
    return place_inside


def test_a_new_experiment_is_the_shipped_one_with_its_comments_and_a_schema(place):
    ended = place("new", "mine", "--from", "dose_duration")
    assert ended.returncode == 0
    assert ended.stdout == "mine.toml: change it, then 'resetsim run mine.toml'\n"
    text = (place.folder / "mine.toml").read_text("utf-8")
    shipped = find_file("dose_duration", "experiment").read_text("utf-8")
    assert text.endswith(shipped.partition("\n")[2])
    first, *comments = text.removesuffix(shipped.partition("\n")[2]).splitlines()
    assert all(line.startswith("#") for line in comments)
    assert "dose_duration" in comments[0]
    schema = place.folder / first.removeprefix(SCHEMA_LINE)
    jsonschema.validate(tomllib.loads(text), json.loads(schema.read_text("utf-8")))


def test_a_second_experiment_is_written_beside_the_first(place):
    for name in ("one", "two.toml"):
        assert place("new", name).returncode == 0
    written = {each.name for each in place.folder.glob("*.toml")}
    assert {"one.toml", "two.toml"} <= written
    assert len(list(place.folder.glob("*.json"))) == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["new", "small"], "small.toml: is there already; name another"),
        (["new", "no/where"], "there is no folder no; make it first"),
        (["new", "mine", "--from", "blockade_durtion"], "did you mean 'blockade_duration'?"),
        (["schema", "modle"], "did you mean 'model'?"),
        (["schema"], "say of which kind of file, or --out FOLDER for all"),
        (["run", "small"], "did you mean the file 'small.toml'?"),
        (
            ["compare", "small.toml", "--vary", "duration=1 day"],
            "key: 'treatment.duration'\n",
        ),
        (["compare", "small.toml", "--vary", "treatment.duration"], "must be KEY=VALUE1,VALUE2"),
    ],
)
def test_what_cannot_be_done_is_refused(place, words, said):
    before = {each: each.read_bytes() for each in place.folder.glob("*.*") if each.is_file()}
    ended = place(*words)
    assert ended.returncode == 2
    assert said in ended.stderr
    after = {each: each.read_bytes() for each in place.folder.glob("*.*") if each.is_file()}
    assert after == before


def test_schemas_are_written_to_a_folder(place):
    assert place("schema", "--out", "schemas").returncode == 0
    assert len(list((place.folder / "schemas").glob("resetsim-*.json"))) == len(KINDS)
    assert place("schema", "drug", "--out", "one").returncode == 0
    assert [each.name for each in (place.folder / "one").iterdir()] == ["resetsim-drug.json"]


def test_a_treatment_before_the_injury_is_warned_of(place):
    text = place.experiment.read_text().replace('at = "0 day"', 'at = "10 day"')
    place.experiment.write_text(text.replace("late_phase = 0.8", "late_phase = 0"))
    ended = place("run", "small.toml", "--out", "small.toml")
    warned, refused = ended.stderr.splitlines()
    assert warned.startswith("Warning: ")
    assert "before the injury on '10 day'" in warned
    assert refused.startswith("Error: ")
