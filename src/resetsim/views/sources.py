"""Where a model's numbers come from, as its file says."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Source:
    """Where one number comes from.

    Attributes
    ----------
    file, parameter
        Where it stands.
    value, status, source
        As written there.
    """

    file: str
    parameter: str
    value: str
    status: str
    source: str


def sources(texts: Mapping[str, str]) -> list[Source]:
    """Return every parameter that carries a source.

    Parameters
    ----------
    texts
        TOML files, by name.

    Returns
    -------
    list of Source
        In the order of the files.
    """
    return [found for file, text in texts.items() for found in _walk(file, "", tomllib.loads(text))]


def _walk(file: str, name: str, node: object) -> Iterator[Source]:
    if isinstance(node, list):
        for position, member in enumerate(node):
            yield from _walk(file, f"{name}[{position}]", member)
    elif isinstance(node, dict) and {"value", "status", "source"} <= node.keys():
        yield Source(file, name, str(node["value"]), str(node["status"]), str(node["source"]))
    elif isinstance(node, dict):
        for key, member in node.items():
            yield from _walk(file, f"{name}.{key}".removeprefix("."), member)
