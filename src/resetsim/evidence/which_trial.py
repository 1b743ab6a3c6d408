"""Which trial should be run to tell two hypotheses apart: the shipped ones by patients needed.

Every trial is run on its cohort under every hypothesis. Of its comparisons of two arms at a visit,
that counts which needs fewest patients to reject, whichever of two hypotheses is true, the other
one (:mod:`resetsim.outcomes.telling_apart`).
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from itertools import combinations
from pathlib import Path

from resetsim.evidence.cohort_runs import CohortRuns
from resetsim.outcomes.cohort import CohortOutcomes, cohort_outcomes
from resetsim.outcomes.telling_apart import contrasts, telling_trials
from resetsim.store.csv_file import write_table

TRIALS = (
    "crps_100h_trial",
    "coma_open_label",
    "single_infusion_trial",
    "amr_seven_days",
    "five_days_24mg",
    "lidocaine_six_days",
    "prevention_trial",
    "slow_or_fast",
    "dose_duration_cohort",
)

_MOST = 100_000  # patients an arm; a difference that takes more is an error of the slow clock


@dataclass(frozen=True)
class TrialNeeded:
    """What a trial needs to tell two hypotheses apart, with 80 % power at 5 %.

    Attributes
    ----------
    first, second
        Names of the hypotheses.
    trial, arms, endpoint
        Which experiment; which of its arms are compared, in what and when.
    of_first, of_second
        Difference between the arms under either hypothesis.
    about_per_arm
        Patients in each arm, by the normal approximation.
    per_arm, low, high
        The same from trials drawn from the cohort, with the interval that their number leaves;
        None where it takes more than half of the cohort.
    """

    first: str
    second: str
    trial: str
    arms: str
    endpoint: str
    of_first: float
    of_second: float
    about_per_arm: float
    per_arm: int | None = None
    low: int | None = None
    high: int | None = None


def which_trials(runs: CohortRuns) -> list[TrialNeeded]:
    """Return what each trial needs for each pair of hypotheses.

    Parameters
    ----------
    runs
        Of :data:`TRIALS` under every hypothesis.

    Returns
    -------
    list of TrialNeeded
        By pair, in the order of the hypotheses, the trial with fewest patients first; none of a
        pair that no trial tells apart.
    """
    hypotheses = list(dict.fromkeys(hypothesis for _, hypothesis in runs))
    trials = list(dict.fromkeys(trial for trial, _ in runs))
    outcomes = {key: cohort_outcomes(result) for key, result in runs.items()}
    found = []
    for first, second in combinations(hypotheses, 2):
        needed = [
            each
            for trial in trials
            if (
                each := _needed(
                    trial, (first, second), outcomes[trial, first], outcomes[trial, second]
                )
            )
        ]
        found += sorted(needed, key=lambda each: each.per_arm or each.about_per_arm)
    return found


def _needed(
    trial: str, names: tuple[str, str], first: CohortOutcomes, second: CohortOutcomes
) -> TrialNeeded | None:
    possible = contrasts(first, second)
    if not possible or possible[0].about_per_arm > _MOST:
        return None
    drawn = telling_trials(first, second)
    size = drawn[0].sizes[0] if drawn else None
    best = drawn[0].contrast if drawn else possible[0]
    of_first, of_second = best.expected
    shown = f"{best.arms[1]} less {best.arms[0]}"
    about = (*names, trial, shown, best.endpoint, -of_first, -of_second, best.about_per_arm)
    return TrialNeeded(*about, *((size.per_arm, size.low, size.high) if size else ()))


def write_trials(needed: Sequence[TrialNeeded], path: Path) -> None:
    """Write ``trials.csv``.

    Parameters
    ----------
    needed
        From :func:`which_trials`.
    path
        The file.
    """
    write_table(
        path, [each.name for each in fields(TrialNeeded)], [asdict(each) for each in needed]
    )
