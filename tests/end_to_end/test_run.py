"""Runs of a small experiment: what they write, and that nothing but the question decides it."""

import csv
import json
import shutil
import signal

import h5py
import pytest

from resetsim.store.tables import ASSAY_COLUMNS, SUMMARY_COLUMNS

TABLES = ("summary.csv", "assays.csv")


def rows(text):
    return list(csv.DictReader(text.splitlines()))


def same_tables(place, finished):
    return [place.table(name) == finished.table(name) for name in TABLES] == [True, True]


def test_a_run_writes_every_file_and_says_where(finished):
    assert {each.name for each in finished.out.iterdir()} == {
        "result.h5",
        "summary.csv",
        "assays.csv",
        "report.html",
        "figures",
        "ro-crate-metadata.json",
        "run.json",
    }
    figures = {each.name for each in (finished.out / "figures").iterdir()}
    drawn = {name.removesuffix(".png") for name in figures if name.endswith(".png")}
    assert len(drawn) >= 3
    assert figures == {f"{name}.{kind}" for name in drawn for kind in ("png", "svg")}
    assert str(finished.out / "report.html") in finished.ended.stdout.replace("\n", "")
    # No bar where there is no terminal, and nothing to warn about.
    assert finished.ended.stderr == ""
    assert not finished.out.with_name("out.partial").exists()


def in_crate(folder):
    """Return the files that the metadata of a result folder name, and those that are there."""
    graph = json.loads((folder / "ro-crate-metadata.json").read_text())["@graph"]
    named = {each["name"]: int(each["contentSize"]) for each in graph if each["@type"] == "File"}
    paths = [each for each in folder.rglob("*") if each.is_file()]
    there = {each.relative_to(folder).as_posix(): each.stat().st_size for each in paths}
    del there["run.json"], there["ro-crate-metadata.json"]
    return named, there


def test_the_crate_has_every_file_also_after_a_new_report(place, finished):
    named, there = in_crate(finished.out)
    assert named == there
    shutil.copytree(finished.out, place.out)
    for figure in (place.out / "figures").glob("*.svg"):
        figure.unlink()
    (place.out / "report.html").unlink()
    ended = place("report", place.out)
    assert ended.returncode == 0, ended.stderr
    named, there = in_crate(place.out)
    assert named == there
    assert len(there) > 10


def test_the_tables_have_their_columns_and_a_row_for_each_arm(finished):
    summary, assays = (rows(finished.table(name)) for name in TABLES)
    assert tuple(summary[0])[: len(SUMMARY_COLUMNS)] == SUMMARY_COLUMNS
    assert tuple(assays[0])[: len(ASSAY_COLUMNS)] == ASSAY_COLUMNS
    assert [row["arm"] for row in summary] == ["duration=6 h", "duration=4 day"]
    assert [float(row["blockade_hours"]) for row in summary] == [6, 96]
    # Never assayed is empty, never 0.
    assert {row["recall_before"] for row in summary} == {""}
    assert {row["pain_day_30"] for row in summary} == {""}
    assert {(row["day"], row["assay"]) for row in assays} == {
        (day, assay) for day in ("0.5", "20") for assay in ("ongoing", "brush")
    }


def test_the_result_keeps_the_files_it_was_made_from(finished):
    with h5py.File(finished.out / "result.h5") as file:
        assert file.attrs["file: small.toml"] == finished.experiment.read_text()
        assert "coarse.toml" in str(list(file.attrs))
        assert list(file["arms"]) == ["duration=6 h", "duration=4 day"]


def test_the_number_of_jobs_changes_nothing(place, finished):
    assert place.run("--jobs", "2").returncode == 0
    assert set(place.stored()) == set(finished.stored())
    assert same_tables(place, finished)


@pytest.mark.thorough
def test_a_killed_run_leaves_no_result_and_is_resumed(place, finished):
    status, _ = place.interrupted(signal.SIGKILL, after=8)
    assert status == -signal.SIGKILL
    assert not place.out.exists()
    stored = place.stored()
    assert 8 <= len(stored) < len(finished.stored())
    ended = place.run("--resume")
    assert ended.returncode == 0, ended.stderr
    assert stored.items() <= place.stored().items()
    assert same_tables(place, finished)
    assert place.left_nothing("out.partial")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_stops_and_says_how_to_continue(place, number):
    status, said = place.interrupted(number, after=3)
    assert status == 1
    assert said.startswith("Stopped. What was finished is kept")
    assert "--resume" in said
    assert said.count("\n") == 1
    assert not place.out.exists()
    assert place.out.with_name("out.partial").exists()


def test_another_arm_changes_no_other_row(finished):
    out = finished.folder / "more arms"
    key = "treatment.duration=6 h, 12 h, 4 day"
    ended = finished("compare", finished.experiment, "--vary", key, "--out", out)
    assert ended.returncode == 0, ended.stderr
    for name in TABLES:
        found = finished.table(name, out).splitlines()
        assert [line for line in found if "12 h" not in line] == finished.table(name).splitlines()
        assert any("duration=12 h" in line for line in found)


def test_a_damaged_simulation_is_computed_again_and_the_earlier_result_replaced(place, finished):
    shutil.copytree(finished.kept / "simulations", place.kept / "simulations")
    damaged = min(place.stored())
    (place.cache / damaged).write_bytes(b"PK\x03\x04 but no archive")
    shutil.copytree(finished.out, place.out)
    earlier = (place.out / "summary.csv").stat().st_ino
    ended = place.run()
    assert ended.returncode == 0, ended.stderr
    assert ended.stderr.count("Warning: ") == 1
    assert damaged.name in ended.stderr
    assert "computed again" in ended.stderr
    assert same_tables(place, finished)
    assert (place.out / "summary.csv").stat().st_ino != earlier
    assert set(place.stored()) == set(finished.stored())


@pytest.mark.thorough
def test_without_a_compiler_it_warns_and_runs(place):
    question, _ = place.experiment.read_text().split("[patient.start]")
    place.experiment.write_text(question + '[follow_up]\nuntil = "1 day"\n')
    grid = {"input_rates_hz": "[0, 2.4]", "nmda_free": "[1]"}
    place.model(grid | {"warm_up_s": "0.1", "sample_s": "0.1"})
    ended = place.run("--jobs", "2", CXX="no-such-compiler")
    assert ended.returncode == 0, ended.stderr
    assert ended.stderr.startswith("Warning: no C++ compiler (g++) was found")
    assert ended.stderr.count("\n") == 1
    assert float(rows(place.table("summary.csv"))[0]["weight_last"]) == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize("named", ["out", "out/result.h5"])
def test_a_result_is_shown(finished, named):
    ended = finished("show", named)
    assert ended.returncode == 0
    assert ended.stderr == ""
    assert "6 h" in ended.stdout
    assert ended.stdout.splitlines()[0:5] == finished.ended.stdout.splitlines()[0:5]


def test_a_report_is_drawn_again(place, finished):
    place.out.mkdir()
    shutil.copy(finished.out / "result.h5", place.out)
    ended = place("report", "out")
    assert ended.returncode == 0, ended.stderr
    assert (place.out / "report.html").read_text() == finished.table("report.html")
    drawn = {each.name for each in (place.out / "figures").iterdir()}
    assert drawn == {each.name for each in (finished.out / "figures").iterdir()}


def test_a_patient_of_several_units(place, finished):
    shutil.copytree(finished.kept / "simulations", place.kept / "simulations")
    units = "[patient.units]\ncount = 4\nshare_active = 0.5\nspread = 0.5\n\n"
    text = place.experiment.read_text().replace("[patient.injury]", units + "[patient.injury]")
    place.experiment.write_text(text.replace("1.4 Hz", "0.7 Hz"))
    ended = place.run("--jobs", "2")
    assert ended.returncode == 0, ended.stderr
    assert (place.out / "figures" / "units.png").exists()
    with h5py.File(place.out / "result.h5") as file:
        arms = list(file["arms"].values())
        multipliers = [arm["multiplier"][:].tolist() for arm in arms]
        assert multipliers[0] == multipliers[1]
        assert sum(multipliers[0]) / 4 == pytest.approx(2)
        assert arms[0].attrs["share_active"] == 0.5
        for name in ("late", "heterosynaptic", "disinhibition"):
            assert arms[0][name].shape == (len(arms[0]["time"]), 4)
        assert arms[0]["pain"].shape == arms[0]["time"].shape
        parameters = json.loads(file.attrs["parameters"])
    assert parameters["dorsal_horn.units.count"] == "4 (derived)"
    summary, assays = (rows(place.table(name)) for name in TABLES)
    assert {float(row["units_amplified_before"]) for row in summary} <= {0, 0.25, 0.5, 0.75, 1}
    cells = {int(row["n"]) for row in assays if row["assay"] == "ongoing"}
    assert cells == {3 * 72}


def test_several_units_and_the_direct_engine_are_refused(place):
    text = place.experiment.read_text().replace(
        "[patient.injury]", "[patient.units]\ncount = 4\n\n[patient.injury]"
    )
    place.experiment.write_text(text + "\n[direct]\nepsilon = [0.1]\n")
    ended = place.run()
    assert ended.returncode == 2
    assert "direct: found 4 units" in ended.stderr
    assert place.left_nothing()
