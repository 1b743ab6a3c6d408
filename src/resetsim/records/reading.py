"""One number that an assay gives."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Reading:
    """A row of ``assays.csv``.

    Attributes
    ----------
    population, quantity
        What was measured.
    value, unit
        The number.
    standard_error
        Of the value, same unit; not a number where there is only one.
    n
        How many cells or patterns it is a mean of.
    x, x_unit
        Where along the assay: stimulus number, stimulus strength, pattern, ...
    columns
        What else varies inside the assay, by column name.
    """

    population: str
    quantity: str
    value: float
    unit: str
    standard_error: float
    n: int
    x: float
    x_unit: str
    columns: Mapping[str, float] = field(default_factory=dict)
