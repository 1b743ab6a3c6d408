"""Crossover trials as a table."""

from collections.abc import Iterator, Mapping
from math import isnan

from resetsim.outcomes.cohort import CohortOutcomes
from resetsim.outcomes.crossover import CrossoverTrial
from resetsim.outcomes.varied import all_described
from resetsim.records.setting import Setting
from resetsim.views.cohort.table import cell
from resetsim.views.fitted_table import FittedTable


def crossover_table(outcomes: CohortOutcomes) -> FittedTable | None:
    """Return what crossover trials on a cohort find.

    Parameters
    ----------
    outcomes
        Of a cohort.

    Returns
    -------
    FittedTable or None
        A row for each effect of each trial; None without any.
    """
    trials = outcomes.crossovers
    if not trials:
        return None
    effects = [(trial, effect) for trial in trials for effect in trial.effects]
    names = {
        "trial": [all_described(others_of(outcomes, trial)) for trial, _ in effects],
        "effect": [effect.name for _, effect in effects],
    }
    if len(trials) == 1:
        names.pop("trial")
    columns = {
        "pain": [cell(effect.estimate, 2) for _, effect in effects],
        "p": [_p(effect.p) for _, effect in effects],
        "patients": [str(effect.estimate.n) for _, effect in effects],
    }
    first, second = map(all_described, _own(outcomes, trials[0]))
    caption = (
        f"Patients randomised to {first}, or {second}. "
        "Effects on reported pain, 0-10, with 95 % intervals (Hills and Armitage 1979): of the "
        "treatment that is first in the first sequence, less the other; of the first period, less "
        "the second; carry-over, how much more is left of it after the wash-out. The effect from "
        "the first period alone, as separate groups have it; and in the first period of all "
        "patients, each in both sequences, as only a model has it."
    )
    return FittedTable(names, columns, caption, gap=1)


def others_of(outcomes: CohortOutcomes, trial: CrossoverTrial) -> dict[str, Setting]:
    """Return what else varies between trials, and is the same in both sequences of one.

    Parameters
    ----------
    outcomes
        Of a cohort.
    trial
        One of its trials.
    """
    first, second = _settings(outcomes, trial)
    return {key: value for key, value in first.items() if second[key] == value}


def _own(outcomes: CohortOutcomes, trial: CrossoverTrial) -> Iterator[dict[str, Setting]]:
    """Yield what is given in either sequence."""
    others = others_of(outcomes, trial)
    for settings in _settings(outcomes, trial):
        yield {key: value for key, value in settings.items() if key not in others}


def _settings(outcomes: CohortOutcomes, trial: CrossoverTrial) -> list[Mapping[str, Setting]]:
    by_name = {arm.name: arm.settings for arm in outcomes.arms}
    return [by_name[name] for name in (trial.sequences.first, trial.sequences.second)]


def _p(found: float) -> str:
    if isnan(found):
        return "–"
    return "<0.001" if found < 0.001 else f"{found:.3f}"
