from pathlib import Path

import pytest

from resetsim.declare.as_run import as_run
from resetsim.declare.experiment import read_experiment, with_seed, with_variations


def test_an_unchanged_experiment_is_its_file():
    experiment = read_experiment("windup")
    assert as_run(experiment) == experiment.text


@pytest.mark.parametrize("name", ["blockade_duration", "reset_2x2", "ltp_induction", "prevention"])
def test_a_changed_experiment_gives_the_same_arms_from_its_text(name: str, tmp_path: Path):
    changed = with_seed(
        with_variations(read_experiment(name), {"hypothesis": ["reset", "none"]}), 7
    )
    path = tmp_path / f"{name}.toml"
    path.write_text(as_run(changed), encoding="utf-8")
    again = read_experiment(path)
    assert [arm.name for arm in again.arms] == [arm.name for arm in changed.arms]
    assert [arm.plan for arm in again.arms] == [arm.plan for arm in changed.arms]
    assert as_run(again) == again.text
