"""Figures, table and report of a cohort show its numbers, and leave out what cannot be said."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import matplotlib
import numpy as np
import pandas as pd
import pytest
from cohort_fixture import prevention_cohort, toy_cohort
from rich.console import Console

from resetsim.api import CohortExperimentResult
from resetsim.errors import InputError
from resetsim.evidence.which_trial import which_trials, write_trials
from resetsim.outcomes.cohort import CohortOutcomes, cohort_outcomes
from resetsim.outcomes.crossover import crossover_trials
from resetsim.outcomes.telling_apart import contrasts, telling_trials
from resetsim.outcomes.who_responds import responses
from resetsim.records.cohort import CohortResult, PublishedPoint, Sequences
from resetsim.records.setting import Setting
from resetsim.views.cohort.answer import answer
from resetsim.views.cohort.figures import COHORT_VIEWS
from resetsim.views.cohort.graded import draw_graded
from resetsim.views.cohort.outcome_shares import draw_outcome_shares, draw_responder_map
from resetsim.views.cohort.pain_by_week import draw_pain_by_week
from resetsim.views.cohort.patients import draw_diaries, draw_swimmers
from resetsim.views.cohort.relapse_free import draw_relapse_free
from resetsim.views.cohort.report import write_cohort_report
from resetsim.views.cohort.responders import draw_responders
from resetsim.views.cohort.table import cohort_caption, cohort_columns, cohort_table
from resetsim.views.drawing import drawing
from resetsim.views.style import STYLE
from resetsim.views.which_trial import trials_table

OTHERS = {"responder_map", "relief_by_dose", "assayed"}  # figures that DOSES has not
DOSES = {"0 mg/h": 0.1, "10 mg/h": 0.55, "20 mg/h": 0.7}


@pytest.fixture(autouse=True)
def style() -> Iterator[None]:
    with matplotlib.rc_context(STYLE):
        yield


@pytest.fixture(scope="module")
def outcomes() -> CohortOutcomes:
    return cohort_outcomes(toy_cohort(relief=DOSES))


@pytest.fixture(scope="module")
def folder(outcomes: CohortOutcomes, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("figures")
    with drawing(outcomes, place, 1, COHORT_VIEWS):
        pass
    return place


def grid_cohort() -> CohortResult:
    """Return a cohort in which dose and duration vary, with one combination missing."""
    result = toy_cohort(60, {f"{dose} mg/h": dose / 40 for dose in range(0, 36, 5)})
    durations = [Setting(f"{days} day", float(days), "day") for days in (1, 4)]
    arms = [
        replace(
            arm,
            settings={
                "treatment.dose": result.arms[number // 2].settings["treatment.dose"],
                "treatment.duration": durations[number % 2],
            },
        )
        for number, arm in enumerate(result.arms)
    ]
    return replace(result, arms=tuple(arms[:-1]))


def html_of(outcomes: CohortOutcomes, folder: Path, path: Path) -> str:
    write_cohort_report(outcomes, folder, path)
    return path.read_text(encoding="utf-8")


# Figures


def test_every_figure_is_drawn_that_there_is_data_for(folder: Path) -> None:
    drawn = {path.stem for path in folder.iterdir()}
    assert drawn == {view.name for view in COHORT_VIEWS} - OTHERS


@pytest.mark.parametrize(
    "change",
    [
        {"control": None},
        {"arms": 1},
        {"patients": 2},
        {"patients": 1},
        {"days": 12},  # of which one is after treatment
        {"failed": True},
        {"treated": False},
        {"left": True},
    ],
    ids=lambda change: next(iter(change)),
)
def test_less_data_makes_fewer_figures_and_no_error(
    change: dict[str, object], tmp_path: Path
) -> None:
    result = toy_cohort(int(str(change.get("patients", 30))))
    arms = result.arms[: int(str(change.get("arms", 2)))]
    if change.get("failed"):
        gone = {name: np.full_like(arms[0].pain, np.nan) for name in ("pain", "reported")}
        arms = tuple(replace(arm, failed=np.ones(30, dtype=np.bool_), **gone) for arm in arms)
    if change.get("left"):
        empty = np.where(arms[0].day > 3, np.nan, arms[0].reported).astype(np.float32)
        arms = tuple(replace(arm, reported=empty) for arm in arms)
    if "treated" in change:
        untreated = np.zeros(30, dtype=np.int8)
        arms = tuple(replace(arm, treated=False, outcome=untreated) for arm in arms)
    if "days" in change:
        kept = slice(None, int(str(change["days"])))
        arms = tuple(
            replace(
                arm,
                day=arm.day[kept],
                **{name: getattr(arm, name)[:, kept] for name in ("pain", "reported", "amplified")},
            )
            for arm in arms
        )
    control = None if "control" in change else result.control
    outcomes = cohort_outcomes(replace(result, arms=arms, control=control))
    for view in COHORT_VIEWS:
        view.figure(outcomes)
    html = html_of(outcomes, tmp_path, tmp_path / "report.html")
    assert not re.search(r"\bnan\b", html)
    rows = zip(*cohort_columns(outcomes).values(), strict=True)
    assert len(list(rows)) == len(arms)


def test_pain_by_week_shows_means_intervals_and_what_was_published(
    outcomes: CohortOutcomes,
) -> None:
    published = (
        PublishedPoint(7, 2.7, 2.3, 3.1, "treated"),
        PublishedPoint(84, 5.6, None, None, "treated"),
    )
    shown = replace(outcomes, result=replace(outcomes.result, published=published))
    figure = draw_pain_by_week(shown)
    assert figure is not None
    pain, difference = figure.axes
    curves = [line for line in pain.lines if len(line.get_xdata()) == 13]
    weeks = outcomes.arms[2].weeks
    assert curves[2].get_ydata().tolist() == [week.pain.value for week in weeks]
    assert len(pain.collections) >= 3
    assert [len(line.get_xdata()) for line in difference.lines][1:] == [13, 13]
    (legend,) = pain.get_legend().get_texts()
    assert legend.get_text() == "treated"


def test_numbers_at_risk_are_those_not_yet_relapsed(outcomes: CohortOutcomes) -> None:
    figure = draw_relapse_free(outcomes)
    assert figure is not None
    curves, table = figure.axes[:2]
    found = [int(text.get_text()) for text in table.texts]
    days = [day for day in curves.get_xticks() if 0 <= day <= 93]
    record = outcomes.result.arms[2]
    relieved = np.isin(record.outcome, (3, 4)) & ~record.failed
    wanted = [int((~(record.relapse_day[relieved] < day)).sum()) for day in days]
    assert found[-len(days) :] == wanted


def test_shares_of_an_arm_fill_its_bar(outcomes: CohortOutcomes) -> None:
    figure = draw_outcome_shares(outcomes)
    assert figure is not None
    ends = [patch.get_x() + patch.get_width() for patch in figure.axes[0].patches]
    assert ends[-3:] == pytest.approx([100, 100, 100])
    labels = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert [label.split("\n")[1] for label in labels] == ["n = 399 of 400"] * 3


def test_who_failed_is_no_patient_in_pain(outcomes: CohortOutcomes) -> None:
    figure = draw_swimmers(outcomes)
    assert figure is not None
    shown = outcomes.arms[2].shown
    for axes in figure.axes:
        assert [text.get_text() for text in axes.texts] == ["course failed"]
        (row,) = (text.xy[1] for text in axes.texts)  # type: ignore[attr-defined]
        wide = [patch for patch in axes.patches if patch.get_height() == 0.7]
        drawn = {round(patch.get_y() + 0.35) for patch in wide}
        assert drawn == {*range(len(shown.number))} - {row}


def test_words_of_many_settings_stay_apart() -> None:
    toy = toy_cohort(20)
    keys = [f"clinic.a name of some length {each}" for each in range(4)]
    arms = tuple(
        replace(
            arm, name=f"arm {place}", settings=dict.fromkeys(keys, Setting(place, float(place)))
        )
        for place, arm in enumerate((*toy.arms, *toy.arms))
    )
    many = cohort_outcomes(replace(toy, arms=arms))
    for draw in (draw_diaries, draw_responders):
        figure = draw(many)
        assert figure is not None
        figure.draw_without_rendering()
        boxes = [axes.title.get_window_extent() for axes in figure.axes]
        for box, right in pairwise(boxes):
            assert box.x1 <= right.x0 or box.y0 > right.y1


def test_policies_are_told_by_all_weeks_and_days_of_treatment() -> None:
    toy = toy_cohort(60, DOSES)
    days = np.where(np.arange(60) < 20, 12.0, 4.0).astype(np.float32)
    arms = (*toy.arms[:2], replace(toy.arms[2], treatment_days=days))
    policies = cohort_outcomes(replace(toy, arms=arms))
    shown = cohort_columns(policies)
    assert shown["days of treatment"] == ["4", "4", "7"]
    assert not {"pain week 12", "needed to treat"} & shown.keys()
    said = next(answer(policies))
    assert said.startswith("Over the 13 weeks after the planned treatment with 20 mg/h, the arm")
    assert "they are treated for 6.6 (5.6–7.6) days in all" in said


def test_two_settings_make_a_map_with_gaps() -> None:
    figure = draw_responder_map(cohort_outcomes(grid_cohort()))
    assert figure is not None
    half = figure.axes[1]
    assert half.get_xlabel() == "treatment duration"
    assert len(half.texts) == 7
    assert np.ma.count_masked(half.images[0].get_array()) == 1


def test_relief_is_drawn_over_dose_with_a_line_for_each_duration() -> None:
    grid = grid_cohort()
    figure = draw_graded(cohort_outcomes(grid))
    assert figure is not None
    assert [axes.get_title() for axes in figure.axes] == [
        "at the end of treatment", "week 1", "week 4",
    ]  # fmt: skip
    day = grid.arms[0].day
    for axes, during in zip(figure.axes, (day == 0, (day > 0) & (day <= 7)), strict=False):
        pain = [arm.pain[:, during].mean(axis=1) for arm in grid.arms]
        for line, first in zip(axes.lines, (0, 1), strict=False):
            lower = [np.nanmean(pain[first] - each) for each in pain[first::2]]
            assert line.get_ydata() == pytest.approx(lower, rel=1e-5)
        assert axes.lines[0].get_xdata() == pytest.approx([0, 5, 10, 15])
        assert axes.lines[1].get_xdata() == pytest.approx([0, 5, 10])  # one arm is missing
    assert draw_graded(cohort_outcomes(toy_cohort(20, DOSES))) is None


def test_patients_are_compared_with_themselves_on_the_same_days() -> None:
    outcomes = cohort_outcomes(grid_cohort())
    control, longer, *arms = outcomes.arms
    assert [outcomes.control_of(arm) for arm in arms[:2]] == [control, longer]
    assert not any(week.difference for arm in (control, longer) for week in arm.weeks)
    assert outcomes.compared == tuple(arms)
    alike = next(each for each in outcomes.result.arms if each.name == longer.name)
    last = outcomes.result.arms[3]
    inside = (last.day > 21) & (last.day <= 28)
    apart = last.reported[:, inside] - alike.reported[:, inside]
    apart = apart[np.isfinite(apart).any(axis=1)]
    week = arms[1].week(4)
    assert week is not None
    assert week.difference is not None
    assert week.difference.value == pytest.approx(np.nanmean(apart, axis=1).mean(), abs=1e-6)
    # A control arm that is given something is the only one.
    given = cohort_outcomes(replace(outcomes.result, control=arms[0].name))
    assert {given.control_of(arm).name for arm in given.arms} == {arms[0].name}  # type: ignore[union-attr]


def test_of_very_many_arms_the_first_are_drawn() -> None:
    doses = {f"{dose} mg/h": dose / 40 for dose in range(15)}
    outcomes = cohort_outcomes(toy_cohort(12, doses))
    figure = draw_diaries(outcomes)
    assert figure is not None
    assert len(figure.axes) == 12
    assert figure.get_suptitle() == "the first 12 of 15 treated arms"
    assert draw_outcome_shares(outcomes) is None


# Table


def test_the_table_fits_a_hundred_characters(outcomes: CohortOutcomes) -> None:
    console = Console(width=100)
    with console.capture() as caught:
        console.print(cohort_table(outcomes))
    text = caught.get()
    assert max(map(len, text.splitlines())) <= 100
    assert "continued" not in text
    assert len(cohort_columns(outcomes)) <= 8
    week = outcomes.arms[2].week(4)
    assert week is not None
    assert week.difference is not None
    assert f"{-week.difference.value:.1f} (" in text
    assert "3 courses failed" in " ".join(text.split())


# Report


def test_the_answer_is_sentences_with_the_numbers(outcomes: CohortOutcomes) -> None:
    said, changes = answer(outcomes)
    pain, memory = re.split(r"(?<=\.) (?=[A-Z])", said)
    (kept,) = outcomes.arms[2].memories
    assert kept.kept is not None
    assert f"by {100 * kept.kept.value:.0f} (" in memory
    without = tuple(replace(arm, memories=()) for arm in outcomes.arms)
    relapse, _ = answer(replace(outcomes, arms=without))
    week = outcomes.arms[2].week(4)
    assert week is not None
    assert f"{week.pain.value:.1f} ({week.pain.low:.1f}–{week.pain.high:.1f})" in pain
    assert "20 mg/h, the arm with least pain of 2, chosen afterwards" in pain
    free = outcomes.arms[2].relapse_free
    assert free is not None
    assert f"{free.median_d.value:.1f} days" in relapse
    other = outcomes.arms[0].week(4)
    assert other is not None
    said = (
        f"with treatment dose 0 mg/h instead of 20 mg/h pain in week 4 is {other.pain.value:.1f} ("
    )
    assert said in changes


@pytest.mark.parametrize(("back_d", "says"), [(40.0, "still"), (9.0, "faded")])
def test_the_answer_says_whether_relief_is_still_there_in_the_last_week(
    back_d: float, says: str
) -> None:
    outcomes = cohort_outcomes(toy_cohort(60, {"0 mg/h": 0.0, "20 mg/h": 0.7}, back_d=back_d))
    outcomes = replace(outcomes, main_week=1)
    said, _ = answer(outcomes)
    arm = outcomes.arms[1]
    first, last = arm.week(1), arm.weeks[-1]
    assert first is not None
    assert first.difference is not None
    assert last.difference is not None
    assert f"{-first.difference.value:.1f} (" in said
    assert f" {-last.difference.value:.1f} (" in said or says == "faded"
    if says == "still":
        assert last.difference.high < 0
        assert f" less in week {last.week}" in said
    else:
        assert abs(last.difference.value) < 0.1
        assert f"a difference that has faded by week {last.week}" in said
    assert ("still" in said) == (says == "still")


def test_prevention_is_told_by_the_risk_of_pain(outcomes: CohortOutcomes) -> None:
    prevention = cohort_outcomes(prevention_cohort({"0 mg/h": 20, "20 mg/h": 10}))
    said, _ = answer(prevention)
    assert "In months 3 to 6, 26 (" in said
    assert "% feel pain of 1 or more, 51 (" in said
    assert "a relative risk of 0.50 (" in said
    assert cohort_columns(prevention)["relative risk"][1].startswith("0.50 (")
    assert "relative risk" not in cohort_columns(outcomes)
    assert "risk" not in next(answer(outcomes))


def test_the_share_of_the_injured_who_are_included_is_told(outcomes: CohortOutcomes) -> None:
    assert "400 of 1200 who were injured fulfil the rule of inclusion: 33 (31–36) %." in (
        cohort_caption(outcomes)
    )


def test_where_treatment_alone_is_expected_to_help_felt_pain_is_told_and_no_number_needed() -> None:
    toy = toy_cohort(60, {"0 mg/h": 0.1, "20 mg/h": 0.3}, noise=0.0, dropout=0.0)
    placebo, drug = toy.arms
    relieved = replace(drug, reported=drug.reported - np.where(drug.day > -4, 2, 0))
    open_label = replace(toy, arms=(replace(placebo, expecting=False), relieved))
    said, _ = answer(cohort_outcomes(open_label))
    week = (drug.day > 21) & (drug.day <= 28)
    felt = np.nanmean(placebo.pain[:, week] - drug.pain[:, week])
    assert f", {felt + 2:.1f} (" in said
    assert f"expect, as the trial is not blinded (felt pain in week 4: {felt:.1f} (" in said
    assert "needed to treat" not in cohort_columns(cohort_outcomes(open_label))
    blinded = cohort_outcomes(replace(toy, arms=(placebo, relieved)))
    assert "expect" not in next(answer(blinded))
    assert "needed to treat" in cohort_columns(blinded)


def test_relief_of_nothing_is_not_called_less() -> None:
    same = toy_cohort(18, {"0 mg/h": 0.1, "1 mg/h": 0.1}, noise=0.0)
    said, _ = answer(cohort_outcomes(same))
    assert "no less than the same patients under control;" in said


def test_who_responds_would_change_it(outcomes: CohortOutcomes) -> None:
    *_, changes = answer(outcomes)
    effect = responses(outcomes)[-1].model.predictors[0].effect
    assert effect.high < 0  # pain comes back faster with more input
    numbers = [f"{-each:.2f}" for each in (effect.value, effect.high, effect.low)]
    assert "more of the logarithm of injury residual rate takes" in changes
    assert "takes {} ({} to {}) points".format(*numbers) in changes
    assert "in week 4 one standard deviation more" in changes
    assert "felt pain is lower than in the control arm" in changes


def test_those_who_left_would_change_it_where_nothing_else_does() -> None:
    one = toy_cohort(18, {"20 mg/h": 0.7}, dropout=0.5)
    outcomes = cohort_outcomes(replace(one, control=None))
    *_, changes = answer(outcomes)
    week = outcomes.arms[0].week(4)
    assert week is not None
    followed = outcomes.arms[0].n - outcomes.arms[0].failed
    assert week.pain.n < followed
    assert f"the {followed - week.pain.n} of {followed} who had left by week 4" in changes
    *_, stayed = answer(
        cohort_outcomes(replace(toy_cohort(18, {"20 mg/h": 0.7}, dropout=0.0), control=None))
    )
    assert "nothing here says" in stayed


def test_an_arm_that_does_nothing_is_not_said_to_help() -> None:
    result = toy_cohort(30, {"0 mg/h": 0.1, "1 mg/h": 0.1}, noise=0.0)
    generator = np.random.default_rng(1)
    arms = [
        replace(arm, reported=arm.reported + generator.normal(0, 1, arm.reported.shape))
        for arm in result.arms
    ]
    pain, *_ = answer(cohort_outcomes(replace(result, arms=tuple(arms))))
    assert "not clearly other than the same patients under control (" in pain


def test_the_report_opens_with_question_answer_and_figure(
    outcomes: CohortOutcomes, folder: Path, tmp_path: Path
) -> None:
    html = html_of(outcomes, folder, tmp_path / "report.html")
    order = ["<h1>Does it help?", 'class="answer"', "<h2>Pain by week", "<h2>Arms", "<h2>Figures"]
    places = [html.index(text) for text in order]
    assert places == sorted(places)
    assert html.count("<img") == len(COHORT_VIEWS) - len(OTHERS)
    assert "late_decay" in html
    assert "1 of its\n2 parameters are guesses" in html
    assert not re.search(r'(src|href)="(?!data:|#word-)', html)


def test_words_of_all_parts_of_a_report_are_explained(
    outcomes: CohortOutcomes, folder: Path, tmp_path: Path
) -> None:
    first, second, *_ = outcomes.result.arms
    both = (Sequences(first.name, second.name, "", -11.0, 6.0),)
    crossed = replace(
        outcomes, crossovers=crossover_trials(replace(outcomes.result, crossovers=both))
    )
    html = html_of(crossed, folder, tmp_path / "report.html")
    for title, words in (
        ("Memories", ("recall",)),
        ("Crossover", ("carry-over", "wash-out")),
        ("What was run", ("cohort", "inclusion-rule")),
    ):
        part = html.partition(f"<h2>{title}</h2>")[2].partition("<h2>")[0]
        for word in words:
            assert f'href="#word-{word}"' in part
            assert f'<dt id="word-{word}">' in html


def test_many_arms_show_fewer_diaries_each() -> None:
    many = draw_diaries(cohort_outcomes(grid_cohort()))
    two = draw_diaries(cohort_outcomes(toy_cohort(60)))
    assert many is not None
    assert two is not None
    drawn = [[len(axes.lines) - 1 for axes in figure.axes] for figure in (two, many)]
    assert drawn == [[40, 40], [120 // 7] * 7]


def test_a_report_of_many_arms_folds_them(tmp_path: Path) -> None:
    doses = {f"{dose} mg/h": dose / 40 for dose in range(15)}
    html = html_of(cohort_outcomes(toy_cohort(12, doses)), tmp_path, tmp_path / "report.html")
    assert "><summary>All 15 arms" in html


def test_a_users_text_is_escaped(tmp_path: Path) -> None:
    evil = "<script>alert(1)</script>"
    result = toy_cohort(12)
    arms = [
        replace(arm, name=f"{arm.name}{evil}", settings={"a.b": Setting(f"{evil}{number}")})
        for number, arm in enumerate(result.arms)
    ]
    result = replace(
        result,
        name=evil,
        question=evil,
        hypothesis=evil,
        texts={evil: evil},
        parameters={evil: evil},
        control=arms[0].name,
        arms=tuple(arms),
    )
    outcomes = cohort_outcomes(result)
    html = html_of(outcomes, tmp_path, tmp_path / "report.html")
    assert re.findall("<script[^>]*>", html) == [
        '<script type="application/json" id="live-data">',
        "<script>",
    ]


def test_the_trial_to_run_is_told_with_its_size(tmp_path: Path) -> None:
    slow, fast = (toy_cohort(300, back_d=back_d) for back_d in (80.0, 10.0))
    needed = which_trials({("toy", "slow"): slow, ("toy", "fast"): fast, ("toy", "other"): fast})
    assert [(each.first, each.second) for each in needed] == [("slow", "fast"), ("slow", "other")]
    best = telling_trials(cohort_outcomes(slow), cohort_outcomes(fast))[0]
    assert needed[0].per_arm == best.sizes[0].per_arm
    console = Console(width=100)
    with console.capture() as caught:
        console.print(trials_table(needed))
    lines = caught.get().splitlines()
    first = next(line for line in lines if "slow, fast" in line)
    size = best.sizes[0]
    assert f"{size.per_arm} ({size.low}–{size.high})" in first
    write_trials(needed, tmp_path / "trials.csv")
    written = pd.read_csv(tmp_path / "trials.csv")
    assert written["of_first"].tolist() == pytest.approx([each.of_first for each in needed], 1e-4)


def test_an_error_of_the_slow_clock_tells_nothing_apart() -> None:
    one, off = (toy_cohort(300, back_d=back_d) for back_d in (80.0, 80.0 + 1e-4))
    assert contrasts(cohort_outcomes(one), cohort_outcomes(off))[0].about_per_arm < np.inf
    assert which_trials({("toy", "one"): one, ("toy", "off"): off}) == []


def test_python_gives_the_same_rows_and_figures(outcomes: CohortOutcomes) -> None:
    found = CohortExperimentResult(outcomes.result)
    assert (
        found.outcomes.to_dict("records")[2]["pain_week_4"] == outcomes.arms[2].weeks[3].pain.value
    )
    assert set(found.figures) == {view.name for view in COHORT_VIEWS} - OTHERS
    assert len(found.figure("pain_by_week").axes) == 2
    with pytest.raises(InputError, match="pain_by_week"):
        found.figure("pain_by_weak")
