"""What the sampling noise of the drift table leaves open: pain, outcome and threshold as bands.

A course is integrated again on tables drawn from that noise. Near an unstable point a small
difference of drift decides whether pain comes back, so that a band can span all of it.
"""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from resetsim.declare.model import Model
from resetsim.declare.patient import Conditioning
from resetsim.outcomes.outcome import SOME_PAIN, outcome_of
from resetsim.patients.patient import Patient
from resetsim.patients.periphery import days
from resetsim.records.result import Array, PainBand
from resetsim.slow.clock import COARSE
from resetsim.slow.events import relapse
from resetsim.slow.system import SlowSystem, Solved
from resetsim.study.dorsal_horn_course import Conditioned, pain_course, solved_at

_ONE_OF = 8  # moments where little happens
LEVELS = (0.05, 0.95)
"""Quantiles that a band reaches from and to."""


def pain_band(
    systems: Sequence[SlowSystem],
    model: Model,
    patient: Patient,
    treated_d: tuple[float, float] | None,
    time_d: Array,
    solved: Solved,
) -> PainBand:
    """Return how far pain and outcome of a patient are settled.

    Parameters
    ----------
    systems
        The dorsal horn, once for each drawn table.
    model
        The same, as declared.
    patient
        Of the arm.
    treated_d
        Start of the first and end of the last treatment, in days; None without treatment.
    time_d, solved
        The course with the table as it was measured.

    Returns
    -------
    PainBand
        At the moments of the course.
    """
    conditioned = _as_before(time_d, solved)
    fewer_d = _thinned(time_d)
    drawn = [
        pain_course(
            system,
            model,
            patient,
            fewer_d,
            solved_at(system, patient, fewer_d, conditioned, COARSE),
        ).pain
        for system in systems
    ]
    outcomes = Counter(_outcome(fewer_d, pain, treated_d) for pain in drawn)
    low, high = (np.interp(time_d, fewer_d, ends) for ends in np.quantile(drawn, LEVELS, axis=0))
    return PainBand(low, high, {name: count / len(drawn) for name, count in outcomes.items()})


def _thinned(time_d: Array) -> Array:
    """Return fewer moments: all where they are dense, after what happens, and some between."""
    gaps = np.diff(time_d)
    dense = gaps < 0.9 * np.median(gaps)
    kept = np.arange(len(time_d)) % _ONE_OF == 0
    kept[:-1] |= dense
    kept[1:] |= dense
    kept[[0, -1]] = True
    return np.asarray(time_d[kept])


def _as_before(time_d: Array, solved: Solved) -> Conditioned:
    """Return what a conditioning did with the table as it was measured."""

    def conditioned(conditioning: Conditioning, _: Array) -> Array:
        after = int(np.searchsorted(time_d, days(conditioning.at)))
        return np.asarray(solved.states[after, :, 0])

    return conditioned


def _outcome(time_d: Array, pain: Array, treated_d: tuple[float, float] | None) -> str:
    if treated_d is None:
        return outcome_of(time_d, pain, None, None)

    def between_moments(after: int, moments_d: Array) -> Array:
        gap = slice(after, after + 2)
        return np.interp(moments_d, time_d[gap], pain[gap])

    return outcome_of(
        time_d, pain, treated_d, relapse(time_d, pain, treated_d, between_moments, SOME_PAIN)
    )


def band_of(found: Sequence[float]) -> tuple[float, float]:
    """Return the band of what was found with the drawn tables.

    Parameters
    ----------
    found
        One value for each; infinite where there is none.

    Returns
    -------
    tuple of float
        Lower and upper end: values that were found, not between them.
    """
    low, high = np.quantile(found, LEVELS, method="closest_observation")
    return float(low), float(high)
