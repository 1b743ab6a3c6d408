"""The drift table as one file: what was measured, and what tells whether it still holds.

A table is loaded in milliseconds, splines and all. It carries a hash of the model, the code and the
machine that determine it; one with another hash is refused. ``docs/explanation/execution.md`` has
the contents.
"""

import json
import zipfile
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from resetsim import __version__
from resetsim.cache import cache_folder, cache_path
from resetsim.declare import axes
from resetsim.declare.axes import AXES, Point
from resetsim.declare.sampling import Grid
from resetsim.errors import InputError
from resetsim.revision import now
from resetsim.slow import (
    dorsal_horn_sampling,
    errors,
    measure,
    memory_sampling,
    sample,
    table,
)
from resetsim.slow.measure import Sampler
from resetsim.slow.sample import Drift, Node
from resetsim.slow.table import DriftTable
from resetsim.spiking.engine import Engine
from resetsim.whole_file import whole_file

_CODE = (axes, dorsal_horn_sampling, memory_sampling, errors, measure, sample, table)
_FORMAT = 1
_TABLES = "tables"  # their folder in the cache


def table_key(sampler: Sampler, engine: Engine) -> str:
    """Return the hash of everything that determines a sampler's nodes.

    Parameters
    ----------
    sampler
        Of one system.
    engine
        What runs its simulations.

    Returns
    -------
    str
        Of model, sampling, constants, compiled network, machine, code and how runs are read.
    """
    return _key(sampler, engine.built_for)


def key_anywhere(sampler: Sampler) -> str:
    """Return the same hash but for the machine: what tables that were measured anywhere share."""
    return _key(sampler, "")


def _key(sampler: Sampler, built_for: str) -> str:
    digest = sha256(f"{_FORMAT} {__version__} {sampler.system} {list(AXES)}".encode())
    for module in _CODE:
        digest.update(Path(str(module.__file__)).read_bytes())
    digest.update(sampler.sampling.model_dump_json().encode())
    digest.update(json.dumps(dict(sampler.constants), sort_keys=True).encode())
    digest.update(repr(sampler.read_with).encode())
    # Seeds, parameters, the network's code and the machine are in the keys of its simulations.
    for task in sampler.tasks(Point(0.0), 0):
        digest.update(task.key(built_for).encode())
    return digest.hexdigest()[:24]


def restore(sampler: Sampler, engine: Engine) -> None:
    """Take over the nodes that the cache has of a sampler; nothing where there are none.

    Parameters
    ----------
    sampler
        Of one system.
    engine
        What runs its simulations.
    """
    if not engine.keep or sampler.saved:
        return
    key = table_key(sampler, engine)
    file = cache_path(_TABLES) / _name(sampler, key)
    if file.exists():
        sampler.restore(load_table(file, key))


def keep(sampler: Sampler, engine: Engine) -> None:
    """Save what has been measured of a sampler, if any of it is new.

    Parameters
    ----------
    sampler
        Of one system.
    engine
        What ran its simulations.
    """
    nodes = sampler.saved | sampler.measured
    if not engine.keep or len(nodes) == len(sampler.saved):
        return
    sampler.saved.update(nodes)
    key = table_key(sampler, engine)
    provenance = {"system": sampler.system, "target": engine.target}
    file = cache_folder(_TABLES) / _name(sampler, key)
    save_table(file, table_of_nodes(sampler, nodes), key, provenance)


def table_of_nodes(sampler: Sampler, nodes: Mapping[Point, Node]) -> DriftTable:
    """Return the table of some nodes, on the grid of all their coordinates."""
    grid: Grid = tuple(tuple(sorted(set(along))) for along in zip(*nodes, strict=True))
    return sampler.table_of(grid, nodes)


def save_table(
    file: Path, saved: DriftTable, key: str, provenance: Mapping[str, str] | None = None
) -> None:
    """Write a table, whole or not at all.

    Parameters
    ----------
    file
        To be written.
    saved
        The table.
    key
        From :func:`table_key`.
    provenance
        What else a reader should know, in words.
    """
    with whole_file(file) as partial, partial.open("wb") as stream:
        np.savez(stream, **parts_of(saved, key, provenance or {}))


def parts_of(saved: DriftTable, key: str, provenance: Mapping[str, str]) -> dict[str, Any]:
    """Return what is written of a table, by name: arrays, and what they are of as JSON.

    Parameters
    ----------
    saved, key, provenance
        As :func:`save_table` takes them.
    """
    about = {
        "key": key,
        "resetsim": __version__,
        "date": now(),
        "axes": tuple(AXES),
        "quantities": Drift._fields,
        **provenance,
    }
    nodes = saved.nodes.values()
    parts: dict[str, Any] = {
        "about": np.array(json.dumps(about)),
        "efficacies": np.array(saved.efficacies),
        "points": np.array(list(saved.nodes)),
        "mean": _by_quantity([node.value for node in nodes]),
        "standard_error": _by_quantity([node.standard_error for node in nodes]),
        "samples": np.array([node.samples for node in nodes]),
        "roots": saved.roots,
    }
    return parts | {f"grid_{name}": np.array(saved.grid[i]) for i, name in enumerate(AXES)}


def load_table(file: Path, key: str) -> DriftTable:
    """Read a table.

    Parameters
    ----------
    file
        Written by :func:`save_table`.
    key
        Of what it is wanted for, from :func:`table_key`.

    Returns
    -------
    DriftTable
        Ready for lookups.

    Raises
    ------
    InputError
        If it cannot be read, or belongs to another model or version.
    """
    try:
        with file.open("rb") as stream, np.load(stream) as stored:
            parts = {name: stored[name] for name in stored.files}
        about = json.loads(str(parts["about"]))
        if about["key"] == key:
            return table_from(parts)
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise InputError(
            f"{file}: this drift table cannot be read ({error}); delete it to measure it again"
        ) from None
    made_by = f"resetsim {about['resetsim']}, {about['date']}"
    raise InputError(
        f"{file}: this drift table is of another model or version ({made_by}); delete it to "
        "measure it again"
    )


def table_from(parts: Mapping[str, Any]) -> DriftTable:
    """Return the table of what :func:`parts_of` gave."""
    points = [Point(*point) for point in parts["points"].tolist()]
    rows = zip(parts["mean"], parts["standard_error"], parts["samples"].tolist(), strict=True)
    nodes = [Node(_named(mean), _named(error), count) for mean, error, count in rows]
    grid: Grid = tuple(tuple(parts[f"grid_{name}"].tolist()) for name in AXES)
    efficacies = tuple(parts["efficacies"].tolist())
    return DriftTable(grid, efficacies, dict(zip(points, nodes, strict=True)), parts["roots"])


def _named(values: Any) -> dict[str, Any]:
    return dict(zip(Drift._fields, values, strict=True))


def _by_quantity(values: list[dict[str, Any]]) -> Any:
    return np.array([[value[name] for name in Drift._fields] for value in values])


def _name(sampler: Sampler, key: str) -> str:
    return f"{sampler.system}-{key}.npz"
