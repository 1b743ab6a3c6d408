"""Ranges: a quantity that could not be simulated is refused by name."""

import copy
import os
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from resetsim.declare import arms
from resetsim.declare.experiment import Experiment, read_experiment
from resetsim.declare.files import shipped_root
from resetsim.declare.plan import Plan
from resetsim.declare.variations import with_settings
from resetsim.errors import InputError
from resetsim.study.experiment import prepare

EXPERIMENT = """
question = "How long?"
model = "model.toml"
memory = "memory.toml"
hypothesis = "hypothesis.toml"

[patient.injury]
at = "0 day"
peak_rate = "4 Hz"
heals_with = "10 day"

[[patient.learning]]
at = "-30 day"
duration = "4 s"

[[patient.conditioning]]
at = "1 day"
protocol = "lfs"

[[treatment]]
at = "60 day"
duration = "5 day"
drug = "drug.toml"
dose = "5 mg/kg/h"

[plasticity]
late_decay = "3 day"
tag_width = 0.02

[assay.windup]
stimuli = 16

[assay.recall]
pause = "0.5 s"

[follow_up]
until = "240 day"
assays = ["windup"]
at = ["59 day"]
"""

SHIPPED = {
    "model.toml": "models/dorsal_horn.toml",
    "memory.toml": "models/memory.toml",
    "hypothesis.toml": "models/hypotheses/washout.toml",
    "drug.toml": "models/drugs/ketamine.toml",
}

Change = Callable[[str, str, str], str]


@pytest.fixture
def refusal(tmp_path: Path) -> Change:
    """Change one of the files; return what is said then."""
    (tmp_path / "experiment.toml").write_text(EXPERIMENT)
    for name, path in SHIPPED.items():
        (tmp_path / name).write_text((shipped_root() / path).read_text())

    def change(name: str, old: str, new: str) -> str:
        path = tmp_path / name
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new, 1))
        with pytest.raises(InputError) as caught:
            prepare(read_experiment(tmp_path / "experiment.toml"))
        return str(caught.value)

    return change


def test_the_files_are_accepted_as_they_are(refusal: Change, tmp_path: Path) -> None:
    assert refusal("experiment.toml", "stimuli = 16", "stimuli = 0")
    (tmp_path / "experiment.toml").write_text(EXPERIMENT)
    assert prepare(read_experiment(tmp_path / "experiment.toml"))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"240 day"', '"1e11 day"', "follow_up.until: found '100000000000 day'; it must be from 1"),
        ('"240 day"', '"0 day"', "follow_up.until: found '0 day'; it must be from 1 s to 100 year"),
        ('"59 day"', '"-1e9 day"', "follow_up.at[0]: found '-1000000000 day'; it must be from -10"),
        ('"60 day"', '"-1e9 day"', "treatment[0].at: found '-1000000000 day'; it must be from -1"),
        ('"5 day"', '"1e-9 s"', "treatment[0].duration: found '1e-09 s'; it must be 0, or from 1"),
        ("5 mg/kg/h", "1e300 mg/kg/h", "treatment[0].dose: found '1e+300 mg/kg/h'; it must be fro"),
        ("5 mg/kg/h", "1e9 mg/h", "dose: found '1000000000 mg/h'; it must be from 0 mg/h to 1"),
        ('"10 day"', '"1e300 day"', "patient.injury.heals_with: found '1e+300 day'; it must be fr"),
        ('"10 day"', '"1e-300 day"', "patient.injury.heals_with: found '1e-300 day'; it must be "),
        ('"4 s"', '"1e9 s"', "patient.learning[0].duration: found '1000000000 s'; it must be fro"),
        ('"3 day"', '"1e300 day"', "plasticity: late_decay: found '1e+300 day'; it must be from 1"),
        ('"3 day"', '"1e-300 day"', "plasticity: late_decay: found '1e-300 day'; it must be from"),
        ("0.02", "1e-300", "plasticity: tag_width: found 1e-300; it must be from 0.005 to 1"),
        ("0.02", "1e300", "plasticity: tag_width: found 1e+300; it must be from 0.005 to 1"),
        ("= 16", "= 1e11", "assay.windup.stimuli: found 100000000000; it must be a whole number"),
        ("= 16", "= 1e-9", "assay.windup.stimuli: found 1e-09; it must be a whole number from 1"),
        ("= 16", "= 2.5", "assay.windup.stimuli: found 2.5; it must be a whole number from 1 to"),
        ('"0.5 s"', '"1e9 s"', "assay.recall.pause: found '1000000000 s'; it must be from 1 ms to"),
        (
            "late_decay =",
            "late_decay = nan\n#",
            "plasticity.late_decay: found nan; a finite number",
        ),
        ("= 16", "= inf", "assay.windup.stimuli: found inf; a finite number is needed"),
        ("long?", "long\\u0000?", "question: found 'How long\\x00?'; control characters are not"),
        ("stimuli", '"sti\\u0007muli"', "assay.windup: found the key 'sti\\x07muli'; control cha"),
        ("= 16", f"= {'[' * 400}{']' * 400}", "assay: nested too deeply; at most 10 levels"),
        ("= 16", f"= {'{a = ' * 40}1{'}' * 40}", "assay: nested too deeply; at most 10 levels"),
        ("= 16", f"= {10**30}", "assay.windup.stimuli: found 1000000000000000000000000000000; an"),
    ],
)
def test_experiments(refusal: Change, old: str, new: str, said: str) -> None:
    message = refusal("experiment.toml", old, new)
    assert said in message
    assert "\n" not in message


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("model", "[0, 0.4,", "[-1, 0.4,", "sampling.input_rates_hz[0]: found -1; it must be from"),
        ("model", "sample_s = 15", "sample_s = 1e-9", "sampling.sample_s: found 1e-09; it must be"),
        ("model", "[1.0, 1.15", "[nan, 1.15", "sampling.efficacies[0]: found nan; a finite number"),
        ("model", '"0.2 ms"', '"1e-300 ms"', "time_step: found '1e-300 ms'; it must be from 0.01 "),
        ("model", '"100 pF"', '"1e9 pF"', "capacitance: found '1000000000 pF'; it must be from 1 "),
        ("model", '"-65 mV"', '"-65 kV"', "resting_potential: found '-65 kV'; it must be from -2"),
        ("model", '"1 Hz"', '"0 Hz"', "half_input: found '0 Hz'; it must be from 0.001 Hz to 10"),
        ("model", "columns = 12", "columns = 1", "sampling.efficacies: found 12; one for eac"),
        ("model", "size = 240", "size = 1_000_000", "population.c_fibre.size: found 1000000"),
        (
            "model",
            "in_degree = 30",
            "in_degree = 300",
            "connection[0].in_degree: found 300; it mus",
        ),
        ("model", "plastic = true", 'plastic = "yes"', "connection[0].plastic: found 'yes'"),
        ("model", '"2 min"', '"2 week"', "protocol.lfs.duration: found '2 week'; it must be from"),
        ("memory", "size = 20\n", "size = 21\n", "assemblies: found 5 of 21 neurons, but 'princip"),
        ("memory", "in_degree = 1\n", "in_degree = 2\n", "connection[1].in_degree: found 2; it mu"),
        ("memory", '"1 h"', '"1e300 h"', "plasticity.early_decay: found '1e+300 h'; it must be f"),
        ("drug", "0.0109 1/min", "1e300 1/min", "kinetics.k10: found '1e+300 1/min'; it must be "),
        ("drug", '"0.95 uM"', '"1e-300 uM"', "receptor_block.ic50: found '1e-300 µM'; it must be"),
        ("drug", "value = 1.0", "value = 1e9", "receptor_block.hill_coefficient: found 10000000"),
        (
            "hypothesis",
            '"10.9 day"',
            '"1e300 day"',
            "drug.half_life: found '1e+300 day'; it must be f",
        ),
        (
            "hypothesis",
            '"10.5 ng/ml"',
            '"1e-300 ng/ml"',
            "drug.c50: found '1e-300 ng/mL'; it must be",
        ),
        ("hypothesis", 'source = "', 'source = "\\u0000', "source: found '\\x00"),
    ],
)
def test_files_that_it_names(refusal: Change, name: str, old: str, new: str, said: str) -> None:
    message = refusal(f"{name}.toml", old, new)
    assert f"{name}.toml: " in message
    assert said in message
    assert "\n" not in message


def test_arms_are_counted_before_they_are_made() -> None:
    values = [f"{number} h" for number in range(1000)]
    keys = ("patient.injury.at", "patient.injury.heals_with", "treatment.at", "treatment.duration")
    said = "found 3000000000000 combinations of values; at most 1000 arms are made"
    with pytest.raises(InputError, match=said):
        read_experiment("blockade_duration", dict.fromkeys(keys, values))
    seeds = {"seed": list(range(1001))}
    few = {"treatment.duration": ["1 h"], "patient.injury.residual_rate": ["0 Hz"]}
    with pytest.raises(InputError, match="--most-arms"):
        read_experiment("blockade_duration", seeds | few)
    assert len(read_experiment("blockade_duration", seeds | few, most_arms=1001).arms) == 1001


@pytest.fixture
def read_plans(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The arms whose plan has been read, by name."""
    read: list[str] = []
    plan = arms._plan

    def counted(path: Path, name: str, *others: object) -> Plan:
        read.append(name)
        return plan(path, name, *others)  # type: ignore[arg-type]

    monkeypatch.setattr(arms, "_plan", counted)
    return read


MANY = {
    "treatment.duration": [f"{hours} h" for hours in range(1, 11)],
    "patient.injury.residual_rate": [f"{rate / 10} Hz" for rate in range(10)],
    "seed": list(range(10)),
}


def compared(**others: list[object]) -> Experiment:
    changed = {key.replace("__", "."): values for key, values in others.items()}
    return read_experiment("blockade_duration", {**MANY, **changed})  # type: ignore[arg-type]


def test_keys_are_checked_before_arms_are_made(read_plans: list[str]) -> None:
    with pytest.raises(InputError, match="'duratoin' is unknown; did you mean 'duration'"):
        compared(treatment__duratoin=["1 h"])
    assert read_plans == []


def test_each_value_is_checked_before_combinations_are(read_plans: list[str]) -> None:
    with pytest.raises(InputError, match=r"treatment\[0\]\.duration: found '1 Hz'"):
        compared(treatment__duration=[*MANY["treatment.duration"][1:], "1 Hz"])
    assert len(read_plans) <= 28
    read_plans.clear()
    assert len(compared().arms) == len(read_plans) == 1000


def test_settings_leave_the_tables_alone() -> None:
    content = tomllib.loads(EXPERIMENT)
    before = copy.deepcopy(content)
    changes = {("treatment", 0, "at"): "1 day", ("blocked", "nk1"): 0.5, ("treatment", 0, "x"): 1}
    changed = with_settings(content, changes)
    assert content == before
    assert changed["treatment"][0]["at"] == "1 day"
    assert changed["treatment"][0]["x"] == 1
    assert changed["blocked"] == {"nk1": 0.5}
    assert changed["patient"] is content["patient"]


IMPORTED = """
import os, sys
import pint
environment, registry = dict(os.environ), pint.get_application_registry().get()
for name in sys.argv[1:]:
    __import__(name)
assert dict(os.environ) == environment, set(os.environ) - set(environment)
assert pint.get_application_registry().get() is registry, "pint's registry was replaced"
"""


def test_importing_changes_no_global_state() -> None:
    names = ["resetsim", "resetsim.declare.experiment", "resetsim.study.experiment", "resetsim.cli"]
    given = {key: value for key, value in os.environ.items() if "THREADS" not in key}
    ended = subprocess.run(
        [sys.executable, "-c", IMPORTED, *names], env=given, capture_output=True, text=True
    )
    assert ended.returncode == 0, ended.stderr
