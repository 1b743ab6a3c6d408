"""Protocols: the settings of an assay or of learning, from ``[protocol.NAME]`` of a model file."""

from collections.abc import Mapping

from resetsim.errors import InputError, nearest
from resetsim.spec.model import Model
from resetsim.spec.quantities import Quantity, require_dimension, units, written

SettingUnits = Mapping[str, str]
"""Which settings a protocol has: name to a unit of its dimension, empty for a bare number."""


def protocol_settings(
    model: Model, name: str, needed: SettingUnits, changes: Mapping[str, Quantity]
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
        By setting.

    Raises
    ------
    InputError
        If a setting is missing, unknown, of another dimension or not positive.
    """
    declared = model.protocol.get(name)
    if declared is None:
        raise InputError(f"protocol.{name}: missing; {nearest(name, model.protocol)}")
    for setting in needed:
        if setting not in declared:
            raise InputError(f"protocol.{name}.{setting}: missing")
    found = {
        setting: _checked(f"protocol.{name}.{setting}", parameter.value, setting, needed)
        for setting, parameter in declared.items()
    }
    return found | {
        setting: _checked(f"assay.{name}.{setting}", value, setting, needed)
        for setting, value in changes.items()
    }


def _checked(place: str, value: Quantity, setting: str, needed: SettingUnits) -> Quantity:
    if setting not in needed:
        raise InputError(f"{place}: unknown setting; {nearest(setting, needed)}")
    try:
        require_dimension(value, units.Quantity(1.0, needed[setting]))
    except ValueError as error:
        raise InputError(f"{place}: {error}") from None
    if value.magnitude <= 0:
        raise InputError(f"{place}: found '{written(value)}'; it must be more than 0")
    return value
