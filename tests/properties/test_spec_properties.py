"""What holds for every experiment file."""

import copy
import json
import math
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from resetsim.declare.experiment import read_experiment
from resetsim.declare.quantities import parse_quantity, written
from resetsim.errors import InputError

SECONDS = {"ms": 1e-3, "s": 1, "min": 60, "h": 3600, "hour": 3600, "day": 86400, "week": 604800}

CONTENT: dict[str, Any] = {
    "question": "How long?",
    "model": "m.toml",
    "memory": "m.toml",
    "seed": 1,
    "patient": {
        "weight": "70 kg",
        "injury": {"at": "0 day", "peak_rate": "4 Hz", "heals_with": "10 day"},
        "flare_up": [{"at": "100 day", "duration": "3 day", "extra_rate": "1 Hz"}],
        "learning": [{"at": "-30 day", "patterns": 2}, {"at": "3 day", "duration": "4 s"}],
    },
    "treatment": [
        {"at": "60 day", "blockade": 0.95, "duration": "5 day"},
        {"at": "70 day", "drug": "m.toml", "dose": "5 mg/kg/h", "duration": "4 h"},
    ],
    "direct": {"epsilon": [1.0, 0.5]},
    "vary": {"treatment[0].duration": ["1 h", "4 h"]},
    "follow_up": {"until": "240 day", "assays": ["windup"], "at": ["59 day", "90 day"]},
}

VALUES = st.one_of(
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(),
    st.text(alphabet=st.characters(codec="utf-8"), max_size=12),
    st.sampled_from(["5 mV", "-3 day", "1e300 day", "0 Hz", "5 mg/kg/h", "x.toml", "/", "2 h**9"]),
    st.just([]),
    st.just({}),
    st.just([{}]),
    st.just(date(2020, 1, 1)),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("spec")
    (folder / "m.toml").write_text("")
    return folder


def toml(value: Any) -> str:
    match value:
        case bool():
            return str(value).lower()
        case str():
            return json.dumps(value, ensure_ascii=True).replace("\\/", "/")
        case dict():
            return (
                "{" + ", ".join(f"{toml(key)} = {toml(item)}" for key, item in value.items()) + "}"
            )
        case list():
            return "[" + ", ".join(map(toml, value)) + "]"
    return str(value)


def write(folder: Path, content: dict[str, Any]) -> Path:
    path = folder / "question.toml"
    lines = [f"{toml(key)} = {toml(value)}" for key, value in content.items()]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def places(value: Any, place: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value)
    found: list[tuple[str | int, ...]] = []
    for key, item in items:
        found.append((*place, key))
        if isinstance(item, dict | list):
            found.extend(places(item, (*place, key)))
    return found


def above(content: dict[str, Any], place: tuple[str | int, ...]) -> Any:
    table: Any = content
    for step in place[:-1]:
        table = table[step]
    return table


SLOW = settings(deadline=None)  # these read a file for every example

PLACES = places(CONTENT)
KEYS = [place for place in PLACES if isinstance(place[-1], str)]


def test_the_unchanged_content_is_accepted(folder: Path) -> None:
    assert len(read_experiment(write(folder, CONTENT)).arms) == 2


@given(st.floats(-1e12, 1e12), st.sampled_from(sorted(SECONDS)), st.sampled_from(["", " ", "  "]))
def test_a_time_is_the_same_in_any_unit(seconds: float, unit: str, gap: str) -> None:
    quantity = parse_quantity(f"{seconds / SECONDS[unit]!r}{gap}{unit}")
    assert math.isclose(quantity.to("s").magnitude, seconds, rel_tol=1e-12, abs_tol=1e-300)


@given(
    st.floats(-1e9, 1e9),
    st.lists(st.sampled_from(["mg", "kg", "h", "mV", "pF", "uM", "day", "Hz", "nS"]), min_size=1),
    st.data(),
)
def test_a_written_quantity_reads_back(value: float, names: list[str], data: st.DataObject) -> None:
    assume(len(set(names)) == len(names))
    marks = [data.draw(st.sampled_from("*/")) for _ in names[1:]]
    text = names[0] + "".join(mark + name for mark, name in zip(marks, names[1:], strict=True))
    quantity = parse_quantity(f"{value!r} {text}")
    again = parse_quantity(written(quantity))
    assert again.units == quantity.units
    assert math.isclose(again.magnitude, quantity.magnitude, rel_tol=1e-11)


@given(st.text() | st.from_regex(r"[0-9]{1,3} ?[a-zA-Z*/^ 0-9°µ]{0,12}"))
def test_any_text_is_a_quantity_or_a_value_error(text: str) -> None:
    try:
        quantity = parse_quantity(text)
    except ValueError:
        return
    assert math.isfinite(quantity.magnitude)


@SLOW
@given(
    st.lists(st.integers(1, 200), min_size=1, max_size=4, unique=True),
    st.lists(st.integers(0, 40), min_size=1, max_size=4, unique=True),
    st.lists(st.floats(0, 1), min_size=1, max_size=3, unique=True),
)
def test_arms_are_the_product(
    folder: Path, hours: list[int], rates: list[int], blockades: list[float]
) -> None:
    vary = {
        "treatment[0].duration": [f"{value} h" for value in hours],
        "patient.injury.residual_rate": [f"{value / 10} Hz" for value in rates],
        "treatment[0].blockade": blockades,
    }
    arms = read_experiment(write(folder, CONTENT | {"vary": vary})).arms
    assert len(arms) == len(hours) * len(rates) * len(blockades)
    assert len({arm.name for arm in arms}) == len(arms)
    assert not any("/" in arm.name or "\0" in arm.name for arm in arms)
    for arm in arms:
        treatment = arm.plan.treatments[0]
        assert treatment.duration == parse_quantity(str(arm.settings["treatment[0].duration"]))
        assert treatment.blockade == arm.settings["treatment[0].blockade"]


@SLOW
@given(st.sampled_from(KEYS), st.text("xz_9", min_size=1, max_size=5), st.integers(0, 20))
def test_a_mangled_key_is_refused(
    folder: Path, place: tuple[str | int, ...], slip: str, position: int
) -> None:
    content = copy.deepcopy(CONTENT)
    table = above(content, place)
    key = str(place[-1])
    table[key[:position] + slip + key[position:]] = table.pop(key)
    with pytest.raises(InputError):
        read_experiment(write(folder, content))


@SLOW
@given(st.sampled_from(PLACES), VALUES)
def test_any_value_anywhere_is_read_or_refused(
    folder: Path, place: tuple[str | int, ...], value: Any
) -> None:
    content = copy.deepcopy(CONTENT)
    above(content, place)[place[-1]] = value
    path = write(folder, content)
    with suppress(InputError):
        assert read_experiment(path).arms


@SLOW
@given(st.binary(max_size=200))
def test_any_bytes_are_refused(folder: Path, content: bytes) -> None:
    path = folder / "bytes.toml"
    path.write_bytes(content)
    with pytest.raises(InputError):
        read_experiment(path)
