"""``summary.csv``, ``assays.csv`` and the table in the terminal."""

import csv
from dataclasses import replace
from io import StringIO
from itertools import takewhile
from pathlib import Path

import pytest
from results_fixture import toy_result, toy_windup
from rich.console import Console

from resetsim.outcomes.varied import all_described, varied_settings, words
from resetsim.records.result import Result
from resetsim.records.setting import Setting
from resetsim.store.tables import summary_rows, write_assays, write_summary
from resetsim.study.settings import settings_of
from resetsim.views.fitted_table import FittedTable, folded
from resetsim.views.terminal_tables import forgetting_table, outcome_words, terminal_table

# Written out here, not imported: scripts of others rely on these names and this order.
SUMMARY = (
    "experiment,hypothesis,arm,patient,blockade_hours,blockade_peak,residual_rate_hz,pain_healthy,"
    "pain_before,pain_end_of_treatment,pain_day_7,pain_day_30,pain_day_90,relapse_day,"
    "weight_before,weight_end_of_treatment,windup_before,windup_after,recall_before,recall_after,"
    "seed"
)
ASSAYS = (
    "experiment,hypothesis,arm,patient,day,assay,population,quantity,x,x_unit,value,unit,"
    "standard_error,n"
)


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def with_summary(result: Result, **cells: str | float | int | None) -> Result:
    arm = result.arms[0]
    return replace(result, arms=(replace(arm, summary={**arm.summary, **cells}),))


def test_summary_has_the_contracts_columns_then_extra_ones(tmp_path: Path) -> None:
    write_summary(toy_result(), tmp_path / "summary.csv")
    header = (tmp_path / "summary.csv").read_text(encoding="utf-8").splitlines()[0]
    assert header == (
        f"{SUMMARY},outcome,input_at_end_hz,treatment.duration [h],"
        "patient.injury.residual_rate [Hz]"
    )


def test_rows_say_which_arm_of_which_experiment_under_which_hypothesis(tmp_path: Path) -> None:
    whole = toy_result()
    rival = replace(whole.arms[1], settings={"hypothesis": Setting("washout")})
    result = replace(whole, arms=(whole.arms[0], rival))
    write_summary(result, tmp_path / "summary.csv")
    write_assays(result, tmp_path / "assays.csv")
    for name in ("summary.csv", "assays.csv"):
        found = dict.fromkeys(
            (row["experiment"], row["hypothesis"], row["arm"], row["patient"])
            for row in rows_of(tmp_path / name)
        )
        assert list(found) == [
            ("toy", "reset", whole.arms[0].name, "0"),
            ("toy", "washout", rival.name, "0"),
        ]


def test_summary_of_no_arms_is_its_header(tmp_path: Path) -> None:
    write_summary(replace(toy_result(), arms=()), tmp_path / "summary.csv")
    assert (tmp_path / "summary.csv").read_text(encoding="utf-8") == f"{SUMMARY}\n"


def test_what_was_not_assayed_is_empty_and_zero_is_zero(tmp_path: Path) -> None:
    result = with_summary(toy_result(), recall_after=None, pain_healthy=0.0)
    write_summary(result, tmp_path / "summary.csv")
    (row,) = rows_of(tmp_path / "summary.csv")
    assert row["recall_after"] == ""
    assert row["pain_healthy"] == "0"
    assert row["patient"] == "0"


def test_numbers_have_at_most_twelve_digits(tmp_path: Path) -> None:
    result = with_summary(toy_result(), pain_before=0.1 + 0.2, pain_day_7=1 / 3, seed=2**40)
    write_summary(result, tmp_path / "summary.csv")
    (row,) = rows_of(tmp_path / "summary.csv")
    assert (row["pain_before"], row["pain_day_7"]) == ("0.3", "0.333333333333")
    assert row["seed"] == str(2**40)


def test_a_column_that_an_arm_lacks_is_none() -> None:
    whole = toy_result()
    first = replace(whole.arms[0], summary={"arm": "a", "only_here": 1.0})
    rows = summary_rows(replace(whole, arms=(first, *whole.arms[1:])))
    assert rows[0]["pain_before"] is None
    assert rows[1]["only_here"] is None
    assert len({tuple(row) for row in rows}) == 1


def test_assays_have_the_contracts_columns_then_what_varies(tmp_path: Path) -> None:
    whole = toy_result()
    varied = toy_windup(59.0, 0.8, ({"nmda_fraction": 0.3}, {"frequency_hz": 2.0}))
    arm = replace(whole.arms[0], assays=(*whole.arms[0].assays, varied))
    write_assays(replace(whole, arms=(arm,)), tmp_path / "assays.csv")
    rows = rows_of(tmp_path / "assays.csv")
    keys = "treatment.duration [h],patient.injury.residual_rate [Hz]"
    assert ",".join(rows[0]) == f"{ASSAYS},{keys},nmda_fraction,frequency_hz"
    assert (rows[0]["treatment.duration [h]"], rows[0]["experiment"]) == ("4", "toy")
    assert len(rows) == sum(len(assay.readings) for assay in arm.assays)
    assert (rows[0]["frequency_hz"], rows[-1]["frequency_hz"]) == ("", "2")
    assert rows[-1]["x"] == "16"


def test_an_unknown_standard_error_is_empty(tmp_path: Path) -> None:
    whole = toy_result()
    assay = whole.arms[0].assays[0]
    reading = replace(assay.readings[0], standard_error=float("nan"), n=1)
    arm = replace(whole.arms[0], assays=(replace(assay, readings=(reading,)),))
    write_assays(replace(whole, arms=(arm,)), tmp_path / "assays.csv")
    (row,) = rows_of(tmp_path / "assays.csv")
    assert (row["standard_error"], row["n"], row["patient"]) == ("", "1", "0")


def printed(table: FittedTable | None, width: int = 80) -> list[str]:
    stream = StringIO()
    Console(file=stream, width=width).print(table)
    lines = stream.getvalue().splitlines()
    assert max(map(len, lines)) <= width
    return lines


def shown(result: Result, width: int = 80) -> list[str]:
    return printed(terminal_table(result), width)


def parts_of(lines: list[str]) -> list[list[list[str]]]:
    """The words of the rows of each part of a table."""
    starts = [number for number, line in enumerate(lines, start=1) if "──" in line]
    return [[line.split() for line in takewhile(str.strip, lines[start:])] for start in starts]


def test_terminal_table_fits_eighty_columns_with_every_number() -> None:
    result = toy_result()
    lines = shown(result)
    assert "…" not in "".join(lines)
    (row,) = (cells for line in lines if (cells := line.split())[:4] == ["5", "day", "1.4", "Hz"])
    assert row[4] == f"{result.arms[3].summary['pain_before']:.1f}"
    assert row[-3:] == ["relieved", "2.4→1.3", "0.93→–"]


def test_terminal_table_leaves_out_what_nobody_assayed() -> None:
    text = "\n".join(shown(with_summary(toy_result(), recall_before=None, recall_after=None)))
    assert "wind-up" in text
    assert "recall " not in text.partition("Pain 0-10")[0]


def test_terminal_table_names_the_arm_where_nothing_varies_and_shows_brackets() -> None:
    whole = toy_result()
    text = "\n".join(shown(replace(whole, arms=(replace(whole.arms[0], name="all [red]x"),))))
    assert "all [red]x" in text


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_every_number_is_whole_at_any_width_beside_its_arm(width: int) -> None:
    result = toy_result(("30 min", "4 h", "5 day"))
    whole = {arm.summary["pain_day_90"] for arm in result.arms}
    assert len(whole) > 2
    (wide,) = parts_of(shown(result, 120))
    parts = parts_of(shown(result, width))
    if width >= 80:
        assert len(parts) == 1
    names = [row[:4] for row in wide]
    assert all([row[:4] for row in part] == names for part in parts)
    for index, row in enumerate(wide):
        assert [word for part in parts for word in part[index][4:]] == row[4:]


def test_forgetting_is_whole_at_forty_columns() -> None:
    lines = printed(forgetting_table(toy_result()), 40)
    assert "…" not in "".join(lines)
    for part, easy in zip(parts_of(lines), (True, False), strict=True):
        assert [word for row in part for word in row if "→" in word] == (
            ["0.93→0.93", "0.91→0.91"] if easy else ["0.42→0.42", "0.37→0.37"]
        ) * 4
        assert part[0][:6] == ["4", "h", "0", "Hz", "1", "-180"]


def test_a_word_is_folded_but_never_a_number() -> None:
    assert folded("power_law_pain.toml 5 day", 9) == "power_\nlaw_\npain.toml\n5 day"
    assert folded("residual=12.75 Hz", 11) == "residual=\n12.75 Hz"
    assert folded("0.96→0.96", 5) == "0.96→\n0.96"
    assert folded("x-1.5e-05", 8) == "x\n-1.5e-05"


def test_a_cell_cannot_steer_the_terminal() -> None:
    hostile = "\x1b[2J\x9b31m\u202eabc\r\n\x7f\u2066[red]"
    table = FittedTable({hostile: [hostile]}, {"value": [hostile]}, hostile)
    text = "\n".join(printed(table, 200))
    assert not {"\x1b", "\x9b", "\u202e", "\r", "\x7f", "\u2066"} & set(text)
    spelled = r"\x1b[2J\x9b31m\u202eabc\r\n\x7f\u2066[red]"
    assert text.count(spelled) == 4
    assert sum(spelled in line for line in text.splitlines()) == 3  # both cells in one line


def test_what_varies_is_sorted_by_size_not_by_spelling() -> None:
    settings = settings_of(
        [{"a.d": value, "b": "same"} for value in ("5 day", "30 min", "100 h", "5 day")]
    )
    ((key, values),) = varied_settings(settings).items()
    assert (key, [each.written for each in values]) == ("a.d", ["30 min", "100 h", "5 day"])
    names = varied_settings(settings_of([{"hypothesis": value} for value in ("reset", "none")]))
    assert [each.written for each in names["hypothesis"]] == ["reset", "none"]


@pytest.mark.parametrize(
    ("written", "numbers", "unit"),
    [
        (["30 min", "1 day"], [0.5, 24], "h"),
        (["10 day", "20 day"], [10, 20], "day"),
        ([0.2, 0.9], [0.2, 0.9], ""),
        ([1, 2], [1, 2], ""),
        (["reset", "none"], [None, None], ""),
        (["1 h", "1 Hz"], [None, None], ""),
        ([True, False], [None, None], ""),
    ],
)
def test_settings_become_numbers_in_one_unit(written, numbers, unit) -> None:
    found = [each["key"] for each in settings_of([{"key": value} for value in written])]
    assert [each.number for each in found] == pytest.approx(numbers)
    assert {each.unit for each in found} == {unit}
    assert [each.written for each in found] == written


def test_keys_become_words() -> None:
    assert words("patient.injury.residual_rate") == "injury residual rate"
    assert words("frequency_hz") == "frequency (Hz)"
    assert words("treatment[1].at") == "second treatment at"


def test_what_differs_between_treatments_of_an_arm_is_said_once() -> None:
    doses = [Setting(f"{dose} mg/h", dose, "mg/h") for dose in (20.0, 0.0)]
    keys = ["treatment[0].dose", "treatment[1].dose"]
    settings = {"hypothesis": Setting("reset"), **dict(zip(keys, doses, strict=True))}
    found = all_described(settings)
    assert found == "hypothesis reset, first treatment dose 20.0 mg/h, second 0.0 mg/h"
    parted = {keys[0]: doses[0], "treatment[0].duration": Setting("5 h", 5, "h"), keys[1]: doses[1]}
    assert "dose 20.0 mg/h, duration 5 h, second treatment dose 0.0 mg/h" in all_described(parted)


@pytest.mark.parametrize(
    ("days", "said"),
    [(0.005, "relapsed 7 min"), (0.25, "relapsed 6 h"), (3.456, "relapsed 3.5 d")],
)
def test_a_relapse_within_minutes_does_not_read_as_zero_days(days: float, said: str) -> None:
    assert outcome_words({"outcome": "relapsed", "relapse_day": days}) == said


def test_cured_never_relieved_and_never_in_pain_do_not_read_alike() -> None:
    words = ("relieved", "not relieved", "no pain before", "not treated")
    assert [outcome_words({"outcome": word, "relapse_day": None}) for word in words] == list(words)
