"""One arm in one row: the columns of ``summary.csv``."""

from collections.abc import Sequence

import numpy as np

from resetsim.body.dosing import Dosing
from resetsim.declare.axes import NMDA
from resetsim.outcomes.outcome import outcome_of
from resetsim.patients.patient import Patient
from resetsim.patients.periphery import days
from resetsim.protocols.windup import windup_gain
from resetsim.records.result import Array, AssayResult, Course, PainBand, PainCourse

Row = dict[str, str | float | int | None]

HOURS_PER_DAY = 24.0
DAYS_AFTER = (7, 30, 90)
DAYS_AMPLIFIED = 30
AMPLIFIED = 0.5
"""Late phase above which a unit is amplified: half of its largest stable value.

But for the lowest 0.1 Hz of the window of two stable states the unstable one is not above this
(``docs/explanation/closure.md``), so that an amplified unit goes up as soon as nothing is blocked.
"""
_MOMENTS = ("before", "during", "after")
_AMPLIFIED = tuple(
    f"units_amplified_{moment}"
    for moment in ("before", "end_of_treatment", f"day_{DAYS_AMPLIFIED}")
)


def summary_row(
    patient: Patient,
    treated_d: tuple[float, float] | None,
    course: Course,
    pain: PainCourse,
    assays: Sequence[AssayResult],
    taught: int,
    relapses_d: tuple[float | None, float | None],
    band: PainBand | None,
) -> Row:
    """Return the summary of an arm.

    Parameters
    ----------
    patient
        Of the arm.
    treated_d
        Start of the first and end of the last treatment, in days, also where its duration is 0;
        None without treatment.
    course, pain
        Of the dorsal horn.
    assays
        All assays of the arm.
    taught
        How many patterns the memory was taught before treatment.
    relapses_d
        From when pain, and efficacy, are back, in days on the timeline; None where they are not.
    band
        How far pain is settled, where that was asked.

    Returns
    -------
    dict
        By column. ``before`` is the moment before treatment; days count from its end. None where
        there was no treatment, or no assay.
    """
    row: Row = {
        "patient": 0,
        "blockade_hours": HOURS_PER_DAY
        * sum(each.end_d - each.start_d for each in patient.dosings if _blocks(each)),
        "blockade_peak": float(pain.acting["blockade"].max()),
        "residual_rate_hz": patient.periphery.residual_hz,
        "pain_healthy": 0.0,
    }
    row |= _around_treatment(treated_d, course, pain, relapses_d[0])
    row |= _assayed(treated_d, assays, taught)
    row["pain_highest"] = float(pain.pain.max())
    row["pain_last"] = float(pain.pain[-1])
    row["weight_relapse_day"] = _since_treatment(treated_d, relapses_d[1])
    weight = course.efficacy.mean(axis=1)
    row["weight_highest"] = float(weight.max())
    row["weight_last"] = float(weight[-1])
    return row | (_settled(row, treated_d, course.time_d, band) if band else {})


def _settled(row: Row, treated_d: tuple[float, float] | None, time_d: Array, band: PainBand) -> Row:
    """Return how sure outcome and pain are."""
    sure: Row = {"outcome_share": band.outcomes.get(str(row["outcome"]), 0.0)}
    for column, moment in _pain_moments(treated_d):
        for name, values in (("low", band.low), ("high", band.high)):
            found = None if moment is None else _at(time_d, values, moment)
            sure[f"{column}_{name}"] = found
    return sure


def _pain_moments(treated_d: tuple[float, float] | None) -> list[tuple[str, float | None]]:
    """Return the columns of pain around treatment, and when each is read."""
    start, end = treated_d or (None, None)
    after = [(f"pain_day_{day}", None if end is None else end + day) for day in DAYS_AFTER]
    return [("pain_before", start), ("pain_end_of_treatment", end), *after]


def _blocks(dosing: Dosing) -> bool:
    return dosing.kinase_block is None and dosing.acts_on == NMDA


def _around_treatment(
    treated_d: tuple[float, float] | None,
    course: Course,
    pain: PainCourse,
    relapse_d: float | None,
) -> Row:
    columns = [column for column, _ in _pain_moments(None)]
    columns += ["relapse_day", "weight_before", "weight_end_of_treatment", *_AMPLIFIED]
    if treated_d is None:
        return dict.fromkeys(columns) | {"outcome": "not treated"}
    start, end = treated_d
    row: Row = {
        column: None if moment is None else _at(course.time_d, pain.pain, moment)
        for column, moment in _pain_moments(treated_d)
    }
    relapse = _since_treatment(treated_d, relapse_d)
    row["relapse_day"] = relapse
    row["outcome"] = outcome_of(course.time_d, pain.pain, treated_d, relapse)
    weight = course.efficacy.mean(axis=1)
    row["weight_before"] = _at(course.time_d, weight, start)
    row["weight_end_of_treatment"] = _at(course.time_d, weight, end)
    moments = zip(_AMPLIFIED, (start, end, end + DAYS_AMPLIFIED), strict=True)
    return row | {column: _amplified(course, moment) for column, moment in moments}


def _amplified(course: Course, moment_d: float) -> float | None:
    """Return the share of active units that are amplified."""
    if not course.time_d[0] <= moment_d <= course.time_d[-1]:
        return None
    late = np.array([np.interp(moment_d, course.time_d, unit) for unit in course.late.T])
    return float((late > AMPLIFIED).mean())


def taught_before(patient: Patient, treated_d: tuple[float, float] | None) -> int:
    """Return how many patterns were learned before a treatment.

    Parameters
    ----------
    patient
        Of the arm.
    treated_d
        Start of the first and end of the last treatment, in days; None without treatment.

    Returns
    -------
    int
        Over all sessions; all there are, without treatment.
    """
    start = treated_d[0] if treated_d else float("inf")
    return sum(each.patterns for each in patient.learnings if days(each.at) < start)


def _assayed(
    treated_d: tuple[float, float] | None, assays: Sequence[AssayResult], taught: int
) -> Row:
    row: Row = dict.fromkeys(
        f"{assay}_{moment}" for assay in ("windup", "recall") for moment in _MOMENTS
    )
    if treated_d is None:
        return row
    start, end = treated_d
    for assay in assays:  # by time: the last one before, and the last one after treatment, stay
        moment = "before" if assay.day <= start else "after" if assay.day >= end else "during"
        if assay.name == "windup":
            row[f"windup_{moment}"] = windup_gain(list(assay.readings))
        elif assay.name == "recall" and taught:
            values = [each.value for each in assay.readings if each.quantity == "recall"]
            row[f"recall_{moment}"] = float(np.mean(values[:taught]))
    return row


def _since_treatment(treated_d: tuple[float, float] | None, moment_d: float | None) -> float | None:
    return None if treated_d is None or moment_d is None else moment_d - treated_d[1]


def _at(time_d: Array, values: Array, moment_d: float) -> float | None:
    if not time_d[0] <= moment_d <= time_d[-1]:
        return None
    return float(np.interp(moment_d, time_d, values))
