"""A crossover trial: what patients report after one treatment and after the other.

The analysis of Hills and Armitage (1979 Br J Clin Pharmacol 8:7). Of the difference between a
patient's two periods, half of how much it differs between the sequences AB and BA is the effect of
the treatment, half of its sum over them that of the period. How much the sum of both periods
differs between them is the difference of what the treatments carry over.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from resetsim.outcomes.diary import mean_of_present
from resetsim.outcomes.estimate import CONFIDENCE, Estimate, mean_of
from resetsim.records.cohort import Array, CohortArm, CohortResult, Sequences
from resetsim.records.parts import NOBODY, part_of, rows_of
from resetsim.streams import uniforms

EFFECTS = ("treatment", "period", "carry-over", "first period alone", "all patients twice")
_SAME = 1e-6  # moments are sums of floats


@dataclass(frozen=True, eq=False)
class Effect:
    """What a crossover trial estimates.

    Attributes
    ----------
    name
        One of ``EFFECTS``.
    estimate
        With its interval, on the scale of pain.
    p
        Of the hypothesis that it is none.
    """

    name: str
    estimate: Estimate
    p: float


@dataclass(frozen=True, eq=False)
class CrossoverTrial:
    """A crossover trial on a cohort: each patient is randomised to one of two sequences.

    Attributes
    ----------
    sequences
        Which arms.
    n
        Patients in either sequence who reported in both periods.
    means
        Pain by sequence and period; shape (2, 2).
    effects
        Of the first treatment compared with the second one; of the first period compared with the
        second one; what the first treatment carries over, less what the second one does; the
        effect as a trial with separate groups has it, from the first period of the same patients;
        and that of all patients, each in both sequences, in the first period, as no trial can.
    """

    sequences: Sequences
    n: tuple[int, int]
    means: Array
    effects: tuple[Effect, ...]


def crossover_trials(result: CohortResult) -> tuple[CrossoverTrial, ...]:
    """Return the crossover trials of a cohort.

    Parameters
    ----------
    result
        What an experiment gave.

    Returns
    -------
    tuple of CrossoverTrial
        Without those of fewer than two patients in either sequence.
    """
    if not result.crossovers:
        return ()
    numbers, seed = result.number, int(result.provenance.get("seed", 0))
    first = int(numbers.min())
    coins = uniforms(seed, "sequence", 0, first, int(numbers.max()) - first + 1)[numbers - first]
    found = (_trial(result, each, np.asarray(coins < 0.5)) for each in result.crossovers)
    return tuple(each for each in found if each)


def _trial(
    result: CohortResult, sequences: Sequences, heads: NDArray[np.bool_]
) -> CrossoverTrial | None:
    one, other = (_periods(result, name, sequences) for name in (sequences.first, sequences.second))
    groups = one[heads & _complete(one)], other[~heads & _complete(other)]
    if min(map(len, groups)) < 2:
        return None
    effects = [*two_by_two(*groups)]
    paired = mean_of(one[:, 0] - other[:, 0])
    assert paired is not None
    effects.append(Effect(EFFECTS[-1], paired, _p_of_none(one[:, 0] - other[:, 0])))
    means = np.array([group.mean(axis=0) for group in groups])
    return CrossoverTrial(sequences, (len(groups[0]), len(groups[1])), means, tuple(effects))


def _periods(result: CohortResult, name: str, sequences: Sequences) -> Array:
    """Return mean reported pain after either treatment; not a number where missing; (P, 2)."""
    arms = result.arms
    names = [part_of(arms, place, NOBODY).name for place in range(len(arms))]
    parts = (part_of(arms, names.index(name), rows) for rows in rows_of(len(result.number)))
    return np.concatenate([_periods_of(part, sequences) for part in parts])


def _periods_of(arm: CohortArm, sequences: Sequences) -> Array:
    periods = []
    for end in (sequences.first_end_day, 0.0):
        inside = (arm.day > end + _SAME) & (arm.day <= end + sequences.read_d + _SAME)
        periods.append(np.where(arm.failed, np.nan, mean_of_present(arm.reported[:, inside])))
    return np.stack(periods, axis=1).astype(np.float64)


def _complete(periods: Array) -> NDArray[np.bool_]:
    return np.asarray(np.isfinite(periods).all(axis=1))


def two_by_two(first: Array, second: Array) -> Iterator[Effect]:
    """Yield the effects of a crossover trial.

    Parameters
    ----------
    first, second
        Pain in both periods of the patients of either sequence; shapes (P, 2) and (Q, 2), of two
        patients at least.

    Yields
    ------
    Effect
        See :class:`CrossoverTrial`; all but the last one.
    """
    falls, rises = first[:, 0] - first[:, 1], second[:, 0] - second[:, 1]
    yield _compared("treatment", falls, rises, 0.5)
    yield _compared("period", falls, -rises, 0.5)
    yield _compared("carry-over", first.sum(axis=1), second.sum(axis=1), 1.0)
    yield _compared("first period alone", first[:, 0], second[:, 0], 1.0)


def _compared(name: str, one: Array, other: Array, factor: float) -> Effect:
    """Return a multiple of the difference of two groups, by Student's t with a common variance."""
    from scipy.stats import ttest_ind

    value = factor * float(one.mean() - other.mean())
    n = len(one) + len(other)
    if not np.ptp(one) and not np.ptp(other):  # no test where nobody differs
        return Effect(name, Estimate(value, np.nan, np.nan, n), np.nan)
    test = ttest_ind(one, other)
    low, high = test.confidence_interval(CONFIDENCE)
    return Effect(name, Estimate(value, factor * float(low), factor * float(high), n), test.pvalue)


def _p_of_none(differences: Array) -> float:
    from scipy.stats import ttest_1samp

    known = differences[np.isfinite(differences)]
    return float(ttest_1samp(known, 0.0).pvalue) if np.ptp(known) else float("nan")


def crossover_rows(trials: Collection[CrossoverTrial]) -> list[dict[str, str | float | int]]:
    """Return the rows of ``crossover.csv``.

    Parameters
    ----------
    trials
        Of a cohort.

    Returns
    -------
    list of dict
        One row for each effect of each trial.
    """
    return [
        {
            "first_sequence": trial.sequences.first,
            "second_sequence": trial.sequences.second,
            "settings": trial.sequences.settings,
            "n_first": trial.n[0],
            "n_second": trial.n[1],
            "effect": effect.name,
            "n": effect.estimate.n,
            "estimate": effect.estimate.value,
            "low": effect.estimate.low,
            "high": effect.estimate.high,
            "p": effect.p,
        }
        for trial in trials
        for effect in trial.effects
    ]
