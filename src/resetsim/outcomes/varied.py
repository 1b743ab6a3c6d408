"""What varies between the arms of a result, in order and in words."""

import re
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from resetsim.records.result import Array
from resetsim.records.setting import Setting

_PLACE = re.compile(r"\[([0-9]+)\]")
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")


def varied_settings(settings: Iterable[Mapping[str, Setting]]) -> dict[str, tuple[Setting, ...]]:
    """Return the settings that differ.

    Parameters
    ----------
    settings
        Of each arm, all with the same keys.

    Returns
    -------
    dict
        By key, every value found, the smallest first; names in the order of the arms.
    """
    found: dict[str, list[Setting]] = {}
    for one in settings:
        for key, value in one.items():
            values = found.setdefault(key, [])
            if value not in values:
                values.append(value)
    return {key: _ascending(values) for key, values in found.items() if len(values) > 1}


def words(key: str) -> str:
    """Return a dotted key as it stands beside an axis or above a column.

    Parameters
    ----------
    key
        Such as ``patient.injury.residual_rate``.

    Returns
    -------
    str
        Such as ``injury residual rate``, ``frequency (Hz)`` of ``frequency_hz``, or ``second
        treatment dose`` of ``treatment[1].dose``.
    """
    steps = [
        f"{_ordinal(place)} {name}" if place else name
        for name, place in map(_of_list, key.split(".")[-2:])
    ]
    name = " ".join(step for step in steps if step != "mechanisms").replace("_", " ")
    return f"{name.removesuffix(' hz')} (Hz)" if name.endswith(" hz") else name


def described(key: str, value: Setting) -> str:
    """Return a setting as it stands above a panel.

    Parameters
    ----------
    key
        Such as ``patient.injury.residual_rate``.
    value
        Of that key.

    Returns
    -------
    str
        Such as ``injury residual rate 1.4 Hz``.
    """
    return f"{words(key)} {written(value)}"


def all_described(settings: Mapping[str, Setting]) -> str:
    """Return settings as they name an arm; empty without any.

    Parameters
    ----------
    settings
        By dotted key.

    Returns
    -------
    str
        Separated by commas: ``first treatment dose 20 mg/h, second 0 mg/h``; of keys of one table
        the first names it: ``treatment dose 20 mg/h, duration 5 h``.
    """
    said, before = [], ""
    for key, value in settings.items():
        path, place = _of_list(key)
        table, _, name = key.rpartition(".")
        if place and path == _of_list(before)[0]:
            said.append(f"{_ordinal(place)} {written(value)}")
        else:
            same = table and table == before.rpartition(".")[0]
            said.append(described(name if same else key, value))
        before = key
    return ", ".join(said)


def written(value: Setting) -> str:
    """Return a setting as it stands in a label.

    Parameters
    ----------
    value
        Of any key.

    Returns
    -------
    str
        As in the file; numbers without needless decimals.
    """
    text = value.written
    if isinstance(text, bool):
        return "on" if text else "off"
    return f"{text:g}" if isinstance(text, float) else str(text)


def as_numbers(values: Sequence[Setting]) -> tuple[Array, str] | None:
    """Return settings of one key as an array.

    Parameters
    ----------
    values
        At least one.

    Returns
    -------
    array and str, or None
        The numbers and their unit; None for names and switches.
    """
    numbers = [value.number for value in values]
    if None in numbers:
        return None
    return np.array(numbers, dtype=np.float64), values[0].unit


def _of_list(key: str) -> tuple[str, str]:
    """Return a key without its place in a list of the file, and that place, if there is one."""
    found = _PLACE.search(key)
    return _PLACE.sub("", key), found[1] if found else ""


def _ordinal(place: str) -> str:
    number = int(place)
    return _ORDINALS[number] if number < len(_ORDINALS) else f"{number + 1}th"


def _ascending(values: list[Setting]) -> tuple[Setting, ...]:
    measured = as_numbers(values)
    if measured is None:
        return tuple(values)
    return tuple(values[position] for position in np.argsort(measured[0], kind="stable"))
