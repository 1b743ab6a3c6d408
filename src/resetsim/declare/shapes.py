"""Whether tables, lists of tables and single values stand where the grammar has them.

Told before arms are made, so that whoever slips on the brackets of TOML is told which to write.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from resetsim.declare.grammar import Place, dotted, inside, is_list, keys_of

_VARY = ("vary", "vary_together")


def shape_problems(grammar: object, value: Any, place: Place = ()) -> Iterator[str]:
    """Yield what has the wrong brackets, one line each.

    Parameters
    ----------
    grammar
        The annotation of the value.
    value
        As :mod:`tomllib` gives it.
    place
        Where it stands in the file.

    Yields
    ------
    str
        The key, what was found and what to write.
    """
    name = ".".join(step for step in place if isinstance(step, str))
    table = keys_of(grammar) != ()
    if isinstance(value, Mapping) and is_list(grammar):
        if keys_of(inside(grammar, 0)):
            yield (
                f"{dotted(place)}: found one table; write [[{name}]] with two brackets: "
                "there may be several"
            )
    elif isinstance(value, Mapping) and table:
        for key, item in value.items():
            if (inner := inside(grammar, key)) is not None:
                yield from shape_problems(inner, item, (*place, key))
    elif isinstance(value, list) and is_list(grammar):
        for index, item in enumerate(value):
            yield from shape_problems(inside(grammar, index), item, (*place, index))
    elif isinstance(value, list) and table:
        yield f"{dotted(place)}: found a list; write [{name}] with one bracket: there is only one"
    elif isinstance(value, list):
        yield (
            f"{dotted(place)}: found a list; one value is needed here. What differs between arms "
            f'stands below [vary]: "{name}" = {_in_toml(value)}'
        )


def vary_problems(content: Mapping[str, Any]) -> Iterator[str]:
    """Yield what has the wrong brackets, or no quotation marks, in what varies.

    Parameters
    ----------
    content
        The tables of an experiment.

    Yields
    ------
    str
        The key, what was found and what to write.
    """
    for name in _VARY:
        varied = content.get(name)
        if isinstance(varied, list):
            yield f"{name}: found a list; write [{name}] with one bracket"
        elif isinstance(varied, Mapping):
            for key, value in varied.items():
                if isinstance(value, Mapping):
                    full, values = _leaf(key, value)
                    yield (
                        f"{name}.{key}: found a table; write the key in quotation marks: "
                        f'"{full}" = {_in_toml(values)}'
                    )


def _leaf(key: str, value: Any) -> tuple[str, Any]:
    while isinstance(value, Mapping) and value:
        step, value = next(iter(value.items()))
        key = f"{key}.{step}"
    return key, value


def _in_toml(value: Any) -> str:
    """Return values as a file would write them, where that is short."""
    values = value if isinstance(value, list) else [value]
    try:
        text = json.dumps(values, ensure_ascii=False)
    except TypeError:  # a date
        return "[...]"
    return text if len(text) <= 60 and "{" not in text and "[[" not in text else "[...]"
