"""Question: what do the tuned flags give, and the standalone target at all?"""

import time

from rich.table import Table
from timing import cpu_s, ratio
from workload import dorsal_horn, task_of

from resetsim.simulation import runtime
from resetsim.simulation.engine import Engine, Target
from resetsim.simulation.task import Circuit

LONG_S, SHORT_S = 10.0, 0.01
RUNTIME_S = 1.0


def against_other_targets() -> Table:
    """Return the cost of the same task on every target."""
    table = Table(title="What do the tuned flags, and the standalone target, give?")
    for heading in ("execution", "start of a run, s", "CPU s / biological s", "against tuned"):
        table.add_column(heading, justify="left" if heading == "execution" else "right")
    circuit = Circuit(dorsal_horn())
    found = {
        "standalone, tuned flags": _standalone(circuit, "standalone"),
        "standalone, Brian2's flags": _standalone(circuit, "standalone with Brian2's flags"),
        "Cython": _runtime(circuit, "cython"),
        "NumPy": _runtime(circuit, "numpy"),
    }
    _, fastest = found["standalone, tuned flags"]
    for name, (start, cost) in found.items():
        table.add_row(name, f"{start:.2f}", f"{cost:.3f}", f"{ratio(cost / fastest)} ×")
    return table


def _standalone(circuit: Circuit, target: Target) -> tuple[float, float]:
    engine = Engine(target, keep=False)
    engine.run([task_of(circuit, SHORT_S)])  # compiles if need be
    start = cpu_s(lambda: engine.run([task_of(circuit, SHORT_S)]), repeats=5)
    whole = cpu_s(lambda: engine.run([task_of(circuit, LONG_S)]), repeats=5)
    return start, (whole - start) / (LONG_S - SHORT_S)


def _runtime(circuit: Circuit, target: Target) -> tuple[float, float]:
    # In this process: an engine's workers are new processes, which build the network each time.
    before = time.process_time()
    runtime.run(task_of(circuit, SHORT_S), target)
    start = time.process_time() - before
    short = cpu_s(lambda: runtime.run(task_of(circuit, SHORT_S), target), repeats=3)
    whole = cpu_s(lambda: runtime.run(task_of(circuit, RUNTIME_S), target), repeats=3)
    return start, (whole - short) / (RUNTIME_S - SHORT_S)
