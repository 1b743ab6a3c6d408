"""Walking a grammar: which keys a table of a file may have, told from its pydantic model."""

import re
from collections.abc import Iterator, Mapping, Sequence
from types import UnionType
from typing import Annotated, Any, Union, cast, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

Place = tuple[str | int, ...]
"""Where a value stands in a file: keys, and positions in lists."""

_UNIONS = (Union, UnionType)


def dotted(place: Sequence[str | int]) -> str:
    """Return a place as a reader would write it.

    Parameters
    ----------
    place
        Keys and positions, outermost first.

    Returns
    -------
    str
        For example ``treatment[0].duration``.
    """
    text = ""
    for step in place:
        if isinstance(step, int):
            text += f"[{step}]"
        else:
            bare = re.fullmatch(r"[A-Za-z0-9_-]+", step)
            text += ("." if text else "") + (step if bare else f"{step!r}")
    return text


def keys_of(grammar: object) -> tuple[str, ...] | None:
    """Return the keys that a table may have.

    Parameters
    ----------
    grammar
        The annotation of the table: a model, or anything else.

    Returns
    -------
    tuple of str or None
        Empty for what is no table, None for a table with free keys.
    """
    match bare(grammar):
        case type() as model if issubclass(model, BaseModel):
            return tuple(field.alias or name for name, field in model.model_fields.items())
        case table if get_origin(table) is Mapping or get_origin(table) is dict:
            return None
    return ()


def is_list(grammar: object) -> bool:
    """Say whether an annotation stands for a TOML list.

    Parameters
    ----------
    grammar
        The annotation.

    Returns
    -------
    bool
        True for a tuple.
    """
    return get_origin(bare(grammar)) is tuple


def inside(grammar: object, step: str | int) -> object:
    """Return the annotation of what stands under one key or position.

    Parameters
    ----------
    grammar
        The annotation of a table or list.
    step
        The key or position.

    Returns
    -------
    object
        An annotation, None if the grammar has nothing there.
    """
    outer = bare(grammar)
    if isinstance(outer, type) and issubclass(outer, BaseModel):
        field = field_of(outer, str(step))
        return field and field.annotation
    arguments = get_args(outer)
    if not arguments:
        return None
    return arguments[0] if is_list(outer) else arguments[-1]


def keys_ending_in(grammar: object, name: str, above: str = "") -> Iterator[str]:
    """Yield the dotted keys of tables and values of one name, wherever they stand.

    Parameters
    ----------
    grammar
        The annotation of the table to look in.
    name
        The last key.
    above
        Of the table itself.
    """
    if is_list(grammar):
        grammar = inside(grammar, 0)
    for key in keys_of(grammar) or ():
        if key == name:
            yield f"{above}{key}"
        yield from keys_ending_in(inside(grammar, key), name, f"{above}{key}.")


def ends_of(table: object, step: str | int) -> tuple[float, float] | None:
    """Return the ends of the numbers that a key, or an entry of a list, may be.

    Parameters
    ----------
    table
        The annotation of the table or list.
    step
        The key or position.

    Returns
    -------
    tuple of float or None
        None where it has not both ends.
    """
    allowed = list(constraints_on(table, step))
    low = [each.ge for each in allowed if getattr(each, "ge", None) is not None]
    high = [each.le for each in allowed if getattr(each, "le", None) is not None]
    return (low[-1], high[-1]) if low and high else None


def constraints_on(table: object, step: str | int) -> Iterator[Any]:
    """Yield what pydantic adds to the type of a key, or of an entry of a list.

    Parameters
    ----------
    table
        The annotation of the table or list.
    step
        The key or position.
    """
    if (field := field_of(table, str(step))) is not None:
        yield from field.metadata
    yield from _constraints(inside(table, step))


def field_of(table: object, key: str) -> FieldInfo | None:
    """Return what declares a key of a table, None where the grammar has no such key."""
    model = bare(table)
    if not (isinstance(model, type) and issubclass(model, BaseModel)):
        return None
    for name, field in model.model_fields.items():
        if key == (field.alias or name):
            return field
    return None


def _constraints(annotation: object) -> Iterator[Any]:
    """Yield what pydantic adds to a type, or to the one beside ``None``."""
    for each in get_args(annotation) if get_origin(annotation) in _UNIONS else (annotation,):
        if get_origin(each) is Annotated:
            for added in get_args(each)[1:]:
                yield from getattr(added, "metadata", (added,))


def locate(grammar: object, location: Sequence[str | int]) -> tuple[Place, object]:
    """Return where in a file pydantic found a problem, and the annotation of that place.

    Parameters
    ----------
    grammar
        The model of the whole file.
    location
        The ``loc`` of a pydantic error; at a discriminated union it has the tag as a step, which
        no file has.

    Returns
    -------
    place, annotation
        The place without such tags, and what the grammar has there, or None.
    """
    place: Place = ()
    for step in location:
        if tagged := _tagged_choice(grammar, step):
            grammar = tagged
        else:
            place += (step,)
            grammar = inside(grammar, step)
    return place, grammar


def _tagged_choice(grammar: object, tag: str | int) -> type[BaseModel] | None:
    outer = get_args(grammar)[0] if get_origin(grammar) is Annotated else grammar
    if get_origin(outer) not in _UNIONS:
        return None
    for choice in get_args(outer):
        fields = getattr(choice, "model_fields", {}).values()
        if any(tag in get_args(field.annotation) for field in fields):
            return cast(type[BaseModel], choice)
    return None


def bare(annotation: object) -> object:
    """Return a type without what pydantic adds to it: constraints and ``| None``."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return bare(get_args(annotation)[0])
    if origin in _UNIONS:
        present = [choice for choice in get_args(annotation) if choice is not type(None)]
        return bare(present[0])
    return annotation
