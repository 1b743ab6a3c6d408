"""Compiled networks on disk: each whole or not there, checked before it is used.

A build is written beside its place and renamed, under a lock; what is whole is used without one.
"""

import json
import os
import pickle
import platform
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from subprocess import DEVNULL, PIPE

from filelock import FileLock

from resetsim.cache import cache_folder, cache_path
from resetsim.errors import InputError
from resetsim.spiking.errors import SimulationError
from resetsim.spiking.sealed import read_file, unsealed
from resetsim.spiking.task import Circuit

# With Brian2's own flags g++ gives up vectorising the neuron loop at ten alias checks and does not
# find the vector exp: docs/explanation/performance.md has the gain.
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


@dataclass(frozen=True)
class Build:
    """A compiled circuit.

    Attributes
    ----------
    folder
        With its binary ``main``.
    arrays
        By variable: its file, its type, the variable that counts its rows (None: it has one) and
        the size of a row.
    """

    folder: Path
    arrays: dict[str, tuple[str, str, str | None, int]]


def compiler() -> str | None:
    """Return the path of the C++ compiler, or None where there is none."""
    return shutil.which(os.environ.get("CXX", "g++"))


def compiled(circuit: Circuit, flags: tuple[str, ...] | None = TUNED_FLAGS) -> Build:
    """Return a circuit's build; compile it if it is not there, or not as it was written.

    Parameters
    ----------
    circuit
        What to compile.
    flags
        Compiler flags; None for those of Brian2.

    Returns
    -------
    Build
        Processes that want the same one wait for the first.

    Raises
    ------
    InputError
        If it must be compiled and the cache cannot be written.
    SimulationError
        If it cannot be compiled.
    """
    name = f"{circuit.key}-{machine_key(flags)}"
    with suppress(OSError, ValueError):
        return _checked(cache_path("builds") / name)
    folder = cache_folder("builds") / name
    try:
        with FileLock(f"{folder}.lock"):
            with suppress(OSError, ValueError):
                return _checked(folder)
            _build(circuit, folder, flags)
            return _checked(folder)
    except (OSError, ValueError) as error:
        raise InputError(
            f"the cache folder {folder.parent} does not hold this network and cannot be used to "
            f"compile it ({error}); set RESETSIM_CACHE to a folder that can be written and has room"
        ) from error


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
    here = Path(__file__)
    modules = ("compile_network.py", "checked_arrays.py", "faster_code.py")
    builder = [here.with_name(name).read_text() for name in modules]
    return sha256(f"{_machine()} {flags} {builder}".encode()).hexdigest()[:8]


def _checked(folder: Path) -> Build:
    """Return a build that is whole; raise OSError or ValueError if a byte of it is not."""
    manifest = json.loads(unsealed("build", read_file(folder / "manifest")))
    for name, digest in manifest["files"].items():
        if sha256(read_file(folder / name)).hexdigest() != digest:
            raise ValueError(f"{folder / name} has changed")
    if not os.access(folder / "main", os.X_OK):
        raise ValueError(f"{folder / 'main'} cannot be executed there")
    return Build(folder, {name: tuple(array) for name, array in manifest["arrays"].items()})


def _build(circuit: Circuit, folder: Path, flags: tuple[str, ...] | None) -> None:
    for abandoned in folder.parent.glob(f"{folder.name}.*.partial"):  # this process has the lock
        shutil.rmtree(abandoned, ignore_errors=True)
    partial = Path(tempfile.mkdtemp(prefix=f"{folder.name}.", suffix=".partial", dir=folder.parent))
    try:
        _compile(circuit, partial, flags)
        if folder.is_dir() and not folder.is_symlink():
            shutil.rmtree(folder)
        else:
            folder.unlink(missing_ok=True)
        (partial / "build").rename(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _compile(circuit: Circuit, folder: Path, flags: tuple[str, ...] | None) -> None:
    """Compile in a process of its own: Brian2's device is global, and threads may compile."""
    process = subprocess.Popen(
        [sys.executable, "-m", "resetsim.spiking.compile_network"],
        stdin=PIPE,
        stdout=DEVNULL,
        stderr=PIPE,
        start_new_session=True,
    )
    assert process.stdin is not None
    assert process.stderr is not None
    try:
        with suppress(BrokenPipeError):  # it has ended, and says why
            process.stdin.write(pickle.dumps((circuit, folder, flags)))
            process.stdin.flush()
        # Its input stays open: at its end the process stops, even if this one is killed.
        complained = process.stderr.read().decode(errors="replace")
        if process.wait():
            raise _failure(process.returncode, complained)
    finally:
        if process.returncode != 0:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)  # it, and compilers that outlive it
        process.wait()
        process.stderr.close()
        with suppress(BrokenPipeError):
            process.stdin.close()


def _failure(status: int, complained: str) -> SimulationError:
    lines = [line.strip() for line in complained.splitlines() if line.strip()]
    if status < 0:
        lines = [f"its process was ended by {signal.Signals(-status).name}"]
    telling = [line for line in lines if "error:" in line.lower()] or lines[-1:] or ["no message"]
    reason = telling[0].removeprefix("RuntimeError: ")
    if "No space left" in complained:
        reason += "; set RESETSIM_CACHE to a folder with 60 MB"
    error = SimulationError(f"compiling the network failed: {reason}")
    error.add_note(complained)
    return error


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
