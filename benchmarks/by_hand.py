"""Question: how far is the binary from the same network written by hand? Both in C++.

``by_hand.cpp`` is compiled here and driven with the numbers and the wiring of the declared model.
Both programs run in turn; their rates and shares of time should agree within sampling error.
"""

import resource
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from statistics import median

import numpy as np
from numpy.typing import NDArray
from rich.console import Group
from rich.table import Table
from timing import ratio
from workload import dorsal_horn

from resetsim.declare.axes import Point
from resetsim.declare.model import Model
from resetsim.slow.dorsal_horn_sampling import read_sample, sampling_task
from resetsim.spiking import builds
from resetsim.spiking.engine import Engine
from resetsim.spiking.task import Circuit, Task
from resetsim.tissue.units import si
from resetsim.tissue.wiring import wire

RATES_HZ = (1.6, 4.0)
SEEDS = range(1, 9)
SHARES = ("potentiating", "depressing", "inducing")
Measured = Mapping[str, float]


@dataclass(frozen=True)
class Runs:
    """User CPU milliseconds per biological second, and what was measured, of one program."""

    user_ms: list[float] = field(default_factory=list)
    measured: list[Measured] = field(default_factory=list)

    def add(self, task: Task, run: Callable[[Task], Measured]) -> None:
        """Run a task once more."""
        before = _user_s()
        self.measured.append(run(task))
        self.user_ms.append(1000 * (_user_s() - before) / task.duration_s)


def against_by_hand() -> Group:
    """Return the cost of both programs, and their rates and shares of time."""
    cost = Table(title="How far is it from the same network written by hand? User CPU time")
    for heading in ("input, Hz", "this project, ms / biological s", "by hand", "against by hand"):
        cost.add_column(heading, justify="right")
    agreement = Table(title="Do both give the same? Means over seeds")
    for heading in ("input, Hz", "quantity", "this project", "by hand", "standard errors apart"):
        agreement.add_column(heading, justify="right")
    with tempfile.TemporaryDirectory() as folder:
        program = _compiled(Path(folder))
        for rate_hz in RATES_HZ:
            ours, by_hand = _in_turn(program, rate_hz)
            ours_ms, by_hand_ms = (median(runs.user_ms) for runs in (ours, by_hand))
            shown = f"{ours_ms:.1f}", f"{by_hand_ms:.1f}", f"{ratio(ours_ms / by_hand_ms)} ×"
            cost.add_row(f"{rate_hz:g}", *shown)
            for row in _compared(ours.measured, by_hand.measured):
                agreement.add_row(f"{rate_hz:g}", *row)
    return Group(cost, agreement)


def _compiled(folder: Path) -> Path:
    source, program = Path(__file__).with_suffix(".cpp"), folder / "by_hand"
    command = [builds.compiler() or "g++", *builds.TUNED_FLAGS, source, "-o", program]
    subprocess.run(command, check=True)
    return program


def _in_turn(program: Path, rate_hz: float) -> tuple[Runs, Runs]:
    circuit = Circuit(dorsal_horn())
    builds.compiled(circuit)
    ours, by_hand = Runs(), Runs()
    for seed in SEEDS:
        task = sampling_task(circuit, Point(rate_hz), seed)
        task = replace(task, spikes=tuple(circuit.model.population))
        ours.add(task, _run_ours)
        numbers = program.with_name("numbers")
        numbers.write_text("\n".join(_numbers(task)))
        by_hand.add(task, partial(_run_by_hand, program, numbers))
    return ours, by_hand


def _user_s() -> float:
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime


def _run_ours(task: Task) -> Measured:
    model = task.circuit.model
    (recording,) = Engine("standalone", keep=False).run([task])
    window = _window(task)
    counts = {
        name: recording.counts(name, model.size(name), *window).mean() for name in task.spikes
    }
    rates = {f"{name}, Hz": count / (window[1] - window[0]) for name, count in counts.items()}
    sample = read_sample(model, recording)
    return rates | {share: float(sample[share].mean()) for share in SHARES}


def _run_by_hand(program: Path, numbers: Path, task: Task) -> Measured:
    printed = subprocess.run(
        [program, numbers, str(task.seed)], check=True, capture_output=True, text=True
    ).stdout
    means = {name: float(value) for name, value in (line.split() for line in printed.splitlines())}
    return {name if name in SHARES else f"{name}, Hz": value for name, value in means.items()}


def _window(task: Task) -> tuple[float, float]:
    return task.circuit.model.sampling.warm_up_s, task.duration_s


def _numbers(task: Task) -> Iterator[str]:
    """Give what ``by_hand.cpp`` reads: a name, how many values, the values."""
    model = task.circuit.model
    values: dict[str, float | NDArray[np.float64]] = dict(task.arguments)
    values |= {f"{name}.size": float(model.size(name)) for name in model.population}
    for name, wiring in wire(model).items():
        values |= {
            f"{name}.source": wiring.source,
            f"{name}.target": wiring.target,
            f"{name}.delay_s": wiring.delay_s,
        }
    values |= _times(model, task)
    for name, value in values.items():
        listed = np.atleast_1d(value).tolist()
        yield f"{name} {len(listed)} {' '.join(map(repr, listed))}"


def _times(model: Model, task: Task) -> dict[str, float]:
    return {
        "time_step": si(model.time_step),
        "calcium_time_step": si(model.calcium_time_step),
        "counted_from": model.sampling.warm_up_s,
        "duration": task.duration_s,
    }


def _compared(ours: list[Measured], by_hand: list[Measured]) -> Iterator[tuple[str, ...]]:
    for name in by_hand[0]:
        columns = [np.array([each[name] for each in runs]) for runs in (ours, by_hand)]
        one, other = (column.mean() for column in columns)
        error = np.sqrt(sum(column.var(ddof=1) / len(column) for column in columns))
        apart = f"{(one - other) / error:+.1f}" if error > 0 else "–"
        yield name, f"{one:.4g}", f"{other:.4g}", apart
