"""Drift tables that travel: measured on one machine, given to runs on any other.

A kept table is this machine's: its key holds the processor, because seeds give other spikes
elsewhere. A given one is taken whatever measured it, if all else that determines it is the same.
"""

import json
import platform
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from resetsim.errors import InputError
from resetsim.progress import Progress
from resetsim.slow.measure import Sampler
from resetsim.slow.saved import key_anywhere, parts_of, table_from, table_of_nodes
from resetsim.spiking.engine import Engine
from resetsim.spiking.task import Recording, Task
from resetsim.whole_file import whole_file

_DAMAGE = (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile)


@dataclass(frozen=True)
class GivenTables(Engine):
    """Runs nothing: drift that is needed must be in a file of tables.

    Attributes
    ----------
    file
        Where they are.
    measured_by
        Version, date and machine, in words.
    """

    keep: bool = False
    file: Path = Path()
    measured_by: str = ""

    def run(self, tasks: Sequence[Task], progress: Progress | None = None) -> list[Recording]:
        """Refuse to simulate.

        Raises
        ------
        InputError
            If there is anything to simulate.
        """
        del progress
        if tasks:
            raise InputError(
                f"{self.file}: this drift table does not reach as far as the experiment; make it "
                "again with 'resetsim table', of the same file and as many patients"
            )
        return []


def write_tables(file: Path, samplers: Iterable[Sampler], engine: Engine) -> None:
    """Write what has been measured of some samplers, whole or not at all.

    Parameters
    ----------
    file
        To be written.
    samplers
        Of an experiment.
    engine
        What ran their simulations.
    """
    parts: dict[str, Any] = {}
    for number, sampler in enumerate(samplers):
        about = {
            "system": sampler.system,
            "target": engine.target,
            "machine": platform.machine(),
        }
        table = table_of_nodes(sampler, sampler.measured)
        named = parts_of(table, key_anywhere(sampler), about)
        parts |= {f"{number} {name}": part for name, part in named.items()}
    with whole_file(file) as partial, partial.open("wb") as stream:
        np.savez(stream, **parts)


def take_tables(file: Path, samplers: Iterable[Sampler]) -> GivenTables:
    """Give samplers the nodes of a file, and return what stands for the engine from then on.

    Parameters
    ----------
    file
        Written by :func:`write_tables`, on any machine.
    samplers
        Of an experiment, nothing measured yet.

    Returns
    -------
    GivenTables
        Runs nothing.

    Raises
    ------
    InputError
        If it cannot be read, or lacks the table of a sampler: of another model, version or grid.
    """
    try:
        found = _read(file)
        abouts = {key: json.loads(str(parts["about"])) for key, parts in found.items()}
        first = next(iter(abouts.values()))
        made_by = f"resetsim {first['resetsim']}, {first['date']}, {first['machine']}"
        for sampler in samplers:
            if (key := key_anywhere(sampler)) not in found:
                raise InputError(
                    f"{file}: these drift tables are of another model or version ({made_by}); "
                    "make them again with 'resetsim table'"
                )
            sampler.restore(table_from(found[key]))
    except (*_DAMAGE, StopIteration) as error:
        raise InputError(
            f"{file}: not a file of drift tables, or damaged ({error}); 'resetsim table' writes one"
        ) from None
    return GivenTables(first["target"], file=file, measured_by=made_by)


def _read(file: Path) -> dict[str, dict[str, Any]]:
    """Return the parts of each table in a file, by its key."""
    tables: dict[str, dict[str, Any]] = {}
    with file.open("rb") as stream, np.load(stream) as stored:
        for name in stored.files:
            number, _, part = name.partition(" ")
            tables.setdefault(number, {})[part] = stored[name]
    return {str(json.loads(str(parts["about"]))["key"]): parts for parts in tables.values()}
