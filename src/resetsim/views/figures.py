"""All figures of a result: which there are, how to read them, and their files."""

import gc
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing import get_all_start_methods, get_context
from pathlib import Path
from typing import Any, Protocol, TypeVar

import matplotlib
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import FixedFormatter, FixedLocator

from resetsim.errors import InputError, nearest
from resetsim.records.result import ArmResult, Result
from resetsim.spiking.engine import begin_worker
from resetsim.store.answers import key_of, load, save
from resetsim.store.digest import digest
from resetsim.views.averaging import draw_averaging
from resetsim.views.courses import draw_courses, draw_treatment
from resetsim.views.dose_response import draw_dose_response
from resetsim.views.drift_curves import draw_drift_curves
from resetsim.views.graded import draw_graded
from resetsim.views.grouping import group_arms
from resetsim.views.landscape import draw_landscape, landscape_sentence
from resetsim.views.ltp import draw_ltp
from resetsim.views.memory import draw_capacity, draw_recall
from resetsim.views.outcome_map import draw_outcome_map
from resetsim.views.raster import draw_raster
from resetsim.views.sensitisation import draw_sensitisation
from resetsim.views.style import STYLE
from resetsim.views.units import draw_units
from resetsim.views.windup import draw_windup
from resetsim.whole_file import whole_file

_DOTS_PER_INCH = 150
_ENDINGS = ("png", "svg")
MOST_ARMS = 60  # with curves of their own in a figure
MOST_PANELS = 12  # of groups of such arms


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


@dataclass(frozen=True)
class View:
    """A kind of figure.

    Attributes
    ----------
    name
        Of its files, without the ending.
    title, caption
        What it shows, and in one sentence how to read it.
    draw
        Gives the figure, or None for a result without the data.
    of_all
        Whether it takes every arm, however many: as a cell, a point, or to choose from. Of curves
        nobody tells apart more than some, and memory would grow with them.
    says
        What this result's figure shows, in a sentence; empty for what its caption says already.
    """

    name: str
    title: str
    caption: str
    draw: Callable[[Result], Figure | None]
    of_all: bool = False
    says: Callable[[Result], str] = lambda _: ""

    def figure(self, result: Result) -> Figure | None:
        """Return the figure of a result, with what it leaves out as its title.

        Parameters
        ----------
        result
            What an experiment gave.
        """
        shown = result.arms if self.of_all else first_arms(result.arms)
        if len(shown) == len(result.arms):
            return self.draw(result)
        figure = self.draw(replace(result, arms=shown))
        if figure is not None:
            said = f"the first {len(shown)} of {len(result.arms)} arms"
            figure.suptitle(said, fontsize=9)
        return figure


def first_arms(arms: tuple[ArmResult, ...]) -> tuple[ArmResult, ...]:
    """Return so many arms as a figure of curves can show, in so many panels as fit a page.

    Parameters
    ----------
    arms
        Of a result.
    """
    panels = group_arms(arms[:MOST_ARMS]).panels.values()
    shown = {arm.name for members in list(panels)[:MOST_PANELS] for arm in members}
    return tuple(arm for arm in arms[:MOST_ARMS] if arm.name in shown)


VIEWS = (
    View(
        "outcome_map",
        "Outcome",
        "Each cell is one arm: how much pain there is afterwards, dark is little, and, where "
        "there is room, how long after the end of treatment it came back for good. A "
        "percentage next to an outcome is the share of tables of drift, drawn from its sampling "
        "error, that agree.",
        draw_outcome_map,
        of_all=True,
    ),
    View(
        "dose_response",
        "Outcome",
        "Each point is one arm: how much pain there is afterwards; open points are arms whose "
        "pain came back.",
        draw_dose_response,
        of_all=True,
    ),
    View(
        "graded",
        "How pain is graded",
        "Each point is one arm, with the band of 90 % of tables drawn from the sampling noise of "
        "drift, often too narrow to be seen.",
        draw_graded,
        of_all=True,
    ),
    View(
        "courses",
        "Courses over the whole follow-up",
        "Curves that coincide lie on each other, the later ones thinner; grey is the time of "
        "dosing; in the memory each solid line is an assembly, dotted are all other synapses; "
        "recall of each pattern, learned or not, with its standard error. Behind pain, often too "
        "narrow to be seen, the band of 90 % of tables drawn from the sampling noise of drift.",
        draw_courses,
    ),
    View(
        "units",
        "Units of the painful area",
        "Each row of a strip is a patch with its own input, dark healthy, bright amplified; those "
        "below the line get none. Dashed lines are start and end of dosing. Right, the pain that "
        "the mean output of the whole area gives.",
        draw_units,
        of_all=True,
    ),
    View(
        "treatment",
        "Courses around the treatment",
        "The same curves at the time of dosing, below the share of the NMDA conductance removed. "
        "Where durations differ much, time is drawn as its cube root, so that minutes can be seen "
        "beside days.",
        draw_treatment,
    ),
    View(
        "landscape",
        "The landscape of one unit",
        "Above zero the late phase grows, below it decays; at a filled point it rests, an open one "
        "is a hilltop that it leaves to either side.",
        draw_landscape,
        of_all=True,
        says=landscape_sentence,
    ),
    View(
        "drift_curves",
        "The same at other inputs",
        "Above zero the late phase grows, below it decays; filled points attract, an open point "
        "is the threshold that a blockade has to pass.",
        draw_drift_curves,
        of_all=True,
    ),
    View(
        "windup",
        "Wind-up",
        "Spikes of a WDR neuron after each stimulus of a train, with bands of standard error; a "
        "rise along the train is wind-up. Where patients differ, after the longest treatment of "
        "each.",
        draw_windup,
    ),
    View(
        "sensitisation",
        "Hyperalgesia, allodynia and ongoing pain",
        "Firing of projection neurons under the strongest noxious stimulus, under a brush and "
        "without a stimulus, with standard errors over cells.",
        draw_sensitisation,
    ),
    View(
        "ltp",
        "Long-term potentiation",
        "Slope of the C-fibre EPSP before and after conditioning at time 0; grey is the time of "
        "dosing.",
        draw_ltp,
    ),
    View(
        "recall",
        "Recall of each pattern",
        "Each line is a pattern, tested after it was learned with half of it as the cue (easy) or "
        "a fifth of it, more weakly (hard); 0 is chance, error bars are standard errors. Grey: "
        "treatment.",
        draw_recall,
    ),
    View(
        "capacity",
        "Capacity of the memory",
        "Recall when so many patterns, drawn at random, share neurons and synapses; error bars "
        "are standard errors over patterns.",
        draw_capacity,
    ),
    View(
        "averaging",
        "Direct against averaged simulation",
        "Left, the error of averaging has to shrink with ε, along the dotted slope if it is of "
        "first order; right, both engines at the smallest ε.",
        draw_averaging,
    ),
    View(
        "raster",
        "Spikes of one assay",
        "Each mark is a spike, each row one of a few cells, in four seconds of the assay, "
        "once before treatment and once after; stimulation begins about one second in.",
        draw_raster,
        of_all=True,
    ),
)


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
            _key(shown, view), {path.name: path.read_bytes() for path in _files(folder, view.name)}
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


def save_figure(draw: Callable[[], Figure | None], folder: Path, name: str) -> None:
    """Draw one figure and save it as PNG and SVG.

    Parameters
    ----------
    draw
        Gives the figure, or None where there is nothing to draw.
    folder
        Where to; made if need be.
    name
        Of its files, without the ending.
    """
    with matplotlib.rc_context(STYLE):
        if (figure := draw()) is not None:
            _lay_out(figure)
            for ending in _ENDINGS:
                _save(figure, folder / f"{name}.{ending}")


def _files(folder: Path, name: str) -> list[Path]:
    return [path for ending in _ENDINGS if (path := folder / f"{name}.{ending}").exists()]


def _lay_out(figure: Figure) -> None:
    """Place parts and ticks once for all formats; left to Matplotlib, each does it again."""
    figure.set_dpi(_DOTS_PER_INCH)
    axises = [axis for axes in figure.axes for axis in (axes.xaxis, axes.yaxis)]
    for axis in axises:
        _leave_out_unlabelled(axis)
    if (engine := figure.get_layout_engine()) is not None:
        engine.execute(figure)
        figure.set_layout_engine(None)
    for axis in axises:
        _hold_ticks(axis)


def _leave_out_unlabelled(axis: Axis) -> None:
    """Have nobody look for a place for texts that are not there, as between panels that share."""
    if axis.label.get_text():
        return
    axis.set_label_coords(0, 0)
    shown = axis.get_tick_params()
    if not any(shown.get(f"label{side}") for side in ("left", "right", "bottom", "top")):
        axis.set_in_layout(False)


def _hold_ticks(axis: Axis) -> None:
    ticks = axis.get_majorticklocs().tolist()
    written = FixedFormatter(axis.get_major_formatter().format_ticks(ticks))
    written.set_offset_string(axis.get_major_formatter().get_offset())
    axis.set_major_locator(FixedLocator(ticks))
    axis.set_major_formatter(written)


def _save(figure: Figure, path: Path) -> None:
    # An SVG would carry the time of drawing.
    metadata = {"Date": None} if path.suffix == ".svg" else None
    with whole_file(path) as partial:
        figure.savefig(partial, dpi=_DOTS_PER_INCH, metadata=metadata)
