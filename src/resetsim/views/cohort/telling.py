"""Which trial should be run, as a table."""

from collections.abc import Sequence

from resetsim.outcomes.telling_apart import TellingTrial
from resetsim.outcomes.trials import SIGNIFICANT, SampleSize
from resetsim.views.fitted_table import FittedTable


def telling_table(trials: Sequence[TellingTrial], hypotheses: tuple[str, str]) -> FittedTable:
    """Return the trials that tell two hypotheses apart.

    Parameters
    ----------
    trials
        The one with fewest patients first.
    hypotheses
        Their names, in the order in which they were compared.
    """
    contrasts = [trial.contrast for trial in trials]
    names = {
        "arms": [f"{first} less {second}" for first, second in (each.arms for each in contrasts)],
        "compared": [each.endpoint for each in contrasts],
    }
    expected = {
        f"under {hypothesis}": [f"{each.expected[place]:.2f}" for each in contrasts]
        for place, hypothesis in enumerate(hypotheses)
    }
    sizes = {
        f"patients per arm for {size.power:.0%}": [_size(trial.sizes[place]) for trial in trials]
        for place, size in enumerate(trials[0].sizes if trials else ())
    }
    caption = (
        "Difference between arms that each hypothesis predicts, and how many patients it takes to "
        f"reject at {SIGNIFICANT:.0%}, whichever of them is true, the other one. –: more than can "
        "be drawn."
    )
    return FittedTable(names, expected | sizes, caption, gap=1)


def _size(size: SampleSize) -> str:
    if size.per_arm is None:
        return "–"
    return f"{size.per_arm} ({size.low}–{'?' if size.high is None else size.high})"
