"""Crossover trials as a table."""

from math import isnan

from resetsim.outcomes.cohort import CohortOutcomes
from resetsim.records.cohort import Sequences
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
        "trial": [trial.sequences.settings for trial, _ in effects],
        "effect": [effect.name for _, effect in effects],
    }
    if len(trials) == 1:
        names.pop("trial")
    columns = {
        "pain": [cell(effect.estimate, 2) for _, effect in effects],
        "p": [_p(effect.p) for _, effect in effects],
        "patients": [str(effect.estimate.n) for _, effect in effects],
    }
    sequences = trials[0].sequences
    caption = (
        f"Patients randomised to {_short(sequences.first, sequences)}, or "
        f"{_short(sequences.second, sequences)}. "
        "Effects on reported pain, 0-10, with 95 % intervals (Hills and Armitage 1979): of the "
        "treatment that is first in the first sequence, less the other; of the first period, less "
        "the second; carry-over, how much more is left of it after the wash-out. The effect from "
        "the first period alone, as separate groups have it; and in the first period of all "
        "patients, each in both sequences, as only a model has it."
    )
    return FittedTable(names, columns, caption, gap=1)


def _short(arm: str, sequences: Sequences) -> str:
    """Return the name of an arm without what both sequences have."""
    alike = sequences.settings.split(", ")
    return ", ".join(part for part in arm.split(", ") if part not in alike)


def _p(found: float) -> str:
    if isnan(found):
        return "–"
    return "<0.001" if found < 0.001 else f"{found:.3f}"
