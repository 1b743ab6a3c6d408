"""How long a blockade must last: read off the arms, and from the fixed points of the drift."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import inf, isinf

import numpy as np

from resetsim.declare.axes import INHIBITION, INPUT, NMDA, Point, targets
from resetsim.patients.patient import Patient
from resetsim.records.result import ThresholdDuration
from resetsim.records.setting import Setting
from resetsim.slow.clock import COARSE, TIGHT, integrate
from resetsim.slow.drive import constant
from resetsim.slow.fixed_points import late_drift, settled
from resetsim.slow.measure import Ranges
from resetsim.slow.system import Asked, SlowSystem
from resetsim.study.dorsal_horn_course import dorsal_horn_ranges
from resetsim.study.uncertainty import band_of

HOURS_PER_DAY = 24.0
_LONGEST_D = 365.0
_SHORTEST_D = 1e-5
_PRECISION = 0.005
_AT_ONCE = 16  # parts of a bracket whose ends are followed in one call
_AFTER_D = 180.0
_TRACE = 0.01  # of the late phase: below it nothing has come back


def threshold_ranges(patient: Patient) -> Ranges:
    """Return the part of the drift table that the search for a threshold visits.

    Parameters
    ----------
    patient
        Of one of the arms; its last treatment is the one whose duration is searched.

    Returns
    -------
    Ranges
        Piece by piece.
    """
    constant = [_free(patient), treated_point(patient)]
    return [*dorsal_horn_ranges(_followed(patient, _LONGEST_D)), *((at, at) for at in constant)]


def threshold_duration(
    system: SlowSystem,
    patient: Patient,
    settings: Mapping[str, Setting],
    drawn: Sequence[SlowSystem],
) -> ThresholdDuration:
    """Return the threshold duration of a patient's last treatment, by both ways.

    Parameters
    ----------
    system
        The dorsal horn with its drift.
    patient
        Of one of the arms.
    settings
        Of that arm, without the duration.
    drawn
        The dorsal horn with tables drawn from the sampling noise of its drift.

    Returns
    -------
    ThresholdDuration
        In hours.
    """
    low, high = band_of([_or_infinite(from_arms(each, patient, COARSE)) for each in drawn])
    return ThresholdDuration(
        settings,
        patient.periphery(patient.end_d),
        _blockade(treated_point(patient)),
        from_arms(system, patient),
        None if isinf(low) else low,
        None if isinf(high) else high,
        _from_fixed_points(system, patient),
    )


def _or_infinite(hours: float | None) -> float:
    return inf if hours is None else hours


def _followed(patient: Patient, duration_d: float) -> Patient:
    longer = patient.with_last_duration(duration_d)
    return longer.until(longer.dosings[-1].end_d + _AFTER_D)


def _free(patient: Patient) -> Point:
    """Return what acts on a unit of mean input after treatment: as at the end of the timeline."""
    end_d, multiplier = patient.end_d, patient.units.mean_multiplier
    return Point(
        **{
            INPUT: multiplier * patient.periphery(end_d),
            INHIBITION: patient.disinhibition(multiplier)(end_d),
        }
    )


def treated_point(patient: Patient) -> Point:
    """Return what acts on a unit of mean input at the end of the last treatment.

    Parameters
    ----------
    patient
        Treated.
    """
    at_end = patient.point_before(patient.dosings[-1].end_d).named()
    return _free(patient).moved(**{axis.name: at_end[axis.name] for axis in targets().values()})


def _blockade(point: Point) -> float:
    axis = targets()[NMDA]
    return axis.from_rest(point.named()[axis.name])


def _come_back(
    system: SlowSystem, patient: Patient, durations_d: Sequence[float], tolerance: float
) -> list[bool]:
    """Return after which durations of the last treatment plasticity comes back."""
    followed = [_followed(patient, duration) for duration in durations_d]
    start_d = patient.dosings[-1].start_d
    start = system.naive(patient.units.count, late=patient.start_late)
    asked = [
        Asked(each.drive, np.array([each.start_d, start_d, each.end_d]), start, each.units.inputs)
        for each in followed
    ]
    late = [solved.states[..., 1].mean(axis=1) for solved in integrate(system, asked, tolerance)]
    return [bool(end > max(before / 2, _TRACE)) for _, before, end in late]


def from_arms(system: SlowSystem, patient: Patient, tolerance: float = TIGHT) -> float | None:
    """Return the threshold duration by bisection of a patient's own timeline.

    Parameters
    ----------
    system
        The dorsal horn with its drift.
    patient
        Of one of the arms.
    tolerance
        Of each step of the integration.

    Returns
    -------
    float or None
        As in :class:`ThresholdDuration`, in hours.
    """
    longest, shortest = _come_back(system, patient, [_LONGEST_D, _SHORTEST_D], tolerance)
    if longest:
        return None
    if not shortest:
        return 0.0
    short, long = _SHORTEST_D, _LONGEST_D
    while long / short > 1 + _PRECISION:
        between = np.geomspace(short, long, _AT_ONCE + 1).tolist()
        come_back = _come_back(system, patient, between[1:-1], tolerance)
        first, last = 0, _AT_ONCE
        while last - first > 1 and between[last] / between[first] > 1 + _PRECISION:
            middle = (first + last) // 2
            first, last = (middle, last) if come_back[middle - 1] else (first, middle)
        short, long = between[first], between[last]
    return float(np.sqrt(short * long)) * HOURS_PER_DAY


def _from_fixed_points(system: SlowSystem, patient: Patient) -> float | None:
    free, treated = _free(patient), treated_point(patient)
    drift = late_drift(system, free)
    if not len(drift.unstable):
        return None
    start = system.naive(disinhibition=treated.named()[INHIBITION])
    start[0, :4] = settled(system, free, float(drift.stable[-1]))
    times_d = np.concatenate([[0.0], np.geomspace(_SHORTEST_D, _LONGEST_D, 4001)])
    held = replace(system, tissue={**system.tissue, "loses_inhibition": 0.0})
    (solved,) = integrate(held, [Asked(constant(treated), times_d, start)])
    late = solved.states[:, 0, 1]
    below = np.flatnonzero(late < drift.unstable[-1])
    if not len(below):
        return None
    after = below[0]
    crossing = np.interp(
        drift.unstable[-1], late[after - 1 : after + 1][::-1], times_d[after - 1 : after + 1][::-1]
    )
    return float(crossing) * HOURS_PER_DAY
