"""Question: what do the tuned flags give, and the standalone target at all? The same task each."""

from collections.abc import Callable

from rich.table import Table
from timing import cpu_s, medians, ratio
from workload import dorsal_horn, task_of

from resetsim.spiking import runtime
from resetsim.spiking.engine import Engine, Target
from resetsim.spiking.task import Circuit

LONG_S, SHORT_S = 10.0, 0.01
RUNTIME_S = 1.0
TUNED: Target = "standalone"
PLAIN: Target = "standalone with Brian2's flags"
NAMES = {TUNED: "standalone, tuned flags", PLAIN: PLAIN, "cython": "Cython", "numpy": "NumPy"}


def against_other_targets() -> Table:
    """Return the cost of the same task on every target."""
    table = Table(title="What do the tuned flags, and the standalone target, give?")
    table.add_column("target")
    for heading in ("start of a run, s", "CPU s / biological s", "against tuned"):
        table.add_column(heading, justify="right")
    circuit = Circuit(dorsal_horn())
    found = _standalone(circuit) | {name: _runtime(circuit, name) for name in ("cython", "numpy")}
    _, fastest = found[TUNED]
    for target, (start, cost) in found.items():
        table.add_row(NAMES[target], f"{start:.2f}", f"{cost:.3f}", f"{ratio(cost / fastest)} ×")
    return table


def _standalone(circuit: Circuit) -> dict[Target, tuple[float, float]]:
    def runs(target: Target, duration_s: float) -> Callable[[], object]:
        return lambda: Engine(target, keep=False).run([task_of(circuit, duration_s)])

    targets: tuple[Target, ...] = (TUNED, PLAIN)
    for target in targets:
        runs(target, SHORT_S)()  # compiles if need be
    start = medians({target: runs(target, SHORT_S) for target in targets}, repeats=9)
    whole = medians({target: runs(target, LONG_S) for target in targets}, repeats=9)
    return {
        target: (start[target], (whole[target] - start[target]) / (LONG_S - SHORT_S))
        for target in targets
    }


def _runtime(circuit: Circuit, target: Target) -> tuple[float, float]:
    # In this process: an engine's workers are new processes, which build the network each time.
    start = cpu_s(lambda: runtime.run(task_of(circuit, SHORT_S), target), repeats=1)
    found = medians(
        {
            "short": lambda: runtime.run(task_of(circuit, SHORT_S), target),
            "long": lambda: runtime.run(task_of(circuit, RUNTIME_S), target),
        },
        repeats=3,
    )
    return start, (found["long"] - found["short"]) / (RUNTIME_S - SHORT_S)
