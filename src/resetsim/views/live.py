"""What the curves of a report are drawn from in a browser, where arms can be switched."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from resetsim.outcomes.cohort import CohortOutcomes
from resetsim.outcomes.cohort_rows import NEEDED_RESPONSE
from resetsim.outcomes.estimate import Estimate
from resetsim.records.result import ArmResult, Array
from resetsim.views.cohort.arms import DrawnArm, drawn_arms
from resetsim.views.courses import treatment_window_d
from resetsim.views.grouping import Grouping, group_arms

Live = dict[str, Any]
"""As ``explorer/source/report.ts`` reads it."""

_COURSES = (
    ("pain", "pain (0-10)", (-0.3, 10.3), 1, 0.01),
    ("efficacy", "efficacy (healthy = 1)", None, 2, 0.003),
    ("NMDA blocked (%)", "NMDA blocked (%)", (-4.0, 104.0), 0, 0.2),
)
"""Name, axis, range, digits, and how far a curve may be off for having fewer points."""

_TOLERANCES = (0, 1, 2, 0, 0)
"""Whose of them holds for each curve of an arm: the band of pain comes last."""


def live_courses(arms: Sequence[ArmResult]) -> Live | None:
    """Return pain, efficacy and blockade over time.

    Parameters
    ----------
    arms
        Those of a result that are shown.

    Returns
    -------
    dict or None
        None without arms.
    """
    if not arms:
        return None
    grouping = group_arms(arms)
    panels = [_panel(grouping, title) for title in grouping.panels]
    differ = [_differ([arm["values"][0] for arm in panel["arms"]]) for panel in panels]
    most = max(arm.pain_system.efficacy.mean(axis=1).max() for arm in arms)
    charts = [
        _chart(name, label, ends or (0.95, 1.05 * float(most)), digits)
        for name, label, ends, digits, _ in _COURSES
    ]
    window = treatment_window_d(arms)
    first = window[1] if window else panels[0]["x"][-1]
    return {
        "xLabel": "time (days)",
        "told": grouping.legend_title or "arm",
        "shown": differ.index(max(differ)),
        "position": "Day",
        "step": 0.1,
        "first": first,
        "charts": charts,
        "panels": panels,
    }


def live_weeks(outcomes: CohortOutcomes) -> Live | None:
    """Return reported pain and responders of a cohort, week by week.

    Parameters
    ----------
    outcomes
        Of a cohort.

    Returns
    -------
    dict or None
        None without weeks after a treatment.
    """
    arms = [each for each in drawn_arms(outcomes) if each.arm.weeks]
    if not arms:
        return None
    weeks = sorted({0, *(week.week for each in arms for week in each.arm.weeks)})
    charts = [
        _chart("reported pain", "mean reported pain (0-10)", (0, 10), 1),
        _chart(f"responders ({NEEDED_RESPONSE} %)", "responders (%)", (-2, 102), 0),
    ]
    panel = {
        "title": "",
        "x": weeks,
        "shaded": None,
        "enlarged": None,
        "points": [
            {
                "x": each.day / 7,
                "value": each.value,
                "low": each.value if each.low is None else each.low,
                "high": each.value if each.high is None else each.high,
            }
            for each in outcomes.result.published
        ],
        "arms": [_weekly(each, weeks) for each in arms],
    }
    return {
        "told": "arm",
        "shown": 0,
        "xLabel": "week after the end of treatment (0: before treatment)",
        "position": "Week",
        "step": 1,
        "first": outcomes.main_week or weeks[-1],
        "charts": charts,
        "panels": [panel],
    }


def _chart(name: str, label: str, ends: tuple[float, float], digits: int) -> dict[str, Any]:
    return {"name": name, "label": label, "range": ends, "digits": digits}


def _panel(grouping: Grouping, title: str) -> dict[str, Any]:
    arms = grouping.panels[title]
    time_d = np.unique(np.concatenate([arm.pain_system.time_d for arm in arms]))
    curves = [_curves(arm, time_d) for arm in arms]
    off_by_1 = [
        each / _COURSES[which][-1]
        for mine in curves
        for each, which in zip(mine, _TOLERANCES, strict=False)
    ]
    kept = _needed(time_d, np.nan_to_num(np.array(off_by_1)))
    dosing_d = np.concatenate([arm.dosing_d for arm in arms])
    treated = len(dosing_d) > 0
    labels = {colour: label for label, colour in grouping.legend}
    return {
        "title": title,
        "x": _rounded(time_d[kept], 4),
        "shaded": [float(dosing_d[:, 0].min()), float(dosing_d[:, 1].max())] if treated else None,
        "enlarged": treatment_window_d(arms),
        "points": [],
        "arms": [
            _arm(
                labels.get(grouping.colours[arm.name], arm.name),
                grouping.colours[arm.name],
                [_rounded(each[kept], 3) for each in mine],
            )
            for arm, mine in zip(arms, curves, strict=True)
        ],
    }


def _differ(curves: Sequence[Sequence[float | None]]) -> float:
    """Return how far curves are from each other, mean over their points."""
    return float(np.ptp(np.array(curves, dtype=np.float64), axis=0).mean())


def _arm(label: str, colour: str, curves: list[list[float | None]]) -> dict[str, Any]:
    band = curves[len(_COURSES) :]
    low, high = band or (None, None)
    return {
        "label": label,
        "colour": colour,
        "values": curves[: len(_COURSES)],
        "low": [low, None, None],
        "high": [high, None, None],
    }


def _curves(arm: ArmResult, time_d: Array) -> list[Array]:
    """Return the curves of an arm at some moments: as :data:`_COURSES`, then the band of pain."""
    course, pain = arm.pain_system, arm.pain
    found = [pain.pain, course.efficacy.mean(axis=1), 100 * pain.acting["blockade"]]
    if arm.band is not None:
        found += [arm.band.low, arm.band.high]
    return [np.interp(time_d, course.time_d, each) for each in found]


def _needed(x: Array, curves: Array) -> list[int]:
    """Return which points are needed for no curve to be off by more than 1 between them."""
    needed, open_spans = {0, len(x) - 1}, [(0, len(x) - 1)]
    while open_spans:
        first, last = open_spans.pop()
        if last - first < 2:
            continue
        share = (x[first + 1 : last] - x[first]) / (x[last] - x[first])
        start, end = curves[:, first, None], curves[:, last, None]
        off = np.abs(curves[:, first + 1 : last] - start - share * (end - start)).max(axis=0)
        worst = int(off.argmax())
        if off[worst] > 1:
            middle = first + 1 + worst
            needed.add(middle)
            open_spans += [(first, middle), (middle, last)]
    return sorted(needed)


def _weekly(each: DrawnArm, weeks: Sequence[int]) -> dict[str, Any]:
    pain = {week.week: week.pain for week in each.arm.weeks}
    if each.arm.before:
        pain[0] = each.arm.before
    responders = {
        week.week: _percent(week.responders[NEEDED_RESPONSE])
        for week in each.arm.weeks
        if NEEDED_RESPONSE in week.responders
    }
    curves = {
        part: [
            [_number(getattr(found[week], end) if week in found else None) for week in weeks]
            for found in (pain, responders)
        ]
        for part, end in (("values", "value"), ("low", "low"), ("high", "high"))
    }
    return {"label": each.label, "colour": each.colour, **curves}


def _percent(share: Estimate) -> Estimate:
    return Estimate(100 * share.value, 100 * share.low, 100 * share.high, share.n)


def _number(value: float | None) -> float | None:
    """Return a number as JSON has it: there is no NaN."""
    return None if value is None or not np.isfinite(value) else round(float(value), 4)


def _rounded(values: Array, digits: int) -> list[float | None]:
    rounded: list[float] = np.round(values, digits).tolist()
    return [_number(value) for value in rounded]
