"""Which trial should be run, as a table."""

from collections.abc import Sequence

from resetsim.evidence.which_trial import TrialNeeded
from resetsim.outcomes.trials import SIGNIFICANT, WANTED
from resetsim.views.fitted_table import FittedTable


def trials_table(needed: Sequence[TrialNeeded]) -> FittedTable:
    """Return the trial that tells each pair of hypotheses apart with the fewest patients.

    Parameters
    ----------
    needed
        From :func:`resetsim.evidence.which_trial.which_trials`.

    Returns
    -------
    FittedTable
        The pair with fewest patients first.
    """
    best: dict[tuple[str, str], TrialNeeded] = {}
    for each in needed:
        best.setdefault((each.first, each.second), each)
    shown = sorted(best.values(), key=lambda each: each.per_arm or each.about_per_arm)
    names = {
        "hypotheses": [f"{each.first}, {each.second}" for each in shown],
        "trial: compared": [f"{each.trial}: {each.endpoint}, {each.arms}" for each in shown],
    }
    outcomes = {
        "difference": [f"{each.of_first:.2f}, {each.of_second:.2f}" for each in shown],
        "per arm": [_patients(each) for each in shown],
    }
    caption = (
        "Difference between two arms of the trial under either hypothesis, and patients an arm "
        f"to reject at {SIGNIFICANT:.0%}, with {min(WANTED):.0%} power, the one that is wrong. "
        "About: by the normal approximation, more than can be drawn. Pairs that are not here "
        "differ in memory alone."
    )
    return FittedTable(names, outcomes, caption, gap=1)


def _patients(needed: TrialNeeded) -> str:
    if needed.per_arm is None:
        return f"about {float(f'{needed.about_per_arm:.2g}'):.0f}"
    return f"{needed.per_arm} ({needed.low}–{'?' if needed.high is None else needed.high})"
