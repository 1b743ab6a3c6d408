"""Protocols: the settings of an assay or of learning, from ``[protocol.NAME]`` of a model file."""

from collections.abc import Mapping

from resetsim.declare.model import Model
from resetsim.declare.quantities import Quantity, require_dimension
from resetsim.declare.ranges import Range, between
from resetsim.errors import InputError, nearest

SettingRanges = Mapping[str, Range]
"""Which settings a protocol has, and what each may be."""

DURATION = between("10 ms", "10 min")
PAUSE = between("1 ms", "10 min")
FIRING = between("0.001 Hz", "1000 Hz")
REPEATS = between("0.05 Hz", "500 Hz")
SHARE = between(0.001, 1)


def at_most(count: int) -> Range:
    """Return the range of a setting that counts something.

    Parameters
    ----------
    count
        The largest number.

    Returns
    -------
    Range
        Whole numbers from 1.
    """
    return between(1, count, whole=True)


def protocol_settings(
    model: Model, name: str, needed: SettingRanges, changes: Mapping[str, Quantity]
) -> dict[str, Quantity]:
    """Return the settings of a protocol: the model's, with an experiment's changes.

    Parameters
    ----------
    model
        The system that it is made on.
    name
        Of the protocol.
    needed
        The settings it has.
    changes
        ``[assay.NAME]`` of the experiment.

    Returns
    -------
    dict of Quantity
        By name of the setting.

    Raises
    ------
    InputError
        If a setting is missing, unknown, of another dimension or outside its range.
    """
    declared = model.protocol.get(name)
    if declared is None:
        raise InputError(f"protocol.{name}: missing; {nearest(name, model.protocol)}")
    for setting in needed:
        if setting not in declared:
            raise InputError(f"protocol.{name}.{setting}: missing")
    found = {
        setting: checked_setting(f"protocol.{name}.{setting}", parameter.value, setting, needed)
        for setting, parameter in declared.items()
    }
    return found | {
        setting: checked_setting(f"assay.{name}.{setting}", value, setting, needed)
        for setting, value in changes.items()
    }


def checked_setting(place: str, value: Quantity, setting: str, needed: SettingRanges) -> Quantity:
    """Return the value of a setting, refuse one that is not possible.

    Parameters
    ----------
    place
        Where it stands.
    value
        Any quantity.
    setting
        Its name.
    needed
        The settings that the protocol has.

    Raises
    ------
    InputError
        If the setting is unknown, or its value of another dimension or outside its range.
    """
    if setting not in needed:
        raise InputError(f"{place}: unknown setting; {nearest(setting, needed)}")
    try:
        require_dimension(value, needed[setting].low)
        return needed[setting].check(value)
    except ValueError as error:
        raise InputError(f"{place}: {error}") from None
