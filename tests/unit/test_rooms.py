"""The house: a room uses only rooms below it, as docs/explanation/how_it_works.md draws it."""

import ast
from pathlib import Path

import pytest

import resetsim

SOURCE = Path(resetsim.__file__).parent
# From the ground up.
ROOMS = (
    "declare",
    "records",
    "body",
    "tissue",
    "spiking",
    "protocols",
    "slow",
    "patients",
    "store",
    "outcomes",
    "study",
    "evidence",
    "views",
)
# What every room may use, and what uses every room.
GROUND = {"cache", "errors", "progress", "revision", "streams", "terminal", "whole_file"}
ROOF = {"__init__", "api", "cli"}
FOLDERS_OF_THE_ROOF = {"cli"}


def imported(module: Path) -> set[str]:
    """Return the rooms, or modules beside them, that a module imports."""
    found = set()
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("resetsim."):
            found.add(node.module.split(".")[1])
    return found


def test_the_house_has_these_rooms_and_no_others():
    folders = {path.name for path in SOURCE.iterdir() if (path / "__init__.py").exists()}
    assert folders == {*ROOMS, *FOLDERS_OF_THE_ROOF}
    assert {path.stem for path in SOURCE.glob("*.py")} == GROUND | ROOF - FOLDERS_OF_THE_ROOF


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_uses_only_rooms_below_it(room):
    above = {*ROOMS[ROOMS.index(room) + 1 :], *ROOF}
    wrong = {
        str(module.relative_to(SOURCE)): imported(module) & above
        for module in (SOURCE / room).rglob("*.py")
    }
    assert {module: rooms for module, rooms in wrong.items() if rooms} == {}


def test_the_ground_uses_no_room():
    for name in GROUND:
        assert imported(SOURCE / f"{name}.py") <= GROUND, name
