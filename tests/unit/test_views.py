"""Figures draw what the result has; the report holds it all and needs nothing else."""

import re
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path
from xml.etree import ElementTree

import matplotlib
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.lines import Line2D
from results_fixture import toy_arm, toy_drift_curve, toy_result, toy_windup
from rich.console import Console

from resetsim.declare.files import find_file, read_text
from resetsim.evidence.pinned import read_verdicts, verdicts_file
from resetsim.evidence.said import tally
from resetsim.records.result import ArmResult, DriftCurve, Result
from resetsim.records.setting import Setting
from resetsim.views import figures
from resetsim.views.averaging import averaging_error, draw_averaging
from resetsim.views.courses import draw_courses, draw_treatment
from resetsim.views.dose_response import draw_dose_response
from resetsim.views.drawing import drawing, figure_of
from resetsim.views.drift_curves import draw_drift_curves
from resetsim.views.evidence_lines import evidence_lines
from resetsim.views.figures import VIEWS
from resetsim.views.graded import DAYS, draw_graded
from resetsim.views.grouping import group_arms
from resetsim.views.landscape import landscape_sentence
from resetsim.views.live import live_courses
from resetsim.views.ltp import draw_ltp
from resetsim.views.moments import chosen_moments
from resetsim.views.outcome_map import draw_outcome_map
from resetsim.views.parameters_table import parameter_rows
from resetsim.views.raster import MOST_CELLS, WINDOW_S, draw_raster
from resetsim.views.report import write_report
from resetsim.views.style import STYLE
from resetsim.views.terminal_tables import terminal_table, threshold_lines
from resetsim.views.units import draw_units
from resetsim.views.windup import draw_windup

ENDINGS = ("png", "svg")
NOT_OF_THIS_RESULT = {"dose_response", "graded", "sensitisation", "units"}


@pytest.fixture(autouse=True)
def style() -> Iterator[None]:
    with matplotlib.rc_context(STYLE):
        yield


@pytest.fixture(scope="module")
def result() -> Result:
    return toy_result()


def draw_figures(result: Result, folder: Path, jobs: int = 1) -> list[str]:
    folder.mkdir(exist_ok=True)
    with drawing(result, folder, jobs, VIEWS):
        pass
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture(scope="module")
def figures_folder(result: Result, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("figures")
    draw_figures(result, folder)
    return folder


def curves(axes: Axes) -> list[Line2D]:
    return [line for line in axes.lines if len(line.get_xdata()) > 2]


def texts(axes: Axes) -> list[str]:
    return [text.get_text() for text in axes.texts]


def bare_arm(arm: ArmResult) -> ArmResult:
    """Return an arm without treatment, memory and assays."""
    nothing = dict.fromkeys(("pain_before", "pain_day_90", "relapse_day"))
    return replace(
        arm,
        dosing_d=np.empty((0, 2)),
        memory=None,
        assays=(),
        direct=(),
        summary={**arm.summary, **nothing, "outcome": "not treated"},
    )


# Grouping


def test_arms_are_coloured_by_duration_and_split_by_the_rest() -> None:
    grouping = group_arms(toy_result(("5 day", "4 h"), ("1.4 Hz", "0 Hz")).arms)
    assert list(grouping.panels) == ["injury residual rate 0 Hz", "injury residual rate 1.4 Hz"]
    assert [label for label, _ in grouping.legend] == ["4 h", "5 day"]
    for arms in grouping.panels.values():
        assert [arm.settings["treatment.duration"].written for arm in arms] == ["4 h", "5 day"]
        assert [grouping.colours[arm.name] for arm in arms] == [c for _, c in grouping.legend]


def test_moments_are_the_last_before_the_first_after_and_the_last() -> None:
    arm = toy_arm("5 day", "1.4 Hz", (10.0, 59.0, 62.0, 66.0, 90.0, 240.0))
    control = replace(arm, dosing_d=np.empty((0, 2)))

    def days(arms: list[ArmResult], arm: ArmResult) -> list[float]:
        return [assay.day for assay in chosen_moments(arms, arm, "windup").values()]

    assert days([arm], arm) == [59, 66, 240]
    assert days([arm, control], control) == [59, 62, 240]
    assert days([control], control) == [10, 240]


# Each figure


def test_drift_marks_stable_points_filled_and_unstable_ones_open(result: Result) -> None:
    figure = draw_drift_curves(result)
    assert figure is not None
    marks = [line for line in figure.axes[0].lines if line.get_marker() == "o"]
    is_open = {
        (float(x), to_rgb(line.get_markerfacecolor()) == (1, 1, 1))
        for line in marks
        for x in line.get_xdata()
    }
    assert is_open == {(0.0, False), (0.8, False), (0.95, False), (0.35, True)}


def test_drift_shows_slow_decay_beside_fast_growth(result: Result) -> None:
    late = np.linspace(0, 1, 11)
    fast = DriftCurve(4.0, late, 24 * (1 - late) - late / 4, np.array([0.99]), np.array([]))
    steep = draw_drift_curves(replace(result, drift_curves=(*result.drift_curves[:1], fast)))
    flat = draw_drift_curves(replace(result, drift_curves=result.drift_curves[:2]))
    assert steep is not None
    assert flat is not None
    assert steep.axes[0].get_yscale() == "symlog"
    assert flat.axes[0].get_yscale() == "linear"


def test_map_says_for_each_arm_how_much_pain_is_left(result: Result) -> None:
    figure = draw_outcome_map(result)
    assert figure is not None
    at = {text.get_position(): text.get_text() for text in figure.axes[0].texts}
    assert at[(0, 0)] == at[(1, 0)] == "no pain\nbefore"
    assert at[(0, 1)] == "100 %\nrelapsed\nafter 3.5 d"
    assert at[(1, 1)] == "60 %\nrelieved"
    assert figure.axes[0].get_xlabel() == "treatment duration"
    assert "90 days after treatment" in figure.axes[1].get_ylabel()


def test_map_of_untreated_arms_shows_pain_at_the_end(result: Result) -> None:
    arms = tuple(bare_arm(arm) for arm in result.arms)
    figure = draw_outcome_map(replace(result, arms=arms))
    assert figure is not None
    assert sorted(texts(figure.axes[0])) == ["0.0", "0.0", "4.3", "7.1"]
    assert "0-10" in figure.axes[1].get_ylabel()


def varied_twice(arm: ArmResult, across: int, down: int, panels: int) -> tuple[ArmResult, ...]:
    """Return arms whose pain at the end differs."""
    keys = ("treatment.duration", "treatment.at", "injury.peak_rate")
    return tuple(
        replace(
            arm,
            name=str(place),
            settings={key: Setting(f"{n} s", n, "s") for key, n in zip(keys, place, strict=True)},
            summary={**arm.summary, "pain_before": 10.0, "pain_day_90": 9.0 if place[0] else 1.0},
        )
        for place in np.ndindex(across, down, panels)
    )


def test_graded_pain_is_that_of_the_course_a_day_a_week_and_a_month_after(result: Result) -> None:
    arms = varied_twice(result.arms[0], 3, 2, 1)
    figure = draw_graded(replace(result, arms=arms))
    assert figure is not None
    arm, panels = arms[0], figure.axes[: len(DAYS)]
    for axes, after_d in zip(panels, DAYS, strict=True):
        moment = arm.dosing_d[-1, 1] + after_d
        pain = np.interp(moment, arm.pain_system.time_d, arm.pain.pain)
        assert len(axes.lines) == 2
        assert all(line.get_ydata() == pytest.approx([pain] * 3) for line in axes.lines)
    untreated = tuple(bare_arm(each) for each in arms)
    assert draw_graded(replace(result, arms=untreated)) is None


def test_a_map_of_many_arms_is_no_larger_and_tells_them_by_colour(result: Result) -> None:
    figure = draw_outcome_map(replace(result, arms=varied_twice(result.arms[0], 60, 50, 1)))
    assert figure is not None
    assert max(figure.get_size_inches()) < 16
    axes = figure.axes[0]
    (cells,) = axes.collections
    shown = cells.get_array().reshape(50, 60)
    assert (shown[:, 0] == 10).all()
    assert (shown[:, 1:] == 90).all()
    assert texts(axes) == []
    assert [text.get_text() for text in axes.get_xticklabels()] == [
        f"{n} s" for n in range(0, 60, 5)
    ]
    assert len(axes.get_yticklabels()) == 50


def test_a_map_of_many_panels_says_how_many_it_leaves_out(result: Result) -> None:
    figure = draw_outcome_map(replace(result, arms=varied_twice(result.arms[0], 2, 2, 30)))
    assert figure is not None
    assert len(figure.axes) == 12 + 1
    assert figure.get_suptitle() == "the first 12 of 30 panels"


def test_dose_response_tells_relapse_and_threshold_in_hours() -> None:
    result = toy_result(("30 min", "1 day", "5 day"), ("1.4 Hz",))
    threshold = replace(result.thresholds[0], from_arms_h=60.0, from_arms_low_h=50.0)
    figure = draw_dose_response(replace(result, thresholds=(threshold,)))
    assert figure is not None
    (axes,) = figure.axes
    by_label = {line.get_label(): list(line.get_xdata()) for line in axes.lines}
    assert by_label["relapsed"] == pytest.approx([0.5, 24])
    assert by_label["relieved"] == [120]
    assert by_label["threshold duration, with 90 % band"] == [60, 60]
    (band,) = axes.patches
    assert band.get_x() == pytest.approx(50)
    assert axes.get_xlabel() == "treatment duration (h)"
    assert draw_outcome_map(result) is None


def test_between_words_there_is_no_line() -> None:
    result = toy_result(("1 day", "5 day"), ("1.4 Hz",))
    arms = [
        replace(arm, settings={"hypothesis": Setting(name)})
        for arm, name in zip(result.arms, ("reset", "washout"), strict=True)
    ]
    figures = draw_dose_response(result), draw_dose_response(replace(result, arms=tuple(arms)))
    joined = [any(len(line.get_xdata()) == 2 for line in one.axes[0].lines) for one in figures]
    assert joined == [True, False]


def test_courses_have_a_curve_for_each_arm_and_shade_its_dosing(result: Result) -> None:
    figure = draw_courses(result)
    assert figure is not None
    grid = np.array(figure.axes).reshape(5, 2)
    pain, memory = grid[1], grid[3]
    assert [len(curves(axes)) for axes in pain] == [2, 2]
    assert [len(curves(axes)) for axes in memory] == [12, 12]
    assert pain[0].get_ylabel() == "pain (0-10)"
    spans = sorted(patch.get_width() for patch in pain[0].patches)
    assert spans == pytest.approx([4 / 24, 5])
    np.testing.assert_array_equal(curves(pain[1])[1].get_ydata(), result.arms[3].pain.pain)


def test_recall_of_each_pattern_has_its_standard_error(result: Result) -> None:
    figure = draw_courses(replace(result, arms=result.arms[:1]))
    assert figure is not None
    patterns = figure.axes[-1].containers
    recall = [list(container.lines[0].get_ydata()) for container in patterns]
    assert recall == [[0.93, 0.93], [0.91, 0.91], [0.04, 0.04]]
    low, high = patterns[0].lines[2][0].get_segments()[0][:, 1]
    assert (high - low) / 2 == pytest.approx(0.02)


def test_courses_leave_out_a_memory_that_is_not_there(result: Result) -> None:
    untreated = replace(result, arms=(bare_arm(result.arms[0]),))
    figure = draw_courses(untreated)
    assert figure is not None
    assert len(figure.axes) == 3
    assert draw_treatment(untreated) is None


def test_treatment_is_seen_from_before_to_after(result: Result) -> None:
    figure = draw_treatment(result)
    assert figure is not None
    low, high = figure.axes[0].get_xlim()
    assert 55 < low < 60
    assert 65 < high < 75


def test_windup_has_a_band_of_standard_error(result: Result) -> None:
    arm = replace(result.arms[3], assays=result.arms[3].assays[:1])  # before treatment alone
    figure = draw_windup(replace(result, arms=(arm,)))
    assert figure is not None
    c_response = figure.axes[0]
    assert c_response.get_title().startswith("C response")
    assert len(curves(c_response)) == len(c_response.collections) == 1
    band = c_response.collections[0].get_paths()[0].vertices
    at_first = band[band[:, 0] == 1][:, 1]
    assert np.ptp(at_first) == pytest.approx(2 * 0.35)


def test_windup_before_and_after_is_one_panel(result: Result) -> None:
    figure = draw_windup(result)
    assert figure is not None
    (panel,) = figure.axes
    wanted = []
    for arm in result.arms[2:]:  # the longer treatment of each patient
        for assay in (each for each in arm.assays if each.name == "windup"):
            wanted.append([each.value for each in assay.readings if each.quantity == "c_spikes"])
    drawn = curves(panel)
    np.testing.assert_array_equal([line.get_ydata() for line in drawn], wanted)
    assert [line.get_linestyle() for line in drawn] == ["--", "-", "--", "-"]
    told = [text.get_text() for text in figure.legends[0].get_texts()]
    assert told == ["injury residual rate 0 Hz", "injury residual rate 1.4 Hz"]


def test_windup_of_one_patient_tells_treatments_apart(result: Result) -> None:
    figure = draw_windup(replace(result, arms=result.arms[1::2]))
    assert figure is not None
    assert [line.get_linestyle() for line in curves(figure.axes[0])] == ["--", "-", "-"]


def test_windup_colours_what_varies_inside_the_assay(result: Result) -> None:
    varied = tuple(
        {"frequency_hz": frequency, "nmda_fraction": left}
        for frequency in (0.1, 0.5, 2.0)
        for left in (0.3, 1.0)
    )
    arm = replace(result.arms[3], assays=(toy_windup(59.0, 0.8, varied),))
    figure = draw_windup(replace(result, arms=(arm,)))
    assert figure is not None
    assert len(figure.axes) == 2 * 3
    assert len(curves(figure.axes[0])) == 3
    (legend,) = figure.legends
    assert legend.get_title().get_text() == "frequency (Hz)"
    assert [text.get_text() for text in legend.get_texts()] == ["0.1", "0.5", "2"]


def test_windup_of_arms_at_several_frequencies_is_one_row(result: Result) -> None:
    arms = tuple(
        replace(
            result.arms[3],
            name=f"frequency={frequency} Hz",
            settings={"assay.windup.frequency": Setting(f"{frequency} Hz", frequency, "Hz")},
            assays=(toy_windup(59.0, 0.8, ({"frequency_hz": frequency},)),),
        )
        for frequency in (0.1, 0.5, 2.0)
    )
    figure = draw_windup(replace(result, arms=arms))
    assert figure is not None
    assert len(figure.axes) == 3
    assert [text.get_text() for text in figure.legends[0].get_texts()] == [
        "0.1 Hz",
        "0.5 Hz",
        "2.0 Hz",
    ]


def test_averaging_shows_every_seed_their_mean_and_slope_one(result: Result) -> None:
    arm = result.arms[0]
    figure = draw_averaging(replace(result, arms=(arm,)))
    assert figure is not None
    errors, courses = figure.axes
    dots = [line for line in errors.lines if line.get_marker() == "o"]
    found = {(x, y) for line in dots for x, y in zip(*line.get_data(), strict=True)}
    assert found == {(run.epsilon, averaging_error(run)) for run in arm.direct}
    (guide,) = (line for line in errors.lines if line.get_linestyle() == ":")
    (x0, x1), (y0, y1) = guide.get_data()
    assert np.log(y1 / y0) / np.log(x1 / x0) == pytest.approx(1)
    assert len(curves(courses)) == 2 + 1  # each seed at the smallest epsilon, and the average


def test_raster_has_every_spike_of_some_cells_in_a_window(result: Result) -> None:
    figure = draw_raster(result)
    assert figure is not None
    assert [axes.get_title() for axes in figure.axes[:2]] == [
        "before treatment (day 59)",
        "after treatment (day 68)",
    ]
    windup = result.arms[3].assays[0]
    time_s = windup.spike_step["volleys/wdr"] * 1e-4
    start_s, end_s = figure.axes[2].get_xlim()
    assert end_s - start_s == pytest.approx(WINDOW_S)
    shown = (time_s >= start_s) & (time_s <= end_s)
    rows = figure.axes[2].collections
    assert len(rows) == 10 <= MOST_CELLS  # all cells of the population that fired
    for cell, row in enumerate(rows):
        of_cell = shown & (windup.spike_index["volleys/wdr"] == cell)
        np.testing.assert_allclose(row.get_positions(), time_s[of_cell])
    assert len(figure.axes[0].collections) == MOST_CELLS < 60


def test_the_raster_begins_before_firing_jumps(result: Result) -> None:
    steps = np.r_[np.arange(0, 200_000, 2000), np.arange(200_000, 300_000, 50)]
    assay = replace(
        result.arms[3].assays[0],
        spike_step={"volleys/wdr": steps},
        spike_index={"volleys/wdr": np.zeros_like(steps)},
    )
    figure = draw_raster(replace(result, arms=(replace(result.arms[3], assays=(assay,)),)))
    assert figure is not None
    start_s, end_s = figure.axes[0].get_xlim()
    assert start_s < 20.0 < end_s  # of 30 s


def test_neurons_that_are_silent_in_one_of_two_assays_leave_its_raster_empty(
    result: Result,
) -> None:
    arm = result.arms[3]
    silent = replace(
        arm.assays[0],
        day=68.0,
        spike_step={"volleys/wdr": np.zeros(0, int)},
        spike_index={"volleys/wdr": np.zeros(0, int)},
    )
    firing = replace(arm.assays[0], spike_step={"volleys/wdr": np.arange(0, 20_000, 100)})
    firing = replace(firing, spike_index={"volleys/wdr": np.zeros(200, int)})
    figure = draw_raster(replace(result, arms=(replace(arm, assays=(firing, silent)),)))
    assert figure is not None
    assert [len(axes.collections) for axes in figure.axes] == [1, 0]


# Units


def in_units(arm: ArmResult) -> ArmResult:
    """Return an arm whose second unit, with the most input, alone is amplified."""
    late = np.tile([0.0, 1.0, 0.25], (len(arm.pain_system.time_d), 1))
    course = replace(arm.pain_system, early=0 * late, late=late, efficacy=1 + late)
    multiplier = np.array([1.0, 3.0, 2.0])
    return replace(arm, pain_system=course, multiplier=multiplier, share_active=0.5)


def test_units_are_ranked_by_input_above_the_area_without(result: Result) -> None:
    figure = draw_units(replace(result, arms=tuple(map(in_units, result.arms))))
    assert figure is not None
    strips, pains = figure.axes[0 : 2 * len(result.arms) : 2], figure.axes[1::2]
    for strip, arm in zip(strips, result.arms, strict=True):
        (image,) = strip.images
        assert image.get_extent()[2:] == [50.0, 100.0]
        np.testing.assert_array_equal(image.get_array()[:, 300], [0.0, 0.25, 1.0])
        assert f"{arm.settings['treatment.duration'].written}" in strip.get_ylabel()
    for axes, arm in zip(pains, result.arms, strict=False):
        np.testing.assert_array_equal(curves(axes)[0].get_ydata(), arm.pain.pain)


def test_a_patient_of_one_unit_has_no_strip(result: Result) -> None:
    assert draw_units(result) is None


def test_of_many_arms_the_ends_of_each_patient_are_drawn_and_said() -> None:
    result = toy_result(("4 h", "1 day", "100 h", "5 day"), ("0 Hz", "0.7 Hz", "1.4 Hz"))
    figure = draw_units(replace(result, arms=tuple(map(in_units, result.arms))))
    assert figure is not None
    assert figure.get_suptitle().startswith("6 of 12 arms: of each patient from")
    labels = [axes.get_ylabel() for axes in figure.axes[:12:2]]
    assert [label.split("\n")[0] for label in labels] == [
        *["treatment duration 4 h"] * 3,
        *["treatment duration 5 day"] * 3,
    ]


# However many arms


def of_durations(count: int) -> Result:
    """Return a result with an arm for each of some durations, at two rates."""
    result = toy_result(("4 h", "5 day"), ("0 Hz", "1.4 Hz"))
    arms = []
    for hours in range(1, count + 1):
        for arm in result.arms[:2]:
            duration = Setting(f"{hours} h", float(hours), "h")
            settings = {**arm.settings, "treatment.duration": duration}
            arms.append(replace(arm, name=f"{hours} h {arm.name}", settings=settings))
    return replace(result, arms=tuple(arms))


def test_above_eight_values_a_scale_of_colours_stands_for_the_legend() -> None:
    few, many = draw_ltp(of_durations(8)), draw_ltp(of_durations(12))
    assert few is not None
    assert many is not None
    assert len(few.legends) == 1
    assert many.legends == []
    assert many.get_size_inches() == pytest.approx(few.get_size_inches())
    scale = many.axes[-1]
    labels = [tick.get_text() for tick in scale.get_yticklabels()]
    assert labels[0] == "1 h"
    assert 4 < len(labels) < 12
    assert scale.get_ylabel() == "treatment duration"
    many.draw_without_rendering()
    for text in [scale.yaxis.label, *scale.get_yticklabels()]:
        box = text.get_window_extent()
        assert box.x1 <= many.bbox.x1
        assert box.y1 <= many.bbox.y1


def in_groups(count: int) -> Result:
    """Return a result with arms in groups whose names are long."""
    result = toy_result(("4 h", "5 day"), ("1.4 Hz",))
    arms = []
    for number in range(count):
        for arm in result.arms:
            name = Setting(f"a_hypothesis_with_a_name_{number}")
            other = Setting(f"{number} mg/kg/h", float(number), "mg/kg/h")
            settings = {**arm.settings, "hypothesis": name, "treatment.dose": other}
            arms.append(replace(arm, name=f"{number} {arm.name}", settings=settings))
    return replace(result, arms=tuple(arms))


@pytest.mark.parametrize(("count", "panels"), [(1, 1), (4, 4), (5, 5), (12, 12), (20, 12)])
@pytest.mark.parametrize("view", ["treatment", "ltp"])
def test_many_groups_stand_in_bands_as_wide_as_a_page(view: str, count: int, panels: int) -> None:
    figure = figure_of(in_groups(count), view, figures.VIEWS)
    assert figure.get_figwidth() <= 15.5
    said = "" if count <= 12 else f"the first {2 * panels} of {2 * count} arms"
    assert figure.get_suptitle() == said
    assert sum(bool(axes.get_title()) for axes in figure.axes) == (panels if count > 1 else 0)
    rows = {axes.get_ylabel() for axes in figure.axes} - {""}
    for label in rows:  # each quantity has the same scale in every band
        named = [axes for axes in figure.axes if axes.get_ylabel() == label]
        assert len(named) == -(-panels // 4)
        assert len({axes.get_ylim() for axes in named}) == 1


@pytest.mark.parametrize("view", ["ltp", "recall", "outcome_map"])
def test_titles_do_not_reach_into_each_other(view: str) -> None:
    figure = figure_of(in_groups(5), view, figures.VIEWS)
    figure.draw_without_rendering()
    boxes = [axes.title.get_window_extent() for axes in figure.axes if axes.get_title()]
    assert len(boxes) > 4
    for place, box in enumerate(boxes):
        assert box.x0 >= 0
        assert box.x1 <= figure.bbox.x1
        assert not any(box.overlaps(other) for other in boxes[place + 1 :])


def test_minutes_can_be_told_from_hours_and_days() -> None:
    result = toy_result(("4 h", "5 day"), ("1.4 Hz",))
    short = replace(result.arms[0], dosing_d=np.array([[60.0, 60.0 + 0.5 / 24]]))
    figure = draw_treatment(replace(result, arms=(short, *result.arms)))
    assert figure is not None
    axes = figure.axes[0]
    low, high = axes.transAxes.transform([(0, 0), (1, 0)])[:, 0]
    days = 60 + np.array([0, 0.5 / 24, 4 / 24, 1, 5])
    places = axes.transData.transform([(day, 0) for day in days])[:, 0]
    shares = (places - low) / (high - low)
    assert np.diff(shares).min() > 0.04
    assert 0.02 < shares[0] < 0.1
    assert 0.6 < shares[-1] < 0.95
    labels = [tick.get_text() for tick in figure.axes[-1].get_xticklabels()]
    assert labels[:3] == ["0", "1 h", "4 h"]
    back = (
        axes.xaxis.get_transform().inverted().transform(axes.xaxis.get_transform().transform(days))
    )
    np.testing.assert_allclose(back, days, rtol=1e-12)


@pytest.mark.parametrize("width", [60, 50])
def test_a_narrow_table_names_its_rows_in_every_part(width: int) -> None:
    with StringIO() as stream:
        Console(width=width, file=stream).print(terminal_table(in_groups(2)))
        said = stream.getvalue()
    parts = said.split("continued below")
    assert len(parts) > 1
    for part in parts:
        assert part.count("_name_") == 4
        assert part.count("mg/kg/h") == 4
    assert max(map(len, said.splitlines())) <= width


# Files


def test_figures_are_written_as_png_and_svg(figures_folder: Path) -> None:
    wanted = {view.name for view in VIEWS} - NOT_OF_THIS_RESULT
    assert {path.stem for path in figures_folder.glob("*.png")} == wanted
    assert {path.stem for path in figures_folder.glob("*.svg")} == wanted
    assert (figures_folder / "courses.png").read_bytes().startswith(b"\x89PNG")
    ElementTree.parse(figures_folder / "courses.svg")
    assert not list(figures_folder.glob("*partial*"))


def test_only_what_there_is_data_for_is_drawn(result: Result, tmp_path: Path) -> None:
    only_drift = replace(result, arms=())
    names = [f"{name}.{ending}" for name in ("drift_curves", "landscape") for ending in ENDINGS]
    assert draw_figures(only_drift, tmp_path) == names


def test_processes_draw_the_same_figures(
    result: Result, figures_folder: Path, tmp_path: Path
) -> None:
    assert draw_figures(result, tmp_path, jobs=2) == sorted(
        path.name for path in figures_folder.iterdir()
    )
    for name in ("windup.svg", "outcome_map.svg"):
        assert (tmp_path / name).read_bytes() == (figures_folder / name).read_bytes()


def test_the_same_result_gives_the_same_svg(result: Result, tmp_path: Path) -> None:
    only_drift = replace(result, arms=())
    for folder in ("a", "b"):
        draw_figures(only_drift, tmp_path / folder)
    first, second = (tmp_path / folder / "drift_curves.svg" for folder in ("a", "b"))
    assert first.read_bytes() == second.read_bytes()


def test_a_dollar_sign_in_a_setting_can_be_drawn(result: Result, tmp_path: Path) -> None:
    first, second = (
        replace(arm, name=name, settings={"hypothesis": Setting(name)})
        for arm, name in zip(result.arms[2:], ("a$b", "$x^$"), strict=True)
    )
    files = draw_figures(replace(result, arms=(first, second)), tmp_path)
    assert "dose_response.png" in files


# Report


class _Tags(HTMLParser):
    """Every tag with its attributes, and the text between."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="module")
def report(result: Result, figures_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("report") / "report.html"
    write_report(result, figures_folder, path)
    return path.read_text(encoding="utf-8")


def parsed(report: str) -> _Tags:
    tags = _Tags()
    tags.feed(report)
    return tags


def test_report_needs_no_network(report: str) -> None:
    tags = parsed(report).tags
    for _, attributes in tags:
        for name in ("src", "href", "data", "action"):
            assert (attributes.get(name) or "data:").startswith(("data:", "#word-"))
    assert not {"iframe", "object"} & {tag for tag, _ in tags}
    assert not re.search(r"@import|url\(", report)


def test_report_holds_every_figure_with_its_caption(report: str) -> None:
    found = parsed(report)
    images = [attributes for tag, attributes in found.tags if tag == "img"]
    assert len(images) == len(VIEWS) - len(NOT_OF_THIS_RESULT)
    assert all((image["src"] or "").startswith("data:image/png;base64,") for image in images)
    for view in VIEWS:
        assert (view.caption in found.text) == (view.name not in NOT_OF_THIS_RESULT)


def test_report_says_what_was_run_and_what_came_out(result: Result, report: str) -> None:
    text = parsed(report).text
    for arm in result.arms:
        assert all(str(setting.written) in text for setting in arm.settings.values())
    for wanted in (
        result.question,
        "Maintenance of memory: self-sustaining.",
        "91.5 h",
        "not within a year",
        "no threshold",
        "not clinical advice",
        "1 of its\n2 parameters are guesses",
        "plasticity.late_decay",
        "2026-11-22T05:00:00+00:00",
    ):
        assert wanted in text


def test_report_escapes_what_it_is_given(result: Result, tmp_path: Path) -> None:
    attack = "<script>alert(1)</script>"
    arm = replace(result.arms[0], name=attack)
    hostile = replace(
        result,
        question=attack,
        hypothesis=attack,
        arms=(arm,),
        parameters={attack: attack},
        texts={attack: f"# {attack}"},
    )
    write_report(hostile, tmp_path, tmp_path / "report.html")
    found = parsed((tmp_path / "report.html").read_text(encoding="utf-8"))
    scripts = [attributes for tag, attributes in found.tags if tag == "script"]
    assert scripts == [{"type": "application/json", "id": "live-data"}, {}]  # the page's own
    assert found.text.count(attack) >= 6


def test_only_the_reports_own_script_may_run(report: str) -> None:
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', report)
    script = report.rpartition("<script>")[2].partition("</script>")[0]
    wanted = b64encode(sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{wanted}';" in policy
    assert policy.startswith("default-src 'none'")


def test_words_are_explained_where_they_come_up_first(report: str) -> None:
    tags = parsed(report).tags
    linked = [attributes["href"] for _, attributes in tags if attributes.get("class") == "word"]
    explained = [f"#{attributes['id']}" for tag, attributes in tags if tag == "dt"]
    assert len(linked) == len(set(linked)) > 3
    assert sorted(explained) == sorted(linked)


def test_parameters_come_with_status_and_source() -> None:
    file = """
[spine]
decay = { value = "4 day", source = "A & B 2001", status = "estimated" }
[[connection]]
source = "a"
target = "b"
delay = { value = "1 ms", source = "C 2002", status = "measured" }
"""
    parameters = {
        "dorsal_horn.spine.decay": "5 day (estimated)",  # varied in the experiment
        "dorsal_horn.connection.a_to_b.delay": "1 ms (measured)",
        "dorsal_horn.columns": "12",
        "arm: dorsal_horn.spine.decay": "6 day (fitted to W01)",
    }
    texts = {"own.toml": file, "not.toml": "["}
    assert [tuple(row)[1:] for row in parameter_rows(parameters, texts)] == [
        ("5 day", "estimated", "A & B 2001"),
        ("1 ms", "measured", "C 2002"),
        ("12", "", ""),
        ("6 day", "fitted to W01", ""),
    ]
    both = {"dorsal_horn.toml": file, "memory.toml": file.replace("A & B", "D")}
    (row, *_) = parameter_rows(parameters, both)
    assert row.source == "A & B 2001"


def test_evidence_is_that_of_the_hypothesis_as_it_is_shipped() -> None:
    reset = read_text(find_file("reset", "hypothesis"))
    assert list(evidence_lines({"reset.toml": reset + "# mine"})) == []
    (lines,) = evidence_lines({"any name": reset})
    said = read_verdicts(verdicts_file()).items()
    (inside, no_success, failed), (by_control, *_) = (
        tally(each for (_, name), each in said if name == hypothesis)
        for hypothesis in ("reset", "none")
    )
    assert len(lines.rows) == inside + no_success + failed
    for word, count in (("fails", failed), ("agrees", inside)):
        assert sum(row[0] == word for row in lines.rows) == count
    assert f"agrees with {inside}, with {no_success} more" in lines.summary
    assert f"fails {failed}." in lines.summary
    assert lines.summary.endswith(f"without any late phase agrees with {by_control}.")
    expected = [row for row in lines.rows if row[0].endswith("patients expect is enough for it")]
    assert {row[1][:3] for row in expected} == {"N06", "N11", "N12"}


def test_the_landscape_is_said_in_its_numbers(result: Result) -> None:
    said = landscape_sentence(result)
    for part in ("1.4 Hz", "rests at 0 or 0.8", "above 0.35", "95 % it goes to 0", "stays away"):
        assert part in said
    high = [replace(toy_drift_curve(2.4), blockade=blockade) for blockade in (0.0, 0.5)]
    stuck = landscape_sentence(replace(result, drift_curves=tuple(high)))
    assert "goes to 0.95 again" in stuck
    assert landscape_sentence(replace(result, drift_curves=result.drift_curves[:3])) == ""


def test_curves_of_a_page_keep_to_those_of_the_result(result: Result) -> None:
    live = live_courses(result.arms)
    assert live is not None
    for panel, arms in zip(live["panels"], (result.arms[::2], result.arms[1::2]), strict=True):
        assert len(panel["x"]) < len(result.arms[0].pain_system.time_d) / 2
        for drawn, arm in zip(panel["arms"], arms, strict=True):
            there = np.interp(arm.pain_system.time_d, panel["x"], drawn["values"][0])
            assert np.abs(there - arm.pain.pain).max() < 0.02


def test_report_of_a_result_without_anything_is_written(tmp_path: Path) -> None:
    bare = Result("bare", "Why?", "none", {}, {}, {}, (), (), (), ())
    assert draw_figures(bare, tmp_path / "figures") == []
    write_report(bare, tmp_path / "figures", tmp_path / "report.html")
    assert "Why?" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_a_figure_of_curves_shows_the_first_arms_and_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(figures, "MOST_ARMS", 3)
    result = toy_result(("4 h", "1 day", "5 day"), ("0 Hz", "1.4 Hz"))
    shown = {view.name: view.figure(result) for view in VIEWS if view.name in ("courses", "windup")}
    for figure in shown.values():
        assert figure is not None
        assert figure.get_suptitle() == "the first 3 of 6 arms"
    cells = figure_of(result, "outcome_map", VIEWS)
    assert cells.get_suptitle() == ""
    monkeypatch.setattr(figures, "MOST_ARMS", 6)
    whole = figure_of(result, "courses", VIEWS)
    assert whole.get_suptitle() == ""
    assert sum(len(axes.lines) for axes in whole.axes) > sum(
        len(axes.lines) for axes in shown["courses"].axes
    )


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        ((None, None, None), "most of pain plasticity returns after a blockade of up to a year"),
        (
            (None, 228.0, None),
            "most of pain plasticity returns after a blockade of up to a year "
            "(90 % band 228 h to more than a year)",
        ),
        ((0.0, 0.0, 0.0), "pain plasticity goes without blockade"),
        (
            (129.4, 120.0, 139.0),
            "blockade of 95% keeps half of pain plasticity away from 129 h on "
            "(90 % band 120 h to 139 h; a unit of mean input: 92 h)",
        ),
    ],
)
def test_a_threshold_says_how_sure_it_is_and_of_how_much(
    hours: tuple[float | None, ...], said: str
) -> None:
    names = ("from_arms_h", "from_arms_low_h", "from_arms_high_h")
    result = toy_result()
    threshold = replace(
        result.thresholds[1], **dict(zip(names, hours, strict=True)), from_fixed_points_h=91.5
    )
    (line,) = threshold_lines(replace(result, thresholds=(threshold,)))
    assert line == f"injury residual rate 1.4 Hz: {said}"
