"""Experiments under several hypotheses, with everything shared that does not depend on them."""

from collections.abc import Sequence

from resetsim.declare.experiment import read_experiment, with_variations
from resetsim.progress import Progress
from resetsim.records.result import ArmResult
from resetsim.spiking.engine import Engine
from resetsim.study.arm import Systems
from resetsim.study.experiment import prepare, run_arms

Runs = dict[tuple[str, str], tuple[ArmResult, ...]]
"""By names of experiment and hypothesis: the arms."""


def run_under(
    experiments: Sequence[str], hypotheses: Sequence[str], engine: Engine, progress: Progress
) -> Runs:
    """Run every experiment under every hypothesis.

    Parameters
    ----------
    experiments, hypotheses
        Names of shipped ones, or files.
    engine
        What runs the simulations; those finished before are reused.
    progress
        Told what is being done.

    Returns
    -------
    dict
        The arms of each run. Every file is read and checked before anything is run.
    """
    systems = Systems()
    prepared = {
        (name, hypothesis): prepare(
            with_variations(read_experiment(name), {"hypothesis": [hypothesis]}), systems
        )
        for name in experiments
        for hypothesis in hypotheses
    }
    runs = {}
    for number, (key, arms) in enumerate(prepared.items(), start=1):
        progress.stage(f"{number}/{len(prepared)} {key[0]}, {key[1]}")
        runs[key] = run_arms(arms, engine, progress)
    return runs
