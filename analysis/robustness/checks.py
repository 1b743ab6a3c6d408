"""What is checked beside the sample: interpolated drift, and the patient as declared."""

from dataclasses import dataclass, replace

import numpy as np
from drift import roots_of
from outcomes import Pain
from patients import followed, horn_of, memory_of, patient_of
from ranges import BLOCKADE
from shared import CHECKED_FACTOR, Shared

from resetsim.declare.axes import Point
from resetsim.slow.table import DriftTable
from resetsim.tissue.plasticity.dynamics import early_equilibrium

PUBLISHED_RATIO = 200 / 322  # of depression to potentiation: Graupner & Brunel 2012 (P093)


@dataclass(frozen=True)
class Checked:
    """What was checked, with the declared patient.

    Attributes
    ----------
    early
        Largest difference at ``CHECKED_FACTOR`` between interpolated and measured drift, in terms
        of the early phase that it leads to, 0 to 1.
    interpolated, measured
        Share of pain plasticity that is missing there a month after seven days of blockade, with
        either table.
    declared
        What became of the patient as declared.
    published_ratio_h
        Threshold duration with the published ratio of the rates of potentiation and depression; nan
        where the injury leaves no lasting state.
    taught_early, needed_early
        Early phase that a session leaves, and the least one that is consolidated.
    """

    early: float
    interpolated: float
    measured: float
    declared: Pain
    published_ratio_h: float
    taught_early: float
    needed_early: float


def checked(shared: Shared, measured: DriftTable) -> Checked:
    """Compare with the table measured at ``CHECKED_FACTOR``, and follow the declared patient."""
    declared = {name: each.declared for name, each in shared.ranges.items()}
    patient = patient_of(shared, declared)

    def pain(drift: DriftTable, **changes: float) -> Pain:
        return followed(horn_of(drift, shared.constants | changes), shared.model, patient)

    drift = shared.drift(1.0, declared[BLOCKADE])
    depression_rate = PUBLISHED_RATIO * shared.constants["potentiation_rate"]
    return Checked(
        _early_difference(shared, measured),
        pain(shared.drift(CHECKED_FACTOR, declared[BLOCKADE])).lowered_month,
        pain(measured).lowered_month,
        pain(drift),
        pain(drift, depression_rate=depression_rate).threshold_h,
        shared.taught_early,
        _needed_early(shared, declared),
    )


def _early_difference(shared: Shared, measured: DriftTable) -> float:
    roots = shared.untreated
    piece = Point(roots.rates_hz[0]), Point(roots.rates_hz[-1])
    compared = (
        roots.mixed(CHECKED_FACTOR, 1.0),
        roots_of([measured], piece, roots.rates_hz).values[0, 0],
    )
    interpolated, as_measured = (
        early_equilibrium(np.square(each)[:, 0], np.square(each)[:, 1], shared.constants)
        for each in compared
    )
    return float(np.abs(interpolated - as_measured).max())


def _needed_early(shared: Shared, declared: dict[str, float]) -> float:
    low, high = 0.0, 1.0
    while high - low > 1e-3:
        middle = (low + high) / 2
        formed = memory_of(replace(shared, taught_early=middle), declared).formed
        low, high = (low, middle) if formed else (middle, high)
    return high
