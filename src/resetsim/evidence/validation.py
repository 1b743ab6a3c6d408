"""Run every target's experiment under every hypothesis, and judge what comes out."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from resetsim.declare.experiment import read_experiment
from resetsim.declare.hypothesis import Hypothesis, read_hypothesis
from resetsim.evidence.cohort_observables import COHORT_OBSERVABLES
from resetsim.evidence.cohort_runs import cohorts_under
from resetsim.evidence.observables import OBSERVABLES
from resetsim.evidence.observation import Observation
from resetsim.evidence.runs import run_under
from resetsim.evidence.said import Said
from resetsim.evidence.targets import Target
from resetsim.progress import Progress
from resetsim.spiking.engine import Engine
from resetsim.store.csv_file import write_table

Verdict = Literal["inside", "outside", "not judged"]


@dataclass(frozen=True)
class Judgement:
    """What one hypothesis makes of one target.

    Attributes
    ----------
    target
        The published observation.
    hypothesis
        Its name.
    value
        What the model gave, in the target's unit; None where nothing of the kind happens.
    verdict
        Whether the two agree.
    reason
        In words.
    no_success_as
        Why agreement would be no success; empty if it is one.
    low, high
        See :class:`resetsim.evidence.observation.Observation`.
    """

    target: Target
    hypothesis: str
    value: float | None
    verdict: Verdict
    reason: str
    no_success_as: str
    low: float | None
    high: float | None

    @property
    def said(self) -> Said:
        """What is kept of it, and counted."""
        no_success = self.no_success_as if self.verdict == "inside" else ""
        return Said(self.verdict, self.value, no_success)


def judge(target: Target, hypothesis: Hypothesis, observation: Observation) -> Judgement:
    """Compare what the model did with what was published.

    Parameters
    ----------
    target
        The published observation.
    hypothesis
        Under which the model was run.
    observation
        What it did.

    Returns
    -------
    Judgement
        With its reason.
    """
    value, reason, low, high, not_of_treatment = observation
    no_success = _no_success(target, hypothesis, not_of_treatment)
    verdict: Verdict = "outside"
    if target.not_judged:
        verdict = "not judged"
        reason = target.not_judged + (f" ({reason})" if reason else "")
    elif value is not None and target.agrees(value):
        verdict = "inside"
        if target.by_letter and not no_success:
            no_success = f"by the letter, {target.by_letter}"
        reason += f"; no success: {no_success}" if no_success else ""
    return Judgement(target, hypothesis.name, value, verdict, reason, no_success, low, high)


def _no_success(target: Target, hypothesis: Hypothesis, not_of_treatment: bool) -> str:
    if target.id in hypothesis.made_for:
        return "the hypothesis was made for it"
    if target.fitted:
        return f"{target.fitted} was fitted to it"
    return "what patients expect is enough for it" if not_of_treatment else ""


def validate(
    targets: Sequence[Target], hypotheses: Sequence[str], engine: Engine, progress: Progress
) -> list[Judgement]:
    """Judge every hypothesis by every target.

    Parameters
    ----------
    targets, hypotheses
        Every one of these is judged under every one of those.
    engine
        What runs the simulations; those finished before are reused.
    progress
        Told what is being done.

    Returns
    -------
    list of Judgement
        By target, then by hypothesis.
    """
    experiments = dict.fromkeys(target.experiment for target in targets if target.experiment)
    on_cohorts = [name for name in experiments if read_experiment(name).has_cohort]
    on_patients = [name for name in experiments if name not in on_cohorts]
    results = run_under(on_patients, hypotheses, engine, progress)
    cohorts = cohorts_under(on_cohorts, hypotheses, engine, progress)

    def observed(target: Target, name: str) -> Observation:
        if not target.experiment:
            return Observation(None, "")
        if target.id in COHORT_OBSERVABLES:
            arms = cohorts[target.experiment, name].arms
            return COHORT_OBSERVABLES[target.id](target, arms)
        return OBSERVABLES[target.id](results[target.experiment, name])

    return [
        judge(target, read_hypothesis(name), observed(target, name))
        for target in targets
        for name in hypotheses
    ]


def write_validation(judgements: Sequence[Judgement], path: Path) -> None:
    """Write ``validation.csv``.

    Parameters
    ----------
    judgements
        From :func:`validate`; at least one.
    path
        The file.
    """
    rows = [
        {
            "target": each.target.id,
            "hypothesis": each.hypothesis,
            "observed": each.target.observed,
            "tolerance_low": each.target.tolerance_low,
            "tolerance_high": each.target.tolerance_high,
            "model": each.value,
            "verdict": each.verdict,
            "reason": each.reason,
            "model_low": each.low,
            "model_high": each.high,
            "no_success": each.said.no_success,
        }
        for each in judgements
    ]
    write_table(path, list(rows[0]), rows)
