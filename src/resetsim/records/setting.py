"""The value that an arm has for a varied key."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Setting:
    """The value of a varied key in one arm.

    Attributes
    ----------
    written
        As in the file: a quantity with its unit, a number, a name, or whether something acts.
    number
        The same as a number in ``unit``; None for names and switches.
    unit
        One for all arms of the experiment; empty for bare numbers and for names.
    """

    written: str | float | bool
    number: float | None = None
    unit: str = ""


Settings = dict[str, Setting]
"""By dotted key."""
