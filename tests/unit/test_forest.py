"""The forest plot: what was published beside what each hypothesis gives."""

import matplotlib
import pytest
from matplotlib.patches import Patch

from resetsim.evidence.targets import find_target
from resetsim.evidence.validation import Judgement
from resetsim.views.forest import draw_forest
from resetsim.views.style import STYLE


def judged(target, hypothesis, value, low=None, high=None):
    found = find_target(target)
    verdict = "inside" if value is not None and found.agrees(value) else "outside"
    return Judgement(found, hypothesis, value, verdict, f"{value}", "", low, high)


JUDGEMENTS = [
    judged("V01", "reset", 9.0),
    judged("V03", "reset", -2.0, -4.0, 0.5),
    judged("V03", "fragile_memory", -2.0, -4.0, 0.5),
    judged("V03", "none", None),
]


@pytest.fixture
def axes():
    with matplotlib.rc_context(STYLE):
        figure = draw_forest(JUDGEMENTS)
        figure.draw_without_rendering()
        (panel,) = (each for each in figure.axes if each.axison)
        yield panel


def test_a_panel_for_each_target_on_groups(axes):
    assert axes.get_title("left").startswith("V03: ")


def test_hypotheses_that_give_the_same_share_a_line(axes):
    names = [label.get_text() for label in axes.get_yticklabels()]
    assert names == ["reset, fragile_memory", "none"]


def test_values_intervals_and_what_was_published_are_where_they_are(axes):
    interval, value = (line.get_xdata() for line in axes.lines)
    assert (list(interval), list(value)) == ([-4.0, 0.5], [-2.0])
    (published,) = (each for each in axes.patches if isinstance(each, Patch))
    low, high = published.get_extents().transformed(axes.transData.inverted()).intervalx
    assert (low, high) == pytest.approx((-4.2, -1.4))
    assert [each.get_text() for each in axes.texts] == ["none"]


def test_nothing_without_groups():
    assert draw_forest(JUDGEMENTS[:1]) is None
