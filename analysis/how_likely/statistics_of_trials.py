"""What trials publish of their patients, as numbers: what hypotheses are compared by.

Each is read from a trial of the published size, with other patients in each group, as the
published number was; and, beside it, from all patients of the cohort with each treatment, as
trials without chance would have it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from resetsim.evidence.cohort_observables import n06, n14, v05, v08, v10, v10b
from resetsim.evidence.observation import Observation
from resetsim.evidence.trials import (
    Groups,
    before,
    difference,
    drawn_from,
    felt,
    felt_before,
    mean,
    reported,
    responders,
)
from resetsim.outcomes.outcome import SOME_PAIN
from resetsim.records.cohort import Array

WITHOUT_CHANCE = ", without chance"
"""Behind a statistic's name: of all patients of the cohort, the same with each treatment."""
_FREE = 0.1  # of the pain before


@dataclass(frozen=True)
class Statistic:
    """One number that a trial published.

    Attributes
    ----------
    experiment
        That stands for the trial.
    published
        The number.
    patients
        In each group.
    words
        What it is.
    source
        Of the number, by its id among the facts and targets.
    read
        From both groups; not a number where nothing of the kind happens.
    """

    experiment: str
    published: float
    patients: int
    words: str
    source: str
    read: Callable[[Groups], float]


def read_statistics(name: str, groups: Groups, generator: Generator) -> dict[str, float]:
    """Return the statistics of one experiment.

    Parameters
    ----------
    name
        Of the experiment.
    groups
        Its patients.
    generator
        Draws who takes part in a trial of the published size.
    """
    found = {}
    for key, each in STATISTICS.items():
        if each.experiment == name:
            places = generator.integers(0, len(groups.control.pain), (2, each.patients))
            found[key] = each.read(drawn_from(groups, places))
            found[key + WITHOUT_CHANCE] = each.read(groups)
    return found


def _value(of: Callable[[Groups], Observation]) -> Callable[[Groups], float]:
    def read(groups: Groups) -> float:
        value = of(groups).value
        return np.nan if value is None else value

    return read


def _pain(day: float, within_d: float) -> Callable[[Groups], float]:
    return lambda groups: mean(reported(groups.treated, day, within_d))


def _before(groups: Groups) -> float:
    return mean(before(groups.treated))


def _week_one(read: Callable[[Array], float], place: int) -> Callable[[Groups], float]:
    """Return what is read of a group at the end of the week that began with treatment."""
    return lambda groups: read(reported(groups[place], groups[place].start_day + 7))


def _spread(values: Array) -> float:
    return float(np.nanstd(values))


def _relief(day: float, within_d: float) -> Callable[[Groups], float]:
    return lambda groups: -difference(*groups, day, within_d)


def _drop(groups: Groups) -> float:
    return mean(before(groups.treated)) - mean(reported(groups.treated, 0, 0.01))


def _more_respond(day: float, within_d: float) -> Callable[[Groups], float]:
    def read(groups: Groups) -> float:
        control, treated = (responders(arm, day, within_d, 50) for arm in groups)
        return treated - control

    return read


def _respond(day: float, within_d: float) -> Callable[[Groups], float]:
    return lambda groups: responders(groups.treated, day, within_d, 30)


def _free(day: float) -> Callable[[Groups], float]:
    def read(groups: Groups) -> float:
        pain_before = felt_before(groups.treated)
        hurt = pain_before >= SOME_PAIN
        free = felt(groups.treated, day, 5)[hurt] < _FREE * pain_before[hurt]
        return float(free.mean()) if hurt.any() else np.nan

    return read


_CRPS, _FIVE, _COMA = "crps_100h_trial", "five_days_24mg", "coma_open_label"
_TITRATED = "titrated_five_days"
_SINGLE, _OUT, _BLOCK = "single_infusion_trial", "outpatient_infusions", "lidocaine_six_days"
_DAILY, _OPERATION = "five_daily_infusions", "prevention_trial"
_100_H = "100 h of S-ketamine: "
STATISTICS: Mapping[str, Statistic] = {
    "crps_before": Statistic(_CRPS, 7.2, 30, f"{_100_H}pain before", "P003", _before),
    "crps_week_1": Statistic(
        _CRPS, 2.68, 30, f"{_100_H}pain at week 1", "P001", _week_one(mean, 1)
    ),
    "crps_placebo": Statistic(
        _CRPS, 5.45, 30, f"{_100_H}pain at week 1 with placebo", "P001", _week_one(mean, 0)
    ),
    "crps_sd": Statistic(
        _CRPS,
        2.8,
        30,
        f"{_100_H}SD of pain at week 1",
        "P001, from its s.e.",
        _week_one(_spread, 1),
    ),
    "crps_placebo_sd": Statistic(
        _CRPS,
        2.6,
        30,
        f"{_100_H}SD of pain at week 1 with placebo",
        "P001, from its s.e.",
        _week_one(_spread, 0),
    ),
    "crps_week_12": Statistic(
        _CRPS,
        1.3,
        30,
        f"{_100_H}relief against placebo at week 12",
        "Sigtermans 2009: from P = 0.07 with an SD of 2.8",
        _relief(80.5, 3.5),
    ),
    "crps_half": Statistic(
        _CRPS, 10.9, 30, "days until half of the relief is gone", "V05", _value(v05)
    ),
    "pooled": Statistic(_CRPS, -1.83, 100, "difference of pain, days 2 to 14", "V08", _value(v08)),
    "onset": Statistic(
        _TITRATED, 3, 16, "five days: day on which relief is 30 %", "V10", _value(v10)
    ),
    "no_relief": Statistic(
        _TITRATED, 0.37, 16, "five days: share without relief", "V10b", _value(v10b)
    ),
    "five_before": Statistic(_FIVE, 6.5, 35, "five days: pain before", "N03", _before),
    "five_week_1": Statistic(_FIVE, 5.1, 35, "five days: pain a week later", "N03", _pain(7, 3)),
    "five_month_2": Statistic(
        _FIVE, 5.9, 35, "five days: pain two months later", "N03", _pain(56, 5)
    ),
    "coma_month_1": Statistic(_COMA, 1.0, 20, "coma: free of pain after 1 month", "V11", _free(30)),
    "coma_month_3": Statistic(_COMA, 0.85, 20, "coma: after 3 months", "V11", _free(90)),
    "coma_month_6": Statistic(_COMA, 0.80, 20, "coma: after 6 months", "V11", _free(175)),
    "single_end": Statistic(
        _SINGLE,
        5 / 12,
        12,
        "one infusion: responders more than with the control, at the end",
        "M022",
        _more_respond(0, 0.01),
    ),
    "single_week_1": Statistic(
        _SINGLE, 2 / 12, 12, "one infusion: at week 1", "M022", _more_respond(7, 1)
    ),
    "single_week_8": Statistic(
        _SINGLE, 0.0, 12, "one infusion: at week 8", "M022", _more_respond(56, 3)
    ),
    "outpatient_drop": Statistic(
        _OUT, 5.9, 49, "outpatients: fall of pain at the end", "M035", _drop
    ),
    "outpatient_weeks": Statistic(
        _OUT, 0.37, 29, "outpatients: relief for more than three weeks", "N06", _value(n06)
    ),
    "block_before": Statistic(_BLOCK, 7.0, 261, "lidocaine: pain before", "N11", _before),
    "block_end": Statistic(_BLOCK, 1.0, 261, "lidocaine: pain at the end", "N11", _pain(0, 0.01)),
    "block_later": Statistic(
        _BLOCK, 5.5, 261, "lidocaine: pain 45 days later", "N11", _pain(45, 10)
    ),
    "daily_end": Statistic(
        _DAILY, 0.33, 1034, "five short infusions: responders at the end", "N12", _respond(4, 3)
    ),
    "daily_month_6": Statistic(
        _DAILY, 0.33, 1034, "five short infusions: responders at 6 months", "N12", _respond(175, 5)
    ),
    "operation": Statistic(
        _OPERATION, 0.82, 780, "around an operation: relative risk of pain", "N14", _value(n14)
    ),
}
"""By a short name. 100 a group of V08 are a guess; of N12 the number is the middle of a range."""
