"""``ro-crate-metadata.json``: a result folder as an RO-Crate, its run as a Process Run Crate.

It is written without ro-crate-py, whose import alone takes 0.14 s of CPU, where this takes 2 ms.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote

from resetsim.records.cohort import CohortResult
from resetsim.records.result import Result
from resetsim.revision import LIBRARIES
from resetsim.whole_file import whole_file

CRATE = "ro-crate-metadata.json"

_CRATE_1_1 = "https://w3id.org/ro/crate/1.1"
_PROCESS_RUN = "https://w3id.org/ro/wfrun/process/0.5"
_CONTEXT = [f"{_CRATE_1_1}/context", {"sha256": "http://schema.org/sha256"}]
_FORMATS = {
    ".h5": "application/x-hdf5",
    ".csv": "text/csv",
    ".html": "text/html",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".toml": "application/toml",
    ".py": "text/x-python",
}
_SAYS = {
    "result.h5": "Everything that the run gave, the text of its input files, and its provenance",
    "summary.csv": "A row for each arm, or for each patient of each arm of a cohort",
    "assays.csv": "A row for each reading of an assay",
    "outcomes.csv": "A row for each arm of a cohort, with 95 % intervals",
    "crossover.csv": "A row for each effect of each crossover trial on a cohort",
    "report.html": "The answer, with tables and figures",
}

Entity = dict[str, Any]


def write_crate(result: Result | CohortResult, place: Path, files: Mapping[str, Path]) -> None:
    """Write the metadata of a result folder.

    Parameters
    ----------
    result
        What the run gave.
    place
        Where to write.
    files
        All other files of the folder, by their name below it.
    """
    graph = list(_graph(result, dict(sorted(files.items()))))
    with whole_file(place / CRATE) as partial:
        text = json.dumps({"@context": _CONTEXT, "@graph": graph}, indent=1, ensure_ascii=False)
        partial.write_text(f"{text}\n", encoding="utf-8")


def files_of(folder: Path) -> dict[str, Path]:
    """Return all files of a folder by their name below it."""
    files = (each for each in folder.rglob("*.*") if each.is_file())
    return {each.relative_to(folder).as_posix(): each for each in files}


def _graph(result: Result | CohortResult, files: Mapping[str, Path]) -> Iterator[Entity]:
    """Yield the entities: the descriptor and the folder, its files, and what made them."""
    made = result.provenance
    inputs = [_input(name, text) for name, text in result.texts.items()]
    outputs = [_output(name, path) for name, path in files.items()]
    yield {
        "@id": CRATE,
        "@type": "CreativeWork",
        "about": {"@id": "./"},
        "conformsTo": {"@id": _CRATE_1_1},
    }
    yield {
        "@id": "./",
        "@type": "Dataset",
        "name": f"{result.name}: result of resetsim",
        "description": result.question,
        "datePublished": made["date"],
        "license": {"@id": "#license"},
        "conformsTo": {"@id": _PROCESS_RUN},
        "hasPart": _ids(outputs),
        "mentions": {"@id": "#run"},
    }
    yield {
        "@id": _PROCESS_RUN,
        "@type": "CreativeWork",
        "name": "Process Run Crate",
        "version": "0.5",
    }
    yield {
        "@id": "#license",
        "@type": "CreativeWork",
        "name": "No licence stated",
        "description": "Whoever made this result says how it may be used. resetsim itself is "
        "under the MIT licence.",
    }
    inputs += _values(made)
    yield _run(made, inputs, outputs)
    yield from (*_software(made), *inputs, *outputs)


def _run(made: Mapping[str, str], inputs: list[Entity], outputs: list[Entity]) -> Entity:
    """Return the action; its description is the command that repeats it, as RO-Crate 1.1 has it."""
    times = {"startTime": made["started"]} if "started" in made else {}
    return {
        "@id": "#run",
        "@type": "CreateAction",
        "name": f"A run of resetsim {made['resetsim']}",
        "description": made.get("command", "from Python"),
        **times,
        "endTime": made["date"],
        "actionStatus": "http://schema.org/CompletedActionStatus",
        "instrument": {"@id": "#resetsim"},
        "object": _ids(inputs),
        "result": _ids(outputs),
    }


def _software(made: Mapping[str, str]) -> Iterator[Entity]:
    addresses = {name: f"https://pypi.org/project/{name}" for name in LIBRARIES}
    addresses |= {"python": "https://www.python.org"}
    needed = [
        {
            "@id": f"{address}#{made[name]}",
            "@type": "SoftwareApplication",
            "name": name,
            "softwareVersion": made[name],
            "url": address,
        }
        for name, address in addresses.items()
        if name in made
    ]
    yield {
        "@id": "#resetsim",
        "@type": "SoftwareApplication",
        "name": "resetsim",
        "softwareVersion": made["resetsim"],
        "identifier": f"git commit {made.get('commit', 'unknown')}",
        "softwareRequirements": _ids(needed),
    }
    yield from needed


def _values(made: Mapping[str, str]) -> Iterator[Entity]:
    """Yield what else the numbers hang on: the seed, and the hash of a cohort's drift table."""
    for name in ("seed", "drift table"):
        if name in made:
            place = f"#{quote(name)}"
            yield {"@id": place, "@type": "PropertyValue", "name": name, "value": made[name]}


def _input(name: str, text: str) -> Entity:
    """Return an input file: its text is in ``result.h5``, not a file of the folder."""
    content = text.encode()
    return {
        "@id": f"#input/{quote(name)}",
        "@type": "CreativeWork",
        "name": name,
        "description": f"Its text is the attribute 'file: {name}' of result.h5",
        **_format(name),
        "contentSize": str(len(content)),
        "sha256": sha256(content).hexdigest(),
    }


def _output(name: str, path: Path) -> Entity:
    says = {"description": _SAYS[name]} if name in _SAYS else {}
    return {
        "@id": quote(name),
        "@type": "File",
        "name": name,
        **says,
        **_format(name),
        "contentSize": str(path.stat().st_size),
    }


def _format(name: str) -> Entity:
    suffix = Path(name).suffix
    return {"encodingFormat": _FORMATS[suffix]} if suffix in _FORMATS else {}


def _ids(entities: Iterable[Entity]) -> list[Entity]:
    return [{"@id": each["@id"]} for each in entities]
