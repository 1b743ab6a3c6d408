"""What to write where something required is missing: lines to paste, made from the grammar."""

import json
from collections.abc import Iterator, Sequence
from typing import Any, Literal, get_args, get_origin

from resetsim.declare.grammar import (
    bare,
    constraints_on,
    ends_of,
    field_of,
    inside,
    is_list,
    keys_of,
)

_PARAMETER = ("value", "source", "status", "note")
_MOST_KEYS = 6


def example_of(table: object, key: str, above: Sequence[str]) -> str:
    """Return how a required key, or table, might be written.

    Parameters
    ----------
    table
        The annotation of the table that lacks it.
    key
        Of the table.
    above
        The keys of the table itself.

    Returns
    -------
    str
        A line, or several of a table.
    """
    grammar = inside(table, key)
    entry = inside(grammar, 0) if is_list(grammar) else grammar
    keys = keys_of(entry)
    if keys == () or keys == _PARAMETER:
        return f"{key} = {_value(table, key)}"
    name = ".".join([*above, key])
    if keys is None:
        name += ".NAME"
        entry = inside(entry, "NAME")
    header = f"[[{name}]]" if is_list(grammar) else f"[{name}]"
    return "\n".join([header, *_lines(entry, [*above, key])])


def _lines(table: object, above: Sequence[str]) -> Iterator[str]:
    required = [key for key in keys_of(table) or () if _is_required(table, key)]
    for key in required[:_MOST_KEYS]:
        if keys_of(inside(table, key)) in ((), _PARAMETER):
            yield f"{key} = {_value(table, key)}"
        else:
            yield example_of(table, key, above)
    if more := required[_MOST_KEYS:]:
        yield f"# and {', '.join(more)}"


def _is_required(table: object, key: str) -> bool:
    field = field_of(table, key)
    return field is not None and field.is_required()


def _value(table: object, key: str | int) -> str:
    """Return a value as a file would write it."""
    field, grammar = field_of(table, str(key)), bare(inside(table, key))
    if field is not None and field.examples:
        return json.dumps(field.examples[0], ensure_ascii=False)
    added = list(constraints_on(table, key))
    if keys_of(grammar) == _PARAMETER:
        units = [each.unit for each in added if hasattr(each, "unit")]
        value = f'"... {units[0]}"' if units and units[0] else "..."
        return f'{{ value = {value}, source = "...", status = "estimated" }}'
    if dimensions := [each.examples[0] for each in added if getattr(each, "examples", ())]:
        return f'"{dimensions[0]}"'
    return _simple(grammar, ends_of(table, key))


def _simple(grammar: Any, ends: tuple[float, float] | None) -> str:
    if grammar is bool:
        return "true"
    if ends is not None:
        return f"{(ends[0] + ends[1]) / 2:g}"
    if get_origin(grammar) is Literal:
        return f'"{get_args(grammar)[0]}"'
    if is_list(grammar):
        return f"[{_value(grammar, 0)}]"
    return "1" if grammar in (int, float) else '"..."'
