"""Writes ``parameters.md``, and ``facts.md`` that it cites, in ``docs/reference/``."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path

from resetsim.declare.drug import read_drug
from resetsim.declare.facts import NUMBER, Fact, read_facts
from resetsim.declare.files import find_file, shipped_names
from resetsim.declare.model import read_model
from resetsim.declare.parameters import Parameter
from resetsim.declare.quantities import written
from resetsim.declare.synapses import Connection
from resetsim.declare.validation import Spec
from resetsim.evidence.targets import read_targets

DOCS = Path(__file__).parents[1] / "docs" / "reference"
PARAMETERS = """# Parameters

Written by `analysis/parameter_table.py` from the model files; edit those, not this page. A number
is *measured*, *estimated* (chosen in a plausible range; no checked measurement behind it),
*derived*, or *fitted to* what it was adjusted for. P and W numbers are [published facts](facts.md),
V numbers [targets](../explanation/evidence.md); the wind-up facts are W01 to W08.
"""
FACTS = """# Published facts

Written by `analysis/parameter_table.py` from `models/facts.csv`: what models, drugs, experiments,
documents and tests cite by number, in the words in which it was written down. The status says how
sure it is that the publication says so: *verified in search* and *abstract checked* were looked up;
a number *from memory*, from a *secondary source*, or of which no check was recorded has not been,
and no parameter that rests on it alone is called *measured*. V numbers are the targets in
`experiments/evidence/targets.csv`: [evidence](../explanation/evidence.md).
"""


def main() -> None:
    """Write both pages."""
    (DOCS / "parameters.md").write_text(parameters_page(), encoding="utf-8")
    (DOCS / "facts.md").write_text(facts_page(), encoding="utf-8")


def parameters_page() -> str:
    """Return the text of ``docs/reference/parameters.md``."""
    anchors = _anchors()
    sections = [_section(file, dict(_flat(declared))) for file, declared in _files()]
    text = "\n".join([PARAMETERS, *sections])
    return NUMBER.sub(lambda found: f"[{found[0]}]({anchors[found[0]]})", text)


def parameters_of() -> Iterator[tuple[str, Parameter]]:
    """Yield every parameter of the shipped models and drugs, by file and name."""
    for file, declared in _files():
        yield from _flat(declared, file)


def _files() -> Iterator[tuple[str, Spec]]:
    for name in shipped_names("model"):
        yield f"models/{name}.toml", read_model(find_file(name, "model"))
    for name in shipped_names("drug"):
        yield f"models/drugs/{name}.toml", read_drug(name)


def facts_page() -> str:
    """Return the text of ``docs/reference/facts.md``."""
    lines = [FACTS]
    for topic, facts in groupby(read_facts().values(), key=lambda fact: fact.topic):
        lines += [f"## {topic[0].upper()}{topic[1:]}\n"]
        lines += ["| number | what | value | conditions | source | status |"]
        lines += ["| --- | --- | --- | --- | --- | --- |"]
        lines += [*map(_fact_row, facts), ""]
    return "\n".join(lines)


def _fact_row(fact: Fact) -> str:
    value = ", ".join(filter(None, (f"{fact.value} {fact.unit}".strip(), fact.uncertainty)))
    number = f'<a id="{fact.number.lower()}"></a>{fact.number}'
    cells = (fact.quantity, value, fact.conditions, fact.source, fact.status)
    return f"| {number} | {' | '.join(map(_plain, cells))} |"


def _plain(text: str) -> str:
    """Return a text with everything masked that Markdown would take for its own."""
    return re.sub(r"([|~*<_])", r"\\\1", text)


def _anchors() -> dict[str, str]:
    """Return where each number of a fact or target is explained, from within the documents."""
    facts = {number: f"facts.md#{number.lower()}" for number in read_facts()}
    return facts | {
        target.id: f"../explanation/evidence.md#{_heading_anchor(f'{target.id}: {target.title}')}"
        for target in read_targets()
    }


def _heading_anchor(heading: str) -> str:
    """Return the name that GitHub gives a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def _section(file: str, parameters: Mapping[str, Parameter]) -> str:
    counts = Counter(each.status.partition(" ")[0] for each in parameters.values())
    said = ", ".join(f"{count} {kind}" for kind, count in counts.items())
    lines = [
        f"## {file}\n",
        f"{len(parameters)} parameters: {said}.\n",
        "| name | value | status | source | note |",
        "| --- | --- | --- | --- | --- |",
    ]
    for name, parameter in parameters.items():
        note = " ".join(parameter.note.split())
        value = written(parameter.value)
        cells = (f"`{name}`", value, parameter.status, parameter.source, note)
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
