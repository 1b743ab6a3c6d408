"""What cannot be used is refused: status 2, one message with place and fix, nothing written."""

import h5py
import pytest
from typer.testing import CliRunner

from resetsim import __version__
from resetsim.cli import app
from resetsim.declare.files import shipped_root
from resetsim.store.file_list import FileList, write_list
from resetsim.store.folder import Asked, open_folder

# A treatment of an experiment without arms, to be broken.
ONE_ARM = ('"treatment.duration" = ["6 h", "4 day"]', "")
BLOCKADE = "blockade = 0.95"
FOLLOW_UP = "[follow_up]"


@pytest.fixture
def place(place_inside):
    return place_inside


def refused(ended, *said):
    assert ended.returncode == 2, ended.stderr
    assert ended.stdout == ""
    assert ended.stderr.startswith("Error: ")
    assert ended.stderr.count("Error: ") == 1
    assert "Traceback" not in ended.stderr
    for words in said:
        assert words in ended.stderr
    return ended


def add(table):
    return (FOLLOW_UP, f"{table}\n\n{FOLLOW_UP}")


# Name: what is changed in the file, and what the message says besides the file's name.
FILES = {
    "not TOML": [("seed = 3", "seed = ")],
    "unknown key": [("blockade =", "blokade =")],
    "unknown table": [(FOLLOW_UP, "[followup]")],
    "wrong dimension": [('duration = "1 day"', 'duration = "1 Hz"')],
    "negative duration": [('duration = "1 day"', 'duration = "-1 day"')],
    "after the end": [('at = "1 day"', 'at = "21 day"')],
    "overlap": [add('[[treatment]]\nat = "1.5 day"\nduration = "1 day"\nblockade = 0.5')],
    "drug": [(BLOCKADE, 'drug = "ketamin"\ndose = "1 mg/kg/h"')],
    "model": [('"coarse.toml"', '"dorsal_hron"')],
    "model file": [('"coarse.toml"', '"coarser.toml"')],
    "hypothesis": [('"reset"', '"rest"')],
    "recall without memory": [add('[assay.recall]\nrate = "1 Hz"')],
    "assay": [('"brush"', '"brus"')],
    "assay setting": [add('[assay.brush]\nrat = "30 Hz"')],
    "assay dimension": [add('[assay.brush]\nrate = "30 s"')],
    "constant": [add('[plasticity]\nlate_deca = "1 day"')],
    "constant of no time": [add('[plasticity]\nlate_decay = "0 day"')],
    "wrong kind of model": [('"coarse.toml"', '"memory"')],
    "wrong kind of memory": [('model = "coarse', 'memory = "dorsal_horn"\nmodel = "coarse')],
    "patterns": [
        ("seed = 3", 'seed = 3\nmemory = "memory"'),
        add('[[patient.learning]]\nat = "-3 day"\npatterns = 100'),
    ],
    "direct with changing input": [
        ('residual_rate = "1.4 Hz"', 'residual_rate = "1 Hz"'),
        add("[direct]\nepsilon = [1.0]"),
    ],
    "direct for weeks": [add("[direct]\nepsilon = [1.0]")],
    "antagonist": [add("[blocked]\nnk2 = 1.0")],
    "more than all": [add("[blocked]\nnk1 = 1.5")],
    "mechanism": [add("[mechanisms]\ndisinhibition = 1")],
    "conditioning": [add('[[patient.conditioning]]\nat = "1 day"\nprotocol = "hsf"')],
    "neither dose": [(BLOCKADE, 'drug = "ketamine"\ndose = "1 mg"')],
    "two treatments in one": [(BLOCKADE, f"{BLOCKADE}\nkinase_block = 0.9")],
    "kinases of a drug": [(BLOCKADE, 'drug = "ketamine"\nkinase_block = 0.9')],
    "more than all kinases": [(BLOCKADE, "kinase_block = 1.9")],
}
SAID = {
    "not TOML": ["not TOML", "line 5"],
    "unknown key": ["treatment[0].blokade", "did you mean 'blockade'?"],
    "unknown table": ["followup", "did you mean 'follow_up'?"],
    "wrong dimension": ["treatment[0].duration", "'1 Hz'", "a time is needed, such as '100 h'"],
    "negative duration": [
        "treatment[0].duration",
        "'-1 day'",
        "must be 0, or from 1 s to 100 year",
    ],
    "after the end": ["treatment[0].at", "must be before follow_up.until '20 day'"],
    "overlap": ["treatment[1].at", "overlaps treatment[0]", "not be before '2 day'"],
    "drug": ["treatment[0].drug", "did you mean 'ketamine'?"],
    "model": ["model", "did you mean 'dorsal_horn'?"],
    "model file": ["model", "the nearest beside it is 'coarse.toml'"],
    "hypothesis": ["hypothesis", "did you mean 'reset'?"],
    "recall without memory": ["assay.recall", 'add memory = "memory"'],
    "assay": ["follow_up.assays", "did you mean 'brush'?"],
    "assay setting": ["assay.brush.rat", "did you mean 'rate'?"],
    "assay dimension": ["assay.brush.rate", "a frequency is needed"],
    "constant": ["plasticity.late_deca", "did you mean 'late_decay'?"],
    "constant of no time": ["plasticity", "late_decay", "must be from 1 s to 1000 year"],
    "wrong kind of model": ["model", "is no dorsal horn"],
    "wrong kind of memory": ["memory", "is no memory"],
    "patterns": ["patient.learning", "found 100 patterns", "the memory has 5"],
    "direct with changing input": ["direct", "constant input", "residual_rate"],
    "direct for weeks": ["direct", "shorten follow_up.until"],
    "antagonist": ["blocked.nk2", "did you mean 'nk1'?"],
    "more than all": ["blocked.nk1"],
    "mechanism": ["mechanisms.disinhibition"],
    "conditioning": ["protocol.hsf", "did you mean 'hfs'?"],
    "neither dose": ["treatment[0].dose", "a dose per body weight and time or a dose per time"],
    "two treatments in one": [
        "treatment[0]: found blockade and kinase_block",
        "kinase_block alone",
    ],
    "kinases of a drug": ["treatment[0]: found drug and kinase_block", "drug with dose"],
    "more than all kinases": ["treatment[0].kinase_block: found 1.9"],
}


@pytest.mark.parametrize("name", FILES)
def test_a_wrong_file_is_refused(place, name):
    text = place.experiment.read_text()
    for found, instead in [ONE_ARM, *FILES[name]]:
        assert found in text
        text = text.replace(found, instead)
    place.experiment.write_text(text)
    refused(place.run(), str(place.experiment), *SAID[name])
    assert place.left_nothing()


def test_a_wrong_arm_is_named(place):
    text = place.experiment.read_text()
    place.experiment.write_text(text.replace(*add('[assay.brush]\nrat = "30 Hz"')))
    refused(place.run(), "small.toml: arm 'duration=6 h': assay.brush.rat")
    assert place.left_nothing()


# What is changed in the hypothesis "reset", and what the message says after its name.
LAST = 'memory = "self-sustaining"'
HYPOTHESES = [
    (
        ('"input-dependent"', '"input-dependant"'),
        "maintenance.dorsal_horn: no maintenance rule is named 'input-dependant'; did you mean",
    ),
    (
        (LAST, f'{LAST}\nheterosynaptic = "permanant"'),
        "maintenance.heterosynaptic: no maintenance rule is named 'permanant'; did you mean",
    ),
    *(
        ((LAST, f"{LAST}\n[{table}]\n{content}"), f"{table}{said}")
        for table, content, said in (
            ("drug", 'acts_on = "pain"\nc50 = "1 ng/ml"', ": half_life: missing; acts_on = 'pain'"),
            ("drug", 'acts_on = "pain"\nhalf_life = "1 h"', ": c50: missing; acts_on = 'pain'"),
            ("drug", 'acts_on = "nmda"\nc50 = "1 mg/L"', ": c50: found '1 mg/L'; only acts_on"),
            ("drug", 'half_life = "3 day"', ": half_life: found '3 day'; only acts_on = 'pain'"),
            ("drug", 'acts_on = "ampa"', ".acts_on: found 'ampa'"),
            ("drug", 'acts_on = "pain"\nc50 = "1 h"', ".c50: found '1 h', which is a time"),
            ("reactivation", 'rate = "1 h"', ".rate: found '1 h', which is a time"),
            ("reactivation", 'rate = "0 1/h"', ".rate: found '0 1/h'; it must be from 0.001 1/h"),
        )
    ),
]


@pytest.mark.parametrize(("change", "said"), HYPOTHESES, ids=[said for _, said in HYPOTHESES])
def test_a_wrong_hypothesis_is_refused(place, change, said):
    claim = (shipped_root() / "models" / "hypotheses" / "reset.toml").read_text()
    assert change[0] in claim
    (place.folder / "mine.toml").write_text(claim.replace(*change))
    text = place.experiment.read_text()
    place.experiment.write_text(text.replace('"reset"', '"mine.toml"'))
    refused(place.run(), f"mine.toml: {said}")
    assert place.left_nothing()


@pytest.mark.parametrize(
    ("found", "instead", "said"),
    [
        ('late_decay = { value = "', 'late_decay = { value = "4 Hz", note = "', "late_decay"),
        ('late_decay = { value = "', 'late_decay = { value = "-', "late_decay"),
        ("late_decay =", "late_deca =", "did you mean 'late_decay'?"),
        ('source = "nk1r"', 'source = "nk1"', "did you mean 'nk1r'?"),
        ("efficacies = [1.0, 1.15,", "efficacies = [1.0,", "12 columns"),
        ("nmda_free = [0, 0.05, 0.5, 1]", "nmda_free = [0, 0.5, 0.05, 1]", "must rise"),
        ("stimuli = { value = 16", 'stimuli = { value = "16 s"', "protocol.windup.stimuli"),
        ("stimuli = {", "stimulli = {", "protocol.windup.stimuli: missing"),
    ],
)
def test_a_wrong_model_is_refused(place, found, instead, said):
    model = place.folder / "coarse.toml"
    text = model.read_text()
    assert found in text
    model.write_text(text.replace(found, instead))
    refused(place.run(), str(model), said)
    assert place.left_nothing()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("smal.toml", "the nearest beside it is 'small.toml'"),
        ("blockade_durtion", "did you mean 'blockade_duration'?"),
        ("./cache", "a .toml file is needed"),
    ],
)
def test_a_missing_file_is_refused(place, name, said):
    refused(place("run", name, "--out", "out"), name.strip("./"), said)
    assert place.left_nothing()


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--jobs", "0", "at least 1"),
        ("--seed", "-1", "must not be negative"),
        ("--out", "small.toml", "is a file; name a folder"),
        ("--out", "small.toml/below", "cannot be written"),
        ("--out", ".", "move it, or name another folder"),
        ("--out", "/", "name a folder below it"),
        ("--out", "taken", "taken.partial holds 'notes.txt'"),
        ("--out", "taken.partial", "is the name of an unfinished run"),
    ],
)
def test_a_wrong_option_is_refused(place, option, value, said):
    (place.folder / "taken.partial").mkdir()
    (place.folder / "taken.partial" / "notes.txt").touch()
    before = sorted(place.folder.iterdir())
    refused(place("run", "small.toml", option, value), option, said)
    assert sorted(place.folder.iterdir()) == before


@pytest.mark.parametrize(
    ("command", "option", "said"),
    [
        ("run", "--vary", "No such option: --vary; it is an option of resetsim compare\n"),
        ("plan", "--vary", "No such option: --vary; it is an option of resetsim compare\n"),
        ("validate", "--scheduler", "--scheduler; it is an option of resetsim run\n"),
        ("plan", "--seed", "an option of resetsim run, resetsim compare and resetsim table\n"),
        ("run", "--job", "No such option: --job (Possible options: --jobs"),
    ],
)
def test_an_option_of_another_command_is_answered_with_its_name(command, option, said):
    ended = CliRunner().invoke(app, [command, "half.toml", option, "1"])
    assert ended.exit_code == 2
    assert said in ended.stderr


def test_a_folder_that_another_run_writes_is_refused(place):
    # The two need not share a cache.
    (place.folder / "another").mkdir()
    asked = Asked("an experiment", "a run of it")
    with open_folder(place.out, asked, resume=False, replace_other=False) as other:
        ended = place.run(RESETSIM_CACHE=str(place.folder / "another"))
        refused(ended, "another run is writing")
        assert [each.name for each in other.partial.iterdir()] == ["run.json"]
        other.discard()
    assert place.left_nothing()


def test_only_an_unfinished_run_is_resumed(place):
    refused(place.run("--resume"), "--resume", "there is no unfinished run in")
    assert place.left_nothing()
    partial = place.out.with_name("out.partial")
    partial.mkdir()
    write_list(partial, FileList("something else", complete=False))
    refused(place.run("--resume"), "--resume", "run without --resume")
    assert (partial / "run.json").exists()


@pytest.mark.parametrize(
    ("vary", "said"),
    [
        (["treatment.duration"], "it must be KEY=VALUE1,VALUE2"),
        (["treatment.duration=1 h", "treatment.duration=2 h"], "twice; give all its values"),
        (["treatment.duratio=1 h"], "did you mean 'duration'?"),
        (["treatment.duration=1 h,1 Hz"], "arm 'duration=1 Hz': treatment[0].duration"),
        (["treatment.duration=1 h,60 min"], "twice; each value makes an arm"),
        (
            [f"{key}={','.join(map(str, range(1, 1001)))}" for key in ("seed", "patient.weight")],
            "found 2000000 combinations of values; at most 1000 arms are made: vary less, or say",
        ),
    ],
)
def test_a_wrong_variation_is_refused(place, vary, said):
    given = [word for each in vary for word in ("--vary", each)]
    refused(place("compare", "small.toml", "--out", "out", *given), said)
    assert place.left_nothing()


@pytest.mark.parametrize("command", ["show", "report"])
@pytest.mark.parametrize("kind", ["missing", "cut", "foreign"])
def test_a_wrong_result_is_refused(place, finished, command, kind):
    file = place.folder / "result.h5"
    if kind == "cut":
        content = (finished.out / "result.h5").read_bytes()
        file.write_bytes(content[: len(content) // 2])
    elif kind == "foreign":
        with h5py.File(file, "w") as foreign:
            foreign["x"] = 1.0
    before = sorted(place.folder.iterdir())
    said = {"missing": "no such file", "cut": "damaged", "foreign": "not a result of resetsim"}
    refused(place(command, file), str(file), "resetsim run" if kind != "cut" else "", said[kind])
    assert sorted(place.folder.iterdir()) == before


def test_a_cache_that_cannot_be_written_is_refused(place):
    ended = place.run(RESETSIM_CACHE=str(place.experiment))
    refused(ended, "set RESETSIM_CACHE to a folder that can be written")
    assert place.left_nothing()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["rn"], "Did you mean 'run'?"),
        (["run", "small.toml", "--job", "1"], "--jobs"),
        (["run", "small.toml", "--seed", "one"], "--seed"),
        (["compare", "small.toml"], "--vary"),
        (["run"], "experiment"),
    ],
)
def test_wrong_words_are_refused(place, words, said):
    ended = place(*words)
    assert ended.returncode == 2
    assert "Error" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert said in ended.stderr


def test_a_traceback_is_shown_on_demand(place):
    ended = place("--debug", "run", "small.toml", "--jobs", "0")
    assert ended.returncode == 2
    assert "Traceback" in ended.stderr
    assert ended.stderr.endswith("Error: --jobs: found 0; it must be at least 1\n")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--help"], ["run", "compare", "show", "report"]),
        (["run", "--help"], ["--jobs", "--resume"]),
        (
            ["list"],
            [
                "blockade_duration",
                "dorsal_horn",
                "reset",
                "ketamine",
                "chronic_pain",
                "/models/drugs",
            ],
        ),
        (["schema", "hypothesis"], ['"$schema"', "What keeps the late phase"]),
        (["--version"], [__version__]),
    ],
)
def test_help_list_and_version(place, words, said):
    ended = place(*words)
    assert ended.returncode == 0
    assert ended.stderr == ""
    for word in said:
        assert word in ended.stdout


# Pint imports the empty top of scipy.
QUICK = """
import sys
from resetsim import cli
sys.argv[0] = "resetsim"
try:
    cli.main()
except SystemExit as end:
    status = end.code or 0
heavy = {"brian2", "scipy.integrate", "scipy.special", "matplotlib", "h5py"}
print(status, *sorted(heavy & set(sys.modules)))
"""


@pytest.mark.parametrize(
    ("words", "status"),
    [(["--help"], 0), (["list"], 0), (["new", "mine"], 0), (["run", "nonsense"], 2)],
)
def test_what_runs_nothing_imports_no_simulator(place, words, status):
    ended = place.python("-c", QUICK, *words)
    assert ended.stdout.splitlines()[-1] == str(status)


@pytest.mark.parametrize("name", ["unknown key", "wrong dimension", "more than all kinases"])
def test_a_refusal_imports_no_simulator(place, name):
    text = place.experiment.read_text()
    for found, instead in [ONE_ARM, *FILES[name]]:
        text = text.replace(found, instead)
    place.experiment.write_text(text)
    ended = place.python("-c", QUICK, "run", "small.toml")
    assert SAID[name][0] in ended.stderr
    assert ended.stdout.splitlines()[-1] == "2"
