"""Result folders as RO-Crates: judged by the validator of Process Run Crates, without a network."""

import json
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest
from results_fixture import toy_result

from resetsim.records.result import Result
from resetsim.store.crate import CRATE, files_of, write_crate
from resetsim.store.written import write_tables

VALIDATOR = Path(sys.prefix) / "crate" / "bin" / "python"

# What nobody can say for whoever runs resetsim, and an address that resetsim has not yet.
LEFT_OPEN = {
    "The Application SHOULD have a url",
    "The SoftwareApplication id SHOULD be an absolute URI",
    "The Action SHOULD have an agent that is a Person or Organization",
    "The Root Data Entity SHOULD have a link to a Contextual Entity representing the `author` of "
    "the RO-Crate",
    "The `publisher` property of a `Root Data Entity` SHOULD be an `Organization`",
}
INPUT = "/home/me/horn é #2.toml"


@pytest.fixture
def crate(tmp_path):
    """A result folder with an awkward input file and a figure with an awkward name."""
    (tmp_path / "figures").mkdir()
    (tmp_path / "figures" / "pain by week.svg").write_text("<svg/>")
    toy = toy_result()
    made = dict(toy.provenance) | {
        "command": "resetsim run 'my toy.toml' --seed 2",
        "started": "2026-11-22T04:00:00+00:00",
        "commit": "7894886",
        "python": "3.11.7",
        "numpy": "2.3.1",
    }
    texts = dict(toy.texts) | {INPUT: "[ü]\n"}
    result = Result(**{**vars(toy), "provenance": made, "texts": texts})
    write_tables(result, tmp_path)
    write_crate(result, tmp_path, files_of(tmp_path))
    return tmp_path


def entities(folder):
    graph = json.loads((folder / CRATE).read_text())["@graph"]
    found = {each["@id"]: each for each in graph}
    assert len(found) == len(graph)
    return found


def issues_of(folder):
    """Return the messages of the validator by severity: whether something must or should be."""
    if not VALIDATOR.exists():
        pytest.skip("no validator: make .venv/crate/installed")
    command = [str(VALIDATOR), str(Path(__file__).with_name("validate_crate.py")), str(folder)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def test_the_validator_of_process_run_crates_finds_it_whole(crate):
    assert issues_of(crate) == {"RECOMMENDED": sorted(LEFT_OPEN)}


def test_the_validator_would_find_a_missing_file_and_a_run_by_nothing(crate):
    (crate / "summary.csv").unlink()
    content = json.loads((crate / CRATE).read_text())
    (run,) = (each for each in content["@graph"] if each["@type"] == "CreateAction")
    del run["instrument"]
    (crate / CRATE).write_text(json.dumps(content))
    wrong = " ".join(issues_of(crate)["REQUIRED"])
    assert "summary.csv" in wrong
    assert "MUST have an instrument" in wrong


def test_it_says_what_was_run_on_what_and_when(crate):
    found = entities(crate)
    run = found["#run"]
    assert run["description"] == "resetsim run 'my toy.toml' --seed 2"
    assert run["startTime"] == "2026-11-22T04:00:00+00:00"
    assert run["endTime"] == "2026-11-22T05:00:00+00:00"
    software = found[run["instrument"]["@id"]]
    assert software["softwareVersion"] == "0.1.0"
    assert software["identifier"] == "git commit 7894886"
    needed = [found[each["@id"]] for each in software["softwareRequirements"]]
    versions = {each["name"]: each["softwareVersion"] for each in needed}
    assert versions == {"python": "3.11.7", "numpy": "2.3.1"}
    *inputs, seed = (found[each["@id"]] for each in run["object"])
    assert (seed["name"], seed["value"]) == ("seed", "1")
    names = {each["name"]: each for each in inputs}
    assert set(names) == {"toy.toml", "dorsal_horn.toml", INPUT}
    assert names[INPUT]["sha256"] == sha256("[ü]\n".encode()).hexdigest()


def test_it_names_every_file_with_its_size(crate):
    found = entities(crate)
    paths = [each for each in crate.rglob("*") if each.is_file() and each.name != CRATE]
    sizes = {each.relative_to(crate).as_posix(): str(each.stat().st_size) for each in paths}
    assert len(sizes) == 4
    parts = [found[each["@id"]] for each in found["./"]["hasPart"]]
    assert {each["name"]: each["contentSize"] for each in parts} == sizes
    assert found["#run"]["result"] == found["./"]["hasPart"]


def test_a_result_that_does_not_know_how_it_was_made_has_a_crate(tmp_path):
    write_crate(toy_result(), tmp_path, {})  # as of an earlier version
    run = entities(tmp_path)["#run"]
    assert "startTime" not in run
    assert run["endTime"] == toy_result().provenance["date"]
