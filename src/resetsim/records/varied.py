"""What varies between the arms of a result, in words and as numbers."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pint

from resetsim.declare.quantities import parse_quantity, units
from resetsim.records.result import Array

Value = str | float | bool
"""A setting as written: a quantity, a number, a name, or whether something acts."""


def varied_settings(settings: Iterable[Mapping[str, Value]]) -> dict[str, tuple[Value, ...]]:
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
    found: dict[str, list[Value]] = {}
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
        Such as ``injury residual rate``, or ``frequency (Hz)`` of ``frequency_hz``.
    """
    steps = key.split(".")[-2:]
    name = " ".join(step for step in steps if step != "mechanisms").replace("_", " ")
    return f"{name.removesuffix(' hz')} (Hz)" if name.endswith(" hz") else name


def described(key: str, value: Value) -> str:
    """Return a setting as it stands above a panel.

    Parameters
    ----------
    key
        Such as ``patient.injury.residual_rate``.
    value
        As written.

    Returns
    -------
    str
        Such as ``injury residual rate 1.4 Hz``.
    """
    return f"{words(key)} {written(value)}"


def written(value: Value) -> str:
    """Return a setting as it stands in a label.

    Parameters
    ----------
    value
        As in the file.

    Returns
    -------
    str
        Numbers without needless decimals.
    """
    if isinstance(value, bool):
        return "on" if value else "off"
    return f"{value:g}" if isinstance(value, float) else str(value)


def as_numbers(values: Sequence[Value]) -> tuple[Array, str] | None:
    """Return settings as numbers in one unit.

    Parameters
    ----------
    values
        As written.

    Returns
    -------
    array and str, or None
        The numbers and their unit (hours where times are written in several units; empty for
        bare numbers); None where the values are names or of different dimensions.
    """
    if any(isinstance(value, bool) for value in values):
        return None
    try:
        quantities = [
            parse_quantity(value) if isinstance(value, str) else units.Quantity(float(value), "")
            for value in values
        ]
        unit = quantities[0].units
        if any(quantity.units != unit for quantity in quantities) and quantities[0].check("[time]"):
            unit = units.hour
        return np.array([quantity.to(unit).magnitude for quantity in quantities]), f"{unit:~C}"
    except (ValueError, pint.DimensionalityError):
        return None


def _ascending(values: list[Value]) -> tuple[Value, ...]:
    measured = as_numbers(values)
    if measured is None:
        return tuple(values)
    return tuple(values[position] for position in np.argsort(measured[0], kind="stable"))
