"""Quantities with units: how files write them, and the types that demand a dimension.

Nothing here converts: an object keeps the unit that its file used.
"""

import copyreg
import math
import re
import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, TypeAlias

import pint
from pydantic import AllowInfNan, Field, GetCoreSchemaHandler, GetJsonSchemaHandler, Strict
from pydantic_core import CoreSchema, core_schema

from resetsim.declare.validation import shown

Quantity: TypeAlias = pint.Quantity[float]

units: pint.UnitRegistry[float] = pint.UnitRegistry(Path(__file__).with_name("units.txt"))
units.default_system = "SI"  # base units have kilograms, not grams
units.formatter.default_sort_func = None  # "mg/kg/h" is shown as written, not sorted
# A worker process that unpickles a quantity must get it in this registry. Pint would take the one
# of the whole application, which is not ours to set.
copyreg.pickle(units.Quantity, lambda each: (_unpickled, (each.magnitude, dict(each.unit_items()))))

Number = Annotated[float, Strict(), AllowInfNan(False)]
Fraction = Annotated[Number, Field(ge=0, le=1)]
Count = Annotated[int, Strict(), Field(ge=1)]
Seed = Annotated[int, Strict(), Field(ge=0, lt=2**63)]

NUMBER = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
UNIT_NAME = r"[A-Za-zµμΩ°]+"
_POWER = r"(?:(?:\*\*|\^)-?[0-9]|[²³])"
_FACTOR = rf"{UNIT_NAME}{_POWER}?"
_UNIT = rf"(?:1\s*/\s*)?{_FACTOR}(?:\s*[*/·]\s*{_FACTOR})*"
_QUANTITY = re.compile(rf"\s*({NUMBER})\s*({_UNIT})\s*")

_DIMENSIONS = {
    "s": "a time",
    "Hz": "a frequency",
    "mg/kg": "a dose per body weight",
    "mg/kg/h": "a dose per body weight and time",
    "mg/h": "a dose per time",
    "V": "a voltage",
    "A": "a current",
    "C": "a charge",
    "F": "a capacitance",
    "S": "a conductance",
    "ohm": "a resistance",
    "g": "a mass",
    "m": "a length",
    "m/s": "a velocity",
    "L": "a volume",
    "L/h": "a flow",
    "M": "a concentration",
    "g/L": "a mass concentration",
    "K": "a temperature",
    "L/kg": "a volume per body weight",
    "g/mol": "a molar mass",
    "1/mV": "a steepness over voltage",
    "Hz/S": "a rate per conductance",
    "N": "a force",
    "Pa": "a pressure",
}


_NO_UNIT = units.Unit("")
_HOUR = units.Quantity(1.0, "h")


def _unpickled(magnitude: float, powers: dict[str, float]) -> Quantity:
    return units.Quantity(magnitude, units.UnitsContainer(powers))


@lru_cache(maxsize=4096)  # arms repeat the same texts
def parse_quantity(text: str) -> Quantity:
    """Read a number with a unit, such as ``100 h`` or ``5 mg/kg/h``.

    Parameters
    ----------
    text
        A finite decimal number, then a product or quotient of units from ``units.txt``.

    Returns
    -------
    Quantity
        In the unit that was written.

    Raises
    ------
    ValueError
        If the text is not such a quantity; the message says why.
    """
    match = _QUANTITY.fullmatch(text)
    if match is None:
        raise ValueError(f"found {shown(text)}, which is not a number with a unit{_plainly(text)}")
    try:
        quantity = units.Quantity(float(match[1]), units.parse_units(match[2]))
    except pint.UndefinedUnitError as error:
        raise ValueError(
            f"found {shown(text)}, whose unit '{match[2]}' is unknown{_likely(error, match[2])}"
        ) from None
    if not math.isfinite(quantity.to_base_units().magnitude):
        raise ValueError(f"found {shown(text)}, which is too large")
    return quantity


def _plainly(text: str) -> str:
    """Return how to write a quantity whose number is written as in a letter."""
    plain = re.sub(r"(?<=[0-9]),(?=[0-9])", ".", text).replace("−", "-")
    return f"; write '{plain}'" if plain != text and _QUANTITY.fullmatch(plain) else ""


def _likely(error: pint.UndefinedUnitError, unit: str) -> str:
    """Return which unit may be meant by one in other letters."""
    names = error.unit_names
    for wrong in (names,) if isinstance(names, str) else names:
        for known in units:
            if wrong.casefold() == known.casefold() and len(known) > 0:
                return f"; did you mean '{unit.replace(wrong, known)}'?"
    return ""


def written(quantity: Quantity) -> str:
    """Return a quantity the way a file would write it.

    Parameters
    ----------
    quantity
        Any quantity; a dimensionless one gives a bare number.

    Returns
    -------
    str
        For example ``5 mg/kg/h``.
    """
    return f"{quantity.magnitude:.12g} {quantity.units:~C}".strip()


def require_dimension(found: Quantity, *examples: Quantity) -> Quantity:
    """Return a quantity that has the dimension of one of the examples, refuse any other.

    A dose per body weight is not a number and a dose rate is not a frequency, although the masses
    cancel: ``mg/kg/h`` and ``Hz`` are kept apart.

    Parameters
    ----------
    found
        The quantity in question.
    examples
        Quantities of the allowed dimensions.

    Returns
    -------
    Quantity
        The one in question.

    Raises
    ------
    ValueError
        If the dimension is another; the message names both.
    """
    if any(dimension_of(found.units) == dimension_of(each.units) for each in examples):
        return found
    text = written(found) if found.units == _NO_UNIT else f"'{written(found)}'"
    per_time = [
        each for each in examples if dimension_of((found / _HOUR).units) == dimension_of(each.units)
    ]
    per = f"; say per what time: '{written(found)}/h'" if per_time else ""
    raise ValueError(f"found {text}, which is {describe(found)}{per}; {_needed(*examples)}")


@dataclass(frozen=True)
class Dimension:
    """What reads a quantity of one of some dimensions from a string, as an annotation.

    Attributes
    ----------
    examples
        A quantity of each dimension, shown where another one is found.
    """

    examples: tuple[str, ...]

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self._read)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        from resetsim.declare.unit_patterns import quantity_schema

        return quantity_schema(self.examples)

    def _read(self, value: object) -> Quantity:
        wanted = [parse_quantity(example) for example in self.examples]  # not when modules load
        try:
            found = _read(value)
        except ValueError as error:
            raise ValueError(f"{error}; {_needed(*wanted)}") from None
        return require_dimension(found, *wanted)


def of_dimension(*examples: str) -> Dimension:
    """Return the annotation that reads a quantity of one of some dimensions from a string.

    Parameters
    ----------
    examples
        A quantity of each dimension, shown where another one is found.

    Returns
    -------
    Dimension
        To be used as ``Annotated[Quantity, of_dimension("100 h")]``.
    """
    return Dimension(examples)


def _read(value: object) -> Quantity:
    match value:
        case pint.Quantity():
            return value
        case str():
            return parse_quantity(value)
        case bool():
            pass
        case int() | float() if abs(value) <= sys.float_info.max:
            return units.Quantity(value, "")
    raise ValueError(f"found {shown(value)}, which is neither a finite number nor a quantity")


class _AnyDimension:
    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(_read)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        from resetsim.declare.unit_patterns import any_quantity_schema

        return any_quantity_schema()


AnyQuantity = Annotated[Quantity, _AnyDimension()]
"""A quantity of any dimension; a bare number is read as a dimensionless one."""


def si_magnitude(quantity: Quantity) -> float:
    """Return a quantity in SI base units; conversions are looked up once for each unit.

    Parameters
    ----------
    quantity
        Of a unit without an offset: any but a temperature in °C.

    Returns
    -------
    float
        Its magnitude in seconds, volts, siemens, farads, ...
    """
    return float(quantity.magnitude) * _in_si(quantity.units)


@lru_cache
def _in_si(unit: pint.Unit) -> float:
    return float(units.Quantity(1.0, unit).to_base_units().magnitude)


@lru_cache
def dimension_of(unit: pint.Unit) -> tuple[object, bool]:
    """Return what tells dimensions apart.

    Parameters
    ----------
    unit
        Any.

    Returns
    -------
    tuple
        The dimension as pint has it, and whether masses cancel as in a dose per body weight.
    """
    masses = [
        power
        for name, power in units.Quantity(1.0, unit).unit_items()
        if units.get_dimensionality(name) == {"[mass]": 1}
    ]
    per_body_weight = bool(masses) and sum(masses) == 0
    return unit.dimensionality, per_body_weight


def describe(quantity: Quantity) -> str:
    """Return what kind of quantity it is, such as ``a time``."""
    dimension = dimension_of(quantity.units)
    if dimension == dimension_of(_NO_UNIT):
        return "a number without a unit"
    for unit, name in _DIMENSIONS.items():
        if dimension_of(units.Unit(unit)) == dimension:
            return name
    return f"of dimension {quantity.dimensionality}"


def _needed(*examples: Quantity) -> str:
    allowed = " or ".join(map(describe, examples))
    shown_examples = " or ".join(f"'{written(each)}'" for each in examples)
    return f"{allowed} is needed, such as {shown_examples}"
