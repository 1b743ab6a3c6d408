"""Runs of compiled networks: the binary is started directly, so that workers need no Brian2.

See ``docs/explanation/execution.md``.
"""

import os
import signal
import subprocess
from pathlib import Path
from subprocess import PIPE

import numpy as np
from numpy.typing import NDArray

from resetsim.spiking.builds import Build
from resetsim.spiking.checked_arrays import WRITING_FAILED
from resetsim.spiking.errors import SimulationError
from resetsim.spiking.scratch import ROOM_BYTES, scratch_folder, scratch_roots
from resetsim.spiking.task import Recording, Task


def run(build: Build, task: Task) -> Recording:
    """Run a compiled circuit.

    Parameters
    ----------
    build
        From :func:`resetsim.spiking.builds.compiled`.
    task
        Its numbers, duration and seed.

    Returns
    -------
    Recording
        What the task asks for, whole.

    Raises
    ------
    SimulationError
        If the binary fails, complains, stops early or finds no room to write.
    """
    failed = []
    for root in scratch_roots(len(_running) + 1):
        try:
            with scratch_folder(root) as results:
                return _run_in(results, build, task)
        except OSError as error:
            failed.append(f"{root} ({error.strerror or error})")
    raise SimulationError(
        f"a simulation cannot be written to {' or '.join(failed) or 'any temporary folder'}; make "
        "room there, or set TMPDIR to a folder with "
        f"{ROOM_BYTES // 2**20} MB for each simulation at a time"
    )


def stop_all() -> None:
    """Stop every binary that this process has started."""
    for process in tuple(_running):
        process.kill()


_running: set[subprocess.Popen[str]] = set()


def _run_in(results: Path, build: Build, task: Task) -> Recording:
    """Run in a folder; raise OSError if it cannot be written."""
    arguments = _written(task, results)
    status, said = _ended([str(build.folder / "main"), "--results_dir", f"{results}/", *arguments])
    if status == WRITING_FAILED:
        raise OSError(said.replace(f"{results}/", ""))
    # A wrong argument file only prints and runs on with defaults.
    if status or said:
        raise SimulationError(f"the simulation failed: {said or _name(status)}")
    return _read(results, build, task)


def _ended(command: list[str]) -> tuple[int, str]:
    """Return the exit status of a binary, and what it printed, in one line."""
    try:
        # Out of reach of the terminal's Ctrl-C, on which a binary would end early but orderly.
        process = subprocess.Popen(
            command,
            cwd=Path(command[0]).parent,
            env=os.environ | {"RESETSIM_DRIVER": str(os.getpid())},
            stdout=PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
    except OSError as error:
        raise SimulationError(f"{command[0]} cannot be started ({error.strerror})") from error
    _running.add(process)
    try:
        said, _ = process.communicate()
    except BaseException:
        process.kill()
        raise
    finally:
        _running.discard(process)
    return process.returncode, " ".join(said.split())


def _name(status: int) -> str:
    if status == -signal.SIGKILL:
        return "the system ended it (SIGKILL), perhaps for want of memory; try fewer --jobs"
    return signal.Signals(-status).name if status < 0 else f"exit status {status}"


def _written(task: Task, results: Path) -> list[str]:
    written = [f"control.duration={task.duration_s!r}", f"control.random_seed={task.seed}"]
    for name, value in task.arguments.items():
        if isinstance(value, np.ndarray):
            file = results / f"argument_{name}"
            file.write_bytes(value.astype(np.float64).tobytes())
            written.append(f"{name}={file}")
        else:
            written.append(f"{name}={float(value)!r}")
    return written


def _read(results: Path, build: Build, task: Task) -> Recording:
    def array(name: str) -> NDArray[np.float64]:
        file, dtype, rows, size = build.arrays[name]
        found = _from_file(results / file, np.dtype(dtype))
        expected = size if rows is None else size * int(array(rows)[0])
        if len(found) != expected:
            raise SimulationError(
                f"the simulation wrote {len(found)} of {expected} numbers of {name} to {results}"
            )
        return found

    reached = float(array("defaultclock.t")[0])
    if abs(reached - task.duration_s) > 1e-3:
        raise SimulationError(f"the simulation stopped at {reached} s of {task.duration_s} s")
    return Recording(
        {name: array(f"spikes_{name}.i").astype(np.int32) for name in task.spikes},
        {name: array(f"spikes_{name}.t") for name in task.spikes},
        {name: array(name) for name in task.arrays},
    )


def _from_file(file: Path, dtype: np.dtype[np.float64]) -> NDArray[np.float64]:
    content = file.read_bytes()
    if len(content) % dtype.itemsize:
        raise SimulationError(f"the simulation wrote only a part of {file}")
    return np.frombuffer(content, dtype).copy()
