"""The Sobol sample, and the indices of its outcomes."""

from collections.abc import Mapping, Sequence

import numpy as np
from outcomes import HOLDS, Evaluated
from pandas import DataFrame
from ranges import Ranges, Values
from SALib.analyze.sobol import analyze
from SALib.sample.sobol import sample

BASE_SAMPLES = 512
SEED = 1

PAIN = "prediction for pain"
WHOLE = "whole prediction"
DURATION = "threshold duration (logarithm)"

Indices = Mapping[str, DataFrame]
"""By what they explain: ``ST``, ``S1`` and the half widths of their 95 % intervals, ``ST_conf`` and
``S1_conf``, by parameter."""


def drawn(ranges: Ranges) -> list[Values]:
    """Return the samples in blocks that :func:`sobol_indices` asks for, see :func:`independent`."""
    values = sample(_problem(ranges), BASE_SAMPLES, calc_second_order=False, seed=SEED)
    logarithmic = [each.logarithmic for each in ranges.values()]
    values[:, logarithmic] = np.exp(values[:, logarithmic])
    return [dict(zip(ranges, row, strict=True)) for row in values.tolist()]


def independent(evaluated: Sequence[Evaluated]) -> list[Evaluated]:
    """Return the samples drawn independently of each other: the first and last of each block."""
    length = len(evaluated) // BASE_SAMPLES
    return [each for number, each in enumerate(evaluated) if number % length in (0, length - 1)]


def sobol_indices(ranges: Ranges, evaluated: Sequence[Evaluated]) -> Indices:
    """Return what each parameter explains, together with the others and alone."""
    outputs: dict[str, list[float]] = {
        PAIN: [each.pain.holds for each in evaluated],
        WHOLE: [each.outcome == HOLDS for each in evaluated],
        DURATION: [each.pain.log_threshold for each in evaluated],
    }
    return {name: indices_of(ranges, values) for name, values in outputs.items()}


def indices_of(ranges: Ranges, output: Sequence[float]) -> DataFrame:
    """Return what each parameter explains of one output of the samples of :func:`drawn`."""
    values = np.array(output, dtype=np.float64)
    total, first = analyze(
        _problem(ranges), values, calc_second_order=False, num_resamples=1000, seed=SEED
    ).to_df()
    return total.join(first)


def ranked(indices: Indices) -> list[str]:
    """Return the parameters, the one that matters most for pain first."""
    return sorted(indices[PAIN].index, key=lambda name: -indices[PAIN]["ST"][name])


def _problem(ranges: Ranges) -> dict[str, object]:
    """Return the parameters as SALib takes them."""
    return {
        "num_vars": len(ranges),
        "names": list(ranges),
        "bounds": [list(each.bounds) for each in ranges.values()],
    }
