"""``docs/parameters.md``: every parameter of the shipped models and drugs, with its source."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from resetsim.pharmacology.drug import read_drug
from resetsim.spec.files import find_file, shipped_names
from resetsim.spec.model import Connection, read_model
from resetsim.spec.quantities import Parameter, written
from resetsim.spec.validation import Spec

PAGE = Path(__file__).parents[1] / "docs" / "parameters.md"
HEADER = """# Parameters

Written by `analysis/parameter_table.py` from the model files; edit those, not this page. A number
is *measured*, *estimated* (chosen in a plausible range; no measurement behind it), *derived*, or
*fitted to* what it was adjusted for. P and V numbers are rows of the project's collection of
published facts and targets.
"""


def main() -> None:
    """Write the page."""
    sections = [
        _section(f"models/{name}.toml", _flat(dict(read_model(find_file(name, "model")))))
        for name in shipped_names("model")
    ]
    sections += [
        _section(f"models/drugs/{name}.toml", _flat(dict(read_drug(name))))
        for name in shipped_names("drug")
    ]
    PAGE.write_text("\n".join([HEADER, *sections]), encoding="utf-8")


def _section(file: str, parameters: Iterator[tuple[str, Parameter]]) -> str:
    rows = list(parameters)
    counts: dict[str, int] = {}
    for _, parameter in rows:
        kind = parameter.status.partition(" ")[0]
        counts[kind] = counts.get(kind, 0) + 1
    said = ", ".join(f"{count} {kind}" for kind, count in counts.items())
    lines = [
        f"## {file}\n",
        f"{len(rows)} parameters: {said}.\n",
        "| name | value | status | source | note |",
        "| --- | --- | --- | --- | --- |",
    ]
    for name, parameter in rows:
        cells = (f"`{name}`", written(parameter.value), parameter.status, parameter.source)
        cells = (*cells, " ".join(parameter.note.split()))
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def _flat(value: object, name: str = "") -> Iterator[tuple[str, Parameter]]:
    match value:
        case Parameter():
            yield name, value
        case Connection():
            yield from _flat(dict(value), f"{name}.{value.name}")
        case Mapping():
            for key, inner in value.items():
                yield from _flat(inner, f"{name}.{key}".lstrip("."))
        case tuple():
            for inner in value:
                yield from _flat(inner, name)
        case Spec():
            yield from _flat(dict(value), name)


if __name__ == "__main__":
    main()
