"""Experiment files: what they mean, and what each wrong one is told."""

import pickle
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from resetsim.declare import files
from resetsim.declare.experiment import (
    Experiment,
    check_assays,
    read_experiment,
    with_seed,
    with_variations,
)
from resetsim.declare.quantities import parse_quantity
from resetsim.errors import InputError

SHORTEST = """
question = "How long?"
model = "dorsal_horn"
[follow_up]
until = "240 day"
"""

FULL = """
question = "How long?"
model = "dorsal_horn"
memory = "memory"
seed = 7

[patient]
weight = "60 kg"
[patient.start]
late_phase = 0.25
[patient.injury]
at = "0 day"
peak_rate = "4 Hz"
heals_with = "10 day"
residual_rate = "1.4 Hz"
[[patient.flare_up]]
at = "100 day"
duration = "3 day"
extra_rate = "1 Hz"
[[patient.nerve_block]]
at = "60 day"
duration = "6 h"
[[patient.learning]]
at = "-30 day"
patterns = 2
[[patient.learning]]
at = "30 day"
duration = "4 s"

[[treatment]]
at = "60 day"
duration = "5 day"
blockade = 0.95
[[treatment]]
at = "80 day"
duration = "4 h"
drug = "ketamine"
dose = "5 mg/kg/h"

[plasticity]
tau_l = "10 day"
gain = 2
[assay.windup]
frequency = "1 Hz"
[direct]
epsilon = [1.0, 0.5, 0.25]
seeds = 2

[vary]
"treatment[0].duration" = ["30 min", "4 h"]
"patient.injury.residual_rate" = ["0 Hz", "1.4 Hz"]

[follow_up]
until = "240 day"
assays = ["windup", "recall"]
at = ["-1 day", "59 day", "240 day"]
"""

Read = Callable[[str], Experiment]


@pytest.fixture
def read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Read:
    shipped = ("models/dorsal_horn", "models/memory", "models/drugs/ketamine")
    for name in (*shipped, "models/hypotheses/reset", "models/hypotheses/none"):
        path = tmp_path / "shipped" / f"{name}.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    monkeypatch.setattr(files, "shipped_root", lambda: tmp_path / "shipped")

    def read_text(text: str) -> Experiment:
        path = tmp_path / "question.toml"
        path.write_text(text)
        return read_experiment(str(path))

    return read_text


def refusal(read: Read, old: str, new: str, text: str = FULL) -> str:
    assert old in text
    with pytest.raises(InputError) as caught:
        read(text.replace(old, new))
    return str(caught.value)


def test_defaults(read: Read, tmp_path: Path) -> None:
    (arm,) = read(SHORTEST).arms
    assert (arm.name, dict(arm.settings)) == ("all", {})
    plan = arm.plan
    assert plan.model == tmp_path / "shipped" / "models" / "dorsal_horn.toml"
    assert plan.hypothesis == tmp_path / "shipped" / "models" / "hypotheses" / "reset.toml"
    assert (plan.memory, plan.seed, plan.direct, plan.treatments) == (None, 0, None, ())
    assert plan.patient.weight == parse_quantity("70 kg")
    assert plan.patient.start.late_phase == 0
    assert plan.patient.injury is None
    (learning,) = plan.patient.learnings
    assert (learning.at, learning.patterns) == (parse_quantity("-30 day"), 3)
    assert plan.follow_up.assays == ()


def test_everything_that_can_be_said(read: Read) -> None:
    experiment = read(FULL)
    assert experiment.name == "question"
    assert experiment.text == FULL
    assert experiment.question == "How long?"
    plan = experiment.arms[1].plan
    assert plan.seed == 7
    assert plan.patient.start.late_phase == 0.25
    assert plan.patient.injury is not None
    assert plan.patient.injury.residual_rate == parse_quantity("1.4 Hz")
    assert plan.patient.flare_ups[0].extra_rate == parse_quantity("1 Hz")
    assert plan.patient.nerve_blocks[0].fraction == 1
    assert [each.patterns for each in plan.patient.learnings] == [2, 1]
    assert [each.duration for each in plan.patient.learnings] == [None, parse_quantity("4 s")]
    assert plan.treatments[0].duration == parse_quantity("30 min")
    assert plan.treatments[0].blockade == 0.95
    assert plan.treatments[1].dose == parse_quantity("5 mg/kg/h")
    assert plan.treatments[1].drug is not None
    assert plan.treatments[1].drug.stem == "ketamine"
    assert plan.plasticity["tau_l"] == parse_quantity("10 day")
    assert plan.plasticity["gain"] == 2
    assert plan.assay["windup"]["frequency"] == parse_quantity("1 Hz")
    assert plan.direct is not None
    assert plan.direct.epsilon == (1.0, 0.5, 0.25)


def test_arms_are_the_product_in_file_order(read: Read) -> None:
    arms = read(FULL).arms
    assert [arm.name for arm in arms] == [
        "duration=30 min, residual_rate=0 Hz",
        "duration=30 min, residual_rate=1.4 Hz",
        "duration=4 h, residual_rate=0 Hz",
        "duration=4 h, residual_rate=1.4 Hz",
    ]
    assert dict(arms[2].settings) == {
        "treatment[0].duration": "4 h",
        "patient.injury.residual_rate": "0 Hz",
    }
    assert arms[2].plan.treatments[0].duration == parse_quantity("4 h")
    assert arms[2].plan.treatments[1].duration == parse_quantity("4 h")


def test_values_vary_together(read: Read) -> None:
    cases = (
        SHORTEST
        + """
[vary_together]
"patient.weight" = ["60 kg", "70 kg"]
"patient.start.late_phase" = [0.2, 0.2]
[vary]
"hypothesis" = ["reset", "none"]
"""
    )
    arms = read(cases).arms
    assert [tuple(arm.settings.values()) for arm in arms] == [
        ("60 kg", 0.2, "reset"),
        ("60 kg", 0.2, "none"),
        ("70 kg", 0.2, "reset"),
        ("70 kg", 0.2, "none"),
    ]
    assert arms[2].plan.patient.weight == parse_quantity("70 kg")
    more = with_variations(read(cases), {"hypothesis": ["none"]})
    assert [arm.name for arm in more.arms] == [arm.name for arm in arms if "none" in arm.name]


@pytest.mark.parametrize(
    ("table", "part"),
    [
        ('"seed" = [1, 2]\n"patient.weight" = ["60 kg"]', "2 of 'seed', 1 of 'patient.weight'"),
        ('"seed" = [1, 2, 1]', "places 1 and 3 are the same"),
        ('"hypothesis" = ["reset"]', "vary_together.'hypothesis': varies in [vary] too"),
        ('"sed" = [1]', "vary.'sed': 'sed' is unknown"),
    ],
)
def test_what_cannot_vary_together(read: Read, table: str, part: str) -> None:
    with pytest.raises(InputError, match=re.escape(part)):
        read(SHORTEST + f'[vary_together]\n{table}\n[vary]\n"hypothesis" = ["reset", "none"]')


def test_a_command_cannot_replace_what_varies_together(read: Read) -> None:
    experiment = read(SHORTEST + '[vary_together]\n"patient.weight" = ["60 kg", "70 kg"]')
    with pytest.raises(InputError, match=r"'patient.weight' varies in \[vary_together\]"):
        with_variations(experiment, {"patient.weight": ["80 kg"]})


def test_an_experiment_can_be_sent_to_a_worker(read: Read) -> None:
    experiment = read(FULL)
    assert pickle.loads(pickle.dumps(experiment)) == experiment


def test_names_with_the_same_last_key_are_written_in_full(read: Read) -> None:
    vary = '[vary]\n"treatment[1].duration" = ["1 h"]\n"treatment[1].dose" = ["3 mg/kg/h"]'
    (first, *_) = read(FULL.replace("[vary]", vary)).arms
    assert first.name == (
        "treatment[1].duration=1 h, dose=3 mg per kg per h, "
        "treatment[0].duration=30 min, residual_rate=0 Hz"
    )


def test_the_position_may_be_left_out_where_there_is_one_entry(read: Read) -> None:
    one = '\n[[treatment]]\nat = "60 day"\nblockade = 0.5\n'
    vary = '[vary]\n"treatment.duration" = ["30 min", "4 h"]\n'
    arms = read(SHORTEST + one + vary).arms
    assert [arm.plan.treatments[0].duration.magnitude for arm in arms] == [30, 4]


def test_tables_that_a_varied_key_needs_are_made(read: Read) -> None:
    arms = read(SHORTEST + '[vary]\n"patient.weight" = ["50 kg"]\n"plasticity.gain" = [2]\n').arms
    assert arms[0].plan.patient.weight == parse_quantity("50 kg")
    assert arms[0].plan.plasticity["gain"] == 2


def test_arms_leave_the_content_of_the_file_alone(read: Read) -> None:
    experiment = read(
        SHORTEST + '[vary]\n"patient.weight" = ["50 kg"]\n"follow_up.until" = ["9 day"]'
    )
    assert set(experiment.content) == {"question", "model", "follow_up"}
    assert experiment.content["follow_up"] == {"until": "240 day"}


def test_names_of_files_and_numbers_vary_too(read: Read) -> None:
    vary = '[vary]\nhypothesis = ["reset", "none"]\nseed = [1, 2]\n"follow_up.at[1]" = ["60 day"]\n'
    arms = read(FULL.replace("[vary]", vary)).arms[::4]
    assert [arm.plan.hypothesis.stem for arm in arms] == ["reset", "reset", "none", "none"]
    assert [arm.plan.seed for arm in arms] == [1, 2, 1, 2]
    assert {arm.plan.follow_up.at[1] for arm in arms} == {parse_quantity("60 day")}


def test_with_variations_adds_and_replaces(read: Read) -> None:
    one = '\n[[treatment]]\nat = "60 day"\nblockade = 0.5\nduration = "1 h"\n'
    experiment = read(SHORTEST + one + '[vary]\n"treatment.duration" = ["30 min", "4 h"]\n')
    changed = with_variations(
        experiment, {"treatment[0].duration": ["2 h"], "treatment.blockade": ["0.5", "1"]}
    )
    assert [arm.name for arm in changed.arms] == [
        "duration=2 h, blockade=0.5",
        "duration=2 h, blockade=1",
    ]
    assert changed.arms[1].plan.treatments[0].blockade == 1
    assert len(experiment.arms) == 2
    assert changed.text == experiment.text


@pytest.mark.parametrize("values", [[], ["1 h", "60 min"], ["5 mV"], [True], [[1]]])
def test_with_variations_refuses(read: Read, values: list[str]) -> None:
    with pytest.raises(InputError, match=r"treatment\[0\]\.duration"):
        with_variations(read(FULL), {"treatment[0].duration": values})


def test_with_seed(read: Read) -> None:
    assert {arm.plan.seed for arm in with_seed(read(FULL), 3).arms} == {3}
    with pytest.raises(InputError, match="seed: found -1"):
        with_seed(read(FULL), -1)
    with pytest.raises(InputError, match="varies the seed"):
        with_seed(read(FULL.replace("[vary]", "[vary]\nseed = [1]")), 3)


def test_check_assays(read: Read) -> None:
    experiment = read(FULL)
    check_assays(experiment, ["windup", "recall"])
    with pytest.raises(
        InputError, match=r"follow_up\.assays: found 'recall'; .*Allowed: brush, win"
    ):
        check_assays(experiment, ["windup", "brush"])
    with pytest.raises(InputError, match="assay: found 'windupp'; did you mean 'windup'"):
        check_assays(read(FULL.replace("assay.windup", "assay.windupp")), ["windup", "recall"])


def test_a_model_may_lie_beside_the_experiment(read: Read, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text("")
    (arm,) = read(SHORTEST.replace('"dorsal_horn"', '"mine.toml"')).arms
    assert arm.plan.model == tmp_path / "mine.toml"


def test_a_shipped_experiment_is_read_by_name(read: Read, tmp_path: Path) -> None:
    read(SHORTEST)
    (tmp_path / "shipped" / "experiments").mkdir()
    (tmp_path / "shipped" / "experiments" / "how_long.toml").write_text(SHORTEST)
    assert read_experiment("how_long").name == "how_long"
    with pytest.raises(
        InputError, match="no experiment is named 'how_lon'; did you mean 'how_long'"
    ):
        read_experiment("how_lon")


@pytest.mark.parametrize(
    ("old", "new", "part"),
    [
        ('question = "How long?"', "", "question: missing, but required"),
        ('"How long?"', '" "', "question: found ' '; it should have at least 1 character"),
        ('"dorsal_horn"', '"dorsal_hron"', "model: no model is named 'dorsal_hron'; did you mean"),
        ('"dorsal_horn"', '"mine.toml"', "model: mine.toml: no such file"),
        ('"dorsal_horn"', "5", "model: found 5; the name of a model or a path is needed"),
        ('memory = "memory"', 'memory = "memori"', "memory: no model is named 'memori'"),
        ("seed = 7", 'hypothesis = "rest"', "hypothesis: no hypothesis is named 'rest'; did you"),
        ("seed = 7", "seed = -7", "seed: found -7; it should be greater than or equal to 0"),
        ("seed = 7", "seed = 7.0", "seed: found 7.0; it should be a valid integer"),
        ("seed = 7", "sede = 7", "sede: unknown key; did you mean 'seed'?"),
        ("[vary]", "[varry]", "varry: unknown key; did you mean 'vary'?"),
        ("[vary]", "[varry.x]\n[vary]", "varry: unknown key; did you mean 'vary'?"),
        ('"60 kg"', '"0.5 kg"', "patient.weight: found '0.5 kg'; it must be from 1 kg to 500 kg"),
        (
            "0.25",
            "1.5",
            "patient.start.late_phase: found 1.5; it must be from 0 to 1",
        ),
        ('"4 Hz"', '"40 Hz"', "patient.injury.peak_rate: found '40 Hz'; it must be from 0 Hz"),
        ('"4 Hz"', '"1.2 Hz"', "patient.injury: found residual_rate '1.4 Hz'; it must not be more"),
        (
            '"10 day"\nres',
            '"0 day"\nres',
            "heals_with: found '0 day'; it must be from 1 s to 100",
        ),
        ('"1 Hz"\n[[patient.n', '"-1 Hz"\n[[patient.n', "flare_up[0].extra_rate: found '-1 Hz'"),
        ('duration = "3 day"', 'duration = "0 day"', "flare_up[0].duration: found '0 day'"),
        ('"6 h"', '"6 h"\nfraction = 2', "patient.nerve_block[0].fraction: found 2"),
        ("patterns = 2", "patterns = 0", "patient.learning[0].patterns: found 0"),
        (
            '"4 s"',
            '"0 s"',
            "patient.learning[1].duration: found '0 s'; it must be from 10",
        ),
        (
            "blockade = 0.95",
            "blockade = 95",
            "treatment[0].blockade: found 95; it must be from 0 to 1",
        ),
        ("blockade = 0.95", "", "treatment[0]: found neither; either blockade alone or drug with"),
        ('dose = "5 mg/kg/h"', "", "treatment[1]: found a drug without a dose"),
        ('drug = "ketamine"', "", "treatment[1]: found a dose without a drug"),
        ('drug = "ketamine"', "blockade = 1", "treatment[1]: found blockade and dose; either"),
        ('"ketamine"', '"ketamin"', "treatment[1].drug: no drug is named 'ketamin'; did you mean"),
        ("5 mg/kg/h", "5 Hz", "treatment[1].dose: found '5 Hz', which is a frequency; a dose per"),
        (
            "5 mg/kg/h",
            "-5 mg/kg/h",
            "treatment[1].dose: found '-5 mg/kg/h'; it must be from 0 mg/kg/h to 100000 mg/kg/h",
        ),
        ('tau_l = "10 day"', 'tau_l = "fast"', "plasticity.tau_l: found 'fast', which is not"),
        ('frequency = "1 Hz"', "frequency = []", "assay.windup.frequency: found a list"),
        ("[1.0, 0.5, 0.25]", "[]", "direct.epsilon: found an empty list; it needs at least one"),
        ("[1.0, 0.5, 0.25]", "[2.0]", "direct.epsilon[0]: found 2.0; it must be from 1e-06 to 1"),
        ("[1.0, 0.5, 0.25]", "[1.0, 0]", "direct.epsilon[1]: found 0; it must be from 1e-06 to 1"),
        (
            "[1.0, 0.5, 0.25]",
            "[0.5, 0.5]",
            "direct: found epsilon [0.5, 0.5]; it must strictly dec",
        ),
        ("seeds = 2", "seeds = 0", "direct.seeds: found 0"),
        ('until = "240 day"', "", "follow_up.until: missing, but required"),
    ],
)
def test_refusals(read: Read, old: str, new: str, part: str) -> None:
    assert part in refusal(read, old, new)


def test_a_negative_duration_is_refused(read: Read) -> None:
    message = refusal(read, '"30 min"', '"-30 min"')
    assert "arm 'duration=-30 min, residual_rate=0 Hz': treatment[0].duration: found" in message


@pytest.mark.parametrize(
    ("old", "new", "part"),
    [
        (
            '"30 min", "4 h"',
            '"30 min", "200 day"',
            "arm 'duration=200 day, residual_rate=0 Hz': 2 problems\n  treatment[0].duration: "
            "found '200 day', so the treatment lasts until '260 day'; it must not go on after",
        ),
        (
            '"30 min", "4 h"',
            '"30 min", "21 day"',
            "treatment[1].at: found '80 day', which overlaps treatment[0]; it must not be before "
            "'81 day'",
        ),
        ('at = "80 day"', 'at = "240 day"', "treatment[1].at: found '240 day'; it must be before"),
        ('at = "0 day"', 'at = "300 day"', "patient.injury.at: found '300 day'; it must be before"),
        ('at = "100 day"', 'at = "300 day"', "patient.flare_up[0].at: found '300 day'"),
        ('"30 day"', '"300 day"', "patient.learning[1].at: found '300 day'; it must be before"),
        ('"30 day"', '"-30 day"', "patient.learning[1].at: found '-30 day'; it must be later than"),
        (
            '[[patient.learning]]\nat = "-30 day"',
            '[[patient.nerve_block]]\nat = "59 day"\nduration = "25 h"\n'
            '[[patient.learning]]\nat = "-30 day"',
            "patient.nerve_block[0].at: found '60 day', which overlaps patient.nerve_block[1]",
        ),
        ('"240 day"]', '"241 day"]', "follow_up.at[2]: found '241 day'; it must not be after"),
        ('"59 day"', '"-24 h"', "follow_up.at[1]: found '-24 h'; it must be later than '-1 day'"),
        ('"windup", "recall"', '"windup", "windup"', "each must be named once"),
        ('["windup", "recall"]', "[]", "follow_up.assays: empty"),
        ('["-1 day", "59 day", "240 day"]', "[]", "follow_up.at: empty"),
        ('memory = "memory"', "", "follow_up.assays: found 'recall', which needs a memory model"),
        ('memory = "memory"', "", "patient.learning: found without a memory model"),
    ],
)
def test_timelines_that_do_not_add_up(read: Read, old: str, new: str, part: str) -> None:
    assert part in refusal(read, old, new)


def test_treatments_may_follow_each_other_without_a_gap(read: Read) -> None:
    touching = FULL.replace('at = "60 day"\ndur', 'at = "0.8 day"\ndur', 2)
    touching = touching.replace('at = "80 day"', 'at = "1.7 day"')
    assert len(read(touching.replace('"30 min"', '"21.6 h"')).arms) == 4
    assert "overlaps treatment[0]" in refusal(read, '"30 min"', '"21.7 h"', touching)


def test_a_treatment_may_last_to_the_end(read: Read) -> None:
    one = '\n[[treatment]]\nat = "0.8 day"\nblockade = 0.5\nduration = "21.6 h"\n'
    text = SHORTEST.replace("240 day", "1.7 day") + one
    assert len(read(text).arms) == 1
    assert "it must not go on after" in refusal(read, "21.6 h", "21.7 h", text)


def test_a_treatment_given_again_and_again_is_as_many_treatments(read: Read) -> None:
    one = '\n[[treatment]]\nat = "60 day"\nblockade = 0.5\nduration = "5 h"\n'
    daily = SHORTEST + one + 'times = 3\nevery = "1 day"\n'
    written_out = SHORTEST + one + "".join(one.replace("60", day) for day in ("61", "62"))
    assert read(daily).arms[0].plan.treatments == read(written_out).arms[0].plan.treatments
    assert "found times 3 without 'every'" in refusal(read, 'every = "1 day"', "", daily)
    assert "every '4 h'; it must not be shorter" in refusal(read, '"1 day"', '"4 h"', daily)
    assert "overlaps treatment[0]" in refusal(read, "blockade", "blockade", daily + one)


def test_a_titrated_dose_is_written_out_in_steps(read: Read) -> None:
    one = '\n[[treatment]]\nat = "{}"\nduration = "{} h"\ndrug = "ketamine"\ndose = "{} mg/h"\n'
    risen = SHORTEST + one.format("60 day", 36, 20) + "rises_from = 0.25\nsteps = 3\n"
    by_hand = [("60 day", 12, 5), ("60.5 day", 12, 12.5), ("61 day", 12, 20)]
    steps = read(risen).arms[0].plan.treatments
    expected = read(SHORTEST + "".join(one.format(*each) for each in by_hand))
    for step, each in zip(steps, expected.arms[0].plan.treatments, strict=True):
        assert (step.at, step.duration, step.dose) == (each.at, each.duration, each.dose)
    assert "steps, 2 or more, and rises_from" in refusal(read, "rises_from = 0.25", "", risen)
    assert "steps, 2 or more, and rises_from" in refusal(read, "steps = 3", "", risen)
    without = refusal(read, 'drug = "ketamine"\ndose = "20 mg/h"', "blockade = 0.5", risen)
    assert "found steps 3 without a dose, which is what rises" in without


def test_no_treatment_overlaps_nothing(read: Read) -> None:
    within = FULL.replace('at = "80 day"', 'at = "60.1 day"')
    assert len(read(within.replace('["30 min", "4 h"]', '["0 h"]')).arms) == 2
    assert "overlaps treatment[0]" in refusal(read, '"30 min"', '"3 h"', within)


@pytest.mark.parametrize(
    ("key", "part"),
    [
        ("treatment.duration", "say which treatment; the file has treatment[0], treatment[1]"),
        ("treatment[2].duration", "say which treatment; the file has treatment[0], treatment[1]"),
        ("treatment[0]", "a whole table cannot be varied; name one of its keys: at, duration"),
        ("treatment[0].duratoin", "'duratoin' is unknown; did you mean 'duration'?"),
        ("treatmnt[0].duration", "'treatmnt' is unknown; did you mean 'treatment'?"),
        ("patient.injury", "a whole table cannot be varied"),
        ("patient[0].weight", "'patient' is not a list"),
        ("patient.weight.kg", "'kg' does not exist"),
        ("assay.windup", "a whole table cannot be varied"),
        ("question", "'question' is the same for every arm"),
        ("direct.seeds", "'direct' is the same for every arm"),
        ("vary", "'vary' is unknown"),
        ("", "not a key such as"),
        ("patient..weight", "not a key such as"),
        ("treatment[-1].duration", "not a key such as"),
    ],
)
def test_vary_keys(read: Read, key: str, part: str) -> None:
    message = refusal(read, "[vary]", f'[vary]\n"{key}" = ["1 h", "2 h"]')
    assert f"vary.'{key}': " in message
    assert part in message


@pytest.mark.parametrize(
    ("values", "part"),
    [
        ("[]", "vary.seed: found an empty list; it needs at least one entry"),
        ("5", "vary.seed: found 5; a list is needed"),
        ("[1, 1.0]", "vary.seed: found 1.0 twice"),
        ("['1 h', '60 min']", "vary.seed: found '60 min' twice"),
        ("[true]", "seed: found true"),
        ("[{}]", "vary.seed[0]: found a table; a quantity, number, name, true or false is needed"),
    ],
)
def test_vary_values(read: Read, values: str, part: str) -> None:
    assert part in refusal(read, "[vary]", f"[vary]\nseed = {values}")


def test_vary_must_be_a_table(read: Read) -> None:
    assert "vary: found 5; a table is needed" in refusal(
        read, "model =", "vary = 5\nmodel =", SHORTEST
    )


def test_one_place_is_not_varied_twice(read: Read) -> None:
    one = '\n[[treatment]]\nat = "60 day"\nblockade = 0.5\n[vary]\n"treatment.duration" = ["1 h"]\n'
    message = refusal(
        read,
        "= ['1 h']",
        "= ['1 h']\n'treatment[0].duration' = ['2 h']",
        SHORTEST + one.replace('["1 h"]', "['1 h']"),
    )
    assert "found twice, written in two ways" in message


def test_a_varied_key_under_what_is_no_table(read: Read) -> None:
    text = "patient = 5\n" + SHORTEST + "[vary]\n'patient.weight' = ['70 kg']\n"
    assert "found 5 where 'weight' needs a table" in refusal(
        read, "patient = 5", "patient = 5", text
    )


def test_one_of_two_words_can_be_varied(read: Read) -> None:
    treated = (
        '\n[[treatment]]\nat = "60 day"\nblockade = 0.5\nduration = "5 h"\n[cohort]\nsize = 5\n'
    )
    clinic = '[clinic]\nvisits = "7 day"\ntreat = "every visit"\nat_most = 3\n'
    vary = '[vary]\n"clinic.treat" = ["on relapse", "every visit"]\n'
    assert len(read(SHORTEST + treated + clinic + vary).arms) == 2


def test_arms_with_the_same_safe_name_are_refused(read: Read, tmp_path: Path) -> None:
    for name in ("a!.toml", "a$.toml"):
        (tmp_path / name).write_text("")
    vary = "[vary]\nmodel = ['a!.toml', 'a$.toml']\n"
    assert "two arms would have this name" in refusal(read, "until", "until", SHORTEST + vary)


def test_reading_needs_no_simulator() -> None:
    code = "import resetsim.declare.experiment, sys; sys.exit('brian2' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
