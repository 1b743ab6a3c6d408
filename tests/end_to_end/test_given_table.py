"""A drift table that travels: whoever is given it gives the same numbers, and no other is taken."""

import json

import numpy as np
import pandas as pd
import pytest
from cohort_files import different_files
from known_cohort import SMALL
from test_cohorts import CohortPlace, done

GIVEN = {"NO_FORMULA": "1"}  # as on a machine that has measured nothing
TAUGHT = {"TAUGHT": "1"}
LEARNED = SMALL.replace("seed = 3", 'memory = "memory"\nseed = 3').replace(
    "[follow_up]",
    '[[patient.learning]]\nat = "32 day"\npatterns = 2\n\n[follow_up]',
)


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    """The cohort run where its drift was measured, and that drift as a file."""
    place = CohortPlace(tmp_path_factory.mktemp("measured"))
    done(place.run("--jobs", "1"))
    place.drift = place.folder / "drift.table"
    done(place("table", place.experiment, "--out", place.drift))
    return place


@pytest.fixture(scope="module")
def remembered(tmp_path_factory):
    """The same of a cohort with a memory."""
    place = CohortPlace(tmp_path_factory.mktemp("remembered"))
    place.experiment.write_text(LEARNED)
    done(place.run("--jobs", "1", **TAUGHT))
    place.drift = place.folder / "drift.table"
    done(place("table", place.experiment, "--out", place.drift, **TAUGHT))
    return place


@pytest.fixture
def place(tmp_path):
    return CohortPlace(tmp_path)


def shard(place, which, drift):
    out = place.folder / f"shard_{which}"
    words = ("--shard", f"{which}/2", "--jobs", "1", "--out", out, "--table", drift)
    done(place("run", place.experiment, *words, **GIVEN))
    return out


def refused(ended, *says):
    assert ended.returncode == 2
    assert ended.stderr.count("\n") == 1
    for each in says:
        assert each in ended.stderr
    return True


def elsewhere(measured, file, part="roots"):
    """Write the same table as another kind of processor measures it: all but equal."""
    with np.load(measured.drift) as stored:
        parts = {name: stored[name] for name in stored.files}
    (changed,) = (name for name in parts if name.endswith(part))
    parts[changed] = parts[changed] * (1 + 1e-9)
    with file.open("wb") as stream:
        np.savez(stream, **parts)
    return file


def test_shards_with_a_given_table_together_are_the_whole(measured, place):
    folders = [shard(place, which, measured.drift) for which in (1, 2)]
    done(place("merge", *folders, "--out", place.out))
    assert not different_files(place.out, measured.out)
    graph = json.loads((place.out / "ro-crate-metadata.json").read_text())["@graph"]
    (run,) = (each for each in graph if each["@type"] == "CreateAction")
    assert run["description"] == f"resetsim run {place.experiment} --table {measured.drift}"
    (known,) = (
        each["value"]
        for each in json.loads((measured.out / "ro-crate-metadata.json").read_text())["@graph"]
        if each["@id"] == "#drift%20table"
    )
    assert {"@id": "#drift%20table"} in run["object"]
    assert known in [each.get("value") for each in graph]


def test_what_is_remembered_travels_too(remembered, place):
    place.experiment.write_text(LEARNED)
    folders = [shard(place, which, remembered.drift) for which in (1, 2)]
    done(place("merge", *folders, "--out", place.out))
    assert not different_files(place.out, remembered.out)
    recall = pd.read_csv(place.out / "summary.csv").groupby("arm")["recall_after"].mean()
    assert recall["duration=0 h"] > 0.5
    assert recall["duration=5 day"] < 0.1  # learned under blockade
    other = elsewhere(remembered, place.folder / "other.table", "recall")
    folders[1] = place.folder / "shard_other"
    words = ("--shard", "2/2", "--jobs", "1", "--out", folders[1], "--table", other)
    done(place("run", place.experiment, *words, **GIVEN))
    ended = place("merge", *folders, "--out", place.folder / "both")
    assert refused(ended, "shard_other: computed with another drift table than", "--table")


def test_a_table_of_another_lesson_is_refused(remembered, place):
    place.experiment.write_text(LEARNED.replace("patterns = 2", "patterns = 3"))
    ended = place.run("--table", remembered.drift, "--jobs", "1", **GIVEN)
    assert refused(ended, "drift.table: these drift tables are of another model or version")
    assert place.left_nothing()


def test_without_it_there_is_nothing_to_go_by(place):
    ended = place.run("--jobs", "1", **GIVEN)
    assert ended.returncode == 1
    assert "a simulation was asked for" in ended.stderr


def test_shards_with_other_tables_are_not_merged(measured, place):
    other = elsewhere(measured, place.folder / "other.table")
    folders = [shard(place, 1, measured.drift), shard(place, 2, other)]
    ended = place("merge", *folders, "--out", place.out)
    assert refused(ended, "shard_2: computed with another drift table than", "--table")
    assert place.left_nothing()


def test_a_table_of_another_model_is_refused(measured, place):
    model = place.folder / "horn.toml"
    changed = model.read_text().replace("early_error = 0.013", "early_error = 0.02")
    assert changed != model.read_text()
    model.write_text(changed)
    ended = place.run("--table", measured.drift, **GIVEN)
    assert refused(ended, "drift.table: these drift tables are of another model or version")
    assert place.left_nothing()


def test_a_table_that_does_not_reach_as_far_is_refused(place):
    untreated = place.folder / "untreated.toml"
    untreated.write_text(SMALL.replace('["0 h", "5 day"]', '["0 h"]'))
    drift = place.folder / "untreated.table"
    done(place("table", untreated, "--out", drift))
    ended = place.run("--table", drift, "--jobs", "1", **GIVEN)
    assert refused(ended, "untreated.table: this drift table does not reach as far")
    assert place.left_nothing()


@pytest.mark.parametrize("content", [None, b"", b"PK\x03\x04 but no archive", "cut", "csv"])
def test_what_is_no_table_is_refused(measured, place, content):
    drift = place.folder / "some.table"
    match content:
        case "cut":
            drift.write_bytes(measured.drift.read_bytes()[:-300])
        case "csv":
            drift.write_text("a,b\n1,2\n")
        case bytes():
            drift.write_bytes(content)
    ended = place.run("--table", drift, **GIVEN)
    assert refused(ended, "some.table: not a file of drift tables")
    assert place.left_nothing()


def test_only_cohorts_have_and_take_tables(measured, place):
    single = place.folder / "single.toml"
    lines = SMALL.split("[cohort]")[0] + "[patient.start]\nlate_phase = 0.5\n"
    single.write_text(f'{lines}\n[follow_up]\nuntil = "20 day"\n')
    out = place.folder / "new.table"
    assert refused(place("table", single, "--out", out), "has no [cohort]")
    assert refused(place("run", single, "--table", measured.drift), "--table", "has no [cohort]")
    assert refused(place("table", place.experiment, "--out", measured.drift), "is there")
    assert refused(place.run("--patient", "1", "--table", measured.drift), "--patient", "--table")
    text = SMALL.replace("size = 40", "size = 40\nassayed = 1")
    place.experiment.write_text(f'{text}assays = ["ongoing"]\nat = ["50 day"]\n')
    assert refused(place.run("--table", measured.drift), "--table: with cohort.assayed")
