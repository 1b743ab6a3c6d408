"""Who the patients of a cohort are: the file of a population that an experiment names."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from resetsim.declare.distributions import is_distribution
from resetsim.declare.files import find_file, read_toml
from resetsim.errors import InputError, nearest

OF_POPULATIONS = ("description", "cohort", "patient", "plasticity", "trial")
"""Tables that a file of a population may have."""


def with_population(content: Mapping[str, Any], path: Path) -> Mapping[str, Any]:
    """Return the tables of an experiment with those of its population where it has none.

    Parameters
    ----------
    content
        The tables of the file.
    path
        The file.

    Returns
    -------
    Mapping
        A key of the experiment stands instead of the population's of the same name.

    Raises
    ------
    InputError
        If there is no such population, or its file says anything else than who the patients are.
    """
    named = content.get("population")
    if not isinstance(named, str):
        return content
    try:
        file = find_file(named, "population", path.parent)
    except InputError as error:
        raise InputError(f"{path}: population: {error}") from None
    tables = read_toml(file)
    if unknown := [key for key in tables if key not in OF_POPULATIONS]:
        raise InputError(f"{file}: {unknown[0]}: {nearest(unknown[0], OF_POPULATIONS)}")
    return _over(content, {key: each for key, each in tables.items() if key != "description"})


def _over(own: Mapping[str, Any], others: Mapping[str, Any]) -> dict[str, Any]:
    """Return tables with what others have besides; a distribution is one value."""
    merged = dict(own)
    for key, value in others.items():
        if key not in own:
            merged[key] = value
        elif all(isinstance(e, Mapping) and not is_distribution(e) for e in (own[key], value)):
            merged[key] = _over(own[key], value)
    return merged
