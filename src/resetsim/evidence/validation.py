"""Run every target's experiment under every hypothesis, and judge what comes out."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from resetsim.evidence.observables import OBSERVABLES, Observation
from resetsim.evidence.targets import Target
from resetsim.results.result import ArmResult
from resetsim.results.whole_file import whole_file
from resetsim.running.arm import PreparedArm, Systems
from resetsim.running.experiment import prepare, run_arms
from resetsim.simulation.engine import Engine
from resetsim.simulation.progress import Progress
from resetsim.spec.experiment import read_experiment, with_variations

Verdict = Literal["inside", "outside", "not judged"]
COLUMNS = (
    "target",
    "hypothesis",
    "observed",
    "tolerance_low",
    "tolerance_high",
    "model",
    "verdict",
    "reason",
)


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
    """

    target: Target
    hypothesis: str
    value: float | None
    verdict: Verdict
    reason: str

    @property
    def counts(self) -> bool:
        """Whether it is a success: agreement that was not fitted."""
        return self.verdict == "inside" and not self.target.fitted


def judge(target: Target, hypothesis: str, observation: Observation) -> Judgement:
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
    value, reason = observation
    verdict: Verdict = "outside"
    if target.not_judged:
        verdict, reason = "not judged", f"{target.not_judged} ({reason})"
    elif value is not None and target.agrees(value):
        verdict = "inside"
        if target.fitted:
            reason += f"; no success: {target.fitted} was fitted to it"
    return Judgement(target, hypothesis, value, verdict, reason)


def validate(
    targets: Sequence[Target], hypotheses: Sequence[str], engine: Engine, progress: Progress
) -> list[Judgement]:
    """Judge every hypothesis by every target.

    Parameters
    ----------
    targets, hypotheses
        Which ones.
    engine
        What runs the simulations; those finished before are reused.
    progress
        Told what is being done.

    Returns
    -------
    list of Judgement
        By target, then by hypothesis.
    """
    prepared = _prepared(targets, hypotheses)
    results: dict[tuple[str, str], tuple[ArmResult, ...]] = {}
    for number, (key, arms) in enumerate(prepared.items(), start=1):
        progress.stage(f"{number}/{len(prepared)} {key[0]}, {key[1]}")
        results[key] = run_arms(arms, engine, progress)
    return [
        judge(target, name, OBSERVABLES[target.id](results[target.experiment, name]))
        for target in targets
        for name in hypotheses
    ]


def _prepared(
    targets: Sequence[Target], hypotheses: Sequence[str]
) -> dict[tuple[str, str], tuple[PreparedArm, ...]]:
    """Read and check every experiment under every hypothesis, before anything is run."""
    systems = Systems()
    prepared = {}
    for name in dict.fromkeys(target.experiment for target in targets):
        experiment = read_experiment(name)
        for hypothesis in hypotheses:
            varied = with_variations(experiment, {"hypothesis": [hypothesis]})
            prepared[name, hypothesis] = prepare(varied, systems)
    return prepared


def write_validation(judgements: Sequence[Judgement], path: Path) -> None:
    """Write ``validation.csv``.

    Parameters
    ----------
    judgements
        From :func:`validate`.
    path
        The file.
    """
    with whole_file(path) as partial, partial.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(COLUMNS)
        for each in judgements:
            target = each.target
            row = (target.id, each.hypothesis, target.observed)
            bounds = (target.tolerance_low, target.tolerance_high)
            value = None if each.value is None else f"{each.value:.6g}"
            writer.writerow([*row, *bounds, value, each.verdict, each.reason])
