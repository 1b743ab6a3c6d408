"""Curves of drift over the late phase, at inputs around those of the patients."""

from collections.abc import Iterator, Sequence

from resetsim.declare.axes import Point
from resetsim.progress import Progress
from resetsim.records.result import DriftCurve
from resetsim.slow.fixed_points import late_drift
from resetsim.slow.measure import measure_table
from resetsim.spiking.engine import Engine
from resetsim.study.arm import PreparedArm
from resetsim.study.systems import PlasticSystem
from resetsim.study.thresholds import treated_point

_CURVE_RATES_HZ = (0.8, 1.2, 1.4, 1.6, 2.0, 2.4)


def drift_curves(
    system: PlasticSystem, prepared: Sequence[PreparedArm], engine: Engine, progress: Progress
) -> Iterator[DriftCurve]:
    """Yield drift curves without a drug, then under the strongest blockade at inputs of patients.

    Parameters
    ----------
    system
        The dorsal horn.
    prepared
        The arms whose inputs at the end of follow-up, and blockades, are among those shown.
    engine
        What runs the simulations.
    progress
        Told how many simulations there are and have finished.

    Yields
    ------
    DriftCurve
        By input.
    """
    low, high = min(_CURVE_RATES_HZ), max(_CURVE_RATES_HZ)
    patients = [each.patient for each in prepared]
    ends = [
        round(patient.units.mean_multiplier * patient.periphery(patient.end_d), 3)
        for patient in patients
    ]
    rates = sorted({*_CURVE_RATES_HZ, *(rate for rate in ends if low <= rate <= high)})
    table = measure_table(system.sampler, [(Point(low), Point(high))], engine, progress)
    slow = system.with_table(table)
    for rate in rates:
        drift = late_drift(slow, Point(rate))
        yield DriftCurve(rate, drift.late, drift.per_day, drift.stable, drift.unstable)
    strongest: dict[float, float] = {}
    for rate, patient in zip(ends, patients, strict=True):
        if rate in rates and patient.dosings:
            blockade = 1 - treated_point(patient).nmda_free
            strongest[rate] = max(blockade, strongest.get(rate, 0.0))
    for rate, blockade in strongest.items():
        if blockade > 0:
            point = Point(rate, 1 - blockade)
            blocked = measure_table(system.sampler, [(point, point)], engine, progress)
            drift = late_drift(system.with_table(blocked), point)
            curve = drift.late, drift.per_day, drift.stable, drift.unstable
            yield DriftCurve(rate, *curve, blockade)
