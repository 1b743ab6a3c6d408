"""What a JSON schema says of a quantity: a pattern of its text, and words for a reader.

Imported only while a schema is made. A pattern matches whatever the grammar takes, and refuses what
needs no arithmetic: a missing unit, and a single unit of another dimension.
"""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from resetsim.declare import quantities
from resetsim.declare.quantities import (
    NUMBER,
    UNIT_NAME,
    describe,
    dimension_of,
    parse_quantity,
    units,
)

_OF_SEVERAL = r".*[*/·^²³].*"


def quantity_schema(examples: tuple[str, ...]) -> dict[str, Any]:
    """Return the JSON schema of a text with a unit.

    Parameters
    ----------
    examples
        A quantity of each dimension that is allowed.
    """
    wanted = [parse_quantity(example) for example in examples]
    alternatives = [*dict.fromkeys(filter(None, map(_unit_pattern, examples))), *_several(examples)]
    kinds = " or ".join(describe(each) for each in wanted)
    shown = " or ".join(f'"{example}"' for example in examples)
    return {
        "type": "string",
        "pattern": rf"^\s*{NUMBER}\s*(?:{'|'.join(alternatives)})\s*$",
        "examples": list(examples),
        "description": f"{kinds}, such as {shown}",
    }


def any_quantity_schema() -> dict[str, Any]:
    """Return the JSON schema of a quantity of any dimension."""
    text = rf"^\s*{NUMBER}\s*(?:{UNIT_NAME}|{_OF_SEVERAL})\s*$"
    return {
        "type": ["number", "string"],
        "pattern": text,
        "description": "a quantity with its unit, or a bare number where there is none",
    }


def number_schema() -> dict[str, Any]:
    """Return the JSON schema of a quantity without a unit."""
    return {"type": "number", "description": "a number"}


def _several(examples: tuple[str, ...]) -> Iterator[str]:
    """Yield patterns of units that several names make up.

    Where every example is something per time, so is a quotient: a dose has to say per what time.
    """
    if all(re.search(r"[A-Za-z]/(?:.*/)?(?:s|h|min|day)$", example) for example in examples):
        yield rf".*/\s*{_alone('s')}(?:\s*/.*)?"
        yield r".*[*·^²³].*"
    else:
        yield _OF_SEVERAL


def _unit_pattern(example: str) -> str:
    return _alone(f"{parse_quantity(example).units:~C}")


@cache
def _alone(unit: str) -> str:
    """Return the pattern of single units of a dimension, with their prefixes; empty for none."""
    wanted = dimension_of(units.Unit(unit))
    names = [name for name in units if re.fullmatch(UNIT_NAME, name)]
    fitting = [name for name in names if dimension_of(units.Unit(name)) == wanted]
    own = [name for name in fitting if name not in _prefixed(fitting)]
    if not own:
        return ""
    longest_first = sorted(own, key=lambda name: (-len(name), name))
    return f"(?:{'|'.join(_prefixes())})?(?:{'|'.join(longest_first)})s?"


def _prefixed(names: list[str]) -> set[str]:
    """Return the units that the registry made for itself, such as the kilogram."""
    return {prefix + name for prefix in _prefixes() for name in names if len(name) > 1}


@cache
def _prefixes() -> tuple[str, ...]:
    found: list[str] = []
    for line in Path(quantities.__file__).with_name("units.txt").read_text("utf-8").splitlines():
        if re.match(r"\w+- = ", line):
            found += [part.removesuffix("-") for part in line.split(" = ") if part.endswith("-")]
    return tuple(sorted(found, key=lambda prefix: (-len(prefix), prefix)))
