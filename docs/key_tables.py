"""Every key of a kind of file, as tables for the reference, from its JSON schema."""

import json
import re
from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]

NAME = "NAME"
"""Stands for a name that the file gives."""

_VARY = ("vary", "vary_together")
_HEAD = "\n| key | meaning | value | where it is left out |\n| --- | --- | --- | --- |"
_LEFT_OUT, _DRAWN = "Where it is left out: ", "In a cohort a distribution"


def key_tables(schema: Schema) -> str:
    """Return a page's sections: one for each table of the file, a row for each of its keys.

    Parameters
    ----------
    schema
        As in ``schemas/``.
    """
    required = {place for part in (schema, *schema.get("allOf", ())) for place in _required(part)}
    lines = list(_table(schema, (), "Top of the file", required))
    drawn = schema.get("definitions", {}).get("distribution", {})
    for kind in drawn.get("oneOf", ()):
        place = (f"distribution {kind['properties']['distribution']['const']}",)
        inner = {(*place, key) for key in kind["required"]}
        lines += _table(kind, place, f"A distribution: {place[0].split()[1]}", inner)
    return "\n".join(lines)


def _required(part: Schema, place: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield every place that the file must have, unless something else says it."""
    part = part.get("else", part)
    for key in part.get("required", ()):
        yield *place, key
    for key, inner in part.get("properties", {}).items():
        yield from _required(inner, (*place, key))
    for inner in _entries(part):
        yield from _required(inner, place if "items" in part else (*place, NAME))


def _entries(part: Schema) -> list[Schema]:
    """Return what the entries of a list, or of a table of free names, may be."""
    entry = part.get("items") or part.get("additionalProperties") or {}
    return entry.get("oneOf", [entry]) if entry else []


def _table(
    part: Schema, place: tuple[str, ...], heading: str, required: set[tuple[str, ...]]
) -> Iterator[str]:
    """Yield the section of a table, and those of the tables in it."""
    keys = part["properties"]
    rows = [key for key, each in keys.items() if not _is_table(each)]
    tables = [key for key in keys if key not in rows]
    needed = " Required." if place in required else ""
    yield f"\n## {heading}\n\n{part['description']}{needed}"
    if rows:
        yield _HEAD
    for key in rows:
        yield _row(key, keys[key], (*place, key) in required)
    for key in tables:
        yield from _tables(keys[key], (*place, key), required)


def _is_table(part: Schema) -> bool:
    if {"value", "status"} <= part.get("properties", {}).keys():  # a parameter
        return False
    return part.get("type") == "object" or any(
        map(_is_table, [*_entries(part), *part.get("anyOf", ())])
    )


def _tables(part: Schema, place: tuple[str, ...], required: set[tuple[str, ...]]) -> Iterator[str]:
    """Yield the sections of a table, of a list of tables, or of tables with free names."""
    name = ".".join(place)
    if place[-1] in _VARY:
        yield f"\n## `[{name}]`\n\n{part['description']}"
    elif "anyOf" in part:
        words = [f'`"{each}"`' for one in part["anyOf"] for each in one.get("enum", ())]
        (table,) = (one for one in part["anyOf"] if "properties" in one)
        says = {"description": f"{part['description']} Or {' or '.join(words)}."}
        yield from _table({**table, **says}, place, f"`[{name}]`", required)
    elif part.get("type") == "array":
        yield from _table(part["items"], place, f"`[[{name}]]`", required)
    elif "properties" in part:
        yield from _table(part, place, f"`[{name}]`", required)
    else:
        for entry in _entries(part):
            yield from _free(entry, (*place, NAME), required)


def _free(part: Schema, place: tuple[str, ...], required: set[tuple[str, ...]]) -> Iterator[str]:
    """Yield the section of a table whose name is the file's to choose."""
    heading = f"`[{'.'.join(place)}]`"
    if "properties" not in part:  # keys are free too
        yield f"\n## {heading}\n{_HEAD}"
        yield "| `KEY` | A setting of the assay, or of learning. | A parameter. | – |"
        return
    kinds = _words(part["properties"].get("kind", {}))
    yield from _table(
        part, place, f"{heading}{', ' if kinds else ''}{' or '.join(kinds)}", required
    )


def _words(part: Schema) -> list[str]:
    """Return the fixed words of which one must stand there, if so."""
    return [part["const"]] if "const" in part else part.get("enum", [])


def _row(key: str, part: Schema, required: bool) -> str:
    says = part.get("description", "").split("\n\n")
    drawn = "Or a distribution." if any(each.startswith(_DRAWN) for each in says) else ""
    left_out = [each.removeprefix(_LEFT_OUT) for each in says if each.startswith(_LEFT_OUT)]
    words = [each for each in says if not each.startswith((_DRAWN, _LEFT_OUT))]
    meaning, value = words
    if fixed := _words(part):
        value = " or ".join(map(json.dumps, fixed))
    default = f"`{left_out[0].removesuffix('.')}`" if left_out else "required" if required else "–"
    value = re.sub(r'("[^"]*")', r"`\1`", value)  # else they become typographic quotation marks
    return f"| `{key}` | {meaning} | {f'{value} {drawn}'.strip()} | {default} |"
