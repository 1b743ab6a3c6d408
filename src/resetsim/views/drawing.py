"""Drawing what there are views of: one figure, or all into files while something else is done."""

import gc
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing import get_all_start_methods, get_context
from pathlib import Path
from typing import Any, Protocol, TypeVar

import matplotlib
from matplotlib.figure import Figure

from resetsim.errors import InputError, nearest
from resetsim.records.result import Result
from resetsim.spiking.engine import begin_worker
from resetsim.store.answers import key_of, load, save
from resetsim.store.digest import digest
from resetsim.views.figure_files import files_of_figure, save_figure
from resetsim.views.style import STYLE
from resetsim.whole_file import whole_file

_Drawn = TypeVar("_Drawn", contravariant=True)
_Result = TypeVar("_Result")


class AnyView(Protocol[_Drawn]):
    """A kind of figure, of whatever it is drawn from."""

    @property
    def name(self) -> str:
        """Of its files, without the ending."""

    @property
    def figure(self) -> Callable[[_Drawn], Figure | None]:
        """Gives the figure, or None where there is nothing to draw."""


@contextmanager
def drawing(
    result: _Result,
    folder: Path,
    jobs: int,
    views: Sequence[AnyView[_Result]],
    keep: bool = False,
) -> Iterator[None]:
    """Draw the figures that a result has data for, each as PNG and SVG, while the block runs.

    Parameters
    ----------
    result
        What the views are drawn from.
    folder
        Where to; it exists.
    jobs
        How many figures at a time, each by a process that has inherited the result; all in this
        process, and before the block, where there is one job or there can be no such processes.
    views
        Which figures there are.
    keep
        Whether figures that were drawn of an equal result are taken from the cache, or kept there;
        those of a cohort never are.
    """
    shown = _shown(result) if keep and isinstance(result, Result) else None
    # The others fill the gaps.
    slow_first = sorted(range(len(views)), key=lambda number: views[number].name not in _SLOW)
    numbers = [number for number in slow_first if not _restored(shown, folder, views[number])]
    executor = _executor(result, folder, shown, views, jobs) if numbers else None
    if executor is None:
        for number in numbers:
            _draw_view(result, folder, shown, views[number])
        yield
        return
    with executor:
        drawn = [executor.submit(_draw_inherited, number) for number in numbers]
        yield
        for each in drawn:
            each.result()


def _shown(result: Result) -> bytes:
    """Return the hash of all that figures of a result depend on."""
    settings = Path(matplotlib.matplotlib_fname()).read_bytes()
    return digest(replace(result, provenance={})) + settings


def _restored(shown: bytes | None, folder: Path, view: AnyView[Any]) -> bool:
    """Take the files of a view from the cache; return whether they were there."""
    if shown is None:
        return False
    files: dict[str, bytes] | None = load(_key(shown, view))
    if files is None:
        return False
    for name, content in files.items():
        with whole_file(folder / name) as partial:
            partial.write_bytes(content)
    return True


def _key(shown: bytes, view: AnyView[Any]) -> str:
    return key_of(f"figure {view.name}".encode() + shown)


def _executor(
    result: _Result,
    folder: Path,
    shown: bytes | None,
    views: Sequence[AnyView[_Result]],
    jobs: int,
) -> ProcessPoolExecutor | None:
    if jobs < 2 or "fork" not in get_all_start_methods():
        return None
    try:
        inherited = (result, folder, shown, views)
        return ProcessPoolExecutor(jobs, get_context("fork"), _inherit, inherited)
    except OSError:  # its semaphores are files in shared memory, which may be full
        return None


_SLOW = ("windup", "courses")
_inherited: tuple[Any, Path, bytes | None, Sequence[AnyView[Any]]]


def _inherit(
    result: _Result, folder: Path, shown: bytes | None, views: Sequence[AnyView[_Result]]
) -> None:
    global _inherited
    _inherited = result, folder, shown, views
    gc.freeze()  # else each collection goes through all that is inherited, and copies its pages
    begin_worker()


def _draw_inherited(number: int) -> None:
    result, folder, shown, views = _inherited
    _draw_view(result, folder, shown, views[number])


def _draw_view(result: _Result, folder: Path, shown: bytes | None, view: AnyView[_Result]) -> None:
    save_figure(lambda: view.figure(result), folder, view.name)
    if shown is not None:
        save(
            _key(shown, view),
            {path.name: path.read_bytes() for path in files_of_figure(folder, view.name)},
        )


def figure_of(result: _Result, name: str, views: Sequence[AnyView[_Result]]) -> Figure:
    """Draw one figure of a result.

    Parameters
    ----------
    result
        What an experiment gave.
    name
        Of the view.
    views
        Which figures there are.

    Returns
    -------
    Figure
        Not saved.

    Raises
    ------
    InputError
        If there is no such view, or the result has nothing to draw in it.
    """
    by_name = {view.name: view for view in views}
    if name not in by_name:
        raise InputError(f"figure: found '{name}'; {nearest(name, by_name)}")
    with matplotlib.rc_context(STYLE):
        figure = by_name[name].figure(result)
    if figure is None:
        raise InputError(f"figure: this result has nothing to draw in '{name}'")
    return figure
