"""Question: what does a larger network cost? In CPU seconds, by the number of columns."""

import time
from collections.abc import Callable

from rich.table import Table
from timing import medians, ratio
from workload import task_of, with_columns

from resetsim.spiking.builds import compiled
from resetsim.spiking.engine import Engine
from resetsim.spiking.task import Circuit
from resetsim.tissue.wiring import wire

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
    circuits = {columns: with_columns(columns) for columns in COLUMNS}
    builds = {columns: _build(circuit) for columns, circuit in circuits.items()}
    start, whole = (
        medians(
            {columns: _run(circuit, length) for columns, circuit in circuits.items()}, repeats=7
        )
        for length in (SHORT_S, LONG_S)
    )
    for columns, circuit in circuits.items():
        cost = (whole[columns] - start[columns]) / (LONG_S - SHORT_S)
        table.add_row(
            str(columns),
            *(f"{count:,}" for count in _counts(circuit)),
            builds[columns],
            f"{cost:.3f}",
            ratio(1000 * cost / columns),
        )
    return table


def _run(circuit: Circuit, length_s: float) -> Callable[[], object]:
    return lambda: Engine("standalone", keep=False).run([task_of(circuit, length_s)])


def _counts(circuit: Circuit) -> tuple[int, int, int]:
    """Return how many neurons, afferents and synapses a circuit has."""
    model = circuit.model
    afferents = sum(each.size for each in model.population.values() if each.kind == "afferent")
    cells = sum(model.size(name) for name in model.population)
    synapses = sum(len(wiring.source) for wiring in wire(model).values())
    return cells - afferents, afferents, synapses


def _build(circuit: Circuit) -> str:
    start = time.perf_counter()
    compiled(circuit)
    elapsed = time.perf_counter() - start
    return f"{elapsed:.1f}" if elapsed > 1 else "in the cache"
