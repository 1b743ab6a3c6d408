"""Run many simulations: look them up, compile what is missing, share them over the cores."""

import os
import signal
import warnings
from collections.abc import Iterable, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from dataclasses import dataclass
from multiprocessing import active_children, parent_process
from multiprocessing.process import BaseProcess
from threading import Thread
from typing import Literal

from resetsim.progress import Progress, Silent
from resetsim.spiking import runtime, standalone, store
from resetsim.spiking.builds import Build, compiled, compiler, machine_key
from resetsim.spiking.errors import SimulationError
from resetsim.spiking.task import Circuit, Recording, Task

Target = Literal["standalone", "standalone with Brian2's flags", "cython", "numpy"]


class NoCompilerWarning(UserWarning):
    """There is no C++ compiler: simulations run with NumPy."""


@dataclass(frozen=True)
class Engine:
    """How simulations are executed.

    Attributes
    ----------
    target
        What Brian2 compiles for.
    jobs
        How many simulations run at a time.
    keep
        Whether finished simulations are kept on disk and reused.
    """

    target: Target
    jobs: int = 1
    keep: bool = True

    def run(self, tasks: Sequence[Task], progress: Progress | None = None) -> list[Recording]:
        """Return what each task gives, in their order.

        Parameters
        ----------
        tasks
            What to run; the same simulation asked for twice is run once.
        progress
            Told how many there are and how many have finished.

        Returns
        -------
        list of Recording
            One for each task, whatever the number of jobs or the order they finish in.
        """
        progress = progress or Silent()
        keys = [task.key(self.built_for) for task in tasks]
        wanted = dict(zip(keys, tasks, strict=True))
        found = {key: store.load(key, wanted[key]) if self.keep else None for key in wanted}
        missing = {key: task for key, task in wanted.items() if found[key] is None}
        progress.expect(len(missing))
        found |= self._run_missing(missing, progress)
        return [recording for key in keys if (recording := found[key]) is not None]

    def _run_missing(self, missing: dict[str, Task], progress: Progress) -> dict[str, Recording]:
        if not missing:
            return {}
        circuits = {id(task.circuit): task.circuit for task in missing.values()}
        builds = {each: self._built(circuit) for each, circuit in circuits.items()}
        finished: dict[str, Recording] = {}
        others = set(active_children())
        with self._executor() as executor:
            futures = {
                executor.submit(_run, self.target, task, builds[id(task.circuit)]): key
                for key, task in missing.items()
            }
            try:
                remaining = set(futures)
                while remaining:
                    done, remaining = wait_for(remaining, return_when="FIRST_COMPLETED")
                    for future in done:
                        key = futures[future]
                        finished[key] = future.result()
                        if self.keep:
                            store.save(key, finished[key])
                    progress.finished(len(done))
            except BaseException:
                executor.shutdown(wait=False, cancel_futures=True)
                _stop(futures, others)
                raise
        return finished

    @property
    def built_for(self) -> str:
        """What networks are compiled for and how: seeds give other spikes elsewhere."""
        match self.target:
            case "standalone":
                return f"{self.target} {machine_key()}"
            case "standalone with Brian2's flags":
                return f"{self.target} {machine_key(None)}"
            case _:
                return self.target

    def _built(self, circuit: Circuit) -> Build | None:
        match self.target:
            case "standalone":
                return compiled(circuit)
            case "standalone with Brian2's flags":
                return compiled(circuit, None)
            case _:
                return None

    def _executor(self) -> Executor:
        # A standalone run is a process of its own; Brian2 in this process needs one per job.
        if self.target in ("cython", "numpy"):
            try:
                return ProcessPoolExecutor(self.jobs, initializer=begin_worker)
            except OSError as error:  # its semaphores are files in shared memory
                raise SimulationError(
                    f"worker processes cannot be started ({error.strerror}); "
                    "make room in shared memory, /dev/shm"
                ) from error
        return ThreadPoolExecutor(self.jobs)


def best_engine(jobs: int) -> Engine:
    """Return the fastest engine this machine allows.

    Parameters
    ----------
    jobs
        How many simulations run at a time.

    Returns
    -------
    Engine
        C++ standalone; NumPy, with a warning, where there is no compiler.
    """
    if compiler() is not None:
        return Engine("standalone", jobs)
    warnings.warn(
        "no C++ compiler (g++) was found: simulations run with NumPy, some 70-85 times slower",
        NoCompilerWarning,
        stacklevel=2,
    )
    return Engine("numpy", jobs)


def _stop(futures: Iterable[Future[Recording]], others: set[BaseProcess]) -> None:
    # Again and again: a thread may be just about to start its binary.
    while unfinished := [future for future in futures if not future.done()]:
        standalone.stop_all()
        for worker in set(active_children()) - others:
            worker.kill()
        wait_for(unfinished, timeout=0.05)


def begin_worker() -> None:
    """Begin a worker process: the driver stops it, and it ends with a driver that was killed."""
    # Ctrl-C reaches every process of a terminal.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    Thread(target=_end_with_driver, daemon=True).start()


def _end_with_driver() -> None:
    if driver := parent_process():
        driver.join()
        os._exit(1)


def _run(target: Target, task: Task, build: Build | None) -> Recording:
    if build is None:
        return runtime.run(task, target)
    return standalone.run(build, task)
