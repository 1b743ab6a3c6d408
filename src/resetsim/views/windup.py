"""Wind-up: spikes per stimulus over the stimulus number."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from resetsim.outcomes.varied import varied_settings, words, written
from resetsim.records.reading import Reading
from resetsim.records.result import ArmResult, AssayResult, Result
from resetsim.records.setting import Setting
from resetsim.views.grouping import by_patient, colours_of, of_treatment, title
from resetsim.views.moments import chosen_moments
from resetsim.views.style import (
    GREY,
    categorical,
    legend_above,
    legend_beside,
    nested_widths,
    new_figure,
    scaled_once,
)

_QUANTITIES = {
    "c_spikes": "C response\n(100-400 ms)",
    "after_discharge_spikes": "after-discharge\n(400-1000 ms)",
    "a_spikes": "A response\n(0-100 ms)",
}

# The neurons in which wind-up was described and is measured.
_POPULATION = "wdr"

_MOMENT = "moment"
_BEFORE, _AFTER = "before treatment", "after treatment"
_MOST_AFTER = 8  # curves in one panel
_Columns = tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class _Train:
    """One stimulus train: what tells it apart, and what was read at its stimuli."""

    settings: Mapping[str, Setting]
    readings: Sequence[Reading]


def draw_windup(result: Result) -> Figure | None:
    """Draw the response of WDR neurons to each stimulus, with bands of standard error.

    Parameters
    ----------
    result
        What an experiment gave.

    Returns
    -------
    Figure or None
        Where the same assay was done before and after treatment one panel with both, else columns
        of panels for the parts of the response; colours for what varies inside the assay, else
        between the arms, else for the moments; rows for all else. None without wind-up.
    """
    trains = list(_trains(result))
    if not trains:
        return None
    varied = varied_settings(train.settings for train in trains)
    of_arms = {key for arm in result.arms for key in arm.settings}
    moments = {train.settings[_MOMENT].written for train in trains}
    if {_BEFORE, _AFTER} <= moments and set(varied) <= of_arms | {_MOMENT}:
        return _before_and_after(result, trains)
    coloured = _coloured(result, varied)
    colours = colours_of(varied.get(coloured, (trains[0].settings[coloured],)))
    figure, lines = _panels(_rows(trains, varied, coloured))
    with scaled_once(figure):
        for line, members in lines:
            for train, width in zip(members, nested_widths(len(members)), strict=True):
                _draw(line, train, colours[train.settings[coloured]], width)
    for axes in lines[0][0]:
        axes.set_ylim(bottom=0)
    if coloured in varied:
        entries = [(written(value), colour) for value, colour in colours.items()]
        legend_beside(figure, entries, words(coloured))
    return figure


def _before_and_after(result: Result, trains: Sequence[_Train]) -> Figure:
    """Draw the C response before and after treatment in one panel: of each patient, if several."""
    varied = varied_settings(arm.settings for arm in result.arms)
    patient = [key for key in varied if not of_treatment(key)]
    longest = [arms[-1] for arms in by_patient(result.arms)]
    shown = (longest if patient else result.arms)[:_MOST_AFTER]
    told = patient or list(varied)
    names = [title(told, arm.settings) for arm in shown]
    colours = categorical(len(shown)) if not told else list(_told(shown, told))
    figure = new_figure(height_in=3.6, width_in=7.5)
    axes = figure.subplots()
    for place, (arm, colour) in enumerate(zip(shown, colours, strict=True)):
        mine = {
            train.settings[_MOMENT].written: train
            for train in trains
            if all(train.settings[key] == value for key, value in arm.settings.items())
        }
        if _BEFORE in mine and (patient or place == 0):
            _draw_part(axes, mine[_BEFORE], "c_spikes", colour if patient else GREY, 1.2, "--")
        if _AFTER in mine:
            _draw_part(axes, mine[_AFTER], "c_spikes", colour, 1.6, "-")
    axes.set_ylim(bottom=0)
    axes.set_xlabel("stimulus number")
    axes.set_ylabel("C response of a WDR neuron\n(spikes, 100-400 ms)")
    handles = [Line2D([], [], color=GREY, linestyle=style) for style in ("--", "-")]
    legend_above(axes, handles, ["before treatment", "after treatment"])
    if told:
        legend_beside(figure, list(zip(names, colours, strict=True)))
    return figure


def _told(arms: Sequence[ArmResult], keys: Sequence[str]) -> Iterator[str]:
    """Yield a colour for each arm: ordered where a quantity tells them apart."""
    if len(keys) == 1:
        values = [arm.settings[keys[0]] for arm in arms]
        colours = colours_of(list(dict.fromkeys(values)))
        yield from (colours[value] for value in values)
    else:
        yield from categorical(len(arms))


def _panels(
    rows: Mapping[str, Sequence[_Train]],
) -> tuple[Figure, list[tuple[Sequence[Axes], Sequence[_Train]]]]:
    """Return a figure with a line of panels for each row, and the trains of each line."""
    figure = new_figure(height_in=1.6 * len(rows) + 0.8, width_in=9.0)
    grid = figure.subplots(len(rows), len(_QUANTITIES), sharex=True, sharey="col", squeeze=False)
    for axes, heading in zip(grid[0], _QUANTITIES.values(), strict=True):
        axes.set_title(heading)
    for axes in grid[-1]:
        axes.set_xlabel("stimulus number")
    for line, heading in zip(grid, rows, strict=True):
        line[0].set_ylabel(heading, fontsize=8)
    figure.supylabel("spikes per stimulus", fontsize=9)
    return figure, list(zip(grid, rows.values(), strict=True))


def _trains(result: Result) -> Iterator[_Train]:
    moments = [
        (arm, moment, _by_columns(assay))
        for arm in result.arms
        for moment, assay in chosen_moments(result.arms, arm, "windup").items()
    ]
    # A column that is the same throughout an assay follows a setting of the arm.
    inside = {
        column
        for _, _, groups in moments
        for column in varied_settings(_settings(columns) for columns in groups)
    }
    for arm, moment, groups in moments:
        for columns, readings in groups.items():
            varied = _settings(each for each in columns if each[0] in inside)
            yield _Train({**arm.settings, **varied, _MOMENT: Setting(moment)}, readings)


def _settings(columns: Iterable[tuple[str, float]]) -> dict[str, Setting]:
    return {column: Setting(value, value) for column, value in columns}


def _by_columns(assay: AssayResult) -> dict[_Columns, list[Reading]]:
    groups: dict[_Columns, list[Reading]] = {}
    for reading in assay.readings:
        if reading.population == _POPULATION:
            groups.setdefault(tuple(reading.columns.items()), []).append(reading)
    return groups


def _coloured(result: Result, varied: Mapping[str, Sequence[Setting]]) -> str:
    of_arms = {key for arm in result.arms for key in arm.settings}
    inside = [key for key in varied if key not in of_arms | {_MOMENT}]
    if inside:
        return max(inside, key=lambda key: len(varied[key]))
    between = [key for key in varied if key in of_arms]
    durations = [key for key in between if key.endswith("duration")]
    return [*durations, *between, _MOMENT][0]


def _rows(
    trains: Sequence[_Train], varied: Mapping[str, tuple[Setting, ...]], coloured: str
) -> dict[str, list[_Train]]:
    keys = [key for key in varied if key != coloured]
    rows: dict[str, list[_Train]] = {}
    for train in sorted(
        trains, key=lambda train: [varied[key].index(train.settings[key]) for key in keys]
    ):
        heading = "\n".join(_heading(key, train.settings[key]) for key in keys)
        rows.setdefault(heading, []).append(train)
    return rows


def _heading(key: str, value: Setting) -> str:
    return written(value) if key == _MOMENT else f"{words(key)}\n{written(value)}"


def _draw(line: Sequence[Axes], train: _Train, colour: str, width: float) -> None:
    for axes, quantity in zip(line, _QUANTITIES, strict=True):
        _draw_part(axes, train, quantity, colour, width)


def _draw_part(
    axes: Axes, train: _Train, quantity: str, colour: str, width: float, style: str = "-"
) -> None:
    readings = [reading for reading in train.readings if reading.quantity == quantity]
    stimulus = np.array([reading.x for reading in readings])
    spikes = np.array([reading.value for reading in readings])
    error = np.array([reading.standard_error for reading in readings])
    axes.plot(stimulus, spikes, color=colour, linewidth=width, linestyle=style)
    axes.fill_between(
        stimulus, spikes - error, spikes + error, color=colour, alpha=0.12, linewidth=0
    )
