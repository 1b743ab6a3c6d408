"""A whole run whose spikes and calcium are made up: everything but the simulations themselves."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from resetsim.declare.experiment import Experiment
from resetsim.progress import Progress, Silent
from resetsim.spiking.task import Recording, Task
from resetsim.store.hdf5 import write_result
from resetsim.store.hdf5_cohort import write_cohort
from resetsim.study.arm import PreparedArm
from resetsim.study.cohort import follow, frame_of
from resetsim.study.cohort_drift import cohort_job, with_treatments
from resetsim.study.experiment import run_experiment

MOST_SIMULATED_S = 1e5


class PretendedEngine:
    """Gives every task a recording of the right shape."""

    target = "pretended"
    keep = False

    def run(self, tasks: Sequence[Task], progress: Progress | None = None) -> list[Recording]:
        """Return a recording for each task."""
        del progress
        return [_recording(task) for task in tasks]


def run_pretended(experiment: Experiment, prepared: Sequence[PreparedArm], folder: Path) -> None:
    """Run an experiment, its simulations made up, and write its result."""
    result = run_experiment(experiment, prepared, PretendedEngine(), Silent())  # type: ignore[arg-type]
    for arm in result.arms:
        assert np.isfinite(arm.pain_system.late).all()
        assert np.isfinite(arm.pain.pain).all()
    write_result(result, folder / "result.h5")


def run_cohort_pretended(
    experiment: Experiment, prepared: Sequence[PreparedArm], folder: Path
) -> None:
    """Follow the first patients of a cohort, its simulations made up, and write them."""
    engine, numbers = PretendedEngine(), np.arange(3)
    job = cohort_job(prepared, engine, Silent())  # type: ignore[arg-type]
    job = with_treatments(prepared, job, numbers, engine, Silent())  # type: ignore[arg-type]
    frame = frame_of(experiment, prepared, job, (numbers, 3), engine)  # type: ignore[arg-type]
    chunk = follow(job, numbers)
    for part in chunk.arms:
        assert np.isfinite(part.pain).all() or part.failed.any()
    write_cohort(frame, [chunk], folder / "result.h5")


def _recording(task: Task) -> Recording:
    assert 0 < task.duration_s < MOST_SIMULATED_S, f"a run of {task.duration_s} s"
    for name, value in task.arguments.items():
        assert np.isfinite(value).all(), f"{name} is {value}"
    assert task.circuit.key
    model, draw = task.circuit.model, np.random.default_rng(task.seed)
    index, time = {}, {}
    for population in task.spikes:
        cells = model.size(population)
        count = min(int(5 * cells * task.duration_s), 2000)
        index[population] = draw.integers(cells, size=count).astype(np.int32)
        time[population] = np.sort(draw.uniform(0, task.duration_s, count))
    return Recording(index, time, {name: _array(task, name, draw) for name in task.arrays})


def _array(task: Task, name: str, draw: np.random.Generator) -> NDArray[np.float64]:
    owner, _, variable = name.partition(".")
    model, sampled_s = task.circuit.model, task.circuit.model.sampling.sample_s
    most = 1.0 if variable.endswith("early") or variable.endswith("late") else 0.5 * sampled_s
    if owner == "course":
        neurons = model.size(model.plastic_connection.target)
        return draw.uniform(0, most, 20 * neurons)
    sizes = {each.name: each.in_degree * model.size(each.target) for each in model.connection}
    return draw.uniform(0, most, sizes[owner] if owner in sizes else model.size(owner))
