"""Who computes: processes on this machine, or workers of a Dask cluster."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from typing import Any, Protocol, TypeVar

from resetsim.errors import InputError
from resetsim.spiking.engine import begin_worker

Item = TypeVar("Item")
Made = TypeVar("Made")

_AHEAD = 3  # tasks for each worker that are under way or wait to be taken
_TIMEOUT_S = 10


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
        with ProcessPoolExecutor(
            min(self._jobs, max(len(items), 1)),
            initializer=_take,
            initargs=(function,),
        ) as executor:
            waiting: list[Future[Made]] = []
            try:
                for item in items:
                    waiting.append(executor.submit(_made, item))
                    if len(waiting) >= _AHEAD * self._jobs:
                        yield waiting.pop(0).result()
                while waiting:
                    yield waiting.pop(0).result()
            finally:
                for each in waiting:
                    each.cancel()


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
        there = self._client.scatter(function, broadcast=True, hash=False)
        ahead = _AHEAD * max(len(self._client.scheduler_info()["workers"]), 1)
        waiting: list[Any] = []
        for item in items:
            waiting.append(self._client.submit(_called, there, item, pure=False))
            if len(waiting) >= ahead:
                yield waiting.pop(0).result()
        while waiting:
            yield waiting.pop(0).result()


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
    from distributed import Client  # imported late: it takes long, and few need it

    try:
        client: Any = Client(scheduler, timeout=_TIMEOUT_S)  # type: ignore[no-untyped-call]
    except (OSError, ValueError, TypeError) as error:
        raise InputError(
            f"--scheduler: nobody answers at {scheduler} ({error}); start one with 'dask scheduler'"
        ) from None
    with client:
        if not client.scheduler_info()["workers"]:
            raise InputError(
                f"--scheduler: the cluster at {scheduler} has no workers; start some with "
                f"'dask worker {scheduler}'"
            )
        yield Cluster(client)
