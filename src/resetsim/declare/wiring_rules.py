"""Whether the network of a model can be wired as declared, and is small enough to be simulated."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from resetsim.declare.grammar import dotted

if TYPE_CHECKING:
    from resetsim.declare.model import Model
    from resetsim.declare.synapses import Connection

MOST_SYNAPSES = 2_000_000


def wiring_problems(model: Model) -> Iterator[str]:
    """Yield what is wrong with the sizes of a network, one line each.

    Parameters
    ----------
    model
        A model whose connections name populations that exist.

    Yields
    ------
    str
        The key, what was found and what is allowed.
    """
    for index, connection in enumerate(model.connection):
        where = dotted(("connection", index))
        yield from (f"{where}.{problem}" for problem in _connection_problems(model, connection))
    synapses = sum(each.in_degree * model.size(each.target) for each in model.connection)
    if synapses > MOST_SYNAPSES:
        yield (
            f"connection: found {synapses} synapses in all; at most {MOST_SYNAPSES} are possible: "
            "lower in_degree, size or columns"
        )
    if model.assemblies is not None:
        cells = model.size(model.plastic_connection.target)
        needed = model.assemblies.count * model.assemblies.size
        if needed > cells:
            yield (
                f"assemblies: found {model.assemblies.count} of {model.assemblies.size} neurons, "
                f"but '{model.plastic_connection.target}' has {cells}"
            )


def _connection_problems(model: Model, connection: Connection) -> Iterator[str]:
    ends = [model.population[name] for name in (connection.source, connection.target)]
    sources = model.size(connection.source)
    if connection.within_column:
        if any(end.kind != "projection" for end in ends):
            yield "within_column: found true; only projection neurons stand in columns"
        sources //= model.columns
    if connection.one_to_one:
        if connection.in_degree != 1:
            yield f"in_degree: found {connection.in_degree}; it must be 1 where one_to_one is true"
        if model.size(connection.target) > sources:
            yield (
                f"one_to_one: found true, but '{connection.source}' has {sources} cells, fewer than"
                f" '{connection.target}'"
            )
    elif connection.source == connection.target:
        sources -= 1  # no neuron is connected to itself
    if connection.in_degree > sources:
        yield (
            f"in_degree: found {connection.in_degree}; it must be at most {sources}, the cells "
            f"of '{connection.source}' that a target can get input from"
        )
