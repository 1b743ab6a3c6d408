"""Who computes: processes on this machine, or workers of a Dask cluster."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import partial
from logging import CRITICAL, getLogger
from multiprocessing import active_children
from typing import Any, Protocol, TypeVar

from resetsim.errors import InputError
from resetsim.spiking.engine import begin_worker

Item = TypeVar("Item")
Made = TypeVar("Made")

_AHEAD = 3  # tasks for each worker that are under way or wait to be taken
_TIMEOUT_S = 10


class WorkerError(RuntimeError):
    """Who computes is not there any more; the message is one line."""


class Workers(Protocol):
    """Computes many things, at the same time where it can."""

    def each(self, function: Callable[[Item], Made], items: Sequence[Item]) -> Iterator[Made]:
        """Yield what a function makes of each item, in their order.

        Parameters
        ----------
        function
            It and what it makes can be pickled; what it makes depends on the item alone.
        items
            Any number; a few are under way at a time, so that memory does not grow with them.
        """


class Here:
    """The process itself."""

    def each(self, function: Callable[[Item], Made], items: Sequence[Item]) -> Iterator[Made]:
        """Yield one after the other."""
        return map(function, items)


class Processes:
    """Processes on this machine.

    Parameters
    ----------
    jobs
        How many; 2 or more.
    """

    def __init__(self, jobs: int) -> None:
        self._jobs = jobs

    def each(self, function: Callable[[Item], Made], items: Sequence[Item]) -> Iterator[Made]:
        """Yield as they are finished, in order; the function travels once to each process."""
        others = set(active_children())
        # Leaving it waits for its thread: Python prints a traceback if both end at the same time.
        with ProcessPoolExecutor(self._jobs, initializer=_take, initargs=(function,)) as executor:
            try:
                yield from _ahead(
                    lambda item: executor.submit(_made, item), items, _AHEAD * self._jobs
                )
            except BrokenProcessPool:
                raise WorkerError(
                    "a worker process was ended from outside, or for want of memory; run it again, "
                    "with --resume: patients who have been followed are kept"
                ) from None
            finally:
                # What nobody waits for any more would take seconds to end.
                for worker in set(active_children()) - others:
                    worker.kill()


def _ahead(submit: Callable[[Item], Any], items: Sequence[Item], most: int) -> Iterator[Any]:
    """Yield what is made of items, in order, with so many under way."""
    waiting: deque[Any] = deque()
    for item in items:
        waiting.append(submit(item))
        if len(waiting) >= most:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


_function: Callable[[Any], Any]


def _take(function: Callable[[Any], Any]) -> None:
    global _function
    begin_worker()
    _function = function


def _made(item: Any) -> Any:
    return _function(item)


class Cluster:
    """Workers of a Dask cluster.

    Parameters
    ----------
    client
        Connected to its scheduler.
    """

    def __init__(self, client: Any) -> None:
        self._client = client

    def each(self, function: Callable[[Item], Made], items: Sequence[Item]) -> Iterator[Made]:
        """Yield as they are finished, in order; the function travels once to each worker."""
        from distributed import KilledWorker

        ahead = _AHEAD * sum(self._client.nthreads().values())
        try:
            there = self._client.scatter(function, broadcast=True, hash=False)
            submit = partial(self._client.submit, _called, there, pure=False)
            yield from _ahead(submit, items, ahead)
        except (KilledWorker, CancelledError, OSError) as error:
            raise WorkerError(
                f"the cluster was lost ({type(error).__name__}); run it again, with --resume: "
                "patients who have been followed are kept"
            ) from error


def _called(function: Callable[[Item], Made], item: Item) -> Made:
    return function(item)


@contextmanager
def workers(jobs: int, scheduler: str | None = None) -> Iterator[Workers]:
    """Give who computes, as long as the block lasts.

    Parameters
    ----------
    jobs
        How many processes on this machine.
    scheduler
        Address of a Dask scheduler, such as ``tcp://10.0.0.1:8786``, to be used instead.

    Raises
    ------
    InputError
        If nobody answers there, or the cluster has no workers.
    """
    if scheduler is None:
        yield Here() if jobs == 1 else Processes(jobs)
        return
    try:
        from distributed import Client  # imported late: it takes long, and few need it
    except ModuleNotFoundError:
        raise InputError(
            "--scheduler needs Dask: python -m pip install 'resetsim[cluster]'"
        ) from None
    for name in ("distributed", "distributed.client"):
        getLogger(name).setLevel(CRITICAL)  # what goes wrong is said here, in one line
    try:
        client: Any = Client(scheduler, timeout=_TIMEOUT_S)  # type: ignore[no-untyped-call]
    except (OSError, ValueError, TypeError) as error:
        raise InputError(
            f"--scheduler: nobody answers at {scheduler} ({error}); start one with 'dask scheduler'"
        ) from None
    with client:
        if not client.nthreads():
            raise InputError(
                f"--scheduler: the cluster at {scheduler} has no workers; start some with "
                f"'dask worker {scheduler}'"
            )
        yield Cluster(client)
