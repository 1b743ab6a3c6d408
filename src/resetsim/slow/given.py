"""Drift tables that travel: measured on one machine, given to runs on any other.

With them travels what else is simulated of the memories of a cohort: what they learn, and recall.

A kept table is this machine's: its key holds the processor, because seeds give other spikes
elsewhere. A given one is taken whatever measured it, if all else that determines it is the same.
"""

import json
import platform
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resetsim.errors import InputError
from resetsim.progress import Progress
from resetsim.slow.measure import Sampler
from resetsim.slow.saved import key_anywhere, parts_of, table_from, table_of_nodes
from resetsim.spiking.engine import Engine
from resetsim.spiking.task import Recording, Task
from resetsim.whole_file import whole_file

Array = NDArray[np.float64]

_MEMORY = "memory-"  # before the key of one, among the names of arrays
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
    memories
        What else was simulated of memories, by key: arrays by name.
    """

    keep: bool = False
    file: Path = Path()
    measured_by: str = ""
    memories: Mapping[str, Mapping[str, Array]] = field(default_factory=dict, hash=False)

    def memory(self, key: str) -> Mapping[str, Array]:
        """Return what was simulated of a memory.

        Raises
        ------
        InputError
            If that is not in the file.
        """
        if key not in self.memories:
            raise _of_another(self.file, self.measured_by)
        return self.memories[key]

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


def write_tables(
    file: Path,
    samplers: Iterable[Sampler],
    memories: Mapping[str, Mapping[str, Array]],
    engine: Engine,
) -> None:
    """Write what has been measured of some samplers, whole or not at all.

    Parameters
    ----------
    file
        To be written.
    samplers
        Of an experiment.
    memories
        What else was simulated of its memories, see :class:`GivenTables`.
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
    for key, arrays in memories.items():
        parts |= {f"{_MEMORY}{key} {name}": array for name, array in arrays.items()}
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
        found, memories = _read(file)
        abouts = {key: json.loads(str(parts["about"])) for key, parts in found.items()}
        first = next(iter(abouts.values()))
        made_by = f"resetsim {first['resetsim']}, {first['date']}, {first['machine']}"
        for sampler in samplers:
            if (key := key_anywhere(sampler)) not in found:
                raise _of_another(file, made_by)
            sampler.restore(table_from(found[key]))
    except (*_DAMAGE, StopIteration) as error:
        raise InputError(
            f"{file}: not a file of drift tables, or damaged ({error}); 'resetsim table' writes one"
        ) from None
    return GivenTables(first["target"], file=file, measured_by=made_by, memories=memories)


def _of_another(file: Path, made_by: str) -> InputError:
    return InputError(
        f"{file}: these drift tables are of another model or version ({made_by}); "
        "make them again with 'resetsim table'"
    )


def _read(file: Path) -> tuple[dict[str, dict[str, Any]], dict[str, dict[str, Any]]]:
    """Return the parts of each table in a file, by its key, and those of each memory."""
    tables: dict[str, dict[str, Any]] = {}
    memories: dict[str, dict[str, Any]] = {}
    with file.open("rb") as stream, np.load(stream) as stored:
        for name in stored.files:
            number, _, part = name.partition(" ")
            of_memory = number.startswith(_MEMORY)
            kept = memories if of_memory else tables
            kept.setdefault(number.removeprefix(_MEMORY), {})[part] = stored[name]
    by_key = {str(json.loads(str(parts["about"]))["key"]): parts for parts in tables.values()}
    return by_key, memories
