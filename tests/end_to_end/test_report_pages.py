"""Reports in a browser: arms are switched and read, for everybody, whatever a file holds."""

from dataclasses import replace

import numpy as np
import pytest
from browsing import DESK, PHONE, OpenedPage, needs_chromium, opened_browser
from cohort_fixture import toy_cohort
from results_fixture import toy_result

from resetsim.declare.files import find_file, read_text
from resetsim.outcomes.cohort import cohort_outcomes
from resetsim.records.setting import Setting
from resetsim.views.cohort.report import write_cohort_report
from resetsim.views.figure_files import save_figure
from resetsim.views.figures import VIEWS
from resetsim.views.report import write_report

pytestmark = needs_chromium

EVIL = (
    "</script><script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"
)
RESULT = toy_result(rates=("0 Hz", "1.4 Hz"))
FIGURES = ("outcome_map", "treatment", "landscape")


@pytest.fixture(scope="module")
def browser():
    with opened_browser() as chromium:
        yield chromium


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    for view in (view for view in VIEWS if view.name in FIGURES):
        save_figure(lambda view=view: view.figure(RESULT), folder, view.name)
    reset = {"reset.toml": read_text(find_file("reset", "hypothesis"))}
    write_report(replace(RESULT, texts=RESULT.texts | reset), folder, folder / "report.html")
    return (folder / "report.html").as_uri()


class Report(OpenedPage):
    """A report, opened."""

    def __init__(self, browser, address, viewport=DESK, theme="light", **options):
        super().__init__(browser, address, viewport, theme, **options)
        if options.get("java_script_enabled", True):
            self.page.wait_for_selector("html[data-live]", state="attached")

    def values(self):
        """Return the numbers of each arm that is shown, where the slider stands."""
        rows = self.page.evaluate(
            """() => [...document.querySelectorAll("#live-rows tr")].map(row => [
                row.querySelector("th").textContent,
                [...row.querySelectorAll("td")].map(cell => Number(cell.dataset.value))])"""
        )
        return dict(rows)

    def stand_at(self, x):
        self.page.evaluate(
            """x => { const slider = document.getElementById("live-x");
                slider.value = x; slider.dispatchEvent(new Event("input")); }""",
            x,
        )


def test_arms_are_switched_and_read(browser, report):
    opened = Report(browser, report)
    assert opened.page.locator("#live-panel option:checked").inner_text().endswith("1.4 Hz")
    treated = {str(arm.settings["treatment.duration"].written): arm for arm in RESULT.arms[1::2]}
    for day in (30.0, 61.0, 97.0):
        opened.stand_at(day)
        shown = opened.values()
        assert list(shown) == list(treated)
        for name, arm in treated.items():
            at = [
                np.interp(day, arm.pain_system.time_d, curve)
                for curve in (
                    arm.pain.pain,
                    arm.pain_system.efficacy.mean(axis=1),
                    100 * arm.pain.acting["blockade"],
                )
            ]
            assert shown[name] == pytest.approx(at, abs=0.25)
            assert shown[name][0] == pytest.approx(at[0], abs=0.02)
    opened.page.get_by_label("4 h", exact=True).uncheck()
    assert list(opened.values()) == ["5 day"]
    opened.page.click("#live-none")
    assert opened.values() == {}
    opened.page.click("#live-all")
    opened.page.select_option("#live-panel", label="injury residual rate 0 Hz")
    end_d = RESULT.arms[2].dosing_d[0, 1]
    opened.stand_at(end_d + 30)
    day_30 = RESULT.arms[2].summary["pain_day_30"]
    assert opened.values()["5 day"][0] == pytest.approx(day_30, abs=0.02)
    opened.close()


def test_the_pointer_reads_the_curves(browser, report):
    opened = Report(browser, report)
    opened.page.check("#live-enlarge")
    first, last = (float(opened.page.get_attribute("#live-x", end)) for end in ("min", "max"))
    (start, end) = RESULT.arms[3].dosing_d[0]
    assert 0 < first < start < end < last < 90
    box = opened.page.locator(".u-over").first.bounding_box()
    opened.page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 20)
    middle = float(opened.page.input_value("#live-x"))
    assert middle == pytest.approx((first + last) / 2, abs=0.1)
    opened.close()


def test_a_cohort_is_read_by_week(browser, tmp_path):
    outcomes = cohort_outcomes(toy_cohort(40))
    write_cohort_report(outcomes, tmp_path, tmp_path / "report.html")
    opened = Report(browser, (tmp_path / "report.html").as_uri())
    opened.stand_at(4)
    for arm, shown in zip(outcomes.arms, opened.values().values(), strict=True):
        week = arm.week(4)
        assert shown == pytest.approx([week.pain.value, 100 * week.responders[50].value], abs=1e-3)
    opened.close()


def test_no_text_of_a_file_gets_out_of_its_place(browser, tmp_path):
    arms = tuple(
        replace(arm, name=f"{EVIL}{number}", settings={f"a.{EVIL}": Setting(f"{EVIL}{number}")})
        for number, arm in enumerate(RESULT.arms)
    )
    evil = {EVIL: EVIL}
    hostile = replace(
        RESULT, name=EVIL, question=EVIL, hypothesis=EVIL, arms=arms, texts=evil, parameters=evil
    )
    write_report(hostile, tmp_path, tmp_path / "report.html")
    opened = Report(browser, (tmp_path / "report.html").as_uri())
    assert opened.page.title() == f"{EVIL} - resetsim"
    assert opened.page.locator("img").count() == 0
    assert list(opened.values()) == [f"{EVIL}{number}" for number in range(len(arms))]
    opened.close()


@pytest.mark.parametrize(("viewport", "theme"), [(PHONE, "dark"), (DESK, "light")])
def test_a_report_is_for_everybody(browser, report, viewport, theme):
    opened = Report(browser, report, viewport, theme)
    opened.assert_accessible()
    opened.close()


def test_pictures_stand_for_curves_on_paper_and_without_scripts(browser, report):
    opened = Report(browser, report)
    still = "details.still img"
    assert not opened.page.locator(still).is_visible()
    opened.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    opened.page.emulate_media(media="print")
    assert opened.page.locator(still).is_visible()
    assert not opened.page.locator("#live").is_visible()
    opened.close()
    plain = Report(browser, report, java_script_enabled=False)
    assert plain.page.locator(still).is_visible()
    assert not plain.page.locator("#live").is_visible()
    plain.close()
