"""Results of a toy patient, for tests of files, tables and views.

No number here comes from the model: the curves only have the shapes that the model's have.
"""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from itertools import product

import numpy as np

from resetsim.records.reading import Reading
from resetsim.records.result import (
    ArmResult,
    Array,
    AssayResult,
    Course,
    DirectCourse,
    DriftCurve,
    DriftQuality,
    PainBand,
    PainCourse,
    Result,
    ThresholdDuration,
)
from resetsim.records.setting import Setting

TREATED_D = 60.0
END_D = 240.0
HOURS = {"30 min": 0.5, "4 h": 4.0, "1 day": 24.0, "100 h": 100.0, "5 day": 120.0, "7 day": 168.0}


def same(found: object, wanted: object) -> bool:
    """Say whether two results are equal in every number, text and order of arms."""
    if is_dataclass(wanted):
        return type(found) is type(wanted) and all(
            same(getattr(found, field.name), getattr(wanted, field.name))
            for field in fields(wanted)
        )
    if isinstance(wanted, np.ndarray):
        return (
            isinstance(found, np.ndarray)
            and found.dtype == wanted.dtype
            and np.array_equal(found, wanted, equal_nan=wanted.dtype.kind == "f")
        )
    if isinstance(wanted, Mapping):
        return (
            isinstance(found, Mapping)
            and found.keys() == wanted.keys()
            and all(same(found[key], wanted[key]) for key in wanted)
        )
    if isinstance(wanted, tuple):
        return (
            isinstance(found, tuple)
            and len(found) == len(wanted)
            and all(same(*pair) for pair in zip(found, wanted, strict=True))
        )
    return type(found) is type(wanted) and found == wanted


def toy_result(
    durations: tuple[str, ...] = ("4 h", "5 day"),
    rates: tuple[str, ...] = ("0 Hz", "1.4 Hz"),
    days: tuple[float, ...] = (59.0, 68.0),
) -> Result:
    """Return a result in which duration and residual rate vary."""
    return Result(
        name="toy",
        question="Does a <long> blockade reset pain & spare memory?",
        hypothesis="reset",
        texts={
            "toy.toml": 'question = "Does it?"\n',
            "dorsal_horn.toml": '[plasticity]\nlate_decay = { value = "4 day" }\n',
        },
        parameters={
            "dorsal_horn.plasticity.late_decay": "4 day (estimated)",
            "dorsal_horn.plasticity.early_decay": "1 h (measured)",
        },
        provenance={
            "resetsim": "0.1.0",
            "date": "2026-11-22T05:00:00+00:00",
            "seed": "1",
            "maintenance of pain": "input-dependent",
            "maintenance of memory": "self-sustaining",
        },
        arms=tuple(toy_arm(*settings, days) for settings in product(durations, rates)),
        drift_curves=(
            *(toy_drift_curve(rate) for rate in (0.5, 1.4, 2.4)),
            replace(toy_drift_curve(0.5), input_rate_hz=1.4, blockade=0.95),
        ),
        thresholds=tuple(
            ThresholdDuration(
                settings=rate_setting(rate),
                input_rate_hz=float(rate.split()[0]),
                blockade=0.95,
                from_arms_h=None if rate == "1.4 Hz" else 0.0,
                from_arms_low_h=300.0 if rate == "1.4 Hz" else 0.0,
                from_arms_high_h=None if rate == "1.4 Hz" else 0.0,
                from_fixed_points_h=91.5 if rate == "1.4 Hz" else None,
            )
            for rate in rates
        ),
        drift_quality=(DriftQuality("dorsal_horn", 240, 1100, 0.011, 0.018),),
    )


def rate_setting(rate: str) -> dict[str, Setting]:
    """Return the setting of an arm's residual rate."""
    return {"patient.injury.residual_rate": Setting(rate, float(rate.split()[0]), "Hz")}


def toy_arm(duration: str, rate: str, days: tuple[float, ...] = (59.0, 68.0)) -> ArmResult:
    """Return an arm whose pain comes back when the blockade is too short for its input."""
    dosing_d = np.array([[TREATED_D, TREATED_D + HOURS[duration] / 24]])
    rate_hz = float(rate.split()[0])
    time_d = np.unique(np.r_[np.linspace(0, END_D, 161), np.linspace(58, 70, 97)])
    late, relapses = _late(time_d, rate_hz, dosing_d[0])
    blockade = 0.95 * ((time_d >= dosing_d[0, 0]) & (time_d < dosing_d[0, 1]))
    input_rate_hz = rate_hz + (4 - rate_hz) * np.exp(-time_d / 10)
    pain = 10 * (1 - np.exp(-input_rate_hz * (1 + 1.5 * late) * (1 - 0.6 * blockade) / 2.5))
    course = Course(time_d, late[:, None] / 2, late[:, None], 1 + 1.5 * late[:, None])

    def at(day: float, values: Array = pain) -> float:
        return float(np.interp(day, time_d, values))

    end_d = float(dosing_d[0, 1])
    summary = {
        "patient": 0,
        "blockade_hours": HOURS[duration],
        "blockade_peak": 0.95,
        "residual_rate_hz": rate_hz,
        "pain_healthy": 0.0,
        "pain_before": at(59),
        "pain_end_of_treatment": at(end_d),
        "pain_day_7": at(end_d + 7),
        "pain_day_30": at(end_d + 30),
        "pain_day_90": at(end_d + 90),
        "relapse_day": 3.5 if relapses else None,
        "outcome": "relapsed" if relapses else "relieved",
        "weight_before": at(59, course.efficacy[:, 0]),
        "weight_end_of_treatment": at(end_d, course.efficacy[:, 0]),
        "windup_before": 2.4,
        "windup_after": 1.3,
        "recall_before": 0.93,
        "recall_after": None,
        "seed": 1,
        "input_at_end_hz": rate_hz,
    }
    return ArmResult(
        name=f"duration={duration}, residual_rate={rate}",
        settings={
            "treatment.duration": Setting(duration, HOURS[duration], "h"),
            **rate_setting(rate),
        },
        summary=summary,
        dosing_d=dosing_d,
        pain_system=course,
        pain=PainCourse(
            {
                "input_rate": input_rate_hz,
                "blockade": blockade,
                "disinhibition": late[:, None] / 3,
                "descending": blockade / 4,
            },
            relief=blockade / 5,
            plasma_um=20 * blockade,
            heterosynaptic=late[:, None] / 2,
            output_hz=3 * pain,
            pain=pain,
        ),
        band=PainBand(0.9 * pain, 1.05 * pain, {"relapsed": 0.3, "relieved": 0.7}),
        memory=_memory(time_d[::2]),
        assays=tuple(
            assay
            for day in days
            for assay in (
                toy_windup(day, at(day, late)),
                toy_recall(day),
                toy_recall(day, "hard_recall"),
                toy_capacity(day),
                toy_ltp(day),
            )
        ),
        direct=tuple(toy_direct(epsilon, seed) for epsilon in (0.1, 0.03, 0.01) for seed in (1, 2)),
        learned_d=np.array([-180.0, -30.0]),
    )


def _late(time_d: Array, rate_hz: float, dosing_d: Array) -> tuple[Array, bool]:
    high = 0.8 if rate_hz > 1.1 else 0.0
    before = high + (0.8 - high) * np.exp(-time_d / 8)
    late = before * (1 - np.exp(-time_d / 3))
    start = np.interp(dosing_d[0], time_d, late)
    blocked = start * np.exp(-np.clip(time_d - dosing_d[0], 0, dosing_d[1] - dosing_d[0]) / 4)
    relapses = high > 0 and start * np.exp(-(dosing_d[1] - dosing_d[0]) / 4) > 0.3
    since = np.clip(time_d - dosing_d[1], 0, None)
    if relapses:
        after = high - (high - blocked) * np.exp(-since / 3)
    else:
        after = blocked * np.exp(-since / 4)
    return np.where(time_d < dosing_d[0], late, after), bool(relapses)


def _memory(time_d: Array) -> Course:
    late = np.tile([0.97, 0.96, 0.97, 0.02, 0.02, 0.03], (len(time_d), 1))
    late[:, :3] -= 0.02 * (time_d[:, None] > TREATED_D)
    return Course(time_d, np.zeros_like(late), late, 1 + 1.5 * late)


def toy_windup(
    day: float, late: float, columns: tuple[Mapping[str, float], ...] = ({},)
) -> AssayResult:
    """Return a wind-up assay whose C response grows with the late phase and the columns."""
    x = np.arange(1, 17)
    readings = []
    for varied in columns:
        strength = late * np.prod([min(value, 1.0) for value in varied.values()])
        c_spikes = 4 + 14 * strength * (1 - np.exp(-x / 5))
        spikes = {
            "a_spikes": np.full(16, 3.1),
            "c_spikes": c_spikes,
            "after_discharge_spikes": c_spikes / 4,
        }
        readings += [
            Reading(
                "wdr", quantity, float(value), "spikes", 0.35, 10, float(stimulus), "stimulus",
                varied,
            )
            for quantity, values in spikes.items()
            for stimulus, value in zip(x, values, strict=True)
        ]  # fmt: skip
    random = np.random.default_rng(abs(int(day)))
    spike_step, spike_index = {}, {}
    for population, cells, rate_hz in (("c_fibre", 60, 1.5), ("wdr", 10, 3 + 12 * late)):
        count = random.poisson(cells * rate_hz * 10)
        steps = np.sort(random.integers(0, 100_000, count, dtype=np.int32))
        spike_step[f"volleys/{population}"] = steps
        spike_index[f"volleys/{population}"] = random.integers(0, cells, count, dtype=np.int32)
    return AssayResult("windup", day, tuple(readings), 1e-4, spike_index, spike_step)


def toy_ltp(day: float) -> AssayResult:
    """Return an assay of a potentiated synapse."""
    slope = Reading("nk1r", "epsp_slope_percent", 140.0, "%", 0.0, 1, 1440 * day, "min")
    return AssayResult("ltp", day, (slope,), 1e-4, {}, {})


def toy_recall(day: float, name: str = "recall") -> AssayResult:
    """Return a recall assay of two learned patterns and one that was not, without spikes."""
    values = (0.93, 0.91, 0.04) if name == "recall" else (0.42, 0.37, 0.02)
    readings = tuple(
        Reading("principal", "recall", value, "1", 0.02, 20, float(pattern), "pattern")
        for pattern, value in enumerate(values, start=1)
    )
    return AssayResult(name, day, readings, 1e-4, {}, {})


def toy_capacity(day: float) -> AssayResult:
    """Return an assay in which recall falls with the number of patterns stored."""
    readings = tuple(
        Reading("principal", "recall", value, "1", 0.03, 2, float(stored), "stored patterns")
        for stored, value in ((2, 0.96), (10, 0.7), (60, 0.1))
    )
    return AssayResult("capacity", day, readings, 1e-4, {}, {})


def toy_direct(epsilon: float, seed: int) -> DirectCourse:
    """Return a direct run whose distance from the averaged one is about epsilon."""
    time_d = np.linspace(0, 20, 61)
    averaged = 0.8 * (1 - np.exp(-time_d / 4))
    noise = np.sin(3 * time_d + seed) * (1 - np.exp(-time_d))
    late = averaged + epsilon * (0.8 + 0.2 * seed) * noise
    spread = np.full_like(time_d, epsilon)
    return DirectCourse(epsilon, seed, time_d, late / 2, late, spread, averaged / 2, averaged)


def toy_drift_curve(rate_hz: float) -> DriftCurve:
    """Return a drift curve: monostable low below 1 Hz, bistable, monostable high above 2 Hz."""
    late = np.linspace(0, 1, 51)
    saddle = 0.35
    if rate_hz < 1:
        return DriftCurve(rate_hz, late, -late / 4, np.array([0.0]), np.array([]))
    if rate_hz > 2:
        return DriftCurve(rate_hz, late, 5 * (0.95 - late), np.array([0.95]), np.array([]))
    drift = -6 * late * (late - saddle) * (late - 0.8)
    return DriftCurve(rate_hz, late, drift, np.array([0.0, 0.8]), np.array([saddle]))
