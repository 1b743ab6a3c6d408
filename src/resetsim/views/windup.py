"""Wind-up: spikes per stimulus over the stimulus number."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from resetsim.outcomes.varied import varied_settings, words, written
from resetsim.records.reading import Reading
from resetsim.records.result import AssayResult, Result
from resetsim.records.setting import Setting
from resetsim.views.grouping import colours_of
from resetsim.views.moments import chosen_moments
from resetsim.views.style import legend_beside, nested_widths, new_figure, scaled_once

_QUANTITIES = {
    "c_spikes": "C response\n(100-400 ms)",
    "after_discharge_spikes": "after-discharge\n(400-1000 ms)",
    "a_spikes": "A response\n(0-100 ms)",
}

# The neurons in which wind-up was described and is measured.
_POPULATION = "wdr"

_MOMENT = "moment"
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
        Columns of panels for the parts of the response; colours for what varies inside the assay,
        else between the arms, else for the moments; rows for all else. None without wind-up.
    """
    trains = list(_trains(result))
    if not trains:
        return None
    varied = varied_settings(train.settings for train in trains)
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
        readings = [reading for reading in train.readings if reading.quantity == quantity]
        stimulus = np.array([reading.x for reading in readings])
        spikes = np.array([reading.value for reading in readings])
        error = np.array([reading.standard_error for reading in readings])
        axes.plot(stimulus, spikes, color=colour, linewidth=width)
        axes.fill_between(
            stimulus, spikes - error, spikes + error, color=colour, alpha=0.12, linewidth=0
        )
