"""Question: what does a larger network cost?"""

import time

from rich.table import Table
from timing import cpu_s, ratio
from workload import task_of, with_columns

from resetsim.networks.wiring import wire
from resetsim.simulation import standalone
from resetsim.simulation.engine import Engine
from resetsim.simulation.task import Circuit

COLUMNS = (6, 12, 24)
LONG_S, SHORT_S = 6.0, 0.01


def over_columns() -> Table:
    """Return the cost of a run by the number of columns, one efficacy each."""
    table = Table(title="What does another column, one more efficacy in the same run, cost?")
    for heading in (
        "columns",
        "neurons",
        "afferents",
        "synapses",
        "build, s",
        "CPU s / biological s",
        "per column, ms",
    ):
        table.add_column(heading, justify="right")
    for columns in COLUMNS:
        table.add_row(str(columns), *_cells(with_columns(columns), columns))
    return table


def _cells(circuit: Circuit, columns: int) -> list[str]:
    engine = Engine("standalone", keep=False)
    build = _build(circuit)
    start = cpu_s(lambda: engine.run([task_of(circuit, SHORT_S)]), repeats=3)
    whole = cpu_s(lambda: engine.run([task_of(circuit, LONG_S)]), repeats=3)
    cost = (whole - start) / (LONG_S - SHORT_S)
    model = circuit.model
    afferents = sum(each.size for each in model.population.values() if each.kind == "afferent")
    cells = sum(model.size(name) for name in model.population)
    synapses = sum(len(wiring.source) for wiring in wire(model).values())
    counts = (cells - afferents, afferents, synapses)
    return [*(f"{count:,}" for count in counts), build, f"{cost:.3f}", ratio(1000 * cost / columns)]


def _build(circuit: Circuit) -> str:
    start = time.perf_counter()
    standalone.compiled(circuit)
    elapsed = time.perf_counter() - start
    return f"{elapsed:.1f}" if elapsed > 1 else "in the cache"
