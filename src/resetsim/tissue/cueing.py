"""Cues: afferent spikes that drive chosen principal neurons, one pattern after the other."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from resetsim.declare.model import Model
from resetsim.tissue.arguments import NEVER_S, Value

CUE = "cue"
WARM_UP_S = 1.0


@dataclass(frozen=True)
class CueSchedule:
    """When patterns are cued within a run; the first one after a warm-up.

    Attributes
    ----------
    rate_hz
        Poisson firing of each cued fibre, in Hz.
    duration_s, pause_s
        Length of each cue and of the silence after it, in seconds.
    """

    rate_hz: float
    duration_s: float
    pause_s: float

    def window_s(self, pattern: int) -> tuple[float, float]:
        """Return when a pattern is cued.

        Parameters
        ----------
        pattern
            Its place in the sequence, from 0.

        Returns
        -------
        tuple of float
            Start and end, in seconds.
        """
        start = WARM_UP_S + pattern * (self.duration_s + self.pause_s)
        return start, start + self.duration_s

    def length_s(self, patterns: int) -> float:
        """Return how long a run takes.

        Parameters
        ----------
        patterns
            How many are cued.

        Returns
        -------
        float
            Seconds, the last pause included.
        """
        return self.window_s(patterns)[0]


def cue_arguments(
    model: Model, cued: Sequence[NDArray[np.int64]], schedule: CueSchedule
) -> dict[str, Value]:
    """Return the arguments that cue one set of neurons after the other.

    Parameters
    ----------
    model
        The memory: each cue fibre drives the principal neuron of the same index.
    cued
        Neurons of each pattern; no neuron is in two.
    schedule
        When, and how strongly.

    Returns
    -------
    dict
        Run arguments in SI units.
    """
    fibres = model.size(CUE)
    rate, start, end = np.zeros(fibres), np.full(fibres, NEVER_S), np.full(fibres, NEVER_S)
    for pattern, neurons in enumerate(cued):
        rate[neurons] = schedule.rate_hz
        start[neurons], end[neurons] = schedule.window_s(pattern)
    return {
        f"{CUE}.stimulus": rate,
        f"{CUE}.stimulus_start": start,
        f"{CUE}.stimulus_end": end,
    }
