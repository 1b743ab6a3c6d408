"""Every parameter of a result: value, status, and the source that its file gives."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import NamedTuple

_STATUS = re.compile(r"(.*) \((measured|estimated|derived|fitted to [^()]*)\)", re.DOTALL)


class ParameterRow(NamedTuple):
    """One line of the table; status and source are empty of what is a setting, not a number."""

    name: str
    value: str
    status: str
    source: str


def parameter_rows(
    parameters: Mapping[str, str], texts: Mapping[str, str]
) -> Iterator[ParameterRow]:
    """Yield a line for each parameter.

    Parameters
    ----------
    parameters
        Of a result: by dotted name, value and status.
    texts
        The files that it was made from; a file that is not TOML gives no source.
    """
    declared = [
        (file.partition(".")[0], name, each)
        for file, text in texts.items()
        for name, each in _declared(_toml(text))
    ]
    sources: dict[tuple[str, str], dict[str, str]] = {}
    for file, name, each in declared:
        sources.setdefault((name, str(each["status"])), {})[file] = str(each.get("source", ""))
    for name, said in parameters.items():
        found = _STATUS.fullmatch(said)
        if found is None:
            yield ParameterRow(name, said, "", "")
            continue
        value, status = found.groups()
        system, _, path = name.rpartition(": ")[2].partition(".")
        by_file = sources.get((path, status), {})
        # A model file of one's own has any name; what another system's file says is not of this.
        default = next(iter(by_file.values())) if len(by_file) == 1 else ""
        yield ParameterRow(name, value, status, by_file.get(system, default))


def _toml(text: str) -> object:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return {}


def _declared(value: object, name: str = "") -> Iterator[tuple[str, Mapping[str, object]]]:
    """Yield the tables that declare a number, by dotted name."""
    if isinstance(value, dict):
        if "value" in value and "status" in value:
            yield name, value
            return
        for key, inner in value.items():
            yield from _declared(inner, f"{name}.{key}".lstrip("."))
    elif isinstance(value, list):
        for inner in value:
            if isinstance(inner, dict) and "source" in inner and "target" in inner:
                yield from _declared(inner, f"{name}.{inner['source']}_to_{inner['target']}")
