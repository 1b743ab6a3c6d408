"""The compiled slow clock: many units at once through a kernel made for their maintenance rule."""

import ctypes
import os
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray

from resetsim.cache import cache_folder, cache_path
from resetsim.declare.axes import AXES, Point
from resetsim.declare.plasticity import Plasticity
from resetsim.slow.batch import Batch, segments_of
from resetsim.slow.drive import Array
from resetsim.slow.equations import SlowEquations
from resetsim.slow.system import Asked, SlowSystem, Solved, StuckError
from resetsim.slow.table import FINE, DriftTable, MissingNodeError
from resetsim.spiking.builds import compiler, machine_key
from resetsim.tissue.plasticity import expressions, parsing
from resetsim.whole_file import whole_file

# No -ffast-math: the step control relies on comparisons with NaN.
FLAGS = (
    *("-std=c++17", "-O3", "-march=native", "-fno-math-errno", "-fno-trapping-math"),
    *("-fno-signed-zeros", "-w", "-shared", "-fPIC", "-pthread"),
)
_MISSING = 1
_TEMPLATE = Path(__file__).with_name("kernel.cpp")


PROBLEM_FIELDS = (
    ("axis_values", ctypes.c_void_p),
    ("axis_lengths", ctypes.c_void_p),
    ("index", ctypes.c_void_p),
    ("roots", ctypes.c_void_p),
    ("first_efficacy", ctypes.c_double),
    ("per_efficacy", ctypes.c_double),
    ("fine", ctypes.c_longlong),
    ("constants", ctypes.c_void_p),
    ("loses_inhibition", ctypes.c_double),
    ("tolerance", ctypes.c_double),
    ("segments", ctypes.c_void_p),
    ("drugs", ctypes.c_longlong),
    ("first_segment", ctypes.c_void_p),
    ("moments", ctypes.c_void_p),
    ("first_moment", ctypes.c_void_p),
    ("units", ctypes.c_longlong),
    ("course", ctypes.c_void_p),
    ("multiplier", ctypes.c_void_p),
    ("start", ctypes.c_void_p),
    ("first_row", ctypes.c_void_p),
    ("output", ctypes.c_void_p),
    ("threads", ctypes.c_longlong),
    ("failure", ctypes.c_void_p),
)
"""Of ``Problem`` of ``kernel.cpp``, in their order."""


class _Problem(ctypes.Structure):
    """``Problem`` of ``kernel.cpp``."""

    _fields_ = PROBLEM_FIELDS


def available() -> bool:
    """Return whether there is a compiler for kernels."""
    return compiler() is not None


def integrate(
    system: SlowSystem, asked: Sequence[Asked], tolerance: float, threads: int = 1
) -> list[Solved]:
    """Integrate the units of many patients.

    Parameters
    ----------
    system
        The plastic system.
    asked
        One entry for each patient.
    tolerance
        Of each step: largest error of any state.
    threads
        How many share the units; the result does not depend on it.

    Returns
    -------
    list of Solved
        In their order; none depends on the others.

    Raises
    ------
    MissingNodeError
        If drift is needed where it has not been measured.
    StuckError
        If a course could not be integrated.
    """
    units = [len(each.start) for each in asked]
    rows = np.repeat([len(each.moments_d) for each in asked], units)
    course = np.repeat(np.arange(len(asked)), units)
    arrays = {
        "constants": np.tile(_constants(system), (len(asked), 1)),
        **_courses(asked),
        "course": course,
        "multiplier": np.concatenate([_multiplier(each) for each in asked]),
        "start": np.concatenate([each.start for each in asked]).astype(np.float64),
        "first_row": np.concatenate([[0], np.cumsum(rows)]).astype(np.int64),
    }

    def acting(unit: int, time_d: float) -> Point:
        return asked[int(course[unit])].drive.point(time_d)

    output = _run(system, arrays, _drug_count(asked), int(rows.sum()), tolerance, threads, acting)
    return _parted(output, asked)


def integrate_batch(system: SlowSystem, batch: Batch, tolerance: float, threads: int = 1) -> Solved:
    """Integrate the units of many patients that are given as arrays.

    Parameters
    ----------
    system
        The plastic system; constants that patients have of their own are in the batch.
    batch
        What is asked.
    tolerance, threads
        As :func:`integrate` takes them.

    Returns
    -------
    Solved
        With an axis for patients first.

    Raises
    ------
    MissingNodeError, StuckError
        As :func:`integrate` does.
    """
    patients, units, states = batch.start.shape
    moments = batch.moments_d.shape[-1]
    course = np.repeat(np.arange(patients), units)
    arrays = {
        "constants": _constants(system, batch.constants, patients),
        "segments": np.ascontiguousarray(batch.segments, dtype=np.float64),
        "first_segment": np.arange(patients + 1) * batch.segments.shape[1],
        "moments": batch.moments_of_each_d.astype(np.float64).ravel(),
        "first_moment": np.arange(patients + 1) * moments,
        "course": course,
        "multiplier": np.ascontiguousarray(batch.multiplier, dtype=np.float64),
        "start": np.ascontiguousarray(batch.start, dtype=np.float64),
        "first_row": np.arange(patients * units + 1) * moments,
    }

    def acting(unit: int, time_d: float) -> Point:
        return batch.asked(int(course[unit])).drive.point(time_d)

    rows = patients * units * moments
    output = _run(system, arrays, batch.drugs, rows, tolerance, threads, acting)
    output = output.reshape(patients, units, moments, states + 1).swapaxes(1, 2)
    return Solved(output[..., :-1], output[..., -1])


def _run(
    system: SlowSystem,
    arrays: dict[str, NDArray[np.generic]],
    drugs: int,
    rows: int,
    tolerance: float,
    threads: int,
    acting: Callable[[int, float], Point],
) -> Array:
    """Return states and output at every moment of every unit; shape (rows, states + 1)."""
    assert isinstance(system.table, DriftTable)
    arrays = _table(system.table) | arrays | {"failure": np.zeros(3)}
    output = np.empty((rows, system.states + 1))
    problem = _Problem(
        **{name: _address(array) for name, array in arrays.items()},
        output=_address(output),
        first_efficacy=system.table.efficacies[0],
        per_efficacy=system.table.per_efficacy,
        fine=FINE,
        loses_inhibition=system.tissue.get("loses_inhibition", 0.0),
        tolerance=tolerance,
        drugs=drugs,
        units=arrays["course"].size,
        threads=threads,
    )
    _compiled(system.equations).integrate(ctypes.byref(problem))
    kind, unit, time_d = arrays["failure"].tolist()
    if kind == _MISSING:
        point = acting(int(unit), time_d)
        where = ", ".join(f"{name} {value:g}" for name, value in point.named().items())
        raise MissingNodeError(
            f"drift has not been measured where a course goes on day {time_d:g}, around {where}"
        )
    if kind:
        raise StuckError(f"a course could not be integrated beyond day {time_d:g}")
    return output


def _parted(output: Array, asked: Sequence[Asked]) -> list[Solved]:
    solved, first = [], 0
    for each in asked:
        count = len(each.moments_d) * len(each.start)
        rows = output[first : first + count].reshape(len(each.start), len(each.moments_d), -1)
        solved.append(Solved(rows[:, :, :-1].swapaxes(0, 1), rows[:, :, -1].T))
        first += count
    return solved


def _address(array: NDArray[np.generic]) -> int:
    assert array.flags.c_contiguous
    return int(array.ctypes.data)


def _table(table: DriftTable) -> dict[str, NDArray[np.generic]]:
    index = table.index.ravel()
    # A lane at rest on a last node reads, at no weight, the next one that another lane needs.
    beyond = np.full(index.size, -1, dtype=index.dtype)
    return {
        "axis_values": np.concatenate([np.array(values, dtype=float) for values in table.grid]),
        "axis_lengths": np.array([len(values) for values in table.grid], dtype=np.int64),
        "index": np.concatenate([index, beyond]),
        "roots": np.ascontiguousarray(table.roots, dtype=np.float64),
    }


def _constants(
    system: SlowSystem, own: Mapping[str, Array] = MappingProxyType({}), patients: int = 1
) -> Array:
    """Return the constants and their inverses, of each patient."""
    known = dict(system.constants) | dict(system.tissue) | dict(own)
    columns = [np.broadcast_to(known[name], patients) for name in system.equations.constants]
    values = np.stack(columns, axis=-1).astype(np.float64)
    with np.errstate(divide="ignore", over="ignore"):  # of those that nothing is divided by
        return np.concatenate([values, 1 / values], axis=1)


def _multiplier(asked: Asked) -> Array:
    units = len(asked.start)
    if asked.multiplier is None:
        return np.ones(units)
    return np.asarray(asked.multiplier, dtype=float)


def _drug_count(asked: Sequence[Asked]) -> int:
    return max((len(each.drive.drugs) for each in asked), default=0)


def _courses(asked: Sequence[Asked]) -> dict[str, NDArray[np.generic]]:
    drugs = _drug_count(asked)
    segments = [segments_of(each.drive, drugs) for each in asked]
    moments = [np.asarray(each.moments_d, dtype=float) for each in asked]
    return {
        "segments": np.concatenate(segments),
        "first_segment": _firsts(segments),
        "moments": np.concatenate(moments),
        "first_moment": _firsts(moments),
    }


def _firsts(parts: Sequence[Array]) -> NDArray[np.int64]:
    return np.concatenate([[0], np.cumsum([len(part) for part in parts])]).astype(np.int64)


@lru_cache(maxsize=64)
def _library(path: Path) -> ctypes.CDLL:
    library = ctypes.CDLL(str(path))
    library.integrate.argtypes = [ctypes.c_void_p]
    library.integrate.restype = None
    return library


def _compiled(equations: SlowEquations) -> ctypes.CDLL:
    """Return the kernel of equations; compile it if the cache does not have it."""
    path = cache_path("kernels") / f"{_key(equations)}.so"
    if not path.exists():
        path = cache_folder("kernels") / path.name
        with FileLock(f"{path}.lock"):
            if not path.exists():
                _compile(_source(equations), path)
    return _library(path)


def _key(equations: SlowEquations) -> str:
    """Hash of what a kernel depends on; nothing has to be generated to know it."""
    rules = [equations.rule, equations.heterosynaptic]
    texts = [(rule.late, rule.drift) if rule else None for rule in rules]
    axes = [(axis.name, axis.resting, axis.full) for axis in AXES.values()]
    return sha256(f"{texts} {axes} {_code_key()} {machine_key(FLAGS)}".encode()).hexdigest()[:24]


def _source(equations: SlowEquations) -> str:
    from resetsim.slow.source import kernel_source  # with SymPy, which takes long to import

    return kernel_source(equations, _TEMPLATE.read_text())


@lru_cache
def _code_key() -> str:
    makers = [_TEMPLATE.with_name(f"{name}.py") for name in ("equations", "symbols", "source")]
    files = [Path(str(module.__file__)) for module in (expressions, parsing)]
    texts = [file.read_text() for file in (*makers, *files, _TEMPLATE)]
    return sha256(" ".join([*texts, *Plasticity.model_fields]).encode()).hexdigest()


def _compile(text: str, path: Path) -> None:
    for abandoned in path.parent.glob(f"{path.stem}.*.partial"):  # this process has the lock
        shutil.rmtree(abandoned, ignore_errors=True)
    with TemporaryDirectory(prefix=f"{path.stem}.", suffix=".partial", dir=path.parent) as folder:
        source, library = Path(folder) / "kernel.cpp", Path(folder) / "kernel.so"
        source.write_text(text)
        inside = os.environ | {"TMPDIR": folder}  # a compiler that is killed leaves files there
        with whole_file(library) as partial:
            command = [compiler() or "g++", *FLAGS, str(source), "-o", str(partial)]
            finished = subprocess.run(
                command, capture_output=True, text=True, check=False, env=inside
            )
            if finished.returncode:
                raise RuntimeError(f"compiling the slow clock failed:\n{finished.stderr}")
        library.replace(path)
