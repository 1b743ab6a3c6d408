"""Who computes: processes on this machine, or workers of a Dask cluster."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from logging import CRITICAL, getLogger
from multiprocessing import Pipe, Process
from queue import SimpleQueue
from traceback import format_exc
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
        with (
            ThreadPoolExecutor(self._jobs) as executor,
            _crew(function, self._jobs) as free,
        ):
            yield from _ahead(
                lambda item: executor.submit(_made, free, item), items, _AHEAD * self._jobs
            )


def _ahead(submit: Callable[[Item], Any], items: Sequence[Item], most: int) -> Iterator[Any]:
    """Yield what is made of items, in order, with so many under way."""
    waiting: deque[Any] = deque()
    for item in items:
        waiting.append(submit(item))
        if len(waiting) >= most:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


@contextmanager
def _crew(function: Callable[[Any], Any], jobs: int) -> Iterator[SimpleQueue[Any]]:
    """Give connections to processes that wait for items.

    Each has a pipe of its own, whose end is seen even where a process is killed while it answers;
    whoever shares one, as in ``ProcessPoolExecutor``, then waits for ever.
    """
    free: SimpleQueue[Any] = SimpleQueue()
    processes: list[Process] = []
    try:
        for _ in range(jobs):
            here, there = Pipe()
            processes.append(Process(target=_serve, args=(function, there)))
            processes[-1].start()
            there.close()  # before the next process is forked: nobody else holds that end
            free.put(here)
        yield free
    finally:
        # What nobody waits for any more would take seconds to end.
        for process in processes:
            process.kill()
            process.join()


def _serve(function: Callable[[Any], Any], there: Any) -> None:
    """Answer each item with what is made of it, and the error there was."""
    begin_worker()
    with suppress(EOFError, OSError):  # the driver has ended
        while True:
            item = there.recv()
            answer: tuple[Any, Exception | None]
            try:
                answer = function(item), None
            except Exception as error:
                error.add_note(format_exc())
                answer = None, error
            there.send(answer)


def _made(free: SimpleQueue[Any], item: Any) -> Any:
    here = free.get()
    try:
        here.send(item)
        made, error = here.recv()
    except (EOFError, OSError):
        raise WorkerError(
            "a worker process was ended from outside, or for want of memory; run it again, "
            "with --resume: patients who have been followed are kept"
        ) from None
    finally:
        free.put(here)
    if error is not None:
        raise error
    return made


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
