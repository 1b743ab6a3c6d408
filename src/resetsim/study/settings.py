"""What varies between arms, as values with units."""

from collections.abc import Mapping, Sequence

from resetsim.declare.variations import in_one_unit
from resetsim.records.setting import Setting


def settings_of(
    arms: Sequence[Mapping[str, str | int | float | bool]],
) -> list[dict[str, Setting]]:
    """Return the settings of each arm, those of a key in one unit.

    Parameters
    ----------
    arms
        For each arm the varied keys and its values, as written; the same keys in all.

    Returns
    -------
    list of dict
        For each arm, by key.
    """
    settings: list[dict[str, Setting]] = [{} for _ in arms]
    for key in arms[0] if arms else ():
        written = [arm[key] for arm in arms]
        measured = in_one_unit(written)
        for row, (each, value) in enumerate(zip(settings, written, strict=True)):
            each[key] = (
                Setting(value, measured[0][row], measured[1]) if measured else Setting(value)
            )
    return settings
