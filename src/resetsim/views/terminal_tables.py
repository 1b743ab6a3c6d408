"""What the terminal, and the report, show of a result as tables."""

from collections.abc import Mapping, Sequence

from resetsim.outcomes.forgetting import forgetting_columns
from resetsim.outcomes.varied import all_described, varied_settings, words, written
from resetsim.records.result import ArmResult, Result, ThresholdDuration
from resetsim.store.csv_file import Cell
from resetsim.views.fitted_table import FittedTable

COMPACT_CAPTION = (
    "Pain 0-10 before treatment, at its end and days after it; what became of it, with the time "
    "of relapse after the end of treatment, and with how many tables drawn from the sampling "
    "noise of drift, if not with all. Wind-up (last over first response) and recall: before → "
    "after treatment, or during it. –: not assayed."
)

FORGETTING_CAPTION = (
    "Recall at the first test after learning → at the last one. Kept: at least 90 % of it; weaker: "
    "at least half."
)


def terminal_table(result: Result) -> FittedTable:
    """Return what the terminal shows of a result.

    Parameters
    ----------
    result
        What an experiment gave.

    Returns
    -------
    FittedTable
        One row for each arm.
    """
    arms = result.arms
    return FittedTable(
        _arm_columns(arms), _outcome_columns(arms), COMPACT_CAPTION, gap=1, justify="right"
    )


def forgetting_table(result: Result) -> FittedTable | None:
    """Return what the terminal shows of a memory whose patterns differ in age.

    Parameters
    ----------
    result
        What an experiment gave.

    Returns
    -------
    FittedTable or None
        One row for each arm and pattern; None where there is nothing to tell apart.
    """
    columns = forgetting_columns(result.arms)
    if not columns:
        return None
    outcomes = {heading: cells for heading, cells in columns.items() if "recall" in heading}
    names = {heading: cells for heading, cells in columns.items() if heading not in outcomes}
    return FittedTable(names, outcomes, FORGETTING_CAPTION, gap=1, justify="right")


def threshold_lines(result: Result) -> list[str]:
    """Return the threshold durations in words.

    Parameters
    ----------
    result
        What an experiment gave.

    Returns
    -------
    list of str
        One line for each threshold.
    """
    return [_threshold_line(threshold) for threshold in result.thresholds]


def _threshold_line(threshold: ThresholdDuration) -> str:
    where = all_described(threshold.settings) or f"input {threshold.input_rate_hz:g} Hz"
    hours, computed = threshold.from_arms_h, threshold.from_fixed_points_h
    if hours is None:
        sure = threshold.from_arms_low_h is None
        band = "" if sure else f" (90 % band {band_words(threshold)})"
        return f"{where}: most of pain plasticity returns after a blockade of up to a year{band}"
    if hours == 0:
        return f"{where}: pain plasticity goes without blockade"
    alone = f"; a unit of mean input: {_duration(computed)}" if computed is not None else ""
    what = f"blockade of {threshold.blockade:.0%}" if threshold.blockade else "treatment"
    return (
        f"{where}: {what} keeps half of pain plasticity away from {_duration(hours)} on "
        f"(90 % band {band_words(threshold)}{alone})"
    )


def band_words(threshold: ThresholdDuration) -> str:
    """Return how far a threshold duration is settled.

    Parameters
    ----------
    threshold
        Of an arm.
    """
    low, high = threshold.from_arms_low_h, threshold.from_arms_high_h
    if low is None:
        return "more than a year"
    if high == 0:
        return "none needed"
    return f"{_duration(low)} to {'more than a year' if high is None else _duration(high)}"


def _duration(hours: float) -> str:
    if hours < 1 / 30:
        return f"{3600 * hours:.0f} s"
    return f"{60 * hours:.0f} min" if hours < 2 else f"{hours:.0f} h"


def compact_columns(arms: Sequence[ArmResult]) -> dict[str, list[str]]:
    """Return what varies and the main outcomes, ready to be shown.

    Parameters
    ----------
    arms
        The arms of one result.

    Returns
    -------
    dict
        By heading, a cell for each arm; columns without any number are left out.
    """
    return _arm_columns(arms) | _outcome_columns(arms)


def _arm_columns(arms: Sequence[ArmResult]) -> dict[str, list[str]]:
    varied = varied_settings(arm.settings for arm in arms)
    if not varied:
        return {"arm": [arm.name for arm in arms]}
    return {words(key): [written(arm.settings[key]) for arm in arms] for key in varied}


_MOMENTS = {
    "pain before": "pain_before",
    "at end": "pain_end_of_treatment",
    "day 7": "pain_day_7",
    "day 30": "pain_day_30",
    "day 90": "pain_day_90",
}

# Where no arm is treated, the course as a whole is told.
_UNTREATED = {
    "highest pain": "pain_highest",
    "last pain": "pain_last",
    "last efficacy": "weight_last",
}

# Before, after, decimals.
_BEFORE_AFTER = {
    "wind-up": ("windup_before", "windup_after", 1),
    "recall": ("recall_before", "recall_after", 2),
}

# Shown where nothing was assayed before or after.
_DURING = {"wind-up": "windup_during", "recall": "recall_during"}
_NOTHING = {"–", "–→–"}


def _outcome_columns(arms: Sequence[ArmResult]) -> dict[str, list[str]]:
    treated = any(arm.summary.get("pain_before") is not None for arm in arms)
    columns = {
        heading: [_short(arm.summary.get(name)) for arm in arms]
        for heading, name in (_MOMENTS if treated else _UNTREATED).items()
    }
    if treated:
        columns["outcome"] = [outcome_words(arm.summary) for arm in arms]
    for heading, (before, after, decimals) in _BEFORE_AFTER.items():
        columns[heading] = [
            "→".join(_short(arm.summary.get(name), decimals) for name in (before, after))
            for arm in arms
        ]
        if heading in _DURING and _NOTHING.issuperset(columns[heading]):
            during = [_short(arm.summary.get(_DURING[heading]), decimals) for arm in arms]
            columns[f"{heading} during"] = during
    return {heading: cells for heading, cells in columns.items() if not _NOTHING.issuperset(cells)}


def outcome_words(row: Mapping[str, Cell]) -> str:
    """Return an outcome as it stands in a table or a figure.

    Parameters
    ----------
    row
        Of ``summary.csv``.

    Returns
    -------
    str
        Of a relapse also how long after treatment: in minutes, hours or days, whichever has two
        digits that mean something. Where sampling noise of the drift might change the outcome,
        the share of drawn tables that agree.
    """
    share = row.get("outcome_share", 1.0)
    sure = not isinstance(share, float) or share == 1
    return _outcome_and_when(row) + ("" if sure else f" ({share:.0%})")


def _outcome_and_when(row: Mapping[str, Cell]) -> str:
    days = row["relapse_day"]
    if not isinstance(days, int | float):
        return str(row["outcome"])
    if days < 0.5 / (24 * 60):
        return "relapsed at once"
    if days < 2 / 24:
        return f"relapsed {24 * 60 * days:.0f} min"
    return f"relapsed {24 * days:.0f} h" if days < 2 else f"relapsed {days:.1f} d"


def _short(cell: Cell, decimals: int = 1) -> str:
    if cell is None:
        return "–"
    return cell if isinstance(cell, str) else f"{cell:.{decimals}f}"
