"""From the tables of a file to a frozen object, or to one message that says what to change."""

import json
import re
from collections.abc import Container, Iterable, Mapping, Sized
from pathlib import Path
from textwrap import indent
from typing import Annotated, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, ValidationError
from pydantic_core import ErrorDetails

from resetsim.declare.examples import example_of
from resetsim.declare.grammar import Place, dotted, ends_of, keys_of, locate
from resetsim.errors import InputError, nearest

_MOST_SHOWN = 5

Model = TypeVar("Model", bound=BaseModel)

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Spec(BaseModel):
    """A frozen object read from a table of a file; unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


def _not_empty(entries: Sized) -> Sized:
    if entries:
        return entries
    raise ValueError("found an empty list; it needs at least one entry")


not_empty = AfterValidator(_not_empty)
"""Unlike a shortest length, it does not complain of a list whose entries are wrong."""


def validated(
    model: type[Model], content: Mapping[str, object], where: str, folder: Path | None = None
) -> Model:
    """Return the object that a file describes.

    Parameters
    ----------
    model
        The grammar of the file.
    content
        The file's tables.
    where
        What a message names first: the file, and the arm where there are several.
    folder
        The folder that file names inside the file start from.

    Returns
    -------
    Model
        The validated object.

    Raises
    ------
    InputError
        If the content breaks the grammar; the message lists the first five problems, each with
        its key, what was found and what is allowed.
    """
    try:
        return model.model_validate(content, context={"folder": folder})
    except ValidationError as error:
        details = error.errors(include_url=False)
    raise InputError(report(where, _lines(details, model)))


def refuse_values(
    model: type[Model],
    content: Mapping[str, object],
    places: Container[Place],
    where: str,
    folder: Path | None = None,
) -> None:
    """Refuse single values that are impossible whatever stands beside them.

    Parameters
    ----------
    model, content, where, folder
        As :func:`validated` takes them; what is wrong elsewhere in the content does not matter.
    places
        Of the values.

    Raises
    ------
    InputError
        If the grammar does not allow a value; the message is that of :func:`validated`.
    """
    try:
        model.model_validate(content, context={"folder": folder})
    except ValidationError as error:
        details = [
            detail
            for detail in error.errors(include_url=False)
            if detail["type"] != "missing" and locate(model, detail["loc"])[0] in places
        ]
        if details:
            raise InputError(report(where, _lines(details, model))) from None


def _lines(details: Iterable[ErrorDetails], model: type[BaseModel]) -> list[str]:
    problems = [(detail["type"], _problem(detail, model)) for detail in details]
    return [
        line
        for kind, problem in problems
        for line in (problem.splitlines() if kind == "value_error" else [problem])
    ]


def report(where: str, problems: list[str]) -> str:
    """Return the message for a file with problems.

    Parameters
    ----------
    where
        The file.
    problems
        At least one.

    Returns
    -------
    str
        One line for one problem; otherwise one line for each of the first five.
    """
    if len(problems) == 1:
        return f"{where}: {problems[0]}"
    lines = [f"{where}: {len(problems)} problems", *problems[:_MOST_SHOWN]]
    if len(problems) > _MOST_SHOWN:
        lines.append(f"and {len(problems) - _MOST_SHOWN} more")
    return "\n  ".join(lines)


def shown(value: object) -> str:
    """Return what was found in a file, short enough for a message.

    Parameters
    ----------
    value
        Any TOML value.

    Returns
    -------
    str
        Tables and lists by their kind, all else as written.
    """
    match value:
        case Mapping():
            return "a table"
        case list():
            return "a list"
        case bool():
            return str(value).lower()
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _problem(detail: ErrorDetails, model: type[BaseModel]) -> str:
    place, _ = locate(model, detail["loc"])
    message = _what_is_wrong(detail, model)
    return f"{dotted(place)}: {message}" if place else message


def _instead(detail: ErrorDetails) -> str:
    """Return what to write for a value of another type, or a share in percent."""
    found, kind = detail["input"], detail["type"]
    if isinstance(found, str) and (percent := re.fullmatch(r"\s*([0-9.]+)\s*%\s*", found)):
        return f", without %: {float(percent[1]) / 100:g}"
    if kind.startswith(("float_", "int_")) and isinstance(found, str):
        number = re.fullmatch(r"\s*([+-]?[0-9]+(?:\.[0-9]+)?)\s*", found)
        return f", without quotation marks: {number[1]}" if number else ""
    if kind == "int_type" and isinstance(found, float) and found.is_integer():
        return f": {found:.0f}"
    if kind == "bool_type":
        return ": true or false, without quotation marks"
    if kind == "less_than_equal" and detail["ctx"]["le"] == 1 and 1 < found <= 100:
        return f": a share, such as {found / 100:g} for {found:g} %"
    return ""


def _ends(detail: ErrorDetails, model: type[BaseModel]) -> tuple[float, float] | None:
    *above, last = detail["loc"]
    return ends_of(locate(model, above)[1], last)


def _what_is_wrong(detail: ErrorDetails, model: type[BaseModel]) -> str:
    found = detail["input"]
    match detail["type"]:
        case "missing":
            place, table = locate(model, detail["loc"][:-1])
            above = [str(step) for step in place if not isinstance(step, int)]
            example = example_of(table, str(detail["loc"][-1]), above)
            on_line = f" {example}" if "\n" not in example else f"\n{indent(example, ' ' * 4)}"
            return f"missing, but required, such as{on_line}"
        case "extra_forbidden":
            _, table = locate(model, detail["loc"][:-1])
            key = str(detail["loc"][-1])
            if key in (keys_of(model) or ()):
                return (
                    f"unknown key; '{key}' belongs to the top of the file, above the first [table]"
                )
            return f"unknown key; {nearest(key, keys_of(table) or ())}"
        case "value_error":
            return str(detail["ctx"]["error"])
        case "model_type" | "dict_type" | "mapping_type" | "model_attributes_type":
            return f"found {shown(found)}; a table is needed"
        case "tuple_type" | "list_type":
            bracketed = f": [{json.dumps(found)}]" if isinstance(found, str | int | float) else ""
            return f"found {shown(found)}; a list is needed, in square brackets{bracketed}"
        case "less_than_equal" | "greater_than_equal" if ends := _ends(detail, model):
            low, high = ends
            return (
                f"found {shown(found)}; it must be from {low:.12g} to {high:.12g}{_instead(detail)}"
            )
    return what_should_be(detail, _instead(detail))


def what_should_be(detail: ErrorDetails, instead: str = "") -> str:
    """Return what Pydantic says of a value, about that value.

    Parameters
    ----------
    detail
        One of its errors.
    instead
        What to write in its place.
    """
    message = detail["msg"].removesuffix(" after validation, not 0")
    if should := re.fullmatch(r"\w+ (should .*)", message, re.DOTALL):
        return f"found {shown(detail['input'])}; it {should[1]}{instead}"
    return message
