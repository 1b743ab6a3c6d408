"""Which experiment tells two hypotheses apart best, found by running all of them under both.

An effect size makes differences of pain and of recall comparable. For pain it is Cohen's d: the
difference in units of the standard deviation between patients, 2.8 NRS (Sigtermans 2009, P001: a
standard error of 0.51 with 30 patients). For recall, a share, it is Cohen's h (Cohen 1988,
Statistical Power Analysis for the Behavioral Sciences): the difference of 2 asin sqrt.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from itertools import combinations
from math import asin, sqrt
from pathlib import Path

import numpy as np

from resetsim.evidence.reading import Arms, pain_at, silence_d
from resetsim.evidence.runs import Runs
from resetsim.records.result import ArmResult
from resetsim.store.csv_file import write_table

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
        Pain and recall, by arm, moment and quantity. Arms without an intervention have none.
    """
    found: dict[str, float] = {}
    for arm in arms:
        if (end := intervention_end_d(arm)) is not None:
            name = arm.name.rpartition(", hypothesis")[0]
            found |= {f"{name}: {what}": value for what, value in _pain(arm, end)}
            found |= {f"{name}: {what}": value for what, value in _recall(arm, end)}
    return found


def intervention_end_d(arm: ArmResult) -> float | None:
    """Return when the treatment ended, or an input that had been removed came back.

    Parameters
    ----------
    arm
        Of a result.

    Returns
    -------
    float or None
        In days; None where nothing was done.
    """
    if len(arm.dosing_d):
        return float(arm.dosing_d[-1, 1])
    silence = silence_d(arm)
    return silence[1] if silence else None


def _pain(arm: ArmResult, end_d: float) -> Iterator[tuple[str, float]]:
    for day in DAYS_AFTER:
        if end_d + day <= arm.pain_system.time_d[-1]:
            yield f"pain {day} d after", pain_at(arm, end_d + day)


def _recall(arm: ArmResult, end_d: float) -> Iterator[tuple[str, float]]:
    for assay in arm.assays:
        if assay.name == "recall" and assay.day > end_d:
            tested = zip(arm.learned_d, assay.readings, strict=False)
            known = [(learned, each) for learned, each in tested if learned < assay.day]
            for learned_d in dict.fromkeys(learned for learned, _ in known):
                values = [each.value for learned, each in known if learned == learned_d]
                what = f"recall {assay.day - end_d:.3g} d after of what was learned"
                yield f"{what} {_when(learned_d - end_d)}", float(np.mean(values))


def _when(days: float) -> str:
    return f"{abs(days):.3g} d {'before its end' if days < 0 else 'after it'}"


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
    write_table(
        path, [each.name for each in fields(Difference)], [asdict(each) for each in differences]
    )
