"""Reading values off the arms of a result: which arm, and what it felt or did at a moment."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from resetsim.protocols.windup import c_responses
from resetsim.records.result import ArmResult, AssayResult

Arms = Sequence[ArmResult]

_ROUNDING_D = 1e-6  # "86525 min" and 60 days plus "125 min" are the same moment


def arms_with(arms: Arms, **settings: object) -> list[ArmResult]:
    """Return the arms that have some settings.

    Parameters
    ----------
    arms
        Of one experiment.
    settings
        The last part of each varied key and its value as written.

    Returns
    -------
    list of ArmResult
        At least one.

    Raises
    ------
    ValueError
        If there is none.
    """
    found = [
        arm for arm in arms if all(_setting(arm, name) == value for name, value in settings.items())
    ]
    if not found:
        raise ValueError(f"no arm has {settings}")
    return found


def arm_with(arms: Arms, **settings: object) -> ArmResult:
    """Return the one arm that has some settings.

    Parameters
    ----------
    arms, settings
        As in :func:`arms_with`.

    Returns
    -------
    ArmResult
        The arm.
    """
    (arm,) = arms_with(arms, **settings)
    return arm


def values_of(arms: Arms, name: str) -> tuple[object, ...]:
    """Return the values of what varies between arms.

    Parameters
    ----------
    arms
        Of one experiment.
    name
        The last part of a varied key.

    Returns
    -------
    tuple
        As written, in the order of the experiment's file.
    """
    return tuple(dict.fromkeys(_setting(arm, name) for arm in arms))


def groups_of(arms: Arms, name: str) -> list[list[ArmResult]]:
    """Return the arms by the value of what varies, in the order of :func:`values_of`."""
    return [arms_with(arms, **{name: value}) for value in values_of(arms, name)]


def one_of_each(arms: Arms, name: str) -> list[ArmResult]:
    """Return the arms in the order of :func:`values_of`; there must be one for each value."""
    return [arm for (arm,) in groups_of(arms, name)]


def _setting(arm: ArmResult, name: str) -> object:
    return next(
        (each.written for key, each in arm.settings.items() if key.rpartition(".")[2] == name), None
    )


def coma(arms: Arms) -> ArmResult:
    """Return the treated patient with less input left, of an experiment that varies both."""
    _, treated = one_of_each(groups_of(arms, "residual_rate")[0], "duration")
    return treated


def start_d(arm: ArmResult) -> float:
    """Return when the first treatment began, in days."""
    return float(arm.dosing_d[0, 0])


def end_d(arm: ArmResult) -> float:
    """Return when the last treatment ended, in days."""
    return float(arm.dosing_d[-1, 1])


def silence_d(arm: ArmResult) -> tuple[float, float] | None:
    """Return from when to when an arm's input was gone.

    Parameters
    ----------
    arm
        Of a result.

    Returns
    -------
    tuple of float or None
        First and last moment without input after there was some, in days; None if there is none.
    """
    time_d, rate = arm.pain_system.time_d, arm.pain.acting["input_rate"]
    silent = time_d[(rate == 0) & (np.maximum.accumulate(rate) > 0)]
    return (float(silent[0]), float(silent[-1])) if silent.size else None


def learned_before(arm: ArmResult, day: float) -> slice:
    """Return which patterns an arm had learned before a day, as :func:`recall_at` takes them."""
    return slice(0, int(np.searchsorted(arm.learned_d, day)))


def pain_at(arm: ArmResult, day: float) -> float:
    """Return pain at a moment.

    Parameters
    ----------
    arm
        Of a result.
    day
        On the timeline, in days.

    Returns
    -------
    float
        0 to 10.

    Raises
    ------
    ValueError
        If the arm was not followed then.
    """
    first, last = arm.pain_system.time_d[[0, -1]]
    if not first - _ROUNDING_D <= day <= last + _ROUNDING_D:
        raise ValueError(f"{arm.name}: followed from day {first:g} to {last:g}, not on day {day:g}")
    return float(np.interp(day, arm.pain_system.time_d, arm.pain.pain))


def mean_pain(arm: ArmResult, start_d: float, end_d: float) -> float:
    """Return the mean pain over a span.

    Parameters
    ----------
    arm
        Of a result.
    start_d, end_d
        On the timeline, in days.

    Returns
    -------
    float
        0 to 10.
    """
    days = np.linspace(start_d, end_d, 400)
    return float(np.interp(days, arm.pain_system.time_d, arm.pain.pain).mean())


def efficacy_at(arm: ArmResult, day: float) -> float:
    """Return the efficacy of the memory's first assembly at a moment.

    Parameters
    ----------
    arm
        With a memory.
    day
        On the timeline, in days.

    Returns
    -------
    float
        Relative to a naive synapse.
    """
    assert arm.memory is not None
    return float(np.interp(day, arm.memory.time_d, arm.memory.efficacy[:, 0]))


def moments_of(arm: ArmResult, name: str) -> tuple[float, ...]:
    """Return when an assay was made, in days on the timeline, in order."""
    return tuple(assay.day for assay in arm.assays if assay.name == name)


def assay_at(arm: ArmResult, name: str, day: float) -> AssayResult:
    """Return an assay of a moment.

    Parameters
    ----------
    arm
        Of a result.
    name
        Of the assay.
    day
        On the timeline, in days.

    Returns
    -------
    AssayResult
        The one made then.

    Raises
    ------
    ValueError
        If none was; the message has the moments there are.
    """
    for assay in arm.assays:
        if assay.name == name and abs(assay.day - day) < _ROUNDING_D:
            return assay
    there = ", ".join(f"{moment:g}" for moment in moments_of(arm, name)) or "no day"
    raise ValueError(f"{arm.name}: {name} was made on {there}, not on day {day:g}")


def evoked_at(arm: ArmResult, day: float) -> float:
    """Return the firing that a noxious stimulus of medium strength evokes at a moment.

    Parameters
    ----------
    arm
        With the assay ``evoked_pain``.
    day
        On the timeline, in days.

    Returns
    -------
    float
        Mean over both projection populations, in Hz. The strongest stimulus saturates WDR neurons,
        the weakest hardly drives a healthy dorsal horn.
    """
    readings = assay_at(arm, "evoked_pain", day).readings
    medium = sorted({reading.x for reading in readings})[1]
    return float(np.mean([reading.value for reading in readings if reading.x == medium]))


def brush_at(arm: ArmResult, day: float) -> float:
    """Return the firing of WDR neurons under a brush at a moment, in Hz."""
    readings = assay_at(arm, "brush", day).readings
    return float(np.mean([reading.value for reading in readings if reading.population == "wdr"]))


def ltp_at(arm: ArmResult, day: float) -> float:
    """Return the EPSP slope at a moment, in per cent of health."""
    readings = assay_at(arm, "ltp", day).readings
    (slope,) = (each.value for each in readings if each.quantity == "epsp_slope_percent")
    return float(slope)


def windup_at(arm: ArmResult, day: float) -> NDArray[np.float64]:
    """Return the responses of WDR neurons to a train.

    Parameters
    ----------
    arm
        With the assay ``windup``.
    day
        On the timeline, in days.

    Returns
    -------
    array, shape (stimuli,)
        C response and after-discharge to each stimulus, in spikes per cell.
    """
    return c_responses(assay_at(arm, "windup", day).readings)


def first_response_at(arm: ArmResult, day: float) -> float:
    """Return the response of WDR neurons to the first stimulus of a train, in spikes per cell."""
    return float(windup_at(arm, day)[0])


def after_sensation_at(arm: ArmResult, day: float) -> float:
    """Return the after-discharge of WDR neurons to the last stimulus of a train, in spikes."""
    found = [
        (reading.x, reading.value)
        for reading in assay_at(arm, "windup", day).readings
        if reading.population == "wdr" and reading.quantity == "after_discharge_spikes"
    ]
    return float(max(found)[1])


def growth_at(arm: ArmResult, day: float) -> float:
    """Return absolute wind-up at a moment.

    Parameters
    ----------
    arm
        With the assay ``windup``.
    day
        On the timeline, in days.

    Returns
    -------
    float
        What the responses to a train exceed the first one by, summed, in spikes per cell.
    """
    responses = windup_at(arm, day)
    return float((responses - responses[0]).sum())


def recall_at(arm: ArmResult, day: float, patterns: slice, assay: str = "recall") -> float:
    """Return mean recall of some patterns at a moment.

    Parameters
    ----------
    arm
        With the assay.
    day
        On the timeline, in days.
    patterns
        Which, in the order in which they were learned.
    assay
        ``recall`` or ``hard_recall``.

    Returns
    -------
    float
        0 to 1.
    """
    readings = assay_at(arm, assay, day).readings
    return float(np.mean([reading.value for reading in readings[patterns]]))
