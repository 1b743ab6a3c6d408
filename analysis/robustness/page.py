"""What the templates of the pages are filled in with."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

import numpy as np
from checks import Checked
from outcomes import (
    FORMED,
    HOLDS,
    LEAST_LATE,
    LONG,
    LOST,
    NO_STATE,
    SHORT,
    SHORTEST_H,
    UNTAUGHT,
    Evaluated,
    Pain,
)
from ranges import BLOCKADE, RESIDUAL, SPREAD, WINDOW_HZ, Ranges
from shares import percent, share_of
from sobol import DURATION, Indices, independent, ranked

COMPLETE = 0.9  # of the late phase
FELT_NRS = 1  # of relief
FIRST_MIN = 2  # a course has its first moment after an end within them
OUTCOMES = (HOLDS, UNTAUGHT, LOST, NO_STATE, SHORT, LONG)


def results(
    ranges: Ranges, evaluated: Sequence[Evaluated], indices: Indices, checked: Checked
) -> dict[str, object]:
    """Return numbers and tables by their names in the templates."""
    draws = independent(evaluated)
    near = [each for each in draws if each.values[SPREAD] <= ranges[SPREAD].declared]
    lasting = [each.pain for each in draws if each.pain.lasting]
    windows = _windows(draws)
    formed = [each for each in evaluated if each.memory.formed]
    lost = sum(not each.memory.kept for each in formed)
    return {
        "draws": len(draws),
        "all": len(evaluated),
        "parameters": len(ranges),
        "whole": share_of(each.outcome == HOLDS for each in draws),
        "pain": share_of(each.pain.holds for each in draws),
        "formed": share_of(each.memory.formed for each in draws),
        "lost": f"{lost} of {len(formed)}",
        "outcomes": _table(_outcome_rows(draws)),
        "indices": _table(_index_rows(ranges, indices)),
        "positions": _table(_position_rows(ranges, ranked(indices), draws)),
        "inputs": _table(_input_rows(ranges, draws)),
        "relief": _table(_relief_rows(lasting, checked.declared)),
        "median": percent(float(np.median([each.lowered_month for each in lasting]))),
        "median_before": f"{np.median([each.nrs_before for each in lasting]):.1f}",
        "median_less": f"{np.median([each.nrs_less_month for each in lasting]):.1f}",
        "least_felt": FELT_NRS,
        "felt": share_of(each.nrs_less_month >= FELT_NRS for each in lasting),
        "nrs_soon": share_of(each.nrs_half_back_d < 1 for each in lasting),
        "nrs_late": share_of(7 < each.nrs_half_back_d < float("inf") for each in lasting),
        "nrs_kept": share_of(each.nrs_half_back_d == float("inf") for each in lasting),
        "complete": share_of(each.lowered_month > COMPLETE for each in lasting),
        "soon": share_of(each.half_back_d < 1 for each in lasting),
        "late": share_of(7 < each.half_back_d < float("inf") for each in lasting),
        "kept": share_of(each.half_back_d == float("inf") for each in lasting),
        "some": share_of(windows),
        "near_pain": share_of(each.pain.holds for each in near),
        "near_whole": share_of(each.outcome == HOLDS for each in near),
        "near_some": share_of(_windows(near)),
        "scanned": len(windows),
        "width": f"{np.mean([each for each in windows if each]):.1f}",
        "steps": len(WINDOW_HZ),
        "ranges": _table(_range_rows(ranges)),
        "shortest": f"{SHORTEST_H:g}",
        "blockade": percent(indices[DURATION]["ST"][BLOCKADE]),
        "taught": f"{checked.taught_early:.2f}",
        "needed": f"{checked.needed_early:.2f}",
        "formed_at": FORMED,
        "early": f"{checked.early:.3f}",
        "interpolated": percent(checked.interpolated),
        "measured": percent(checked.measured),
        "declared": f"{checked.declared.threshold_h:.0f}",
        "published": _said(checked.published_ratio_h),
        "least": LEAST_LATE,
    }


def _windows(draws: Sequence[Evaluated]) -> list[int]:
    return [each.window for each in draws if each.window is not None]


def _said(hours: float) -> str:
    if np.isnan(hours):
        return "the injury leaves no lasting state at all"
    return "no blockade resets any more" if np.isinf(hours) else f"the threshold is {hours:.0f} h"


def _table(rows: Iterable[Sequence[str]]) -> str:
    return "\n".join(f"| {' | '.join(cells)} |" for cells in rows)


def _outcome_rows(draws: Sequence[Evaluated]) -> Iterator[Sequence[str]]:
    for name in OUTCOMES:
        yield name, share_of(each.outcome == name for each in draws)


def _index_rows(ranges: Ranges, indices: Indices) -> Iterator[Sequence[str]]:
    for name in ranked(indices):
        cells = (
            f"{index[key][name]:.2f} ± {index[f'{key}_conf'][name]:.2f}"
            for index in indices.values()
            for key in ("ST", "S1")
        )
        yield f"`{ranges[name].constant}`", *cells


def _position_rows(
    ranges: Ranges, order: Sequence[str], draws: Sequence[Evaluated]
) -> Iterator[Sequence[str]]:
    groups = (
        [each.values for each in draws if each.outcome == NO_STATE],
        [each.values for each in draws if each.pain.holds],
        [each.values for each in draws if each.outcome == LONG],
    )
    for name in order:
        places = ([ranges[name].place(values[name]) for values in group] for group in groups)
        yield f"`{ranges[name].constant}`", *(f"{np.mean(each):.2f}" for each in places)


def _input_rows(ranges: Ranges, draws: Sequence[Evaluated]) -> Iterator[Sequence[str]]:
    for low, high in pairwise(np.linspace(ranges[RESIDUAL].low, ranges[RESIDUAL].high, 6)):
        inside = [each for each in draws if low <= each.values[RESIDUAL] < high]
        counts = (
            sum(each.outcome == NO_STATE for each in inside),
            sum(each.outcome == SHORT for each in inside),
            sum(each.pain.holds for each in inside),
            sum(each.outcome == LONG for each in inside),
        )
        cells = (f"{100 * count / len(inside):.0f} %" for count in counts)
        yield f"{low:.2f} to {high:.2f} Hz", *cells


def _relief_rows(lasting: Sequence[Pain], declared: Pain) -> Iterator[Sequence[str]]:
    """Yield how much a week of blockade lowers: in quartiles, and of the patient as declared."""
    for words, name, said in (
        ("plasticity missing after 7 days", "lowered_week", percent),
        ("plasticity missing after 30 days", "lowered_month", percent),
        ("half of what was missing is back after", "half_back_d", _how_long),
        ("pain before treatment (NRS)", "nrs_before", _nrs),
        ("pain lower after 7 days (NRS)", "nrs_less_week", _nrs),
        ("pain lower after 30 days (NRS)", "nrs_less_month", _nrs),
        ("half of the relief at the end is gone after", "nrs_half_back_d", _how_long),
    ):
        values = [getattr(each, name) for each in lasting]
        # Between one that is finite and one that is not there is none.
        quartiles = np.quantile(values, (0.25, 0.5, 0.75), method="nearest")
        yield words, *map(said, [*quartiles.tolist(), getattr(declared, name)])


def _nrs(value: float) -> str:
    return f"{value:.1f}"


def _how_long(days: float) -> str:
    if np.isinf(days):
        return "not by day 240"
    minutes = 24 * 60 * days
    if minutes < FIRST_MIN:
        return f"within {FIRST_MIN} min"
    return f"{minutes:.0f} min" if minutes < 120 else f"{minutes / 60:.0f} h"


def _range_rows(ranges: Ranges) -> Iterator[Sequence[str]]:
    for name, each in ranges.items():
        scale = "logarithm" if each.logarithmic else "value"
        cells = (f"{value:g} {each.unit}".strip() for value in (each.declared, each.low, each.high))
        yield f"`{name}`", *cells, scale, each.source
