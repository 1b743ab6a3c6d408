"""The range of a quantity: declared once, beside its type, and refused by name outside it.

A range is far wider than what anybody measured, and narrow enough that everything within it can be
simulated.
"""

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

from resetsim.declare.parameters import Parameter
from resetsim.declare.quantities import (
    Quantity,
    dimension_of,
    parse_quantity,
    si_magnitude,
    units,
    written,
)

End: TypeAlias = str | float
"""An end of a range as files write it: a text with a unit, or a bare number."""


@dataclass(frozen=True)
class Range:
    """What a quantity, or the value of a parameter, may be.

    As an annotation it stands after the one that demands the dimension.

    Attributes
    ----------
    lowest, highest
        The ends, both allowed, as files write them.
    or_zero
        Whether 0 is allowed besides: it means that there is none.
    whole
        Whether it must be a whole number.
    """

    lowest: End
    highest: End
    or_zero: bool = False
    whole: bool = False

    @cached_property  # not read when modules are loaded: a file that is refused needs a few
    def low(self) -> Quantity:
        """The lower end."""
        return _end(self.lowest)

    @cached_property
    def high(self) -> Quantity:
        """The upper end."""
        return _end(self.highest)

    def __str__(self) -> str:
        kind = "a whole number " if self.whole else ""
        none = "0, or " if self.or_zero else ""
        return f"{none}{kind}from {written(self.low)} to {written(self.high)}"

    def check(self, found: Quantity) -> Quantity:
        """Return a quantity that lies in the range, refuse any other.

        Parameters
        ----------
        found
            The quantity in question.

        Returns
        -------
        Quantity
            The same.

        Raises
        ------
        ValueError
            If it does not; the message says what is allowed. A quantity of another dimension has
            another range, or was refused before.
        """
        if dimension_of(found.units) != self._dimension:
            return found
        value, (low, high) = si_magnitude(found), self._ends
        inside = low <= value <= high or math.isclose(value, low) or math.isclose(value, high)
        if (inside or (self.or_zero and value == 0)) and not (self.whole and value % 1):
            return found
        text = written(found) if found.unitless else f"'{written(found)}'"
        raise ValueError(f"found {text}; it must be {self}")

    @cached_property
    def _dimension(self) -> object:
        return dimension_of(self.low.units)

    @cached_property
    def _ends(self) -> tuple[float, float]:
        return si_magnitude(self.low), si_magnitude(self.high)

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self._validated, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        inner = handler(schema)
        if "properties" not in inner:
            return self.narrowed(inner)
        value = self.narrowed(inner["properties"]["value"])
        return {**inner, "properties": {**inner["properties"], "value": value}}

    def narrowed(self, quantity: dict[str, Any]) -> dict[str, Any]:
        """Return the JSON schema of a quantity with this range, in words where it has a unit.

        Parameters
        ----------
        quantity
            Of the dimension alone.
        """
        described = {**quantity, "description": f"{quantity['description']}, {self}"}
        if quantity["type"] == "string":
            return described
        kind = "integer" if self.whole else "number"
        ends = {"minimum": self.low.magnitude, "maximum": self.high.magnitude}
        return {**described, "type": kind, **ends}

    def _validated(self, found: Quantity | Parameter) -> Quantity | Parameter:
        self.check(found.value if isinstance(found, Parameter) else found)
        return found


def between(low: End, high: End, *, or_zero: bool = False, whole: bool = False) -> Range:
    """Return a range.

    Parameters
    ----------
    low, high
        The ends, both allowed.
    or_zero
        Whether 0 is allowed besides.
    whole
        Whether it must be a whole number.

    Returns
    -------
    Range
        To be used as ``Annotated[Quantity, of_dimension("100 h"), between("0 h", "1 year")]``.
    """
    return Range(low, high, or_zero, whole)


def _end(end: End) -> Quantity:
    return parse_quantity(end) if isinstance(end, str) else units.Quantity(end, "")
