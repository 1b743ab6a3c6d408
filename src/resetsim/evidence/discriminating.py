"""Which experiment tells two hypotheses apart best, found by running all of them under both.

An effect size makes differences of pain and of recall comparable. For pain it is Cohen's d: the
difference in units of the standard deviation between patients, 2.8 NRS (Sigtermans 2009, P001: a
standard error of 0.51 with 30 patients). For recall, a share, it is Cohen's h (Cohen 1988,
Statistical Power Analysis for the Behavioral Sciences): the difference of 2 asin sqrt.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import asin, sqrt
from pathlib import Path

from resetsim.evidence.reading import Arms, pain_at
from resetsim.evidence.runs import Runs
from resetsim.results.result import ArmResult
from resetsim.results.whole_file import whole_file

PAIN_SD = 0.51 * sqrt(30)  # NRS
EXPERIMENTS = (
    "coma",
    "early_or_late",
    "prevention",
    "local_block",
    "ketamine_100h",
    "memory_under_blockade",
    "block_after_learning",
    "nmda_loss_after_learning",
)
DAYS_AFTER = (1, 7, 30, 90, 180)
COLUMNS = ("first", "second", "experiment", "reading", "of_first", "of_second", "effect_size")


@dataclass(frozen=True)
class Difference:
    """The reading on which two hypotheses differ most.

    Attributes
    ----------
    first, second
        Names of the hypotheses.
    experiment, reading
        Where: which experiment; which arm, moment and quantity.
    of_first, of_second
        The values: pain on 0 to 10, or recall on 0 to 1.
    effect_size
        Without sign: Cohen's d of pain, Cohen's h of recall.
    """

    first: str
    second: str
    experiment: str
    reading: str
    of_first: float
    of_second: float
    effect_size: float


def discriminate(runs: Runs) -> list[Difference]:
    """Return the best experiment for each pair of hypotheses.

    Parameters
    ----------
    runs
        Of :data:`EXPERIMENTS` under every hypothesis.

    Returns
    -------
    list of Difference
        One for each pair, in the order of the hypotheses.
    """
    hypotheses = list(dict.fromkeys(hypothesis for _, hypothesis in runs))
    experiments = list(dict.fromkeys(experiment for experiment, _ in runs))
    found = {key: readings(arms) for key, arms in runs.items()}
    return [
        max(
            (
                _largest(first, second, name, found[name, first], found[name, second])
                for name in experiments
            ),
            key=lambda difference: difference.effect_size,
        )
        for first, second in combinations(hypotheses, 2)
    ]


def readings(arms: Arms) -> dict[str, float]:
    """Return what could be observed of the arms of an experiment after its intervention.

    Parameters
    ----------
    arms
        Of one experiment.

    Returns
    -------
    dict of float
        Pain and recall, by arm, moment and quantity.
    """
    found: dict[str, float] = {}
    for arm in arms:
        name = arm.name.rpartition(", hypothesis")[0]
        found |= {f"{name}: {what}": value for what, value in _pain(arm)}
        found |= {f"{name}: {what}": value for what, value in _recall(arm)}
    return found


def _pain(arm: ArmResult) -> Iterator[tuple[str, float]]:
    last = float(arm.pain_system.time_d[-1])
    end = float(arm.dosing_d[-1, 1]) if len(arm.dosing_d) else _input_back(arm)
    for day in DAYS_AFTER:
        if end + day <= last:
            yield f"pain {day} d after", pain_at(arm, end + day)


def _input_back(arm: ArmResult) -> float:
    """Return when an input that had been removed came back, in days."""
    silent = arm.pain_system.time_d[arm.pain.input_rate_hz == 0]
    return float(silent[-1]) if silent.size else float(arm.pain_system.time_d[0])


def _recall(arm: ArmResult) -> Iterator[tuple[str, float]]:
    for assay in arm.assays:
        if assay.name == "recall":
            for reading in assay.readings:
                yield f"recall of pattern {reading.x:.0f} on day {assay.day:g}", reading.value


def _largest(
    first: str,
    second: str,
    experiment: str,
    of_first: Mapping[str, float],
    of_second: Mapping[str, float],
) -> Difference:
    sizes = {name: effect_size(name, of_first[name], of_second[name]) for name in of_first}
    best = max(sizes, key=lambda name: sizes[name])
    return Difference(first, second, experiment, best, of_first[best], of_second[best], sizes[best])


def effect_size(reading: str, first: float, second: float) -> float:
    """Return how far two values of a reading lie apart.

    Parameters
    ----------
    reading
        Its name says whether it is recall or pain.
    first, second
        The values.

    Returns
    -------
    float
        Cohen's h of recall, Cohen's d of pain; not negative.
    """
    if ": recall" in reading:
        return abs(2 * asin(sqrt(first)) - 2 * asin(sqrt(second)))
    return abs(first - second) / PAIN_SD


def write_differences(differences: Sequence[Difference], path: Path) -> None:
    """Write ``discriminating.csv``.

    Parameters
    ----------
    differences
        From :func:`discriminate`.
    path
        The file.
    """
    with whole_file(path) as partial, partial.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(COLUMNS)
        for each in differences:
            values = (f"{each.of_first:.4g}", f"{each.of_second:.4g}", f"{each.effect_size:.3g}")
            writer.writerow([each.first, each.second, each.experiment, each.reading, *values])
