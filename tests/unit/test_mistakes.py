"""Mistakes that people make in an experiment file, and what the message says to write instead."""

from textwrap import dedent

import pytest

from resetsim.declare.experiment import read_experiment, remarks
from resetsim.errors import InputError
from resetsim.study.experiment import prepare

EXPERIMENT = """
question = "Does half a blockade reset too?"
model = "dorsal_horn"
hypothesis = "reset"

[patient.injury]
at = "0 day"
peak_rate = "1.4 Hz"
heals_with = "10 day"
residual_rate = "0.5 Hz"

[[treatment]]
at = "60 day"
duration = "5 day"
blockade = 0.95

[vary]
"patient.injury.residual_rate" = ["0.5 Hz", "0.8 Hz"]

[follow_up]
until = "150 day"
"""
VARIED = '"patient.injury.residual_rate" = ["0.5 Hz", "0.8 Hz"]'
QUESTION = 'question = "Does half a blockade reset too?"'
DURATION, BLOCKADE, UNTIL = 'duration = "5 day"', "blockade = 0.95", 'until = "150 day"'
PEAK, RESIDUAL = 'peak_rate = "1.4 Hz"', 'residual_rate = "0.5 Hz"'


def drug(dose):
    return f'drug = "ketamine"\ndose = {dose}'


def normal(value):
    return f'{{ distribution = "normal", mean = "{value}", sd = "0.1 Hz"'


# What is written, in place of what; what the message says.
MISTAKES = [
    # Brackets.
    ("[[treatment]]", "[treatment]", "treatment: found one table; write [[treatment]]"),
    ("[patient.injury]", "[[patient.injury]]", "write [patient.injury] with one bracket"),
    ("[vary]", "[[vary]]", "vary: found a list; write [vary] with one bracket"),
    ("[vary]", "[vary", "write [vary]"),
    ("[[treatment]]", "[[treatment]", "write [[treatment]]"),
    ("[patient.injury]", "[injury]", "injury: unknown key; did you mean [patient.injury]?"),
    ("[patient.injury]", "[patient.injurry]", "did you mean 'injury'?"),
    ("[follow_up]", "[followup]", "did you mean 'follow_up'?"),
    (UNTIL, f"{UNTIL}\n[follow_up]", "the table [follow_up] stands here a second time"),
    ("[vary]", "seed = 3\n[vary]", "'seed' belongs to the top of the file, above the first"),
    # What varies.
    (DURATION, 'duration = ["1 day", "5 day"]', '"treatment.duration" = ["1 day", "5 day"]'),
    (BLOCKADE, "blockade = [0.5, 0.95]", 'stands below [vary]: "treatment.blockade" = [0.5, 0.95]'),
    (VARIED, "treatment.blockade = [0.1, 0.95]", '"treatment.blockade" = [0.1, 0.95]'),
    (
        VARIED,
        'treatment."blockade" = [0.1]',
        'the key in quotation marks: "treatment.blockade" = [0.1]',
    ),
    (VARIED, '"blockade" = [0.1, 0.95]', "write the whole key: 'treatment.blockade'\n"),
    (VARIED, '"treatment.blokade" = [0.1]', "did you mean 'blockade'?"),
    (VARIED, '"treatments.blockade" = [0.1]', "did you mean 'treatment'?"),
    (VARIED, '"treatment" = [0.1]', "a whole table cannot be varied; name one of its keys: at,"),
    (VARIED, '"treatment.0.blockade" = [0.1]', "such as 'treatment[0].duration'"),
    (VARIED, '"treatment[1].blockade" = [0.1]', "say which treatment; the file has treatment[0]"),
    (
        VARIED,
        '"patient.flare_up.at" = ["1 day"]',
        "has no [[flare_up]] in which it could vary; add",
    ),
    (VARIED, '"treatment.blockade" = 0.1', "a list is needed, in square brackets: [0.1]"),
    (VARIED, '"treatment.blockade" = []', "it needs at least one entry"),
    (VARIED, '"treatment.blockade" = [0.1, 0.1]', "found 0.1 twice"),
    (VARIED, '"treatment.blockade" = [[0.1, 0.5]]', "a quantity, number, name, true or false"),
    (VARIED, '"treatment.blockade" = [0.1 0.5]', '"treatment.blockade" = [0.1, 0.5]'),
    (VARIED, '"treatment.blockade" = [0.1, 0.5', "the ] that ends the list is missing"),
    (VARIED, '"treatment.blockade" = (0.1, 0.5)', '"treatment.blockade" = [0.1, 0.5]'),
    (VARIED, '"treatment.blockade" = {0.1, 0.5}', '"treatment.blockade" = [0.1, 0.5]'),
    (VARIED, '"treatment.duration" = [1 day, 5 day]', '"treatment.duration" = ["1 day", "5 day"]'),
    (VARIED, '"treatment.duration" = ["1 day", "2 Hz"]', "arm 'duration=2 Hz'"),
    # Quotation marks and other signs.
    (DURATION, "duration = 5 day", 'needs quotation marks: duration = "5 day"'),
    (DURATION, "duration = 5day", 'needs quotation marks: duration = "5day"'),
    (PEAK, "peak_rate = 1.4 Hz # high", 'quotation marks: peak_rate = "1.4 Hz"'),
    (BLOCKADE, drug("5 mg/kg/h"), 'needs quotation marks: dose = "5 mg/kg/h"'),
    ('"reset"', "reset", 'hypothesis = "reset"'),
    ('"5 day"', "“5 day”", 'write straight ones: duration = "5 day"'),
    ('"5 day"', "‘5 day’", 'write straight ones: duration = "5 day"'),
    ('"5 day"', "„5 day“", 'write straight ones: duration = "5 day"'),
    ('"patient.injury.residual_rate" =', "“patient.injury.residual_rate” =", "write straight ones"),
    ('"5 day"', '"5 day', 'quotation mark that ends the text is missing: duration = "5 day"'),
    ('"5 day"', "\"5 day'", 'quotation mark that ends the text is missing: duration = "5 day"'),
    (BLOCKADE, f"{BLOCKADE}\nblockade = 0.5", "'blockade' stands here a second time: keep one"),
    ("question =", "question:", "a key is followed by =, not by a colon: question = "),
    (BLOCKADE, "blockade == 0.95", "write one = : blockade = 0.95"),
    (BLOCKADE, "blockade = 0.95;", "no semicolon at the end: blockade = 0.95"),
    (DURATION, f"{DURATION},", f"no comma at the end: {DURATION}"),
    (BLOCKADE, "blockade = 0.95 // strong", "a comment begins with #: blockade = 0.95 # strong"),
    (BLOCKADE, "blockade =", "a value is missing: blockade = ..."),
    (BLOCKADE, "blockade", "a key is followed by = and a value"),
    (BLOCKADE, "block ade = 0.95", "a key has no spaces: block_ade"),
    ('"dorsal_horn"', '"mine\\dorsal_horn.toml"', "write / in place of \\: model = "),
    ("[vary]", "[mechanisms]\ndisinhibition = True\n[vary]", "write disinhibition = true"),
    ("[vary]", '[mechanisms]\ndisinhibition = "yes"\n[vary]', "true or false, without quotation"),
    # Numbers and units.
    (BLOCKADE, drug('"5 mg/kg"'), "a dose per body weight; say per what time: '5 mg/kg/h'"),
    (BLOCKADE, drug('"20 mg"'), "say per what time: '20 mg/h'"),
    (BLOCKADE, 'drug = "ketamine"', 'a drug without a dose; add one, such as dose = "5 mg/kg/h"'),
    (BLOCKADE, 'dose = "5 mg/kg/h"', 'a dose without a drug; add one, such as drug = "ketamine"'),
    (BLOCKADE, f"{BLOCKADE}\n{drug('5')}", "a dose per time is needed, such as '5 mg/kg/h'"),
    (BLOCKADE, "blockade = 95", "a share, such as 0.95 for 95 %"),
    (BLOCKADE, 'blockade = "95 %"', "without %: 0.95"),
    (BLOCKADE, "blockade = 95%", "a share is a number from 0 to 1: blockade = 0.95"),
    (BLOCKADE, 'blockade = "0.95"', "without quotation marks: 0.95"),
    (BLOCKADE, "blockade = 0,95", "decimals have a point: blockade = 0.95"),
    (BLOCKADE, "blockade = .95", "digits stand on both sides of a point: blockade = 0.95"),
    (PEAK, 'peak_rate = "1,4 Hz"', "write '1.4 Hz'"),
    ('at = "60 day"', 'at = "−60 day"', "write '-60 day'"),
    (PEAK, 'peak_rate = "1.4 hz"', "did you mean 'Hz'?"),
    (DURATION, 'duration = "5 Day"', "did you mean 'day'?"),
    (DURATION, 'duration = "5 H"', "did you mean 'h'?"),
    (DURATION, 'duration = "five days"', "a time is needed, such as '100 h'"),
    (DURATION, 'duration = "5 day 3 h"', "a time is needed, such as '100 h'"),
    (DURATION, "duration = 5", "a number without a unit; a time is needed, such as '100 h'"),
    (UNTIL, 'until = "150"', "a time is needed, such as '240 day'"),
    (UNTIL, 'until = "1e12 day"', "it must be from 1 s to 100 year"),
    (UNTIL, "until = inf", "a finite number is needed"),
    ('at = "60 day"', "at = 2026-01-01", "a time is needed, such as '60 day'"),
    ('model = "', 'seed = 1.0\nmodel = "', "it should be a valid integer: 1"),
    ('model = "', 'seed = "1"\nmodel = "', "without quotation marks: 1"),
    # What is missing, or is somewhere else.
    (UNTIL, "", 'follow_up.until: missing, but required, such as until = "240 day"'),
    (DURATION, "", 'treatment[0].duration: missing, but required, such as duration = "100 h"'),
    (QUESTION, "", "question: missing, but required, such as question = "),
    (f"[follow_up]\n{UNTIL}", "", 'such as\n    [follow_up]\n    until = "240 day"'),
    ("[vary]", "[cohort]\n[vary]", "cohort.size: missing, but required, such as size = 200"),
    (BLOCKADE, 'rate = "1 mg/kg"', "treatment[0].rate: unknown key; did you mean 'dose'?"),
    (VARIED, '"treatment.length" = ["1 day"]', "'length' is unknown; did you mean 'duration'?"),
    (PEAK, 'rate = "1.4 Hz"', "did you mean 'peak_rate'?"),
    (
        PEAK,
        f"peak_rate = {normal('1 Hz')} }}\n[cohort]\nsize = 9",
        'a normal distribution needs it, such as source = "A guess"',
    ),
    ('"dorsal_horn"', '"dorsalhorn"', "did you mean 'dorsal_horn'?"),
    ('"dorsal_horn"', '"dorsal_horn.toml"', "is named 'dorsal_horn', without .toml"),
    ('"reset"', '"Reset"', "did you mean 'reset'?"),
    (UNTIL, f'{UNTIL}\nassays = "windup"\nat = ["1 day"]', 'in square brackets: ["windup"]'),
    (UNTIL, f'{UNTIL}\nassays = ["windup"]', "follow_up.at: empty; assays and moments belong"),
    (UNTIL, f'{UNTIL}\nassays = ["recall"]\nat = ["1 day"]', 'memory model: memory = "memory"'),
    (
        PEAK,
        f"peak_rate = {normal('1 Hz')}, source = 'A guess' }}",
        "it needs a [cohort] with its size",
    ),
    (
        PEAK,
        f"peak_rate = {normal('1 Hz')},\n source = 'A guess' }}",
        "ends on the line on which it",
    ),
    ('at = "60 day"', 'at = "160 day"', "it must be before follow_up.until '150 day'"),
]


@pytest.fixture
def read(tmp_path):
    def read_text(text):
        path = tmp_path / "half.toml"
        path.write_text(text, encoding="utf-8")
        return read_experiment(path)

    return read_text


@pytest.mark.parametrize(("found", "instead", "said"), MISTAKES, ids=lambda text: text[:40])
def test_a_mistake_is_answered_with_what_to_write(read, found, instead, said):
    assert EXPERIMENT.count(found) >= 1
    with pytest.raises(InputError) as refused:
        read(EXPERIMENT.replace(found, instead, 1))
    message = f"{refused.value}\n"
    assert "half.toml: " in message
    assert said in message
    assert max(map(len, message.splitlines())) < 600


def test_a_mark_that_windows_writes_before_the_text_is_no_mistake(read):
    assert read(f"\ufeff{EXPERIMENT}").question == read(EXPERIMENT).question


@pytest.mark.parametrize("missing", [QUESTION, 'model = "dorsal_horn"', f"[follow_up]\n{UNTIL}"])
def test_what_a_message_shows_can_be_pasted(read, missing):
    text = EXPERIMENT.replace(missing, "")
    with pytest.raises(InputError) as refused:
        read(text)
    lines = str(refused.value).partition("such as")[2]
    read(text + dedent(lines) if "\n" in lines else lines + text)


SIZE = "[cohort]\nsize = 20\n[vary]"
# The line in the file, an impossible value in its place, values in all arms; what is said.
OF_NO_ARM = [
    (
        BLOCKADE,
        "blockade = 95",
        "[0.5, 0.95]",
        "treatment[0].blockade: found 95; it must be from 0",
    ),
    (DURATION, 'duration = "-5 day"', '["1 day"]', "duration: found '-5 day'; it must be 0, or"),
    (PEAK, 'peak_rate = "1.4 mV"', '["1 Hz"]', "peak_rate: found '1.4 mV', which is a voltage"),
    (RESIDUAL, 'residual_rate = "-3 Hz"', '["0 Hz"]', "found '-3 Hz'; it must be from 0 Hz to 20"),
    (RESIDUAL, "residual_rate = true", '["0 Hz"]', "residual_rate: found true"),
]


@pytest.mark.parametrize("tables", ["[vary]", "[vary_together]", SIZE])
@pytest.mark.parametrize(("found", "instead", "values", "said"), OF_NO_ARM)
def test_a_value_that_no_arm_has_must_be_possible_too(read, found, instead, values, said, tables):
    table = "treatment" if found in (BLOCKADE, DURATION) else "patient.injury"
    vary = f'"{table}.{found.split(" ")[0]}" = {values}'
    text = EXPERIMENT.replace(VARIED, vary).replace("[vary]", tables)
    read(text)
    with pytest.raises(InputError) as refused:
        read(text.replace(found, instead, 1))
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_an_impossible_constant_or_setting_that_no_arm_has_is_refused(read):
    vary = '"plasticity.late_decay" = ["3 day"]\n"assay.windup.frequency" = ["1 Hz"]'
    tables = '[plasticity]\nlate_decay = "2 day"\n[assay.windup]\nfrequency = "2 Hz"\n[vary]'
    text = EXPERIMENT.replace(VARIED, vary).replace("[vary]", tables)
    read(text)
    with pytest.raises(InputError, match=r"half.toml: plasticity: late_decay: found '-2 day'"):
        read(text.replace('"2 day"', '"-2 day"'))
    prepare(read(text))
    with pytest.raises(InputError, match=r"half.toml: assay.windup.frequency: found '-2 Hz'"):
        prepare(read(text.replace('"2 Hz"', '"-2 Hz"')))


def test_values_of_no_arm_need_not_go_together(read):
    vary = '"patient.injury.residual_rate" = ["2 Hz"]\n"patient.injury.peak_rate" = ["3 Hz"]'
    (arm,) = read(EXPERIMENT.replace(VARIED, vary).replace(RESIDUAL, 'residual_rate = "9 Hz"')).arms
    assert arm.plan.patient.injury.residual_rate.magnitude == 2


def test_a_file_named_without_its_ending_is_pointed_to(tmp_path, monkeypatch):
    (tmp_path / "half.toml").write_text(EXPERIMENT)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=r"did you mean the file 'half.toml'\?"):
        read_experiment("half")


@pytest.mark.parametrize(
    ("change", "count"),
    [
        (('at = "0 day"', 'at = "100 day"'), 1),
        (('at = "0 day"', 'at = "65 day"'), 1),
        (('at = "0 day"', 'at = "64 day"'), 0),
        ((VARIED, '"patient.injury.at" = ["0 day", "100 day"]'), 0),
        ((VARIED, '"patient.injury.at" = ["90 day", "100 day"]'), 1),
        (("[patient.injury]", "[patient.start]\nlate_phase = 0.5\n[patient.injury]"), 0),
    ],
)
def test_a_treatment_that_is_over_before_the_injury_is_remarked(read, change, count):
    found = remarks(read(EXPERIMENT.replace(*change, 1)))
    assert len(found) == count
    assert all("there is no pain yet" in line for line in found)
