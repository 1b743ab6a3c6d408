"""Numbers that say where they come from, as model and drug files write them: one table each."""

import re
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import AfterValidator, Field, GetCoreSchemaHandler, GetJsonSchemaHandler, JsonValue
from pydantic_core import CoreSchema, core_schema

from resetsim.declare.quantities import AnyQuantity, require_dimension, si_magnitude, units
from resetsim.declare.validation import Spec, Text, shown

_STATUS = r"measured|estimated|derived|fitted to \S.*"
_STATUS_SCHEMA: dict[str, JsonValue] = {
    "pattern": f"^(?:{_STATUS})$",
    "examples": ["measured", "estimated", "derived", "fitted to V01"],
}


def _known_status(status: str) -> str:
    if re.fullmatch(_STATUS, status):
        return status
    raise ValueError(
        f"found {shown(status)}; it must be 'measured', 'estimated', 'derived' or 'fitted to ...'"
    )


class Parameter(Spec):
    """A number of a model, with its unit and where it comes from.

    Parameters
    ----------
    value
        A string with a unit, or a bare number where there is no dimension.
    source
        The publication or argument behind the number.
    status
        ``measured``, ``estimated``, ``derived``, or ``fitted to`` followed by what.
    note
        Whatever a reader should know besides.
    """

    value: AnyQuantity
    source: Text
    status: Annotated[str, AfterValidator(_known_status), Field(json_schema_extra=_STATUS_SCHEMA)]
    note: str = ""

    @property  # not cached: a copy with another value would keep the old one
    def si_value(self) -> float:
        """The value in SI base units."""
        return si_magnitude(self.value)


@dataclass(frozen=True)
class ParameterDimension:
    """What demands a dimension of a parameter, as an annotation.

    Attributes
    ----------
    unit
        Of that dimension, such as ``pF``; empty for a dimensionless parameter.
    """

    unit: str

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self._check, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        from resetsim.declare.unit_patterns import number_schema, quantity_schema

        table = handler.resolve_ref_schema(handler(schema))
        value = quantity_schema((f"1 {self.unit}",)) if self.unit else number_schema()
        return {**table, "properties": {**table["properties"], "value": value}}

    def _check(self, parameter: Parameter) -> Parameter:
        require_dimension(parameter.value, units.Quantity(1.0, self.unit))
        return parameter


def parameter_of(unit: str) -> ParameterDimension:
    """Return the annotation that demands a dimension of a parameter.

    Parameters
    ----------
    unit
        A unit of that dimension, such as ``pF``; empty for a dimensionless parameter.

    Returns
    -------
    ParameterDimension
        To be used as ``Annotated[Parameter, parameter_of("pF")]``.
    """
    return ParameterDimension(unit)
