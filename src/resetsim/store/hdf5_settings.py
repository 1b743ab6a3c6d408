"""Settings as JSON: as written, as a number, in which unit."""

from collections.abc import Mapping
from typing import Any

from resetsim.records.setting import Setting


def parts_of(settings: Mapping[str, Setting]) -> dict[str, tuple[Any, ...]]:
    """Return what JSON can hold.

    Parameters
    ----------
    settings
        Settings of an arm, by dotted key.

    Returns
    -------
    dict of tuple
        By key: as written, number, unit.
    """
    return {key: (each.written, each.number, each.unit) for key, each in settings.items()}


def settings_from(parts: Mapping[str, tuple[Any, ...]]) -> dict[str, Setting]:
    """Return the settings of :func:`parts_of`.

    Parameters
    ----------
    parts
        By dotted key: as written, number, unit.

    Returns
    -------
    dict of Setting
        By dotted key.
    """
    return {key: Setting(*each) for key, each in parts.items()}
