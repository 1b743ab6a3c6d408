"""Texts from a stranger's files reach the terminal spelled out, never as control characters."""

from dataclasses import replace

import pytest
from results_fixture import toy_result

from resetsim.records.setting import Setting
from resetsim.store.hdf5 import write_result
from resetsim.terminal import visible

HOSTILE = "\x1b]0;owned\x07\x1b[2J\x9b31m\x7f\u202ecod\u2066\r\n[red]:bomb:"
SPELLED = r"\x1b]0;owned\x07\x1b[2J\x9b31m\x7f\u202ecod\u2066\r\n[red]:bomb:"
TOML = "".join(f"\\u{ord(character):04x}" for character in HOSTILE)  # as a TOML text may hold it


def harmless(ended):
    text = ended.stdout + ended.stderr
    assert not [
        character for character in text if not character.isprintable() and character != "\n"
    ]
    return text


def hostile_result():
    """A result in which every text is hostile."""
    whole = toy_result()
    arms = tuple(
        replace(
            arm,
            name=f"{HOSTILE}{number}",
            settings={
                f"a.{HOSTILE}": Setting(f"{HOSTILE}{number}"),
                "hypothesis": Setting(f"{number}{HOSTILE}"),
            },
            summary=arm.summary | {HOSTILE: HOSTILE, "pain_day_7": HOSTILE},
        )
        for number, arm in enumerate(whole.arms)
    )
    thresholds = tuple(
        replace(one, settings={HOSTILE: Setting(HOSTILE)}) for one in whole.thresholds
    )
    named = {"name": "stranger", "question": HOSTILE, "hypothesis": HOSTILE}
    return replace(whole, arms=arms, thresholds=thresholds, **named)


@pytest.mark.parametrize("columns", ["40", "300"])
def test_show_spells_out_what_a_result_holds(place, columns):
    write_result(hostile_result(), place.folder / "stranger.h5")
    ended = place("show", "stranger.h5", COLUMNS=columns, FORCE_COLOR="")
    assert ended.returncode == 0, ended.stderr
    text = harmless(ended)
    if columns == "300":
        assert text.count(SPELLED) > 8


def test_an_arm_that_is_named_and_not_told_by_its_settings(place):
    whole = hostile_result()
    write_result(replace(whole, arms=whole.arms[:1]), place.folder / "stranger.h5")
    assert SPELLED + "0" in harmless(place("show", "stranger.h5", COLUMNS="300"))


def test_an_error_spells_out_what_a_file_holds(place):
    for old, new in (
        ('hypothesis = "reset"', f'hypothesis = "{TOML}"'),
        ("[patient.start]", f'"{TOML}" = 1\n[patient.start]'),
        ('at = "0 day"', f'at = "{TOML}"'),
        ('"treatment.duration" =', f'"{TOML}" ='),
    ):
        text = place.experiment.read_text()
        assert old in text
        place.experiment.write_text(text.replace(old, new))
        ended = place.run()
        place.experiment.write_text(text)
        assert ended.returncode == 2
        assert "owned" in harmless(ended)


def test_an_error_spells_out_the_name_of_a_file(place):
    for words in (("show", HOSTILE), ("run", f"{HOSTILE}.toml"), ("--debug", "show", HOSTILE)):
        ended = place(*words)
        assert ended.returncode == 2
        assert r"\x1b]0;owned\x07" in harmless(ended)


def test_a_list_spells_out_what_files_hold(place):
    program = f"""
from resetsim.declare import files
files.read_toml = lambda path: {{"question": {HOSTILE!r}, "description": {HOSTILE!r}}}
from resetsim import cli
cli.main()
"""
    ended = place.python("-c", program, "list", COLUMNS="300")
    assert ended.returncode == 0, ended.stderr
    on_one_line = visible(" ".join(HOSTILE.split()))
    assert harmless(ended).count(on_one_line) > 10


def test_a_warning_spells_out_what_it_quotes(place):
    program = f"""
import warnings
from resetsim import cli
cli.results.show_table = lambda result: warnings.warn({HOSTILE!r})
cli.main()
"""
    write_result(hostile_result(), place.folder / "stranger.h5")
    ended = place.python("-c", program, "show", "stranger.h5")
    assert ended.returncode == 0, ended.stderr
    assert ended.stderr.startswith(r"Warning: \x1b]0;owned\x07")
    harmless(ended)
