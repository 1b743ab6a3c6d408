"""Quantities: what is read, what is refused, and what the refusal says."""

import pickle
import subprocess
import sys
from typing import Annotated

import pytest
from pydantic import ValidationError

from resetsim.declare.parameters import Parameter, parameter_of
from resetsim.declare.quantities import Quantity, of_dimension, parse_quantity, units, written
from resetsim.declare.ranges import between
from resetsim.declare.validation import Spec, validated
from resetsim.errors import InputError


class Timed(Spec):
    """A table with one time."""

    duration: Annotated[Quantity, of_dimension("100 h")]


class Cell(Spec):
    """A model's table."""

    capacitance: Annotated[Parameter, parameter_of("pF")]


class Synapse(Spec):
    """A model's table with a dimensionless number."""

    efficacy: Annotated[Parameter, parameter_of("")]


def parameter(**changes: object) -> dict[str, object]:
    return {"value": "1 pF", "source": "Jahr 1990", "status": "measured"} | changes


def refusal(model: type[Spec], content: dict[str, object]) -> str:
    with pytest.raises(InputError) as caught:
        validated(model, content, "file.toml")
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "base", "value"),
    [
        ("100 h", "s", 360000),
        ("100h", "s", 360000),
        (" 1e2 h ", "s", 360000),
        ("5 days", "s", 432000),
        ("-1 day", "s", -86400),
        (".5 min", "s", 30),
        ("1.4 Hz", "1/s", 1.4),
        ("2 1/s", "Hz", 2),
        ("3 mg/kg/h", "ug/kg/min", 50),
        ("4 nS/cm^2", "nS/cm**2", 4),
        ("4 nS/cm²", "nS/cm**2", 4),
        ("10 µM", "mol/m**3", 0.01),
        ("37 °C", "K", 310.15),
        ("37 degC", "K", 310.15),
        ("70 mV*s", "V·s", 0.07),
    ],
)
def test_reads_units(text: str, base: str, value: float) -> None:
    assert parse_quantity(text).to(base.replace("·", "*")).magnitude == pytest.approx(value)


def test_keeps_the_unit_of_the_file() -> None:
    quantity = parse_quantity("5 mg/kg/h")
    assert quantity.magnitude == 5
    assert written(quantity) == "5 mg/kg/h"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "h",
        "5",
        "5 ",
        "nan h",
        "inf h",
        "1e999 h",
        "1e305 Gs",
        "5 h h",
        "5 h+s",
        "2*3 h",
        "(5 h)",
        "5 h**99",
        "5 parsec",
        "5 H",
        "5 mg per kg",
        "5 h/0",
        "5 h**",
        "5 */h",
        "−5 h",
        "٣ h",
        "5 1",
    ],
)
def test_refuses_what_is_no_quantity(text: str) -> None:
    with pytest.raises(ValueError, match=r"^found "):
        parse_quantity(text)


def test_base_units_are_those_of_the_si() -> None:
    assert written(parse_quantity("70 kg").to_base_units()) == "70 kg"
    assert parse_quantity("2 mS").to_base_units().magnitude == pytest.approx(0.002)


def test_survives_pickling_into_the_same_registry() -> None:
    quantity = parse_quantity("5 mg/kg/h")
    again = pickle.loads(pickle.dumps(quantity))
    assert again + quantity == parse_quantity("10 mg/kg/h")
    assert written(again) == "5 mg/kg/h"


# A worker process starts with pint's own registry.
WORKER = """
import pickle, sys
quantity = pickle.load(sys.stdin.buffer)
from resetsim.declare.quantities import parse_quantity
print(quantity + parse_quantity("1 mg/kg/h") == parse_quantity("6 mg/kg/h"))
"""


def test_goes_to_a_worker_process() -> None:
    sent = pickle.dumps(parse_quantity("5 mg/kg/h"))
    said = subprocess.run([sys.executable, "-c", WORKER], input=sent, capture_output=True)
    assert said.stdout.decode() == "True\n", said.stderr.decode()


def test_wrong_dimension_is_named() -> None:
    assert refusal(Timed, {"duration": "5 mV"}) == (
        "file.toml: duration: found '5 mV', which is a voltage; a time is needed, such as '100 h'"
    )


def test_wrong_dimension_without_a_name_shows_the_dimension() -> None:
    assert "of dimension [length] ** 2" in refusal(Timed, {"duration": "5 m**2"})


@pytest.mark.parametrize(
    ("value", "part"),
    [
        (5, "found 5, which is a number without a unit; a time is needed"),
        (True, "found true, which is neither a finite number nor a quantity; a time"),
        (float("nan"), "found nan"),
        (float("inf"), "found inf"),
        (10**400, "found 1000"),
        ([], "found a list"),
        ({}, "found a table"),
        ("5 hourz", "found '5 hourz', whose unit 'hourz' is unknown; a time is needed"),
        ("soon", "found 'soon', which is not a number with a unit; a time is needed"),
        ("x" * 500, "xxx..., which is not"),
    ],
)
def test_other_values_in_place_of_a_time(value: object, part: str) -> None:
    assert part in refusal(Timed, {"duration": value})


@pytest.mark.parametrize(
    ("example", "wrong"),
    [("5 mg/kg/h", "5 Hz"), ("1.4 Hz", "5 mg/kg/h"), ("1 mg/kg", "1 mg/L"), ("20 degC", "20 s")],
)
def test_dimensions_that_must_not_be_mixed_up(example: str, wrong: str) -> None:
    class Table(Spec):
        value: Annotated[Quantity, of_dimension(example)]

    assert validated(Table, {"value": example}, "").value == parse_quantity(example)
    assert f"found '{wrong}'" in refusal(Table, {"value": wrong})


@pytest.mark.parametrize(
    ("example", "product"), [("1 pA", "1 nS*mV"), ("1 N", "1 kg*m/s**2"), ("1 mg/L", "1 g/m**3")]
)
def test_a_unit_may_be_written_as_a_product_of_others(example: str, product: str) -> None:
    class Table(Spec):
        value: Annotated[Quantity, of_dimension(example)]

    value = validated(Table, {"value": product}, "").value
    assert value.to(parse_quantity(example).units).magnitude == pytest.approx(1)


def test_bounds() -> None:
    class Table(Spec):
        rate: Annotated[Quantity, of_dimension("1 Hz"), between("0 Hz", "20 Hz")] = units("1 Hz")
        lasts: Annotated[Quantity, of_dimension("1 s"), between("1 ms", "1 h", or_zero=True)] = (
            units("1 s")
        )
        trains: Annotated[Parameter, between(1, 20, whole=True)] | None = None

    validated(Table, {"rate": "0.02 kHz", "lasts": "0 s", "trains": parameter(value=20)}, "")
    message = refusal(
        Table, {"rate": "0.021 kHz", "lasts": "0.1 ms", "trains": parameter(value=2.5)}
    )
    assert "rate: found '0.021 kHz'; it must be from 0 Hz to 20 Hz" in message
    assert "lasts: found '0.1 ms'; it must be 0, or from 1 ms to 1 h" in message
    assert "trains: found 2.5; it must be a whole number from 1 to 20" in message


def test_parameter_carries_its_source() -> None:
    cell = validated(Cell, {"capacitance": parameter(value="0.1 nF", note="soma")}, "")
    assert cell.capacitance.value.to("pF").magnitude == pytest.approx(100)
    assert (cell.capacitance.source, cell.capacitance.note) == ("Jahr 1990", "soma")
    with pytest.raises(ValidationError, match="frozen"):
        cell.capacitance = cell.capacitance


def test_dimensionless_parameter_is_a_bare_number() -> None:
    synapse = validated(Synapse, {"efficacy": parameter(value=2)}, "")
    assert synapse.efficacy.value.unitless
    assert synapse.efficacy.value.magnitude == 2
    assert "a number without a unit is needed" in refusal(
        Synapse, {"efficacy": parameter(value="2 Hz")}
    )


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        (
            {"value": "5 mV"},
            "capacitance: found '5 mV', which is a voltage; a capacitance is needed",
        ),
        ({"value": 5}, "capacitance: found 5, which is a number without a unit"),
        ({"value": float("nan")}, "capacitance.value: found nan"),
        ({"value": "5 mVV"}, "capacitance.value: found '5 mVV', whose unit 'mVV' is unknown"),
        ({"source": " "}, "capacitance.source: found ' '; it should have at least 1 character"),
        ({"status": "guessed"}, "capacitance.status: found 'guessed'; it must be 'measured'"),
        ({"status": "fitted to "}, "capacitance.status: found 'fitted to '"),
        ({"sauce": "x"}, "capacitance.sauce: unknown key; did you mean 'source'?"),
    ],
)
def test_parameter_refusals(changes: dict[str, object], part: str) -> None:
    assert part in refusal(Cell, {"capacitance": parameter(**changes)})


@pytest.mark.parametrize("status", ["measured", "estimated", "derived", "fitted to wind-up"])
def test_parameter_statuses(status: str) -> None:
    cell = validated(Cell, {"capacitance": parameter(status=status)}, "")
    assert cell.capacitance.status == status


def test_parameter_needs_a_source() -> None:
    content = {"capacitance": {"value": "1 pF", "status": "measured"}}
    assert refusal(Cell, content) == (
        'file.toml: capacitance.source: missing, but required, such as source = "..."'
    )
