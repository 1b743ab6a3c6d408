"""Brian2's C++ standalone mode: one binary per circuit, its numbers given when it is started.

The binary is started directly, so that workers need no Brian2. See ``docs/execution.md``.
"""

import json
import os
import pickle
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from subprocess import PIPE

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray

from resetsim.simulation.folders import cache_folder
from resetsim.simulation.task import Circuit, Recording, Task

# With Brian2's own flags g++ gives up vectorising the neuron loop at ten alias checks and does not
# find the vector exp: docs/execution.md has the measurement.
TUNED_FLAGS = (
    "-w",
    "-O3",
    "-ffast-math",
    "-fno-finite-math-only",
    "-D__FAST_MATH__",
    "-march=native",
    "--param=vect-max-version-for-alias-checks=1000",
    "-std=c++17",
)


def compiler() -> str | None:
    """Return the path of the C++ compiler, or None where there is none."""
    return shutil.which(os.environ.get("CXX", "g++"))


class SimulationError(RuntimeError):
    """A binary failed or ignored an argument."""


def compiled(circuit: Circuit, flags: tuple[str, ...] | None = TUNED_FLAGS) -> Path:
    """Return the folder with a circuit's binary; compile it if it is not there.

    Parameters
    ----------
    circuit
        What to compile.
    flags
        Compiler flags; None for those of Brian2.

    Returns
    -------
    Path
        A folder with ``main`` and ``manifest.json``. Processes that want the same one wait for
        the first.
    """
    folder = cache_folder("builds") / f"{circuit.key}-{machine_key(flags)}"
    with FileLock(f"{folder}.lock"):
        if not (folder / "manifest.json").exists():
            shutil.rmtree(folder, ignore_errors=True)
            _compile(circuit, folder, flags)
    return folder


@lru_cache
def machine_key(flags: tuple[str, ...] | None = TUNED_FLAGS) -> str:
    """Return the hash of what a binary depends on besides its circuit.

    Parameters
    ----------
    flags
        Compiler flags; None for those of Brian2.

    Returns
    -------
    str
        Of compiler, processor, flags and the code that compiles.
    """
    builder = Path(__file__).with_name("compile_network.py").read_text()
    return sha256(f"{_machine()} {flags} {builder}".encode()).hexdigest()[:8]


def run(folder: Path, task: Task) -> Recording:
    """Run a compiled circuit.

    Parameters
    ----------
    folder
        From :func:`compiled`.
    task
        Its numbers, duration and seed.

    Returns
    -------
    Recording
        What the task asks for.

    Raises
    ------
    SimulationError
        If the binary fails, complains or stops early.
    """
    manifest = json.loads((folder / "manifest.json").read_text())
    with tempfile.TemporaryDirectory(prefix=_PREFIX, dir=_temporary_root()) as name:
        results = Path(name)
        command = [str(folder / "main"), "--results_dir", f"{results}/", *_written(task, results)]
        # Out of reach of the terminal's Ctrl-C, on which a binary would end early but orderly.
        process = subprocess.Popen(
            command, cwd=folder, stdout=PIPE, stderr=PIPE, text=True, start_new_session=True
        )
        _running.add(process)
        try:
            said, complained = process.communicate()
        finally:
            _running.discard(process)
        # A wrong argument file only prints to stderr and runs on with defaults.
        if process.returncode or complained:
            raise SimulationError(f"the simulation failed: {complained or said}")
        recording = _read(results, manifest, task)
    return recording


def stop_all() -> None:
    """Stop every binary that this process has started."""
    for process in tuple(_running):
        process.kill()


_PREFIX = "resetsim-"
_ABANDONED_S = 24 * 3600.0  # no run takes a day


@lru_cache
def _temporary_root() -> Path:
    """Return where binaries write, in memory if possible; remove what killed runs left there."""
    memory = Path("/dev/shm")
    root = memory if memory.is_dir() else Path(tempfile.gettempdir())
    for folder in root.glob(f"{_PREFIX}*"):
        with suppress(OSError):
            if time.time() - folder.stat().st_mtime > _ABANDONED_S:
                shutil.rmtree(folder, ignore_errors=True)
    return root


_running: set[subprocess.Popen[str]] = set()


def _compile(circuit: Circuit, folder: Path, flags: tuple[str, ...] | None) -> None:
    """Compile in a process of its own: Brian2's device is global, and threads may compile."""
    finished = subprocess.run(
        [sys.executable, "-m", "resetsim.simulation.compile_network"],
        input=pickle.dumps((circuit, folder, flags)),
        capture_output=True,
        check=False,
    )
    if finished.returncode:
        raise SimulationError(f"compiling the network failed:\n{finished.stderr.decode()}")


def _written(task: Task, results: Path) -> list[str]:
    written = [f"control.duration={task.duration_s!r}", f"control.random_seed={task.seed}"]
    for name, value in task.arguments.items():
        if isinstance(value, np.ndarray):
            file = results / f"argument_{name}"
            value.astype(np.float64).tofile(file)
            written.append(f"{name}={file}")
        else:
            written.append(f"{name}={float(value)!r}")
    return written


def _read(results: Path, manifest: dict[str, list[str]], task: Task) -> Recording:
    def array(name: str) -> NDArray[np.float64]:
        file, dtype = manifest[name]
        return np.fromfile(results / file, dtype=dtype)

    reached = float(array("defaultclock.t")[0])
    if abs(reached - task.duration_s) > 1e-3:
        raise SimulationError(f"the simulation stopped at {reached} s of {task.duration_s} s")
    return Recording(
        {name: array(f"spikes_{name}.i").astype(np.int32) for name in task.spikes},
        {name: array(f"spikes_{name}.t") for name in task.spikes},
        {name: array(name) for name in task.arrays},
    )


@lru_cache
def _machine() -> str:
    """Describe what a binary depends on besides its source: compiler and processor."""
    version = subprocess.run(
        [compiler() or "g++", "--version"], capture_output=True, text=True, check=False
    ).stdout
    processor = platform.processor() + platform.machine()
    information = Path("/proc/cpuinfo")
    if information.exists():
        lines = information.read_text().splitlines()
        described = {line for line in lines if line.startswith(("model name", "flags"))}
        processor += "".join(sorted(described))
    return version + processor
