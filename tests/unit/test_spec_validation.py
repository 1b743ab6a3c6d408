"""Messages about a file: its key, what was found, what is allowed."""

from collections.abc import Mapping
from typing import Annotated, Literal

import pytest
from pydantic import Field

from resetsim.declare.quantities import Count, Fraction, Number
from resetsim.declare.validation import Spec, validated
from resetsim.errors import InputError


class Cell(Spec):
    """One kind of table."""

    kind: Literal["cell"]
    size: Count


class Fibre(Spec):
    """Another kind of table."""

    kind: Literal["fibre"]
    rate: Number


class File(Spec):
    """A file with a table of each shape."""

    share: Fraction = 0.5
    entries: tuple[Cell, ...] = Field(default=(), alias="entry")
    free: Mapping[str, Annotated[Cell | Fibre, Field(discriminator="kind")]] = {}
    maybe: Cell | None = None


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"share": 1.5}, "share: found 1.5; it must be from 0 to 1"),
        ({"share": True}, "share: found true; it should be a valid number"),
        ({"share": "1"}, "share: found '1'; it should be a valid number"),
        ({"share": "\\1\x1f"}, r"share: found '\\1\x1f'; it should be a valid number"),
        ({"share": float("nan")}, "share: found nan; it should be a finite number"),
        ({"entry": 5}, "entry: found 5; a list is needed"),
        ({"entry": [5]}, "entry[0]: found 5; a table is needed"),
        ({"entry": [{"kind": "cell"}]}, "entry[0].size: missing, but required"),
        ({"entries": []}, "entries: unknown key; did you mean 'entry'? "),
        (
            {"entry": [{"kind": "cell", "size": 1, "sise": 1}]},
            "entry[0].sise: unknown key; did you mean 'size'? Allowed: kind, size.",
        ),
        (
            {"free": {"a": {"kind": "fibre", "rate": 1, "rat": 1}}},
            "free.a.rat: unknown key; did you mean 'rate'? Allowed: kind, rate.",
        ),
        ({"free": {"a b": {"kind": "fibre"}}}, "free.'a b'.rate: missing, but required"),
        ({"maybe": {"kind": "cell", "size": 0}}, "maybe.size: found 0; it should be greater than"),
        (
            {"maybe": {"kind": "cell", "size": 1, "zzz": 0}},
            "maybe.zzz: unknown key; Allowed: kind,",
        ),
    ],
)
def test_messages(content: dict[str, object], message: str) -> None:
    with pytest.raises(InputError) as caught:
        validated(File, content, "file.toml")
    assert str(caught.value).startswith(f"file.toml: {message}")
    assert "\n" not in str(caught.value)


def test_at_most_five_problems_are_listed() -> None:
    with pytest.raises(InputError) as caught:
        validated(File, {f"key{n}": n for n in range(8)}, "file.toml")
    lines = str(caught.value).splitlines()
    assert lines[0] == "file.toml: 8 problems"
    assert lines[-1] == "  and 3 more"
    assert len(lines) == 7
