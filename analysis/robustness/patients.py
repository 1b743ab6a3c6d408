"""Follow the patient and the memory of one sample."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from outcomes import LONG_H, Evaluated, Memory, Pain
from ranges import BLOCKADE, INFLUX, RESIDUAL, SHARE_ACTIVE, SPREAD, WINDOW_HZ, Values
from shared import TREATED_D, Shared

from resetsim.body.dosing import Dosing
from resetsim.declare.model import Model
from resetsim.declare.units import OwnUnits, units_of
from resetsim.patients.patient import Patient
from resetsim.patients.units import drawn_units
from resetsim.records.result import Array
from resetsim.slow.clock import USUAL, integrate
from resetsim.slow.system import Asked, SlowSystem
from resetsim.slow.table import DriftTable
from resetsim.study.dorsal_horn_course import output_and_pain, solved_dorsal_horn
from resetsim.study.thresholds import HOURS_PER_DAY, from_arms
from resetsim.tissue.plasticity.dynamics import Constants
from resetsim.tissue.plasticity.maintenance import maintenance_rule


def evaluate(shared: Shared, values: Values, scanned: bool) -> Evaluated:
    """Return what comes out of one sample; scanned, also at other inputs."""
    window = None
    if scanned:
        window = sum(pain_of(shared, {**values, RESIDUAL: rate}).holds for rate in WINDOW_HZ)
    return Evaluated(values, pain_of(shared, values), memory_of(shared, values), window)


def pain_of(shared: Shared, values: Values) -> Pain:
    """Follow the patient of a sample."""
    influx_factor = values[INFLUX] / shared.ranges[INFLUX].declared
    drift = shared.drift(influx_factor, values[BLOCKADE])
    constants = _changed(shared.constants, _factors(shared, values))
    return followed(horn_of(drift, constants), shared.model, patient_of(shared, values))


@dataclass(frozen=True, eq=False)
class Followed:
    """The course of a patient.

    Attributes
    ----------
    time_d
        Moments.
    late
        Mean late phase of the active units.
    nrs
        Pain, on 0-10; where the blockade ends, just before.
    """

    time_d: Array
    late: Array
    nrs: Array


def followed(horn: SlowSystem, model: Model, patient: Patient) -> Pain:
    """Follow a patient, untreated and after blockades."""
    untreated = _course(horn, model, replace(patient, dosings=()))
    before = float(np.interp(TREATED_D, untreated.time_d, untreated.late))
    pain = Pain(before, float(untreated.late[-1]), float("nan"))
    if not pain.lasting:
        return pain
    hours = from_arms(horn, patient, USUAL)
    longest = patient.with_last_duration(LONG_H / HOURS_PER_DAY)
    treated = _course(horn, model, longest)
    return after_the_longest(
        replace(pain, threshold_h=float("inf") if hours is None else hours),
        untreated,
        treated,
        longest.dosings[-1].end_d,
    )


def _course(horn: SlowSystem, model: Model, patient: Patient) -> Followed:
    time_d, solved = solved_dorsal_horn(horn, patient, [TREATED_D], tolerance=USUAL)
    _, nrs = output_and_pain(horn, model, patient, time_d, solved)
    return Followed(time_d, solved.states[:, :, 1].mean(axis=1), nrs)


def after_the_longest(pain: Pain, untreated: Followed, treated: Followed, end_d: float) -> Pain:
    """Add what a blockade that ended lowers, and for how long."""
    since = treated.time_d >= end_d
    moments = treated.time_d[since]
    since_d = moments - end_d
    missing = 1 - treated.late[since] / np.interp(moments, untreated.time_d, untreated.late)
    relief = np.interp(moments, untreated.time_d, untreated.nrs) - treated.nrs[since]
    return replace(
        pain,
        lowered_week=float(np.interp(7.0, since_d, missing)),
        lowered_month=float(np.interp(30.0, since_d, missing)),
        half_back_d=_until_half(since_d, missing),
        nrs_before=float(np.interp(TREATED_D, untreated.time_d, untreated.nrs)),
        nrs_less_week=float(np.interp(7.0, since_d, relief)),
        nrs_less_month=float(np.interp(30.0, since_d, relief)),
        nrs_half_back_d=_until_half(since_d, relief),
    )


def _until_half(since_d: Array, lowered: Array) -> float:
    """Return when less than half of what is lowered at first is left; infinity for never."""
    after = since_d[lowered < lowered[0] / 2]
    return float(after[0]) if after.size else float("inf")


def horn_of(drift: DriftTable, constants: Constants) -> SlowSystem:
    """Return the dorsal horn with its maintenance rule."""
    return _slow_system(drift, "input-dependent", constants)


def patient_of(shared: Shared, values: Values) -> Patient:
    """Return the declared patient with the input and the blockade of a sample."""
    (dosing,) = shared.patient.dosings
    own = OwnUnits(share_active=values[SHARE_ACTIVE], spread=values[SPREAD])
    return replace(
        shared.patient,
        units=drawn_units(units_of(shared.units, own), shared.seed),
        periphery=replace(shared.patient.periphery, residual_hz=values[RESIDUAL]),
        dosings=(replace(dosing, fixed_effect=values[BLOCKADE]),),
    )


def memory_of(shared: Shared, values: Values) -> Memory:
    """Follow what was taught once, through the longest blockade that pain may need."""
    factors = _factors(shared, values)
    constants = _changed(shared.memory_constants, factors)
    system = _slow_system(shared.memory, "self-sustaining", constants)
    # A session is so short and so strong that only its potentiation counts.
    early = 1 - (1 - shared.taught_early) ** factors["potentiation_rate"]
    begin_d, end_d = TREATED_D, TREATED_D + LONG_H / HOURS_PER_DAY

    blocked = Dosing(begin_d, end_d, fixed_effect=values[BLOCKADE])
    patient = replace(shared.patient, dosings=(blocked,))
    times_d = np.array([0.0, begin_d, end_d, end_d + TREATED_D])
    start = system.naive()
    start[0, 0] = early
    (solved,) = integrate(system, [Asked(patient.memory_drive, times_d, start)])
    late = solved.states[:, 0, 1]
    return Memory(early, float(late[1]), float(late[2:].min()))


def _factors(shared: Shared, values: Values) -> dict[str, float]:
    """Return the constants of slow plasticity that a sample changes, over those declared."""
    return {
        each.constant: values[name] / each.declared
        for name, each in shared.ranges.items()
        if name.startswith("plasticity.")
    }


def _changed(constants: Constants, factors: Mapping[str, float]) -> dict[str, float]:
    return {**constants, **{name: constants[name] * factors[name] for name in factors}}


def _slow_system(drift: DriftTable, rule: str, constants: Constants) -> SlowSystem:
    return SlowSystem(drift, maintenance_rule(rule), constants)
