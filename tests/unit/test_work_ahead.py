"""What a run will have to do, said before it does any of it."""

import pytest
from typer.testing import CliRunner

from resetsim.cli import app
from resetsim.declare.experiment import read_experiment, with_size, with_variations
from resetsim.declare.files import find_file
from resetsim.spiking.engine import best_engine
from resetsim.study.cohort_prepared import control_arm, prepare_cohort
from resetsim.study.experiment import prepare
from resetsim.study.work_ahead import work_ahead


def test_one_patient_in_an_empty_store(tmp_path, monkeypatch):
    monkeypatch.setenv("RESETSIM_CACHE", str(tmp_path))
    ahead = work_ahead(prepare(read_experiment("windup")), best_engine(1))
    assert ahead.patients == 1
    assert ahead.assays == ahead.arms
    assert ahead.missing == ahead.nodes > 0
    assert 0 < ahead.fewest < ahead.most
    assert ahead.size_bytes == ahead.memory_bytes == 0


def test_a_cohort_costs_in_proportion_to_its_size(tmp_path, monkeypatch):
    monkeypatch.setenv("RESETSIM_CACHE", str(tmp_path))
    trial = read_experiment("crps_100h_trial")
    small, large = (
        work_ahead(prepare_cohort(with_size(trial, size)), best_engine(1)) for size in (1000, 3000)
    )
    assert (small.patients, large.patients) == (1000, 3000)
    assert small.nodes == large.nodes  # drift is measured once, whoever reads it
    assert large.seconds > small.seconds
    # Of the run itself: 3.08 MB with 200 patients; docs/explanation/performance.md has its memory.
    few = work_ahead(prepare_cohort(trial), best_engine(1))
    assert 1.5e6 < few.size_bytes < 6e6
    assert 0.12e9 < few.memory_bytes < 0.5e9
    each = (large.size_bytes - small.size_bytes) / 2000
    assert small.size_bytes == pytest.approx(few.size_bytes + 800 * each, abs=1)
    assert large.memory_bytes > small.memory_bytes


def test_a_shard_costs_as_its_chunks(tmp_path, monkeypatch):
    monkeypatch.setenv("RESETSIM_CACHE", str(tmp_path))
    options = ["plan", "crps_100h_trial", "--patients", "1000"]
    ended = CliRunner().invoke(app, [*options, "--shard", "2/2"])
    assert ended.output.startswith("2 arms of 400 patients\n")  # the second and fourth of five
    refused = CliRunner().invoke(app, [*options, "--shard", "6/6"])
    assert str(refused.exception) == "--shard: number 6 has no patients; use fewer shards"
    alone = CliRunner().invoke(app, ["plan", "windup", "--shard", "1/2"])
    assert "has no [cohort]" in str(alone.exception)


def test_the_command_runs_nothing(tmp_path, monkeypatch):
    monkeypatch.setenv("RESETSIM_CACHE", str(tmp_path))
    ended = CliRunner().invoke(app, ["plan", "crps_100h_trial"])
    assert ended.exit_code == 0
    assert "2 arms of 200 patients" in ended.output
    assert "are to be measured" in ended.output
    assert not list(tmp_path.rglob("simulations"))


def test_the_command_warns_of_an_injury_after_the_treatment(tmp_path, monkeypatch):
    monkeypatch.setenv("RESETSIM_CACHE", str(tmp_path))
    text = find_file("blockade_duration", "experiment").read_text("utf-8")
    file = tmp_path / "late.toml"
    file.write_text(text.replace('at = "0 day"', 'at = "99 day"', 1), "utf-8")
    ended = CliRunner().invoke(app, ["plan", str(file)])
    assert "there is no pain yet that it could act on" in ended.stderr
    assert "arms of one patient" in ended.stdout


def test_more_may_vary_beside_thecontrol_arm():
    trial = with_variations(
        read_experiment("crps_100h_trial"), {"treatment.duration": ["24 h", "100 h"]}
    )
    names = [arm.name for arm in trial.arms]
    assert control_arm("dose=0 mg per kg per h", names) == names[0]
    assert control_arm("dose=1 mg per h", names) is None
