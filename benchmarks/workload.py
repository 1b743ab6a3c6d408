"""The same work for every benchmark: the shipped dorsal horn, and one arm of 240 days."""

from functools import cache

import numpy as np

from resetsim.declare.axes import Point
from resetsim.declare.experiment import read_experiment
from resetsim.declare.files import find_file
from resetsim.declare.model import Model, read_model
from resetsim.progress import Silent
from resetsim.slow.dorsal_horn_sampling import sampling_task
from resetsim.slow.measure import measure_table
from resetsim.spiking.engine import Engine
from resetsim.spiking.task import Circuit, Task
from resetsim.study.arm import PreparedArm
from resetsim.study.dorsal_horn_course import dorsal_horn_ranges
from resetsim.study.experiment import prepare

STANDALONE = Engine("standalone")
ARM = "duration=5 day, residual_rate=0.5 Hz"


@cache
def dorsal_horn() -> Model:
    """Return the shipped dorsal horn."""
    return read_model(find_file("dorsal_horn", "model"))


def with_columns(columns: int) -> Circuit:
    """Return the dorsal horn with another number of columns, efficacies spread over them."""
    model = dorsal_horn()
    efficacies = tuple(np.linspace(1, 3, columns).tolist())
    sampling = model.sampling.model_copy(update={"efficacies": efficacies})
    if columns == model.columns:
        return Circuit(model)
    return Circuit(model.model_copy(update={"columns": columns, "sampling": sampling}))


def task_of(circuit: Circuit, duration_s: float, seed: int = 1) -> Task:
    """Return a run that samples drift at 1.6 Hz of ongoing input without blockade."""
    task = sampling_task(circuit, Point(1.6), seed)
    return Task(task.circuit, task.arguments, duration_s, seed, task.spikes, task.arrays)


@cache
def arms() -> tuple[PreparedArm, ...]:
    """Return the arms of ``blockade_duration``, read and checked."""
    return prepare(read_experiment("blockade_duration"))


@cache
def arm() -> PreparedArm:
    """Return one arm of 240 days: five days of blockade, 0.5 Hz of residual input."""
    return next(each for each in arms() if each.arm.name == ARM)


@cache
def table():
    """Return the drift that this arm visits; measured if it is not in the store."""
    sampler = arm().dorsal_horn.sampler
    return measure_table(sampler, dorsal_horn_ranges(arm().patient), STANDALONE, Silent())
